//! Pages that differ in one way each: what is told, and what is excepted.

mod certificates;
mod files;
mod steps;

use super::{Counterpart, Used, between_pages, between_platforms, unused_exceptions};
use crate::{
    diagnostic::{Diagnostic, draw, in_order},
    document::{Alone, Document, parse},
    source::{Sources, Span, Spanned},
};

fn read(name: &str, page: &str, sources: &mut Sources) -> Document {
    let source = sources.add(name, page);
    parse(source, sources, &mut Alone).0.unwrap()
}

/// What is told of the platforms of one page.
fn of_platforms(page: &str, sources: &mut Sources) -> Vec<Diagnostic> {
    let document = read("page.md", page, sources);
    let mut used = Used::default();
    let mut found = between_platforms(&document, &mut used);
    found.extend(unused_exceptions(&document, &used));
    in_order(found, sources)
}

/// The same, as a user sees it.
fn platforms(page: &str) -> String {
    let mut sources = Sources::new();
    let found = of_platforms(page, &mut sources);
    draw(&found, &sources, false)
}

/// Only the messages.
fn messages(page: &str) -> Vec<String> {
    of_platforms(page, &mut Sources::new()).into_iter().map(|found| found.message).collect()
}

/// What is told of a page and the one that it names, as a user sees it.
fn pages(page: &str, other: &str) -> String {
    let mut sources = Sources::new();
    let (page, other) = (read("page.md", page, &mut sources), read("other.md", other, &mut sources));
    let named = Spanned::new("other.md".to_owned(), Span::new(page.source, 4..9));
    let other = Counterpart {
        document: &other,
        named: &named,
        names_back: false,
        asked_too: false,
        asked_before: false,
    };
    let mut used = Used::default();
    let mut found = between_pages(&page, other, &mut used);
    found.extend(unused_exceptions(&page, &used));
    draw(&in_order(found, &sources), &sources, false)
}

/// A page with one tab for Windows and one for macOS and Linux.
fn tabs(front: &str, windows: &str, unix: &str) -> String {
    let front = front.replace('\n', "\n  ");
    format!(
        "---\ntutor:\n  {front}\n---\n\n<!-- tutor:tab windows -->\n\n{windows}\n<!-- tutor:tab macos linux -->\n\n{unix}\n<!-- tutor:end -->\n"
    )
}

//! Whole pages: what is read from them, and a picture of every diagnostic.

mod attributes;
mod blocks;
mod broken;
mod comments;
mod coverage;
mod files;
mod folder;
mod front;
mod included;
mod kinds;
mod pages;
mod platforms;
mod rewrite;
mod services;
mod transcripts;
mod values;

use self::folder::Folder;
use super::{Document, parse, relocation_warnings};
use crate::{
    diagnostic::{Diagnostic, draw},
    source::Sources,
};

/// A step, for pages whose test is about something else.
const STEP: &str = "```sh {#step}\ntrue\n```\n";

/// A page with this front matter under `tutor`, and one step.
fn with_front(yaml: &str) -> String {
    let indented = yaml.replace('\n', "\n  ");
    format!("---\ntutor:\n  {indented}\n---\n{STEP}")
}

/// A page with this Markdown and no more.
fn with_body(markdown: &str) -> String {
    format!("---\ntutor:\n---\n{markdown}")
}

/// The document of a page without mistakes, and its text.
fn good(page: &str) -> (Document, Sources) {
    good_among(&[], page)
}

/// The same, of a page beside other files.
fn good_among(files: &[(&'static str, &'static str)], page: &str) -> (Document, Sources) {
    let (document, found, sources) = read(files, page);
    assert!(found.is_empty(), "{}", draw(&found, &sources, false));
    (document.unwrap(), sources)
}

/// What a page says, and what is wrong with it.
fn read(files: &[(&'static str, &'static str)], page: &str) -> (Option<Document>, Vec<Diagnostic>, Sources) {
    let (mut sources, mut folder) = (Sources::new(), Folder::new(files));
    let id = folder.page(page, &mut sources);
    let (document, found) = parse(id, &mut sources, &mut folder);
    (document, found, sources)
}

/// What is wrong with a page, as a user sees it.
fn picture(page: &str) -> String {
    picture_among(&[], page)
}

/// The same, of a page beside other files.
fn picture_among(files: &[(&'static str, &'static str)], page: &str) -> String {
    let (_, found, sources) = read(files, page);
    draw(&found, &sources, false)
}

/// The relocation warnings of a page, as a user sees them.
fn relocation(page: &str) -> String {
    let (document, sources) = good(page);
    draw(&relocation_warnings(&document, &sources), &sources, false)
}

/// The codes of what is wrong with a page, in the order of their places.
fn codes(page: &str) -> Vec<&'static str> {
    codes_among(&[], page)
}

/// The same, of a page beside other files.
fn codes_among(files: &[(&'static str, &'static str)], page: &str) -> Vec<&'static str> {
    let (_, mut found, _) = read(files, page);
    found.sort_by_key(|diagnostic| diagnostic.labels[0].span);
    found.into_iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn every_diagnostic_has_a_picture() {
    let room = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/document");
    let (mut code, mut pictures) = (String::new(), String::new());
    let mut folders = vec![room.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                if path.starts_with(room.join("tests")) { &mut pictures } else { &mut code }.push_str(&text);
            }
        }
    }
    let named = regex::Regex::new(r#"Diagnostic::(?:error|warning)\(\s*"([a-z-]+)""#).unwrap();
    let codes: std::collections::BTreeSet<&str> =
        named.captures_iter(&code).map(|found| found.get(1).unwrap().as_str()).collect();
    assert!(codes.len() > 40, "{codes:?}");
    for code in codes {
        assert!(pictures.contains(&format!("[{code}]: ")), "no picture of {code}");
    }
}

/// The page with every fix applied.
fn fixed(page: &str) -> String {
    let (_, found, _) = read(&[], page);
    let mut fixes: Vec<_> = found.into_iter().filter_map(|diagnostic| diagnostic.fix).collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span));
    let mut text = page.to_owned();
    for fix in fixes {
        text.replace_range(fix.span.range(), &fix.replacement);
    }
    text
}

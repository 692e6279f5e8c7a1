//! Pages cut off, with bytes missing and with bytes put in: nothing panics, and every place is on the page.

use super::pages::FULL;
use crate::{
    diagnostic::draw,
    document::{Alone, BlockKind, Document, parse, relocation_warnings},
    source::{Fragments, Sources, Span},
};

/// Mistakes of many kinds, wide characters, and containers.
const WRONG: &str = "---\ntitle: &t 'é'\ntutor:\n  timout: 3\n  relocate: [x, /data, *t]\n  placeholders: {<日>: {env: X}, <b>: \"short\"}\n  secrets: [<b>, <日>]\n  redact: [{pattern: '(', with: x}]\n---\n\
> - ```sh {#a timeout=3 needs=b,c .ouput}\n>   echo <日> <name> \"$(cat <<E\n>   x\n>   E\n>   )\" /data\n>   ```\n>\n>   ```text {.output\n>   é\n\n\
1. ~~~bash {#b path=\"/opt/é\\\"}\n\tx\n   ~~~\n\n<!-- tutor:tab é -->\n<p>\n```sh {#c}\n</p>\n\n    ```sh {#d}\n\n```diff {#p .patch path=${é}x}\n```\n<!-- tutor\n";

/// Reads a page, and sees that all its places are on it.
fn read(page: &str) {
    let mut sources = Sources::new();
    let id = sources.add("page.md", page);
    let (document, mut found) = parse(id, &mut sources, &mut Alone);
    if let Some(document) = &document {
        found.extend(relocation_warnings(document, &sources));
        for span in spans(document) {
            on_page(&sources, span, page);
        }
    }
    for diagnostic in &found {
        for label in &diagnostic.labels {
            on_page(&sources, label.span, page);
        }
        if let Some(fix) = &diagnostic.fix {
            on_page(&sources, fix.span, page);
        }
    }
    // Drawing takes longer than all the rest, and sees the same places at the next page.
    if page.len().is_multiple_of(8) {
        let _ = draw(&found, &sources, false);
    }
}

fn on_page(sources: &Sources, span: Span, page: &str) {
    assert!(sources.get(span.source).text().get(span.range()).is_some(), "{span:?} in {page:?}");
}

fn spans(document: &Document) -> Vec<Span> {
    let front = &document.front;
    let mut spans = vec![front.span];
    spans.extend(front.platforms.iter().map(|platform| platform.span));
    spans.extend(front.relocate.iter().chain(&front.secrets).map(|text| text.span));
    spans.extend(front.placeholders.iter().map(|placeholder| placeholder.name.span));
    spans.extend(front.redact.iter().map(|rule| rule.span));
    for block in &document.blocks {
        spans.extend([block.fence]);
        spans.extend(block.id.iter().map(|id| id.span));
        spans.extend(block.needs.iter().chain(&block.stops).map(|need| need.id.span));
        spans.extend(block.requires.iter().map(|text| text.span));
        characters(&block.text, &mut spans);
        if let BlockKind::Shell(step) = &block.kind {
            step.outputs.iter().for_each(|output| characters(&output.text, &mut spans));
            step.answers.iter().for_each(|answers| characters(&answers.text, &mut spans));
        }
    }
    spans
}

/// The place of each character of a text, of all of it, and of its end.
fn characters(text: &Fragments, spans: &mut Vec<Span>) {
    let whole = text.text();
    assert!(whole.is_empty() || whole.ends_with('\n'), "{whole:?}");
    spans.extend(whole.char_indices().map(|(at, c)| text.span(at..at + c.len_utf8())));
    spans.extend([text.span(0..whole.len()), text.span(whole.len()..whole.len())]);
}

fn pages() -> [String; 3] {
    [FULL.to_owned(), WRONG.to_owned(), WRONG.replace('\n', "\r\n")]
}

#[test]
fn cut_off_anywhere() {
    for page in pages() {
        for (at, _) in page.char_indices() {
            read(&page[..at]);
        }
    }
}

#[test]
fn a_character_missing_anywhere() {
    for page in pages() {
        for (at, c) in page.char_indices() {
            read(&format!("{}{}", &page[..at], &page[at + c.len_utf8()..]));
        }
    }
}

#[test]
fn a_line_missing_anywhere() {
    for page in pages() {
        let lines: Vec<&str> = page.split_inclusive('\n').collect();
        for missing in 0..lines.len() {
            let kept: String =
                lines.iter().enumerate().filter(|&(at, _)| at != missing).map(|(_, line)| *line).collect();
            read(&kept);
        }
    }
}

#[test]
fn something_put_in_anywhere() {
    let extra = [
        "\"", "'", "{", "}", "`", "```", "\n", "\r", "\t", "é", "\0", "#", "<", "<!--", "$(", "&a ", "*a",
        "[", ": ",
    ];
    for page in pages() {
        // A different one at each place, all of them over the page: every pair would take minutes.
        for (turn, (at, _)) in page.char_indices().enumerate() {
            read(&format!("{}{}{}", &page[..at], extra[turn % extra.len()], &page[at..]));
        }
    }
}

#[test]
fn deep_nesting_is_no_danger() {
    for page in [
        format!("---\ntutor: {}\n---\n", "[".repeat(100_000)),
        format!("---\ntutor:\n---\n{}```sh {{#a}}\n", "> ".repeat(5_000)),
        format!("---\ntutor:\n---\n```sh {{#a}}\n{}\n```\n", "$(".repeat(100_000)),
        format!("---\ntutor:\n---\n```sh {}\n```\n", "{".repeat(100_000)),
    ] {
        read(&page);
    }
}

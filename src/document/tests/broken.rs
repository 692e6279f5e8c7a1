//! Pages cut off, with bytes missing and with bytes put in: nothing panics, and every place is on the page.

use super::pages::FULL;
use crate::{
    diagnostic::draw,
    document::{BlockKind, Document, relocation_warnings},
    source::{Fragments, Sources, Span},
};

/// Mistakes of many kinds, wide characters, and containers.
const WRONG: &str = "---\ntitle: &t 'é'\ntutor:\n  timout: 3\n  relocate: [x, /data, *t]\n  placeholders: {<日>: {env: X}, <b>: \"short\"}\n  secrets: [<b>, <日>]\n  redact: [{pattern: '(', with: x}]\n---\n\
> - ```sh {#a timeout=3 needs=b,c .ouput}\n>   echo <日> <name> \"$(cat <<E\n>   x\n>   E\n>   )\" /data\n>   ```\n>\n>   ```text {.output\n>   é\n\n\
1. ~~~bash {#b path=\"/opt/é\\\"}\n\tx\n   ~~~\n\n<!-- tutor:tab é -->\n<p>\n```sh {#c}\n</p>\n\n    ```sh {#d}\n\n```diff {#p .patch path=${é}x}\n```\n<!-- tutor\n";

/// The rest of the language, without mistakes.
const REST: &str = "<!-- tutor:document\nplatform: [linux, windows/cmd]\nports: {<é-port>: 80}\nafter: [pre.md]\ncopy: [inc.md]\nrequires: [{program: a, min: '1', match: '(é)'}]\n-->\n\
<!-- tutor:tab linux -->\n> <!-- tutor #a timeout=3s\n> tty -->\n> ```sh\n> é\n> ```\n<!-- tutor:tab windows/cmd -->\n```cmd {#a}\nrem\n```\n<!-- tutor:end -->\n\
```text {.output stream=stdout}\n<é-port>\n```\n- <!-- tutor\n  ```sh {#h needs=pre#first}\n  é <<E\n  E\n  ```\n  -->\n[é](inc.md)<!-- tutor:include inc.md -->\n\n\
```console {#c}\n$ echo 'é\n> ' \\\n> b\né\n```\n```diff {#d .patch path=é}\n--- a\n@@ -1,2 +1 @@ é\n é\n-x\n\\ no\n```\n\
```sh {#s .service ready=log:é stop=INT daemon=é}\né\n```\n```text {.answers for=a platform=linux}\né:é\n```\n```sh {#t stops=s platform=linux}\n((1<<é))\n```\n```toml {#p .probe}\né\n```\n";

/// What stands beside it.
const BESIDE: [(&str, &str); 2] =
    [("inc.md", "```python {#i}\né\n```\n"), ("pre.md", "---\ntutor: {}\n---\n```sh {#first}\né\n```\n")];

/// Reads a page, and sees that all its places are on it.
fn read(page: &str) {
    let (document, mut found, sources) = super::read(&BESIDE, page);
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
        match &block.kind {
            BlockKind::Shell(step) => {
                step.outputs.iter().for_each(|output| characters(&output.text, &mut spans));
                step.answers.iter().for_each(|answers| characters(&answers.text, &mut spans));
            }
            BlockKind::Transcript(transcript) => {
                for command in &transcript.commands {
                    characters(&command.text, &mut spans);
                    characters(&command.output, &mut spans);
                }
            }
            BlockKind::Patch { patch, .. } => {
                for hunk in &patch.hunks {
                    spans.push(hunk.header);
                    spans.extend(hunk.lines.iter().map(|line| block.text.span(line.text.clone())));
                }
            }
            _ => {}
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

fn pages() -> [String; 4] {
    [FULL.to_owned(), WRONG.to_owned(), WRONG.replace('\n', "\r\n"), REST.to_owned()]
}

#[test]
fn the_rest_of_the_language_is_all_there() {
    let (document, found, sources) = super::read(&BESIDE, REST);
    assert!(found.is_empty(), "{}", draw(&found, &sources, false));
    assert_eq!(document.unwrap().blocks.len(), 9);
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

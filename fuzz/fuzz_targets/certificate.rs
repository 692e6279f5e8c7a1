//! Any bytes as a certificate block: reading it, as a page's and alone, neither panics nor hangs.
#![no_main]

use tutor::{
    certificate::{read, read_plain},
    diagnostic::{draw, has_errors},
    source::{Fragments, Sources},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut sources = Sources::new();
    let source = sources.add("page.md", text.trim_start_matches('\u{feff}'));
    let text = sources.get(source).text();
    let mut fragments = Fragments::new(source, 0);
    fragments.push(text, 0);
    let mut found = Vec::new();
    let block = read(&fragments, &mut found);
    assert!(block.is_none() || !has_errors(&found), "a block with errors");
    for place in found.iter().flat_map(|found| {
        found.labels.iter().map(|label| label.span).chain(found.fix.as_ref().map(|fix| fix.span))
    }) {
        assert!(text.get(place.range()).is_some(), "{place:?} is not in the text");
    }
    assert_eq!(draw(&found, &sources, false).is_empty(), found.is_empty());
    if let Err(refusal) = read_plain(text) {
        assert!(text.get(refusal.at.clone()).is_some(), "{refusal:?}");
    }
});

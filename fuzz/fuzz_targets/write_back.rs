//! Any bytes as a page with a new line for one of its blocks: only that line changes, and without a change no byte does.
#![no_main]

use tutor::{
    document::{BlockChange, block_text, rewrite_blocks},
    source::{LineChange, Sources},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (new, page) = text.split_once('\n').unwrap_or(("", &text));
    // A last line without its end gets one; a block that is not closed is an error of the page anyway.
    let (new, page) = (new.trim_end_matches('\r'), format!("{}\n", page.trim_start_matches('\u{feff}')));
    let page = page.as_str();
    let mut sources = Sources::new();
    let id = sources.add("page.md", page);
    for fence in 1..=page.lines().count().min(40) {
        let Some(block) = block_text(id, &sources, fence) else { continue };
        let rewritten = |changes: &[LineChange]| {
            rewrite_blocks(id, &sources, &[BlockChange { fence, changes, transcript: false }])
        };
        assert_eq!(rewritten(&[]).as_deref(), Ok(page), "nothing was to change");
        let lines: Vec<&str> = block.lines().collect();
        for at in 0..lines.len().min(4) {
            let change = LineChange { at, removed: 1, new: vec![new.to_owned()] };
            let Ok(came) = rewritten(std::slice::from_ref(&change)) else { continue };
            let mut sources = Sources::new();
            let again = sources.add("page.md", came.as_str());
            let mut expected = lines.clone();
            expected[at] = new;
            let found = block_text(again, &sources, fence);
            let found: Option<Vec<&str>> = found.as_deref().map(|text| text.lines().collect());
            // Blanks before a line may be the page's own indentation.
            let trimmed = |lines: &[&str]| lines.iter().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
            assert_eq!(found.map(|found| trimmed(&found)), Some(trimmed(&expected)), "{page:?} → {came:?}");
            // But for fences that had to grow, no other line changes.
            let same = |(one, other): (&str, &str)| one.replace(['`', '~'], "") == other.replace(['`', '~'], "");
            let changed = page.split('\n').zip(came.split('\n')).filter(|&pair| !same(pair)).count();
            assert!(changed <= 1, "{page:?} → {came:?}");
            assert_eq!(page.split('\n').count(), came.split('\n').count(), "{page:?} → {came:?}");
        }
    }
});

//! What `tutor check` does with the bytes of one page. The fuzz target and the property test share it.

use tutor::{
    diagnostic::{apply, draw_within, in_order},
    document::{Alone, parse, relocation_warnings},
    parity::{Counterpart, Used, between_pages, between_platforms, unused_exceptions},
    report::findings::{Checked, github, json, terminal},
    source::{Sources, Spanned},
};

/// Reads the page, draws what is wrong in every form, and writes the fixes.
///
/// # Panics
///
/// Where a place that is drawn or mended is not on the page, which must never be.
#[allow(dead_code, reason = "some fuzz targets have other texts")]
pub(super) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    read(&text);
    // Most bytes make no tutorial, and what makes one is seldom guessed.
    read(&format!("---\ntutor:\n---\n{text}"));
    read(&format!("---\ntutor:\n  {text}"));
    // Texts of files, which two platforms have differently.
    for language in ["yaml", "toml", "ini", "text"] {
        read(&format!(
            "---\ntutor:\n  relocate: ['C:\\x', /x]\n---\n\n<!-- tutor:tab windows -->\n````{language} {{#f .file path=f}}\n{text}\n````\n<!-- tutor:tab unix -->\n````{language} {{#f .file path=f}}\nC:\\x {text}: /x\n````\n<!-- tutor:end -->\n"
        ));
    }
}

/// The same of one text.
#[allow(dead_code, reason = "some fuzz targets have other texts")]
pub(super) fn read(text: &str) {
    let mut sources = Sources::new();
    let source = sources.add("page.md", text);
    let (document, mut found) = parse(source, &mut sources, &mut Alone);
    if let Some(document) = &document {
        found.extend(relocation_warnings(document, &sources));
        let mut used = Used::default();
        found.extend(between_platforms(document, &mut used));
        let (named, other) = (Spanned::new("page.md".to_owned(), document.front.span), document);
        let itself = Counterpart {
            document: other,
            named: &named,
            names_back: true,
            asked_too: false,
            asked_before: false,
        };
        let same = between_pages(document, itself, &mut used);
        assert!(document.platforms.len() > 1 || same.is_empty(), "a page is like itself: {same:?}");
        found.extend(unused_exceptions(document, &used));
    }
    let found = in_order(found, &sources);
    for place in found.iter().flat_map(|found| {
        let fix = found.fix.as_ref().map(|fix| fix.span);
        found.labels.iter().map(|label| label.span).chain(fix)
    }) {
        assert!(
            sources.get(place.source).text().get(place.range()).is_some(),
            "{place:?} is not on the page"
        );
    }
    let checked = Checked {
        diagnostics: &found,
        sources: &sources,
        tutorials: 1,
        coverage: &[],
        least: None,
        mended: &[],
    };
    let drawn = draw_within(80, &found, &sources, false) + &terminal(&checked, Some(20), true);
    let lines = github(&checked, &|_| "page.md".to_owned());
    assert_eq!(drawn.is_empty(), found.is_empty());
    assert!(lines.lines().all(|line| line.starts_with("::")), "{lines}");
    assert_eq!(json(&checked).lines().count(), found.len() + 1);
    if let Some(fixed) = apply(&found, source, &sources) {
        assert!(!fixed.done.is_empty());
    }
}

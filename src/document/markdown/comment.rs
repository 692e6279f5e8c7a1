//! Comments that begin `<!-- tutor`: none of them is supported yet, and none is ignored.

use std::ops::Range;

use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{page::Page, unsupported::not_supported},
};

const DIRECTIVES: [&str; 4] = ["tab", "end", "include", "document"];

/// What to say about the comment at `range`; `None` where it is not ours.
pub(super) fn check(page: Page<'_>, range: Range<usize>) -> Option<Diagnostic> {
    let inner = page.slice(range.clone()).strip_prefix("<!--")?;
    let rest = inner.trim_start().strip_prefix("tutor")?;
    let from = range.end - rest.len();
    let head = range.start..from;
    if let Some(directive) = rest.strip_prefix(':') {
        let length = directive.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(directive.len());
        let word = from + 1..from + 1 + length;
        return Some(match &directive[..length] {
            "tab" | "end" => {
                not_supported(page.span(head.start..word.end), "sections for platforms (tabs) are")
            }
            "include" => {
                not_supported(page.span(head.start..word.end), "included files (`tutor:include`) are")
            }
            "document" => not_supported(
                page.span(head.start..word.end),
                "front matter in a comment (`tutor:document`) is",
            ),
            other => unknown(page, word, other),
        });
    }
    // `<!-- tutorial ends here -->` is not ours.
    if !(rest.is_empty() || rest.starts_with("-->") || rest.starts_with(char::is_whitespace)) {
        return None;
    }
    let end =
        page.slice(range.clone()).lines().next().map_or(from, |line| range.start + line.trim_end().len());
    let hidden = rest.contains("```") || rest.contains("~~~");
    let feature = if hidden { "hidden steps are" } else { "attributes in a comment are" };
    Some(not_supported(page.span(head.start..end.max(from)), feature))
}

fn unknown(page: Page<'_>, word: Range<usize>, name: &str) -> Diagnostic {
    let message = format!("there is no comment `tutor:{name}`");
    let span = page.span(word);
    let error = Diagnostic::error("unknown-comment", message, span, "unknown word");
    match nearest(name, DIRECTIVES) {
        Some(near) => error.help(format!("did you mean `tutor:{near}`?")).fix(span, near),
        None => error.help("the words are tab, end, include and document"),
    }
}

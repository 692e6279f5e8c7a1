//! Comments that begin `<!-- tutor`: what each of them says.

use std::ops::Range;

use crate::{
    diagnostic::{Diagnostic, nearest},
    document::page::Page,
};

const DIRECTIVES: [&str; 4] = ["tab", "end", "include", "document"];

/// What a comment of ours says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Comment {
    /// `tutor:tab`: what follows is for these platforms.
    Tab(Vec<Range<usize>>),
    /// `tutor:end`: what follows is for all of the page's platforms.
    End,
    /// `tutor:include`: this file stands here.
    Include(Range<usize>),
    /// `tutor:document`: front matter.
    Document,
    /// Attributes of the block below.
    Attributes(Range<usize>),
    /// Blocks that readers do not see.
    Hidden(Range<usize>),
}

/// Reads the comment at `range`; `None` where it is not ours.
pub(super) fn read(page: Page<'_>, range: Range<usize>) -> Option<Result<Comment, Box<Diagnostic>>> {
    let whole = page.slice(range.clone()).strip_prefix("<!--")?;
    let rest = whole.trim_start().strip_prefix("tutor")?;
    let from = range.end - rest.len();
    let closed = whole.len() >= 3 && whole.ends_with("-->");
    let inside = from..if closed { (range.end - 3).max(from) } else { range.end };
    let directive = rest.starts_with(':');
    // `<!-- tutorial ends here -->` is not ours.
    if !(directive || page.slice(inside.clone()).is_empty() || rest.starts_with(char::is_whitespace)) {
        return None;
    }
    if !closed {
        let message = "the comment is never closed";
        let error = Diagnostic::error(
            "unclosed-comment",
            message,
            page.span(range.start..from),
            "it begins here, and hides all that follows",
        );
        return Some(Err(Box::new(error.help("put `-->` behind it"))));
    }
    if directive {
        return Some(read_directive(page, inside.start + 1..inside.end));
    }
    // What begins on the comment's first line are attributes; blocks begin below it.
    let text = page.slice(inside.clone());
    let first = text.split('\n').next().unwrap_or_default();
    Some(Ok(if first.trim().is_empty() && text.contains('\n') {
        Comment::Hidden(inside)
    } else {
        Comment::Attributes(inside)
    }))
}

fn read_directive(page: Page<'_>, range: Range<usize>) -> Result<Comment, Box<Diagnostic>> {
    let text = page.slice(range.clone());
    let length = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let word = range.start..range.start + length;
    let rest = word.end..range.end;
    match &text[..length] {
        "tab" => {
            let names = words(page, rest);
            if names.is_empty() {
                let message = "the tab names no platform";
                let error = Diagnostic::error("tab-without-platform", message, page.span(word), "of which?");
                return Err(Box::new(error.help("write it like `<!-- tutor:tab macos linux -->`")));
            }
            Ok(Comment::Tab(names))
        }
        "end" => match words(page, rest).first() {
            Some(extra) => {
                let message = "`tutor:end` takes nothing";
                let error = Diagnostic::error(
                    "unexpected-value",
                    message,
                    page.span(extra.clone()),
                    "not taken here",
                );
                Err(Box::new(error.help("it ends all tabs before it")))
            }
            None => Ok(Comment::End),
        },
        "include" => {
            let file = trim(page, rest);
            if file.is_empty() {
                let message = "the comment names no file";
                let error = Diagnostic::error("include-without-file", message, page.span(word), "which one?");
                return Err(Box::new(error.help("write it like `<!-- tutor:include install.md -->`")));
            }
            Ok(Comment::Include(file))
        }
        "document" => Ok(Comment::Document),
        other => Err(Box::new(unknown(page, word, other))),
    }
}

/// The words at `range`, apart by blanks or commas.
fn words(page: Page<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let text = page.slice(range.clone());
    let mut words = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive(|c: char| c.is_whitespace() || c == ',') {
        let word = piece.trim_end_matches(|c: char| c.is_whitespace() || c == ',');
        if !word.is_empty() {
            words.push(range.start + at..range.start + at + word.len());
        }
        at += piece.len();
    }
    words
}

/// Without the blanks around it, and without quotes.
fn trim(page: Page<'_>, range: Range<usize>) -> Range<usize> {
    let text = page.slice(range.clone());
    let words = text.trim();
    let start = range.start + (text.len() - text.trim_start().len());
    match words.strip_prefix('"').and_then(|words| words.strip_suffix('"')) {
        Some(inner) => start + 1..start + 1 + inner.len(),
        None => start..start + words.len(),
    }
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

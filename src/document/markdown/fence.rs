//! A fenced block as it stands in the page.

use std::ops::Range;

use crate::{
    diagnostic::Diagnostic,
    document::{
        attributes::{Choice, choose, scan},
        page::Page,
    },
    source::Fragments,
};

/// A fenced block.
#[derive(Clone, Debug)]
pub(in crate::document) struct Fence {
    /// All of it, with its fences.
    pub(in crate::document) block: Range<usize>,
    /// Its opening line, from the fence's first character, without the line end.
    pub(in crate::document) line: Range<usize>,
    /// The info string, raw.
    pub(in crate::document) info: Range<usize>,
    /// What stands between the fences.
    pub(in crate::document) text: Fragments,
    /// Whether there is a closing fence.
    pub(in crate::document) closed: bool,
    /// Its attributes, where they stand in a comment above it.
    pub(in crate::document) comment: Option<Range<usize>>,
    /// Where the comment begins that hides it.
    pub(in crate::document) hidden: Option<usize>,
}

/// The opening fence on a line: the fence's character and its length; its info string follows.
pub(super) fn opening(line: &str) -> Option<(char, usize)> {
    let character = line.chars().next().filter(|&c| c == '`' || c == '~')?;
    let length = line.bytes().take_while(|&byte| char::from(byte) == character).count();
    // An info string of backtick fences holds no backtick: else it is code within a line.
    let legal = length >= 3 && (character == '~' || !line[length..].contains('`'));
    legal.then_some((character, length))
}

/// Whether the line at `range` looks like the opening fence of a block of ours; what is wrong in it is not told.
pub(super) fn opens_ours(page: Page<'_>, range: Range<usize>) -> Option<(char, usize)> {
    let (character, length) = opening(page.slice(range.clone()))?;
    let info = scan(page.text, range.start + length..range.end);
    matches!(choose(&info, page, &mut Vec::new()), Choice::Ours(_)).then_some((character, length))
}

/// Reports a fence that is not closed, and one that swallows the next block of ours because its own closing fence
/// is missing.
pub(in crate::document) fn check(fence: &Fence, ours: bool, page: Page<'_>, found: &mut Vec<Diagnostic>) {
    let line = page.span(fence.line.clone());
    let Some((character, length)) = opening(page.slice(fence.line.clone())) else { return };
    let closing = character.to_string().repeat(length);
    if let Some(swallowed) = swallowed(fence, character, length, page) {
        let message = "a block that is ours stands inside of another, whose closing fence is missing";
        found.push(
            Diagnostic::error("swallowed-block", message, page.span(swallowed), "never seen as a block")
                .also(line, "this block is still open")
                .help(format!("close the first block: put a line {closing} above this one")),
        );
        return;
    }
    if fence.closed {
        return;
    }
    let message = "the block is never closed";
    let help = format!("put a line {closing} behind its last line");
    found.push(if ours {
        Diagnostic::error("unclosed-fence", message, line, "it opens here").help(help)
    } else {
        Diagnostic::warning("unclosed-fence", message, line, "it opens here, and hides all that follows")
            .help(help)
    });
}

/// The first line inside of the block that opens a block of ours with the same kind of fence. In a block that
/// shows Markdown on purpose the outer fence is longer, since otherwise the inner closing fence would end it.
fn swallowed(fence: &Fence, character: char, length: usize, page: Page<'_>) -> Option<Range<usize>> {
    let mut at = fence.line.end;
    for line in page.slice(fence.line.end..fence.block.end).split_inclusive('\n') {
        let words = line.trim_start_matches([' ', '\t', '>']);
        let start = at + (line.len() - words.len());
        let range = start..start + words.trim_end().len();
        at += line.len();
        if !words.starts_with(character) {
            continue;
        }
        if opens_ours(page, range.clone()).is_some_and(|(same, inner)| same == character && inner >= length) {
            return Some(range);
        }
    }
    None
}

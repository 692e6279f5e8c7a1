//! The fenced blocks in a comment: Markdown sees none of them, so they are read line by line.

use std::ops::Range;

use super::{Fence, fence::opening};
use crate::{document::page::Page, source::Fragments};

/// The fenced blocks at `inside`, in a comment that begins at `comment`. What stands before the comment on its line, a
/// quote's `>` or a list's indentation, is taken off each line.
pub(super) fn fences(page: Page<'_>, comment: usize, inside: Range<usize>) -> Vec<Fence> {
    let margin = page.slice(0..comment).rsplit('\n').next().unwrap_or_default().len();
    let mut fences = Vec::new();
    let mut open: Option<Open> = None;
    let mut at = inside.start;
    for line in page.slice(inside.clone()).split_inclusive('\n') {
        let words = without_margin(line, margin);
        let start = at + (line.len() - words.len());
        at += line.len();
        match &mut open {
            Some(block) if block.ends(words) => {
                block.fence.closed = true;
                block.fence.block.end = at;
                fences.extend(open.take().map(|block| block.fence));
            }
            Some(block) => block.push(words, start),
            None => open = Open::new(page, words, start, comment),
        }
    }
    if let Some(mut block) = open {
        block.fence.block.end = inside.end;
        fences.push(block.fence);
    }
    fences
}

/// A block that is being read.
struct Open {
    fence: Fence,
    character: char,
    length: usize,
    /// Blanks before the opening fence: so many are taken off each line.
    indent: usize,
}

impl Open {
    fn new(page: Page<'_>, line: &str, start: usize, comment: usize) -> Option<Self> {
        let words = line.trim_start_matches(' ');
        let indent = line.len() - words.len();
        let (character, length) = opening(words.trim_end()).filter(|_| indent < 4)?;
        let begin = start + indent;
        let line_end = begin + words.trim_end().len();
        let fence = Fence {
            block: begin..line_end,
            line: begin..line_end,
            info: begin + length..line_end,
            text: Fragments::new(page.source, start + line.len()),
            closed: false,
            comment: None,
            hidden: Some(comment),
        };
        Some(Self { fence, character, length, indent })
    }

    fn ends(&self, line: &str) -> bool {
        let words = line.trim();
        let indent = line.len() - line.trim_start_matches(' ').len();
        indent < 4 && words.len() >= self.length && words.chars().all(|c| c == self.character)
    }

    /// Adds a line, its end as LF.
    fn push(&mut self, line: &str, start: usize) {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let cut = blanks.min(self.indent);
        let line_end = line.trim_end_matches(['\n', '\r']).len().max(cut);
        self.fence.text.push(&line[cut..line_end], start + cut);
        if line[line_end..] == *"\n" {
            self.fence.text.push("\n", start + line_end);
        } else {
            self.fence.text.push_for("\n", start + line_end..start + line.len());
        }
    }
}

/// The line without what its container puts before it, at most `margin` bytes of blanks and `>`.
fn without_margin(line: &str, margin: usize) -> &str {
    let cut = line.bytes().take(margin).take_while(|byte| matches!(byte, b' ' | b'\t' | b'>')).count();
    &line[cut..]
}

//! New lines in blocks of a page: nothing but those lines changes, and what does not fit is refused.

use thiserror::Error;

use super::{
    blocks::Prompts,
    front,
    markdown::{Fence, Item, items},
    page::Page,
};
use crate::source::{LineChange, Source, SourceId, Sources, changed};

/// New lines in one block.
#[derive(Clone, Copy, Debug)]
pub struct BlockChange<'c> {
    /// The line of its opening fence, from 1.
    pub fence: usize,
    /// The changes to its lines, the first of which is 0.
    pub changes: &'c [LineChange],
    /// Whether it is a transcript, in which a line with a prompt is a command.
    pub transcript: bool,
}

/// Why a block can't be changed so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum BlockChangeError {
    #[error("no block begins at line {0} any more")]
    NoBlock(usize),

    #[error("the block at line {0} has other lines now")]
    OtherLines(usize),

    #[error("the line `{0}` would be the next command of the transcript")]
    Command(String),

    #[error("the line `{0}` would end the comment that hides the block")]
    Comment(String),

    #[error("the block at line {0} would not have these lines: Markdown reads them otherwise")]
    Misread(usize),
}

/// The text of `source` (without a byte-order mark) with new lines in its blocks. Line ends, what stands before a line in a
/// list or quote, and all other lines stay byte for byte. A fence becomes longer where a new line would end it.
///
/// The text is read again, and all its blocks have to be what they were, but for these lines.
///
/// # Errors
///
/// Where the text would not say what was asked for. Of several blocks, the first that is wrong is named.
pub fn rewrite_blocks(
    source: SourceId,
    sources: &Sources,
    changes: &[BlockChange<'_>],
) -> Result<String, BlockChangeError> {
    let page = sources.get(source);
    let text = page.text();
    let fences = fences(source, text);
    let mut edits = Vec::with_capacity(changes.len());
    for change in changes {
        let index = fences
            .iter()
            .position(|fence| page.line(fence.line.start) == change.fence)
            .ok_or(BlockChangeError::NoBlock(change.fence))?;
        edits.push(Edit::new(&fences[index], index, *change)?);
    }
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.change.fence));
    let mut wrong = BlockChangeError::NoBlock(0);
    for way in [Before::Neighbour, Before::Fence, Before::FenceAndBlank] {
        let mut new: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        for edit in &edits {
            edit.apply(page, way, &mut new);
        }
        let new = new.concat();
        match misread(source, &new, &fences, &edits) {
            None => return Ok(new),
            Some(error) => wrong = error,
        }
    }
    Err(wrong)
}

/// The text of the block whose opening fence is on that line (from 1) of `source`; `None` where none begins there.
#[must_use]
pub fn block_text(source: SourceId, sources: &Sources, fence: usize) -> Option<String> {
    let page = sources.get(source);
    let fences = fences(source, page.text());
    let found = fences.iter().find(|found| page.line(found.line.start) == fence)?;
    Some(found.text.text().to_owned())
}

/// All fenced blocks of a text, ours or not.
fn fences(source: SourceId, text: &str) -> Vec<Fence> {
    let body = front::extent(text).map_or(0, |extent| extent.body);
    let items = items(Page { source, text }, body, &mut Vec::new());
    let fence = |item| match item {
        Item::Fence(fence) => Some(fence),
        _ => None,
    };
    items.into_iter().filter_map(fence).collect()
}

/// The first of the `edits` whose block is not what it was to be; of the other blocks, the first that is not as it was.
fn misread(source: SourceId, text: &str, old: &[Fence], edits: &[Edit<'_>]) -> Option<BlockChangeError> {
    let new = fences(source, text);
    let first = edits.iter().map(|edit| edit.change.fence).min().unwrap_or_default();
    for (index, old) in old.iter().enumerate() {
        let edit = edits.iter().find(|edit| edit.index == index);
        let wanted = edit.map_or(old.text.text(), |edit| &edit.wanted);
        let same = new.get(index).is_some_and(|new| {
            new.text.text() == wanted
                && new.closed == old.closed
                && new.hidden.is_some() == old.hidden.is_some()
        });
        if !same {
            return Some(BlockChangeError::Misread(edit.map_or(first, |edit| edit.change.fence)));
        }
    }
    (new.len() != old.len()).then_some(BlockChangeError::Misread(first))
}

/// What stands before a new line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// What stands before the nearest line of the block that has any text.
    Neighbour,
    /// What stands before the opening fence, a list's marker as blanks.
    Fence,
    /// The same and a blank: Markdown takes one off behind the `>` of a quote.
    FenceAndBlank,
}

/// One block and its new lines.
struct Edit<'c> {
    change: BlockChange<'c>,
    fence: &'c Fence,
    /// Which of the text's fences it is.
    index: usize,
    /// Its text as it is to be.
    wanted: String,
}

impl<'c> Edit<'c> {
    fn new(fence: &'c Fence, index: usize, change: BlockChange<'c>) -> Result<Self, BlockChangeError> {
        let lines: Vec<&str> = fence.text.text().split_terminator('\n').collect();
        let new = changed(&lines, change.changes).ok_or(BlockChangeError::OtherLines(change.fence))?;
        let prompts = Prompts::of(fence.text.text()).filter(|_| change.transcript);
        for line in change.changes.iter().flat_map(|change| &change.new) {
            if prompts.is_some_and(|prompts| prompts.begin(line)) {
                return Err(BlockChangeError::Command(line.clone()));
            }
            if fence.hidden.is_some() && line.contains("-->") {
                return Err(BlockChangeError::Comment(line.clone()));
            }
        }
        let wanted = new.iter().flat_map(|line| [line, "\n"]).collect();
        Ok(Self { change, fence, index, wanted })
    }

    /// Puts the new lines among the `lines` of the page, from the last change to the first, so that those above stay where
    /// they are.
    fn apply(&self, page: &Source, before: Before, lines: &mut Vec<String>) {
        let longer = self.longer(page);
        if longer > 0 {
            self.lengthen(page, longer, lines);
        }
        for change in self.change.changes.iter().rev() {
            let from = self.change.fence + change.at;
            let before = self.before(page, before, change.at);
            let ends: Vec<&str> = (0..change.new.len())
                .map(|at| {
                    // Of a line that goes, else of the line above.
                    let like = if at < change.removed { from + at } else { from + change.removed - 1 };
                    lines.get(like).map_or("\n", |line| line_end(line))
                })
                .collect();
            let new: Vec<String> = change
                .new
                .iter()
                .zip(ends)
                .map(|(line, end)| {
                    // No blanks at the end of a line.
                    let before = if line.is_empty() { before.trim_end() } else { &before };
                    format!("{before}{line}{end}")
                })
                .collect();
            let end = (from + change.removed).min(lines.len());
            lines.splice(from.min(end)..end, new);
        }
    }

    /// What stands before a new line in the place of the block's line `at`.
    fn before(&self, page: &Source, way: Before, at: usize) -> String {
        let blank = if way == Before::FenceAndBlank { " " } else { "" };
        if way == Before::Neighbour
            && let Some(before) = self.neighbour(page, at)
        {
            return before;
        }
        let line = page.line_range(self.change.fence);
        let margin = page.text().get(line.start..self.fence.line.start).unwrap_or_default();
        let keep = |c: char| if matches!(c, ' ' | '\t' | '>') { c } else { ' ' };
        margin.chars().map(keep).chain(blank.chars()).collect()
    }

    /// What stands before the line of the block that is nearest to `at` and has a text.
    fn neighbour(&self, page: &Source, at: usize) -> Option<String> {
        let mut starts = Vec::new();
        let mut start = 0;
        for (index, line) in self.fence.text.text().split_terminator('\n').enumerate() {
            if !line.trim().is_empty() {
                starts.push((index.abs_diff(at), start));
            }
            start += line.len() + 1;
        }
        let (_, start) = starts.into_iter().min()?;
        let place = self.fence.text.span(start..start).start;
        let line = page.line_range(page.line(place));
        page.text().get(line.start..place).map(str::to_owned)
    }

    /// By how much the fences must be longer so that no new line ends the block.
    fn longer(&self, page: &Source) -> usize {
        let (mark, length) = self.mark(page);
        let runs = self.change.changes.iter().flat_map(|change| &change.new).filter_map(|line| {
            let words = line.trim_matches([' ', '\t']);
            let info = words.trim_start_matches(mark);
            // What would close it; and what might open a block of ours, whose author would be told so.
            (info.is_empty() || info.contains('{')).then_some(words.len() - info.len())
        });
        runs.max().map_or(0, |run| (run + 1).saturating_sub(length))
    }

    /// The fence's character, and how many of it the opening fence has.
    fn mark(&self, page: &Source) -> (char, usize) {
        let line = page.text().get(self.fence.line.clone()).unwrap_or_default();
        let mark = line.chars().next().unwrap_or('`');
        (mark, line.len() - line.trim_start_matches(mark).len())
    }

    fn lengthen(&self, page: &Source, by: usize, lines: &mut [String]) {
        let (mark, _) = self.mark(page);
        let more = mark.to_string().repeat(by);
        let last = self.fence.text.text().matches('\n').count();
        for line in [self.change.fence - 1, self.change.fence + last] {
            if let Some(line) = lines.get_mut(line)
                && let Some(at) = line.find(&mark.to_string().repeat(3))
            {
                line.insert_str(at, &more);
            }
        }
    }
}

fn line_end(line: &str) -> &'static str {
    if line.ends_with("\r\n") { "\r\n" } else { "\n" }
}

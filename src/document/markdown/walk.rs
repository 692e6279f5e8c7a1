//! The walk through a page's Markdown.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{
    Fence, Item,
    comment::{self, Comment},
    fence::{opening, opens_ours},
    hidden,
};
use crate::{
    diagnostic::Diagnostic,
    document::page::Page,
    source::{Fragments, Span, Spanned},
};

/// All that the page holds for us behind the byte `body`, in order. Comments of ours that are wrong, and blocks of ours
/// that Markdown does not see as blocks, are reported.
pub(in crate::document) fn items(page: Page<'_>, body: usize, found: &mut Vec<Diagnostic>) -> Vec<Item> {
    let mut walk = Walk {
        page,
        found,
        items: Vec::new(),
        open: None,
        html: false,
        indented: false,
        comment_end: 0,
        attributes: None,
    };
    // Footnotes can hold blocks; nothing else of the extensions changes what a block is.
    let parser = Parser::new_ext(&page.text[body..], Options::ENABLE_FOOTNOTES);
    for (event, range) in parser.into_offset_iter() {
        walk.take(&event, body + range.start..body + range.end);
    }
    walk.lonely_attributes();
    walk.items
}

struct Walk<'a, 'f> {
    page: Page<'a>,
    found: &'f mut Vec<Diagnostic>,
    items: Vec<Item>,
    /// The fenced block that is being read.
    open: Option<Fence>,
    /// Whether we are in a block of HTML.
    html: bool,
    /// Whether the next text is the first of an indented code block.
    indented: bool,
    /// Where the last comment ends.
    comment_end: usize,
    /// A comment with attributes whose block is still to come: all of it, and what they are.
    attributes: Option<(Range<usize>, Range<usize>)>,
}

impl Walk<'_, '_> {
    fn take(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                let mut fence = self.begin(range);
                fence.comment = self.attributes_above(fence.line.start);
                self.open = Some(fence);
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => self.indented = true,
            Event::End(TagEnd::CodeBlock) => {
                self.indented = false;
                if let Some(fence) = self.open.take() {
                    let fence = finish(fence, self.page);
                    self.items.push(Item::Fence(fence));
                }
            }
            Event::Text(text) => {
                if let Some(fence) = &mut self.open {
                    push(&mut fence.text, text, range, self.page);
                } else if std::mem::take(&mut self.indented) {
                    self.unseen(range.start, "indented-block");
                }
            }
            Event::Start(Tag::HtmlBlock) => self.html = true,
            Event::End(TagEnd::HtmlBlock) => self.html = false,
            Event::Html(_) | Event::InlineHtml(_) => {
                self.comments(range.clone());
                if self.html && range.start >= self.comment_end {
                    self.unseen(range.start, "block-in-html");
                }
            }
            _ => {}
        }
    }

    fn begin(&self, block: Range<usize>) -> Fence {
        let rest = self.page.slice(block.clone());
        let line = block.start..block.start + rest.lines().next().map_or(0, |line| line.trim_end().len());
        let info = opening(self.page.slice(line.clone())).map_or(0, |(_, length)| length);
        let text = Fragments::new(
            self.page.source,
            (line.start + rest.find('\n').map_or(rest.len(), |at| at + 1)).min(block.end),
        );
        Fence {
            info: line.start + info..line.end,
            block,
            line,
            text,
            closed: false,
            comment: None,
            hidden: None,
        }
    }

    /// Takes the comments of ours that begin in `range`.
    fn comments(&mut self, range: Range<usize>) {
        let mut at = range.start.max(self.comment_end);
        while at < range.end {
            let Some(start) = self.page.slice(at..range.end).find("<!--").map(|offset| at + offset) else {
                return;
            };
            let inside = start + "<!--".len();
            let end = self.page.text[inside..]
                .find("-->")
                .map_or(self.page.text.len(), |length| inside + length + 3);
            if let Some(read) = comment::read(self.page, start..end) {
                match read {
                    Ok(comment) => self.comment(comment, start..end),
                    Err(error) => self.found.push(*error),
                }
            }
            self.comment_end = end;
            at = end;
        }
    }

    fn comment(&mut self, comment: Comment, range: Range<usize>) {
        let first = self.page.slice(range.clone()).lines().next().map_or(0, |line| line.trim_end().len());
        let span = self.page.span(range.start..range.start + first);
        let own = |place: Range<usize>| {
            Spanned::new(self.page.slice(place.clone()).to_owned(), self.page.span(place))
        };
        match comment {
            Comment::Tab(names) => {
                let names = names.into_iter().map(own).collect();
                self.items.push(Item::Tab { span, names });
            }
            Comment::End => self.items.push(Item::End(span)),
            Comment::Include(file) => self.items.push(Item::Include { file: own(file), comment: range }),
            Comment::Document => {
                let message = "front matter in a comment must be the first thing on a page";
                let error = Diagnostic::error("misplaced-front-matter", message, span, "not at the top");
                self.found.push(error.help("move it there, or put its keys into the front matter"));
            }
            Comment::Attributes(inside) => {
                self.lonely_attributes();
                self.attributes = Some((range, inside));
            }
            Comment::Hidden(inside) => {
                let fences = hidden::fences(self.page, range.start, inside);
                if fences.is_empty() {
                    let message = "the comment holds neither blocks nor attributes";
                    let error = Diagnostic::error("empty-comment", message, span, "says nothing");
                    self.found.push(error.help("put fenced blocks on the lines below `<!-- tutor`"));
                }
                self.items.extend(fences.into_iter().map(Item::Fence));
            }
        }
    }

    /// The attributes in a comment on the line above the fence that begins at `start`.
    fn attributes_above(&mut self, start: usize) -> Option<Range<usize>> {
        let (comment, inside) = self.attributes.take()?;
        let between = self.page.slice(comment.end..start);
        let near = between.matches('\n').count() == 1
            && between.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n' | '>'));
        if near {
            return Some(inside);
        }
        self.attributes = Some((comment, inside));
        self.lonely_attributes();
        None
    }

    /// Reports a comment with attributes that stands above no block.
    fn lonely_attributes(&mut self) {
        let Some((comment, _)) = self.attributes.take() else { return };
        // A fence there is none to Markdown.
        if self.opens_below(comment.end) {
            let line = self.page.span(comment);
            self.found.push(in_html(line));
            return;
        }
        let message = "no block stands on the line below these attributes";
        let span = self.page.span(comment);
        let error = Diagnostic::error("attributes-without-block", message, span, "they belong to nothing");
        self.found.push(error.help("put the comment on the line above the block's opening fence"));
    }

    /// Whether the next line looks like an opening fence.
    fn opens_below(&self, end: usize) -> bool {
        let rest = self.page.slice(end..self.page.text.len());
        let next = rest.split_once('\n').and_then(|(_, below)| below.lines().next());
        next.is_some_and(|line| opening(line.trim_start_matches([' ', '\t', '>']).trim_end()).is_some())
    }

    /// Reports a block of ours that Markdown shows, but does not see as a block.
    fn unseen(&mut self, start: usize, code: &'static str) {
        let line = self.page.slice(start..self.page.text.len()).lines().next().unwrap_or_default();
        let words = line.trim_start();
        let start = start + (line.len() - words.len());
        let range = start..start + words.trim_end().len();
        if opens_ours(self.page, range.clone()).is_none() {
            return;
        }
        let span = self.page.span(range);
        self.found.push(if code == "block-in-html" {
            in_html(span)
        } else {
            Diagnostic::warning(
                code,
                "the block is indented so far that Markdown shows it as it is",
                span,
                "not a block",
            )
            .help("indent it less, or like the text of the list item that it belongs to")
        });
    }
}

fn in_html(span: Span) -> Diagnostic {
    let message = "the block stands inside of HTML, where Markdown sees no block";
    Diagnostic::error("block-in-html", message, span, "not a block")
        .help("put an empty line between the HTML and the block")
}

/// Adds a piece of a block's text. Where Markdown made it up, the blanks that are left of a tab for one, it stands for
/// the nearest bytes.
fn push(text: &mut Fragments, piece: &str, range: Range<usize>, page: Page<'_>) {
    if page.slice(range.clone()) == piece {
        text.push(piece, range.start);
    } else {
        text.push_for(piece, range);
    }
}

/// Sees whether the block is closed, and ends its text with a line end.
fn finish(mut fence: Fence, page: Page<'_>) -> Fence {
    let length = fence.text.text().len();
    let end = if length == 0 { fence.line.end } else { fence.text.span(length..length).start };
    let rest = page.slice(end.min(fence.block.end)..fence.block.end);
    let mark = page.slice(fence.line.start..fence.info.start);
    fence.closed = !mark.is_empty() && rest.contains(mark);
    if length > 0 && !fence.text.text().ends_with('\n') {
        fence.text.push_for("\n", end..end);
    }
    fence
}

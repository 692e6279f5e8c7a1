//! YAML as a tree in which every node knows its place; keys given twice are kept, to be reported.

use std::{collections::HashMap, ops::Range};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as Marks};

use crate::{
    diagnostic::Diagnostic,
    source::{SourceId, Span},
};

/// No front matter is nested deeper; what is deeper would only exhaust the stack.
const MAX_DEPTH: usize = 32;
/// Aliases of aliases can multiply without end.
const MAX_NODES: usize = 20_000;

/// A node.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) value: Value,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Any scalar, as text: `27017` and `yes` are what they look like.
    Text(String),
    /// A key or list item without a value.
    Missing,
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

/// The first YAML document that stands at `range` of the source; `None` where there is nothing but comments.
pub(super) fn read(
    source: SourceId,
    text: &str,
    range: Range<usize>,
) -> Result<Option<Node>, Box<Diagnostic>> {
    let yaml = &text[range.clone()];
    let places = Places::new(source, yaml, range.start);
    let mut builder = Builder { places: &places, yaml, open: Vec::new(), anchors: HashMap::new(), nodes: 0 };
    for event in Parser::new_from_str(yaml) {
        let (event, marks) = event.map_err(|error| syntax_error(&error, &places))?;
        if let Some(root) = builder.take(event, marks)? {
            return Ok(Some(root));
        }
    }
    Ok(None)
}

fn syntax_error(error: &ScanError, places: &Places<'_>) -> Box<Diagnostic> {
    let at = places.byte(error.marker().index());
    let found = Diagnostic::error(
        "front-matter-syntax",
        "the front matter is not YAML",
        Span::new(places.source, at..at),
        error.info().to_lowercase(),
    );
    // The scanner gives up where the text ends, far from the quote that its author forgot.
    Box::new(found.help(
        "look here and at the line above: an unclosed quote or bracket, a tab, a `:` in a text without quotes",
    ))
}

/// From the parser's characters to the source's bytes.
struct Places<'a> {
    source: SourceId,
    yaml: &'a str,
    start: usize,
    /// The byte of each character; empty where all are one byte long.
    bytes: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(source: SourceId, yaml: &'a str, start: usize) -> Self {
        let bytes =
            if yaml.is_ascii() { Vec::new() } else { yaml.char_indices().map(|(at, _)| at).collect() };
        Self { source, yaml, start, bytes }
    }

    fn byte(&self, character: usize) -> usize {
        let at = if self.bytes.is_empty() { Some(character) } else { self.bytes.get(character).copied() };
        self.start + at.unwrap_or(self.yaml.len()).min(self.yaml.len())
    }

    fn range(&self, marks: Marks) -> Range<usize> {
        let start = self.byte(marks.start.index());
        start..self.byte(marks.end.index()).max(start)
    }
}

/// A list or map that has begun.
struct Open {
    start: usize,
    anchor: usize,
    value: Value,
    /// A map's key that waits for its value.
    key: Option<Node>,
}

struct Builder<'a> {
    places: &'a Places<'a>,
    yaml: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl Builder<'_> {
    /// Takes an event in; gives the root back when it is complete.
    fn take(&mut self, event: Event<'_>, marks: Marks) -> Result<Option<Node>, Box<Diagnostic>> {
        let range = self.places.range(marks);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let missing = text.is_empty() && style == ScalarStyle::Plain;
                let value = if missing { Value::Missing } else { Value::Text(text.into_owned()) };
                let range = self.trim(range, style);
                Ok(self.complete(self.node(range, value), anchor))
            }
            Event::Alias(anchor) => self.alias(anchor, range),
            Event::SequenceStart(anchor, _) => self.begin(range, anchor, Value::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.begin(range, anchor, Value::Map(Vec::new())),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(None) };
                let end = self.end(&open, range.end);
                Ok(self.complete(self.node(open.start..end.max(open.start), open.value), open.anchor))
            }
            _ => Ok(None),
        }
    }

    fn begin(
        &mut self,
        range: Range<usize>,
        anchor: usize,
        value: Value,
    ) -> Result<Option<Node>, Box<Diagnostic>> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.refuse(range, "the front matter is nested too deeply"));
        }
        self.open.push(Open { start: range.start, anchor, value, key: None });
        Ok(None)
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Result<Option<Node>, Box<Diagnostic>> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            return Err(self.refuse(range, "an alias stands inside of what it names"));
        };
        self.nodes += count(&node);
        if self.nodes > MAX_NODES {
            return Err(self.refuse(range, "the front matter's aliases grow without end"));
        }
        Ok(self.complete(Node { span: Span::new(self.places.source, range), ..node }, 0))
    }

    fn complete(&mut self, node: Node, anchor: usize) -> Option<Node> {
        self.nodes += 1;
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else { return Some(node) };
        match &mut open.value {
            Value::List(items) => items.push(node),
            Value::Map(entries) => match open.key.take() {
                Some(key) => {
                    // A value that is missing is pointed at by its key.
                    let missing = matches!(node.value, Value::Missing);
                    let node = if missing { Node { span: key.span, ..node } } else { node };
                    entries.push((key, node));
                }
                None => open.key = Some(node),
            },
            Value::Text(_) | Value::Missing => {}
        }
        None
    }

    /// A collection in brackets ends at its bracket; one by indentation where its last part ends, since the
    /// parser says only where the next thing begins.
    fn end(&self, open: &Open, bracket: usize) -> usize {
        let start = open.start - self.places.start;
        if self.yaml[start..].starts_with(['[', '{']) {
            return bracket;
        }
        match &open.value {
            Value::List(items) => items.last().map_or(open.start, |node| node.span.end),
            Value::Map(entries) => entries.last().map_or(open.start, |(_, node)| node.span.end),
            Value::Text(_) | Value::Missing => open.start,
        }
    }

    /// Without what the parser counts in: blanks, and behind a closing quote also a comment.
    fn trim(&self, range: Range<usize>, style: ScalarStyle) -> Range<usize> {
        let words = &self.yaml[range.start - self.places.start..range.end - self.places.start];
        let length = match style {
            ScalarStyle::SingleQuoted => quoted(words, '\''),
            ScalarStyle::DoubleQuoted => quoted(words, '"'),
            _ => None,
        };
        range.start..range.start + length.unwrap_or(words.trim_end().len())
    }

    fn node(&self, range: Range<usize>, value: Value) -> Node {
        Node { span: Span::new(self.places.source, range), value }
    }

    fn refuse(&self, range: Range<usize>, message: &str) -> Box<Diagnostic> {
        let span = Span::new(self.places.source, range);
        Box::new(Diagnostic::error("front-matter-syntax", message, span, "here"))
    }
}

/// The bytes up to the closing quote. A single quote within single quotes is written twice, which looks like one text
/// after another; a double quote is escaped.
fn quoted(words: &str, quote: char) -> Option<usize> {
    let open = words.find(quote)?;
    let mut rest = words[open + 1..].char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if c == '\\' && quote == '"' {
            rest.next();
        } else if c == quote && !(quote == '\'' && rest.next_if(|&(_, next)| next == quote).is_some()) {
            return Some(open + 1 + at + 1);
        }
    }
    None
}

/// The nodes of a tree. Its depth is bounded, so the recursion is too.
fn count(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(count).sum(),
        Value::Map(entries) => entries.iter().map(|(key, value)| count(key) + count(value)).sum(),
        Value::Text(_) | Value::Missing => 0usize,
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, Value, read};
    use crate::source::Sources;

    fn flat(node: &Node, sources: &Sources, out: &mut Vec<String>) {
        out.push(sources.slice(node.span).to_owned());
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| flat(item, sources, out)),
            Value::Map(entries) => entries.iter().for_each(|(key, value)| {
                flat(key, sources, out);
                flat(value, sources, out);
            }),
            Value::Text(_) | Value::Missing => {}
        }
    }

    fn spans(yaml: &str) -> Vec<String> {
        let page = format!("é---\n{yaml}");
        let mut sources = Sources::new();
        let id = sources.add("p.md", page.as_str());
        let root = read(id, sources.get(id).text(), 6..page.len()).unwrap().unwrap();
        let mut out = Vec::new();
        flat(&root, &sources, &mut out);
        out
    }

    #[test]
    fn spans_are_bytes_also_with_wide_characters_and_crlf() {
        assert_eq!(spans("日: [本, 'é']\r\n"), ["日: [本, 'é']", "日", "[本, 'é']", "本", "'é'"]);
        assert_eq!(
            spans("a:\r\n  b: \"x y\"  # c\r\n"),
            ["a:\r\n  b: \"x y\"", "a", "b: \"x y\"", "b", "\"x y\""]
        );
        assert_eq!(spans("a:\n"), ["a", "a", "a"]);
        assert_eq!(spans("'it''s' : \"\\\"x\" # 'c'\n")[1..], ["'it''s'", "\"\\\"x\""]);
        assert_eq!(spans("a: &x b\nc: *x\n"), ["a: &x b\nc: *x", "a", "&x b", "c", "*x"]);
    }

    #[test]
    fn what_is_refused() {
        let deep = format!("a: {}", "[".repeat(100));
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";
        for yaml in ["a: [b\n", "a: 'b\n", "a: b\n c: d\n", "a: *x\n", "&a [*a]\n", &deep, bomb] {
            let mut sources = Sources::new();
            let id = sources.add("p.md", yaml);
            let found = read(id, yaml, 0..yaml.len()).unwrap_err();
            assert_eq!(found.code, "front-matter-syntax", "{yaml}");
        }
    }
}

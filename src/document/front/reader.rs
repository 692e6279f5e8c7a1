//! Typed access to the front matter's nodes: what has the wrong type is reported, with what to type instead.

use std::collections::HashMap;

use super::yaml::{Node, Value};
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::Workspace,
    source::{SourceId, Sources, Span, Spanned},
};

/// Reads nodes and collects what is wrong with them.
pub(super) struct Reader<'a> {
    /// The file that is read.
    pub(super) source: SourceId,
    pub(super) sources: &'a Sources,
    pub(super) workspace: &'a dyn Workspace,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

/// An entry of a map whose key is one of those asked for.
pub(super) struct Entry<'n> {
    pub(super) key: Spanned<&'n str>,
    pub(super) value: &'n Node,
}

impl Reader<'_> {
    /// A text. `what` names it in the message: "`title`", "a program".
    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<Spanned<String>> {
        match &node.value {
            Value::Text(text) if text.contains('\0') => {
                let message = format!("{what} holds a NUL character, which no system takes");
                self.found.push(Diagnostic::error("nul-character", message, node.span, "here"));
                None
            }
            Value::Text(text) => Some(Spanned::new(text.clone(), node.span)),
            _ => self.wrong(node, what, "a text"),
        }
    }

    /// The items of a list. A single text gets the fix that makes a list of it.
    pub(super) fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.value {
            Value::List(items) => return items,
            Value::Text(_) => {
                let as_list = format!("[{}]", self.sources.slice(node.span));
                let message = format!("{what} must be a list, and is a text");
                let wrong = Diagnostic::error("wrong-type", message, node.span, "not a list")
                    .help("put it in brackets")
                    .fix(node.span, as_list);
                self.found.push(wrong);
            }
            _ => {
                self.wrong::<()>(node, what, "a list");
            }
        }
        &[]
    }

    /// The entries of a map, keys given twice reported and left out.
    pub(super) fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Vec<Entry<'n>> {
        let Value::Map(pairs) = &node.value else {
            self.wrong::<()>(node, what, "a map of keys and values");
            return Vec::new();
        };
        let mut entries: Vec<Entry<'n>> = Vec::with_capacity(pairs.len());
        // A map may be as long as a page, so it is not searched for each key.
        let mut first_places: HashMap<&str, Span> = HashMap::new();
        for (key, value) in pairs {
            let Value::Text(name) = &key.value else {
                self.wrong::<()>(key, &format!("a key of {what}"), "a text");
                continue;
            };
            if let Some(first) = first_places.get(name.as_str()) {
                let message = format!("the key `{name}` is given twice");
                let twice = Diagnostic::error("duplicate-key", message, key.span, "given again here")
                    .also(*first, "first given here");
                self.found.push(twice);
                continue;
            }
            first_places.insert(name, key.span);
            entries.push(Entry { key: Spanned::new(name, key.span), value });
        }
        entries
    }

    /// An unknown key under `what`, with the nearest of those that it knows.
    pub(super) fn unknown(&mut self, key: &Spanned<&str>, what: &str, known: &[&'static str]) {
        let message = format!("{what} has no key `{}`", key.value);
        let error = Diagnostic::error("unknown-key", message, key.span, "unknown key");
        self.found.push(match nearest(key.value, known.iter().copied()) {
            Some(near) => error.help(format!("did you mean `{near}`?")).fix(key.span, near),
            None => error.help(format!("the keys are {}", known.join(", "))),
        });
    }

    /// Says that `node` is not `expected`.
    pub(super) fn wrong<T>(&mut self, node: &Node, what: &str, expected: &str) -> Option<T> {
        let is = match &node.value {
            Value::Text(_) => "is a text",
            Value::Missing => "has no value",
            Value::List(_) => "is a list",
            Value::Map(_) => "is a map",
        };
        let message = format!("{what} must be {expected}, and {is}");
        self.found.push(Diagnostic::error("wrong-type", message, node.span, format!("not {expected}")));
        None
    }
}

//! The keys under `tutor`.

use super::{
    Extent,
    entries::{environment, placeholders, platforms, relocate, requirements, texts},
    reader::{Entry, Reader},
    redact::rules,
    yaml::{self, Node, Value},
};
use crate::{
    diagnostic::Diagnostic,
    document::{FrontMatter, values::duration},
    source::{SourceId, Sources, Span},
};

const KEYS: [&str; 13] = [
    "platform",
    "requires",
    "relocate",
    "placeholders",
    "secrets",
    "ports",
    "env",
    "copy",
    "timeout",
    "after",
    "redact",
    "counterpart",
    "covers",
];

/// What became of the front matter.
pub(in crate::document) enum Front {
    /// The page is no tutorial after all.
    None,
    /// It could not be read: what depends on it is not checked.
    Broken(FrontMatter),
    /// It was read, maybe with mistakes in single keys.
    Read(FrontMatter),
}

/// Reads the front matter at `extent`, and reports what is wrong with it.
pub(in crate::document) fn read(
    source: SourceId,
    extent: &Extent,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) -> Front {
    let text = sources.get(source).text();
    let opening = Span::new(source, extent.opening.clone());
    if !extent.closed {
        let unclosed = Diagnostic::error(
            "unclosed-front-matter",
            "the front matter is never closed",
            opening,
            "it begins here",
        );
        found.push(unclosed.help("put a line `---` behind its last line"));
        return Front::Broken(FrontMatter::empty(opening));
    }
    let root = match yaml::read(source, text, extent.yaml.clone()) {
        Ok(root) => root,
        Err(error) => {
            found.push(*error);
            return Front::Broken(FrontMatter::empty(opening));
        }
    };
    let Some(Node { value: Value::Map(pairs), .. }) = root else { return Front::None };
    let is = |pair: &&(Node, Node), name: &str| matches!(&pair.0.value, Value::Text(key) if key == name);
    let mut ours = pairs.iter().filter(|pair| is(pair, "tutor"));
    let Some((key, value)) = ours.next() else { return Front::None };
    let mut front = FrontMatter::empty(key.span);
    front.title = pairs.iter().find(|pair| is(pair, "title")).and_then(|(_, node)| match &node.value {
        Value::Text(title) => Some(title.clone()),
        _ => None,
    });
    if let Some((again, _)) = ours.next() {
        let message = "the key `tutor` is given twice";
        found.push(
            Diagnostic::error("duplicate-key", message, again.span, "given again here")
                .also(key.span, "first given here"),
        );
    }
    let mut reader = Reader { sources, found };
    if !matches!(value.value, Value::Missing) {
        for entry in reader.entries(value, "`tutor`") {
            key_of(&entry, &mut front, &mut reader);
        }
    }
    Front::Read(front)
}

fn key_of(entry: &Entry<'_>, front: &mut FrontMatter, reader: &mut Reader<'_>) {
    let Entry { key, value } = entry;
    match key.value {
        "platform" => front.platforms = platforms(value, reader),
        "requires" => front.requires = requirements(value, reader),
        "relocate" => front.relocate = relocate(value, reader),
        "placeholders" => front.placeholders = placeholders(value, reader),
        "secrets" => front.secrets = texts(value, reader, "`secrets`", "a secret"),
        "env" => front.env = environment(value, reader),
        "timeout" => {
            let text = reader.text(value, "`timeout`");
            if let Some(limit) = text.and_then(|text| duration(&text, "timeout", reader.found)) {
                front.timeout = limit;
            }
        }
        "redact" => front.redact = rules(value, reader),
        "ports" => reader.unsupported(key, "free ports (`ports`) are"),
        "copy" => reader.unsupported(key, "files copied into the scratch directory (`copy`) are"),
        "after" => reader.unsupported(key, "tutorials that run first (`after`) are"),
        "counterpart" => reader.unsupported(key, "parity with another page (`counterpart`) is"),
        "covers" => reader.unsupported(key, "code that a page describes (`covers`) is"),
        _ => reader.unknown(key, "`tutor`", &KEYS),
    }
}

//! The keys under `tutor`.

use super::{
    Extent,
    entries::{environment, placeholders, platforms, relocate, texts},
    files::{copies, counterpart, covers},
    mutants::marks,
    parity::exceptions,
    ports::ports,
    reader::{Entry, Reader},
    redact::rules,
    requires::requirements,
    yaml::{self, Node, Value},
};
use crate::{
    diagnostic::Diagnostic,
    document::{FrontMatter, Workspace, values::duration},
    source::{SourceId, Sources, Span, Spanned},
};

const KEYS: [&str; 15] = [
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
    "parity",
    "mutants",
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
    workspace: &dyn Workspace,
    found: &mut Vec<Diagnostic>,
) -> Front {
    let text = sources.get(source).text();
    let opening = Span::new(source, extent.opening.clone());
    if !extent.closed {
        let (mark, at) = if extent.comment { ("-->", "it") } else { ("---", "its last line") };
        let unclosed = Diagnostic::error(
            "unclosed-front-matter",
            "the front matter is never closed",
            opening,
            "it begins here",
        );
        found.push(unclosed.help(format!("put a line `{mark}` behind {at}")));
        return Front::Broken(FrontMatter::empty(opening));
    }
    let root = match yaml::read(source, text, extent.yaml.clone()) {
        Ok(root) => root,
        Err(error) => {
            found.push(*error);
            return Front::Broken(FrontMatter::empty(opening));
        }
    };
    let mut reader = Reader { source, sources, workspace, found };
    let is = |pair: &&(Node, Node), name: &str| matches!(&pair.0.value, Value::Text(key) if key == name);
    let pairs = match root {
        Some(Node { value: Value::Map(pairs), .. }) => pairs,
        // A comment is ours by its first word, and may leave all to the defaults.
        None if extent.comment => Vec::new(),
        Some(node) if extent.comment => {
            reader.wrong::<()>(&node, "front matter", "a map of keys and values");
            return Front::Broken(FrontMatter::empty(opening));
        }
        _ => return Front::None,
    };
    let mut ours = pairs.iter().filter(|pair| is(pair, "tutor"));
    let Some((key, value)) = ours.next() else {
        if !extent.comment {
            return Front::None;
        }
        // In a comment of ours the keys may also stand by themselves.
        let mut front = FrontMatter::empty(opening);
        front.title = title(&pairs);
        let own = pairs.iter().filter(|pair| !is(pair, "title")).cloned().collect();
        let node = Node { span: opening, value: Value::Map(own) };
        keys(&node, &mut front, &mut reader);
        return Front::Read(front);
    };
    let mut front = FrontMatter::empty(key.span);
    front.title = title(&pairs);
    if let Some((again, _)) = ours.next() {
        let message = "the key `tutor` is given twice";
        reader.found.push(
            Diagnostic::error("duplicate-key", message, again.span, "given again here")
                .also(key.span, "first given here"),
        );
    }
    if !matches!(value.value, Value::Missing) {
        keys(value, &mut front, &mut reader);
    }
    Front::Read(front)
}

fn title(pairs: &[(Node, Node)]) -> Option<String> {
    pairs.iter().find_map(|(key, value)| match (&key.value, &value.value) {
        (Value::Text(key), Value::Text(title)) if key == "title" => Some(title.clone()),
        _ => None,
    })
}

fn keys(node: &Node, front: &mut FrontMatter, reader: &mut Reader<'_>) {
    for entry in reader.entries(node, "`tutor`") {
        key_of(&entry, front, reader);
    }
    let taken = front.ports.iter().find_map(|port| {
        let same = front.placeholders.iter().find(|known| known.name.value == port.name.value)?;
        Some((port.name.clone(), same.name.span))
    });
    if let Some((port, first)) = taken {
        let message = format!("`{}` is both a placeholder and a port", port.value);
        reader.found.push(
            Diagnostic::error("duplicate-placeholder", message, port.span, "a port here")
                .also(first, "a placeholder here")
                .help("keep one of them"),
        );
    }
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
            front.timeout = text.and_then(|text| {
                duration(&text, "timeout", reader.found).map(|limit| Spanned::new(limit, text.span))
            });
        }
        "redact" => front.redact = rules(value, reader),
        "ports" => front.ports = ports(value, reader),
        "copy" => front.copy = copies(value, reader),
        "after" => front.after = texts(value, reader, "`after`", "a tutorial"),
        "counterpart" => front.counterpart = counterpart(value, reader),
        "parity" => front.parity = exceptions(value, reader),
        "mutants" => front.mutants = marks(value, reader),
        "covers" => front.covers = covers(value, reader),
        _ => reader.unknown(key, "`tutor`", &KEYS),
    }
}

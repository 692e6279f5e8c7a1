//! What `docs/` and the README say is true.

mod examples;
mod receipts;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A fenced block of a text of the documentation.
struct Fence {
    /// The file and the line of its opening fence.
    place: String,
    info: String,
    text: String,
}

impl Fence {
    fn language(&self) -> &str {
        self.info.split_whitespace().next().unwrap_or_default()
    }

    /// The value of `KEY=` behind the language.
    fn word(&self, key: &str) -> Option<&str> {
        self.words().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }

    fn says(&self, flag: &str) -> bool {
        self.words().any(|word| word == flag)
    }

    /// What stands before the braces, which belong to `tutor`.
    fn words(&self) -> impl Iterator<Item = &str> {
        self.info.split('{').next().unwrap_or_default().split_whitespace().skip(1)
    }

    fn is_example(&self) -> bool {
        self.language() == "markdown"
    }
}

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The texts: each page of `docs/`, and the README.
fn texts() -> Vec<(String, String)> {
    let folder = fs::read_dir(project().join("docs")).expect("docs/");
    let mut names: Vec<String> = folder
        .map(|entry| format!("docs/{}", entry.expect("an entry").file_name().to_string_lossy()))
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md"))
        .collect();
    names.sort();
    names.push("README.md".to_owned());
    let read = |name: String| (fs::read_to_string(project().join(&name)).expect("a text"), name);
    names.into_iter().map(read).map(|(text, name)| (name, text)).collect()
}

fn fences(name: &str, text: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut open: Option<Fence> = None;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let line = text[..range.start].matches('\n').count() + 1;
                open = Some(Fence {
                    place: format!("{name}:{line}"),
                    info: info.to_string(),
                    text: String::new(),
                });
            }
            Event::Text(part) => {
                if let Some(fence) = &mut open {
                    fence.text.push_str(&part);
                }
            }
            Event::End(TagEnd::CodeBlock) => fences.extend(open.take()),
            _ => {}
        }
    }
    fences
}

//! Where relocation by text falls short: words that name a parent of a relocated directory.

use crate::{
    diagnostic::Diagnostic,
    document::{BlockKind, Document, FrontMatter, Runs, paths::PagePath},
    source::{Fragments, Sources, Spanned},
};

/// Warns of words in commands that name a parent of a relocated directory: `cd /opt && mkdir certs` reaches
/// `/opt/certs` without naming it, which only a view of the file system of the run's own can follow. They matter where
/// paths are relocated by text, so the caller decides whether to ask.
#[must_use]
pub fn relocation_warnings(document: &Document, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for front in document.fronts(Runs::ALL) {
        below(front, document, sources, &mut found);
    }
    found
}

/// The warnings for the runs in which `front` holds.
fn below(front: &FrontMatter, document: &Document, sources: &Sources, found: &mut Vec<Diagnostic>) {
    let directories: Vec<Directory<'_>> = front.relocate.iter().filter_map(Directory::new).collect();
    for block in document.blocks_under(front) {
        let texts = match &block.kind {
            BlockKind::Shell(_) | BlockKind::Cleanup(_) | BlockKind::Service(_) => vec![&block.text],
            BlockKind::Transcript(transcript) => transcript.commands.iter().map(|one| &one.text).collect(),
            _ => continue,
        };
        for text in texts {
            for directory in &directories {
                directory.warn(text, &front.relocate, sources, found);
            }
        }
    }
}

/// A relocated directory and the directories above it.
struct Directory<'d> {
    relocated: &'d Spanned<String>,
    parents: Vec<String>,
    windows: bool,
}

impl<'d> Directory<'d> {
    fn new(relocated: &'d Spanned<String>) -> Option<Self> {
        let mut parents = PagePath::parse(&relocated.value)?.parents();
        let windows = relocated.value.as_bytes().get(1) == Some(&b':');
        if windows {
            for parent in &mut parents {
                parent.make_ascii_lowercase();
            }
        }
        Some(Self { relocated, parents, windows })
    }

    fn warn(
        &self,
        fragments: &Fragments,
        all: &[Spanned<String>],
        sources: &Sources,
        found: &mut Vec<Diagnostic>,
    ) {
        // The same text with `/` alone and, for Windows, in lower case; both keep every byte's place.
        let mut text = fragments.text().to_owned();
        if self.windows {
            text = text.replace('\\', "/");
            text.make_ascii_lowercase();
        }
        for parent in &self.parents {
            for (at, _) in text.match_indices(parent.as_str()) {
                let end = at + parent.len();
                // `/my/opt` and `x/opt` are other directories.
                let before = text[..at].chars().next_back();
                if before.is_some_and(|c| is_name(c) || matches!(c, '/' | '}' | '.' | '~'))
                    || !ends_here(&text[end..])
                {
                    continue;
                }
                // A parent that is relocated itself is replaced like any other.
                if all.iter().any(|directory| covers(&directory.value, parent)) {
                    continue;
                }
                let place = fragments.span(at..end);
                let message = format!(
                    "`{}` is a parent of the relocated `{}`, and is not relocated itself",
                    sources.slice(place),
                    self.relocated.value
                );
                found.push(
                    Diagnostic::warning("relocate-parent", message, place, "the machine's own directory")
                        .also(self.relocated.span, "relocated here")
                        .help("where paths are relocated by text, name the relocated directory in full"),
                );
            }
        }
    }
}

fn covers(directory: &str, parent: &str) -> bool {
    match (PagePath::parse(directory), PagePath::parse(parent)) {
        (Some(directory), Some(parent)) => parent.is_in(&directory),
        _ => false,
    }
}

/// Whether a path ends here, or goes on with something that a shell makes up, which may be the relocated directory:
/// `/opt/{a,b}`, `/opt/$D`, `/opt/c*`.
fn ends_here(rest: &str) -> bool {
    let Some(below) = rest.strip_prefix('/') else {
        return !rest.starts_with(|c: char| is_name(c) || matches!(c, '.' | '*' | '?' | '[' | '{' | '$'));
    };
    let component = below.split(|c: char| c == '/' || c.is_whitespace()).next().unwrap_or_default();
    component.is_empty()
        || component.starts_with(|c: char| !is_name(c) && c != '.')
        || component.contains(['*', '?', '[', '{', '$', '`'])
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::ends_here;

    #[test]
    fn where_a_path_ends() {
        for rest in ["", " x", "/", "/ x", "/{a,b}", "/$D", "/c*", "/\"certs\"", "\"", ";", ")", "//"] {
            assert!(ends_here(rest), "{rest}");
        }
        for rest in ["/certs", "/other x", "2", "-x", ".d", "*", "/.hidden"] {
            assert!(!ends_here(rest), "{rest}");
        }
    }
}

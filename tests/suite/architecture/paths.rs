//! The paths that a source names, in `use` lines and within code, from the root of their crate.

use super::lexer::Token;

/// A path into this crate: `document`, `StepId`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Its names, without `crate`.
    pub(super) names: Vec<String>,
    /// The line where it begins, from 1.
    pub(super) line: usize,
}

/// The paths into this crate that `tokens` name, those of a file of module `module`: `["plan", "build"]`.
pub(super) fn paths(tokens: &[Token], module: &[&str]) -> Vec<Path> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let before = at.checked_sub(1).and_then(|index| tokens.get(index)).map_or("", |token| &token.text);
        let Some((root, length)) = root(&tokens[at..], module).filter(|_| before != "::") else {
            at += 1;
            continue;
        };
        let line = tokens[at].line;
        let mut reader = Reader { tokens, at: at + length, line, found: &mut found };
        reader.tree(&root);
        at = reader.at.max(at + 1);
    }
    found
}

/// The module that a path begins at, and how many tokens say so, the `::` among them: `crate::`, `tutor::` of another
/// crate, `super::super::`.
fn root(tokens: &[Token], module: &[&str]) -> Option<(Vec<String>, usize)> {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    if text(1) != "::" {
        return None;
    }
    match text(0) {
        "crate" | "tutor" => Some((Vec::new(), 2)),
        "super" => {
            let ups = (0..tokens.len())
                .take_while(|up| text(2 * up) == "super" && text(2 * up + 1) == "::")
                .count();
            let left = module.len().saturating_sub(ups);
            Some((module[..left].iter().map(|&name| name.to_owned()).collect(), 2 * ups))
        }
        _ => None,
    }
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    line: usize,
    found: &'t mut Vec<Path>,
}

impl Reader<'_> {
    fn text(&self) -> &str {
        self.tokens.get(self.at).map_or("", |token| &token.text)
    }

    /// What follows a `::`: a name and more, or several trees in braces.
    fn tree(&mut self, before: &[String]) {
        if self.text() == "{" {
            self.at += 1;
            while !matches!(self.text(), "}" | "") {
                self.tree(before);
                while !matches!(self.text(), "," | "}" | "") {
                    // `as Name`
                    self.at += 1;
                }
                if self.text() == "," {
                    self.at += 1;
                }
            }
            self.at += 1;
            return;
        }
        let mut names = before.to_vec();
        if self.text() != "self" {
            names.push(self.text().to_owned());
        }
        self.at += 1;
        if self.text() == "::" {
            self.at += 1;
            // `Vec::<T>` ends the names.
            if self.text() != "<" {
                return self.tree(&names);
            }
        }
        self.found.push(Path { names, line: self.line });
    }
}

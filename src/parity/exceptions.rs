//! What an author allows to differ.

use std::collections::BTreeSet;

use super::facts::Difference;
use crate::{
    document::{Document, Exception, ExceptionOf, Runs},
    source::Span,
};

/// The exceptions that excepted something so far.
#[derive(Debug, Default)]
pub struct Used(BTreeSet<Span>);

impl Used {
    /// Whether this one did.
    pub(super) fn contains(&self, exception: &Exception) -> bool {
        self.0.contains(&exception.span())
    }
}

/// The exceptions that hold between two sides.
#[derive(Debug)]
pub(super) struct Exceptions<'d, 'u> {
    all: Vec<&'d Exception>,
    used: &'u mut Used,
}

impl<'d, 'u> Exceptions<'d, 'u> {
    /// Those of these pages, and of the tutorials that they include.
    pub(super) fn of(documents: &[&'d Document], used: &'u mut Used) -> Self {
        let fronts = documents
            .iter()
            .flat_map(|document| std::iter::once(&document.front).chain(document.fronts(Runs::ALL)));
        Self { all: fronts.flat_map(|front| &front.parity).collect(), used }
    }

    /// Whether a file may be there on one side only. It is known by any of its `names`.
    pub(super) fn file(&mut self, names: &[String]) -> bool {
        self.any(|of| matches!(of, ExceptionOf::File(pattern) if is_file(&pattern.value, names)))
    }

    /// Whether a certificate may be there on one side only.
    pub(super) fn certificate(&mut self, id: &str) -> bool {
        self.any(|of| matches!(of, ExceptionOf::Certificate(pattern) if fits(&pattern.value, id)))
    }

    /// Whether a step may be there on one side only.
    pub(super) fn step(&mut self, id: &str) -> bool {
        self.any(|of| matches!(of, ExceptionOf::Step(pattern) if fits(&pattern.value, id)))
    }

    fn any(&mut self, is: impl Fn(&ExceptionOf) -> bool) -> bool {
        let mut any = false;
        for exception in self.all.iter().filter(|exception| exception.only.is_empty() && is(&exception.of)) {
            any = true;
            self.used.0.insert(exception.span());
        }
        any
    }

    /// The differences of a file that are no exceptions.
    pub(super) fn of_file(&mut self, names: &[String], found: Vec<Difference>) -> Vec<Difference> {
        self.left(|of| matches!(of, ExceptionOf::File(pattern) if is_file(&pattern.value, names)), found)
    }

    /// The differences of a certificate that are no exceptions.
    pub(super) fn of_certificate(&mut self, id: &str, found: Vec<Difference>) -> Vec<Difference> {
        self.left(|of| matches!(of, ExceptionOf::Certificate(pattern) if fits(&pattern.value, id)), found)
    }

    fn left(&mut self, is: impl Fn(&ExceptionOf) -> bool, mut found: Vec<Difference>) -> Vec<Difference> {
        let mut kept = vec![true; found.len()];
        for exception in self.all.iter().filter(|exception| is(&exception.of)) {
            for (difference, kept) in found.iter().zip(&mut kept) {
                let named = |only: &str| covers(only, &difference.what);
                if exception.only.is_empty() || exception.only.iter().any(|only| named(&only.value)) {
                    *kept = false;
                    self.used.0.insert(exception.span());
                }
            }
        }
        let mut kept = kept.into_iter();
        found.retain(|_| kept.next().unwrap_or(true));
        found
    }
}

/// Whether `only` names what differs: itself, or what it is a part of.
fn covers(only: &str, what: &str) -> bool {
    let (only, what) = (only.trim(), what.trim());
    only == what || what.strip_prefix(only).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// A pattern with a `/` or `\` is one of a whole path, else of the file's name alone.
fn is_file(pattern: &str, names: &[String]) -> bool {
    let pattern = pattern.replace('\\', "/");
    names.iter().any(|name| {
        let name = name.replace('\\', "/");
        let last = name.rsplit('/').next().unwrap_or(&name);
        fits(&pattern, if pattern.contains('/') { &name } else { last })
    })
}

/// Whether a text is of the form of a pattern, in which `*` stands for anything but `/`.
fn fits(pattern: &str, text: &str) -> bool {
    let (patterns, texts) = (pattern.split('/'), text.split('/'));
    patterns.clone().count() == texts.clone().count()
        && patterns.zip(texts).all(|(pattern, text)| part_fits(pattern, text))
}

fn part_fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut tail) = text.strip_prefix(head) else { return false };
    // What stands between two stars is taken where it comes first: that leaves most to those behind it.
    let mut middle = rest.split('*').peekable();
    while let Some(part) = middle.next() {
        if middle.peek().is_none() {
            return tail.ends_with(part);
        }
        match tail.find(part) {
            Some(at) => tail = &tail[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{covers, fits, is_file};

    #[test]
    fn patterns() {
        let cases = [
            ("mdb.csr", "mdb.csr", true),
            ("mdb.csr", "mdb.crt", false),
            ("*.ext", "mdb.ext", true),
            ("*.ext", ".ext", true),
            ("*.ext", "mdb.ext2", false),
            ("m*b.*", "mdb.key", true),
            ("*", "d/x", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("a*a", "a", false),
            ("**", "", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
        let names = ["C:\\opt\\certs\\mdb.csr".to_owned()];
        for (pattern, expected) in [
            ("mdb.csr", true),
            ("C:/opt/certs/*", true),
            ("C:\\opt\\certs\\mdb.csr", true),
            ("certs/mdb.csr", false),
        ] {
            assert_eq!(is_file(pattern, &names), expected, "{pattern}");
        }
        for (only, what, expected) in [
            ("net", "net.port", true),
            ("net", "net", true),
            ("net", "network", false),
            ("a", "a[0].b", true),
        ] {
            assert_eq!(covers(only, what), expected, "{only} {what}");
        }
    }
}

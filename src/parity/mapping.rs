//! Paths and texts of two sides in one form: relocated directories that correspond have one name, `\` is `/`, and on
//! Windows letter case means nothing.

use super::side::{Side, is_drive};
use crate::{
    document::{FrontMatter, PlaceholderValue, filled},
    plan::Relocation,
    source::{Fragments, Spanned},
};

/// Begins the name that stands for a relocated directory; a private character, which no page has.
const MARK: char = '\u{e000}';

/// How one of two sides is read.
#[derive(Debug)]
pub(super) struct View<'d> {
    relocation: Relocation,
    fold: bool,
    /// All placeholders of the side: for paths.
    full: &'d FrontMatter,
    /// Those that the other side has not, but for secrets: for texts. A placeholder of both is the same word to a reader.
    own: FrontMatter,
}

/// The views of two sides.
pub(super) fn views<'d>(one: &Side<'d>, other: &Side<'d>) -> (View<'d>, View<'d>) {
    let fold = one.is_windows() || other.is_windows();
    let (ours, theirs) = directories(one, other, fold);
    let view = |side: &Side<'d>, other: &Side<'d>, pairs| View {
        relocation: Relocation::new(pairs),
        fold,
        full: side.front,
        own: own(side.front, other.front),
    };
    (view(one, other, ours), view(other, one, theirs))
}

/// Directories with the names that stand for them.
type Pairs = Vec<(String, String)>;

/// Each side's relocated directories with the names that stand for them. Those with the same place correspond, a drive's
/// letter apart; of the others the first and the first, and so on, where both sides have as many.
fn directories(one: &Side<'_>, other: &Side<'_>, fold: bool) -> (Pairs, Pairs) {
    let place = |directory: &str| {
        let bare = directory.get(2..).filter(|_| is_drive(directory)).unwrap_or(directory);
        folded(&slashed(bare), fold)
    };
    let (ours, theirs) = (one.relocated(), other.relocated());
    let mut places: Vec<String> = ours.iter().map(|directory| place(directory)).collect();
    let alone = |own: &[&str], others: &[&str]| -> Vec<String> {
        let has = |wanted: &String| others.iter().any(|other| place(other) == *wanted);
        own.iter().map(|directory| place(directory)).filter(|place| !has(place)).collect()
    };
    let (our_own, their_own) = (alone(&ours, &theirs), alone(&theirs, &ours));
    let together = our_own.len() == their_own.len();
    let name = |place: &String, places: &mut Vec<String>| {
        let paired = their_own.iter().position(|own| own == place).filter(|_| together);
        let place = paired.and_then(|at| our_own.get(at)).unwrap_or(place);
        let number = places.iter().position(|known| known == place).unwrap_or_else(|| {
            places.push(place.clone());
            places.len() - 1
        });
        format!("/{MARK}{number}")
    };
    let mut pairs = |own: Vec<&str>| -> Pairs {
        own.into_iter()
            .map(|directory| (directory.to_owned(), name(&place(directory), &mut places)))
            .collect()
    };
    (pairs(ours), pairs(theirs))
}

/// The placeholders of `front` that `other` has not, and that may be shown; and all ports, as the page shows them.
fn own(front: &FrontMatter, other: &FrontMatter) -> FrontMatter {
    let mut own = FrontMatter::empty(front.span);
    let shared = |name: &str| other.placeholders.iter().any(|placeholder| placeholder.name.value == name);
    let secret = |name: &str| front.secrets.iter().any(|secret| secret.value == name);
    for placeholder in &front.placeholders {
        let name = placeholder.name.value.as_str();
        if !shared(name) && !secret(name) && matches!(placeholder.value, PlaceholderValue::Text(_)) {
            own.placeholders.push(placeholder.clone());
        }
    }
    own.ports.clone_from(&front.ports);
    own
}

impl View<'_> {
    /// A path of a reader, placeholders and all.
    pub(super) fn path(&self, written: &Spanned<String>) -> String {
        let mut text = Fragments::new(written.span.source, written.span.start);
        text.push(&written.value, written.span.start);
        filled(&text, self.full).text().to_owned()
    }

    /// A block's text as a reader has it; placeholders that both sides have stay.
    pub(super) fn filled(&self, text: &Fragments) -> Fragments {
        filled(text, &self.own)
    }

    /// A path in the form in which it is compared, without a `/` at its end.
    pub(super) fn key(&self, path: &str) -> String {
        let mapped = slashed(&self.text(path));
        let key = mapped.trim_end_matches('/');
        folded(if key.is_empty() && mapped.starts_with('/') { "/" } else { key }, self.fold)
    }

    /// Names of files in the form in which they are compared.
    pub(super) fn name(&self, name: &str) -> String {
        folded(name, self.fold)
    }

    /// A text with the relocated directories named alike, and the paths below them.
    pub(super) fn text(&self, text: &str) -> String {
        let relocated = self.relocation.apply(text);
        let mut done = String::with_capacity(relocated.len());
        let mut rest = relocated.as_str();
        while let Some(at) = rest.find(MARK) {
            done.push_str(&rest[..at]);
            done.truncate(done.trim_end_matches(['/', '\\']).len());
            done.push('/');
            done.push(MARK);
            rest = self.below(&rest[at + MARK.len_utf8()..], &mut done);
        }
        done + rest
    }

    /// Takes over what is left of a path; gives back what stands behind it.
    fn below<'t>(&self, mut rest: &'t str, done: &mut String) -> &'t str {
        loop {
            let name = rest.len() - rest.trim_start_matches(is_name).len();
            done.push_str(&folded(&rest[..name], self.fold));
            rest = &rest[name..];
            let after = rest.trim_start_matches(['/', '\\']);
            if after.len() == rest.len() || !after.starts_with(is_name) {
                return rest;
            }
            done.push('/');
            rest = after;
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '~' | '%' | '+' | '@' | '.')
}

/// Whether a path starts at a root or a drive.
pub(super) fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || is_drive(path)
}

/// With `/` alone, and without what means nothing.
fn slashed(path: &str) -> String {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect();
    let root = if path.starts_with(['/', '\\']) { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

fn folded(text: &str, fold: bool) -> String {
    if fold { text.to_lowercase() } else { text.to_owned() }
}

/// The last part of a path in any style.
pub(super) fn last(path: &str) -> &str {
    path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(path)
}

//! Which kind a block of ours is, and whether it takes the attributes it has.

use std::ops::Range;

use crate::{
    diagnostic::Diagnostic,
    document::{
        attributes::{Attributes, Class, Kind},
        page::Page,
    },
    source::Spanned,
};

/// The kind that classes and language make; `None` where classes contradict each other.
pub(super) fn kind(
    attributes: &Attributes,
    language: Option<&Range<usize>>,
    page: Page<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Kind> {
    let transcript = language.is_some_and(|language| page.slice(language.clone()) == "console");
    // `.skip` stands beside the class of the block that is skipped for now.
    let skip = attributes.classes.iter().find(|class| class.value == Class::Skip);
    let mut others = attributes.classes.iter().filter(|class| class.value != Class::Skip);
    let first = others.next();
    if let (Some(first), Some(second)) = (first, others.next()) {
        found.push(two_kinds(first, second));
        return None;
    }
    Some(match (skip, first) {
        (Some(skip), Some(part)) if matches!(part.value, Class::Output | Class::Answers) => {
            found.push(two_kinds(skip, part));
            return None;
        }
        (Some(_), _) => Kind::Class(Class::Skip),
        (None, Some(class)) => Kind::Class(class.value),
        (None, None) if transcript => Kind::Transcript,
        (None, None) => Kind::Step,
    })
}

fn two_kinds(first: &Spanned<Class>, second: &Spanned<Class>) -> Diagnostic {
    let message = format!("a block cannot be both `.{}` and `.{}`", first.value.name(), second.value.name());
    Diagnostic::error("two-kinds", message, second.span, "the second class")
        .also(first.span, "the first class")
        .help("keep one of them")
}

/// Reports attributes that the kind does not take.
pub(super) fn check_attributes(kind: Kind, attributes: &Attributes, found: &mut Vec<Diagnostic>) {
    found.extend(attributes.keys().filter(|key| !kind.takes(&key.value)).map(|key| not_taken(kind, key)));
}

fn not_taken(kind: Kind, key: &Spanned<String>) -> Diagnostic {
    let message = format!("{} does not take `{}`", kind.phrase(), key.value);
    let takers: Vec<String> = Kind::that_take(&key.value)
        .into_iter()
        .map(|kind| {
            let phrase = kind.phrase();
            let (_, noun) = phrase.split_once(' ').unwrap_or(("", phrase));
            format!("{noun}s")
        })
        .collect();
    let error = Diagnostic::error("attribute-not-taken", message, key.span, "not taken here");
    match takers.split_last() {
        Some((only, [])) => error.help(format!("only {only} take it")),
        Some((last, rest)) => error.help(format!("{} and {last} take it", rest.join(", "))),
        None => error,
    }
}

//! The platforms of one page, and a page and its counterpart.

use super::{
    ends::compared,
    exceptions::{Exceptions, Used},
    found::{Between, Found, on},
    side::{listed, sides},
    steps,
};
use crate::{
    diagnostic::Diagnostic,
    document::{Document, ExceptionOf},
    source::Spanned,
};

/// Warns of what is there on some of the page's platforms and not the same on others.
#[must_use]
pub fn between_platforms(document: &Document, used: &mut Used) -> Vec<Diagnostic> {
    let mut exceptions = Exceptions::of(&[document], used);
    let mut found = steps::missing_on_platforms(document, &mut exceptions);
    let sides = sides(document);
    let Some((first, others)) = sides.split_first() else { return found };
    let mut all: Vec<(Found, Vec<String>)> = Vec::new();
    for side in others {
        for one in compared(first, side, &mut exceptions) {
            add(&mut all, one, side.name());
        }
    }
    for (one, names) in all {
        let second = format!("on {}", listed(&names));
        let between = Between { first: &on(first), second: &second, named: None };
        found.push(one.diagnostic(&between));
    }
    found
}

/// A page that another names as its counterpart.
#[derive(Clone, Copy, Debug)]
pub struct Counterpart<'d> {
    /// What it says.
    pub document: &'d Document,
    /// How and where it is named.
    pub named: &'d Spanned<String>,
    /// Whether it names the page in turn. Then its exceptions hold as well.
    pub names_back: bool,
    /// Whether it is asked about itself too, and tells what steps it has more.
    pub asked_too: bool,
    /// Whether it was asked about itself before: then it has told what differs.
    pub asked_before: bool,
}

/// Warns of what one of two pages has and the other has not, or not the same.
#[must_use]
pub fn between_pages(page: &Document, other: Counterpart<'_>, used: &mut Used) -> Vec<Diagnostic> {
    let both = [page, other.document];
    let mut exceptions = Exceptions::of(if other.names_back { &both } else { &both[..1] }, used);
    let mut found = steps::missing_in_counterpart(page, other, &mut exceptions);
    if other.names_back && other.asked_before {
        return found;
    }
    let (ours, theirs) = (sides(page), sides(other.document));
    let mut all: Vec<((usize, Found), Vec<String>)> = Vec::new();
    for side in &theirs {
        // A platform that is like one of the platforms here is like this page; where these differ from each other, that is
        // told of this page alone.
        let against = ours.iter().enumerate().map(|(at, own)| (at, compared(own, side, &mut exceptions)));
        let Some((at, least)) = against.min_by_key(|(_, found)| found.len()) else { continue };
        for one in least {
            add(&mut all, (at, one), side.name());
        }
    }
    for ((at, one), names) in all {
        let first = called("this page", ours.len() > 1, &ours[at].name());
        let second = called(&format!("`{}`", other.named.value), theirs.len() > 1, &listed(&names));
        let between = Between { first: &first, second: &second, named: Some(other.named.span) };
        found.push(one.diagnostic(&between));
    }
    found
}

/// `on this page`, `on windows/cmd of this page`.
fn called(page: &str, several: bool, platforms: &str) -> String {
    if several { format!("on {platforms} of {page}") } else { format!("on {page}") }
}

/// Adds what differs for one more side.
fn add<T: PartialEq>(all: &mut Vec<(T, Vec<String>)>, one: T, side: String) {
    match all.iter_mut().find(|(known, _)| *known == one) {
        Some((_, sides)) => sides.push(side),
        None => all.push((one, vec![side])),
    }
}

/// Warns of the page's own exceptions that have excepted nothing: to be asked when all has been compared.
#[must_use]
pub fn unused_exceptions(document: &Document, used: &Used) -> Vec<Diagnostic> {
    let unused = document.front.parity.iter().filter(|exception| !used.contains(exception));
    unused
        .filter(|exception| exception.span().source == document.source)
        .map(|exception| {
            let (ExceptionOf::File(name) | ExceptionOf::Certificate(name) | ExceptionOf::Step(name)) =
                &exception.of;
            let message = format!("the exception for `{}` excepts nothing", name.value);
            let warning =
                Diagnostic::warning("unused-exception", message, name.span, "nothing differs there");
            warning.help(match document.front.counterpart {
                None if sides(document).len() < 2 && document.platforms.len() < 2 => {
                    "a page has exceptions where it is for several platforms, or names a `counterpart`"
                }
                _ => "take it away, or see whether the name is spelt as on the page",
            })
        })
        .collect()
}

//! What differs, and how it is told.

use super::{
    facts::Difference,
    side::{Side, listed},
};
use crate::{diagnostic::Diagnostic, source::Span};

/// So many names, values and places are shown; the rest is counted.
const MOST: usize = 5;
/// Longer values are cut.
const WIDEST: usize = 60;

/// What two sides differ in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Files that one of them has.
    Files(Lack),
    /// Certificates that one of them makes.
    Certificates(Lack),
    /// A file that both have.
    File(Differing),
    /// A certificate that both make.
    Certificate(Differing),
}

/// What one side has and the other lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lack {
    /// Whether it is the first side that has it.
    pub(super) first: bool,
    /// Names and places.
    pub(super) has: Vec<(String, Span)>,
    /// Where the other side says what it has.
    pub(super) list: Option<Span>,
}

/// What both have, and not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Differing {
    pub(super) name: String,
    /// Where it stands on each side.
    pub(super) places: (Span, Span),
    /// Never none.
    pub(super) differences: Vec<Difference>,
}

/// How the two sides are called: `on macos`, `on this page`.
#[derive(Debug)]
pub(super) struct Between<'s> {
    pub(super) first: &'s str,
    pub(super) second: &'s str,
    /// Where the first page names the second, where they are two.
    pub(super) named: Option<Span>,
}

impl Found {
    pub(super) fn diagnostic(&self, between: &Between<'_>) -> Diagnostic {
        match self {
            Self::Files(lack) => lack.diagnostic("different-files", "file", between),
            Self::Certificates(lack) => lack.diagnostic("different-certificates", "certificate", between),
            Self::File(differing) => differing.diagnostic("different-files", "file", between),
            Self::Certificate(differing) => {
                differing.diagnostic("different-certificates", "certificate", between)
            }
        }
    }
}

impl Lack {
    fn diagnostic(&self, code: &'static str, noun: &str, between: &Between<'_>) -> Diagnostic {
        let names: Vec<String> = self.has.iter().map(|(name, _)| format!("`{name}`")).collect();
        let (has, lacks) =
            if self.first { (between.first, between.second) } else { (between.second, between.first) };
        let (is, nouns) = if names.len() == 1 { ("is", "") } else { ("are", "s") };
        let message = format!("the {noun}{nouns} {} {is} there {has} and not {lacks}", shortened(&names));
        let mut places = self.has.iter().map(|(_, place)| *place).take(MOST);
        // A page is told of its own place first.
        let first = match (between.named, self.first) {
            (Some(counterpart), false) => Some((counterpart, "its counterpart")),
            _ => places.next().map(|place| (place, "there")),
        };
        let Some((place, label)) = first else {
            return Diagnostic::warning(code, message, self.has[0].1, "there");
        };
        let mut warning = Diagnostic::warning(code, message, place, label);
        for place in places {
            warning = warning.also(place, "there");
        }
        if let Some(list) = self.list {
            warning = warning.also(list, "not in this list");
        } else if let (Some(counterpart), true) = (between.named, self.first) {
            warning = warning.also(counterpart, "not there");
        }
        let name = &self.has[0].0;
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        warning.help(format!(
            "let both have the same, or say why not under `parity`: `{{{noun}: {name}, reason: …}}`"
        ))
    }
}

impl Differing {
    fn diagnostic(&self, code: &'static str, noun: &str, between: &Between<'_>) -> Diagnostic {
        let whats: Vec<String> =
            self.differences.iter().map(|difference| format!("`{}`", cut(&difference.what))).collect();
        let message = format!(
            "the {noun} `{}` is not the same {} as {}: {}",
            self.name,
            between.second,
            between.first,
            shortened(&whats)
        );
        let first = values(&self.differences, |difference| difference.one.as_deref());
        let second = values(&self.differences, |difference| difference.other.as_deref());
        // Of two pages the one that is asked about itself comes first.
        let warning = Diagnostic::warning(code, message, self.places.0, first).also(self.places.1, second);
        let only = &self.differences[0].what;
        warning.help(format!(
            "let both say the same, or say why not under `parity`: `{{{noun}: {}, only: [{}], reason: …}}`",
            self.name,
            if only.contains([',', ':', '[', ']', '#', '"', '\'']) {
                format!("'{}'", only.replace('\'', "''"))
            } else {
                only.clone()
            }
        ))
    }
}

/// `net.port: 27017; processManagement.fork: not there`.
fn values<'d>(differences: &'d [Difference], of: impl Fn(&'d Difference) -> Option<&'d str>) -> String {
    let shown: Vec<String> = differences
        .iter()
        .take(MOST)
        .map(|difference| {
            format!("{}: {}", cut(&difference.what), of(difference).map_or("not there".into(), cut))
        })
        .collect();
    let more = differences.len().saturating_sub(MOST);
    if more == 0 { shown.join("; ") } else { format!("{}; and {more} more", shown.join("; ")) }
}

/// A text on one line, not too wide.
fn cut(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WIDEST + 1).collect();
    match line.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// `a, b and c`; the first of many.
pub(super) fn shortened(names: &[String]) -> String {
    if names.len() > MOST + 1 {
        return format!("{} and {} more", names[..MOST].join(", "), names.len() - MOST);
    }
    listed(names)
}

/// How a side is called among those of its page.
pub(super) fn on(side: &Side<'_>) -> String {
    format!("on {}", side.name())
}

#[cfg(test)]
mod tests {
    use super::{cut, shortened};

    #[test]
    fn lists_of_names() {
        let names: Vec<String> = ('a'..='h').map(String::from).collect();
        let cases =
            [(0, ""), (1, "a"), (2, "a and b"), (6, "a, b, c, d, e and f"), (8, "a, b, c, d, e and 3 more")];
        for (count, expected) in cases {
            assert_eq!(shortened(&names[..count]), expected);
        }
    }

    #[test]
    fn long_values() {
        assert_eq!(cut("a\nb"), "a b");
        assert_eq!(cut(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(cut(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }
}

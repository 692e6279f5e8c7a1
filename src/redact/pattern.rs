//! The built-in patterns that are regular expressions. Each is compiled when a line first needs it.

use std::{borrow::Cow, sync::OnceLock};

use regex::{Captures, Regex};

/// A pattern and what it shows instead. Group 1 and 2, where it has them, are kept before and after the name.
#[derive(Debug)]
pub(super) struct Pattern {
    name: &'static str,
    source: &'static str,
    regex: OnceLock<Option<Regex>>,
    /// Whether what stands behind a match, if it is this, shows that it is something else.
    unless_followed: fn(&str) -> bool,
}

impl Pattern {
    const fn new(name: &'static str, source: &'static str) -> Self {
        Self { name, source, regex: OnceLock::new(), unless_followed: |_| false }
    }

    const fn unless_followed(mut self, by: fn(&str) -> bool) -> Self {
        self.unless_followed = by;
        self
    }

    /// Replaces what it finds.
    pub(super) fn replace<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // The sources are constants, and a test compiles each: `None` does not occur.
        let Some(regex) = self.regex.get_or_init(|| Regex::new(self.source).ok()) else {
            return Cow::Borrowed(text);
        };
        regex.replace_all(text, |captures: &Captures<'_>| {
            let end = captures.get(0).map_or(0, |found| found.end());
            let kept = |group| captures.get(group).map_or("", |found| found.as_str());
            if (self.unless_followed)(&text[end..]) {
                kept(0).to_owned()
            } else {
                format!("{}{}{}", kept(1), self.name, kept(2))
            }
        })
    }
}

macro_rules! month {
    () => {
        "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    };
}
macro_rules! weekday {
    () => {
        "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
    };
}
macro_rules! clock {
    () => {
        "[0-2][0-9]:[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]+)?)?"
    };
}
macro_rules! duration {
    () => {
        concat!(
            "(?:[0-9]+ ?d,? ?)?(?:",
            number_and_unit!(),
            ")(?:(?:,? (?:and )?)?",
            number_and_unit!(),
            ")*"
        )
    };
}
macro_rules! number_and_unit {
    () => {
        concat!(
            "[0-9]+(?:[.,][0-9]+)?(?:e-?[0-9]+)? ?",
            "(?:(?:nano|micro|milli)?seconds?|minutes?|hours?|days?|weeks?",
            "|secs?|mins?|hrs?|ns|us|\u{b5}s|\u{3bc}s|ms|s|m|h)"
        )
    };
}

/// ISO 8601, extended and basic: `2026-11-24T03:54:01.5+01:00`, `20261124T035401Z`.
pub(super) static ISO_TIME: Pattern = Pattern::new(
    "[TIME]",
    concat!(
        r"(?-u:\b)(?:[0-9]{4}-[01][0-9]-[0-3][0-9][T ]",
        clock!(),
        "(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?|[0-9]{8}T[0-9]{6}(?:Z|[+-][0-9]{4})?)",
        r"(?-u:\b)"
    ),
);

/// RFC 2822 and the dates of HTTP: `Tue, 24 Nov 2026 03:54:01 +0000`.
pub(super) static MAIL_TIME: Pattern = Pattern::new(
    "[TIME]",
    concat!(
        r"(?-u:\b)(?:",
        weekday!(),
        ", )?[0-3]?[0-9] ",
        month!(),
        " [0-9]{4} ",
        clock!(),
        r" (?:[+-][0-9]{4}(?: \([A-Z]+\))?|(?:[A-Z]{1,5}(?-u:\b)))"
    ),
);

/// `date`'s default, syslog's, OpenSSL's and C's: `Tue Nov 24 03:54:01 UTC 2026`, `Nov 24 03:54:01`,
/// `Nov 24 03:54:01 2026 GMT`.
pub(super) static UNIX_TIME: Pattern = Pattern::new(
    "[TIME]",
    concat!(
        r"(?-u:\b)(?:",
        weekday!(),
        " )?",
        month!(),
        " (?: [1-9]|[0-3]?[0-9]) [0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:[.][0-9]+)?",
        r"(?: [AP]M)?(?: (?:(?:[A-Z]{3,5}|[+-][0-9]{2,4}) )?(?:19|20|21)[0-9]{2}(?: (?:GMT|UTC|[+-][0-9]{4}))?)?(?-u:\b)"
    ),
);

/// Eight, four, four, four and twelve hexadecimal digits.
pub(super) static UUID: Pattern = Pattern::new(
    "[UUID]",
    r"(?-u:\b)[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?-u:\b)",
);

/// `pid 12`, `PID: 12`, `"pid":12`, `process 12`.
pub(super) static PID: Pattern = Pattern::new(
    "[PID]",
    r#"((?-u:\b)(?:(?i:pid)"?(?: ?[:=#] ?| )|(?i:process)(?: (?i:id))?(?: ?[:=#] ?| ))"?)[0-9]+(?-u:\b)"#,
)
.unless_followed(|rest| {
    // `process 2.5 GB`, `process 1,000 lines`: an amount.
    let mut next = rest.chars();
    matches!(next.next(), Some('.' | ',')) && next.next().is_some_and(|next| next.is_ascii_digit())
});

/// A number with a time unit after `in`, `took`, `after`.
pub(super) static DURATION: Pattern = Pattern::new(
    "[DURATION]",
    concat!(r"((?-u:\b)(?i:in|took|after)(?-u:\b)[:=]? ?)", duration!(), r"(?-u:\b)"),
)
.unless_followed(|rest| rest.starts_with('/'));

/// One in parentheses.
pub(super) static PARENTHESIS: Pattern =
    Pattern::new("[DURATION]", concat!(r"(\((?:[^()]*, )?)", duration!(), r"([),;])"));

#[cfg(test)]
pub(super) static ALL: [&Pattern; 7] =
    [&ISO_TIME, &MAIL_TIME, &UNIX_TIME, &UUID, &PID, &DURATION, &PARENTHESIS];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_compiles() {
        for pattern in ALL {
            assert!(Regex::new(pattern.source).is_ok(), "{}", pattern.source);
        }
    }
}

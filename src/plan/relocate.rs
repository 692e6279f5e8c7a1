//! Relocation by text: the page's directories become the run's own wherever a text names them, and back again.
//!
//! Only whole components count, so `/opt/certs2`, `/my/opt/certs` and `$ROOT/opt/certs` are other directories. Text
//! can't tell everything: what it takes for the end or the beginning of a path is written down at [`ends`] and
//! [`begins`].

use std::cmp::Reverse;

/// Directories, and where they are in one run.
#[derive(Clone, Debug, Default)]
pub struct Relocation {
    /// From the page's paths to the run's, the longest first.
    there: Vec<Rule>,
    /// From the run's paths to the page's, the longest first.
    back: Vec<Rule>,
}

/// One path, and what stands in its place.
#[derive(Clone, Debug)]
struct Rule {
    from: Path,
    to: Path,
}

/// An absolute path in parts, free of how its separators are written.
#[derive(Clone, Debug)]
struct Path {
    /// `C` of `C:\data`; such a path is matched without regard to letter case.
    drive: Option<char>,
    names: Vec<String>,
}

/// How a separator is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    /// `/`
    Slash,
    /// `\`
    Backslash,
    /// `\\`, as within quotes of many languages.
    EscapedBackslash,
    /// `\/`, as in `sed` and JSON.
    EscapedSlash,
}

impl Relocation {
    /// The relocation of pairs (the page's path, the run's path), all of them absolute.
    ///
    /// Where two pairs have the same page path, the first one counts on the way there, and both on the way back: a
    /// run's directory may have two names (`/tmp`, `/private/tmp`). A pair with a root in it (`/`, `C:\`) is left
    /// out: text can't tell it from any other separator.
    #[must_use]
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        let mut relocation = Self::default();
        for (page, real) in pairs {
            let (page, real) = (Path::parse(&page), Path::parse(&real));
            if page.names.is_empty() || real.names.is_empty() {
                continue;
            }
            relocation.back.push(Rule { from: real.clone(), to: page.clone() });
            relocation.there.push(Rule { from: page, to: real });
        }
        // Stable, so that the first of two equal paths stays the first.
        for rules in [&mut relocation.there, &mut relocation.back] {
            rules.sort_by_key(|rule| Reverse(rule.from.names.len()));
        }
        relocation
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.there.is_empty()
    }

    /// A text of the page as the run needs it.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        replace(&self.there, text)
    }

    /// A text of the run as the page shows it.
    #[must_use]
    pub fn back(&self, text: &str) -> String {
        replace(&self.back, text)
    }
}

/// One pass: what was put in is not looked at again.
fn replace(rules: &[Rule], text: &str) -> String {
    let mut done = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(start) = next_path(text, at) {
        let found = rules.iter().find_map(|rule| rule.from.matches(text, start).map(|found| (rule, found)));
        if let Some((rule, (end, separator))) = found {
            done.push_str(&text[copied..start]);
            rule.to.write(&mut done, separator);
            (copied, at) = (end, end);
        } else {
            at = start + 1;
        }
    }
    done.push_str(&text[copied..]);
    done
}

/// Where, at or after the byte `at`, an absolute path may begin: a separator, or a drive's letter.
fn next_path(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().skip(at).find_map(|(position, byte)| match byte {
        b'/' | b'\\' => Some(position),
        b':' => position.checked_sub(1).filter(|&letter| letter >= at && bytes[letter].is_ascii_alphabetic()),
        _ => None,
    })
}

impl Path {
    fn parse(text: &str) -> Self {
        let mut chars = text.chars();
        let drive = match (chars.next(), chars.next()) {
            (Some(letter), Some(':')) if letter.is_ascii_alphabetic() => Some(letter),
            _ => None,
        };
        let rest = if drive.is_some() { &text[2..] } else { text };
        let names = rest.split(['/', '\\']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Self { drive, names }
    }

    /// Where this path ends in `text` if it stands at `start`, and how its first separator is written.
    fn matches(&self, text: &str, start: usize) -> Option<(usize, Separator)> {
        let mut at = start;
        if let Some(drive) = self.drive {
            let written = text[at..].chars().next()?;
            if !written.eq_ignore_ascii_case(&drive) || !text[at + 1..].starts_with(':') {
                return None;
            }
            at += 2;
        }
        let first = Separator::at(&text[at..])?;
        for (index, name) in self.names.iter().enumerate() {
            let separator = Separator::at(&text[at..])?;
            // `\` and `/` may mix in one path. Escaped ones are so throughout, or the first is a host's (`\\host`).
            if separator != first && (separator.is_escaped() || first.is_escaped()) {
                return None;
            }
            at += separator.text().len();
            if index > 0 && separator == Separator::Slash {
                at += text[at..].len() - text[at..].trim_start_matches('/').len();
            }
            at += prefix(&text[at..], name, self.drive.is_some())?;
        }
        (ends(&text[at..]) && begins(&text[..start], self.drive.is_some(), first)).then_some((at, first))
    }

    fn write(&self, to: &mut String, separator: Separator) {
        if let Some(drive) = self.drive {
            to.push(drive);
            to.push(':');
        }
        for name in &self.names {
            to.push_str(separator.text());
            to.push_str(name);
        }
    }
}

impl Separator {
    /// The separator that `text` begins with.
    fn at(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [b'/', ..] => Some(Self::Slash),
            [b'\\', b'\\', ..] => Some(Self::EscapedBackslash),
            [b'\\', b'/', ..] => Some(Self::EscapedSlash),
            [b'\\', ..] => Some(Self::Backslash),
            _ => None,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Slash => "/",
            Self::Backslash => "\\",
            Self::EscapedBackslash => "\\\\",
            Self::EscapedSlash => "\\/",
        }
    }

    fn is_escaped(self) -> bool {
        matches!(self, Self::EscapedBackslash | Self::EscapedSlash)
    }
}

/// How many bytes of `text` spell `name`; `None` where it begins with something else.
fn prefix(text: &str, name: &str, ignore_case: bool) -> Option<usize> {
    if !ignore_case {
        return text.starts_with(name).then_some(name.len());
    }
    let mut chars = text.char_indices();
    for wanted in name.chars() {
        let (_, written) = chars.next()?;
        if written != wanted && !written.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(chars.next().map_or(text.len(), |(at, _)| at))
}

/// Whether a path's last component is over where `after` follows. A full stop is part of a name only before more of
/// it: `/opt/certs.bak`, but "in /opt/certs."
fn ends(after: &str) -> bool {
    !after.trim_start_matches('.').starts_with(is_name)
}

/// Whether an absolute path can begin after `before`: nothing there that makes it the rest of a longer path.
fn begins(before: &str, drive: bool, separator: Separator) -> bool {
    if drive {
        // Also `file:///C:/data`.
        let ahead = before.trim_end_matches(['/', '\\']);
        return begins_after(ahead, ahead.len() < before.len());
    }
    match separator {
        Separator::Slash => {
            let ahead = before.trim_end_matches('/');
            match before.len() - ahead.len() {
                // `file:///opt` names the path, but the `opt` of `https://opt` is a host.
                1 if ahead.ends_with(':') => false,
                // The rest of an escaped one, `\/`, which was looked at with its backslash.
                _ if ahead.ends_with('\\') => false,
                run => is_escape(ahead) || begins_after(ahead, run > 0),
            }
        }
        // The slash before it is no part of a path written like this one: `s/\/opt\/certs/…/`.
        Separator::EscapedSlash => before.ends_with('/') || begins_after(before, false),
        // After a backslash it is a share of a host, after `C:` a path of that drive.
        Separator::Backslash | Separator::EscapedBackslash => {
            !before.ends_with('\\') && !is_drive(before) && begins_after(before, false)
        }
    }
}

/// Whether `ahead`, with more `separators` behind it or not, leaves room for the beginning of a path.
fn begins_after(ahead: &str, separators: bool) -> bool {
    let Some(last) = ahead.chars().next_back() else { return true };
    match last {
        // The quotes of `"$ROOT"/opt` close, those of `"/opt"` open.
        '"' | '\'' | '`' => separators || !closes(ahead, last),
        ')' | ']' | '}' | '*' | '?' | '.' => false,
        // Of `user@/opt` no program makes a path, but `curl --data @/opt/…` does.
        '@' => true,
        _ if !is_name(last) => true,
        _ => !separators && is_glued_option(ahead),
    }
}

/// Whether `text` ends with the escape of a blank character: `printf 'a\n/opt/certs'`.
fn is_escape(text: &str) -> bool {
    text.ends_with("\\n") || text.ends_with("\\t") || text.ends_with("\\r")
}

/// Whether `text` ends with a drive.
fn is_drive(text: &str) -> bool {
    let Some(ahead) = text.strip_suffix(':') else { return false };
    let mut last = ahead.chars().rev();
    last.next().is_some_and(|c| c.is_ascii_alphabetic()) && !last.next().is_some_and(is_name)
}

/// What a component may hold besides full stops. Not `,`, `:`, `;`, `=`, `#`, `$`, brackets: between paths they are far
/// more frequent than in one.
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '~' | '%' | '+' | '@')
}

/// Whether the quote at the end of `text` closes something: quotes on its line are even, and no blank or `=` is before
/// it.
fn closes(text: &str, quote: char) -> bool {
    let line = text.rsplit('\n').next().unwrap_or(text);
    let inner = line.strip_suffix(quote).unwrap_or(line);
    let attached = inner.ends_with(|c| is_name(c) || matches!(c, ')' | ']' | '}' | '.'));
    attached && line.matches(quote).count().is_multiple_of(2)
}

/// Whether `text` ends with a short option to which a path is glued: `-I/opt/include`.
fn is_glued_option(text: &str) -> bool {
    let ahead = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let Some(ahead) = ahead.strip_suffix('-').filter(|_| ahead.len() < text.len()) else { return false };
    ahead.is_empty()
        || ahead.ends_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '(' | ',' | '='))
}

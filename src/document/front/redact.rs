//! The page's own redaction rules.

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::{reader::Reader, yaml::Node};
use crate::{
    diagnostic::Diagnostic,
    document::RedactRule,
    source::{Span, Spanned},
};

/// `redact`: a list of patterns, each with its name in recordings.
pub(super) fn rules(node: &Node, reader: &mut Reader<'_>) -> Vec<RedactRule> {
    let mut rules = Vec::new();
    for node in reader.list(node, "`redact`") {
        let (mut pattern, mut with) = (None, None);
        let before = reader.found.len();
        for entry in reader.entries(node, "a redaction rule") {
            match entry.key.value {
                "pattern" => pattern = reader.text(entry.value, "`pattern`"),
                "with" => with = reader.text(entry.value, "`with`"),
                _ => reader.unknown(&entry.key, "a redaction rule", &["pattern", "with"]),
            }
        }
        match (pattern, with) {
            (Some(pattern), Some(with)) => rules.extend(rule(&pattern, &with, reader.found)),
            _ if reader.found.len() > before => {}
            (pattern, _) => reader.found.push(incomplete(node.span, pattern.is_none())),
        }
    }
    rules
}

fn incomplete(span: Span, no_pattern: bool) -> Diagnostic {
    let missing = if no_pattern { "pattern" } else { "with" };
    let message = format!("a redaction rule has no `{missing}`");
    Diagnostic::error("missing-key", message, span, format!("no `{missing}` here"))
        .help("write it like `{pattern: 'session [0-9a-f]+', with: 'session [ID]'}`")
}

fn rule(
    pattern: &Spanned<String>,
    with: &Spanned<String>,
    found: &mut Vec<Diagnostic>,
) -> Option<RedactRule> {
    let regex = match Regex::new(&pattern.value) {
        Ok(regex) => regex,
        Err(error) => {
            found.push(bad_pattern(pattern.span, &error));
            return None;
        }
    };
    if regex.is_match("") {
        let message = "the pattern also matches the empty text";
        let help = "let it match at least one character, `+` instead of `*`";
        found.push(Diagnostic::error("empty-match", message, pattern.span, "matches everywhere").help(help));
        return None;
    }
    if regex_syntax::parse(&pattern.value).is_ok_and(|pattern| needs_line_break(&pattern)) {
        let message = "the pattern wants a line break, and rules see one line at a time";
        let help = if pattern.value.ends_with('\n') {
            "YAML's `|` and `>` end a text with a line break: put the pattern in single quotes"
        } else {
            "write a rule for each of the lines, or a line `...` in the expected output for any lines"
        };
        found.push(
            Diagnostic::warning("pattern-over-lines", message, pattern.span, "never matches").help(help),
        );
    }
    if let Some(group) = unknown_group(&regex, &with.value) {
        let message = format!("`${group}` names no group of the pattern");
        let unknown = Diagnostic::error("unknown-group", message, with.span, "would be replaced by nothing")
            .also(pattern.span, groups(regex.captures_len() - 1))
            .help("write `${1}x` where text follows a group, and `$$` for a dollar sign");
        found.push(unknown);
    }
    if with.value.contains("[..]") || with.value.trim() == "..." {
        let message = "a redaction puts a wildcard there";
        let help = "a page that shows what came would match anything: give it a name, as in `[ID]`";
        found.push(
            Diagnostic::error("wildcard-name", message, with.span, "means anything in expected output")
                .help(help),
        );
        return None;
    }
    Some(RedactRule { pattern: regex, with: with.value.clone(), span: pattern.span })
}

/// Whether all that the pattern matches holds a newline or a carriage return, which no line has: other carriage returns
/// than that at its end are shown as `\x0d`.
fn needs_line_break(pattern: &Hir) -> bool {
    let is_break = |start: char, end: char| (start..=end).all(|c| matches!(c, '\n' | '\r'));
    match pattern.kind() {
        HirKind::Literal(literal) => literal.0.iter().any(|byte| matches!(byte, b'\n' | b'\r')),
        HirKind::Class(Class::Unicode(class)) => {
            !class.ranges().is_empty() && class.iter().all(|range| is_break(range.start(), range.end()))
        }
        HirKind::Class(Class::Bytes(class)) => {
            !class.ranges().is_empty()
                && class.iter().all(|range| is_break(range.start().into(), range.end().into()))
        }
        HirKind::Repetition(repetition) => repetition.min > 0 && needs_line_break(&repetition.sub),
        HirKind::Capture(capture) => needs_line_break(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(needs_line_break),
        HirKind::Alternation(choices) => choices.iter().all(needs_line_break),
        HirKind::Empty | HirKind::Look(_) => false,
    }
}

fn groups(count: usize) -> String {
    match count {
        0 => "no group here".to_owned(),
        1 => "one group here".to_owned(),
        more => format!("{more} groups here"),
    }
}

pub(super) fn bad_pattern(span: Span, error: &regex::Error) -> Diagnostic {
    let words = error.to_string();
    // A syntax error is drawn with the pattern above it; its last line says what is wrong.
    let why = words.lines().last().unwrap_or(&words).trim().trim_start_matches("error: ");
    Diagnostic::error("bad-pattern", "the pattern is not a regular expression", span, why)
        .help("write it in the syntax of the crate `regex`, best in single quotes: '\\d+'")
}

/// The first group that `with` refers to and `pattern` lacks.
fn unknown_group<'w>(pattern: &Regex, with: &'w str) -> Option<&'w str> {
    let mut rest = with;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let name = if let Some(inner) = rest.strip_prefix('{') {
            inner.split_once('}').map_or("", |(name, _)| name)
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            &rest[..end]
        };
        let known = match name.parse::<usize>() {
            Ok(number) => number < pattern.captures_len(),
            Err(_) => name.is_empty() || pattern.capture_names().flatten().any(|group| group == name),
        };
        if !known {
            return Some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::{needs_line_break, unknown_group};

    #[test]
    fn patterns_that_only_match_over_lines() {
        let cases = [
            (r"a\nb", true),
            (r"a\r\nb", true),
            ("a\nb", true),
            (r"a\r", true),
            (r"[\r\n]+x", true),
            (r"(?s)(?:a.*\n)+", true),
            (r"(a\n|b\x0a)", true),
            (r"\x{d}", true),
            (
                r"(?x) a
                b",
                false,
            ),
            (r"a\r?\n?b", false),
            (r"a[^\n]+", false),
            (r"a[\s\n]b", false),
            (r"a\n|b", false),
            (r"a(\n)*b", false),
            (r"a\\nb", false),
            (r"a\sb$", false),
            (r"[a&&b]", false),
        ];
        for (pattern, expected) in cases {
            assert_eq!(needs_line_break(&regex_syntax::parse(pattern).unwrap()), expected, "{pattern}");
        }
    }

    #[test]
    fn groups_that_a_pattern_lacks() {
        let pattern = Regex::new("(?P<id>a)(b)").unwrap();
        let cases = [
            ("$1 ${2} $id ${id}x $$9 $", None),
            ("$3", Some("3")),
            ("$1x", Some("1x")),
            ("${name}", Some("name")),
        ];
        for (with, expected) in cases {
            assert_eq!(unknown_group(&pattern, with), expected, "{with}");
        }
    }
}

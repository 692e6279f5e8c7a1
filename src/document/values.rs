//! The values of attributes and keys: durations, numbers, exit statuses, file modes, lists.

use std::{collections::HashMap, time::Duration};

use super::{ExitRule, Expect, OutputStream, Streams};
use crate::{
    diagnostic::{Diagnostic, nearest},
    platform::{Platform, Shell, System},
    source::{Span, Spanned},
};

const DURATION_FORMS: &str = "write it like `500ms`, `30s` or `2m`";

/// A duration longer than nothing. `name` is the attribute or key.
pub(super) fn duration(text: &Spanned<String>, name: &str, found: &mut Vec<Diagnostic>) -> Option<Duration> {
    let value = text.value.as_str();
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = value.split_at(digits);
    let parsed = number.parse::<u64>().ok().and_then(|number| match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        _ => None,
    });
    match parsed {
        // A year: what is beyond it is a slip, and could overflow a clock.
        Some(duration) if !duration.is_zero() && duration.as_secs() <= 366 * 24 * 3600 => Some(duration),
        Some(_) => {
            let message = format!("`{name}` must be longer than nothing and shorter than a year");
            found.push(Diagnostic::error("bad-duration", message, text.span, "out of range"));
            None
        }
        None => {
            let message = format!("`{value}` is no duration for `{name}`");
            let error = Diagnostic::error("bad-duration", message, text.span, "not a duration");
            found.push(match (number.is_empty(), unit.trim()) {
                // Seconds are only the likeliest.
                (false, "") => error.help(DURATION_FORMS).suggest(text.span, format!("{number}s")),
                (false, "sec" | "secs" | "seconds") => {
                    error.help(DURATION_FORMS).fix(text.span, format!("{number}s"))
                }
                (false, "min" | "mins" | "minutes") => {
                    error.help(DURATION_FORMS).fix(text.span, format!("{number}m"))
                }
                _ => error.help(DURATION_FORMS),
            });
            None
        }
    }
}

/// `exit=`: a status, `any` or `nonzero`.
///
/// On Unix it is a byte, on Windows (Win32's `GetExitCodeProcess`) 32 bits, which its interpreter shows with a sign.
pub(super) fn exit(
    text: &Spanned<String>,
    of_windows: bool,
    found: &mut Vec<Diagnostic>,
) -> Option<ExitRule> {
    match text.value.as_str() {
        "any" => return Some(ExitRule::Any),
        "nonzero" => return Some(ExitRule::Nonzero),
        number => match number.parse::<i32>() {
            Ok(status @ 0..=255) => return Some(ExitRule::Is(status)),
            Ok(status) if of_windows => return Some(ExitRule::Is(status)),
            _ => {}
        },
    }
    let message = format!("`{}` is no exit status", text.value);
    let error = Diagnostic::error("bad-exit", message, text.span, "no exit status");
    let near = if text.value.parse::<i64>().is_ok() { None } else { near_exit(&text.value) };
    found.push(match near {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(text.span, near),
        None if of_windows => error.help("write a number of 32 bits, `any` or `nonzero`"),
        None => error.help("write a number from 0 to 255, `any` or `nonzero`"),
    });
    None
}

fn near_exit(word: &str) -> Option<&'static str> {
    match word {
        "*" => Some("any"),
        "!0" | "non-zero" | "error" | "failure" => Some("nonzero"),
        "success" | "ok" => Some("0"),
        _ => nearest(word, ["any", "nonzero"]),
    }
}

/// `retry=`: how often it is tried again.
pub(super) fn attempts(text: &Spanned<String>, found: &mut Vec<Diagnostic>) -> Option<u32> {
    let times = text.value.parse::<u32>().ok().filter(|times| (1..=10_000).contains(times));
    if times.is_none() {
        let message = format!("`{}` does not say how often to try again", text.value);
        let error = Diagnostic::error("bad-retry", message, text.span, "not a number from 1 to 10000");
        found.push(error.help("write it like `retry=5 every=2s`"));
    }
    times
}

/// `mode=`: a file's permission bits, octal.
pub(super) fn mode(text: &Spanned<String>, found: &mut Vec<Diagnostic>) -> Option<u32> {
    let octal = !text.value.is_empty()
        && text.value.len() <= 4
        && text.value.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
    match u32::from_str_radix(&text.value, 8) {
        Ok(mode) if octal => Some(mode),
        _ => {
            let message = format!("`{}` is no file mode", text.value);
            let error = Diagnostic::error("bad-mode", message, text.span, "not up to four octal digits");
            found.push(error.help("write it like `0640`"));
            None
        }
    }
}

/// `snapshot=`: what is recorded.
pub(super) fn recorded(text: &Spanned<String>, found: &mut Vec<Diagnostic>) -> Option<Expect> {
    Some(match text.value.as_str() {
        "all" => Expect::Recording(Streams::All),
        "stdout" => Expect::Recording(Streams::Stdout),
        "stderr" => Expect::Recording(Streams::Stderr),
        "none" => Expect::Nothing,
        other => {
            let message = format!("`{other}` does not say what is recorded");
            let error = Diagnostic::error("bad-snapshot", message, text.span, "unknown value");
            found.push(match nearest(other, ["all", "stdout", "stderr", "none"]) {
                Some(near) => error.help(format!("did you mean `{near}`?")).fix(text.span, near),
                None => error.help("the values are all, stdout, stderr and none"),
            });
            return None;
        }
    })
}

/// The platforms that names stand for: systems, their variants, and `unix` for two of them. Each comes once; names that
/// stand for none are reported.
pub(super) fn platforms(names: &[Spanned<String>], found: &mut Vec<Diagnostic>) -> Vec<Spanned<Platform>> {
    let mut platforms: Vec<Spanned<Platform>> = Vec::new();
    for name in names {
        let Some(expanded) = Platform::expand(&name.value) else {
            found.push(no_platform(name));
            continue;
        };
        if let Some(shell) = expanded.iter().find_map(impossible) {
            found.push(no_variant(name, shell));
            continue;
        }
        for platform in expanded {
            // `[macos, unix]` means macOS once.
            if !platforms.iter().any(|known| known.value == platform) {
                platforms.push(Spanned::new(platform, name.span));
            }
        }
    }
    platforms
}

/// The shell that a variant is named after, where that shell is never on its system.
fn impossible(platform: &Platform) -> Option<Shell> {
    let shell = Shell::of_language(platform.variant.as_deref()?)?;
    (!shell.can_be_on(platform.system)).then_some(shell)
}

fn no_variant(name: &Spanned<String>, shell: Shell) -> Diagnostic {
    let (system, variant) = name.value.split_once('/').unwrap_or((&name.value, ""));
    let message = format!("there is no `{variant}` on {system}");
    let error = Diagnostic::error("unknown-platform", message, name.span, "no such variant");
    match System::ALL.into_iter().find(|system| shell.can_be_on(*system)) {
        Some(home) => error
            .help(format!("`{variant}` is only on {home}"))
            .suggest(name.span, format!("{home}/{variant}")),
        None => error,
    }
}

fn no_platform(name: &Spanned<String>) -> Diagnostic {
    let (system, _) = name.value.split_once('/').unwrap_or((&name.value, ""));
    if Platform::NAMES.contains(&system) {
        let message = format!("`{}` names no variant of a platform", name.value);
        return Diagnostic::error("unknown-platform", message, name.span, "no such variant").help(
            "a variant is written like `windows/cmd`: lowercase letters, digits and hyphens behind the `/`",
        );
    }
    let message = format!("there is no platform `{system}`");
    let error = Diagnostic::error("unknown-platform", message, name.span, "unknown platform");
    let other_names = [("mac", "macos"), ("osx", "macos"), ("darwin", "macos"), ("win", "windows")];
    let lower = system.to_lowercase();
    let other = other_names.into_iter().find(|&(other, _)| other == lower).map(|(_, ours)| ours);
    match other.or_else(|| nearest(&lower, Platform::NAMES)) {
        Some(near) => {
            let fixed = format!("{near}{}", &name.value[system.len()..]);
            error.help(format!("did you mean `{near}`?")).fix(name.span, fixed)
        }
        None => error.help("the platforms are windows, macos, linux and unix"),
    }
}

/// `stream=`: the stream that an `.output` block shows.
pub(super) fn stream(text: &Spanned<String>, found: &mut Vec<Diagnostic>) -> Option<OutputStream> {
    Some(match text.value.as_str() {
        "stdout" => OutputStream::Stdout,
        "stderr" => OutputStream::Stderr,
        other => {
            let message = format!("there is no stream `{other}`");
            let error = Diagnostic::error("bad-stream", message, text.span, "unknown stream");
            found.push(match nearest(other, ["stdout", "stderr"]) {
                Some(near) => error.help(format!("did you mean `{near}`?")).fix(text.span, near),
                None => error.help("the streams are stdout and stderr; without `stream=` both are compared"),
            });
            return None;
        }
    })
}

/// A list, split at commas; an empty item is reported.
pub(super) fn list(text: &Spanned<String>, name: &str, found: &mut Vec<Diagnostic>) -> Vec<Spanned<String>> {
    let mut items: Vec<Spanned<String>> = Vec::new();
    // A list may be as long as a page, so it is not searched for each item.
    let mut first_places: HashMap<&str, Span> = HashMap::new();
    let mut at = text.span.start;
    for part in text.value.split(',') {
        let word = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        // Where the value was written with escapes its bytes are not the source's.
        let verbatim = text.value.len() == text.span.range().len();
        let range = if verbatim { start..start + word.len() } else { text.span.range() };
        let span = Span::new(text.span.source, range);
        at += part.len() + 1;
        if word.is_empty() {
            let message = format!("`{name}` has an empty item");
            let error = Diagnostic::error("empty-value", message, text.span, "something is missing here");
            found.push(error.help(format!("separate the items by single commas: `{name}=a,b`")));
        } else if let Some(first) = first_places.get(word) {
            let message = format!("`{word}` is listed twice");
            found.push(
                Diagnostic::error("duplicate-item", message, span, "again here")
                    .also(*first, "first listed here"),
            );
        } else {
            first_places.insert(word, span);
            items.push(Spanned::new(word.to_owned(), span));
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{attempts, duration, exit, list, mode, recorded};
    use crate::{
        diagnostic::Diagnostic,
        document::{ExitRule, Expect, Streams},
        source::{Sources, Span, Spanned},
    };

    fn on<T>(text: &str, read: impl Fn(&Spanned<String>, &mut Vec<Diagnostic>) -> T) -> (T, Vec<Diagnostic>) {
        let mut sources = Sources::new();
        let id = sources.add("p.md", text);
        let mut found = Vec::new();
        let value = read(&Spanned::new(text.to_owned(), Span::new(id, 0..text.len())), &mut found);
        (value, found)
    }

    #[test]
    fn durations() {
        let cases = [
            ("500ms", Some(500)),
            ("30s", Some(30_000)),
            ("2m", Some(120_000)),
            ("0s", None),
            ("30", None),
            ("s", None),
            ("1h", None),
            ("-1s", None),
            ("1.5s", None),
            ("99999999999999999999s", None),
            ("999999999999999999m", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let (value, found) = on(text, |text, found| duration(text, "timeout", found));
            assert_eq!(value, expected.map(Duration::from_millis), "{text}");
            assert_eq!(found.len(), usize::from(expected.is_none()), "{text}");
        }
        let (_, found) = on("30", |text, found| duration(text, "timeout", found));
        assert_eq!(found[0].fix.as_ref().unwrap().replacement, "30s");
    }

    #[test]
    fn statuses_modes_attempts_streams() {
        let exits = [
            ("0", Some(ExitRule::Is(0))),
            ("255", Some(ExitRule::Is(255))),
            ("any", Some(ExitRule::Any)),
            ("nonzero", Some(ExitRule::Nonzero)),
            ("256", None),
            ("-1", None),
            ("nonzer", None),
            ("", None),
        ];
        for (text, expected) in exits {
            assert_eq!(on(text, |text, found| exit(text, false, found)).0, expected, "{text}");
        }
        for (text, expected) in
            [("9009", Some(9009)), ("-1073741819", Some(-1_073_741_819)), ("4294967296", None)]
        {
            let status = on(text, |text, found| exit(text, true, found)).0;
            assert_eq!(status, expected.map(ExitRule::Is), "{text}");
        }
        for (text, expected) in [
            ("0640", Some(0o640)),
            ("7", Some(7)),
            ("4755", Some(0o4755)),
            ("08", None),
            ("07777", None),
            ("+7", None),
        ] {
            assert_eq!(on(text, mode).0, expected, "{text}");
        }
        for (text, expected) in [("5", Some(5)), ("0", None), ("x", None), ("10001", None)] {
            assert_eq!(on(text, attempts).0, expected, "{text}");
        }
        assert_eq!(on("none", recorded).0, Some(Expect::Nothing));
        assert_eq!(on("stderr", recorded).0, Some(Expect::Recording(Streams::Stderr)));
        assert_eq!(on("stdou", recorded).1[0].fix.as_ref().unwrap().replacement, "stdout");
    }

    #[test]
    fn lists_know_their_items_places() {
        let (items, found) = on("a, b,,a", |text, found| list(text, "needs", found));
        let spans: Vec<_> = items.iter().map(|item| (item.value.as_str(), item.span.range())).collect();
        assert_eq!(spans, [("a", 0..1), ("b", 3..4)]);
        assert_eq!(
            found.iter().map(|found| found.code).collect::<Vec<_>>(),
            ["empty-value", "duplicate-item"]
        );
    }
}

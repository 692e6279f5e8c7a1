//! Tests behind the command lines of a batch file, so that it stops at the first one that fails.

use std::ops::Range;

use super::scan::{Line, Operator, Part, lines};

/// The interpreter that is to read the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::session) enum Dialect {
    /// Microsoft's, and Wine's from 9.13 on.
    Windows,
    /// That of an earlier Wine: what stands behind `&&` and `||` always runs, and only `if errorlevel` tells whether
    /// a command has failed.
    OldWine,
}

/// Programs that an old Wine has in name only: they end well and do nothing (8.0: `programs/*/main.c`).
const STUBS: [&str; 9] =
    ["cacls", "certutil", "dism", "fc", "findstr", "icacls", "schtasks", "secedit", "where"];

impl Dialect {
    /// Why the program can't be used though it is there, where Wine has it in name only.
    pub(in crate::session) fn has_in_name_only(self, program: &str) -> Option<String> {
        let name = program.to_ascii_lowercase();
        let is_stub = STUBS.contains(&name.strip_suffix(".exe").unwrap_or(&name));
        (self == Self::OldWine && is_stub).then(|| format!("{program} does nothing in this version of Wine"))
    }
}

/// Leaves the step with the status of what has failed; in a subroutine, the subroutine, whose caller then sees it.
const LEAVE: &str = "goto :eof";

/// Makes the status 0; both interpreters know it.
const RESET: &str = "(call )";

/// What is to stand in place of a part of the text.
#[derive(PartialEq, Eq)]
struct Edit {
    place: Range<usize>,
    text: String,
}

/// `text`, a batch file, with a test behind each command line that nothing else tests: one that is followed by one that
/// asks for the `errorlevel` is tested there. What stands before the last `&&` of a command line is a condition, but for the last
/// command line of all. An `exit` that would end the interpreter tells first what there is to be told.
///
/// # Errors
///
/// What in it the interpreter does not do as it should.
pub(super) fn tested(text: &str, dialect: Dialect) -> Result<String, String> {
    let found = lines(text);
    let mut edits = Vec::new();
    for (index, line) in found.iter().enumerate() {
        let asks = |line: &Line| text[line.range()].to_ascii_lowercase().contains("errorlevel");
        let next = found.get(index + 1);
        let place = Place {
            last: next.is_none(),
            tested: line.piped || line.leaves || next.is_some_and(|next| asks(next) && !within(next, line)),
            asks: asks(line) && line.parts.iter().all(|part| part.block.is_none()),
        };
        match dialect {
            Dialect::Windows => windows(text, line, place, &mut edits),
            Dialect::OldWine => old_wine(text, line, place, &mut edits)?,
        }
        exits(text, line, &mut edits);
    }
    // What stands inside comes after what it stands in, at one place.
    edits.sort_by_key(|edit| edit.place.start);
    // An `exit` in a block that is not the last of its line is found for both.
    edits.dedup_by(|later, first| !first.place.is_empty() && later == first);
    let mut out = String::with_capacity(text.len() + 24 * edits.len());
    let mut at = 0;
    for edit in edits {
        if edit.place.start < at {
            return Err(String::from("its blocks can't be told apart"));
        }
        out.push_str(&text[at..edit.place.start]);
        out.push_str(&edit.text);
        at = edit.place.end;
    }
    out.push_str(&text[at..]);
    Ok(out)
}

/// Whether `inner` stands in a block of `outer`.
fn within(inner: &Line, outer: &Line) -> bool {
    inner.range().start < outer.range().end
}

/// What is known of a command line.
#[derive(Clone, Copy)]
struct Place {
    /// The last one of the text.
    last: bool,
    /// Whether it is to have no test.
    tested: bool,
    /// Whether it asks for the status of what ran before it.
    asks: bool,
}

fn insert(at: usize, text: impl Into<String>) -> Edit {
    Edit { place: at..at, text: text.into() }
}

fn windows(text: &str, line: &Line, place: Place, edits: &mut Vec<Edit>) {
    let Some(part) = line.parts.last() else { return };
    // In a block each line has a test of its own.
    if place.tested || part.block.is_some() {
        return;
    }
    let behind = format!("||{LEAVE}");
    if part.operator != Some(Operator::And) || place.last {
        edits.push(insert(part.range.end, behind));
    } else if is_closed(&text[part.range.clone()]) {
        edits.push(insert(part.range.start, "("));
        edits.push(insert(part.range.end, behind + ")"));
    }
}

/// Whether `text` stays whole where it stands in a block.
fn is_closed(text: &str) -> bool {
    !text.contains([')', '^'])
}

fn old_wine(text: &str, line: &Line, place: Place, edits: &mut Vec<Edit>) -> Result<(), String> {
    let ties = |part: &&Part| matches!(part.operator, Some(Operator::And | Operator::Or));
    if let Some(tied) = line.parts.iter().find(ties) {
        return tied_in_old_wine(text, line, place, edits).ok_or_else(|| {
            let shown: String = text[tied.range.clone()].chars().take(40).collect();
            format!("this version of Wine always runs what stands behind `&&` or `||` (`{shown}`)")
        });
    }
    // `exit` without a number ends with the status of what was before it.
    if place.asks || line.leaves {
        return Ok(());
    }
    if let Some(what) = line.parts.iter().find_map(|part| misread(&text[part.range.clone()])) {
        return Err(format!("this version of Wine reads {what} wrongly"));
    }
    if line.alone {
        edits.push(insert(line.range().start, format!("{RESET}\r\n")));
    }
    for part in line.parts.iter().skip(1) {
        edits.push(insert(part.range.start, format!("{RESET}&")));
    }
    match line.parts.last() {
        Some(part) if !place.tested && part.block.is_none() => {
            edits.push(insert(part.range.end, format!("& if errorlevel 1 {LEAVE}")));
        }
        _ => {}
    }
    Ok(())
}

/// What in a command an old Wine does otherwise than Windows, without a word.
fn misread(command: &str) -> Option<&'static str> {
    let lower = command.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split([' ', '\t', '\r', '\n', '(', ')']).filter(|word| !word.is_empty()).collect();
    let has = |word: &str| words.contains(&word);
    let count = |word: &str| words.iter().filter(|found| **found == word).count();
    let substring = lower.match_indices('!').any(|(at, _)| {
        let rest = &lower[at + 1..];
        let name = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(0);
        name > 0 && rest[name..].starts_with(":~")
    });
    match words.first() {
        _ if substring => Some("`!NAME:~…!`"),
        Some(&"for") if has("if") && has("else") => Some("`else` in the body of `for`"),
        Some(&"for") if count("do") > 1 && lower.contains("do (") => Some("a `for` in a `for`"),
        Some(&"if")
            if has("else") && !lower.contains("else if") && count("if") > 1 && !lower.contains('\n') =>
        {
            Some("`else` behind two `if`")
        }
        _ => None,
    }
}

/// A command line with `&&` or `||`, by `if errorlevel` on lines of its own; `None` where that can't be said.
fn tied_in_old_wine(text: &str, line: &Line, place: Place, edits: &mut Vec<Edit>) -> Option<()> {
    if !line.alone || line.parts.iter().any(|part| part.governs) {
        return None;
    }
    edits.push(insert(line.range().start, format!("{RESET}\r\n")));
    // What closes the blocks that are open: those of `&&` end at the next `||`.
    let mut open: Vec<Operator> = Vec::new();
    let mut before = line.range().start;
    for part in &line.parts {
        let start = part.range.start;
        let mut head = String::new();
        match part.operator {
            None => {}
            Some(Operator::Then) => {
                head.push_str(&"\r\n)".repeat(open.len()));
                open.clear();
                head = format!("{head}\r\n{RESET}\r\n");
            }
            Some(operator @ Operator::And) => {
                head.push_str("\r\nif not errorlevel 1 (\r\n");
                open.push(operator);
            }
            Some(operator @ Operator::Or) => {
                while open.last() == Some(&Operator::And) {
                    head.push_str("\r\n)");
                    open.pop();
                }
                head.push_str("\r\nif errorlevel 1 (\r\n");
                if !text[part.range.clone()].to_ascii_lowercase().starts_with("exit") {
                    head = format!("{head}{RESET}\r\n");
                }
                open.push(operator);
            }
        }
        if !open.is_empty() && part.block.is_none() && !is_closed(&text[part.range.clone()]) {
            return None;
        }
        edits.push(Edit { place: before..start, text: head });
        before = part.range.end;
    }
    let last = line.parts.last()?;
    let mut tail = String::new();
    let check = if place.tested { String::new() } else { format!("\r\nif errorlevel 1 {LEAVE}") };
    let conditional = last.operator == Some(Operator::And) && !place.last;
    if conditional {
        tail.push_str(&check);
    }
    tail.push_str(&"\r\n)".repeat(open.len()));
    if !conditional {
        tail.push_str(&check);
    }
    edits.push(insert(before, tail));
    Some(())
}

/// Where `exit` would end the interpreter, it is to tell first what there is to be told.
fn exits(text: &str, line: &Line, edits: &mut Vec<Edit>) {
    for part in line.parts.iter().filter(|part| part.block.is_none()) {
        let words = &text[part.range.clone()];
        let lower = words.to_ascii_lowercase();
        let Some(at) = command(&lower, "exit") else { continue };
        let after = lower[at + 4..].trim_start();
        if !after.starts_with("/b") {
            let start = part.range.start + at;
            edits.push(Edit { place: start..start + 4, text: "call :__tutor_exit".to_owned() });
        }
    }
}

/// Where the command of a part begins, if it is `name`: at its beginning, or as the body of an `if` or a `for`.
fn command(lower: &str, name: &str) -> Option<usize> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t', '/', '\r', '\n', ';', ',']);
    if lower.starts_with(name) && ends(&lower[name.len()..]) {
        return Some(0);
    }
    if !lower.starts_with("if") && !lower.starts_with("for") {
        return None;
    }
    let at = lower.rfind(name)?;
    let before = lower[..at].chars().next_back();
    (before.is_some_and(|c| c == ' ' || c == '\t') && ends(&lower[at + name.len()..])).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{Dialect, tested};

    #[test]
    fn each_command_line_is_tested() {
        let cases = [
            ("a\r\nb\r\n", "a||goto :eof\r\nb||goto :eof\r\n"),
            ("set X=1 \r\na", "set X=1 ||goto :eof\r\na||goto :eof"),
            ("a & b\nc", "a & b||goto :eof\nc||goto :eof"),
            ("a && b\nc", "a && (b||goto :eof)\nc||goto :eof"),
            ("a && b", "a && b||goto :eof"),
            ("a && echo :)\nc", "a && echo :)\nc||goto :eof"),
            ("a || b", "a || b||goto :eof"),
            (
                "if exist a (\nb\nc\n) else (\nd\n)",
                "if exist a (\nb||goto :eof\nc||goto :eof\n) else (\nd||goto :eof\n)",
            ),
            ("if exist a b", "if exist a b||goto :eof"),
            ("for %%i in (a) do (b & c)", "for %%i in (a) do (b & c||goto :eof)"),
            ("a\nif errorlevel 1 b\nc", "a\nif errorlevel 1 b||goto :eof\nc||goto :eof"),
            ("a\necho %ErrorLevel%", "a\necho %ErrorLevel%||goto :eof"),
            (
                "goto x\n:x\nexit /b 3\nexit 4\nif a==b exit 5",
                "goto x\n:x\nexit /b 3\ncall :__tutor_exit 4\nif a==b call :__tutor_exit 5||goto :eof",
            ),
            ("a || exit", "a || call :__tutor_exit||goto :eof"),
            ("(a\nb) | c", "(a\nb) | c||goto :eof"),
            // One `exit` that belongs to two command lines.
            (
                "if exist a ( exit 1 ) else echo x",
                "if exist a ( call :__tutor_exit 1 ) else echo x||goto :eof",
            ),
            (
                "if a==b ( exit 1 & c ) else exit 2",
                "if a==b ( call :__tutor_exit 1 & c ) else call :__tutor_exit 2||goto :eof",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(tested(text, Dialect::Windows).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn an_old_wine_is_asked_for_the_errorlevel() {
        let test = "& if errorlevel 1 goto :eof";
        let reset = "(call )\r\n";
        let cases = [
            ("a\r\nb".to_owned(), format!("{reset}a{test}\r\n{reset}b{test}")),
            ("a & b".to_owned(), format!("{reset}a & (call )&b{test}")),
            (
                "if exist a (\nb\n) else (\nc\n)".to_owned(),
                format!("{reset}if exist a (\n{reset}b{test}\n) else (\n{reset}c{test}\n)"),
            ),
            ("a\nif errorlevel 1 b".to_owned(), format!("{reset}a\nif errorlevel 1 b")),
            (
                "a || b\nc".to_owned(),
                format!(
                    "{reset}a \r\nif errorlevel 1 (\r\n{reset}b\r\n)\r\nif errorlevel 1 goto :eof\n{reset}c{test}"
                ),
            ),
            (
                "a && b\nc".to_owned(),
                format!(
                    "{reset}a \r\nif not errorlevel 1 (\r\nb\r\nif errorlevel 1 goto :eof\r\n)\n{reset}c{test}"
                ),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(tested(&text, Dialect::OldWine).unwrap(), expected, "{text:?}");
        }
        for text in [
            "for %%i in (a) do if a==b (c) else d",
            "if a==b if c==d (e) else f",
            "for %%i in (a) do for %%j in (b) do (\nc\n)",
            "echo !V:~0,2!",
        ] {
            assert!(tested(text, Dialect::OldWine).unwrap_err().contains("wrongly"), "{text:?}");
            assert!(tested(text, Dialect::Windows).is_ok(), "{text:?}");
        }
        for text in [
            "if a==b c else d",
            "if a==b (c) else if d==e (f)",
            "echo hi!",
            "if a==b (\nif c==d (e) else f\n)",
        ] {
            assert!(tested(text, Dialect::OldWine).is_ok(), "{text:?}");
        }
        for text in ["if a==b c && d", "for %%i in (a) do b || c", "if a==b (c && d)", "a && echo :)"] {
            assert!(tested(text, Dialect::OldWine).unwrap_err().contains("Wine"), "{text:?}");
        }
    }
}

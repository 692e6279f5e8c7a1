//! Applies a patch to a text, strictly: each hunk stands where its header says, or not at all. Pure.

use std::fmt::Write;

use crate::{
    document::Change,
    plan::{Hunk, HunkLine},
};

/// The longest excerpt of a file that a misfit shows, in lines.
const MOST_SHOWN: usize = 40;

/// A hunk that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// In words.
    pub(super) reason: String,
    /// What the hunk says that stands there, against what does.
    pub(super) diff: String,
    /// The line of the page that does not fit.
    pub(super) line: usize,
}

/// `text` after all of `hunks`, which stand in the file's order. A line that stays keeps its line end; one that comes
/// has the line end of the file's first line.
///
/// # Errors
///
/// The first hunk that does not fit; nothing is to be changed then.
pub(super) fn apply(text: &str, hunks: &[Hunk]) -> Result<String, Misfit> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let end = if lines.first().is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" };
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for hunk in hunks {
        let old: Vec<&HunkLine> = hunk.lines.iter().filter(|line| line.change != Change::Add).collect();
        // A hunk without old lines comes after the line that its header names.
        let start = hunk.old_start.saturating_sub(usize::from(!old.is_empty()));
        check(&lines, done, start, hunk, &old)?;
        for line in &lines[done..start] {
            out.push_str(line);
        }
        let mut at = start;
        for line in &hunk.lines {
            match line.change {
                Change::Keep => {
                    out.push_str(lines[at]);
                    at += 1;
                }
                Change::Remove => at += 1,
                Change::Add => {
                    finish_line(&mut out, end);
                    out.push_str(&line.text);
                    out.push_str(if line.no_newline { "" } else { end });
                }
            }
        }
        done = at;
    }
    for line in &lines[done..] {
        finish_line(&mut out, end);
        out.push_str(line);
    }
    Ok(out)
}

/// A line that ended the file without a line end, and after which another one comes now.
fn finish_line(out: &mut String, end: &str) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push_str(end);
    }
}

fn check(lines: &[&str], done: usize, start: usize, hunk: &Hunk, old: &[&HunkLine]) -> Result<(), Misfit> {
    let misfit =
        |reason: String, line: usize| Err(Misfit { reason, diff: difference(lines, start, old), line });
    if start < done {
        let reason =
            format!("a hunk begins at line {} of the file, before the end of the one above it", start + 1);
        return misfit(reason, hunk.line);
    }
    if start + old.len() > lines.len() {
        let count = lines.len();
        let reason = format!("the file has {count} line{}", if count == 1 { "" } else { "s" });
        return misfit(reason + &elsewhere(lines, old), hunk.line);
    }
    for (offset, expected) in old.iter().enumerate() {
        let number = start + offset;
        let stands = lines[number];
        let last = number + 1 == lines.len();
        let open = last && !stands.ends_with('\n');
        if content(stands) != expected.text {
            let reason = format!("line {} of the file is not what the patch says", number + 1);
            return misfit(reason + &elsewhere(lines, old), expected.line);
        }
        if expected.no_newline && !open {
            let reason = if last { "the file ends with a newline" } else { "the file goes on here" };
            return misfit(reason.to_owned(), expected.line);
        }
    }
    Ok(())
}

/// Where the hunk's old lines stand, if that is one place and another than the header says.
fn elsewhere(lines: &[&str], old: &[&HunkLine]) -> String {
    let fits = |place: &usize| {
        old.iter().zip(&lines[*place..]).all(|(expected, stands)| content(stands) == expected.text)
    };
    let places: Vec<usize> = match lines.len().checked_sub(old.len()) {
        Some(last) if !old.is_empty() => (0..=last).filter(fits).take(2).collect(),
        _ => Vec::new(),
    };
    match places[..] {
        [place] => format!("; these lines stand at line {}", place + 1),
        _ => String::new(),
    }
}

/// A line without its line end.
fn content(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

fn difference(lines: &[&str], start: usize, old: &[&HunkLine]) -> String {
    let mut diff = String::new();
    let stand = |number: usize| lines.get(number).map(|line| content(line));
    for (offset, expected) in old.iter().enumerate().take(MOST_SHOWN) {
        let stands = stand(start + offset);
        if stands == Some(expected.text.as_str()) {
            let _ = writeln!(diff, " {}", expected.text);
            continue;
        }
        let _ = writeln!(diff, "-{}", expected.text);
        if let Some(stands) = stands {
            let _ = writeln!(diff, "+{stands}");
        }
    }
    diff
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hunk from its lines as a page shows them; the header is at line 10 of the page.
    fn hunk(old_start: usize, text: &str) -> Hunk {
        let mut lines: Vec<HunkLine> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let change = match line.as_bytes().first() {
                Some(b'+') => Change::Add,
                Some(b'-') => Change::Remove,
                Some(b'\\') => {
                    lines.last_mut().unwrap().no_newline = true;
                    continue;
                }
                _ => Change::Keep,
            };
            let text = line.get(1..).unwrap_or_default().to_owned();
            lines.push(HunkLine { change, text, no_newline: false, line: 11 + index });
        }
        Hunk { line: 10, old_start, new_start: old_start, lines }
    }

    #[test]
    fn hunks_that_fit_are_applied() {
        let cases: [(&str, Vec<Hunk>, &str); 9] = [
            ("a\nb\nc\n", vec![hunk(1, " a\n-b\n+B\n c")], "a\nB\nc\n"),
            ("a\nb\nc\nd\n", vec![hunk(1, "-a"), hunk(4, "-d\n+D\n+E")], "b\nc\nD\nE\n"),
            ("a\nb\n", vec![hunk(1, "+x")], "a\nx\nb\n"),
            ("a\nb\n", vec![hunk(0, "+x")], "x\na\nb\n"),
            ("", vec![hunk(0, "+x\n+y")], "x\ny\n"),
            ("a\nb", vec![hunk(2, "-b\n\\ No newline\n+c")], "a\nc\n"),
            ("a\nb\n", vec![hunk(2, "-b\n+c\n\\ No newline")], "a\nc"),
            ("a\r\nb\r\n", vec![hunk(1, " a\n+x\n b")], "a\r\nx\r\nb\r\n"),
            ("a\n\nb", vec![hunk(3, " b\n+c")], "a\n\nb\nc\n"),
        ];
        for (text, hunks, expected) in cases {
            assert_eq!(apply(text, &hunks).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn one_that_does_not_fit_says_what_stands_there() {
        let cases = [
            (
                "a\nb\nc\n",
                hunk(1, " a\n-x\n c"),
                "line 2 of the file is not what the patch says",
                " a\n-x\n+b\n c\n",
                12,
            ),
            (
                "0\na\nb\n",
                hunk(1, " a\n-b"),
                "line 1 of the file is not what the patch says; these lines stand at line 2",
                "-a\n+0\n-b\n+a\n",
                11,
            ),
            ("a\n", hunk(1, " a\n-b"), "the file has 1 line", " a\n-b\n", 10),
            ("", hunk(1, "-b"), "the file has 0 lines", "-b\n", 10),
            ("a\n", hunk(1, "-a\n\\ No newline"), "the file ends with a newline", " a\n", 11),
            ("a \n", hunk(1, "-a"), "line 1 of the file is not what the patch says", "-a\n+a \n", 11),
        ];
        for (text, hunk, reason, diff, line) in cases {
            let misfit = apply(text, &[hunk]).unwrap_err();
            assert_eq!(misfit, Misfit { reason: reason.into(), diff: diff.into(), line }, "{text:?}");
        }
        let overlapping = [hunk(1, "-a\n b"), hunk(2, "-b")];
        assert!(apply("a\nb\n", &overlapping).unwrap_err().reason.contains("before the end"));
    }
}

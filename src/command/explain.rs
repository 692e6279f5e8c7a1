//! `tutor check --explain`: what a code means, with an example that has the mistake, and the way out.

use std::{fmt::Write as _, path::PathBuf};

use anstyle::Style;

use super::{
    error::CommandError,
    findings::{Findings, find},
    program::say,
};
use crate::{
    diagnostic::{
        catalogue::{Entry, Example, entries, entry},
        draw_within, nearest,
    },
    report::{Color, Output},
};

/// Columns where the terminal has more, or is none: so wide are the texts.
const WIDTH: usize = 80;

/// Explains `code`, or lists all codes; the value is the exit status.
pub(super) fn explain(code: Option<&str>, color: Color) -> Result<u8, CommandError> {
    let mut output = Output::stdout(color);
    let text = match code {
        None => list(output.color()),
        Some(code) => {
            let entry = entry(bare(code)).ok_or_else(|| unknown(bare(code)))?;
            explanation(&entry, output.width().unwrap_or(WIDTH).min(WIDTH), output.color())?
        }
    };
    say(&mut output, &text, 0)
}

/// The code alone, also where the head of a finding was copied: `error[bad-id]`.
fn bare(typed: &str) -> &str {
    let inner = typed.split_once('[').map_or(typed, |(_, inner)| inner);
    inner.split(']').next().unwrap_or(inner).trim()
}

fn unknown(code: &str) -> CommandError {
    let near = nearest(code, entries().map(|entry| entry.code));
    CommandError::NoSuchCode { code: code.to_owned(), nearest: near }
}

fn list(color: bool) -> String {
    let bold = if color { Style::new().bold() } else { Style::new() };
    let width = entries().map(|entry| entry.code.len()).max().unwrap_or(0);
    entries().fold(String::new(), |mut text, Entry { code, title, .. }| {
        let _ = writeln!(text, "{bold}{code:<width$}{bold:#}  {title}");
        text
    })
}

fn explanation(entry: &Entry, width: usize, color: bool) -> Result<String, CommandError> {
    let bold = if color { Style::new().bold() } else { Style::new() };
    let Entry { code, title, text, wrong, in_run, right } = entry;
    let mut out = format!("{bold}{code}{bold:#}: {title}\n\n{text}\n");
    if wrong.is_empty() {
        return Ok(out);
    }
    if *in_run {
        let _ = write!(out, "\n{bold}A page with this mistake, which only a run can find:{bold:#}\n");
        show(wrong, &mut out);
    } else {
        let found = findings(wrong)?;
        let drawn = draw_within(width, &found.diagnostics, &found.loaded.sources, color);
        let _ = write!(out, "\n{bold}A page with this mistake:{bold:#}\n\n{drawn}");
    }
    let _ = write!(out, "\n{bold}Without it:{bold:#}\n");
    show(right, &mut out);
    Ok(out)
}

/// The files of an example, indented.
fn show(example: &Example, out: &mut String) {
    for (name, text) in example {
        if example.len() > 1 {
            let _ = write!(out, "\n    {name}\n");
        }
        out.push('\n');
        for line in text.lines() {
            let _ = writeln!(out, "{}", format!("    {line}").trim_end());
        }
    }
}

/// What is wrong in an example. Its files are written and read as those of an author, so that the picture is true.
fn findings(example: &Example) -> Result<Findings, CommandError> {
    let scratch = tempfile::tempdir().map_err(CommandError::Example)?;
    let write = |name: &str, text: &str| {
        std::fs::write(scratch.path().join(name), text).map_err(CommandError::Example)
    };
    write("tutor.toml", "")?;
    for (name, text) in example {
        write(name, text)?;
    }
    let pages: Vec<PathBuf> = example.first().iter().map(|(name, _)| name.into()).collect();
    find(&pages, scratch.path())
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn codes_as_they_are_copied() {
        for typed in ["bad-id", "error[bad-id]", "[bad-id]", "error[bad-id]: `A` is no id", " bad-id "] {
            assert_eq!(bare(typed), "bad-id", "{typed}");
        }
    }
}

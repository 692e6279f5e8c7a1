//! What was mended in pages.

use std::{borrow::Cow, fmt::Write as _};

use serde::Serialize;

use crate::report::escape;

/// A fix that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mended {
    /// The file, as messages name it.
    pub file: String,
    /// Its line before the fix, from 1.
    pub line: usize,
    /// The column of its first character, from 1.
    pub column: usize,
    /// What was wrong.
    pub code: &'static str,
    /// What stood there; may be empty.
    pub before: String,
    /// What stands there now; may be empty.
    pub after: String,
}

/// A line for each, then an empty line; nothing where there are none.
#[must_use]
pub fn mended(mended: &[Mended]) -> String {
    let mut text = String::new();
    for Mended { file, line, column, code, before, after } in mended {
        let what = match (before.as_str(), after.as_str()) {
            ("", after) => format!("`{}` added", short(after)),
            (before, "") => format!("`{}` taken away", short(before)),
            (before, after) => format!("`{}` is now `{}`", short(before), short(after)),
        };
        let _ = writeln!(text, "{}:{line}:{column}: {what} ({code})", escape(file));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// So many characters are enough to recognise it.
const LONGEST: usize = 60;

fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", escape(&text[..end])).replace('\n', "\\n")),
        None if text.contains('\n') => Cow::Owned(escape(text).replace('\n', "\\n")),
        None => escape(text),
    }
}

//! Lines: which count as such, and how one of them becomes another.

use std::ops::Range;

/// The lines of a text, without their ends.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut start = 0;
    text.split_terminator('\n').map(move |line| {
        let range = start..start + line.len();
        start += line.len() + 1;
        (range, line)
    })
}

/// Where the comment of a line of a file begins; the line's length where it has none. Files are written in many
/// languages: `#`, `;`, `//` and `--` begin a comment where a line begins, and `#` also behind a blank and outside of
/// quotes.
pub(super) fn comment_of(line: &str, format: &str) -> usize {
    // Where these stand for something else.
    let none = matches!(format, "json" | "markdown" | "md" | "csv" | "html" | "xml");
    if none {
        return line.len();
    }
    let blank = line.len() - line.trim_start().len();
    let words = &line[blank..];
    let marks: &[&str] = match format {
        "c" | "cpp" | "go" | "java" | "javascript" | "js" | "jsonc" | "rust" | "ts" | "typescript" => {
            &["//", "/*"]
        }
        "sql" | "lua" => &["--"],
        "ini" => &["#", ";"],
        "bat" | "cmd" | "batch" => &["rem ", "REM ", "::"],
        _ => &["#", "//"],
    };
    if marks.iter().any(|mark| words.starts_with(mark)) {
        return blank;
    }
    if !marks.contains(&"#") {
        return line.len();
    }
    let mut quote = None;
    let mut before = ' ';
    for (at, char) in line.char_indices() {
        match quote {
            Some(open) if char == open => quote = None,
            None if matches!(char, '"' | '\'') => quote = Some(char),
            None if char == '#' && before.is_whitespace() => return at,
            _ => {}
        }
        before = char;
    }
    line.len()
}

/// The line with its last letter or digit changed, or where it has none, its last character: outside of the ranges
/// `fixed`. `None` where nothing is left to be changed.
pub(super) fn changed(line: &str, fixed: &[Range<usize>]) -> Option<String> {
    let free =
        |(at, char): &(usize, char)| !char.is_whitespace() && !fixed.iter().any(|range| range.contains(at));
    let last = line.char_indices().rev().filter(free).find(|(_, char)| char.is_alphanumeric());
    let (at, last) = last.or_else(|| line.char_indices().rev().find(free))?;
    let mut changed = line[..at].to_owned();
    changed.push(other(last));
    changed.push_str(&line[at + last.len_utf8()..]);
    Some(changed)
}

/// Another letter, or another digit.
pub(super) fn other(char: char) -> char {
    match char {
        '9' => '0',
        'z' => 'y',
        'Z' => 'Y',
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from_u32(u32::from(char) + 1).unwrap_or('x'),
        _ => 'x',
    }
}

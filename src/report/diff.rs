//! A unified diff in colours, with the words marked where one line became one other.

use std::{borrow::Cow, ops::Range};

use anstyle::Style;

use super::canvas::{CAME, Canvas, DIM, EXPECTED, PLAIN};

/// Lines that are shown of one diff. The verdict bounds it too; a stream from elsewhere need not be bounded.
const LINES: usize = 80;
/// Characters that are shown of one line.
const COLUMNS: usize = 400;
/// Lines that only came, or only lack, one after the other: of more than both together only so many of the first and of
/// the last are shown, since where so much is otherwise its middle tells nothing.
const RUN_HEAD: usize = 12;
const RUN_TAIL: usize = 4;

/// Draws `diff`, whose lines begin with ` `, `-` or `+`, indented by two columns.
pub(super) fn draw(canvas: &mut Canvas, diff: &str) {
    canvas.put(PLAIN, "  ");
    canvas.put(EXPECTED, "- expected");
    canvas.put(PLAIN, "  ");
    canvas.line(CAME, "+ came");
    let all = diff.lines().count();
    let lines: Vec<Cow<'_, str>> = diff.lines().take(LINES).map(cut).collect();
    let mut index = 0;
    let mut left_out = 0..0;
    while let Some(line) = lines.get(index) {
        if index >= left_out.end {
            left_out = middle_of_run(&lines, index).unwrap_or(0..0);
        }
        if left_out.contains(&index) {
            canvas.line(DIM, &format!("  … {} more of these …", left_out.len()));
            index = left_out.end;
        } else if let Some((old, new)) = replaced(&lines, index) {
            marked(canvas, EXPECTED, line, &old);
            marked(canvas, CAME, &lines[index + 1], &new);
            index += 2;
        } else {
            let style = match line.as_bytes().first() {
                Some(b'-') => EXPECTED,
                Some(b'+') => CAME,
                Some(b'@') => DIM,
                _ => PLAIN,
            };
            canvas.put(PLAIN, "  ");
            canvas.line(style, line);
            index += 1;
        }
    }
    if all > LINES {
        canvas.line(DIM, &format!("  … {} more lines of the difference", all - LINES));
    }
}

/// The lines that are not shown of the run of alike lines that begins at `index`; `None` where all are.
fn middle_of_run(lines: &[Cow<'_, str>], index: usize) -> Option<Range<usize>> {
    let mark = lines[index].chars().next().filter(|mark| matches!(mark, '+' | '-'))?;
    let length = lines[index..].iter().take_while(|line| line.starts_with(mark)).count();
    // One line is not worth a line that says so.
    (length > RUN_HEAD + RUN_TAIL + 1).then(|| index + RUN_HEAD..index + length - RUN_TAIL)
}

/// `line` with at most [`COLUMNS`] characters.
pub(super) fn cut(line: &str) -> Cow<'_, str> {
    match line.char_indices().nth(COLUMNS) {
        Some((end, _)) => Cow::Owned(format!("{}…", &line[..end])),
        None => Cow::Borrowed(line),
    }
}

/// What changed within the lines, where exactly one `-` line at `index` is followed by exactly one `+` line and
/// most of the line stayed.
fn replaced(lines: &[Cow<'_, str>], index: usize) -> Option<(Range<usize>, Range<usize>)> {
    let starts = |at: Option<usize>, mark: char| {
        at.and_then(|at| lines.get(at)).is_some_and(|line| line.starts_with(mark))
    };
    let alone = starts(Some(index), '-')
        && starts(Some(index + 1), '+')
        && !starts(Some(index + 2), '+')
        && !starts(index.checked_sub(1), '-');
    alone.then(|| changed(&lines[index], &lines[index + 1])).flatten()
}

/// The bytes of the two lines that differ, in whole words; `None` where little is common to them.
fn changed(old: &str, new: &str) -> Option<(Range<usize>, Range<usize>)> {
    let (old_text, new_text) = (&old[1..], &new[1..]);
    let mut prefix = common(old_text.chars(), new_text.chars());
    let splits = |at: usize| [old_text, new_text].iter().any(|text| splits_word(text, at));
    while splits(prefix) {
        prefix -= old_text[..prefix].chars().next_back().map_or(0, char::len_utf8);
    }
    let mut suffix = common(old_text[prefix..].chars().rev(), new_text[prefix..].chars().rev());
    let splits =
        |suffix: usize| [old_text, new_text].iter().any(|text| splits_word(text, text.len() - suffix));
    while splits(suffix) {
        suffix -= old_text[old_text.len() - suffix..].chars().next().map_or(0, char::len_utf8);
    }
    let same = prefix + suffix;
    let simple = same * 2 >= old_text.len().max(new_text.len());
    simple.then(|| (1 + prefix..old.len() - suffix, 1 + prefix..new.len() - suffix))
}

/// Whether a word of `text` goes on across the byte `at`.
fn splits_word(text: &str, at: usize) -> bool {
    text[..at].ends_with(char::is_alphanumeric) && text[at..].starts_with(char::is_alphanumeric)
}

/// Bytes of what two sequences of characters begin with alike.
fn common(old: impl Iterator<Item = char>, new: impl Iterator<Item = char>) -> usize {
    old.zip(new).take_while(|(old, new)| old == new).map(|(char, _)| char.len_utf8()).sum()
}

fn marked(canvas: &mut Canvas, style: Style, line: &str, changed: &Range<usize>) {
    canvas.put(PLAIN, "  ");
    canvas.put(style, &line[..changed.start]);
    canvas.put(style.bold().underline(), &line[changed.clone()]);
    canvas.line(style, &line[changed.end..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_whole_words_only_where_most_of_the_line_stayed() {
        let cases = [
            ("-subject=CN = localhost", "+subject=CN = localhosts", Some((" = ", "localhost", "localhosts"))),
            ("-größe 12 MB", "+größe 13 MB", Some(("e ", "12", "13"))),
            ("-so ist es: größe", "+so ist es: größere", Some((": ", "größe", "größere"))),
            ("-ready now", "+ready", Some(("y", " now", ""))),
            ("-aa bb", "+aa aa bb", Some(("aa ", "", "aa "))),
            ("-abc", "+xyz", None),
        ];
        for (old, new, expected) in cases {
            let found = changed(old, new);
            match expected {
                None => assert_eq!(found, None, "{old} {new}"),
                Some((before, was, is)) => {
                    let (old_range, new_range) = found.unwrap_or_else(|| panic!("{old} {new}"));
                    assert!(old[..old_range.start].ends_with(before), "{old}: {old_range:?}");
                    assert_eq!((&old[old_range], &new[new_range]), (was, is));
                }
            }
        }
    }

    #[test]
    fn is_bounded_in_lines_and_columns() {
        let diff = format!("-{}\n", "x".repeat(1000)) + &"+y\n y\n".repeat(100);
        let mut canvas = Canvas::new(false, None);
        draw(&mut canvas, &diff);
        let text = canvas.take();
        assert_eq!(text.lines().count(), LINES + 2);
        assert!(text.lines().all(|line| line.chars().count() <= COLUMNS + 3));
        assert!(text.ends_with("  … 121 more lines of the difference\n"), "{text}");
    }

    #[test]
    fn of_many_alike_lines_only_the_first_and_last_are_shown() {
        let shown = |removed: usize, came: usize| {
            let lines = (0..removed).map(|n| ('-', n)).chain((0..came).map(|n| ('+', n)));
            let mut diff: Vec<String> = lines.map(|(mark, n)| format!("{mark}{n}\n")).collect();
            diff.push(" end\n".to_owned());
            let diff = diff.concat();
            let mut canvas = Canvas::new(false, None);
            draw(&mut canvas, &diff);
            canvas.take()
        };
        assert_eq!(shown(17, 17).lines().count(), 1 + 17 + 17 + 1, "all of them");
        let text = shown(18, 40);
        assert_eq!(text.lines().count(), 1 + 17 + 17 + 1, "{text}");
        for words in [
            "  -11\n  … 2 more of these …\n  -14\n",
            "  +11\n  … 24 more of these …\n  +36\n",
            "  +39\n   end\n",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
    }
}

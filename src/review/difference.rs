//! Two texts line by line: what is alike, what went, what came, and which words changed where a line became another.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use similar::{Algorithm, DiffOp, capture_diff_slices, capture_diff_slices_deadline};

/// Lines shown around a change.
const CONTEXT: usize = 3;
/// So long two texts may take to compare; then what is left counts as changed.
const PATIENCE: Duration = Duration::from_millis(500);
/// So many pairs of lines are tried to find which line became which.
const PAIRS: usize = 900;
/// Where there are more, so many lines are held against those in the same place.
const MANY: usize = 2000;
/// Words of a longer line are not compared, in bytes.
const LONG: usize = 2000;

/// A line of one text, and what changed in it, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Side<'t> {
    pub(super) text: &'t str,
    pub(super) marks: Vec<Range<usize>>,
}

/// One line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line<'t> {
    /// Alike in both.
    Same(&'t str),
    /// Only in the old text.
    Old(&'t str),
    /// Only in the new text.
    New(&'t str),
    /// A line that became another.
    Changed(Side<'t>, Side<'t>),
    /// So many lines that are alike and not shown.
    Gap(usize),
}

/// All that differs, with some lines around it.
pub(super) fn compare<'t>(old: &'t str, new: &'t str) -> Vec<Line<'t>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let deadline = Some(Instant::now() + PATIENCE);
    let mut lines = Vec::new();
    for op in capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline) {
        let (olds, news) = (&old[op.old_range()], &new[op.new_range()]);
        if matches!(op, DiffOp::Equal { .. }) {
            lines.extend(olds.iter().map(|line| Line::Same(line)));
        } else {
            replaced(olds, news, &mut lines);
        }
    }
    shortened(lines)
}

/// Leaves out what is alike and far from any change.
fn shortened(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let count = lines.len();
    let mut near = vec![false; count];
    for (at, line) in lines.iter().enumerate() {
        if !matches!(line, Line::Same(_)) {
            near[at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(count)].fill(true);
        }
    }
    // A line is not worth a line that says so.
    for at in 0..count {
        let beside =
            |other: Option<usize>| other.is_none_or(|other| near.get(other).copied().unwrap_or(true));
        if !near[at] && beside(at.checked_sub(1)) && beside(at.checked_add(1)) {
            near[at] = true;
        }
    }
    let mut shown = Vec::new();
    for (line, near) in lines.into_iter().zip(near) {
        match (near, shown.last_mut()) {
            (true, _) => shown.push(line),
            (false, Some(Line::Gap(count))) => *count += 1,
            (false, _) => shown.push(Line::Gap(1)),
        }
    }
    shown
}

/// Lines that went and lines that came in their place, those that became another side by side.
fn replaced<'t>(olds: &[&'t str], news: &[&'t str], lines: &mut Vec<Line<'t>>) {
    let (mut old_at, mut new_at) = (0, 0);
    for (old, new) in pairs(olds, news) {
        lines.extend(olds[old_at..old].iter().map(|line| Line::Old(line)));
        lines.extend(news[new_at..new].iter().map(|line| Line::New(line)));
        let (old_marks, new_marks) = words_changed(olds[old], news[new]);
        lines.push(Line::Changed(
            Side { text: olds[old], marks: old_marks },
            Side { text: news[new], marks: new_marks },
        ));
        (old_at, new_at) = (old + 1, new + 1);
    }
    lines.extend(olds[old_at..].iter().map(|line| Line::Old(line)));
    lines.extend(news[new_at..].iter().map(|line| Line::New(line)));
}

/// Which of `olds` became which of `news`, in order: the choice under which most stayed.
fn pairs(olds: &[&str], news: &[&str]) -> Vec<(usize, usize)> {
    if olds.len().saturating_mul(news.len()) > PAIRS {
        let both = olds.iter().zip(news).enumerate().take(MANY);
        return both.filter(|(_, (old, new))| alike(old, new) > 0).map(|(at, _)| (at, at)).collect();
    }
    let width = news.len() + 1;
    // What stays, at best, of the lines from here on.
    let mut best = vec![0; (olds.len() + 1) * width];
    let mut own = vec![0; best.len()];
    for old in (0..olds.len()).rev() {
        for new in (0..news.len()).rev() {
            let at = old * width + new;
            own[at] = alike(olds[old], news[new]);
            let paired = if own[at] > 0 { own[at] + best[at + width + 1] } else { 0 };
            best[at] = paired.max(best[at + width]).max(best[at + 1]);
        }
    }
    let (mut old, mut new, mut pairs) = (0, 0, Vec::new());
    while old < olds.len() && new < news.len() {
        let at = old * width + new;
        if own[at] > 0 && best[at] == own[at] + best[at + width + 1] {
            pairs.push((old, new));
            (old, new) = (old + 1, new + 1);
        } else if best[at] == best[at + width] {
            old += 1;
        } else {
            new += 1;
        }
    }
    pairs
}

/// How much two lines have in common, from 1; 0 where that is less than half of them.
fn alike(old: &str, new: &str) -> usize {
    if old.len().max(new.len()) > LONG {
        return 0;
    }
    let (olds, news) = (words(old), words(new));
    let size = |words: &[&str]| {
        words.iter().filter(|word| !word.trim().is_empty()).map(|word| word.len()).sum::<usize>()
    };
    let same: usize = capture_diff_slices(Algorithm::Myers, &olds, &news)
        .iter()
        .filter(|op| matches!(op, DiffOp::Equal { .. }))
        .map(|op| size(&olds[op.old_range()]))
        .sum();
    if same * 2 >= size(&olds).max(size(&news)) { same } else { 0 }
}

/// The bytes that changed in each of two lines.
fn words_changed(old: &str, new: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (olds, news) = (words(old), words(new));
    let (mut old_marks, mut new_marks) = (Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, &olds, &news) {
        if !matches!(op, DiffOp::Equal { .. }) {
            mark(old, &olds, op.old_range(), &mut old_marks);
            mark(new, &news, op.new_range(), &mut new_marks);
        }
    }
    (old_marks, new_marks)
}

/// Marks some words of `line`; together with the mark before, where only one character that is no letter is between.
fn mark(line: &str, words: &[&str], changed: Range<usize>, marks: &mut Vec<Range<usize>>) {
    if changed.is_empty() {
        return;
    }
    let length = |words: &[&str]| words.iter().map(|word| word.len()).sum::<usize>();
    let start = length(&words[..changed.start]);
    let end = start + length(&words[changed]);
    let is_small = |between: &str| between.chars().count() <= 1 && !between.contains(char::is_alphanumeric);
    match marks.last_mut() {
        Some(last) if is_small(&line[last.end..start]) => last.end = end,
        _ => marks.push(start..end),
    }
}

/// A line in words (numbers, versions, times and names count as one), blanks, and single other characters.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut kind) = (0, Kind::Other);
    let mut chars = line.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let within = kind == Kind::Word
            && matches!(char, '.' | '-' | ':')
            && next.is_some_and(|next| Kind::of(next) == Kind::Word);
        let this = if within { Kind::Word } else { Kind::of(char) };
        // A mark belongs to the character before it.
        let belongs = at > 0 && (unicode_width::UnicodeWidthChar::width(char) == Some(0));
        if at > start && !belongs && (this != kind || this == Kind::Other) {
            words.push(&line[start..at]);
            start = at;
        }
        if !belongs {
            kind = this;
        }
    }
    if start < line.len() {
        words.push(&line[start..]);
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Blank,
    Other,
}

impl Kind {
    fn of(char: char) -> Self {
        if char.is_alphanumeric() || char == '_' {
            Self::Word
        } else if char.is_whitespace() {
            Self::Blank
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line as text, what is marked in brackets.
    fn told(old: &str, new: &str) -> Vec<String> {
        let side = |side: &Side<'_>| {
            let mut text = side.text.to_owned();
            for mark in side.marks.iter().rev() {
                text.insert(mark.end, ']');
                text.insert(mark.start, '[');
            }
            text
        };
        let line = |line: &Line<'_>| match line {
            Line::Same(text) => format!("  {text}"),
            Line::Old(text) => format!("- {text}"),
            Line::New(text) => format!("+ {text}"),
            Line::Changed(old, new) => format!("~ {} => {}", side(old), side(new)),
            Line::Gap(count) => format!("… {count}"),
        };
        compare(old, new).iter().map(line).collect()
    }

    #[test]
    fn words_that_changed_are_marked() {
        let cases = [
            (
                "OpenSSL 1.1.1w (2023)",
                "OpenSSL 3.0.19 (2023)",
                "~ OpenSSL [1.1.1w] (2023) => OpenSSL [3.0.19] (2023)",
            ),
            (
                "subject=CN = a.example",
                "subject=CN = b.example",
                "~ subject=CN = [a.example] => subject=CN = [b.example]",
            ),
            ("größe 12 MB", "größe 13 MB", "~ größe [12] MB => größe [13] MB"),
            ("it is now ready", "it is ready", "~ it is [now ]ready => it is ready"),
            ("a name: cafe\u{301}", "a name: cafe", "~ a name: [cafe\u{301}] => a name: [cafe]"),
            ("名前: 太郎 です", "名前: 花子 です", "~ 名前: [太郎] です => 名前: [花子] です"),
            ("a 1,2 b c d", "a 3,4 b c d", "~ a [1,2] b c d => a [3,4] b c d"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(told(old, new), [expected]);
        }
        assert_eq!(told("abc", "xyz"), ["- abc", "+ xyz"]);
    }

    #[test]
    fn the_line_that_became_another_is_found() {
        let old = "total 2\nca.crt 1200 bytes\n";
        let new = "total 3\nca.key 1704 new here\nca.crt 1204 bytes\n";
        assert_eq!(
            told(old, new),
            [
                "~ total [2] => total [3]",
                "+ ca.key 1704 new here",
                "~ ca.crt [1200] bytes => ca.crt [1204] bytes"
            ]
        );
    }

    #[test]
    fn what_is_far_from_a_change_is_left_out() {
        let lines = |count: usize| "same\n".repeat(count);
        let ends = |count| told(&format!("{}end\n", lines(count)), &format!("{}END\n", lines(count)));
        assert_eq!(ends(10), ["… 7", "  same", "  same", "  same", "- end", "+ END"]);
        // One line is not worth a line that says so.
        assert_eq!(ends(4)[0], "  same");
    }
}

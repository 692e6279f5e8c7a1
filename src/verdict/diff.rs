//! Expected against actual as a reader sees it: what is alike around what is not, bounded to a screenful.

use super::{
    align::{LINES, Row, align},
    pattern::{Item, Line},
};

/// Lines shown around a change.
const CONTEXT: usize = 3;
/// The most lines that a diff has.
const SCREEN: usize = 60;
/// The most bytes of a line that it shows.
const WIDTH: usize = 400;
/// Whether both have the same lines.
pub(super) fn same_lines(one: &str, other: &str) -> bool {
    one.strip_suffix('\n').unwrap_or(one) == other.strip_suffix('\n').unwrap_or(other)
        && one.is_empty() == other.is_empty()
}

/// How many lines both begin with.
pub(super) fn common_lines(one: &str, other: &str) -> usize {
    one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count()
}

/// A page's pattern against what came.
pub(super) fn page(items: &[Item], text: &str) -> String {
    let is_it = |(item, line): &(&Item, &str)| match item {
        Item::Line(expected) => expected.matches(line),
        Item::AnyLines => false,
    };
    let front = items.iter().zip(text.lines()).take_while(is_it).count();
    let rest = behind(text, front);
    let back = items[front..].iter().rev().zip(rest.lines().rev()).take_while(is_it).count();
    let middle = &items[front..items.len() - back];
    let seen = middle.len().min(LINES);
    draw(&Frame { text, rest, front, back }.rows(&middle[..seen], middle.len() - seen))
}

/// A recorded text against what came. Both may have half a million lines: only what differs is divided into them.
pub(super) fn recorded(old: &str, text: &str) -> String {
    let front = common_lines(old, text);
    let (old_rest, rest) = (behind(old, front), behind(text, front));
    let back = old_rest.lines().rev().zip(rest.lines().rev()).take_while(|(old, new)| old == new).count();
    let count = old_rest.lines().count() - back;
    let seen = count.min(LINES);
    let items: Vec<Item> =
        old_rest.lines().take(seen).map(|line| Item::Line(Line::literal(line, 0))).collect();
    draw(&Frame { text, rest, front, back }.rows(&items, count - seen))
}

/// What came, divided into what is alike at both ends and what must be aligned.
struct Frame<'t> {
    text: &'t str,
    /// Its lines behind the first `front`.
    rest: &'t str,
    /// Lines that are as expected at the beginning, and at the end.
    front: usize,
    back: usize,
}

impl<'t> Frame<'t> {
    /// The rows of a diff; of the ends only what can be seen. `unseen` expected lines follow `items`.
    fn rows(&self, items: &'t [Item], unseen: usize) -> Vec<Row<'t>> {
        let count = self.rest.lines().count() - self.back;
        let hidden = |lines: usize| (lines > 0).then_some(Row::Unseen(lines));
        let mut rows: Vec<Row<'t>> = hidden(self.front.saturating_sub(CONTEXT)).into_iter().collect();
        let shown = self.front.min(CONTEXT);
        rows.extend(self.text.lines().skip(self.front - shown).take(shown).map(Row::Same));
        rows.extend(align(items, self.rest, count));
        rows.extend(hidden(unseen));
        rows.extend(self.rest.lines().skip(count).take(CONTEXT).map(Row::Same));
        rows.extend(hidden(self.back.saturating_sub(CONTEXT)));
        rows
    }
}

/// What stands behind the first `count` lines.
fn behind(text: &str, count: usize) -> &str {
    if count == 0 {
        return text;
    }
    text.match_indices('\n').nth(count - 1).map_or("", |(at, _)| &text[at + 1..])
}

/// The rows as text: changes and what is near them.
fn draw(rows: &[Row<'_>]) -> String {
    let is_change = |row: &Row<'_>| matches!(row, Row::Missing(_) | Row::Extra(_));
    let mut near = vec![false; rows.len()];
    for at in (0..rows.len()).filter(|&at| is_change(&rows[at])) {
        near[at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(rows.len())].fill(true);
    }
    let (mut text, mut drawn, mut at) = (String::new(), 0, 0);
    while at < rows.len() {
        if drawn >= SCREEN {
            let left = rows[at..].iter().filter(|row| is_change(row)).count();
            if left > 0 {
                push(&mut text, ' ', &format!("[... {left} more {} that differ ...]", lines_word(left)));
            }
            break;
        }
        if !near[at] || matches!(rows[at], Row::Unseen(_)) {
            let mut hidden = 0;
            while at < rows.len() && (!near[at] || matches!(rows[at], Row::Unseen(_))) {
                hidden += if let Row::Unseen(count) = rows[at] { count } else { 1 };
                at += 1;
            }
            push(&mut text, ' ', &format!("[... {hidden} {} ...]", lines_word(hidden)));
            drawn += 1;
            continue;
        }
        if is_change(&rows[at]) {
            let end =
                rows[at..].iter().position(|row| !is_change(row)).map_or(rows.len(), |count| at + count);
            let shown = end.min(at + SCREEN - drawn);
            changes(&rows[at..end], shown - at, &mut text);
            drawn += shown - at;
            at = shown;
            continue;
        }
        if let Row::Same(line) = rows[at] {
            push(&mut text, ' ', &shorten(line, 0));
        }
        drawn += 1;
        at += 1;
    }
    text
}

/// Draws the first `count` of `rows`, all changes; of a long line that part where it differs from its counterpart.
fn changes(rows: &[Row<'_>], count: usize, text: &mut String) {
    let texts = |extra: bool| {
        rows.iter().filter_map(move |row| match row {
            Row::Missing(line) if !extra => Some(*line),
            Row::Extra(line) if extra => Some(*line),
            _ => None,
        })
    };
    let (mut missing, mut extra) = (0, 0);
    for row in &rows[..count] {
        let (sign, line, counterpart) = match row {
            Row::Missing(line) => {
                missing += 1;
                ('-', line, (line.len() > WIDTH).then(|| texts(true).nth(missing - 1)).flatten())
            }
            Row::Extra(line) => {
                extra += 1;
                ('+', line, (line.len() > WIDTH).then(|| texts(false).nth(extra - 1)).flatten())
            }
            Row::Same(_) | Row::Unseen(_) => continue,
        };
        let alike = counterpart.map_or(0, |other| {
            line.char_indices().zip(other.chars()).take_while(|((_, one), other)| one == other).count()
        });
        push(text, sign, &shorten(line, alike));
    }
}

fn push(text: &mut String, sign: char, line: &str) {
    text.push(sign);
    text.push_str(line);
    text.push('\n');
}

fn lines_word(count: usize) -> &'static str {
    if count == 1 { "line" } else { "lines" }
}

/// At most [`WIDTH`] bytes of a line, so that the character of index `about` is among them.
fn shorten(line: &str, about: usize) -> std::borrow::Cow<'_, str> {
    if line.len() <= WIDTH {
        return line.into();
    }
    let about = line.char_indices().nth(about).map_or(line.len(), |(at, _)| at);
    let mut start = about.saturating_sub(WIDTH / 4).min(line.len() - WIDTH);
    while !line.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = (start + WIDTH).min(line.len());
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let (before, after) = (if start > 0 { "[...]" } else { "" }, if end < line.len() { "[...]" } else { "" });
    format!("{before}{}{after}", &line[start..end]).into()
}

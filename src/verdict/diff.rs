//! Expected against actual as a reader sees it: what is alike around what is not, bounded to a screenful.

use super::{
    align::{Row, align},
    pattern::{Item, Line},
};

/// Lines shown around a change.
const CONTEXT: usize = 3;
/// The most lines that a diff has.
const SCREEN: usize = 60;
/// The most bytes of a line that it shows.
const WIDTH: usize = 400;
/// How many lines of a recording are aligned at most, behind those that are alike.
const LINES: usize = 20_000;

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
    let lines: Vec<&str> = text.lines().collect();
    let literal_match = |(item, line): &(&Item, &&str)| match item {
        Item::Line(expected) => expected.matches(line),
        Item::AnyLines => false,
    };
    let front = items.iter().zip(&lines).take_while(literal_match).count();
    let back = items[front..].iter().rev().zip(lines[front..].iter().rev()).take_while(literal_match).count();
    let middle = align(&items[front..items.len() - back], &lines[front..lines.len() - back]);
    draw(&around(&lines, front, back, middle))
}

/// A recorded text against what came. Both may have half a million lines: only what differs is divided into them.
pub(super) fn recorded(old: &str, new: &str) -> String {
    let front = common_lines(old, new);
    let (old_rest, new_rest) = (behind(old, front), behind(new, front));
    let back = old_rest.lines().rev().zip(new_rest.lines().rev()).take_while(|(old, new)| old == new).count();
    let (old_count, new_count) = (old_rest.lines().count() - back, new_rest.lines().count() - back);
    let items: Vec<Item> =
        old_rest.lines().take(old_count.min(LINES)).map(|line| Item::Line(Line::literal(line, 0))).collect();
    let lines: Vec<&str> = new_rest.lines().take(new_count.min(LINES)).collect();
    let mut rows: Vec<Row<'_>> =
        new.lines().take(front).skip(front.saturating_sub(CONTEXT)).map(Row::Same).collect();
    if front > CONTEXT {
        rows.insert(0, Row::Unseen(front - CONTEXT));
    }
    rows.extend(align(&items, &lines));
    if old_count.max(new_count) > LINES {
        rows.push(Row::Unseen(old_count.max(new_count) - LINES));
    }
    rows.extend(new_rest.lines().skip(new_count).take(CONTEXT).map(Row::Same));
    if back > CONTEXT {
        rows.push(Row::Unseen(back - CONTEXT));
    }
    draw(&rows)
}

/// What stands behind the first `count` lines.
fn behind(text: &str, count: usize) -> &str {
    if count == 0 {
        return text;
    }
    text.match_indices('\n').nth(count - 1).map_or("", |(at, _)| &text[at + 1..])
}

/// The rows with those that are alike before and behind them.
fn around<'t>(lines: &[&'t str], front: usize, back: usize, middle: Vec<Row<'t>>) -> Vec<Row<'t>> {
    let mut rows: Vec<Row<'t>> = lines[..front].iter().map(|line| Row::Same(line)).collect();
    rows.extend(middle);
    rows.extend(lines[lines.len() - back..].iter().map(|line| Row::Same(line)));
    rows
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

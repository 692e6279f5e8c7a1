//! Which expected line is which line that came, where not all of them are.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use similar::{Algorithm, DiffOp, capture_diff_deadline};

use super::pattern::Item;

/// How many pairs of expected and actual lines are looked at where wildcards are between them.
const PAIRS: usize = 2_000_000;

/// How many lines are aligned at most.
pub(super) const LINES: usize = 20_000;

/// The longest that may take; what is found by then is shown.
const PATIENCE: Duration = Duration::from_millis(200);

/// One row of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row<'t> {
    /// Came as expected.
    Same(&'t str),
    /// Did not come.
    Missing(&'t str),
    /// Came, and is not expected.
    Extra(&'t str),
    /// So many lines that came and were not looked at.
    Unseen(usize),
}

/// Aligns `items`, at most [`LINES`] of them, with the first `count` lines of `text`.
pub(super) fn align<'t>(items: &'t [Item], text: &'t str, count: usize) -> Vec<Row<'t>> {
    let wild = items.iter().any(Item::is_wild);
    let most = if wild { (PAIRS / (items.len() + 1)).clamp(64, LINES) } else { LINES };
    let by = if wild { by_table } else { by_search };
    if count <= most {
        let lines: Vec<&str> = text.lines().take(count).collect();
        return by(items, &lines);
    }
    // Too many: their beginning and their end, as if nothing stood between.
    let half = most / 2;
    let lines: Vec<&str> =
        text.lines().take(half).chain(text.lines().take(count).skip(count - half)).collect();
    let mut rows = by(items, &lines);
    let mut came = 0;
    let at = rows.iter().position(|row| {
        came += usize::from(matches!(row, Row::Same(_) | Row::Extra(_)));
        came == half
    });
    rows.insert(at.map_or(rows.len(), |at| at + 1), Row::Unseen(count - 2 * half));
    rows
}

/// By the least number of changes. For lines without wildcards.
fn by_search<'t>(items: &'t [Item], lines: &[&'t str]) -> Vec<Row<'t>> {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let came: Vec<usize> = lines
        .iter()
        .map(|line| {
            let new = numbers.len();
            *numbers.entry(line).or_insert(new)
        })
        .collect();
    let expected: Vec<usize> = items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            match item {
                Item::Line(line) => line.texts().find_map(|text| numbers.get(text).copied()),
                Item::AnyLines => None,
            }
            // A number of its own: the line did not come.
            .unwrap_or(numbers.len() + index)
        })
        .collect();
    let deadline = Instant::now() + PATIENCE;
    let ops = capture_diff_deadline(
        Algorithm::Myers,
        expected.as_slice(),
        0..expected.len(),
        came.as_slice(),
        0..came.len(),
        Some(deadline),
    );
    let mut rows = Vec::new();
    for op in ops {
        let (old, new) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { .. } = op {
            rows.extend(lines[new].iter().map(|line| Row::Same(line)));
        } else {
            rows.extend(items[old].iter().filter_map(missing));
            rows.extend(lines[new].iter().map(|line| Row::Extra(line)));
        }
    }
    rows
}

fn missing(item: &Item) -> Option<Row<'_>> {
    match item {
        Item::Line(line) => Some(Row::Missing(&line.shown)),
        Item::AnyLines => None,
    }
}

/// The last move on the cheapest way to a pair of places.
#[derive(Clone, Copy)]
enum Move {
    /// An expected line, and a line that is it.
    Both,
    /// An expected line that did not come; or `...`, which nothing more comes for.
    Item,
    /// A line that is not expected.
    Line,
    /// A line that `...` stands for.
    Absorbed,
}

/// By the cheapest way through all pairs of places, each change costing one. For wildcards.
fn by_table<'t>(items: &'t [Item], lines: &[&'t str]) -> Vec<Row<'t>> {
    let width = lines.len() + 1;
    let mut moves = vec![Move::Line; (items.len() + 1) * width];
    // What it costs to be in front of the current item and behind so many lines.
    let mut costs: Vec<usize> = (0..width).collect();
    for (index, item) in items.iter().enumerate() {
        let row = &mut moves[(index + 1) * width..][..width];
        let above = std::mem::take(&mut costs);
        costs.reserve(width);
        for at in 0..width {
            let best = match item {
                Item::AnyLines => {
                    let absorbed = at.checked_sub(1).map(|before| (costs[before], Move::Absorbed));
                    // Rather absorbed than not, so that a gap is one.
                    absorbed.into_iter().chain([(above[at], Move::Item)]).min_by_key(|&(cost, _)| cost)
                }
                Item::Line(line) => {
                    let before = at.checked_sub(1);
                    let both = before
                        .filter(|&before| line.matches(lines[before]))
                        .map(|before| (above[before], Move::Both));
                    let extra = before.map(|before| (costs[before] + 1, Move::Line));
                    both.into_iter()
                        .chain(extra)
                        .chain([(above[at] + 1, Move::Item)])
                        .min_by_key(|&(cost, _)| cost)
                }
            };
            let (cost, by) = best.unwrap_or((0, Move::Item));
            costs.push(cost);
            row[at] = by;
        }
    }
    walk_back(items, lines, &moves)
}

fn walk_back<'t>(items: &'t [Item], lines: &[&'t str], moves: &[Move]) -> Vec<Row<'t>> {
    let width = lines.len() + 1;
    let (mut item, mut line, mut rows) = (items.len(), lines.len(), Vec::new());
    while item > 0 || line > 0 {
        match moves[item * width + line] {
            Move::Both => {
                item -= 1;
                line -= 1;
                rows.push(Row::Same(lines[line]));
            }
            Move::Item => {
                item -= 1;
                rows.extend(missing(&items[item]));
            }
            Move::Line => {
                line -= 1;
                rows.push(Row::Extra(lines[line]));
            }
            Move::Absorbed => {
                line -= 1;
                rows.push(Row::Same(lines[line]));
            }
        }
    }
    rows.reverse();
    rows
}

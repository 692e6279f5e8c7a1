//! Which line that came stands for which expected one, also where they differ: what a new text of an expectation is made by.
//! A diff leaves out what `...` stands for and the lines that have gone; here each line has a place.

use super::pattern::Item;

/// How many pairs of expected and actual lines are looked at.
const PAIRS: usize = 4_000_000;

/// One step of the way through both, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The item with this index came, as the line with that index; of `...`, one of the lines that it stands for.
    Same(usize, usize),
    /// In its place, another line came.
    Other(usize, usize),
    /// It did not come, and nothing in its place; of `...`, there is nothing that it stands for.
    Gone(usize),
    /// A line that nothing expected stands for.
    Extra(usize),
}

// Above all, as many expected lines as can be must be among those that came: `UNMATCHED` outweighs all that could be
// won by the others.
const UNMATCHED: u64 = 1 << 32;
const EXTRA: u64 = 10;
/// More than any line in its place costs, so that a line between two `...` is replaced, and not lost.
const GONE: u64 = 20;

/// The cheapest way through `items` and `lines`; `None` where there are too many of them.
pub(super) fn pair(items: &[Item], lines: &[&str]) -> Option<Vec<Step>> {
    let front = items.iter().zip(lines).take_while(|(item, line)| is_it(item, line)).count();
    let (items_left, lines_left) = (&items[front..], &lines[front..]);
    let back = items_left
        .iter()
        .rev()
        .zip(lines_left.iter().rev())
        .take_while(|(item, line)| is_it(item, line))
        .count();
    let middle = (&items_left[..items_left.len() - back], &lines_left[..lines_left.len() - back]);
    let mut steps: Vec<Step> = (0..front).map(|at| Step::Same(at, at)).collect();
    if (middle.0.len() + 1).checked_mul(middle.1.len() + 1)? > PAIRS {
        return None;
    }
    steps.extend(by_table(middle.0, middle.1).into_iter().map(|step| match step {
        Step::Same(item, line) => Step::Same(item + front, line + front),
        Step::Other(item, line) => Step::Other(item + front, line + front),
        Step::Gone(item) => Step::Gone(item + front),
        Step::Extra(line) => Step::Extra(line + front),
    }));
    let (item, line) = (items.len() - back, lines.len() - back);
    steps.extend((0..back).map(|at| Step::Same(item + at, line + at)));
    Some(steps)
}

fn is_it(item: &Item, line: &str) -> bool {
    match item {
        Item::Line(expected) => expected.matches(line),
        Item::AnyLines => false,
    }
}

/// The last move on the cheapest way to a pair of places.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Move {
    /// Item and line, which is it.
    Same,
    /// Item and line, which is not.
    Other,
    /// The item alone.
    Item,
    /// The line alone, expected by nothing.
    Line,
    /// The line alone, one that `...` stands for.
    Absorbed,
}

fn by_table(items: &[Item], lines: &[&str]) -> Vec<Step> {
    let width = lines.len() + 1;
    let mut moves = vec![Move::Line; (items.len() + 1) * width];
    let mut costs: Vec<u64> = (0..width as u64).map(|count| count * EXTRA).collect();
    for (index, item) in items.iter().enumerate() {
        let row = &mut moves[(index + 1) * width..][..width];
        let above = std::mem::take(&mut costs);
        for at in 0..width {
            let before = at.checked_sub(1);
            let (cost, by) = match item {
                Item::AnyLines => {
                    let absorbed = before.map(|before| (costs[before], Move::Absorbed));
                    cheapest((above[at], Move::Item), [absorbed, None])
                }
                Item::Line(expected) => {
                    let both = before.map(|before| {
                        if expected.matches(lines[before]) {
                            return (above[before], Move::Same);
                        }
                        let differ = 4 + unlike(&expected.shown, lines[before]);
                        (above[before] + UNMATCHED + differ, Move::Other)
                    });
                    let extra = before.map(|before| (costs[before] + EXTRA, Move::Line));
                    cheapest((above[at] + UNMATCHED + GONE, Move::Item), [both, extra])
                }
            };
            costs.push(cost);
            row[at] = by;
        }
    }
    walk_back(items.len(), lines.len(), &moves)
}

/// Of equal ones the last.
fn cheapest(first: (u64, Move), others: [Option<(u64, Move)>; 2]) -> (u64, Move) {
    others.into_iter().flatten().fold(first, |best, other| if other.0 <= best.0 { other } else { best })
}

/// How much two lines differ: 0 (hardly) to 15 (wholly).
fn unlike(one: &str, other: &str) -> u64 {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let (short, long) = (one.len().min(other.len()), one.len().max(other.len()));
    let front = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let back = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    let alike = front.saturating_add(back).min(short);
    let unlike = (long - alike) * 15 / long.max(1);
    unlike as u64
}

fn walk_back(items: usize, lines: usize, moves: &[Move]) -> Vec<Step> {
    let width = lines + 1;
    let (mut item, mut line, mut steps) = (items, lines, Vec::with_capacity(items + lines));
    while item > 0 || line > 0 {
        let by = moves[item * width + line];
        if matches!(by, Move::Same | Move::Other | Move::Item) {
            item -= 1;
        }
        if by != Move::Item {
            line -= 1;
        }
        // That a `...` has all its lines.
        if by == Move::Item && matches!(steps.last(), Some(Step::Same(same, _)) if *same == item) {
            continue;
        }
        steps.push(match by {
            Move::Same => Step::Same(item, line),
            Move::Other => Step::Other(item, line),
            Move::Item => Step::Gone(item),
            Move::Line => Step::Extra(line),
            Move::Absorbed => Step::Same(item - 1, line),
        });
    }
    steps.reverse();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        redact::{Config, Redactor},
        verdict::pattern,
    };

    #[test]
    fn each_line_has_its_place() {
        // `=` came, `~` another in its place, `-` gone, `+` extra; in the order of both.
        let cases: [(&str, &str, &str); 14] = [
            ("a b c", "a b c", "==="),
            ("a b c", "a x c", "=~="),
            ("a b c", "a c", "=-="),
            ("a c", "a b c", "=+="),
            ("", "a", "+"),
            ("a", "", "-"),
            ("... foo:1", "h i foo:2", "==~"),
            ("foo:1 ...", "foo:2 h i", "~=="),
            ("a ... z", "x y", "~-~"),
            ("... total:5 ...", "head total:7 tail", "=~="),
            ("a ... z", "a z", "=-="),
            ("x1 x2 x3", "x2 x3 x4", "-==+"),
            ("b a", "a b", "-=+"),
            ("a[..]z b", "a-z c", "=~"),
        ];
        let redactor = Redactor::new(Config::default());
        for (expected, came, path) in cases {
            let expected: Vec<String> = expected.split_terminator(' ').map(str::to_owned).collect();
            let lines: Vec<&str> = came.split_terminator(' ').collect();
            let steps = pair(&pattern::parse(&expected, &redactor), &lines).unwrap();
            let drawn: String = steps
                .iter()
                .map(|step| match step {
                    Step::Same(..) => '=',
                    Step::Other(..) => '~',
                    Step::Gone(_) => '-',
                    Step::Extra(_) => '+',
                })
                .collect();
            assert_eq!(drawn, path, "{expected:?} {came:?} {steps:?}");
        }
    }

    #[test]
    fn too_many_are_not_looked_at() {
        let redactor = Redactor::new(Config::default());
        let expected: Vec<String> = (0..3000).map(|at| format!("a{at}")).collect();
        let came: Vec<String> = (0..3000).map(|at| format!("b{at}")).collect();
        let came: Vec<&str> = came.iter().map(String::as_str).collect();
        assert_eq!(pair(&pattern::parse(&expected, &redactor), &came), None);
        let same: Vec<&str> = expected.iter().map(String::as_str).collect();
        assert_eq!(pair(&pattern::parse(&expected, &redactor), &same).map(|steps| steps.len()), Some(3000));
    }
}

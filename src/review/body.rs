//! What one item looks like below its head: the block, what else to know, and the texts, in one column or two.

use anstyle::{AnsiColor, Style};

use super::{
    difference::{Line, compare},
    item::{Block, Item, Part, Standing},
    line::{Look, Row, paragraph, wrap},
};

pub(super) const PLAIN: Style = Style::new();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
const OLD: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();
/// Yellow can't be read on a light ground.
pub(super) const TELLING: Style = AnsiColor::Magenta.on_default();

/// The fewest columns in which two texts stand side by side.
pub(super) const SIDE_BY_SIDE: usize = 100;
/// Lines of a block that are shown: what differs should not be far below.
const BLOCK: usize = 12;
/// Lines of one text that are shown: more is read in the file.
const LINES: usize = 5000;

/// How the texts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Old and new below each other.
    Unified,
    /// Beside each other, where the screen is wide enough.
    SideBySide,
}

/// What the rows are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paper {
    pub(super) width: usize,
    pub(super) color: bool,
    pub(super) layout: Layout,
}

impl Paper {
    fn look(self, style: Style) -> Look {
        Look { style, marked: style.bold().invert(), carets: !self.color }
    }

    /// Whether texts stand side by side.
    pub(super) fn is_side_by_side(self) -> bool {
        self.layout == Layout::SideBySide && self.width >= SIDE_BY_SIDE
    }
}

/// The rows of `item`.
pub(super) fn rows(item: &Item, paper: Paper) -> Vec<Row> {
    let mut rows = block(&item.block, paper);
    rows.push(Row::default());
    for (heading, text) in &item.facts {
        let head = Row::of(BOLD, &format!("{heading}: "));
        rows.extend(paragraph(head, 2, TELLING, text, paper.width));
    }
    if !item.facts.is_empty() {
        rows.push(Row::default());
    }
    for part in &item.parts {
        let before = rows.len();
        self::part(part, item.standing, paper, &mut rows);
        if rows.len() > before {
            rows.push(Row::default());
        }
    }
    rows.pop();
    rows
}

/// `text` wrapped beside `first`, its further rows beside `next`.
fn hanging(first: &Row, next: &Row, text: &str, paper: Paper, rows: &mut Vec<Row>) {
    let width = paper.width.saturating_sub(first.width());
    for (index, wrapped) in wrap(text, &[], width, paper.look(PLAIN)).into_iter().enumerate() {
        let mut row = if index == 0 { first.clone() } else { next.clone() };
        row.append(wrapped);
        rows.push(row);
    }
}

fn block(block: &Block, paper: Paper) -> Vec<Row> {
    let mut rows = Vec::new();
    match block {
        Block::Gone(why) => {
            rows.extend(paragraph(Row::default(), 0, TELLING, why, paper.width));
        }
        Block::Lines(start, lines) => {
            // One line is not worth a line that says so.
            let shown = if lines.len() <= BLOCK + 1 { lines.len() } else { BLOCK };
            let digits = (start + shown).to_string().len();
            for (index, line) in lines[..shown].iter().enumerate() {
                let head = Row::of(DIM, &format!("{:>digits$} │ ", start + index));
                let next = Row::of(DIM, &format!("{:digits$} │ ", ""));
                hanging(&head, &next, line, paper, &mut rows);
            }
            if shown < lines.len() {
                rows.push(Row::of(DIM, &format!("{:digits$} │ … {} more lines", "", lines.len() - shown)));
            }
        }
    }
    rows
}

fn part(part: &Part, standing: Standing, paper: Paper, rows: &mut Vec<Row>) {
    let head = |what: &str| {
        let mut row = Row::of(BOLD, &part.title);
        row.put(DIM, what);
        row.cut(paper.width)
    };
    match (&part.old, &part.new) {
        (None, None) => {}
        (Some(text), Some(_)) if part.is_same() => {
            let count = text.lines().count();
            let lines = match count {
                0 => "empty".to_owned(),
                1 => "1 line".to_owned(),
                count => format!("{count} lines"),
            };
            rows.push(head(&format!(": as before, {lines}")));
        }
        (None, Some(text)) => {
            rows.push(head(if text.is_empty() { ": empty" } else { "" }));
            whole(text, &Sign::NEW, paper, rows);
        }
        (Some(text), None) => {
            rows.push(head(": not recorded any more"));
            whole(text, &Sign::OLD, paper, rows);
        }
        (Some(old), Some(new)) => {
            let (before, now) = standing.sides();
            let mut row = head(":");
            row.put(OLD, &format!(" - {before}"));
            let label = Row::of(NEW, &format!("+ {now}"));
            if paper.is_side_by_side() {
                row = row.cut(half(paper));
                row.column(half(paper) + GAP.chars().count());
            } else if row.width() + 2 + label.width() > paper.width {
                rows.push(head(":"));
                row = Row::of(OLD, &format!("- {before}"));
                row.put(PLAIN, "  ");
            } else {
                row.put(PLAIN, "  ");
            }
            row.append(label);
            rows.push(row);
            differing(old, new, paper, rows);
        }
    }
}

/// What a line begins with.
struct Sign {
    text: &'static str,
    style: Style,
}

impl Sign {
    const OLD: Self = Self { text: "- ", style: OLD };
    const NEW: Self = Self { text: "+ ", style: NEW };
    const SAME: Self = Self { text: "  ", style: PLAIN };
    /// Before a row that goes on with a line.
    const ON: &'static str = "… ";

    /// `text` as rows of at most `width` columns.
    fn rows(&self, text: &str, marks: &[std::ops::Range<usize>], width: usize, paper: Paper) -> Vec<Row> {
        let wrapped = wrap(text, marks, width.saturating_sub(2), paper.look(self.style));
        let mut goes_on = false;
        let put = |row: Row| {
            let is_carets = row.is_carets();
            let mut signed = match (is_carets, goes_on) {
                (true, _) => Row::of(PLAIN, "  "),
                (false, true) => Row::of(DIM, Self::ON),
                (false, false) => Row::of(self.style, self.text),
            };
            goes_on |= !is_carets;
            signed.append(row);
            signed
        };
        wrapped.into_iter().map(put).collect()
    }
}

fn whole(text: &str, sign: &Sign, paper: Paper, rows: &mut Vec<Row>) {
    for line in text.lines().take(LINES) {
        rows.extend(sign.rows(line, &[], paper.width, paper));
    }
    more(text.lines().count(), rows);
}

/// Says how many of `count` lines are not shown.
fn more(count: usize, rows: &mut Vec<Row>) {
    if count > LINES {
        rows.push(Row::of(DIM, &format!("… {} more lines", count - LINES)));
    }
}

/// What stands between two texts side by side.
const GAP: &str = " │ ";

/// Columns of each of two texts side by side.
fn half(paper: Paper) -> usize {
    (paper.width - GAP.chars().count()) / 2
}

fn differing(old: &str, new: &str, paper: Paper, rows: &mut Vec<Row>) {
    let lines = compare(old, new);
    for line in lines.iter().take(LINES) {
        if let Line::Gap(count) = line {
            let plural = if *count == 1 { "" } else { "s" };
            rows.push(Row::of(DIM, &format!("  … {count} line{plural} as before")));
        } else if paper.is_side_by_side() {
            beside(line, paper, rows);
        } else {
            below(line, paper, rows);
        }
    }
    more(lines.len(), rows);
}

fn below(line: &Line<'_>, paper: Paper, rows: &mut Vec<Row>) {
    let width = paper.width;
    match line {
        Line::Same(text) => rows.extend(Sign::SAME.rows(text, &[], width, paper)),
        Line::Old(text) => rows.extend(Sign::OLD.rows(text, &[], width, paper)),
        Line::New(text) => rows.extend(Sign::NEW.rows(text, &[], width, paper)),
        Line::Changed(old, new) => {
            rows.extend(Sign::OLD.rows(old.text, &old.marks, width, paper));
            rows.extend(Sign::NEW.rows(new.text, &new.marks, width, paper));
        }
        Line::Gap(_) => {}
    }
}

fn beside(line: &Line<'_>, paper: Paper, rows: &mut Vec<Row>) {
    let half = half(paper);
    let (left, right) = match line {
        Line::Same(text) => {
            let same = Sign::SAME.rows(text, &[], half, paper);
            (same.clone(), same)
        }
        Line::Old(text) => (Sign::OLD.rows(text, &[], half, paper), Vec::new()),
        Line::New(text) => (Vec::new(), Sign::NEW.rows(text, &[], half, paper)),
        Line::Changed(old, new) => (
            Sign::OLD.rows(old.text, &old.marks, half, paper),
            Sign::NEW.rows(new.text, &new.marks, half, paper),
        ),
        Line::Gap(_) => return,
    };
    let count = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    for _ in 0..count {
        let mut row = left.next().unwrap_or_default();
        row.column(half);
        row.put(DIM, GAP);
        row.append(right.next().unwrap_or_default());
        rows.push(row);
    }
}

//! Where a review is, and what each key does to it.

use super::{
    body::{self, Layout, Paper, SIDE_BY_SIDE},
    item::{Item, Standing},
    line::Row,
    screen::{self, Size, View},
};

/// What was decided of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet: it stays pending.
    #[default]
    Open,
    /// Accepted.
    Accepted,
    /// Rejected.
    Rejected,
    /// To stay pending.
    Later,
}

/// Who carries decisions out, each at once: whatever happens to the review, what was decided is done.
pub trait Desk {
    /// Accepts the item at `index`.
    ///
    /// # Errors
    ///
    /// Why that can't be; then nothing has changed.
    fn accept(&mut self, index: usize) -> Result<(), String>;

    /// Rejects the item at `index`.
    ///
    /// # Errors
    ///
    /// Why that can't be; then nothing has changed.
    fn reject(&mut self, index: usize) -> Result<(), String>;

    /// Takes back what was last accepted or rejected and not taken back.
    ///
    /// # Errors
    ///
    /// Why that can't be.
    fn undo(&mut self) -> Result<(), String>;

    /// The item at `index`, where it looks otherwise since it was last described.
    fn item(&mut self, index: usize) -> Option<Item> {
        let _ = index;
        None
    }
}

/// How a review ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All is decided, or somebody has had enough.
    Done,
    /// By Ctrl-C.
    Interrupted,
    /// The terminal went away.
    Lost,
    /// By a signal that asks for this exit status.
    Signal(u8),
}

/// What came of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ended: Ended,
    /// What was decided, in the order of the items.
    pub decisions: Vec<Decision>,
}

/// A key, whatever the terminal sends for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    Interrupt,
    Other,
}

/// The review.
#[derive(Debug)]
pub(super) struct State {
    items: Vec<Item>,
    decisions: Vec<Decision>,
    /// The items that were decided, in the order in which they were.
    done: Vec<usize>,
    at: usize,
    scroll: usize,
    layout: Layout,
    message: Option<String>,
    help: bool,
    color: bool,
    size: Size,
    /// The rows of the item, made for this paper.
    body: Vec<Row>,
    paper: Option<(usize, Paper)>,
}

impl State {
    /// A review of `items`, of which there is at least one.
    pub(super) fn new(items: Vec<Item>, color: bool, size: Size) -> Self {
        let decisions = vec![Decision::Open; items.len()];
        let mut state = Self {
            items,
            decisions,
            done: Vec::new(),
            at: 0,
            scroll: 0,
            layout: Layout::SideBySide,
            message: None,
            help: false,
            color,
            size,
            body: Vec::new(),
            paper: None,
        };
        state.lay_out();
        state
    }

    /// What was decided.
    pub(super) fn decisions(self) -> Vec<Decision> {
        self.decisions
    }

    /// The screen.
    pub(super) fn draw(&self) -> Vec<Row> {
        screen::draw(&self.view(), self.size)
    }

    /// The terminal has another size.
    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
        self.lay_out();
    }

    fn view(&self) -> View<'_> {
        View {
            item: &self.items[self.at],
            at: (self.at, self.items.len()),
            decision: self.decisions[self.at],
            body: &self.body,
            scroll: self.scroll,
            message: self.message.as_deref(),
            help: self.help,
        }
    }

    /// Makes the rows of the item that is seen, where they are not those of the last time.
    fn lay_out(&mut self) {
        let paper = Paper { width: self.size.width, color: self.color, layout: self.layout };
        if self.paper != Some((self.at, paper)) {
            self.body = body::rows(&self.items[self.at], paper);
            self.paper = Some((self.at, paper));
        }
        self.scroll = self.scroll.min(self.last_scroll());
    }

    fn height(&self) -> usize {
        screen::body_height(&self.view(), self.size)
    }

    fn last_scroll(&self) -> usize {
        self.body.len().saturating_sub(self.height())
    }

    /// Does what `key` asks for; says so where that ends the review.
    pub(super) fn press(&mut self, key: Key, desk: &mut dyn Desk) -> Option<Ended> {
        self.message = None;
        if key == Key::Interrupt {
            return Some(Ended::Interrupted);
        }
        if std::mem::take(&mut self.help) && key != Key::Char('q') {
            return None;
        }
        let page = self.height().saturating_sub(1).max(1);
        let ended = match key {
            Key::Char('q') => return Some(Ended::Done),
            Key::Char('a') => self.decide(&[self.at], Decision::Accepted, desk),
            Key::Char('r') => self.decide(&[self.at], Decision::Rejected, desk),
            Key::Char('s') => self.decide(&[self.at], Decision::Later, desk),
            Key::Char('A') => self.decide(&self.left(), Decision::Accepted, desk),
            Key::Char('R') => self.decide(&self.left(), Decision::Rejected, desk),
            Key::Char('S') => self.decide(&self.left(), Decision::Later, desk),
            Key::Char('z') => self.undo(desk),
            Key::Char('d') => self.side_by_side(),
            Key::Char('u') => self.unified(),
            Key::Char('?' | 'h') => self.show_help(),
            Key::Char('n') | Key::Right => self.go(self.at + 1),
            Key::Char('p') | Key::Left => self.go(self.at.wrapping_sub(1)),
            Key::Char('j') | Key::Down => self.scroll_to(self.scroll + 1),
            Key::Char('k') | Key::Up => self.scroll_to(self.scroll.saturating_sub(1)),
            Key::Char(' ') | Key::PageDown => self.scroll_to(self.scroll + page),
            Key::Char('b') | Key::PageUp => self.scroll_to(self.scroll.saturating_sub(page)),
            Key::Char('g') | Key::Home => self.scroll_to(0),
            Key::Char('G') | Key::End => self.scroll_to(usize::MAX),
            _ => self.say("no such key: ? shows those that there are"),
        };
        if self.decisions[self.at] == Decision::Open
            && let Some(item) = desk.item(self.at)
        {
            self.items[self.at] = item;
            self.paper = None;
        }
        self.lay_out();
        ended
    }

    fn say(&mut self, text: impl Into<String>) -> Option<Ended> {
        self.message = Some(text.into());
        None
    }

    fn show_help(&mut self) -> Option<Ended> {
        self.help = true;
        None
    }

    fn scroll_to(&mut self, scroll: usize) -> Option<Ended> {
        self.scroll = scroll.min(self.last_scroll());
        None
    }

    fn go(&mut self, to: usize) -> Option<Ended> {
        if to >= self.items.len() {
            return self.say(if to > self.at && to != usize::MAX {
                "this is the last one"
            } else {
                "this is the first one"
            });
        }
        (self.at, self.scroll) = (to, 0);
        None
    }

    fn side_by_side(&mut self) -> Option<Ended> {
        self.layout = Layout::SideBySide;
        if self.size.width < SIDE_BY_SIDE {
            let width = self.size.width;
            return self.say(format!("side by side needs {SIDE_BY_SIDE} columns, here are {width}"));
        }
        if self.items[self.at].standing == Standing::New {
            return self.say("there is no old one to stand beside it");
        }
        None
    }

    fn unified(&mut self) -> Option<Ended> {
        self.layout = Layout::Unified;
        None
    }

    /// The item that is seen, and all others that are not decided.
    fn left(&self) -> Vec<usize> {
        let open = |&index: &usize| index == self.at || self.decisions[index] == Decision::Open;
        let left = (0..self.items.len()).filter(open);
        left.filter(|&index| !self.is_carried_out(index)).collect()
    }

    fn is_carried_out(&self, index: usize) -> bool {
        matches!(self.decisions[index], Decision::Accepted | Decision::Rejected)
    }

    fn decide(&mut self, which: &[usize], decision: Decision, desk: &mut dyn Desk) -> Option<Ended> {
        for &index in which {
            if self.is_carried_out(index) {
                return self.say("this one is decided: z takes the last decision back");
            }
            let done = match decision {
                Decision::Accepted => desk.accept(index),
                Decision::Rejected => desk.reject(index),
                Decision::Later | Decision::Open => Ok(()),
            };
            if let Err(why) = done {
                (self.at, self.scroll) = (index, 0);
                return self.say(why);
            }
            self.decisions[index] = decision;
            self.done.push(index);
        }
        self.next_open()
    }

    /// Goes to the next item that is not decided, round the end; where there is none, the review ends.
    fn next_open(&mut self) -> Option<Ended> {
        let count = self.items.len();
        let next = (self.at..self.at + count)
            .map(|index| index % count)
            .find(|&index| self.decisions[index] == Decision::Open);
        match next {
            None => Some(Ended::Done),
            Some(next) => {
                (self.at, self.scroll) = (next, 0);
                None
            }
        }
    }

    fn undo(&mut self, desk: &mut dyn Desk) -> Option<Ended> {
        let Some(&index) = self.done.last() else { return self.say("nothing is decided yet") };
        if self.is_carried_out(index)
            && let Err(why) = desk.undo()
        {
            return self.say(why);
        }
        self.done.pop();
        self.decisions[index] = Decision::Open;
        (self.at, self.scroll) = (index, 0);
        self.say("taken back")
    }
}

//! Holds lines against a pattern as they come: the set of all places in it where they may stand.

use super::pattern::Item;

/// A pattern, and where in it the lines so far may have led.
#[derive(Debug)]
pub(super) struct Matcher {
    items: Vec<Item>,
    /// Indices of items that may come next, ascending; the number of items where nothing need come.
    places: Vec<usize>,
    next: Vec<usize>,
    /// The furthest place ever reached.
    furthest: usize,
}

impl Matcher {
    pub(super) fn new(items: Vec<Item>) -> Self {
        let mut matcher = Self { items, places: Vec::new(), next: Vec::new(), furthest: 0 };
        matcher.reach(0);
        matcher.settle();
        matcher
    }

    pub(super) fn items(&self) -> &[Item] {
        &self.items
    }

    /// Takes `line` so many times.
    pub(super) fn push(&mut self, line: &str, times: usize) {
        // The same line from the same places leads to the same places.
        let mut left = times;
        while left > 0 && self.step(line) {
            left -= 1;
        }
    }

    /// Whether the lines so far are the whole of what is expected.
    pub(super) fn matches(&self) -> bool {
        self.places.last() == Some(&self.items.len())
    }

    /// The expected line that did not come: its index among those expected.
    pub(super) fn missed(&self) -> Option<usize> {
        self.items[self.furthest..].iter().find_map(|item| match item {
            Item::Line(line) => Some(line.origin),
            Item::AnyLines => None,
        })
    }

    /// Takes one line; whether that changed anything.
    fn step(&mut self, line: &str) -> bool {
        // Behind a last `...` all lines are right.
        if let [place, _] = self.places[..]
            && place + 1 == self.items.len()
            && self.items[place] == Item::AnyLines
        {
            return false;
        }
        let places = std::mem::take(&mut self.places);
        self.next.clear();
        for &place in &places {
            match self.items.get(place) {
                Some(Item::AnyLines) => self.reach(place),
                Some(Item::Line(expected)) if expected.matches(line) => self.reach(place + 1),
                Some(Item::Line(_)) | None => {}
            }
        }
        self.places = places;
        self.settle();
        self.places != self.next
    }

    /// Adds a place to the next ones, and those behind it that need no line.
    fn reach(&mut self, mut place: usize) {
        loop {
            if self.next.last().is_none_or(|&last| last < place) {
                self.next.push(place);
            }
            if self.items.get(place) != Some(&Item::AnyLines) {
                return;
            }
            place += 1;
        }
    }

    /// The next places become those that count; the old ones stay in `next`, for comparison and their memory.
    fn settle(&mut self) {
        // Whatever an earlier place can still lead to, a `...` further on can too: it takes any lines.
        if let Some(at) = self.next.iter().rposition(|&place| self.items.get(place) == Some(&Item::AnyLines))
        {
            self.next.drain(..at);
        }
        self.furthest = self.furthest.max(self.next.last().copied().unwrap_or(0));
        std::mem::swap(&mut self.places, &mut self.next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        redact::{Config, Redactor},
        verdict::pattern,
    };

    /// The meaning of a pattern, with no thought of speed.
    fn means(expected: &[&str], lines: &[&str]) -> bool {
        match (expected, lines) {
            ([], lines) => lines.is_empty(),
            (["...", rest @ ..], lines) => (0..=lines.len()).any(|from| means(rest, &lines[from..])),
            ([first, rest @ ..], [line, lines @ ..]) => first == line && means(rest, lines),
            (_, []) => false,
        }
    }

    /// All lists of at most `length` of `words`.
    fn lists(words: &[&'static str], length: usize) -> Vec<Vec<&'static str>> {
        let mut all = vec![Vec::new()];
        let mut from = 0;
        for _ in 0..length {
            let to = all.len();
            for index in from..to {
                for word in words {
                    let mut longer = all[index].clone();
                    longer.push(*word);
                    all.push(longer);
                }
            }
            from = to;
        }
        all
    }

    #[test]
    fn every_small_pattern_matches_what_it_means() {
        let redactor = Redactor::new(Config::default());
        let texts = lists(&["a", "b"], 6);
        for expected in lists(&["a", "b", "..."], 5) {
            let owned: Vec<String> = expected.iter().map(|&line| line.to_owned()).collect();
            let items = pattern::parse(&owned, &redactor);
            for text in &texts {
                let (mut single, mut runs) = (Matcher::new(items.clone()), Matcher::new(items.clone()));
                for line in text {
                    single.push(line, 1);
                }
                for run in text.chunk_by(|one, next| one == next) {
                    runs.push(run[0], run.len());
                }
                assert_eq!(single.matches(), means(&expected, text), "{expected:?} {text:?}");
                assert_eq!(runs.matches(), single.matches(), "{expected:?} {text:?}");
                assert_eq!(runs.missed(), single.missed(), "{expected:?} {text:?}");
            }
        }
    }
}

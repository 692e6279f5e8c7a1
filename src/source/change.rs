//! Changes to the lines of a text.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Lines that take the place of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineChange {
    /// The first line that goes, counted from 0; of an insertion, the line in front of which it stands.
    pub at: usize,
    /// How many lines go.
    pub removed: usize,
    /// What comes, without line ends.
    pub new: Vec<String>,
}

impl LineChange {
    /// The lines that go.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.at..self.at.saturating_add(self.removed)
    }

    /// The same so many lines further down.
    #[must_use]
    pub fn moved(self, down: usize) -> Self {
        Self { at: self.at + down, ..self }
    }
}

/// `lines` with `changes` in them; `None` where these are not in order, overlap, or lie behind the last line.
#[must_use]
pub fn changed<'l>(lines: &[&'l str], changes: &'l [LineChange]) -> Option<Vec<&'l str>> {
    let mut done = Vec::with_capacity(lines.len());
    let mut at = 0;
    for change in changes {
        let gone = change.range();
        done.extend(lines.get(at..gone.start)?);
        done.extend(change.new.iter().map(String::as_str));
        lines.get(gone.clone())?;
        at = gone.end;
    }
    done.extend(lines.get(at..)?);
    Some(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_take_the_place_of_others() {
        let change = |at, removed, new: &[&str]| LineChange {
            at,
            removed,
            new: new.iter().map(ToString::to_string).collect(),
        };
        let cases: [(&[LineChange], Option<&str>); 8] = [
            (&[], Some("abc")),
            (&[change(0, 0, &["x"])], Some("xabc")),
            (&[change(3, 0, &["x"])], Some("abcx")),
            (&[change(0, 1, &["x", "y"]), change(2, 1, &[])], Some("xyb")),
            (&[change(0, 3, &[])], Some("")),
            (&[change(2, 2, &[])], None),
            (&[change(1, 1, &[]), change(1, 1, &[])], None),
            (&[change(usize::MAX, 2, &[])], None),
        ];
        for (changes, expected) in cases {
            let done = changed(&["a", "b", "c"], changes).map(|lines| lines.concat());
            assert_eq!(done.as_deref(), expected, "{changes:?}");
        }
    }
}

//! What did not run and why, in few lines: steps of one page with one reason stand together.

use super::canvas::{Canvas, PLAIN, style_of};
use crate::outcome::{Finished, State};

/// Names that one line lists.
const NAMES: usize = 12;

/// Steps that did not run, in the order of their pages.
#[derive(Debug, Default)]
pub(super) struct Leftovers(Vec<Group>);

#[derive(Debug)]
struct Group {
    state: State,
    document: String,
    reason: String,
    names: Vec<String>,
    more: usize,
}

impl Leftovers {
    /// Takes a step in that did not run.
    pub(super) fn push(&mut self, finished: &Finished) {
        let reason = finished.reason.as_deref().unwrap_or_default();
        let place = &finished.place;
        let alike = |group: &&mut Group| {
            group.state == finished.state && group.document == place.document && group.reason == reason
        };
        // Steps of one page come together, so the group is among the last ones.
        let found = self.0.iter_mut().rev().take(16).find(alike);
        let name = || place.step.clone().unwrap_or_else(|| format!("line {}", place.line));
        match found {
            Some(group) if group.names.len() < NAMES => group.names.push(name()),
            Some(group) => group.more += 1,
            None => self.0.push(Group {
                state: finished.state,
                document: place.document.clone(),
                reason: reason.to_owned(),
                names: vec![name()],
                more: 0,
            }),
        }
    }

    /// Draws those that ended in one of `states`, in that order.
    pub(super) fn draw(&self, canvas: &mut Canvas, states: &[State]) {
        for state in states {
            for group in self.0.iter().filter(|group| group.state == *state) {
                let mut names = group.names.join(", ");
                if group.more > 0 {
                    names = format!("{names} and {} more", group.more);
                }
                let head = format!("{state}:");
                let rest = format!(" {} › {names}: {}", group.document, group.reason);
                let rest = if group.reason.is_empty() { rest.trim_end_matches([':', ' ']) } else { &rest };
                canvas.paragraph(2, &[(style_of(*state), &head), (PLAIN, rest)]);
            }
        }
    }
}

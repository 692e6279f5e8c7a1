//! What a report shows of the pages that ran: their texts, and the commands that run them again. Reports read no
//! files; whoever starts them brings these.

use std::collections::HashMap;

use crate::outcome::StepPlace;

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its text, without a byte-order mark.
    pub text: String,
    /// The command that runs it again in the same way, as one would type it.
    pub again: String,
    /// The command that accepts pending recordings of it, as one would type it, with `STEP` where the step's name
    /// belongs; `None` where this run leaves nothing pending.
    pub accept: Option<String>,
}

/// All pages of a run, by the name that events give them.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    pages: HashMap<String, Page>,
    recordings: HashMap<StepPlace, String>,
}

impl Pages {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a page in.
    pub fn insert(&mut self, name: impl Into<String>, page: Page) {
        self.pages.insert(name.into(), page);
    }

    /// The page called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Page> {
        self.pages.get(name)
    }

    /// Takes in what the recording is called that a step is held against.
    pub fn insert_recording(&mut self, step: StepPlace, name: String) {
        self.recordings.insert(step, name);
    }

    /// What the recording is called that a step is held against.
    #[must_use]
    pub fn recording(&self, step: &StepPlace) -> Option<&str> {
        self.recordings.get(step).map(String::as_str)
    }
}

//! What waits for a decision, as it is shown: a recording, or anything else that has an old text and a new one.

/// One thing that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What it is called where one decides by typing: `ssl-macos/list`.
    pub name: String,
    /// What it is of, for its head: `ssl-macos › list`.
    pub title: String,
    /// Where it stands in a page now: `tutorials/ssl-macos.md:41`; or the page alone.
    pub place: String,
    /// What its texts are to each other.
    pub standing: Standing,
    /// The block that it is of.
    pub block: Block,
    /// What else one should know, each with its heading: `exit status`, `0 → 1`.
    pub facts: Vec<(String, String)>,
    /// The texts, in the order in which they are shown.
    pub parts: Vec<Part>,
}

/// What the old and the new text of an item are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// What was recorded, and what a run printed since.
    #[default]
    Changed,
    /// Nothing was recorded before.
    New,
    /// What a page says, and what a run printed.
    Page,
}

impl Standing {
    /// As a sentence.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Changed => "changed since it was recorded",
            Self::New => "nothing was recorded before",
            Self::Page => "the page says something else",
        }
    }

    /// What the old text is, and what the new one.
    pub(super) fn sides(self) -> (&'static str, &'static str) {
        match self {
            Self::Changed | Self::New => ("before", "now"),
            Self::Page => ("the page says", "it would say"),
        }
    }
}

/// The block as it stands in its page now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Its lines, and the number of the first.
    Lines(usize, Vec<String>),
    /// It is not shown, and why.
    Gone(String),
}

impl Default for Block {
    fn default() -> Self {
        Self::Lines(1, Vec::new())
    }
}

/// One text, before and now; `None` where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// What it is: `standard output`.
    pub title: String,
    /// What was accepted.
    pub old: Option<String>,
    /// What waits.
    pub new: Option<String>,
}

impl Part {
    /// Whether both say the same. A last newline makes no difference.
    #[must_use]
    pub fn is_same(&self) -> bool {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => old.lines().eq(new.lines()),
            (old, new) => old == new,
        }
    }
}

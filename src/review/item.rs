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
    /// Whether nothing was accepted before.
    pub new: bool,
    /// The block that it is of.
    pub block: Block,
    /// What else one should know, each with its heading: `exit status`, `0 → 1`.
    pub facts: Vec<(String, String)>,
    /// The texts, in the order in which they are shown.
    pub parts: Vec<Part>,
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

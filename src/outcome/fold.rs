//! Adds events up to outcomes: a step is its last attempt, a document the worst of its steps.

use serde::{Deserialize, Serialize};

use super::{Event, Finished, State};

/// Steps in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names of the states")]
pub struct Counts {
    pub passed: usize,
    pub drifted: usize,
    pub failed: usize,
    pub new: usize,
    pub unverified: usize,
    pub skipped: usize,
    pub not_run: usize,
}
/// One document.
#[derive(Clone, Debug)]
pub struct DocumentFold {
    pub steps: Vec<Finished>,
}
/// All documents.
#[derive(Clone, Debug, Default)]
pub struct Fold {
    pub documents: Vec<DocumentFold>,
}

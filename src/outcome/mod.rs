//! What happened: the events of a run, and what they add up to.

mod event;
mod fold;
mod state;

pub use event::{Event, Finished, Stamped, StepKind, StepPlace};
pub use fold::{Counts, DocumentFold, Fold};
pub use state::State;

//! What happened: the events of a run, and what they add up to.

mod counts;
mod event;
mod fold;
mod read;
mod settled;
mod state;
mod summary;
#[cfg(test)]
mod tests;
mod write;

pub use counts::Counts;
pub use event::{Certificate, Changes, Event, Finished, Rewrite, Stamped, StepKind, StepPlace};
pub use fold::{DocumentFold, Fold};
pub use read::{StreamError, read_stream};
pub use state::State;
pub use summary::stand_ins;

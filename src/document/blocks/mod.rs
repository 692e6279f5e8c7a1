//! From fences to blocks: which kind each is, what its attributes say, and which step it belongs to.

mod build;
mod collect;
mod complete;
mod context;
mod fronts;
mod kind;
mod language;
mod links;
mod named;
mod part;
mod patch;
mod places;
mod references;
mod transcript;

pub(super) use collect::{Input, collect};
pub(super) use transcript::Prompts;

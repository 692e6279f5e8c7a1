//! From fences to blocks: which kind each is, what its attributes say, and which step it belongs to.

mod build;
mod kind;
mod language;
mod links;
mod part;

pub(super) use links::collect;

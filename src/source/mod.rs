//! Texts and places in them: every later stop can say where something stands.

mod change;
mod fragments;
mod sources;

pub use change::{LineChange, changed};
pub use fragments::Fragments;
pub use sources::{Position, Source, SourceId, Sources, Span, Spanned};

//! Texts and places in them: every later stop can say where something stands.

mod fragments;
mod sources;

pub use fragments::Fragments;
pub use sources::{Position, Source, SourceId, Sources, Span, Spanned};

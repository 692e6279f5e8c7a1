//! Tests of events and of what they add up to.

mod fold;
mod made;
mod stream;

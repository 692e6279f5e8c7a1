//! Looking at what waits for a decision, one after another, on a terminal: what is seen, which key does what, and the
//! terminal itself. What a decision does is its caller's.

mod body;
mod difference;
mod item;
mod line;
mod screen;
mod state;
mod terminal;
#[cfg(test)]
mod tests;

pub use item::{Block, Item, Part, Standing};
pub use state::{Decision, Desk, Ended, Outcome};
pub use terminal::{is_possible, review};

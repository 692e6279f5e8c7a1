//! Parity: what a reader has in the end is the same on all platforms of a page, and on a page and its counterpart.
//!
//! Three things are held against each other: the steps by their ids, the files that blocks write, change or list, and the
//! certificates of certificate blocks. Nothing runs, and nothing is guessed from commands: what these make is known as far
//! as a file list says so. An author states under `parity` what may differ, and why.

mod certificates;
mod compare;
mod ends;
mod exceptions;
mod facts;
mod files;
mod found;
mod mapping;
mod patched;
mod settings;
mod side;
mod steps;
#[cfg(test)]
mod tests;

pub use compare::{Counterpart, between_pages, between_platforms, unused_exceptions};
pub use exceptions::Used;

//! What a run looks like to people and to programs: each file here draws the same events in one format.

mod by_name;
mod canvas;
mod commands;
mod diff;
mod escape;
mod failure;
mod fence;
pub mod findings;
mod github;
mod json;
mod junit;
mod leftovers;
mod listing;
pub mod mutants;
mod object;
mod options;
mod output;
mod pages;
mod progress;
mod quote;
mod reporter;
mod seconds;
mod terminal;
#[cfg(test)]
mod tests;

pub use escape::escape;
pub use fence::closing_fence;
pub use github::Github;
pub use json::Json;
pub use junit::Junit;
pub use object::objects;
pub use options::{Options, Verbosity};
pub use output::{Color, Output};
pub use pages::{Page, Pages};
pub use quote::command_line;
pub use reporter::{ReportError, Reporter, Set};
pub use terminal::Terminal;

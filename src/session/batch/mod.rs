//! Steps of Windows' command interpreter as batch files. Pure: texts in, texts out; who starts the interpreter is the
//! system's business.
//!
//! The interpreter has no `-e`, no way to run a text in a process that lives on, and no functions: all that one command
//! leaves to the next are variables, directories and files. So each step is a batch file for a process of its own, which begins with what
//! the step before it has left and ends with telling what it leaves itself, also where it ends by `exit`. A test
//! behind each command line makes the step stop at the first one that fails.

mod rewrite;
mod scan;
mod script;
mod state;
mod typed;

pub(super) use rewrite::Dialect;
pub(super) use script::{Script, told};
pub(super) use state::State;

/// A batch text with its tests, for the fuzz target of this name: no part of what the program offers.
#[cfg(fuzzing)]
#[allow(missing_docs, clippy::missing_errors_doc, reason = "only in fuzzing")]
pub fn fuzzed(text: &str, old_wine: bool) -> Result<String, String> {
    rewrite::tested(text, if old_wine { Dialect::OldWine } else { Dialect::Windows })
}

//! The program run for real: each rule of the language with a page that passes and one that fails.
#![cfg(unix)]

mod conformance;
mod ending;
mod harness;
mod language;
mod passing;
mod prompts;
mod session;

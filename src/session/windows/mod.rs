//! The session on Windows: a job for all that a run starts, and in it a process for each step, or one for all that are
//! PowerShell's.

mod console;
mod environment;
mod filing;
mod interpreter;
mod machine;
mod pwsh;
mod scratch;
mod serving;
mod step;
mod system;

pub(super) use console::{level, listen, status};
pub(super) use machine::Machine;
pub(super) use serving::Serving;

use super::Settings;
use crate::plan::Plan;

/// The version of Wine, where that is what runs this program instead of Windows.
pub(super) fn wine(_: &Plan, _: &Settings) -> Option<String> {
    system::wine()
}

/// No process of this program's has other work here: a job does what a supervisor does elsewhere.
pub(super) fn supervise_if_asked() -> Option<u8> {
    None
}

/// Nothing here takes so long that it would have to begin before it is needed.
pub(super) fn start_early() {}

/// Nothing stands by here.
pub(super) fn announce(_: usize) {}

/// Nothing stands by here.
pub(super) fn dismiss() {}

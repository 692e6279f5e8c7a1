//! The ordered steps of one run on one platform. Pure: no file system, no clock, no environment of its own.

mod action;
mod build;
mod error;
mod filter;
mod model;
mod part;
mod placeholder;
mod platform;
mod relocate;
mod relocated;
mod request;
#[cfg(test)]
mod tests;

pub use build::build;
pub use error::PlanError;
pub use filter::Filter;
pub use model::{
    Action, AnswerLine, Expected, FileCopy, Hunk, HunkLine, Plan, Port, Provided, Requirement, Ruling,
    Secret, ServiceAction, ShellAction, Step, StepRef, TranscriptAction, TranscriptCommand,
};
pub use placeholder::Placeholders;
pub use platform::all as all_platforms;
pub use relocate::Relocation;
pub use request::Request;

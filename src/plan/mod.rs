//! The ordered steps of one run on one platform. Pure: no file system, no clock, no environment of its own.

mod build;
mod error;
mod filter;
mod model;
mod placeholder;
mod relocate;
mod relocated;
mod request;
#[cfg(test)]
mod tests;

pub use build::build;
pub use error::PlanError;
pub use filter::Filter;
pub use model::{Action, AnswerLine, Expected, Plan, Ruling, Secret, ShellAction, Step};
pub use relocate::Relocation;
pub use request::Request;

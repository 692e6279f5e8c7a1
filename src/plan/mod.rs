//! The ordered steps of one run on one platform. Pure: no file system, no clock, no environment of its own.

mod model;

pub use model::{Action, AnswerLine, Expected, Plan, Ruling, Secret, ShellAction, Step};

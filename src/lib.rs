//! `tutor` runs tutorials: Markdown whose tagged blocks are executed for real, their outputs compared with
//! what the page shows or with what was recorded.
//!
//! Data goes one way, and each module is one stop on that way: [`source`] → [`document`] → [`plan`] →
//! [`session`] → [`outcome`] (events) → [`report`]. Beside that way stand [`diagnostic`], [`mutant`], [`parity`],
//! [`platform`], [`redact`], [`snapshot`] and [`verdict`], which only compute, and [`review`], where people decide.
//! [`command`] wires them together.

pub mod certificate;
pub mod command;
pub mod diagnostic;
pub mod document;
pub mod mutant;
pub mod outcome;
pub mod parity;
pub mod plan;
pub mod platform;
pub mod probe;
pub mod redact;
pub mod report;
pub mod review;
pub mod session;
pub mod snapshot;
pub mod source;
pub mod table;
pub mod verdict;

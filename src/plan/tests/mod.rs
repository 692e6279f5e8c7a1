//! Tests of plans.

mod build;
mod language;
mod page;
mod relocate;

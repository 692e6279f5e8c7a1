//! Tests of plans.

mod build;
mod page;
mod relocate;

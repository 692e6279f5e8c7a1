//! `tutor check` as a program: its findings, its fixes, its reports.

mod any_bytes;
mod catalogue;
mod coverage;
mod fix;
#[cfg(unix)]
mod generated;
mod page;
mod parity;
mod project;
mod reports;

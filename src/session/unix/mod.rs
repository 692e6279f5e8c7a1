//! The session on Unix: a supervisor process, long-lived shells below it, a terminal of its own.

mod ahead;
mod asking;
mod cmd;
mod crowd;
mod environment;
mod filing;
mod fish;
mod guard;
mod handover;
#[cfg(target_os = "linux")]
mod holding;
mod inside;
mod keeper;
mod limits;
mod link;
mod loop_text;
mod machine;
mod prefix;
mod pwsh;
mod readers;
mod relocating;
#[cfg(target_os = "linux")]
mod sandbox;
mod scratch;
mod service;
mod serving;
mod shell;
mod state;
mod statements;
mod supervisor;
mod terminal;
mod tree;
mod variables;
#[cfg(target_os = "linux")]
mod view;
mod wait;
mod wine;
mod words;
mod zsh;

pub(super) use crowd::announce;
pub(super) use keeper::{dismiss, start_early};
pub(super) use machine::Machine;
pub(super) use serving::Serving;
pub(super) use supervisor::supervise_if_asked;
pub(super) use wine::version as wine;

//! The subcommands: each wires the other modules together.

mod accept;
mod certificates;
mod check;
mod cli;
mod dispatcher;
mod error;
mod explain;
mod finder;
mod findings;
mod fix;
mod job;
mod list;
mod load;
mod merge;
mod mutants;
mod options;
mod pending;
mod ports;
mod probes;
mod program;
mod recorder;
mod reject;
mod repeat;
mod reports;
mod review;
mod root;
mod run;
mod scheduler;
mod settings;
mod since;
mod unused;
mod versions;
mod workspace;

pub use program::main;

//! How a plan is to be run.

use std::{collections::HashMap, time::Duration};

use serde::{Deserialize, Serialize};

/// How relocated directories are made the run's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relocate {
    /// By a mount namespace where that works, else by text.
    Auto,
    /// By a mount namespace, or the document fails.
    Mount,
    /// By text.
    Text,
    /// Not at all: the machine's own directories.
    InPlace,
}

/// How to run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How relocated directories are made the run's own.
    pub relocate: Relocate,
    /// Leave the scratch directory.
    pub keep: bool,
    /// Run steps of Windows' command interpreter under Wine where there is no Windows.
    pub wine: bool,
    /// Keep the run from the rest of the machine, and give it this network.
    pub sandbox: Option<Network>,
    /// What a document may use of the machine.
    pub limits: Limits,
}

/// What a sandbox has of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Network {
    /// Nothing.
    None,
    /// A loopback interface of its own.
    Loopback,
    /// All that the machine has.
    Host,
}

/// What a document may use of the machine. A step that goes over it is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The memory of its processes together, in bytes.
    pub memory: u64,
    /// How many processes it has at once.
    pub processes: u64,
    /// What it has on disk, in bytes; also the longest of its files.
    pub disk: u64,
    /// What a step writes to its streams, in bytes.
    pub output: u64,
    /// How long it runs.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        let memory = (4096 * MIB).min(memory().map_or(u64::MAX, |all| all / 2));
        let time = Duration::from_secs(2 * 60 * 60);
        Self { memory, processes: 1024, disk: 8192 * MIB, output: 256 * MIB, time }
    }
}

/// What was recorded of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The exit status, where there was one.
    pub exit: Option<i32>,
    /// Standard output, where it was recorded.
    pub stdout: Option<String>,
    /// Standard error, where it was recorded.
    pub stderr: Option<String>,
}

/// Recordings of a plan's steps, by the step's index in the plan. None: nothing recorded yet.
pub type Recordings = HashMap<usize, Recorded>;

/// How much memory this machine has, in bytes, where the system says so: `proc_meminfo(5)`.
fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

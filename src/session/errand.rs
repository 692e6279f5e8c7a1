//! What a run asks of the network and of programs: whether something listens, what a probe sees, which version a program
//! has. In a sandbox it is asked there, by a process of the sandbox's own, which has its network, sees its files, and may do
//! no more than a step may.

use std::{ops::Range, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use super::{disk, versions};
use crate::{
    certificate::Refusal,
    probe::{self, Failure, Inputs, Report},
};

/// The longest file that a probe may name, in bytes: a machine's whole list of authorities has some hundred thousand.
pub(super) const MOST_READ: u64 = 4 << 20;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Errand {
    /// Does something take connections there?
    Listens { host: String, port: u16, patience: Duration },
    /// What does an address of HTTP answer?
    Status { url: String, patience: Duration },
    /// What does the probe block of this text see? Its files are looked for from `base` on.
    Probe { text: String, base: PathBuf, patience: Duration },
    /// What does this command say?
    Says { command: Vec<String> },
}

/// The answer, of the same kind as the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Found {
    Listens(bool),
    Status(Result<u16, String>),
    Probe(Result<Seen, Told>),
    Says(Option<String>),
}

/// A probe's report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    receipt: String,
    failure: Option<(String, Range<usize>)>,
}

/// Why a probe could not be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    message: String,
    at: Range<usize>,
    help: Option<String>,
}

impl Errand {
    /// Does it here and now.
    pub(super) fn run(self) -> Found {
        match self {
            Self::Listens { host, port, patience } => Found::Listens(probe::listens(&host, port, patience)),
            Self::Status { url, patience } => Found::Status(probe::status(&url, patience)),
            Self::Says { command } => Found::Says(versions::said(&command)),
            Self::Probe { text, base, patience } => {
                let files = Files { base };
                let report = probe::read_plain(&text)
                    .and_then(|block| probe::run(&block, &files, patience, &|| false))
                    .map(Seen::from)
                    .map_err(Told::from);
                Found::Probe(report)
            }
        }
    }
}

impl From<Report> for Seen {
    fn from(Report { receipt, failure }: Report) -> Self {
        Self { receipt, failure: failure.map(|failure| (failure.message, failure.at)) }
    }
}

impl From<Seen> for Report {
    fn from(Seen { receipt, failure }: Seen) -> Self {
        Self { receipt, failure: failure.map(|(message, at)| Failure { message, at }) }
    }
}

impl From<Refusal> for Told {
    fn from(Refusal { message, at, help, .. }: Refusal) -> Self {
        Self { message, at, help }
    }
}

impl From<Told> for Refusal {
    fn from(Told { message, at, help }: Told) -> Self {
        Self { code: "", message, at, label: String::new(), help }
    }
}

struct Files {
    base: PathBuf,
}

impl Inputs for Files {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        disk::read_bytes(&self.base, path.as_ref(), MOST_READ)
    }
}

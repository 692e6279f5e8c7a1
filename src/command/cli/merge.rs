//! `tutor merge` as typed.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::super::options::{self, Report};
use crate::report::Verbosity;

pub(super) const EXAMPLES: &str = "\
Examples:
  tutor merge run-*.jsonl                        what several machines or jobs found, as one
  tutor merge run-*.jsonl --report junit=all.xml
  tutor merge --report github run-*.jsonl        annotations, and the job's summary

Exit status: that of one run of everything; 2 where a file is no event stream.";

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// Event streams, as `tutor run --report json=PATH` writes them; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    streams: Vec<PathBuf>,
    /// Write another report: `json`, `junit` or `github`; without a path to standard output. Can be repeated
    #[arg(long, value_name = "FORMAT[=PATH]", value_parser = super::report)]
    report: Vec<Report>,
    /// Fail where a step could not run; the default where `CI` is set
    #[arg(long, overrides_with = "no_strict")]
    strict: bool,
    /// Let steps that could not run pass; the default elsewhere
    #[arg(long, overrides_with = "strict")]
    no_strict: bool,
    /// Also a line for each step; twice: what it printed, too
    #[arg(short, long, action = ArgAction::Count, conflicts_with = "quiet")]
    verbose: u8,
    /// Only what did not pass, and the last line
    #[arg(short, long)]
    quiet: bool,
}

impl Merge {
    pub(super) fn resolve(self, ci: bool, github: bool) -> Result<options::Merge, clap::Error> {
        Ok(options::Merge {
            streams: self.streams,
            reports: super::reports(self.report, github)?,
            strict: self.strict || (ci && !self.no_strict),
            verbosity: match (self.quiet, self.verbose) {
                (true, _) => Verbosity::Quiet,
                (false, 0) => Verbosity::Normal,
                (false, 1) => Verbosity::Steps,
                (false, _) => Verbosity::Outputs,
            },
        })
    }
}

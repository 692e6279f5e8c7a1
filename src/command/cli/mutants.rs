//! `tutor mutants` as typed.

use std::path::PathBuf;

use clap::Args;

use super::{
    super::options::{self, Command, Format, Platforms, Recording, Report},
    platforms, processors, step_id,
};
use crate::{
    document::StepId,
    plan::Filter,
    report::Verbosity,
    session::{Limits, Relocate, Settings},
};

pub(super) const EXAMPLES: &str = "\
Examples:
  tutor mutants tls.md --sample 50                50 changes of tutorials/tls.md
  tutor mutants tls.md --min 95                   all; fail where fewer than 95 of 100 are seen
  tutor mutants tls.md --step make-ca             only those of one step
  tutor mutants tls.md --list                     what would be changed
  tutor mutants tls.md --report json=mutants.jsonl

Exit status: 0 tried; 1 fewer were killed than --min asks for, nothing could be tried, or the unchanged page does not pass;
2 a tutorial, a mark or the command line is wrong; 130 interrupted; 143 terminated.";

#[derive(Debug, Args)]
pub(super) struct Mutants {
    /// Tutorials, and directories of them. A name that is no path is looked up in `tutorials/`
    #[arg(value_name = "FILE", required = true)]
    pages: Vec<PathBuf>,
    /// The page's platform, or `all`; default: this machine's where the page has it, else the page's first
    #[arg(long, value_name = "NAME", value_parser = platforms)]
    platform: Option<Platforms>,
    /// Only changes of these steps
    #[arg(long, value_name = "ID,…", value_delimiter = ',', value_parser = step_id)]
    step: Vec<StepId>,
    /// Fail where fewer than N percent are killed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    min: Option<u8>,
    /// Try only N of the changes, chosen by the seed
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Which sample: the same one for the same number and the same page
    #[arg(long, value_name = "S", default_value_t = 1, requires = "sample")]
    seed: u64,
    /// How many changes are tried at once; default: as many as the machine has processors
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// List the changes, and try none
    #[arg(long)]
    list: bool,
    /// Where recordings lie; default: `snapshots/` in the tutorial's root
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// Write a line of JSON for each change; without a path to standard output. Can be repeated
    #[arg(long, value_name = "json[=PATH]", value_parser = report)]
    report: Vec<Report>,
}

impl Mutants {
    pub(super) fn resolve(self) -> Result<Command, clap::Error> {
        let reports = super::reports(self.report, false)?;
        let run = options::Run {
            pages: self.pages,
            platforms: self.platform.unwrap_or(Platforms::Default),
            filter: Filter { only: Vec::new(), skip: Vec::new(), from: None },
            recording: Recording::Never,
            strict: false,
            settings: Settings {
                relocate: Relocate::Auto,
                keep: false,
                wine: true,
                sandbox: None,
                limits: Limits::default(),
            },
            limits: Vec::new(),
            stand_ins: true,
            jobs: self.jobs.map_or_else(processors, usize::from),
            snapshots: self.snapshots,
            reports: Vec::new(),
            repeat: 1,
            fail_fast: false,
            since: None,
            partition: None,
            verbosity: Verbosity::Normal,
        };
        Ok(Command::Mutants(options::Mutants {
            run,
            steps: self.step,
            min: self.min,
            sample: self.sample,
            seed: self.seed,
            list: self.list,
            reports,
        }))
    }
}

fn report(text: &str) -> Result<Report, String> {
    match super::report(text) {
        Ok(report) if report.format == Format::Json => Ok(report),
        Ok(_) => Err("the only format is `json`".to_owned()),
        Err(_) if !text.starts_with("json") => Err("the only format is `json`".to_owned()),
        Err(error) => Err(error),
    }
}

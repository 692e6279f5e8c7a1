//! What was asked for, resolved: defaults filled in, the environment looked at, contradictions gone.

use std::path::PathBuf;

use crate::{
    document::StepId,
    outcome::State,
    plan::Filter,
    platform::Platform,
    report::{Color, Verbosity},
    session::{Network, Relocate, Settings},
};

/// The command line.
#[derive(Debug)]
pub(super) struct Request {
    /// When to colour.
    pub(super) color: Color,
    /// What to do.
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug)]
pub(super) enum Command {
    Run(Run),
    Check(Check),
    /// `tutor check --explain`, with a code or for all of them.
    Explain(Option<String>),
    List(List),
    Merge(Merge),
    Mutants(Mutants),
    Accept(Pending),
    Reject(Pending),
    Review(Pending),
    Cert(Cert),
    /// Something that is ready to be printed: a shell's completions, a manual page.
    Print(Vec<u8>),
}

/// `tutor run`.
#[derive(Debug)]
pub(super) struct Run {
    /// Files, directories and names, as typed.
    pub(super) pages: Vec<PathBuf>,
    pub(super) platforms: Platforms,
    pub(super) filter: Filter,
    pub(super) recording: Recording,
    /// Whether an unverified step fails the run.
    pub(super) strict: bool,
    pub(super) settings: Settings,
    /// The bounds among the settings, as typed.
    pub(super) limits: Vec<String>,
    /// Whether a project's stand-ins may run where the machine has not the real program.
    pub(super) stand_ins: bool,
    /// How many documents run at once, from 1.
    pub(super) jobs: usize,
    /// The recordings' directory, if not the root's own.
    pub(super) snapshots: Option<PathBuf>,
    pub(super) reports: Vec<Report>,
    /// How often each page runs.
    pub(super) repeat: usize,
    /// Whether what goes wrong in one document stops all.
    pub(super) fail_fast: bool,
    /// The revision since which pages must have changed to run.
    pub(super) since: Option<String>,
    /// Which part of the pages, if not all.
    pub(super) partition: Option<Partition>,
    pub(super) verbosity: Verbosity,
}

/// One of so many parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Partition {
    /// Which, from 1.
    pub(super) part: u64,
    /// Of how many.
    pub(super) count: u64,
}

/// `tutor mutants`.
#[derive(Debug)]
pub(super) struct Mutants {
    /// How each change is run.
    pub(super) run: Run,
    /// The steps whose changes are meant; none: all.
    pub(super) steps: Vec<StepId>,
    /// The least share, in percent, that must be killed.
    pub(super) min: Option<u8>,
    /// How many are tried, if not all, and which.
    pub(super) sample: Option<usize>,
    pub(super) seed: u64,
    /// Whether they are only listed.
    pub(super) list: bool,
    pub(super) reports: Vec<Report>,
}

/// `tutor merge`.
#[derive(Debug)]
pub(super) struct Merge {
    /// Files; `-` is standard input.
    pub(super) streams: Vec<PathBuf>,
    pub(super) reports: Vec<Report>,
    /// Whether an unverified step fails the whole.
    pub(super) strict: bool,
    pub(super) verbosity: Verbosity,
}

/// Which of a page's platforms run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Platforms {
    /// The host's where the page has it, else the page's first.
    Default,
    /// Each of the page's in turn.
    All,
    One(Platform),
}

/// What becomes of outputs that are new or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recording {
    /// Nothing is written.
    Never,
    /// They are left pending.
    Pending,
    /// They are recorded.
    Accept,
}

/// A report beside the one for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) format: Format,
    /// `None`: standard output.
    pub(super) path: Option<PathBuf>,
}

/// What a report is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Junit,
    Github,
}

/// `tutor check`.
#[derive(Debug)]
pub(super) struct Check {
    /// Files, directories and names, as typed.
    pub(super) pages: Vec<PathBuf>,
    /// Whether the fixes that are sure are written.
    pub(super) fix: bool,
    /// The least share, in percent, of what looks executable that must be tagged.
    pub(super) min_coverage: Option<u8>,
    pub(super) reports: Vec<CheckReport>,
}

/// A report of what is wrong in pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CheckReport {
    pub(super) format: CheckFormat,
    /// `None`: standard output.
    pub(super) path: Option<PathBuf>,
}

/// What a report of what is wrong is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CheckFormat {
    /// For people.
    Terminal,
    /// Annotations of GitHub Actions.
    Github,
    Json,
}

/// `tutor list`.
#[derive(Debug)]
pub(super) struct List {
    pub(super) pages: Vec<PathBuf>,
    pub(super) platforms: Platforms,
    pub(super) json: bool,
}

/// `tutor cert`.
#[derive(Debug)]
pub(super) struct Cert {
    /// The file that says what to make.
    pub(super) file: PathBuf,
    /// Where to, if not where the file says.
    pub(super) dir: Option<PathBuf>,
}

/// `tutor accept`, `tutor reject` and `tutor review`.
#[derive(Debug)]
pub(super) struct Pending {
    /// Steps, as typed; none: all.
    pub(super) steps: Vec<String>,
    pub(super) snapshots: Option<PathBuf>,
    /// Whether recordings that no step refers to are removed.
    pub(super) prune: bool,
}

impl Run {
    /// The state that stops the whole run where one step comes to it, or to a worse one: what makes the run fail.
    pub(super) fn stop_at(&self) -> Option<State> {
        self.fail_fast.then_some(match self.recording {
            Recording::Accept => State::Failed,
            _ if self.strict => State::Unverified,
            _ => State::New,
        })
    }

    /// The flags that a second run needs to do the same.
    pub(super) fn again(&self) -> Vec<String> {
        let mut flags = Vec::new();
        let mut flag = |name: &str, value: String| flags.extend([name.to_owned(), value]);
        match &self.platforms {
            Platforms::Default => {}
            Platforms::All => flag("--platform", "all".to_owned()),
            Platforms::One(platform) => flag("--platform", platform.to_string()),
        }
        let ids = |ids: &[crate::document::StepId]| {
            ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        };
        if !self.filter.only.is_empty() {
            flag("--only", ids(&self.filter.only));
        }
        if !self.filter.skip.is_empty() {
            flag("--skip", ids(&self.filter.skip));
        }
        if let Some(from) = &self.filter.from {
            flag("--from", from.to_string());
        }
        if let Some(dir) = &self.snapshots {
            flag("--snapshots", dir.display().to_string());
        }
        match self.settings.relocate {
            Relocate::Auto => {}
            Relocate::Mount => flag("--relocate", "mount".to_owned()),
            Relocate::Text => flag("--relocate", "text".to_owned()),
            Relocate::InPlace => flags.push("--in-place".to_owned()),
        }
        if !self.settings.wine {
            flags.push("--no-wine".to_owned());
        }
        match self.settings.sandbox {
            None => {}
            Some(network) => {
                flags.push("--sandbox".to_owned());
                let network = match network {
                    Network::None => None,
                    Network::Loopback => Some("loopback"),
                    Network::Host => Some("host"),
                };
                flags.extend(network.into_iter().flat_map(|word| ["--network", word]).map(str::to_owned));
            }
        }
        flags.extend(self.limits.iter().flat_map(|limit| ["--limit", limit]).map(str::to_owned));
        flags
    }
}

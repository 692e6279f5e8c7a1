//! The command line as typed. Only this file and its parts know `clap`.

mod cert;
mod check;
mod generate;
mod limits;
mod merge;
mod mutants;

use std::{ffi::OsString, path::PathBuf};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::options::{self, Command, Format, Partition, Platforms, Recording, Report, Request};
use crate::{
    diagnostic::nearest,
    document::StepId,
    plan::Filter,
    platform::{Platform, System},
    report::{Color, Verbosity},
    session::{Network, Relocate, Settings},
};

/// Runs tutorials: Markdown whose tagged blocks are executed for real, their outputs compared with what the page
/// shows or with what was recorded.
#[derive(Debug, Parser)]
#[command(name = "tutor", version, arg_required_else_help = true, subcommand_required = true)]
#[command(disable_help_subcommand = true, infer_long_args = false, after_help = EXAMPLES)]
struct Typed {
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    color: When,
    #[command(subcommand)]
    command: Subcommands,
}

const EXAMPLES: &str = "\
Examples:
  tutor run                     run all of `tutorials/`
  tutor run ssl-macos.md        run tutorials/ssl-macos.md, from anywhere in the project
  tutor check docs              find mistakes in the tutorials under docs/, run nothing
  tutor review                  look at what differed, and accept or reject it with a key
  tutor accept ssl-macos/list   record what step `list` of that page printed last

Exit status: 0 all passed; 1 a step failed, drifted or is new; 2 the command line or a tutorial is wrong;
130 interrupted; 143 terminated.";

const RUN_EXAMPLES: &str = "\
Examples:
  tutor run                                        run all of `tutorials/`
  tutor run ssl-macos.md -v                        one page, a line per step
  tutor run ssl-macos.md --only make-ca,list       only these steps, and cleanup steps
  tutor run --accept ssl-macos.md                  record what is new or changed
  tutor run --report json=run.jsonl docs/guides    also write the event stream";

const REVIEW_KEYS: &str = "\
Keys:
  a accept    r reject    s leave for later    A R S the same for all that are not decided
  d old and new side by side, from 100 columns    u below each other
  p n the one before, the next one    j k space b scroll    z undo    ? help    q quit

A decision is carried out at once. Without a terminal, or with TERM=dumb, the commands to type are printed.

Exit status: 0 also where something is left pending; 2 something went wrong; 130 Ctrl-C.";

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Run tutorials and compare what they print
    #[command(after_help = RUN_EXAMPLES)]
    Run(Run),
    /// Find mistakes in tutorials, and run nothing
    #[command(after_help = check::EXAMPLES)]
    Check(check::Check),
    /// List the steps of a run, in order, and run none
    List {
        /// Tutorials, and directories of them; none: all of `tutorials/`
        #[arg(value_name = "FILE")]
        pages: Vec<PathBuf>,
        /// The page's platform, or `all`; default: this machine's where the page has it, else the page's first
        #[arg(long, value_name = "NAME", value_parser = platforms)]
        platform: Option<Platforms>,
        /// Write one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Change tutorials in small ways, run each change, and list those that nothing sees
    #[command(after_help = mutants::EXAMPLES)]
    Mutants(mutants::Mutants),
    /// Join saved event streams into one report
    #[command(after_help = merge::EXAMPLES)]
    Merge(merge::Merge),
    /// Look at what runs left pending, and accept or reject it with a key
    #[command(after_help = REVIEW_KEYS)]
    Review(Pending),
    /// Record what a run left pending
    Accept(Accept),
    /// Throw away what a run left pending
    Reject(Pending),
    /// Make keys and certificates for tests, also ones that are wrong on purpose
    #[command(after_help = cert::EXAMPLES)]
    Cert(cert::Cert),
    /// Print what makes a shell complete `tutor`'s words
    #[command(after_help = generate::COMPLETIONS_EXAMPLES)]
    Completions(generate::Completions),
    /// Print the manual page, in the form that `man` reads
    #[command(after_help = generate::MAN_EXAMPLES)]
    Man(generate::Man),
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "flags as typed")]
struct Run {
    /// Tutorials, and directories of them; none: all of `tutorials/`. A name that is no path is looked up there
    #[arg(value_name = "FILE or DIR")]
    pages: Vec<PathBuf>,
    /// The page's platform, or `all`; default: this machine's where the page has it, else the page's first
    #[arg(long, value_name = "NAME", value_parser = platforms)]
    platform: Option<Platforms>,
    /// Run just these steps, and cleanup steps
    #[arg(long, value_name = "ID,…", value_delimiter = ',', value_parser = step_id)]
    only: Vec<StepId>,
    /// Leave these steps out
    #[arg(long, value_name = "ID,…", value_delimiter = ',', value_parser = step_id)]
    skip: Vec<StepId>,
    /// Run this step and all after it
    #[arg(long, value_name = "ID", value_parser = step_id, conflicts_with = "only")]
    from: Option<StepId>,
    /// Record what is new or changed, or write it into the page that shows it; also where `CI` is set
    #[arg(long)]
    accept: bool,
    /// Fail where a step could not run here; the default where `CI` is set
    #[arg(long, overrides_with = "no_strict")]
    strict: bool,
    /// Let steps that could not run here pass; the default elsewhere
    #[arg(long, overrides_with = "strict")]
    no_strict: bool,
    /// How directories under `relocate` become the run's own; default: `mount` where the system can, else `text`
    #[arg(long, value_name = "HOW", value_enum)]
    relocate: Option<How>,
    /// Use the machine's own directories, for a throw-away machine
    #[arg(long, conflicts_with = "relocate")]
    in_place: bool,
    /// Keep the pages from the rest of the machine (Linux): for pages from strangers
    #[arg(long, conflicts_with = "in_place")]
    sandbox: bool,
    /// What a sandbox has of the network; default: `none`
    #[arg(long, value_name = "WHAT", value_enum, requires = "sandbox")]
    network: Option<Net>,
    /// Bound what a document may use: `memory=2G`, `disk=500M`, `output=10M`, `processes=200`, `time=5m`. Can be repeated
    #[arg(long, value_name = "WHAT=MOST", value_parser = limits::limit)]
    limit: Vec<limits::Limit>,
    /// Leave the scratch directory, and say where
    #[arg(long)]
    keep: bool,
    /// Use no program that `tutor.toml` names as a stand-in: what needs one is unverified
    #[arg(long)]
    no_stand_ins: bool,
    /// Don't run `cmd` steps under Wine where there is no Windows: they are unverified
    #[arg(long)]
    no_wine: bool,
    /// How many documents run at once; default: as many as the machine has processors
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Where recordings lie; default: `snapshots/` in the tutorial's root
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// Run each page so many times, and say which steps do not do the same each time; nothing is recorded
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..), conflicts_with = "accept")]
    repeat: Option<u16>,
    /// Stop all documents as soon as a step of one goes wrong; cleanup still runs
    #[arg(long)]
    fail_fast: bool,
    /// Run only pages that changes since this git revision can have made untrue
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Run only one of so many parts of the pages: `hash:1/3`. `tutor merge` joins the streams of all parts
    #[arg(long, value_name = "hash:K/N", value_parser = partition)]
    partition: Option<Partition>,
    /// Write another report: `json`, the event stream, `junit`, or `github`; without a path to standard output. Can be
    /// repeated
    #[arg(long, value_name = "FORMAT[=PATH]", value_parser = report)]
    report: Vec<Report>,
    /// Also a line for each step; twice: what it printed, too
    #[arg(short, long, action = ArgAction::Count, conflicts_with = "quiet")]
    verbose: u8,
    /// Only what did not pass, and the last line
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Args)]
struct Pending {
    /// Steps: `step`, `page/step`, or a pending file's path; none: all
    #[arg(value_name = "STEP")]
    steps: Vec<String>,
    /// Where recordings lie; default: `snapshots/` in the current directory's root
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Accept {
    #[command(flatten)]
    pending: Pending,
    /// Remove recordings that no step refers to; without STEP do nothing else
    #[arg(long)]
    prune: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    /// On a terminal, unless `NO_COLOR` is set; `CLICOLOR_FORCE` and `TERM=dumb` count too
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum How {
    /// By a view of the file system of the run's own (Linux)
    Mount,
    /// By replacing the paths in commands and files
    Text,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Net {
    /// No network, not even `localhost`
    None,
    /// A loopback interface of its own: services and probes of the page
    Loopback,
    /// The machine's own network
    Host,
}

impl From<Net> for Network {
    fn from(typed: Net) -> Self {
        match typed {
            Net::None => Self::None,
            Net::Loopback => Self::Loopback,
            Net::Host => Self::Host,
        }
    }
}

/// Reads the arguments, the program's name first. `Err` is the exit status where nothing remains to be done: help
/// was asked for and given, or a mistake named.
pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, u8> {
    let typed = Typed::try_parse_from(arguments).and_then(|typed| {
        let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        let github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
        resolve(typed, ci, github)
    });
    typed.map_err(|error| {
        // Where nobody reads it, the status has to do.
        let _ = error.print();
        u8::try_from(error.exit_code()).unwrap_or(super::program::WRONG)
    })
}

fn resolve(typed: Typed, ci: bool, github: bool) -> Result<Request, clap::Error> {
    let color = match typed.color {
        When::Auto => Color::Auto,
        When::Always => Color::Always,
        When::Never => Color::Never,
    };
    let command = match typed.command {
        Subcommands::Run(run) => Command::Run(run.resolve(ci, github)?),
        Subcommands::Check(check) => check.resolve(github)?,
        Subcommands::Mutants(mutants) => mutants.resolve()?,
        Subcommands::Merge(merge) => Command::Merge(merge.resolve(ci, github)?),
        Subcommands::List { pages, platform, json } => {
            let platforms = platform.unwrap_or(Platforms::Default);
            Command::List(options::List { pages, platforms, json })
        }
        Subcommands::Accept(Accept { pending, prune }) => {
            Command::Accept(options::Pending { prune, ..pending.resolve() })
        }
        Subcommands::Review(pending) => Command::Review(pending.resolve()),
        Subcommands::Reject(pending) => Command::Reject(pending.resolve()),
        Subcommands::Cert(cert) => cert.resolve(),
        Subcommands::Completions(completions) => completions.resolve(),
        Subcommands::Man(man) => man.resolve()?,
    };
    Ok(Request { color, command })
}

impl Run {
    fn resolve(self, ci: bool, github: bool) -> Result<options::Run, clap::Error> {
        let relocate = match self.relocate {
            _ if self.in_place => Relocate::InPlace,
            None => Relocate::Auto,
            Some(How::Mount) => Relocate::Mount,
            Some(How::Text) => Relocate::Text,
        };
        Ok(options::Run {
            pages: self.pages,
            platforms: self.platform.unwrap_or(Platforms::Default),
            filter: Filter { only: self.only, skip: self.skip, from: self.from },
            recording: match (self.accept, ci) {
                _ if self.repeat.is_some() => Recording::Never,
                (true, _) => Recording::Accept,
                (false, true) => Recording::Never,
                (false, false) => Recording::Pending,
            },
            strict: self.strict || (ci && !self.no_strict),
            settings: Settings {
                relocate,
                keep: self.keep,
                wine: !self.no_wine,
                sandbox: self.sandbox.then(|| self.network.map_or(Network::None, Network::from)),
                limits: limits::resolved(&self.limit),
            },
            limits: self.limit.iter().map(ToString::to_string).collect(),
            stand_ins: !self.no_stand_ins,
            jobs: self.jobs.map_or_else(processors, usize::from),
            snapshots: self.snapshots,
            reports: reports(self.report, github)?,
            repeat: self.repeat.map_or(1, usize::from),
            fail_fast: self.fail_fast,
            since: self.since,
            partition: self.partition,
            verbosity: match (self.quiet, self.verbose) {
                (true, _) => Verbosity::Quiet,
                (false, 0) => Verbosity::Normal,
                (false, 1) => Verbosity::Steps,
                (false, _) => Verbosity::Outputs,
            },
        })
    }
}

impl Pending {
    fn resolve(self) -> options::Pending {
        options::Pending { steps: self.steps, snapshots: self.snapshots, prune: false }
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}

fn step_id(text: &str) -> Result<StepId, String> {
    StepId::parse(text)
        .ok_or_else(|| "a step's id is lowercase words and digits, joined by hyphens".to_owned())
}

fn platforms(text: &str) -> Result<Platforms, String> {
    if text == "all" {
        return Ok(Platforms::All);
    }
    Platform::parse(text).map(Platforms::One).ok_or_else(|| {
        match nearest(text, System::ALL.map(System::name)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "a platform is `windows`, `macos`, `linux`, a variant such as `windows/cmd`, or `all`"
                .to_owned(),
        }
    })
}

/// The reports that were asked for; in GitHub Actions its own is on by itself. No two may be mixed, but for annotations: they are
/// lines of a log, made to stand among others.
fn reports(mut asked: Vec<Report>, github: bool) -> Result<Vec<Report>, clap::Error> {
    if github && !asked.iter().any(|report| report.format == Format::Github) {
        // Where standard output is for a program, there is no log.
        if asked.iter().all(|report| report.path.is_some()) {
            asked.push(Report { format: Format::Github, path: None });
        }
    }
    for (index, report) in asked.iter().enumerate() {
        if asked[..index].iter().any(|earlier| earlier.path == report.path) {
            let target = report.path.as_ref().map_or("standard output".into(), |path| path.to_string_lossy());
            return Err(<Typed as clap::CommandFactory>::command().error(
                clap::error::ErrorKind::ArgumentConflict,
                format!("two reports can't both go to {target}"),
            ));
        }
    }
    Ok(asked)
}

/// `hash:2/3`: the second of three parts.
fn partition(text: &str) -> Result<Partition, String> {
    let wrong = || "a partition is `hash:K/N`, K from 1 to N: `hash:1/3`".to_owned();
    let (part, count) = text.strip_prefix("hash:").and_then(|rest| rest.split_once('/')).ok_or_else(wrong)?;
    let (part, count) = part.parse().ok().zip(count.parse().ok()).ok_or_else(wrong)?;
    if (1..=count).contains(&part) { Ok(Partition { part, count }) } else { Err(wrong()) }
}

fn report(text: &str) -> Result<Report, String> {
    let (format, path) = text.split_once('=').map_or((text, None), |(format, path)| (format, Some(path)));
    if path == Some("") {
        return Err("the path is missing after `=`".to_owned());
    }
    let format = match format {
        "json" => Format::Json,
        "junit" => Format::Junit,
        "github" => Format::Github,
        _ => return Err("a report's format is `json`, `junit` or `github`".to_owned()),
    };
    Ok(Report { format, path: path.map(PathBuf::from) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arguments: &str, ci: bool) -> Result<options::Run, String> {
        let words = ["tutor", "run"].into_iter().chain(arguments.split_whitespace());
        let request = Typed::try_parse_from(words).and_then(|typed| resolve(typed, ci, false));
        match request.map_err(|error| error.to_string())?.command {
            Command::Run(run) => Ok(run),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definition_holds_together() {
        <Typed as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn strictness_and_recording_depend_on_ci_unless_said() {
        let cases = [
            ("", false, false, Recording::Pending),
            ("", true, true, Recording::Never),
            ("--strict", false, true, Recording::Pending),
            ("--no-strict", true, false, Recording::Never),
            ("--strict --no-strict", true, false, Recording::Never),
            ("--no-strict --strict", false, true, Recording::Pending),
            ("--accept", true, true, Recording::Accept),
        ];
        for (arguments, ci, strict, recording) in cases {
            let run = run(arguments, ci).unwrap();
            assert_eq!((run.strict, run.recording), (strict, recording), "{arguments} {ci}");
        }
    }

    #[test]
    fn the_same_flags_run_it_again() {
        let cases = [
            "",
            "--platform windows/cmd",
            "--platform all",
            "--only a,b --skip c --snapshots some/where --relocate text",
            "--from make-ca --in-place",
            "--no-wine",
            "--sandbox",
            "--sandbox --network loopback --limit memory=1G --limit processes=64",
        ];
        for arguments in cases {
            let again = run(arguments, false).unwrap().again();
            assert_eq!(again.join(" "), arguments);
        }
        assert!(run("a.md --accept --keep -v --strict", false).unwrap().again().is_empty());
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("--report junit --report github", "two reports can't both go to standard output"),
            ("--partition 1/3", "a partition is `hash:K/N`"),
            ("--partition hash:4/3", "K from 1 to N"),
            ("--partition hash:0/3", "K from 1 to N"),
            ("--report json=", "the path is missing"),
            ("--report xml", "format is `json`, `junit` or `github`"),
            ("--report json --report json", "two reports can't both go to standard output"),
            ("--report json=a --report json=a", "two reports can't both go to a"),
            ("--only Make_CA", "lowercase words"),
            ("--from a --only b", "cannot be used with"),
            ("--relocate text --in-place", "cannot be used with"),
            ("--sandbox --in-place", "cannot be used with"),
            ("--network loopback", "--sandbox"),
            ("--sandbox --network all", "possible values: none, loopback, host"),
            ("--limit memory", "is written like `memory=2G`"),
            ("--limit memory=0", "is written like `memory=2G`"),
            ("--limit cpus=3", "are `memory`, `processes`, `disk`, `output` and `time`"),
            ("-v -q", "cannot be used with"),
            ("--platform linus", "did you mean `linux`?"),
            ("--platform beos", "a platform is"),
            ("--jobs 0", "0 is not in 1..=65535"),
            ("--jobs many", "invalid digit found in string"),
        ];
        for (arguments, expected) in cases {
            let error = run(arguments, false).map(|run| run.pages).unwrap_err();
            assert!(error.contains(expected), "{arguments}: {error}");
        }
    }

    #[test]
    fn reports_and_verbosity() {
        let run = run("-vv --report json --report json=a=b.json", false).unwrap();
        let paths: Vec<_> = run.reports.iter().map(|report| report.path.clone()).collect();
        assert_eq!(paths, [None, Some(PathBuf::from("a=b.json"))]);
        assert_eq!(run.verbosity, Verbosity::Outputs);
    }
}

//! `tutor run`: runs tutorials and compares.

use std::{fmt::Write as _, path::Path};

use sha2::{Digest as _, Sha256};

use super::{
    check::summary,
    dispatcher::{Dispatcher, Ended},
    error::CommandError,
    job::{Job, jobs},
    load::{Loaded, current_directory, load},
    options::{self, Format, Partition, Recording},
    outside,
    program::{WRONG, counted, say},
    recorder::Recorder,
    repeat::Repeats,
    reports,
    root::Root,
    scheduler::{self, Way},
    since,
    times::Times,
};
use crate::{
    diagnostic::{draw, has_errors},
    report::{Color, Options, Output, Page, Pages, Set, Terminal, Verbosity, command_line},
    session::{self, Cancel, Relocate},
};

/// Runs the pages; the value is the exit status.
pub(super) fn run(options: &options::Run, color: Color) -> Result<u8, CommandError> {
    let standing_by = session::prepare();
    let cwd = current_directory()?;
    let mut loaded = load(&options.pages, &cwd)?;
    if options.settings.sandbox.is_some() {
        outside::check_read(&loaded)?;
    }
    if let Some(status) = mistakes(&loaded, options.verbosity, color) {
        return Ok(status);
    }
    if let Some(rev) = &options.since {
        since::keep_changed(&mut loaded, rev, options, &cwd)?;
    }
    if let Some(partition) = options.partition {
        loaded.pages.retain(|page| partition.holds(&page.file.name));
    }
    let mut jobs = jobs(&loaded, options)?;
    for _ in 1..options.repeat {
        jobs.extend(self::jobs(&loaded, options)?);
    }
    if options.settings.sandbox.is_some() {
        outside::check_used(&loaded, &jobs, options.snapshots.as_deref())?;
    }
    standing_by.announce(jobs.len());
    let mut reports = reports(&loaded, &jobs, options, &cwd, color)?;
    let repeats = Repeats::default();
    if options.repeat > 1 {
        reports.push(Box::new(repeats.clone()));
    }
    let cancel = Cancel::listen().map_err(CommandError::Listen)?;
    // Of two repetitions neither is the other's recording.
    let recorder = Recorder::new(options.recording, &jobs[..jobs.len() / options.repeat], Some(&loaded));
    let mut dispatcher = Dispatcher::start(&jobs, recorder, reports);
    // In the machine's own directories one document would meet what another one leaves there.
    let at_once = if options.settings.relocate == Relocate::InPlace { 1 } else { options.jobs };
    let times = (jobs.len() > 1).then(|| Times::of(Root::of(&cwd).dir()));
    let expected = times.as_ref().map_or_else(|| vec![0.0; jobs.len()], |times| times.expected(&jobs));
    let way = Way { at_once, expected, stop_at: options.stop_at(), settings: &options.settings };
    let complete = scheduler::run(&jobs, &way, &cancel, &mut dispatcher).map_err(CommandError::Listen)?;
    let ended = dispatcher.end(complete);
    if let Some(times) = times {
        times.keep(&jobs, &ended.seconds);
    }
    // A part that no page falls into is as it should be, and so is a change that concerns no page.
    let narrowed = options.partition.is_some() || options.since.is_some();
    if jobs.is_empty() && narrowed && ended.unreported.is_empty() {
        return Ok(cancel.status().unwrap_or(0));
    }
    let status = status(ended, &cancel, options.strict, color);
    if options.repeat < 2 || cancel.status().is_some() {
        return Ok(status);
    }
    let (text, stable) = repeats.told(options.repeat);
    let mut output = if is_taken(options) { Output::stderr(color) } else { Output::stdout(color) };
    say(&mut output, &format!("\n{text}"), if stable { status } else { status.max(1) })
}

/// Whether standard output is for a program, and so can't be for people; annotations stand among other lines.
fn is_taken(options: &options::Run) -> bool {
    options.reports.iter().any(|report| report.path.is_none() && report.format != Format::Github)
}

impl Partition {
    /// Whether the page of this name belongs to it: the same on every machine, whatever other pages there are.
    fn holds(self, name: &str) -> bool {
        let hash = Sha256::digest(name.as_bytes());
        let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        number % self.count == self.part - 1
    }
}

/// Shows what is wrong in the pages; the exit status where that keeps them from running.
pub(super) fn mistakes(loaded: &Loaded, verbosity: Verbosity, color: Color) -> Option<u8> {
    let wrong = has_errors(&loaded.diagnostics);
    if loaded.diagnostics.is_empty() || !(wrong || verbosity >= Verbosity::Steps) {
        return None;
    }
    let mut output = Output::stderr(color);
    let drawn = draw(&loaded.diagnostics, &loaded.sources, output.color());
    let mut text = format!("{}\n\n", drawn.trim_end());
    if wrong {
        let pages = counted(loaded.pages.len(), "tutorial");
        let _ = writeln!(text, "{pages}: {}; nothing ran", summary(&loaded.diagnostics));
    }
    // Where standard error is gone, the status has to say it alone.
    let _ = output.write(&text);
    wrong.then_some(WRONG)
}

/// The report for people, and those that were asked for.
fn reports(
    loaded: &Loaded,
    jobs: &[Job],
    options: &options::Run,
    cwd: &Path,
    color: Color,
) -> Result<Set, CommandError> {
    let tutorials: Vec<_> =
        loaded.pages.iter().filter_map(|page| page.file.path.canonicalize().ok()).collect();
    for report in &options.reports {
        if let Some(path) = &report.path
            && path.canonicalize().is_ok_and(|path| tutorials.contains(&path))
        {
            return Err(CommandError::ReportOverPage { path: path.clone() });
        }
    }
    let others = reports::open(&options.reports, &Root::of(cwd), options.strict)?;
    let results = if is_taken(options) { Output::stderr(color) } else { Output::stdout(color) };
    let terminal = Options {
        verbosity: options.verbosity,
        strict: options.strict,
        pages: pages(loaded, jobs, options, cwd),
        documents: jobs.len(),
    };
    let mut set = Set::new();
    set.push(Box::new(Terminal::new(results, Output::stderr(color), terminal)));
    for report in others {
        set.push(report);
    }
    Ok(set)
}

/// What the report shows of the pages.
fn pages(loaded: &Loaded, jobs: &[Job], options: &options::Run, cwd: &Path) -> Pages {
    let home = Root::of(cwd);
    let again = options.again();
    let mut pages = Pages::new();
    // Steps also stand in files that pages name.
    for (_, source) in loaded.files() {
        let source = loaded.sources.get(source);
        pages.insert(source.name(), Page { text: source.text().to_owned(), ..Page::default() });
    }
    for (step, name) in jobs.iter().flat_map(Job::pending_names) {
        pages.insert_recording(step, name);
    }
    for page in &loaded.pages {
        if page.document.is_none() {
            continue;
        }
        let words = ["tutor", "run", &page.file.argument].into_iter();
        let words = words.chain(again.iter().map(String::as_str));
        let snapshots = match &options.snapshots {
            Some(dir) => Some(dir.clone()),
            None if page.file.root == home => None,
            None => Some(page.file.root.snapshots()),
        };
        let accept = (options.recording == Recording::Pending).then(|| {
            let dir = snapshots.map(|dir| dir.display().to_string());
            let flags = dir.iter().flat_map(|dir| ["--snapshots", dir]);
            command_line(["tutor", "accept", "STEP"].into_iter().chain(flags))
        });
        let text = loaded.sources.get(page.source).text().to_owned();
        pages.insert(&page.file.name, Page { text, again: command_line(words), accept });
    }
    pages
}

/// The exit status, after what could not be written is named.
fn status(ended: Ended, cancel: &Cancel, strict: bool, color: Color) -> u8 {
    let mut output = Output::stderr(color);
    let unreported = ended.unreported.into_iter().map(CommandError::Unreported);
    let errors = CommandError::of(ended.unrecorded.into_iter().chain(unreported).collect());
    let mut status = ended.fold.exit_code(strict);
    if let Some(error) = errors {
        status = status.max(1);
        // Where standard error is gone too, the status has to say it alone.
        let _ = output.write(&error.drawn(output.color()));
    }
    cancel.status().unwrap_or(status)
}

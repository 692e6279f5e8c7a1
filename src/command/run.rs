//! `tutor run`: runs tutorials and compares.

use std::{fmt::Write as _, path::Path};

use super::{
    check::summary,
    dispatcher::{Dispatcher, Ended},
    error::CommandError,
    job::{Job, jobs},
    load::{Loaded, current_directory, load},
    options::{self, Recording},
    program::{WRONG, counted},
    recorder::Recorder,
    root::Root,
    scheduler,
};
use crate::{
    diagnostic::{draw, has_errors},
    report::{Color, Json, Options, Output, Page, Pages, Set, Terminal, Verbosity, command_line},
    session::{self, Cancel, Relocate},
};

/// Runs the pages; the value is the exit status.
pub(super) fn run(options: &options::Run, color: Color) -> Result<u8, CommandError> {
    session::prepare();
    let cwd = current_directory()?;
    let loaded = load(&options.pages, &cwd)?;
    if let Some(status) = mistakes(&loaded, options.verbosity, color) {
        return Ok(status);
    }
    let jobs = jobs(&loaded, options)?;
    let reports = reports(&loaded, &jobs, options, &cwd, color)?;
    let cancel = Cancel::listen().map_err(CommandError::Listen)?;
    let recorder = Recorder::new(options.recording, &jobs);
    let mut dispatcher = Dispatcher::start(&jobs, recorder, reports);
    // In the machine's own directories one document would meet what another one leaves there.
    let at_once = if options.settings.relocate == Relocate::InPlace { 1 } else { options.jobs };
    let complete = scheduler::run(&jobs, at_once, &options.settings, &cancel, &mut dispatcher);
    Ok(status(dispatcher.end(complete), &cancel, options.strict, color))
}

/// Shows what is wrong in the pages; the exit status where that keeps them from running.
fn mistakes(loaded: &Loaded, verbosity: Verbosity, color: Color) -> Option<u8> {
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
    let mut others = Vec::new();
    let tutorials: Vec<_> =
        loaded.pages.iter().filter_map(|page| page.file.path.canonicalize().ok()).collect();
    for report in &options.reports {
        if let Some(path) = &report.path
            && path.canonicalize().is_ok_and(|path| tutorials.contains(&path))
        {
            return Err(CommandError::ReportOverPage { path: path.clone() });
        }
    }
    for report in &options.reports {
        others.push(match &report.path {
            None => Json::stdout(),
            Some(path) => {
                Json::create(path).map_err(|source| CommandError::Report { path: path.clone(), source })?
            }
        });
    }
    // Standard output can't be for a program and for people at once.
    let taken = options.reports.iter().any(|report| report.path.is_none());
    let results = if taken { Output::stderr(color) } else { Output::stdout(color) };
    let terminal = Options {
        verbosity: options.verbosity,
        strict: options.strict,
        pages: pages(loaded, jobs, options, cwd),
        documents: jobs.len(),
    };
    let mut set = Set::new();
    set.push(Box::new(Terminal::new(results, Output::stderr(color), terminal)));
    for json in others {
        set.push(Box::new(json));
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
    for (step, name) in jobs.iter().flat_map(Job::recording_names) {
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

//! `tutor mutants`: changes tutorials in small ways, runs each change, and lists those that nothing saw.

mod baseline;
mod collect;
mod trial;
mod trials;
mod tried;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    time::Instant,
};

use super::{
    error::CommandError,
    load::{current_directory, load},
    options::{self, Report},
    program::{WRONG, counted, say},
    run::mistakes,
};
use crate::{
    mutant::sample,
    report::{
        Color, Output, Verbosity, escape,
        mutants::{Fate, Totals, Tried, json, last_line, listed, survivors},
    },
    session::{self, Cancel},
};
use baseline::Baseline;
use collect::{Candidate, Target, targets};

/// Tries the changes of the pages; the value is the exit status.
pub(super) fn mutants(options: &options::Mutants, color: Color) -> Result<u8, CommandError> {
    let _standing_by = session::prepare();
    let begun = Instant::now();
    let cwd = current_directory()?;
    let loaded = load(&options.run.pages, &cwd)?;
    if let Some(status) = mistakes(&loaded, Verbosity::Normal, color) {
        return Ok(status);
    }
    let mut targets = targets(&loaded, options)?;
    if options.list {
        return list(options, &targets, color);
    }
    let cancel = Cancel::listen().map_err(CommandError::Listen)?;
    for target in &mut targets {
        let baseline = Baseline::of(target, options, &cancel)?;
        if let Some(status) = cancel.status() {
            return Ok(status);
        }
        if let Some(why) = &baseline.red {
            return say(&mut Output::stderr(color), &red(target, why), 1);
        }
        target.rule(&baseline);
        target.baseline = baseline;
    }
    let drawn = draw(&mut targets, options);
    let red = trials::run(&mut targets, options, &cancel, color)?;
    let all: Vec<Tried> = targets.iter().flat_map(Target::tried).collect();
    let ended = Ended {
        complete: cancel.status().is_none(),
        sample: drawn,
        seconds: begun.elapsed().as_secs_f64(),
        red,
    };
    let status = report(options, &targets, &all, &ended, color)?;
    Ok(cancel.status().unwrap_or(status))
}

/// What came of it all, beside the changes.
struct Ended {
    /// Whether all were tried that were to be.
    complete: bool,
    /// The number of changes that the sample was taken of, and its seed.
    sample: Option<(usize, u64)>,
    seconds: f64,
    /// The unchanged pages that did not pass any more in the end, each with why.
    red: Vec<String>,
}

/// Leaves only a sample to be tried, where one was asked for.
fn draw(targets: &mut [Target], options: &options::Mutants) -> Option<(usize, u64)> {
    let count = options.sample?;
    let mut open: Vec<&mut Candidate> = targets
        .iter_mut()
        .flat_map(|target| &mut target.candidates)
        .filter(|candidate| candidate.fate.is_none())
        .collect();
    let chosen = sample(open.len(), count, options.seed);
    let of = open.len();
    for (index, candidate) in open.iter_mut().enumerate() {
        if chosen.binary_search(&index).is_err() {
            candidate.fate = Some(Fate::NotTried);
        }
    }
    Some((of, options.seed))
}

/// Lists the changes, and tries none.
fn list(options: &options::Mutants, targets: &[Target], color: Color) -> Result<u8, CommandError> {
    let all: Vec<Tried> = targets.iter().flat_map(Target::listed).collect();
    write_reports(options, &json(&all, None, true, 0.0))?;
    let mut output = people(options, color);
    let text = format!("{}{}\n", listed(&all, output.color()), counted(all.len(), "change"));
    say(&mut output, &text, 0)
}

/// Where people read: standard output, unless that is for a program.
fn people(options: &options::Mutants, color: Color) -> Output {
    let taken = options.reports.iter().any(|report| report.path.is_none());
    if taken { Output::stderr(color) } else { Output::stdout(color) }
}

fn write_reports(options: &options::Mutants, text: &str) -> Result<(), CommandError> {
    for Report { path, .. } in &options.reports {
        match path {
            Some(path) => {
                fs::write(path, text)
                    .map_err(|source| CommandError::Report { path: path.clone(), source })?;
            }
            None => {
                say(&mut Output::stdout(Color::Never), text, 0)?;
            }
        }
    }
    Ok(())
}

fn report(
    options: &options::Mutants,
    targets: &[Target],
    all: &[Tried],
    ended: &Ended,
    color: Color,
) -> Result<u8, CommandError> {
    let seed = ended.sample.map(|(_, seed)| seed);
    write_reports(options, &json(all, seed, ended.complete, ended.seconds))?;
    let totals = Totals::of(all);
    let mut output = people(options, color);
    let mut text = survivors(all, output.color());
    for red in &ended.red {
        text.push_str(red);
    }
    let idle = if ended.complete && ended.sample.is_none() && options.steps.is_empty() {
        idle_marks(targets)
    } else {
        BTreeMap::new()
    };
    for mark in idle.values() {
        text.push_str(mark);
    }
    if !ended.complete {
        text.push_str("interrupted: not all changes were tried\n");
    }
    text.push_str(&last_line(&totals, ended.sample, ended.seconds));
    text.push('\n');
    let below = options.min.is_some_and(|least| totals.is_below(least));
    if let (true, Some(least)) = (below, options.min) {
        let _ = writeln!(text, "fewer than {least}% were killed");
    }
    let status = match () {
        () if !idle.is_empty() => WRONG,
        () if below || !ended.red.is_empty() || totals.counted() + totals.equivalent == 0 => 1,
        () => 0,
    };
    say(&mut output, &text, status)
}

/// The marks of which no change survived, on whichever platform, by their places.
fn idle_marks(targets: &[Target]) -> BTreeMap<&str, String> {
    let used: BTreeSet<&str> = targets.iter().flat_map(Target::used_marks).collect();
    targets.iter().flat_map(Target::idle_marks).filter(|(place, _)| !used.contains(place)).collect()
}

/// Why nothing was tried, where the page does not pass as it is.
fn red(target: &Target, why: &str) -> String {
    let name = escape(target.name());
    format!(
        "{name} does not pass as it is: {}\nnothing was tried; `tutor run {}` shows more\n",
        escape(why),
        escape(&target.file.argument)
    )
}

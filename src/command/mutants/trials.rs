//! All tries: several at once, page after page.

use std::{
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use super::{
    super::{error::CommandError, options},
    baseline::Baseline,
    collect::Target,
    trial::{Ports, Verdict, attempt},
};
use crate::{
    report::{
        Color, Output, escape,
        mutants::{Fate, Watch},
    },
    session::Cancel,
};

/// Tries all changes that are still open, and each page once more as it is in the end: that it passes there too shows
/// that it was not the machine that failed. The value: those that did not.
///
/// # Errors
///
/// Where the system has no descriptor left.
pub(super) fn run(
    targets: &mut [Target],
    options: &options::Mutants,
    cancel: &Cancel,
    color: Color,
) -> Result<Vec<String>, CommandError> {
    let open =
        |target: &Target| target.candidates.iter().filter(|candidate| candidate.fate.is_none()).count();
    let all = targets.iter().map(open).sum();
    let watch = Watch::start(Output::stderr(color), all);
    let ports = Ports::default();
    let mut red = Vec::new();
    for target in targets {
        one(target, options, &ports, cancel, &watch).map_err(CommandError::Listen)?;
        if cancel.status().is_some() {
            break;
        }
        let again = Baseline::of(target, options, cancel)?;
        if let (Some(why), None) = (again.red, cancel.status()) {
            let name = escape(target.name());
            let why = escape(&why);
            red.push(format!(
                "{name}: the unchanged page did not pass in the end: {why}; the score can't be trusted\n"
            ));
        }
    }
    Ok(red)
}

fn one(
    target: &mut Target,
    options: &options::Mutants,
    ports: &Ports,
    cancel: &Cancel,
    watch: &Watch,
) -> io::Result<()> {
    let open: Vec<usize> = target
        .candidates
        .iter()
        .enumerate()
        .filter_map(|(index, candidate)| candidate.fate.is_none().then_some(index))
        .collect();
    let at_once = if target.baseline.alone { 1 } else { options.run.jobs.min(open.len()) };
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<io::Error>> = Mutex::new(None);
    let (sender, verdicts) = mpsc::channel::<(usize, Verdict)>();
    let shared: &Target = target;
    let found: Vec<(usize, Verdict)> = std::thread::scope(|scope| {
        for _ in 0..at_once {
            let (sender, next, open, failed) = (sender.clone(), &next, &open, &failed);
            scope.spawn(move || {
                while let Some(&index) = open.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if cancel.status().is_some() {
                        return;
                    }
                    let candidate = &shared.candidates[index];
                    let name = format!("{}:{} {}", candidate.file, candidate.line, candidate.mutant.operator);
                    watch.started(&name);
                    let verdict = attempt(shared, candidate, options, ports, cancel);
                    let survived = matches!(&verdict, Ok(Some(verdict)) if verdict.fate == Fate::Survived);
                    watch.finished(&name, survived);
                    match verdict {
                        // The other end lives as long as this scope.
                        Ok(Some(verdict)) => drop(sender.send((index, verdict))),
                        Ok(None) => return,
                        Err(error) => {
                            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                            return;
                        }
                    }
                }
            });
        }
        drop(sender);
        verdicts.into_iter().collect()
    });
    for (index, verdict) in found {
        let candidate = &mut target.candidates[index];
        candidate.fate = Some(verdict.fate);
        candidate.by = verdict.by;
        candidate.reason = verdict.reason;
        candidate.seconds = verdict.seconds;
    }
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

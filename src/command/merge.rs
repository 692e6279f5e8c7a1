//! `tutor merge`: joins saved event streams into one report.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use super::{
    error::CommandError,
    load::current_directory,
    options::{self, Format},
    reports,
    root::Root,
};
use crate::{
    outcome::{Counts, Event, Fold, Stamped, read_stream},
    report::{Color, Options, Output, Pages, Set, Terminal},
};

/// What stands for standard input.
const STDIN: &str = "-";

/// Joins the streams; the value is the exit status of the whole.
pub(super) fn merge(options: &options::Merge, color: Color) -> Result<u8, CommandError> {
    let cwd = current_directory()?;
    let mut streams = Vec::new();
    let mut errors = Vec::new();
    for path in &options.streams {
        match stream(path) {
            Ok(events) => streams.push(events),
            Err(error) => errors.push(error),
        }
    }
    if let Some(error) = CommandError::of(errors) {
        return Err(error);
    }
    let mut set = Set::new();
    let taken = options.reports.iter().any(|report| report.path.is_none() && report.format != Format::Github);
    let results = if taken { Output::stderr(color) } else { Output::stdout(color) };
    let shown =
        Options { verbosity: options.verbosity, strict: options.strict, pages: Pages::new(), documents: 0 };
    set.push(Box::new(Terminal::new(results, Output::stderr(color), shown)));
    let root = Root::of(&cwd);
    for report in reports::open(&options.reports, &root, options.strict)? {
        set.push(report);
    }
    let mut fold = Fold::default();
    for event in joined(streams) {
        fold.push_stamped(&event);
        set.event(&event);
    }
    let unwritten = set.finish();
    if let Some(error) = CommandError::of(unwritten.into_iter().map(CommandError::Unreported).collect()) {
        return Err(error);
    }
    if !fold.is_finished() {
        // No report has had an event for it.
        let mut output = Output::stderr(color);
        let _ = output.write(&format!("{}\n", fold.summary()));
    }
    Ok(fold.exit_code(options.strict))
}

/// The events of a file, which must be those of a run.
fn stream(path: &Path) -> Result<Vec<Stamped>, CommandError> {
    let read = |source| CommandError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    if path == Path::new(STDIN) {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(read)?;
    } else {
        bytes = std::fs::read(path).map_err(read)?;
    }
    let text = String::from_utf8_lossy(&bytes);
    let events = read_stream(&text)
        .map_err(|error| CommandError::Stream { path: PathBuf::from(path), why: error.to_string() })?;
    if events.is_empty() {
        let why = "it is empty; the run that was to write it did not begin".to_owned();
        return Err(CommandError::Stream { path: PathBuf::from(path), why });
    }
    Ok(events)
}

/// One stream of all: each document's events together, in the order of the documents' names, whoever ran them. Where one of the runs did not
/// come to its end, neither does the whole.
fn joined(streams: Vec<Vec<Stamped>>) -> Vec<Stamped> {
    let mut documents: Vec<Vec<Stamped>> = Vec::new();
    let (mut first, mut ended, mut seconds) = (None, true, 0.0_f64);
    for stream in streams {
        let mut open: Vec<Vec<Stamped>> = Vec::new();
        let mut runs = 0_i64;
        for stamped in stream {
            match &stamped.event {
                Event::RunStarted { .. } => {
                    runs += 1;
                    first.get_or_insert(stamped);
                }
                Event::RunFinished { seconds: took, .. } => {
                    runs -= 1;
                    seconds = seconds.max(*took);
                }
                Event::DocumentStarted { .. } => open.push(vec![stamped]),
                _ => {
                    let own = open.iter_mut().rev().find(|events| same(&events[0], &stamped));
                    match own {
                        Some(events) => events.push(stamped),
                        None => open.push(vec![stamped]),
                    }
                }
            }
        }
        ended &= runs == 0;
        documents.append(&mut open);
    }
    documents.sort_by_key(|events| events.first().map(|event| (key(event), event.host.clone())));
    let Some(first) = first else { return documents.concat() };
    let (run, host) = (first.run.clone(), first.host.clone());
    let mut events = vec![first];
    events.extend(documents.into_iter().flatten());
    if ended {
        let mut fold = Fold::default();
        for event in &events {
            fold.push_stamped(event);
        }
        let counts: Counts = fold.counts();
        events.push(Stamped {
            event: Event::RunFinished { counts, seconds },
            run: run.clone(),
            seq: 0,
            host,
        });
    }
    for (seq, event) in (1..).zip(&mut events) {
        event.seq = seq;
        event.run.clone_from(&run);
    }
    events
}

fn same(one: &Stamped, other: &Stamped) -> bool {
    one.run == other.run && key(one) == key(other)
}

/// The page and platform that an event belongs to.
fn key(stamped: &Stamped) -> (String, Option<String>) {
    match &stamped.event {
        Event::DocumentStarted { document, platform, .. }
        | Event::DocumentFinished { document, platform, .. } => (document.clone(), platform.clone()),
        Event::StepStarted { place, .. } => (place.document.clone(), place.platform.clone()),
        Event::StepFinished(finished) => (finished.place.document.clone(), finished.place.platform.clone()),
        Event::RunStarted { .. } | Event::RunFinished { .. } => (String::new(), None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::outcome::{Finished, State, StepKind, StepPlace};

    fn finished(document: &str, id: usize, state: State) -> Event {
        let place = StepPlace {
            document: document.to_owned(),
            platform: None,
            file: document.to_owned(),
            step: Some(format!("s{id}")),
            line: id + 1,
        };
        Event::StepFinished(Box::new(Finished {
            place,
            attempt: 1,
            kind: StepKind::Shell,
            state,
            exit: Some(0),
            seconds: 0.5,
            stdout: String::new(),
            stderr: String::new(),
            truncated: false,
            reason: None,
            expected: None,
            diff: None,
            at: None,
            recorded: false,
            accepted: false,
            changed: Vec::new(),
            certificates: Vec::new(),
            rewrite: None,
        }))
    }

    /// The stream of one part of a run: its documents, each with the states of its steps.
    fn part(run: usize, documents: &[(String, Vec<State>)]) -> Vec<Stamped> {
        let mut events = vec![Event::RunStarted { tutor: "0.1.0".to_owned() }];
        for (document, states) in documents {
            let (document, platform) = (document.clone(), None);
            events.push(Event::DocumentStarted {
                document: document.clone(),
                platform: platform.clone(),
                steps: states.len(),
                stand_ins: Vec::new(),
                wine: None,
            });
            events.extend(states.iter().enumerate().map(|(id, &state)| finished(&document, id, state)));
            let state = states.iter().copied().fold(State::Passed, State::max);
            events.push(Event::DocumentFinished {
                document,
                platform,
                state,
                reason: None,
                scratch: None,
                unset: Vec::new(),
                seconds: 1.0,
            });
        }
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        events.push(Event::RunFinished { counts: Counts::default(), seconds: run as f64 });
        let stamp =
            |(seq, event)| Stamped { event, run: format!("run-{run}"), seq, host: "linux".to_owned() };
        (1..).zip(events).map(stamp).collect()
    }

    fn states() -> impl Strategy<Value = Vec<State>> {
        let state = prop::sample::select(vec![
            State::Passed,
            State::Drifted,
            State::Failed,
            State::Unverified,
            State::Skipped,
            State::New,
        ]);
        prop::collection::vec(state, 0..5)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_order_of_the_parts_makes_no_difference(
            documents in prop::collection::vec((states(), 0..4_usize), 1..8),
            order in Just((0..4_usize).collect::<Vec<_>>()).prop_shuffle(),
            cut in prop::option::of(0..4_usize),
        ) {
            let mut parts: Vec<Vec<(String, Vec<State>)>> = vec![Vec::new(); 4];
            for (number, (states, part)) in documents.into_iter().enumerate() {
                parts[part].push((format!("docs/{number}.md"), states));
            }
            let mut streams: Vec<_> =
                parts.iter().enumerate().map(|(run, documents)| part(run, documents)).collect();
            // One of them may have been killed.
            if let Some(cut) = cut {
                streams[cut].pop();
            }
            let shuffled = order.iter().map(|&at| streams[at].clone()).collect();
            let events = |streams| joined(streams).into_iter().map(|stamped| (stamped.seq, stamped.event)).collect::<Vec<_>>();
            prop_assert_eq!(events(shuffled), events(streams));
        }
    }
}

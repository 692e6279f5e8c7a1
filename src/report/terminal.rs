//! The report for people: results on standard output, progress and a line per document on standard error.

use std::io;

use super::{
    Options, Output, Reporter, Verbosity,
    canvas::{BOLD, COMMAND, Canvas, PLAIN, style_of},
    failure,
    leftovers::Leftovers,
    listing::{Listing, added_up, document_name},
    progress::Progress,
    seconds::seconds,
};
use crate::outcome::{DocumentFold, Event, Finished, Fold, Stamped, State, StepPlace, stand_ins};

/// Results buffered beyond this are written though nobody watches.
const BUFFERED: usize = 32 * 1024;

/// The report. Results are written as they come where somebody watches, else at the end of each document.
#[derive(Debug)]
pub struct Terminal {
    results: Output,
    notes: Output,
    options: Options,
    progress: Option<Progress>,
    canvas: Canvas,
    fold: Fold,
    open: Vec<Open>,
    leftovers: Leftovers,
    waiting: Waiting,
    listing: Listing,
}

/// What waits to be accepted.
#[derive(Debug, Default)]
struct Waiting {
    count: usize,
    /// Whether some of it are new lines of a page.
    of_page: bool,
    /// The command that accepts all of it, and the one that shows it and asks.
    commands: Option<(String, String)>,
}

/// A document that runs.
#[derive(Debug)]
struct Open {
    document: String,
    platform: Option<String>,
    /// The last end of an attempt. Whether it was the last attempt is known only by the document's next event.
    held: Option<Finished>,
}

impl Terminal {
    /// A report with its results on `results`, progress and lines per document on `notes`.
    #[must_use]
    pub fn new(results: Output, notes: Output, options: Options) -> Self {
        let listing = Listing::new(options.verbosity);
        let canvas = Canvas::new(results.color(), results.width());
        let watched = notes.is_terminal() && options.verbosity > Verbosity::Quiet;
        let progress = watched.then(|| Progress::start(options.documents));
        Self {
            results,
            notes,
            options,
            progress,
            canvas,
            fold: Fold::default().brief(),
            open: Vec::new(),
            leftovers: Leftovers::default(),
            waiting: Waiting::default(),
            listing,
        }
    }

    fn open(&mut self, document: &str, platform: Option<&str>) -> Option<usize> {
        self.open.iter().position(|open| open.document == document && open.platform.as_deref() == platform)
    }

    /// The document of `place` has a next event: its held attempt was the last one of its step, unless `again`.
    fn release(&mut self, index: usize, again: Option<&StepPlace>) -> io::Result<()> {
        let Some(finished) = self.open[index].held.take() else { return Ok(()) };
        if again.is_some_and(|place| *place == finished.place) {
            if self.options.verbosity >= Verbosity::Steps {
                self.listing.step(&mut self.canvas, &finished, true);
            }
            return self.written(false);
        }
        self.step(&finished)
    }

    fn step(&mut self, finished: &Finished) -> io::Result<()> {
        let verbosity = self.options.verbosity;
        if verbosity >= Verbosity::Steps {
            self.listing.step(&mut self.canvas, finished, false);
        }
        match finished.state {
            State::Failed | State::Drifted | State::New => {
                self.count_waiting(finished);
                failure::draw(&mut self.canvas, finished, &self.options.pages);
            }
            State::Unverified | State::Skipped | State::NotRun => {
                self.leftovers.push(finished);
            }
            State::Passed => {
                if finished.accepted && verbosity == Verbosity::Normal {
                    let name = failure::name(finished);
                    let what = if finished.recorded { "recorded:" } else { "written:" };
                    self.canvas
                        .paragraph(2, &[(style_of(State::Passed), what), (PLAIN, " "), (PLAIN, &name)]);
                }
            }
        }
        let watched = self.results.is_terminal();
        let urgent = matches!(finished.state, State::Failed | State::Drifted | State::New);
        self.written(urgent || (watched && verbosity >= Verbosity::Steps))
    }

    fn count_waiting(&mut self, finished: &Finished) {
        let page = self.options.pages.get(&finished.place.document);
        let accept = page.and_then(|page| page.accept.as_ref());
        if let (true, Some(accept)) = (finished.waits(), accept) {
            self.waiting.count += 1;
            self.waiting.of_page |= !finished.recorded;
            self.waiting.commands.get_or_insert_with(|| {
                let all = accept.replacen(" STEP", "", 1);
                let review = all.replacen("tutor accept", "tutor review", 1);
                (all, review)
            });
        }
    }

    fn document_finished(&mut self, event: &Event, folded: Option<&DocumentFold>) -> io::Result<()> {
        let Event::DocumentFinished { document, platform, state, reason, scratch, unset, seconds: took } =
            event
        else {
            return Ok(());
        };
        let name = document_name(document, platform.as_deref());
        if let Some(index) = self.open(document, platform.as_deref()) {
            self.release(index, None)?;
            self.open.swap_remove(index);
        }
        let counts = folded.map(DocumentFold::counts).unwrap_or_default();
        let stood_in = stand_ins(folded.map_or(&[][..], |fold| fold.stood_in()));
        let wine = folded.and_then(DocumentFold::under_wine);
        let wine = wine.map_or_else(String::new, |version| format!(" (under Wine {version})"));
        if let Some(reason) = reason {
            failure::title(&mut self.canvas, *state, &name, Some(reason));
        }
        // A page may do without the variable, so this is for whoever wonders why it did not pass.
        if !unset.is_empty() && (*state >= State::Drifted || self.options.verbosity >= Verbosity::Steps) {
            let text = format!("{}, which `env` of {document} takes from the caller", unset.join(", "));
            self.canvas.paragraph(2, &[(BOLD, "not set:"), (PLAIN, " "), (PLAIN, &text)]);
        }
        // Also in a quiet run: nobody else could say where it is.
        if let Some(scratch) = scratch {
            self.canvas.paragraph(2, &[(BOLD, "kept:"), (PLAIN, " "), (PLAIN, scratch)]);
        }
        self.written(true)?;
        if self.options.verbosity == Verbosity::Quiet {
            return Ok(());
        }
        let mut line = Canvas::new(self.notes.color(), None);
        line.put(style_of(*state), state.name());
        let ended =
            format!(" {name}: {} in {}{stood_in}{wine}", added_up(counts, counts.total()), seconds(*took));
        line.line(PLAIN, &ended);
        let (notes, text) = (&mut self.notes, line.take());
        let mut write = || match notes.write(&text) {
            // Who closed standard error does not want the notes; the results still have their reader.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        };
        match &self.progress {
            Some(progress) => progress.aside(write),
            None => write(),
        }
    }

    fn run_finished(&mut self, took: f64) -> io::Result<()> {
        self.progress = None;
        let strict = self.options.strict;
        if self.options.verbosity > Verbosity::Quiet {
            self.leftovers.draw(&mut self.canvas, &[State::Unverified, State::Skipped, State::NotRun]);
            self.next();
        } else if strict {
            self.leftovers.draw(&mut self.canvas, &[State::Unverified]);
        }
        if self.fold.exit_code(false) == 0 && self.fold.exit_code(strict) != 0 {
            let why = "a strict run, as it is where `CI` is set, fails where a step is unverified";
            self.canvas.paragraph(2, &[(PLAIN, why)]);
        }
        let worst = self.fold.worst();
        let style = style_of(match self.fold.exit_code(strict) {
            0 => State::Passed,
            _ => worst.filter(|&state| state > State::Unverified).unwrap_or(State::Failed),
        });
        let line = format!("{} in {}", self.fold.summary(), seconds(took));
        self.canvas.paragraph(2, &[(style.bold(), &line)]);
        self.written(true)
    }

    /// What to do about what waits.
    fn next(&mut self) {
        let Waiting { count, of_page, commands: Some((accept, review)) } = &self.waiting else { return };
        let what = if *of_page { "output" } else { "recording" };
        let waits = match count {
            1 => format!("1 {what} waits; next: "),
            _ => format!("{count} {what}s wait; next: "),
        };
        let pieces = [
            (PLAIN, waits.as_str()),
            (COMMAND, review),
            (PLAIN, ", "),
            (PLAIN, "or without questions: "),
            (COMMAND, accept),
        ];
        self.canvas.paragraph(2, &pieces);
    }

    /// Writes what is drawn, if it is time to.
    fn written(&mut self, now: bool) -> io::Result<()> {
        if !now && self.canvas.len() < BUFFERED {
            return Ok(());
        }
        let text = self.canvas.take();
        let results = &mut self.results;
        match &self.progress {
            Some(progress) => progress.aside(|| results.write(&text)),
            None => results.write(&text),
        }
    }
}

impl Reporter for Terminal {
    fn target(&self) -> &str {
        self.results.name()
    }

    fn event(&mut self, stamped: &Stamped) -> io::Result<()> {
        let ended = self.fold.push_stamped(stamped);
        match &stamped.event {
            Event::RunStarted { .. } => Ok(()),
            Event::DocumentStarted { document, platform, .. } => {
                self.open.push(Open { document: document.clone(), platform: platform.clone(), held: None });
                Ok(())
            }
            Event::StepStarted { place, .. } => match self.open(&place.document, place.platform.as_deref()) {
                Some(index) => self.release(index, Some(place)),
                None => Ok(()),
            },
            Event::StepFinished(finished) => {
                let place = &finished.place;
                match self.open(&place.document, place.platform.as_deref()) {
                    Some(index) => {
                        self.release(index, None)?;
                        self.open[index].held = Some((**finished).clone());
                        Ok(())
                    }
                    None => self.step(finished),
                }
            }
            Event::DocumentFinished { .. } => self.document_finished(&stamped.event, ended.as_ref()),
            Event::RunFinished { seconds, .. } => self.run_finished(*seconds),
        }
    }

    fn glimpse(&mut self, event: &Event) {
        let Some(progress) = &self.progress else { return };
        match event {
            Event::DocumentStarted { document, platform, steps, .. } => {
                progress.document_started(&document_name(document, platform.as_deref()), *steps);
            }
            Event::StepStarted { place, .. } => {
                if let Some(step) = &place.step {
                    progress.step_started(&document_name(&place.document, place.platform.as_deref()), step);
                }
            }
            Event::StepFinished(finished) => {
                let place = &finished.place;
                progress.step_finished(&document_name(&place.document, place.platform.as_deref()));
            }
            Event::DocumentFinished { document, platform, .. } => {
                progress.document_finished(&document_name(document, platform.as_deref()));
            }
            Event::RunStarted { .. } | Event::RunFinished { .. } => {}
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.progress = None;
        for index in 0..self.open.len() {
            self.release(index, None)?;
        }
        self.written(true)
    }
}

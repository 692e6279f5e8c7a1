//! How far a run is, on standard error where that is a terminal. The only file that knows `indicatif`.
//!
//! Events only change a few words under a lock; a thread of its own draws them ten times a second, and not before
//! the run has taken [`QUIET`]. So quick steps cost nothing, and a slow one shows its seconds.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{escape::escape, seconds::seconds};

/// Runs shorter than this show no progress.
const QUIET: Duration = Duration::from_millis(200);
/// Between two pictures.
const EVERY: Duration = Duration::from_millis(100);

/// The progress of a run. Dropping it clears it away.
#[derive(Debug)]
pub(super) struct Progress {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    over: Condvar,
}

#[derive(Debug)]
struct State {
    /// What is counted, where that is more than the steps of a document.
    unit: &'static str,
    documents: usize,
    documents_done: usize,
    /// Those that run, in the order in which they began.
    running: Vec<Running>,
    over: bool,
    bar: Option<ProgressBar>,
}

/// A document that runs.
#[derive(Debug)]
struct Running {
    document: String,
    steps: usize,
    steps_done: usize,
    step: Option<(String, Instant)>,
}

impl Progress {
    /// Starts; `documents` will run.
    pub(super) fn start(documents: usize) -> Self {
        Self::of("documents", documents)
    }

    /// Starts; so many of something else than documents will run.
    pub(super) fn of(unit: &'static str, documents: usize) -> Self {
        let state = State { unit, documents, documents_done: 0, running: Vec::new(), over: false, bar: None };
        let shared = Arc::new(Shared { state: Mutex::new(state), over: Condvar::new() });
        let theirs = Arc::clone(&shared);
        // Without the thread there is no progress to see, and nothing else is lost.
        let thread = std::thread::Builder::new().name("progress".into()).spawn(move || theirs.draw()).ok();
        Self { shared, thread }
    }

    /// A document of so many steps begins.
    pub(super) fn document_started(&self, document: &str, steps: usize) {
        let running = Running { document: document.to_owned(), steps, steps_done: 0, step: None };
        self.shared.lock().running.push(running);
    }

    /// A step of it begins.
    pub(super) fn step_started(&self, document: &str, step: &str) {
        if let Some(running) = self.shared.lock().find(document) {
            running.step = Some((step.to_owned(), Instant::now()));
        }
    }

    /// A step of it has ended.
    pub(super) fn step_finished(&self, document: &str) {
        if let Some(running) = self.shared.lock().find(document) {
            running.steps_done += 1;
            running.step = None;
        }
    }

    /// It has ended.
    pub(super) fn document_finished(&self, document: &str) {
        let mut state = self.shared.lock();
        state.documents_done += 1;
        let place = state.running.iter().position(|running| running.document == document);
        place.map(|place| state.running.remove(place));
    }

    /// Does `write`, which writes to the same terminal, while no progress stands there.
    pub(super) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.shared.lock().bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.over.notify_all();
        if let Some(thread) = self.thread.take() {
            // It only draws; that it panicked would be no reason to lose the results.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self) {
        let mut state = self.lock();
        let mut pause = QUIET;
        loop {
            let (guard, timeout) =
                self.over.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner);
            state = guard;
            if state.over {
                break;
            }
            if timeout.timed_out() {
                state.draw();
                pause = EVERY;
            }
        }
        if let Some(bar) = state.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl State {
    fn find(&mut self, document: &str) -> Option<&mut Running> {
        self.running.iter_mut().find(|running| running.document == document)
    }

    fn draw(&mut self) {
        let several = self.documents > 1 || self.unit != "documents";
        let steps = self.running.first().map_or((0, 0), |running| (running.steps_done, running.steps));
        let (done, all) = if several { (self.documents_done, self.documents) } else { steps };
        let messages: Vec<String> = self.running.iter().map(|running| running.message(several)).collect();
        let unit = if several { self.unit } else { "steps" };
        let bar = self.bar.get_or_insert_with(|| bar(unit));
        bar.set_length(all as u64);
        bar.set_position(done.min(all) as u64);
        bar.set_message(messages.join(" · "));
        bar.tick();
    }
}

impl Running {
    fn message(&self, several: bool) -> String {
        let mut message = String::new();
        if several {
            message.push_str(&escape(&self.document));
        }
        if let Some((step, since)) = &self.step {
            let between = if several { " › " } else { "" };
            message.push_str(between);
            message.push_str(&escape(step));
            let ran = since.elapsed();
            if ran >= Duration::from_secs(1) {
                message.push_str(", ");
                message.push_str(&seconds(ran.as_secs_f64().floor()).replace(".0", ""));
            }
        }
        message
    }
}

fn bar(unit: &str) -> ProgressBar {
    let template = format!("{{bar:20.green}} {{pos}}/{{len}} {unit}  {{wide_msg}}");
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(20));
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style.progress_chars("━╸─")),
        Err(_) => bar,
    }
}

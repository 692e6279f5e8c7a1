//! Services of a page: started until they are ready, watched, and stopped.

use std::time::{Duration, Instant};

use super::{
    attempt::Job,
    errand::{Errand, Found},
    evaluate::{self, Evaluation},
    host::{Machine, Serving},
    interpreter,
    output::Output,
    stage::{Done, Stage},
};
use crate::{
    document::{Ready, Stop},
    plan::{Action, Expected, ServiceAction, Step},
};

/// The pause between two looks at whether a service is ready, for as long as a quick one takes; then each next one is
/// longer, up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const QUICK: Duration = Duration::from_millis(200);
const LAST_PAUSE: Duration = Duration::from_millis(100);

/// How long one look may take.
const LOOK: Duration = Duration::from_secs(2);

/// How long a service has to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// How much of what a service wrote last is shown, in bytes.
const SHOWN: u64 = 16 * 1024;

/// How much of a log is looked at in one look, and how much of a line that has no end, in bytes.
const LOOKED_AT: u64 = 4 << 20;

/// The services of a run that are ready, in the order in which they started.
#[derive(Default)]
pub(super) struct Services<'s>(Vec<Running<'s>>);

/// A service's step, and what is told of it once it went wrong.
pub(super) type Fallen<'s> = (&'s Step, Done);

impl<'s> Services<'s> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Starts the service of `step`, and waits until it is ready.
    pub(super) fn start(
        &mut self,
        stage: &mut Stage<'_, '_>,
        step: &'s Step,
        cancelled: &dyn Fn() -> bool,
    ) -> Done {
        let (done, running) = start(stage, step, cancelled);
        self.0.extend(running);
        done
    }

    /// Those that have ended though nobody stopped them. `when` ends the sentence that says so.
    pub(super) fn look(&mut self, stage: &mut Stage<'_, '_>, when: &str) -> Vec<Fallen<'s>> {
        let mut fallen = Vec::new();
        self.0.retain(|service| match service.gone(stage, when) {
            Some(done) => {
                fallen.push((service.step, done));
                false
            }
            None => true,
        });
        fallen
    }

    /// Stops those of the steps that are `named`.
    pub(super) fn stop<'n>(
        &mut self,
        stage: &mut Stage<'_, '_>,
        named: impl Iterator<Item = &'n Step>,
        hurried: bool,
    ) -> Vec<Fallen<'s>> {
        let mut fallen = Vec::new();
        for step in named {
            let Some(place) = self.0.iter().position(|service| std::ptr::eq(service.step, step)) else {
                continue;
            };
            let service = self.0.remove(place);
            fallen.extend(service.stop(stage, hurried).map(|done| (service.step, done)));
        }
        fallen
    }

    /// Stops all, the last one first.
    pub(super) fn stop_all(
        &mut self,
        stage: &mut Stage<'_, '_>,
        hurried: &dyn Fn() -> bool,
    ) -> Vec<Fallen<'s>> {
        let mut fallen = self.look(stage, "before it was stopped");
        while let Some(service) = self.0.pop() {
            fallen.extend(service.stop(stage, hurried()).map(|done| (service.step, done)));
        }
        fallen
    }
}

/// How a service ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gone {
    /// With this exit status.
    Exited(i32),
    /// By this signal.
    #[cfg_attr(windows, expect(dead_code, reason = "there are no signals there"))]
    Killed(i32),
}

/// A service that is ready.
struct Running<'s> {
    step: &'s Step,
    action: &'s ServiceAction,
    serving: Serving,
    /// Whether it is to live until it is stopped: a command that only came to its end is not looked at any more.
    lives: bool,
}

fn start<'s>(
    stage: &mut Stage<'_, '_>,
    step: &'s Step,
    cancelled: &dyn Fn() -> bool,
) -> (Done, Option<Running<'s>>) {
    let begun = Instant::now();
    let Action::Service(action) = &step.action else { return (stage.failed("it is no service"), None) };
    if let Ready::Tcp { host, port } = &action.ready
        && listens(&mut stage.machine, host.as_deref(), *port)
    {
        let message = format!("port {port} is taken already: another program listens there");
        return (stage.failed(&message), None);
    }
    let name = step.id.as_ref().map_or("service", |id| id.as_str());
    let text = stage.text(action.interpreter.as_ref(), &action.text);
    let shell = interpreter::shell(action.shell, action.interpreter.as_ref());
    let mut serving = match stage.machine.serve(shell, name, &text) {
        Ok(serving) => serving,
        Err(message) => return (stage.failed(&format!("the service could not be started: {message}")), None),
    };
    let mut waiting = Waiting { log: Log::default(), has_ended: false, is_nameless: false };
    let mut pause = FIRST_PAUSE;
    let failure = loop {
        match waiting.look(stage, action, &mut serving) {
            Ok(true) => break None,
            Ok(false) => {}
            Err(reason) => break Some(reason),
        }
        if let Some(reason) = stage.machine.over() {
            break Some(reason);
        }
        if cancelled() {
            break Some("interrupted".to_owned());
        }
        if begun.elapsed() >= step.timeout {
            let time = evaluate::duration(step.timeout);
            break Some(format!("it was not ready after {time}: {}", waiting.missing(stage, action)));
        }
        std::thread::sleep(pause.min(step.timeout.saturating_sub(begun.elapsed())));
        if begun.elapsed() > QUICK {
            pause = (pause * 3 / 2).min(LAST_PAUSE);
        }
    };
    match failure {
        None => {
            let lives = !waiting.has_ended || action.daemon.is_some();
            let done = told(stage, &serving, Evaluation::passed());
            (done, Some(Running { step, action, serving, lives }))
        }
        Some(reason) => {
            stage.machine.end_service(&serving);
            let evaluation = Evaluation::failed(&stage.redactor.message(&reason));
            (told(stage, &serving, evaluation), None)
        }
    }
}

/// What it wrote last, with how it went.
fn told(stage: &Stage<'_, '_>, serving: &Serving, evaluation: Evaluation) -> Done {
    let (log, cut) = last_of(serving.log()).unwrap_or_default();
    let mut from = 0;
    if cut {
        // From the beginning of a line on.
        from += log[from..].iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    }
    let mut output = Output::new(stage.redactor, &Expected::Nothing, None);
    output.push(0, &log[from..]);
    let done = Done::of_streams(evaluation, output.finish());
    Done { truncated: done.truncated || cut, ..done }
}

/// The end of a file, and whether it has more.
fn last_of(path: &std::path::Path) -> std::io::Result<(Vec<u8>, bool)> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = std::fs::File::open(path)?;
    let from = file.metadata()?.len().saturating_sub(SHOWN);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(SHOWN).read_to_end(&mut bytes)?;
    Ok((bytes, from > 0))
}

/// A service that is not ready yet.
struct Waiting {
    log: Log,
    /// Whether its command has come to its end, as it should.
    has_ended: bool,
    /// Whether it was ready but for the process id of what went into the background.
    is_nameless: bool,
}

impl Waiting {
    /// Whether it is ready now.
    fn look(
        &mut self,
        stage: &mut Stage<'_, '_>,
        action: &ServiceAction,
        serving: &mut Serving,
    ) -> Result<bool, String> {
        // Asked before the look: what has ended since would be found by the next one.
        if !self.has_ended
            && let Some(gone) = stage.machine.gone(serving)
        {
            let forks = action.daemon.is_some() || matches!(action.ready, Ready::Exit);
            match gone {
                Gone::Exited(0) if forks => self.has_ended = true,
                gone => return Err(format!("it ended {} before it was ready", how(gone))),
            }
        }
        let ready = match &action.ready {
            Ready::Tcp { host, port } => listens(&mut stage.machine, host.as_deref(), *port),
            Ready::Http(url) => status(&mut stage.machine, url).is_ok_and(|status| status < 400),
            Ready::Log(pattern) => self.log.has(serving, pattern),
            Ready::File(path) => stage.machine.exists(path),
            Ready::Exit => self.has_ended,
        };
        match &action.daemon {
            Some(path) if ready => {
                let named = stage.machine.adopt(serving, path)?;
                self.is_nameless = !named;
                Ok(named)
            }
            _ => Ok(ready),
        }
    }

    /// What a service that is not ready lacks.
    fn missing(&self, stage: &mut Stage<'_, '_>, action: &ServiceAction) -> String {
        match &action.daemon {
            Some(path) if self.is_nameless => {
                format!("there is no process id in {path}, which `daemon=` names")
            }
            Some(_) if self.has_ended => {
                let missing = missing(stage, action);
                format!(
                    "its command came to its end, but {missing} (what it left in the background may say why, in its own log)"
                )
            }
            _ => missing(stage, action),
        }
    }
}

/// Whether something takes connections there, as the session sees it.
fn listens(machine: &mut Machine<'_>, host: Option<&str>, port: u16) -> bool {
    let errand = Errand::Listens { host: host.unwrap_or("localhost").to_owned(), port, patience: LOOK };
    match machine.ask(&errand, LOOK, &|| false) {
        Some(found) => matches!(found, Ok(Found::Listens(true))),
        None => matches!(errand.run(), Found::Listens(true)),
    }
}

/// The status with which an address of HTTP answers, as the session sees it.
fn status(machine: &mut Machine<'_>, url: &str) -> Result<u16, String> {
    let errand = Errand::Status { url: url.to_owned(), patience: LOOK };
    match machine.ask(&errand, LOOK, &|| false).unwrap_or_else(|| Ok(errand.run()))? {
        Found::Status(status) => status,
        _ => Err("nothing came of it in the sandbox".to_owned()),
    }
}

/// What a service that is not ready lacks.
fn missing(stage: &mut Stage<'_, '_>, action: &ServiceAction) -> String {
    match &action.ready {
        Ready::Tcp { host: None, port } => format!("nothing listens on port {port}"),
        Ready::Tcp { host: Some(host), port } => format!("nothing listens on {host}:{port}"),
        Ready::Http(url) => match status(&mut stage.machine, url) {
            Ok(status) => format!("{url} answers with status {status}"),
            Err(why) => format!("{url} does not answer: {why}"),
        },
        Ready::Log(pattern) => format!("it wrote no line that matches `{}`", pattern.as_str()),
        Ready::File(path) => format!("there is no file {path}"),
        Ready::Exit => "its command has not come to its end".to_owned(),
    }
}

/// What a service has written, as far as it was looked at.
#[derive(Default)]
struct Log {
    offset: u64,
    /// The line that has not ended yet.
    line: Vec<u8>,
}

impl Log {
    /// Whether a new line matches.
    fn has(&mut self, serving: &Serving, pattern: &regex::Regex) -> bool {
        use std::io::{Read, Seek, SeekFrom};
        let Ok(mut file) = std::fs::File::open(serving.log()) else { return false };
        let mut new = Vec::new();
        if file.seek(SeekFrom::Start(self.offset)).is_err()
            || file.take(LOOKED_AT).read_to_end(&mut new).is_err()
        {
            return false;
        }
        self.offset += u64::try_from(new.len()).unwrap_or(0);
        self.line.extend_from_slice(&new);
        let matches = String::from_utf8_lossy(&self.line).lines().any(|line| pattern.is_match(line));
        let rest = self.line.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        self.line.drain(..rest);
        if self.line.len() as u64 > LOOKED_AT {
            self.line.clear();
        }
        matches
    }
}

fn how(gone: Gone) -> String {
    match gone {
        Gone::Exited(status) => format!("with exit status {status}"),
        Gone::Killed(signal) => format!("by signal {signal}{}", evaluate::name_of(signal)),
    }
}

impl Running<'_> {
    /// Whether it has ended though nobody stopped it: then, how that is told.
    fn gone(&self, stage: &mut Stage<'_, '_>, after: &str) -> Option<Done> {
        let gone = self.lives.then(|| stage.machine.gone(&self.serving)).flatten()?;
        stage.machine.end_service(&self.serving);
        let reason = format!("it was ready, and ended {} {after}", how(gone));
        Some(told(stage, &self.serving, Evaluation::failed(&stage.redactor.message(&reason))))
    }

    /// Stops it: as its page says, and after a while by force, `hurried` at once.
    ///
    /// The value is what went wrong: only a command of the page's can.
    fn stop(&self, stage: &mut Stage<'_, '_>, hurried: bool) -> Option<Done> {
        let mut failed = None;
        if !hurried {
            match &self.action.stop {
                Stop::Signal(signal) => stage.machine.signal(&self.serving, signal),
                Stop::Command(text) => failed = self.command(stage, text),
            }
            stage.machine.waits_for_end(&self.serving, GRACE);
        }
        stage.machine.end_service(&self.serving);
        failed
    }

    fn command(&self, stage: &mut Stage<'_, '_>, text: &str) -> Option<Done> {
        let job = Job {
            shell: interpreter::shell(self.action.shell, self.action.interpreter.as_ref()),
            text,
            merged: true,
            tty: false,
            answers: None,
            timeout: self.step.timeout,
            careful: true,
        };
        let mut output = Output::new(stage.redactor, &Expected::Nothing, None);
        let ended = stage.machine.run(&job, &mut |_, bytes| output.push(0, bytes), &mut || {}, &|_| None);
        let compared = output.finish();
        let reason = match ended {
            Ok(ended) => match evaluate::failure(&ended.ending, self.step.timeout, false) {
                Ok(0) => return None,
                Ok(status) => format!("exit status {status}"),
                Err(evaluation) => evaluation.reason.unwrap_or_default(),
            },
            Err(error) => error.to_string(),
        };
        let reason = format!("the command that stops it failed: {reason}");
        Some(Done::of_streams(Evaluation::failed(&stage.redactor.message(&reason)), compared))
    }
}

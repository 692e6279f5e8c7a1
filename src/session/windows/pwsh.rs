//! A session's PowerShell on Windows: one process that runs one step after another in itself. What passes between both
//! is in files that each looks for; see `exchange.rs`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    machine::{GONE, Machine},
    step::{FIRST_PAUSE, LAST_PAUSE, Sink},
    system::{self, Job as Processes, Process, Start},
};
use crate::session::{
    attempt::{Attempt, Channel, Ending, Job},
    batch::State,
    exchange::{self, MARK},
    powershell::{self, LOOP_FILE, STEP_FILE},
};

/// The names of the files that a PowerShell writes where it is asked to tell what it has.
const VARIABLES: &str = "variables";
const DIRECTORY: &str = "directory";

/// What lets a script run on a machine where none may (`about_Execution_Policies`). It is told all programs that this PowerShell
/// starts, by a variable.
const POLICY: [&str; 2] = ["-ExecutionPolicy", "Bypass"];

/// The longest that a PowerShell may take to start: Windows looks at each part of it before it runs for the first time.
const STARTING: Duration = Duration::from_secs(90);

/// The longest that it may take over what the runner itself asks of it.
const ASKING: Duration = Duration::from_secs(30);

/// How long it may take to see that what its step has started has been ended.
const NOTICING: Duration = Duration::from_secs(2);

/// One that runs.
#[derive(Debug)]
pub(super) struct PowerShell {
    program: PathBuf,
    /// Where its files are.
    directory: PathBuf,
    process: Process,
    /// It, and all that its steps have started.
    processes: Processes,
    /// Which one of the session's it is, and how many requests it was sent.
    start: u32,
    number: u32,
    /// What it has told last.
    had: State,
}

/// What it is asked, and how long that may take. `level`: signals that have come before count not.
#[derive(Clone, Copy)]
struct Order<'t> {
    text: &'t str,
    limit: Duration,
    level: u8,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// It answered with this status.
    Answer(i32),
    /// It is gone, with this one.
    Over(i32),
    /// What it did had to be stopped.
    Stopped(Ending),
}

impl Heard {
    fn ending(self) -> Ending {
        match self {
            Self::Answer(status) | Self::Over(status) => Ending::Exited(status),
            Self::Stopped(ending) => ending,
        }
    }
}

impl Machine<'_> {
    /// Runs a step in it, which is started where there is none.
    ///
    /// # Errors
    ///
    /// Where the session itself broke: the system's words.
    pub(super) fn run_in_powershell<'p>(
        &mut self,
        job: &Job<'_, 'p>,
        sink: Sink<'_>,
        meanwhile: &mut dyn FnMut(),
    ) -> io::Result<Attempt<'p>> {
        // It can't make one stream of both.
        let as_one = &mut |channel, bytes: &[u8]| match channel {
            Channel::Stderr if job.merged => sink(Channel::Stdout, bytes),
            channel => sink(channel, bytes),
        };
        let level = self.cancel.level().min(u8::from(job.careful));
        let running = self.powershell.0.take().filter(PowerShell::is_alive);
        let mut session = match running {
            Some(session) => session,
            None => match self.start_powershell(job, level, as_one)? {
                Ok(session) => session,
                Err(ending) => return Ok(Attempt { ending, unused: None }),
            },
        };
        let changes = exchange::changes(&session.had, &self.state);
        if !changes.is_empty() {
            let order = Order { text: &changes, limit: ASKING, level };
            let heard = self.ask_shell(&mut session, order, as_one, &mut || {})?;
            if heard != Heard::Answer(0) {
                // Its steps would find what nobody has set; the next one finds a new PowerShell.
                session.end();
                return Ok(Attempt {
                    ending: heard.refused("take over what other steps have left"),
                    unused: None,
                });
            }
        }
        let order = Order { text: job.text, limit: job.timeout, level };
        let heard = self.ask_shell(&mut session, order, as_one, meanwhile)?;
        if session.is_alive() {
            // Also after an interruption: cleanup finds what the step has left.
            self.take_in(&mut session, as_one)?;
        }
        if session.is_alive() {
            self.powershell.0 = Some(session);
        }
        let ending = if self.cancel.level() > 1 { Ending::Interrupted } else { heard.ending() };
        Ok(Attempt { ending, unused: None })
    }

    /// Starts one with what the last step has left, and waits until it takes steps. `Ok(Err)`: how that was ended.
    fn start_powershell(
        &mut self,
        job: &Job<'_, '_>,
        level: u8,
        sink: Sink<'_>,
    ) -> io::Result<Result<PowerShell, Ending>> {
        let program = self.find(job.shell).map_err(io::Error::other)?;
        let directory = self.scratch.shells().join("pwsh");
        fs::create_dir_all(&directory)?;
        self.powershell.1 += 1;
        let start = self.powershell.1;
        fs::write(directory.join(LOOP_FILE), exchange::loop_text(&directory, start))?;
        let processes = Processes::new(false)?;
        let [output, error] = self.streams.outputs(false);
        let process = system::start(&Start {
            program: &program,
            arguments: &arguments(&directory.join(LOOP_FILE)),
            directory: &self.directory(),
            environment: &self.state.variables,
            jobs: &[&self.job, &processes],
            input: self.streams.nothing(),
            output,
            error,
            console: None,
        })?;
        let had = State { directory: self.directory().to_string_lossy().into_owned(), ..self.state.clone() };
        let mut session = PowerShell { program, directory, process, processes, start, number: 0, had };
        let heard =
            self.ask_shell(&mut session, Order { text: "", limit: STARTING, level }, sink, &mut || {})?;
        if heard == Heard::Answer(0) {
            return Ok(Ok(session));
        }
        session.end();
        Ok(Err(heard.refused(&format!("start ({})", session.program.display()))))
    }

    /// Has it tell what it has, which is then what the session has.
    fn take_in(&mut self, session: &mut PowerShell, sink: Sink<'_>) -> io::Result<()> {
        let [variables, directory] = [VARIABLES, DIRECTORY].map(|name| session.directory.join(name));
        let text = powershell::telling(&variables.to_string_lossy(), &directory.to_string_lossy());
        let order = Order { text: &text, limit: ASKING, level: self.cancel.level().min(1) };
        if self.ask_shell(session, order, sink, &mut || {})? != Heard::Answer(0) {
            session.end();
            return Ok(());
        }
        let (variables, directory) = (fs::read_to_string(variables)?, fs::read_to_string(directory)?);
        self.state = exchange::told(&variables, &directory, &self.state);
        session.had = self.state.clone();
        Ok(())
    }

    /// Hands a text over and waits for the answer.
    fn ask_shell(
        &mut self,
        session: &mut PowerShell,
        order: Order<'_>,
        sink: Sink<'_>,
        meanwhile: &mut dyn FnMut(),
    ) -> io::Result<Heard> {
        let earlier = session.processes.members()?;
        let mut buffer = vec![0; 64 * 1024];
        session.hand_over(order.text)?;
        meanwhile();
        let begun = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            if self.streams.read(&mut buffer, sink)? {
                pause = FIRST_PAUSE;
            }
            // An answer that came right before the end counts.
            let over = session.process.status();
            if let Some(heard) = session.answer().map(Heard::Answer).or(over.map(Heard::Over)) {
                self.streams.read_last(&mut buffer, sink)?;
                return Ok(heard);
            }
            let ending = if self.cancel.level() > order.level {
                Some(Ending::Interrupted)
            } else {
                (begun.elapsed() >= order.limit).then_some(Ending::TimedOut)
            };
            if let Some(ending) = ending {
                self.stop(session, &earlier, sink)?;
                return Ok(Heard::Stopped(ending));
            }
            session.process.ends_within(pause.min(order.limit.saturating_sub(begun.elapsed())));
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    /// Ends all that its step has started. Nobody can end a command of PowerShell's own from outside: where it does not come
    /// back to its loop without the programs that it waited for, it is ended as well.
    fn stop(&mut self, session: &mut PowerShell, earlier: &[Process], sink: Sink<'_>) -> io::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        let begun = Instant::now();
        while session.is_alive() {
            session.end_all_but(earlier)?;
            self.streams.read(&mut buffer, sink)?;
            if session.answer().is_some() {
                break;
            }
            if begun.elapsed() > NOTICING || self.cancel.level() > 1 {
                session.process.end();
                session.process.ends_within(GONE);
            }
            std::thread::sleep(FIRST_PAUSE);
        }
        // What it has started between the last look and its end.
        let begun = Instant::now();
        while session.end_all_but(earlier)? && begun.elapsed() < GONE {
            std::thread::sleep(FIRST_PAUSE);
        }
        self.streams.read_last(&mut buffer, sink)
    }
}

impl Heard {
    /// How a step ended that could not begin, since PowerShell did not do `what`.
    fn refused(self, what: &str) -> Ending {
        let why = match self {
            Self::Stopped(Ending::Interrupted) => return Ending::Interrupted,
            Self::Stopped(_) => "it took too long".to_owned(),
            Self::Answer(status) => format!("status {status}"),
            Self::Over(status) => format!("it ended with status {status}"),
        };
        Ending::Broken(format!("PowerShell did not {what}: {why}"))
    }
}

impl PowerShell {
    fn is_alive(&self) -> bool {
        self.process.status().is_none()
    }

    /// Ends it, and not what its steps have left in the background.
    fn end(&self) {
        self.process.end();
        self.process.ends_within(GONE);
    }

    /// Ends the processes that have come since those of `earlier` were there; whether there was any.
    fn end_all_but(&self, earlier: &[Process]) -> io::Result<bool> {
        let own = self.process.id();
        let mut any = false;
        for process in self.processes.members()? {
            let id = process.id();
            if id != own && !earlier.iter().any(|known| known.id() == id) {
                process.end();
                any = true;
            }
        }
        Ok(any)
    }

    /// Hands over the text of a step.
    fn hand_over(&mut self, text: &str) -> io::Result<()> {
        let step = format!("{MARK}{}", powershell::as_step(text));
        fs::write(self.directory.join(STEP_FILE), step)?;
        self.number += 1;
        fs::write(self.directory.join(exchange::request(self.start, self.number)), "")
    }

    /// The status that it has answered with, where it has.
    fn answer(&self) -> Option<i32> {
        let file = self.directory.join(exchange::answer(self.start, self.number));
        // What cannot be read is not there yet, or in the hands of a virus scanner.
        exchange::answered(&fs::read_to_string(file).ok()?)
    }
}

/// Writes a service's text into `directory`, and tells what PowerShell is to be started with.
pub(super) fn service(directory: &Path, name: &str, text: &str) -> io::Result<String> {
    fs::create_dir_all(directory)?;
    let [service, start] = ["", "-start"].map(|end| directory.join(format!("{name}{end}.ps1")));
    fs::write(&service, format!("{MARK}{text}"))?;
    fs::write(&start, exchange::service_text(&service))?;
    Ok(arguments(&start))
}

/// What it is started with to run the script at `path`.
fn arguments(path: &Path) -> String {
    let [rest @ .., file] = powershell::ARGUMENTS;
    let mut words: Vec<&str> = rest.into();
    words.extend(POLICY);
    words.push(file);
    // No path of Windows has a quotation mark in it.
    format!("{} \"{}\"", words.join(" "), path.display())
}

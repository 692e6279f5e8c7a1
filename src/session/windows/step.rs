//! One step of the command interpreter: a process of its own, from its first command to the last byte that it wrote.

use std::{
    fs::{File, OpenOptions},
    io,
    os::windows::io::{AsRawHandle, OwnedHandle, RawHandle},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    console::{PseudoConsole, ROWS},
    interpreter::Batch,
    machine::{GONE, Machine},
    system::{self, Job as Processes, Process, Start},
};
use crate::{
    platform::Shell,
    session::{
        answers::{Look, Prompter, QUIET_UNKNOWN, Waits},
        attempt::{Attempt, Channel, Ending, Job},
        screen::Screen,
    },
};

/// The pause between two looks at what a step writes, which grows while it writes nothing. Its end is seen at once.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(1);
pub(super) const LAST_PAUSE: Duration = Duration::from_millis(20);

/// How long the last bytes of a step may take to be read: what it left in the background can write for ever.
const LAST_BYTES: Duration = Duration::from_secs(1);

/// Where a step's bytes go.
pub(super) type Sink<'s> = &'s mut dyn FnMut(Channel, &[u8]);

/// What the steps of a session write to and read from. The pipes live as long as the session: what a step has left in the
/// background goes on writing to them, and a later step is told it, as on a terminal.
#[derive(Debug)]
pub(super) struct Streams {
    stdout: (File, OwnedHandle),
    stderr: (File, OwnedHandle),
    nothing: File,
}

impl Streams {
    /// Opens them.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(super) fn open() -> io::Result<Self> {
        let nothing = OpenOptions::new().read(true).write(true).open("NUL")?;
        Ok(Self { stdout: system::pipe()?, stderr: system::pipe()?, nothing })
    }

    /// An input that is at its end.
    pub(super) fn nothing(&self) -> RawHandle {
        self.nothing.as_raw_handle()
    }

    /// Reads what has come; whether there was anything.
    pub(super) fn read(&mut self, buffer: &mut [u8], sink: Sink<'_>) -> io::Result<bool> {
        let mut any = false;
        for (pipe, channel) in [(&mut self.stdout.0, Channel::Stdout), (&mut self.stderr.0, Channel::Stderr)]
        {
            let count = system::read_now(pipe, buffer)?;
            any |= count > 0;
            sink(channel, &buffer[..count]);
        }
        Ok(any)
    }

    /// Reads all that is there.
    pub(super) fn read_last(&mut self, buffer: &mut [u8], sink: Sink<'_>) -> io::Result<()> {
        let begun = Instant::now();
        while self.read(buffer, sink)? && begun.elapsed() < LAST_BYTES {}
        Ok(())
    }

    /// Where standard output and standard error are written to.
    pub(super) fn outputs(&self, merged: bool) -> [RawHandle; 2] {
        let [out, err] = [&self.stdout, &self.stderr].map(|(_, end)| end.as_raw_handle());
        [out, if merged { out } else { err }]
    }
}

impl Machine<'_> {
    /// Runs a step. What it writes goes to `sink` as it comes; `meanwhile` is called once it is under way.
    ///
    /// # Errors
    ///
    /// Where the session itself broke: the system's words.
    pub(in crate::session) fn run<'p>(
        &mut self,
        job: &Job<'_, 'p>,
        sink: Sink<'_>,
        meanwhile: &mut dyn FnMut(),
        _: &dyn Fn(usize) -> Option<Job<'p, 'p>>,
    ) -> io::Result<Attempt<'p>> {
        if job.shell == Shell::PowerShell {
            return self.run_in_powershell(job, sink, meanwhile);
        }
        // A step of the page stops at the first signal, whenever that came; cleanup runs in spite of one.
        let level = self.cancel.level().min(u8::from(job.careful));
        let program = self.find(job.shell).map_err(io::Error::other)?;
        let asks = job.tty || job.answers.is_some();
        let console = asks.then(PseudoConsole::open).transpose()?;
        let batch = self.batch("step", job)?;
        let processes = Processes::new(false)?;
        let [output, error] = self.streams.outputs(job.merged);
        let process = system::start(&Start {
            program: &program,
            arguments: &batch.arguments(asks, job.tty),
            directory: &self.directory(),
            environment: &self.state.variables,
            jobs: &[&self.job, &processes],
            input: self.streams.nothing(),
            output,
            error,
            console: console.as_ref(),
        })?;
        meanwhile();
        let mut wait = Wait {
            machine: self,
            process,
            processes,
            console: console.map(|console| (console, Screen::new(usize::try_from(ROWS).unwrap_or(1)))),
            prompter: Prompter::new(job.answers, true),
            buffer: vec![0; 64 * 1024],
            level,
            tty: job.tty,
        };
        let ending = wait.run(job.timeout, sink)?;
        let unused = wait.prompter.finish(sink);
        let (console, processes) = (wait.console, wait.processes);
        if let Some((console, _)) = console.filter(|_| processes.living() > 0) {
            // Its end would be that of what the step has left in the background.
            console.is_not_read();
            self.consoles.push(console);
        }
        if let Some(state) = batch.state() {
            self.state = state;
        }
        let ending = if self.cancel.level() > 1 { Ending::Interrupted } else { ending };
        Ok(Attempt { ending, unused })
    }

    fn batch(&self, name: &str, job: &Job<'_, '_>) -> io::Result<Batch> {
        let typed = job.shell == Shell::Cmd;
        Batch::write(&self.scratch.shells(), name, (job.text, typed), &self.state, true)
    }

    /// The session's directory; where it is gone, the one where steps start.
    pub(super) fn directory(&self) -> PathBuf {
        let last = Path::new(&self.state.directory);
        if last.is_dir() { last.to_owned() } else { self.scratch.work() }
    }
}

/// The wait for a step's end.
struct Wait<'m, 'c, 'p> {
    machine: &'m mut Machine<'c>,
    process: Process,
    processes: Processes,
    console: Option<(PseudoConsole, Screen)>,
    prompter: Prompter<'p>,
    buffer: Vec<u8>,
    /// The signals that have come before this step count not.
    level: u8,
    tty: bool,
}

impl Wait<'_, '_, '_> {
    fn run(&mut self, timeout: Duration, sink: Sink<'_>) -> io::Result<Ending> {
        let begun = Instant::now();
        let mut active = begun;
        let mut pause = FIRST_PAUSE;
        loop {
            if self.read(sink)? {
                (active, pause) = (Instant::now(), FIRST_PAUSE);
            }
            if self.machine.cancel.level() > self.level {
                return self.stop(Ending::Interrupted, sink);
            }
            if let Some(status) = self.process.status() {
                self.read_last(sink)?;
                return Ok(Ending::Exited(status));
            }
            if begun.elapsed() >= timeout {
                return self.stop(Ending::TimedOut, sink);
            }
            if active.elapsed() >= QUIET_UNKNOWN && self.console.is_some() {
                match self.prompter.look(Waits::Unknown, active.elapsed()) {
                    Look::Wait => {}
                    Look::Type(text) => {
                        if let Some((console, _)) = &mut self.console {
                            console.type_text(&text)?;
                        }
                        (active, pause) = (Instant::now(), FIRST_PAUSE);
                    }
                    Look::Fail(asked) => return self.stop(Ending::Asked(asked), sink),
                }
            }
            self.process.ends_within(pause.min(timeout.saturating_sub(begun.elapsed())));
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    /// Reads what has come; whether there was anything.
    fn read(&mut self, sink: Sink<'_>) -> io::Result<bool> {
        let prompter = &mut self.prompter;
        let take = &mut |channel, bytes: &[u8]| prompter.take(channel, bytes, sink);
        let mut any = self.machine.streams.read(&mut self.buffer, take)?;
        if let Some((console, screen)) = &mut self.console {
            let count = console.read_now(&mut self.buffer)?;
            any |= count > 0;
            let text = screen.take(&self.buffer[..count]);
            self.prompter.take(Channel::Terminal, &text, sink);
        }
        Ok(any)
    }

    /// Reads all that was written before the step ended.
    fn read_last(&mut self, sink: Sink<'_>) -> io::Result<()> {
        let begun = Instant::now();
        if self.tty {
            // What stands on the screen last is drawn a little later.
            std::thread::sleep(LAST_PAUSE);
        }
        while self.read(sink)? && begun.elapsed() < LAST_BYTES {}
        Ok(())
    }

    /// Ends the step with all that it has started. There is no signal here that would ask it to end by itself.
    fn stop(&mut self, ending: Ending, sink: Sink<'_>) -> io::Result<Ending> {
        self.processes.end(GONE);
        self.read_last(sink)?;
        Ok(ending)
    }
}

//! Waits for one step: reads what it writes, answers what it asks, and ends it where it must end.

use std::{
    io,
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{
    crowd,
    keeper::{Exit, Keeper},
    link::{How, RawPid, Reading, Reply, Request, Scope},
    shell::{Answer, ShellSession, Stream},
    terminal::Terminal,
    tree,
};
use crate::session::{
    Cancel,
    answers::{Look, Prompter, QUIET, QUIET_UNKNOWN, Waits},
    attempt::{Channel, Ending},
};

/// How long the runner looks for the result without sleeping: most steps of a page are over by then, and to be woken
/// costs as much again.
const SPIN: Duration = Duration::from_micros(300);

const LOOKS: u32 = 16;

/// How long it pauses between two looks, in turns of a processor that waits: some hundred nanoseconds, or a few
/// microseconds where the shell has the next step already and is only kept from writing by one who looks all the time.
const PAUSES: [u32; 2] = [16, 400];

/// What a step is given between TERM and KILL, and how long its shell may then take to come back.
const GRACE: Duration = Duration::from_millis(300);
const BACK: Duration = Duration::from_secs(1);

/// Where a step's bytes go.
pub(super) type Sink<'s> = &'s mut dyn FnMut(Channel, &[u8]);

/// What a step leaves behind.
#[derive(Debug)]
pub(super) struct Waited {
    pub(super) ending: Ending,
    /// The shell's answer, where the shell is still there.
    pub(super) answer: Option<Answer>,
}

/// What a look at the streams brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Nothing,
    /// All that there was.
    All,
    /// Something, and perhaps there is more.
    Some,
}

/// One wait.
pub(super) struct Wait<'m, 'a> {
    pub(super) shell: &'m mut ShellSession,
    pub(super) keeper: &'m mut Keeper,
    pub(super) terminal: &'m Terminal,
    pub(super) cancel: &'m Cancel,
    /// The processes of the other shells' loops.
    pub(super) others: Vec<RawPid>,
    pub(super) prompter: &'m mut Prompter<'a>,
    pub(super) buffer: &'m mut [u8],
    pub(super) sink: Sink<'m>,
    /// The signals that have come before this step count not.
    pub(super) level: u8,
    /// When the step was handed over, by the clock of process starts.
    pub(super) ticks: u64,
    /// How many answers a shell that is to be stopped may still give.
    pub(super) to_come: usize,
    /// What it may use.
    pub(super) bounds: Bounds,
    /// How many bytes it has written.
    pub(super) read: u64,
}

/// What a step may use that its own wait sees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// How many bytes it may write.
    pub(super) output: u64,
    /// When it must be over, whatever its own time is.
    pub(super) until: Instant,
}

impl Wait<'_, '_> {
    /// Waits for at most `timeout`.
    ///
    /// # Errors
    ///
    /// Where the session itself broke.
    pub(super) fn run(&mut self, timeout: Duration) -> io::Result<Waited> {
        let begun = Instant::now();
        let (mut active, mut heard) = (begun, begun);
        let mut looks = Looks::new(self.prompter.answers());
        loop {
            if let Some(answer) = self.spin()? {
                self.read_all()?;
                return Ok(Waited { ending: Ending::Exited(answer.status), answer: Some(answer) });
            }
            if self.cancel.level() > self.level {
                return self.stop(Ending::Interrupted);
            }
            if let Some(reason) = self.over(&mut heard)? {
                let waited = self.stop(Ending::Over(reason))?;
                // What has been told meanwhile was of this step.
                self.keeper.hear()?;
                self.keeper.over();
                return Ok(waited);
            }
            if self.read_some()? {
                active = Instant::now();
                looks.again();
                continue;
            }
            let quiet = active.elapsed();
            if quiet < SPIN && crowd::is_roomy() {
                continue;
            }
            self.read_idle()?;
            if begun.elapsed() >= timeout {
                return self.stop(Ending::TimedOut);
            }
            if looks.due(quiet) {
                match self.look(quiet, &mut active)? {
                    Look::Wait => {}
                    Look::Type(text) => {
                        self.terminal.type_text(&text)?;
                        active = Instant::now();
                        looks.again();
                    }
                    Look::Fail(asked) => return self.stop(Ending::Asked(asked)),
                }
            }
            let rest = timeout.saturating_sub(begun.elapsed());
            self.sleep(looks.next(active.elapsed()).min(rest))?;
            if let Some(exit) = self.shell_exit() {
                self.read_all()?;
                return Ok(Waited { ending: ending_of(exit), answer: None });
            }
        }
    }

    /// Which bound the step goes over, in words. The supervisor is heard where it has not been for a while: one who reads
    /// all the time does not sleep.
    fn over(&mut self, heard: &mut Instant) -> io::Result<Option<String>> {
        const SELDOM: Duration = Duration::from_millis(50);
        if self.read > self.bounds.output {
            let most = self.bounds.output;
            return Ok(Some(format!("it wrote more than {most} bytes (`--limit output=` bounds them)")));
        }
        if heard.elapsed() > SELDOM {
            *heard = Instant::now();
            self.keeper.hear()?;
            if *heard > self.bounds.until {
                return Ok(Some("the page has run for too long (`--limit time=` bounds it)".to_owned()));
            }
        }
        Ok(self.keeper.over())
    }

    /// Looks for the answer a few times. The streams are left alone meanwhile: to look at them takes the locks that
    /// the step needs to write to them.
    fn spin(&mut self) -> io::Result<Option<Answer>> {
        if !crowd::is_roomy() {
            return self.shell.answer();
        }
        let pauses = PAUSES[usize::from(self.shell.waiting() > 0)];
        for _ in 0..LOOKS {
            if let Some(answer) = self.shell.answer()? {
                return Ok(Some(answer));
            }
            // Where the step has no other processor to run on, it gets this one.
            std::thread::yield_now();
            for _ in 0..pauses {
                std::hint::spin_loop();
            }
        }
        Ok(None)
    }

    /// Asks who reads from the terminal, and what that means.
    fn look(&mut self, quiet: Duration, active: &mut Instant) -> io::Result<Look> {
        let waits = match self.keeper.ask(&Request::Readers)? {
            Reply::Reading(Reading::Yes) => Waits::Yes,
            Reply::Reading(Reading::Polls) => Waits::Polls,
            Reply::Reading(Reading::Unknown) => Waits::Unknown,
            _ => Waits::No,
        };
        // A program that waits has written its prompt before; some of it may have come since the last read.
        if self.read_some()? {
            *active = Instant::now();
            return Ok(self.prompter.look(waits, Duration::ZERO));
        }
        Ok(self.prompter.look(waits, quiet))
    }

    /// Sleeps until something can be read, a signal comes, the supervisor says something, or `time` is over.
    fn sleep(&mut self, time: Duration) -> io::Result<()> {
        let watched = PollFlags::IN;
        let mut ready = [
            PollFd::from_borrowed_fd(self.shell.fd(Stream::Results), watched),
            PollFd::from_borrowed_fd(self.shell.fd(Stream::Stdout), watched),
            PollFd::from_borrowed_fd(self.shell.fd(Stream::Stderr), watched),
            PollFd::from_borrowed_fd(self.terminal.fd(), watched),
            PollFd::from_borrowed_fd(self.cancel.over(self.level), watched),
            PollFd::from_borrowed_fd(self.keeper.fd(), watched),
        ];
        let time = Timespec {
            tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(time.subsec_nanos()),
        };
        match poll(&mut ready, Some(&time)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
        if !ready[5].revents().is_empty() {
            self.keeper.hear()?;
        }
        Ok(())
    }

    /// Reads what has come, a buffer of each stream; whether there was anything.
    fn read_some(&mut self) -> io::Result<bool> {
        self.read_streams().map(|read| read != Read::Nothing)
    }

    fn read_streams(&mut self) -> io::Result<Read> {
        let mut read = Read::Nothing;
        for (stream, channel) in [(Stream::Stdout, Channel::Stdout), (Stream::Stderr, Channel::Stderr)] {
            let count = self.shell.read(stream, self.buffer)?;
            self.read += count as u64;
            self.prompter.take(channel, &self.buffer[..count], self.sink);
            // A pipe gives all that it holds.
            read = read.max(match count {
                0 => Read::Nothing,
                _ if count < self.buffer.len() => Read::All,
                _ => Read::Some,
            });
        }
        Ok(if self.read_terminal()? { Read::Some } else { read })
    }

    /// Reads what is written to the streams of no step that is on its way: it counts as this one's, as on a terminal.
    fn read_idle(&mut self) -> io::Result<()> {
        for fd in self.shell.idle() {
            match rustix::io::read(fd, &mut *self.buffer) {
                Ok(count) => (self.sink)(Channel::Stdout, &self.buffer[..count]),
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }

    fn read_terminal(&mut self) -> io::Result<bool> {
        match rustix::io::read(self.terminal.fd(), &mut *self.buffer) {
            Ok(count) => {
                self.prompter.take(Channel::Terminal, &self.buffer[..count], self.sink);
                Ok(count > 0)
            }
            // Nothing there; or (macOS, BSD) nobody has the terminal open.
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR | rustix::io::Errno::IO) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Reads all that was written before the step ended. A child in the background can write for ever: it must not
    /// keep the runner here.
    fn read_all(&mut self) -> io::Result<()> {
        let begun = Instant::now();
        while self.read_streams()? == Read::Some {
            if begun.elapsed() > BACK {
                break;
            }
        }
        Ok(())
    }

    /// How the shell ended, where nobody is in its loop any more.
    fn shell_exit(&mut self) -> Option<Exit> {
        let exit = self.keeper.exit_of(self.shell.pid).or_else(|| self.keeper.exit_of(self.shell.leader))?;
        if exit.pid == self.shell.pid {
            return Some(exit);
        }
        let pid = self.shell.pid;
        let lives = matches!(self.keeper.ask(&Request::Alive { pid }), Ok(Reply::There(true)));
        (!lives).then_some(exit)
    }

    /// Ends the step, not its shell: first what the step started, then all that the session runs; a shell that does
    /// not come back even then is ended too.
    fn stop(&mut self, ending: Ending) -> io::Result<Waited> {
        // The signal that stops the step is known now; the next one means something else.
        self.level = self.cancel.level();
        // What was handed over ahead does not begin any more. What has begun meanwhile is ended with this step.
        self.shell.revoke()?;
        self.to_come = 1 + self.shell.waiting();
        let mut spare = self.others.clone();
        spare.push(self.shell.pid);
        if matches!(ending, Ending::Asked(_)) {
            // A shell that asks by itself has nothing below it that could be ended; at the end of its input it goes on.
            self.terminal.type_text(&[4])?;
            if let Some(answer) = self.comes_back(QUIET)? {
                self.sweep(answer.pid)?;
                return Ok(Waited { ending, answer: Some(answer) });
            }
        }
        let since = Scope::Since { spare: spare.clone(), ticks: self.ticks };
        // What takes too much of the machine has no time to go on with it.
        let hurried = matches!(ending, Ending::Over(_));
        let back = if hurried { GRACE } else { BACK };
        let rounds = [
            (since.clone(), How::Term, GRACE),
            (since.clone(), How::Kill, back),
            (Scope::All { spare }, How::Kill, back),
        ];
        for (scope, how, patience) in rounds {
            if how == How::Term && (hurried || self.cancel.level() > 1) {
                continue;
            }
            self.keeper.ask(&Request::End { scope, how })?;
            if let Some(answer) = self.comes_back(patience)? {
                self.sweep(answer.pid)?;
                return Ok(Waited { ending, answer: Some(answer) });
            }
            if self.shell_exit().is_some() {
                return Ok(Waited { ending, answer: None });
            }
        }
        self.keeper.ask(&Request::Kill { pids: vec![self.shell.pid, self.shell.leader] })?;
        if hurried {
            let Scope::Since { ticks, .. } = since else { return Ok(Waited { ending, answer: None }) };
            self.keeper.ask(&Request::Sweep { scope: Scope::Since { spare: self.others.clone(), ticks } })?;
        }
        self.read_all()?;
        Ok(Waited { ending, answer: None })
    }

    /// The shell is back, and is known: whatever else the step started is ended, however fast it spawns.
    fn sweep(&mut self, pid: RawPid) -> io::Result<()> {
        let mut spare = self.others.clone();
        spare.push(pid);
        self.keeper.ask(&Request::Sweep { scope: Scope::Since { spare, ticks: self.ticks } })?;
        self.read_all()
    }

    fn comes_back(&mut self, patience: Duration) -> io::Result<Option<Answer>> {
        let begun = Instant::now();
        while begun.elapsed() < patience && self.cancel.level() < 2 {
            if let Some(answer) = self.shell.answer()? {
                self.to_come = self.to_come.saturating_sub(1);
                if answer.died || self.to_come == 0 {
                    self.read_all()?;
                    return Ok(Some(answer));
                }
            }
            self.read_some()?;
            self.sleep(Duration::from_millis(20).min(patience))?;
            if self.shell_exit().is_some() {
                break;
            }
        }
        Ok(None)
    }
}

fn ending_of(exit: Exit) -> Ending {
    match (exit.status, exit.signal) {
        (Some(status), _) => Ending::Exited(status),
        (None, Some(signal)) => Ending::Killed(signal),
        (None, None) => Ending::Broken("the shell ended in no known way".to_owned()),
    }
}

/// When to ask who waits for input: soon after each write in a step with answers, and seldom in one without.
#[derive(Debug)]
struct Looks {
    first: Duration,
    after: Duration,
}

impl Looks {
    fn new(answers: bool) -> Self {
        let first = if answers { Duration::from_millis(1) } else { QUIET };
        Self { first, after: first }
    }

    /// Something was written or typed.
    fn again(&mut self) {
        self.after = self.first;
    }

    fn due(&mut self, quiet: Duration) -> bool {
        if quiet < self.after {
            return false;
        }
        // Always once just after each of the two limits that mean something, and otherwise ever more seldom.
        let mut next = quiet + self.after.min(Duration::from_millis(500));
        for limit in [QUIET, QUIET_UNKNOWN] {
            if quiet < limit && next > limit {
                next = limit + Duration::from_millis(1);
            }
        }
        self.after = next;
        true
    }

    fn next(&self, quiet: Duration) -> Duration {
        self.after.saturating_sub(quiet).max(Duration::from_micros(500))
    }
}

/// The moment a step is handed over, for [`Wait::ticks`].
pub(super) fn now() -> u64 {
    tree::now_in_ticks()
}

//! The machine as a session uses it: shells that are started when first needed, files, and the end of it all.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    environment,
    keeper::Keeper,
    link::{Base, Reply, Request, Start, View},
    loop_text::request,
    scratch::Scratch,
    shell::{ShellSession, is_wild},
    state::{LastSeen, exit_trap},
    terminal::Terminal,
    wait::{Sink, Wait, Waited, now},
};
use crate::{
    plan::{AnswerLine, Plan},
    platform::Shell,
    session::{
        Cancel, Relocate, Settings,
        answers::Prompter,
        attempt::{Channel, Ending, Job},
    },
};

/// After so many steps that ended their shell a new one is started: each leaves a process behind that waits.
const MOST_DEATHS: u32 = 50;

/// How long what is left at the end has between TERM and KILL.
const LAST_GRACE: Duration = Duration::from_millis(500);

/// Time for what the runner itself asks of a shell.
const OWN_STEP: Duration = Duration::from_secs(10);

/// One session's hold on the machine.
#[derive(Debug)]
pub(in crate::session) struct Machine<'c> {
    scratch: Scratch,
    terminal: Terminal,
    keeper: Keeper,
    cancel: &'c Cancel,
    environment: Vec<(String, String)>,
    shells: HashMap<Shell, ShellSession>,
    seen: LastSeen,
    /// Whether a shell was lost, and with it what its steps had set.
    lost: bool,
    buffer: Vec<u8>,
    view: Option<View>,
    /// Relocated directories where they are replaced in the text: (the page's, the run's).
    replaced: Vec<(String, String)>,
}

/// What is handed to a shell.
#[derive(Clone, Copy, Debug)]
struct Order<'t> {
    shell: Shell,
    text: &'t str,
    code: &'static [u8],
    timeout: Duration,
}

/// What came of an attempt.
#[derive(Debug)]
pub(in crate::session) struct Attempt<'p> {
    pub(in crate::session) ending: Ending,
    /// The first answer that was never asked for.
    pub(in crate::session) unused: Option<&'p AnswerLine>,
}

impl<'c> Machine<'c> {
    /// Makes the scratch directory and starts the supervisor.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn open(plan: &Plan, settings: &Settings, cancel: &'c Cancel) -> io::Result<Self> {
        let scratch = Scratch::make()?;
        let terminal = Terminal::open()?;
        let (keeper, view) = Self::supervise(&scratch, &terminal, plan, settings.relocate)?;
        let replaced = if view.is_none() && settings.relocate != Relocate::InPlace {
            replace_in_text(&scratch, &plan.relocate)?
        } else {
            Vec::new()
        };
        Ok(Self {
            environment: environment::variables(&scratch, &[]),
            scratch,
            terminal,
            keeper,
            cancel,
            shells: HashMap::new(),
            seen: LastSeen::default(),
            lost: false,
            buffer: vec![0; 64 * 1024],
            view,
            replaced,
        })
    }

    /// Starts the supervisor; with a view of its own where directories are to be relocated and the system can.
    fn supervise(
        scratch: &Scratch,
        terminal: &Terminal,
        plan: &Plan,
        relocate: Relocate,
    ) -> io::Result<(Keeper, Option<View>)> {
        let start =
            |view| Start { scratch: scratch.root().to_owned(), terminal: terminal.path().to_owned(), view };
        if !plan.relocate.is_empty() && matches!(relocate, Relocate::Auto | Relocate::Mount) {
            let view = view(scratch, &plan.relocate);
            match Keeper::start(&start(Some(view.clone()))) {
                Ok(keeper) => return Ok((keeper, Some(view))),
                Err(error) if relocate == Relocate::Mount => {
                    let message =
                        format!("directories cannot be relocated by a mount namespace here: {error}");
                    return Err(io::Error::other(message));
                }
                Err(_) => {}
            }
        }
        Ok((Keeper::start(&start(None))?, None))
    }

    /// Relocated directories that must be replaced in the text: (the page's, the run's).
    pub(in crate::session) fn replaced(&self) -> &[(String, String)] {
        &self.replaced
    }

    /// Gives the shells that start from now on these variables besides the run's own.
    pub(in crate::session) fn provide(&mut self, variables: &[(String, String)]) {
        self.environment = environment::variables(&self.scratch, variables);
    }

    /// The run's own paths and what reports call them.
    pub(in crate::session) fn paths(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut paths = vec![
            (text(&self.scratch.work()), "[SCRATCH]".to_owned()),
            (text(&self.scratch.home()), "[HOME]".to_owned()),
            (text(&self.scratch.temporary()), "[SCRATCH]/tmp".to_owned()),
            (text(self.scratch.root()), "[SCRATCH]".to_owned()),
        ];
        // Where it is covered, the user's own home is the run's too.
        if let Some((home, _)) = self.view.as_ref().and_then(|view| view.home.as_ref()) {
            paths.push((text(home), "[HOME]".to_owned()));
        }
        paths.extend(self.replaced.iter().map(|(page, own)| (own.clone(), page.clone())));
        paths
    }

    /// The directory of the shells' own files, which their messages name.
    pub(in crate::session) fn shell_files(&self) -> String {
        self.scratch.shells().to_string_lossy().into_owned()
    }

    /// Whether `shell` can run here.
    ///
    /// # Errors
    ///
    /// Why not.
    pub(in crate::session) fn find(&self, shell: Shell) -> Result<PathBuf, String> {
        if let Some(session) = self.shells.get(&shell) {
            return Ok(session.program.clone());
        }
        match shell {
            Shell::Sh | Shell::Bash | Shell::Ksh => {}
            _ => return Err(format!("{shell} steps cannot run on this system")),
        }
        let found = crate::session::requirement::find(shell.program());
        let found = found.or_else(|| (shell == Shell::Sh).then(|| PathBuf::from("/bin/sh")));
        found.ok_or_else(|| format!("{} not found", shell.program()))
    }

    /// Runs a step. What it writes goes to `sink` as it comes; `meanwhile` is called once it is under way.
    ///
    /// # Errors
    ///
    /// Where the session itself broke: the system's words.
    pub(in crate::session) fn run<'p>(
        &mut self,
        job: &Job<'p>,
        sink: Sink<'_>,
        meanwhile: &mut dyn FnMut(),
    ) -> io::Result<Attempt<'p>> {
        let fresh = self.ensure(job.shell)?;
        if job.answers.is_some() {
            self.terminal.reset()?;
        }
        let begun = Instant::now();
        let mut prompter = Prompter::new(job.answers);
        let code = match (job.merged, job.answers.is_some()) {
            (false, false) => request::APART,
            (true, false) => request::MERGED,
            (false, true) => request::ASKED_APART,
            (true, true) => request::ASKED_MERGED,
        };
        // On the first line, so that the lines keep their numbers.
        let careful = fresh && job.careful && self.lost;
        let text = format!("{}{}\n", if careful { "set -u; " } else { "" }, job.text.trim_end_matches('\n'));
        let order = Order { shell: job.shell, text: &text, code, timeout: job.timeout };
        let waited = self.send_and_wait(&order, &mut prompter, sink, meanwhile)?;
        let mut ending = waited.ending.clone();
        if waited.answer.is_some_and(|answer| !answer.died) && ending == Ending::Exited(0) {
            self.run_exit_trap(&order, sink)?;
        }
        let seconds = begun.elapsed().as_secs_f64();
        if let Ending::Exited(_) = ending {
            self.look_after(job.shell, &text, seconds)?;
        }
        if self.cancel.level() > 1 {
            ending = Ending::Interrupted;
        }
        Ok(Attempt { ending, unused: prompter.finish(sink) })
    }

    fn send_and_wait(
        &mut self,
        order: &Order<'_>,
        prompter: &mut Prompter<'_>,
        sink: Sink<'_>,
        meanwhile: &mut dyn FnMut(),
    ) -> io::Result<Waited> {
        let shell = order.shell;
        let others = self
            .shells
            .iter()
            .filter(|(other, _)| **other != shell)
            .map(|(_, session)| session.pid)
            .collect();
        let Some(session) = self.shells.get_mut(&shell) else {
            return Err(io::Error::other(format!("no {shell} runs")));
        };
        let ticks = now();
        if order.code == request::TRAPS {
            session.request(order.code)?;
        } else {
            session.wild |= is_wild(order.text);
            let same = !session.wild && session.streams == Some(order.code);
            session.send(order.text, if same { request::SAME } else { order.code })?;
        }
        meanwhile();
        let mut wait = Wait {
            shell: session,
            keeper: &mut self.keeper,
            terminal: &self.terminal,
            cancel: self.cancel,
            others,
            prompter,
            buffer: &mut self.buffer,
            sink,
            level: self.cancel.level().min(1),
            ticks,
        };
        let waited = wait.run(order.timeout)?;
        if let Some(answer) = waited.answer {
            session.streams = (!answer.died).then_some(order.code);
            if answer.died {
                session.deaths += 1;
                session.pid = answer.pid;
                self.keeper.tell(&Request::Watch { pid: answer.pid })?;
            }
            if session.deaths >= MOST_DEATHS {
                self.retire(shell)?;
            }
        } else {
            self.shells.remove(&shell);
            self.lost = true;
        }
        if let Ending::Asked(_) = waited.ending {
            self.terminal.reset()?;
        }
        Ok(waited)
    }

    /// Starts `shell` where it does not run; true where it had to be started.
    fn ensure(&mut self, shell: Shell) -> io::Result<bool> {
        if self.shells.contains_key(&shell) {
            return Ok(false);
        }
        let program = self.find(shell).map_err(io::Error::other)?;
        let directory = self.scratch.shells().join(shell.program());
        if directory.exists() {
            // Of a shell that is gone; reports know these files by their one path.
            std::fs::remove_dir_all(&directory)?;
        }
        let mut session = ShellSession::prepare(shell, directory, self.terminal.path())?;
        session.program.clone_from(&program);
        let last = self.seen.directory.clone().filter(|directory| self.scratch_or_exists(directory));
        let request = Request::Spawn {
            program,
            arguments: session.arguments(shell),
            directory: last.unwrap_or_else(|| self.scratch.work()),
            environment: self.environment.clone(),
        };
        match self.keeper.ask(&request)? {
            Reply::Spawned { pid } => (session.leader, session.pid) = (pid, pid),
            Reply::Failed { message } => {
                return Err(io::Error::other(format!("{shell} cannot be started: {message}")));
            }
            other => return Err(io::Error::other(format!("the session's supervisor answered {other:?}"))),
        }
        self.shells.insert(shell, session);
        if let Some(restore) = self.seen.restore_step(shell) {
            self.own_step(shell, &restore)?;
        }
        Ok(true)
    }

    /// A directory can lie where only the session sees it; only what is certainly gone is given up.
    fn scratch_or_exists(&self, directory: &Path) -> bool {
        self.view.is_some() || directory.is_dir()
    }

    /// Runs something of the runner's own in a shell, unseen.
    fn own_step(&mut self, shell: Shell, text: &str) -> io::Result<()> {
        let mut prompter = Prompter::new(None);
        let order = Order { shell, text, code: request::APART, timeout: OWN_STEP };
        self.send_and_wait(&order, &mut prompter, &mut |_, _| {}, &mut || {})?;
        Ok(())
    }

    /// Runs the EXIT trap that a step has set, as the end of a shell would.
    fn run_exit_trap(&mut self, order: &Order<'_>, sink: Sink<'_>) -> io::Result<()> {
        let Order { shell, text, .. } = *order;
        let sources = ["source ", ". ", "eval "].iter().any(|word| text.contains(word));
        let Some(session) = self.shells.get_mut(&shell) else { return Ok(()) };
        session.traps |= text.contains("trap");
        if !session.traps && !sources {
            return Ok(());
        }
        let file = session.file("traps");
        let mut prompter = Prompter::new(None);
        let traps = Order { shell, text: "", code: request::TRAPS, timeout: OWN_STEP };
        self.send_and_wait(&traps, &mut prompter, &mut |_, _| {}, &mut || {})?;
        if let Some(word) = exit_trap(&std::fs::read_to_string(file).unwrap_or_default()) {
            let text = format!("eval {word}");
            self.send_and_wait(&Order { text: &text, ..*order }, &mut prompter, sink, &mut || {})?;
        }
        Ok(())
    }

    /// Keeps what a later shell would need.
    fn look_after(&mut self, shell: Shell, text: &str, seconds: f64) -> io::Result<()> {
        let Some(session) = self.shells.get(&shell) else { return Ok(()) };
        if let Some(directory) = session.current_directory() {
            self.seen.directory = Some(directory);
        }
        if LastSeen::wants_exports(text, seconds) {
            let step = LastSeen::export_step(session);
            self.own_step(shell, &step)?;
            if let Some(session) = self.shells.get(&shell) {
                self.seen.take_exports(shell, session);
            }
        }
        Ok(())
    }

    /// Ends a shell whose chain of dead ones has grown long; the next step starts a new one.
    fn retire(&mut self, shell: Shell) -> io::Result<()> {
        if let Some(session) = self.shells.remove(&shell) {
            self.seen.directory = session.current_directory().or_else(|| self.seen.directory.take());
            self.keeper.ask(&Request::Kill { pids: vec![session.pid, session.leader] })?;
        }
        Ok(())
    }

    /// What relative paths start from: the directory of the shell that ran last.
    fn base(&self) -> Base {
        Base::Directory(self.seen.directory.clone().unwrap_or_else(|| self.scratch.work()))
    }

    /// Writes a file as the session sees it.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn write(&mut self, path: &str, mode: u32, text: &str) -> Result<(), String> {
        let request = Request::Write { base: self.base(), path: path.into(), mode, text: text.to_owned() };
        match self.keeper.ask(&request) {
            Ok(Reply::Done) => Ok(()),
            Ok(Reply::Failed { message }) => Err(message),
            Ok(other) => Err(format!("the session's supervisor answered {other:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The names in a directory as the session sees it; those of directories end in `/`.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn list(&mut self, directory: &str) -> Result<Vec<String>, String> {
        match self.keeper.ask(&Request::List { base: self.base(), directory: directory.into() }) {
            Ok(Reply::Names(names)) => Ok(names),
            Ok(Reply::Failed { message }) => Err(message),
            Ok(other) => Err(format!("the session's supervisor answered {other:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Ends all that is left and removes the scratch directory, unless it is to be kept. Returns where it is, where it
    /// is still there.
    pub(in crate::session) fn finish(mut self, keep: bool) -> Option<String> {
        if keep {
            self.scratch.keep();
        }
        let grace = if self.cancel.level() > 1 { Duration::ZERO } else { LAST_GRACE };
        self.keeper.finish(grace);
        self.keeper.abandon(self.scratch.root());
        let root = self.scratch.root().to_string_lossy().into_owned();
        match self.scratch.remove() {
            Ok(()) if !keep => None,
            _ => Some(root),
        }
    }
}

/// The view in which the directories of `relocate` are the run's own.
fn view(scratch: &Scratch, relocate: &[String]) -> View {
    let relocate: Vec<PathBuf> = relocate.iter().map(PathBuf::from).collect();
    let real = environment::real_home().filter(|home| !relocate.iter().any(|path| path.starts_with(home)));
    View {
        tree: scratch.tree(),
        relocate,
        programs: real.as_deref().map(environment::programs_in).unwrap_or_default(),
        home: real.map(|real| (real, scratch.home())),
    }
}

/// Makes the parents of relocated directories in the scratch directory; returns (the page's path, the run's).
fn replace_in_text(scratch: &Scratch, relocate: &[String]) -> io::Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for page in relocate {
        let own = scratch.tree().join(page.trim_start_matches('/'));
        if let Some(parent) = own.parent() {
            std::fs::create_dir_all(parent)?;
        }
        pairs.push((page.clone(), own.to_string_lossy().into_owned()));
    }
    Ok(pairs)
}

/// Terminal text belongs to what the step said on standard error.
pub(in crate::session) fn stream_of(channel: Channel) -> usize {
    match channel {
        Channel::Stdout => 0,
        Channel::Stderr | Channel::Terminal => 1,
    }
}

//! The machine as a session uses it: shells that are started when first needed, files, and the end of it all.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    cmd,
    crowd::{Present, is_another_to_come},
    environment, fish,
    handover::most_deaths,
    keeper::{Idle, Keeper},
    link::{Request, View},
    loop_text::request,
    relocating::{Directories, Inner, Started},
    scratch::{Scratch, read_told},
    shell::ShellSession,
    state::{Having, LastSeen, exit_trap},
    terminal::Terminal,
    wait::{Bounds, Sink, Wait, Waited, now},
    wine::{self, Wine},
    words::Marks,
};
use crate::{
    plan::{Plan, Provided},
    platform::{Shell, System},
    session::{
        Cancel, Limits, Settings,
        answers::Prompter,
        attempt::{Attempt, Channel, Ending, Job},
        powershell,
        relocated::ways_back,
    },
};

/// How long what is left at the end has between TERM and KILL.
const LAST_GRACE: Duration = Duration::from_millis(500);

/// How long cleanup may go on after the time of a page is over.
const CLEANUP: Duration = Duration::from_secs(60);

/// Time for what the runner itself asks of a shell.
const OWN_STEP: Duration = Duration::from_secs(10);

/// One session's hold on the machine.
#[derive(Debug)]
pub(in crate::session) struct Machine<'c> {
    pub(super) scratch: Scratch,
    pub(super) terminal: Terminal,
    pub(super) keeper: Keeper,
    cancel: &'c Cancel,
    pub(super) environment: Vec<(String, String)>,
    pub(super) shells: HashMap<Shell, ShellSession>,
    pub(super) seen: LastSeen,
    /// The shell that ran last, and what each other one had when it was left.
    pub(super) last: Option<Shell>,
    pub(super) left: HashMap<Shell, Having>,
    /// Whether a shell was lost, and with it what its steps had set.
    pub(super) lost: bool,
    buffer: Vec<u8>,
    pub(super) view: Option<View>,
    /// What keeps it from the rest of the machine.
    pub(super) sandbox: Option<Inner>,
    /// Where the terminal's slave side is for the session itself.
    pub(super) inner_terminal: PathBuf,
    /// Relocated directories where they are replaced in the text: (the page's, the run's).
    replaced: Vec<(String, String)>,
    /// Whether the page's paths are Windows', whose separators are put right.
    pub(super) of_windows: bool,
    /// Where steps of Windows' command interpreter run; or why they can't.
    pub(super) wine: Result<Box<Wine>, String>,
    /// The page's own variables.
    pub(super) own: Vec<(String, String)>,
    _present: Present,
    limits: Limits,
    /// When its time is over.
    until: Instant,
}

/// What is handed to a shell.
#[derive(Clone, Copy, Debug)]
struct Order<'t> {
    shell: Shell,
    text: &'t str,
    code: &'static [u8],
    timeout: Duration,
    marks: Marks,
    /// How many signals it runs in spite of: a step of the page stops at the first one, whenever that came.
    despite: u8,
}

/// What is done while a step runs.
struct Meanwhile<'m, 'p> {
    call: &'m mut dyn FnMut(),
    /// The jobs that follow.
    ahead: &'m dyn Fn(usize) -> Option<Job<'p, 'p>>,
}

impl<'c> Machine<'c> {
    /// Makes the scratch directory and starts the supervisor. `provided` is what the project has for programs that the
    /// machine has not.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn open(
        plan: &Plan,
        provided: &[&Provided],
        settings: &Settings,
        cancel: &'c Cancel,
    ) -> io::Result<Self> {
        let programs = provided.iter().map(|program| program.path.clone()).collect();
        let wine = wine::wanted(plan, settings);
        let mut directories = Directories::new(&plan.relocate, settings.relocate, programs);
        directories.under_wine(wine.as_ref().ok().copied());
        let Started { idle: Idle { mut keeper, terminal, scratch }, view, sandbox, inner_terminal } =
            directories.supervise(settings)?;
        scratch.provide(provided)?;
        let wine = wine.and_then(|installed| cmd::open(installed, &scratch, &mut keeper, cancel));
        let replaced = directories.replaced(&scratch, view.as_ref(), wine.as_deref().ok())?;
        Ok(Self {
            environment: environment::variables(&scratch, &[]),
            scratch,
            terminal,
            keeper,
            cancel,
            shells: HashMap::new(),
            seen: LastSeen::default(),
            last: None,
            left: HashMap::new(),
            lost: false,
            buffer: vec![0; 64 * 1024],
            view,
            sandbox,
            inner_terminal,
            replaced,
            of_windows: plan.platform.as_ref().is_some_and(|platform| platform.system == System::Windows),
            wine,
            own: Vec::new(),
            _present: Present::new(),
            limits: settings.limits,
            until: Instant::now() + settings.limits.time,
        })
    }

    /// Whether it is kept from the rest of the machine: then it has its own numbers of processes.
    pub(in crate::session) fn is_sandboxed(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Relocated directories that must be replaced in the text: (the page's, the run's).
    pub(in crate::session) fn replaced(&self) -> &[(String, String)] {
        &self.replaced
    }

    /// Gives the shells that start from now on these variables besides the run's own.
    pub(in crate::session) fn provide(&mut self, variables: &[(String, String)]) {
        self.environment = environment::variables(&self.scratch, variables);
        self.own = variables.to_vec();
    }

    /// The run's own paths and what reports call them.
    pub(in crate::session) fn paths(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut paths = vec![
            (text(&self.scratch.work()), "[SCRATCH]".to_owned()),
            (text(&self.scratch.home()), "[HOME]".to_owned()),
            (text(&self.scratch.temporary()), "[SCRATCH]/tmp".to_owned()),
            (text(self.scratch.root()), "[SCRATCH]".to_owned()),
            (text(self.scratch.shells()), "[SCRATCH]/run".to_owned()),
        ];
        // Where it is covered, the user's own home is the run's too.
        if let Some((home, _)) = self.view.as_ref().and_then(|view| view.home.as_ref()) {
            paths.push((text(home), "[HOME]".to_owned()));
        }
        paths.extend(self.replaced.iter().flat_map(|(page, own)| ways_back(page, own)));
        if let Ok(wine) = &self.wine {
            paths.extend(wine.paths(&self.scratch).iter().flat_map(|(own, shown)| ways_back(shown, own)));
        }
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
            Shell::PowerShell if self.is_sandboxed() => {
                return Err("PowerShell does not run in the sandbox".to_owned());
            }
            Shell::Sh | Shell::Bash | Shell::Ksh | Shell::Zsh | Shell::Fish | Shell::PowerShell => {}
            Shell::Cmd | Shell::Batch => {
                return self.wine.as_ref().map(|wine| wine.program()).map_err(Clone::clone);
            }
        }
        let found = crate::session::requirement::find(shell.program());
        let found = found.or_else(|| (shell == Shell::Sh).then(|| PathBuf::from("/bin/sh")));
        found.ok_or_else(|| format!("{} not found", shell.program()))
    }

    /// Runs a step. What it writes goes to `sink` as it comes; `meanwhile` is called once it is under way. `ahead` tells
    /// the jobs that follow it at once whatever it writes, if it ends well: some of them may be handed over before it has
    /// ended, and must then be the next to be run here if it does.
    ///
    /// # Errors
    ///
    /// Where the session itself broke: the system's words.
    pub(in crate::session) fn run<'p>(
        &mut self,
        job: &Job<'_, 'p>,
        sink: Sink<'_>,
        meanwhile: &mut dyn FnMut(),
        ahead: &dyn Fn(usize) -> Option<Job<'p, 'p>>,
    ) -> io::Result<Attempt<'p>> {
        if job.shell.is_cmd() {
            return self.run_under_wine(job, sink, meanwhile);
        }
        self.run_in_shell(job, sink, meanwhile, ahead)
    }

    pub(super) fn run_in_shell<'p>(
        &mut self,
        job: &Job<'_, 'p>,
        sink: Sink<'_>,
        meanwhile: &mut dyn FnMut(),
        ahead: &dyn Fn(usize) -> Option<Job<'p, 'p>>,
    ) -> io::Result<Attempt<'p>> {
        // It can't make one stream of both.
        let mut as_one;
        let sink: Sink<'_> = if job.shell == Shell::PowerShell && job.merged {
            as_one = |channel, bytes: &[u8]| match channel {
                Channel::Stderr => sink(Channel::Stdout, bytes),
                channel => sink(channel, bytes),
            };
            &mut as_one
        } else {
            sink
        };
        self.take_over(job.shell)?;
        let fresh = self.ensure(job.shell)?;
        if job.tty {
            self.terminal.reset_to_echo()?;
        } else if job.answers.is_some() {
            self.terminal.reset()?;
        }
        let begun = Instant::now();
        let mut prompter = Prompter::new(job.answers, job.tty);
        let code = match (job.merged, job.answers.is_some()) {
            _ if job.tty => request::ON_TERMINAL,
            (false, false) => request::APART,
            (true, false) => request::MERGED,
            (false, true) => request::ASKED_APART,
            (true, true) => request::ASKED_MERGED,
        };
        // On the first line, so that the lines keep their numbers.
        // Fish does not know the difference between an unset variable and an empty one.
        let careful = fresh && job.careful && self.lost && job.shell.is_posix();
        let text = format!("{}{}", if careful { "set -u; " } else { "" }, as_run(job));
        let marks = Marks::of(&text).and(self.prospect(job.shell));
        if marks.any(Marks::RISKS) {
            self.write_down(job.shell)?;
        }
        let despite = u8::from(job.careful);
        let order = Order { shell: job.shell, text: &text, code, timeout: job.timeout, marks, despite };
        let waited =
            self.send_and_wait(&order, &mut prompter, sink, Some(Meanwhile { call: meanwhile, ahead }))?;
        let mut ending = waited.ending.clone();
        if waited.answer.is_some_and(|answer| !answer.died) && matches!(ending, Ending::Exited(_)) {
            self.run_exit_trap(&order, sink)?;
        }
        let stopped =
            matches!(ending, Ending::Interrupted | Ending::TimedOut | Ending::Asked(_) | Ending::Over(_));
        if stopped && waited.answer.is_some_and(|answer| answer.died) && self.shells.contains_key(&job.shell)
        {
            // The signal that stopped the step may have met the copy of the shell that goes on as well, which minds it a
            // little later: in this, and not in the page's next step.
            self.own_step(job.shell, "true")?;
        }
        let seconds = begun.elapsed().as_secs_f64();
        if let Ending::Exited(_) = ending {
            self.look_after(job.shell, marks, seconds)?;
        }
        if job.tty {
            self.terminal.reset()?;
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
        meanwhile: Option<Meanwhile<'_, '_>>,
    ) -> io::Result<Waited> {
        let shell = order.shell;
        let bounds = self.bounds(order.despite);
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
        let begun = session.begin(order.text, order.code);
        if order.code == request::TRAPS {
            session.request(order.code)?;
        } else if !begun {
            let tame = !order.marks.any(Marks::WILD);
            session.send(order.text, session.request_for(order.code, tame))?;
        }
        if let Some(meanwhile) = meanwhile {
            if order.marks.are_tame() {
                hand_ahead(session, shell, meanwhile.ahead)?;
            }
            (meanwhile.call)();
        }
        let mut wait = Wait {
            shell: session,
            keeper: &mut self.keeper,
            terminal: &self.terminal,
            cancel: self.cancel,
            others,
            prompter,
            buffer: &mut self.buffer,
            sink,
            level: self.cancel.level().min(order.despite),
            ticks,
            to_come: 1,
            bounds,
            read: 0,
        };
        let waited = wait.run(order.timeout)?;
        if waited.ending != Ending::Exited(0) || waited.answer.is_none_or(|answer| answer.died) {
            session.forget_ahead()?;
        }
        if let Some(answer) = waited.answer {
            let as_before = !answer.died && !begun && !order.marks.any(Marks::WILD);
            session.streams = as_before.then_some(order.code);
            session.changed = true;
            if answer.died {
                session.deaths += 1;
                session.pid = answer.pid;
                self.keeper.tell(&Request::Watch { pid: answer.pid })?;
            }
            if session.deaths >= most_deaths(shell) {
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

    /// What a step may use. What runs in spite of a signal, cleanup for example, does so for a while in spite of the time
    /// too.
    fn bounds(&self, despite: u8) -> Bounds {
        let until = if despite == 0 { self.until } else { self.until.max(Instant::now()) + CLEANUP };
        Bounds { output: self.limits.output, until }
    }

    /// Runs something of the runner's own in a shell, unseen.
    pub(super) fn own_step(&mut self, shell: Shell, text: &str) -> io::Result<()> {
        let mut prompter = Prompter::new(None, false);
        let order = Order {
            shell,
            text,
            code: request::APART,
            timeout: OWN_STEP,
            marks: Marks::default(),
            despite: 1,
        };
        self.send_and_wait(&order, &mut prompter, &mut |_, _| {}, None)?;
        Ok(())
    }

    /// Runs the EXIT trap that a step has set, as the end of a shell would.
    fn run_exit_trap(&mut self, order: &Order<'_>, sink: Sink<'_>) -> io::Result<()> {
        let shell = order.shell;
        let Some(session) = self.shells.get(&shell) else { return Ok(()) };
        if shell == Shell::PowerShell || !order.marks.any(Marks::TRAPS.and(Marks::SOURCES)) {
            return Ok(());
        }
        let file = session.told("traps");
        let mut prompter = Prompter::new(None, false);
        let traps = Order {
            shell,
            text: "",
            code: request::TRAPS,
            timeout: OWN_STEP,
            marks: Marks::default(),
            despite: 1,
        };
        self.send_and_wait(&traps, &mut prompter, &mut |_, _| {}, None)?;
        let traps = read_told(&file).unwrap_or_default();
        if let Some(word) = exit_trap(&String::from_utf8_lossy(&traps)) {
            let text = format!("eval {word}");
            self.send_and_wait(&Order { text: &text, ..*order }, &mut prompter, sink, None)?;
        }
        Ok(())
    }

    /// Whether a step has been handed over that has not been run here yet.
    pub(in crate::session) fn is_ahead(&self) -> bool {
        self.shells.values().any(|session| session.waiting() > 0)
    }

    /// What any step of `shell` may do, whatever its own words say.
    fn prospect(&self, shell: Shell) -> Marks {
        self.shells.get(&shell).map(|session| session.marks).unwrap_or_default()
    }

    /// Ends all that is left and removes the scratch directory, unless it is to be kept. Returns where it is, where it
    /// is still there.
    pub(in crate::session) fn finish(mut self, keep: bool) -> Option<String> {
        if keep {
            self.scratch.keep();
        }
        let grace = if self.cancel.level() > 1 { Duration::ZERO } else { LAST_GRACE };
        // What an interruption leaves is not looked at closely.
        let mut scratch = if self.view.is_none()
            && self.sandbox.is_none()
            && self.wine.is_err()
            && !keep
            && self.cancel.level() == 0
            && is_another_to_come()
        {
            Idle { keeper: self.keeper, terminal: self.terminal, scratch: self.scratch }.keep(grace)?
        } else {
            self.keeper.finish(grace, self.scratch.root());
            self.scratch
        };
        let root = scratch.root().to_string_lossy().into_owned();
        match scratch.remove() {
            Ok(()) if !keep => None,
            _ => Some(root),
        }
    }
}

/// The text of a job as its shell gets it.
fn as_run(job: &Job<'_, '_>) -> String {
    let own = match job.shell {
        Shell::Fish => fish::tested(job.text),
        Shell::PowerShell => powershell::as_step(job.text),
        _ => job.text.to_owned(),
    };
    own.trim_end_matches('\n').to_owned() + "\n"
}

/// Hands over what follows a step that is under way, as far as it may run whatever that writes.
fn hand_ahead<'p>(
    session: &mut ShellSession,
    shell: Shell,
    ahead: &dyn Fn(usize) -> Option<Job<'p, 'p>>,
) -> io::Result<()> {
    while session.takes_more() {
        let Some(job) = ahead(session.waiting()).filter(|job| job.shell == shell && job.answers.is_none())
        else {
            return Ok(());
        };
        let text = as_run(&job);
        if !Marks::of(&text).and(session.marks).are_tame() {
            return Ok(());
        }
        session.hand_ahead(&text, job.merged)?;
    }
    Ok(())
}

//! The machine as a session uses it: its directory, its environment, what its steps have left, and the end of it all.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    console::PseudoConsole,
    environment, interpreter,
    pwsh::PowerShell,
    scratch::Scratch,
    serving::Service,
    step::Streams,
    system::{self, Job},
};
use crate::{
    certificate::Refusal,
    plan::{Plan, Provided},
    platform::Shell,
    probe::Report,
    session::{
        Cancel, Relocate, Settings,
        batch::State,
        disk::Ground,
        errand::{Errand, Found},
        relocated::{stand_ins, ways_back},
    },
};

/// How long what is ended may take to be gone.
pub(super) const GONE: Duration = Duration::from_secs(2);

/// One session's hold on the machine.
#[derive(Debug)]
pub(in crate::session) struct Machine<'c> {
    /// All that the session starts: the system ends it when this process is gone, however that came.
    pub(super) job: Job,
    pub(super) streams: Streams,
    pub(super) scratch: Scratch,
    pub(super) cancel: &'c Cancel,
    /// What the last step has left.
    pub(super) state: State,
    pub(super) ground: Ground,
    pub(super) services: Vec<Service>,
    /// The one that runs, and how many have been started.
    pub(super) powershell: (Option<PowerShell>, u32),
    /// Consoles of steps that have left something in the background.
    pub(super) consoles: Vec<PseudoConsole>,
    /// The directories of programs that the machine has not.
    programs: Vec<PathBuf>,
    /// Relocated directories: (the page's, the run's).
    replaced: Vec<(String, String)>,
}

impl<'c> Machine<'c> {
    /// Makes the scratch directory and the session's job. `provided` is what the project has for programs that the
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
        if settings.sandbox.is_some() {
            let message = "there is no sandbox on Windows: it is made of namespaces of Linux";
            return Err(io::Error::other(message));
        }
        if settings.relocate == Relocate::Mount && !plan.relocate.is_empty() {
            let message = "directories cannot be relocated by a mount namespace here: Windows has none";
            return Err(io::Error::other(message));
        }
        let scratch = Scratch::make()?;
        let in_place = settings.relocate == Relocate::InPlace;
        let pages = plan.relocate.iter().filter(|_| !in_place);
        let replaced = stand_ins(&scratch.tree(), pages)?;
        let mut programs: Vec<PathBuf> =
            provided.iter().filter_map(|program| program.path.parent().map(Path::to_owned)).collect();
        programs.dedup();
        let mut machine = Self {
            job: Job::new(true)?,
            streams: Streams::open()?,
            ground: Ground::new(&[scratch.root().to_owned()], in_place),
            scratch,
            cancel,
            state: State::default(),
            services: Vec::new(),
            powershell: (None, 0),
            consoles: Vec::new(),
            programs,
            replaced,
        };
        machine.state.directory = machine.scratch.work().to_string_lossy().into_owned();
        machine.provide(&[]);
        Ok(machine)
    }

    /// Whether it is kept from the rest of the machine: never here.
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(in crate::session) fn is_sandboxed(&self) -> bool {
        false
    }

    /// Why the session can connect to nothing: it always can.
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(in crate::session) fn no_network(&self) -> Option<String> {
        None
    }

    /// Which bound the session has gone over: nothing is bounded here yet.
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(in crate::session) fn over(&mut self) -> Option<String> {
        None
    }

    /// Does an errand where the session is, which is here: `None`.
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(in crate::session) fn ask(
        &mut self,
        _: &Errand,
        _: Duration,
        _: &dyn Fn() -> bool,
    ) -> Option<Result<Found, String>> {
        None
    }

    /// Runs a probe block where the session is, which is here: `None`.
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(in crate::session) fn probe(
        &mut self,
        _: &str,
        _: Duration,
        _: &dyn Fn() -> bool,
    ) -> Option<Result<Result<Report, Refusal>, String>> {
        None
    }

    /// Relocated directories, which are replaced in the text: (the page's, the run's).
    pub(in crate::session) fn replaced(&self) -> &[(String, String)] {
        &self.replaced
    }

    /// Gives the steps these variables besides the run's own. To be said before the first of them.
    pub(in crate::session) fn provide(&mut self, variables: &[(String, String)]) {
        self.state.variables = environment::variables(&self.scratch, &self.programs, variables);
    }

    /// The run's own paths and what reports call them.
    pub(in crate::session) fn paths(&self) -> Vec<(String, String)> {
        let own = [
            (self.scratch.work(), "[SCRATCH]"),
            (self.scratch.home(), "[HOME]"),
            (self.scratch.temporary(), "[SCRATCH]/tmp"),
            (self.scratch.shells(), "[SCRATCH]/run"),
            (self.scratch.root().to_owned(), "[SCRATCH]"),
        ];
        let relocated = self.replaced.iter().flat_map(|(page, own)| ways_back(page, own));
        let named = own.iter().flat_map(|(path, name)| {
            // Only the run's path has separators of its own way here.
            ways_back("", &path.to_string_lossy()).map(move |(way, _)| (way, (*name).to_owned()))
        });
        named.chain(relocated).collect()
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
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(in crate::session) fn find(&self, shell: Shell) -> Result<PathBuf, String> {
        match shell {
            shell if shell.is_cmd() => {
                let program = interpreter::program();
                if program.is_file() { Ok(program) } else { Err("cmd not found".to_owned()) }
            }
            // Windows has its own PowerShell; what a page is for is the one that a user adds, where there is one.
            Shell::PowerShell => {
                let found = crate::session::requirement::find;
                // Wine's `powershell` does nothing, and says that all went well.
                let own = || system::wine().is_none().then(|| found("powershell.exe")).flatten();
                found("pwsh.exe").or_else(own).ok_or_else(|| "neither pwsh nor powershell found".to_owned())
            }
            // What Windows itself has under the name `bash` is that of another system, with other files.
            _ => Err(format!("tutor cannot run {shell} steps on Windows")),
        }
    }

    /// What keeps a step of these texts from running: something in it that the interpreter does not do as it should.
    pub(in crate::session) fn refuses(&self, shell: Shell, texts: &[&str], terminal: bool) -> Option<String> {
        if shell == Shell::PowerShell {
            // Its one process has no console that the answers could be typed at.
            return terminal
                .then(|| "no PowerShell on Windows can be given answers or a terminal".to_owned());
        }
        let script = |text: &&str| interpreter::script((text, shell == Shell::Cmd), &self.state, None).err();
        texts.iter().find_map(script)
    }

    /// What keeps a program that is there from being of use: nothing but that Wine has it in name only.
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(in crate::session) fn missing_under_wine(&self, program: &str) -> Option<String> {
        interpreter::dialect().has_in_name_only(program)
    }

    /// Whether a step has been handed over that has not been run here yet: never.
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(in crate::session) fn is_ahead(&self) -> bool {
        false
    }

    /// Ends all that is left and removes the scratch directory, unless it is to be kept. Returns where it is, where it
    /// is still there.
    pub(in crate::session) fn finish(mut self, keep: bool) -> Option<String> {
        if keep {
            self.scratch.keep();
        }
        self.job.end(GONE);
        let root = self.scratch.root().to_string_lossy().into_owned();
        match self.scratch.remove() {
            Ok(()) if !keep => None,
            _ => Some(root),
        }
    }
}

//! The shells of a session, one after another: started when first needed, and given what the one before had.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    link::{Reply, Request},
    machine::Machine,
    shell::ShellSession,
    state::{Having, LastSeen},
    words::Marks,
};
use crate::{platform::Shell, session::powershell};

impl Machine<'_> {
    /// Starts `shell` where it does not run; true where it had to be started.
    pub(super) fn ensure(&mut self, shell: Shell) -> io::Result<bool> {
        if self.shells.contains_key(&shell) {
            return Ok(false);
        }
        let program = self.find(shell).map_err(io::Error::other)?;
        let files = self.scratch.shells().join(shell.program());
        if files.exists() {
            // Of a shell that is gone; reports know these files by their one path.
            std::fs::remove_dir_all(&files)?;
        }
        let mut session = ShellSession::prepare(shell, files, &self.inner_terminal)?;
        session.program.clone_from(&program);
        let last = self.seen.directory.clone().filter(|directory| self.scratch_or_exists(directory));
        let directory = last.unwrap_or_else(|| self.scratch.work());
        let (program, arguments) = started(shell, program, &session)?;
        let request = Request::Spawn {
            program,
            arguments,
            directory: directory.clone(),
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
        let own = self.environment.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes()));
        let had = Having { variables: own.collect(), directory: Some(directory) };
        self.give(shell, &had)?;
        Ok(true)
    }

    /// Another shell goes on than the one that ran last: it is given the directory and the exported variables of that
    /// one, where they are not its own already. One that does not run yet is given them when it starts.
    pub(super) fn take_over(&mut self, shell: Shell) -> io::Result<()> {
        let Some(last) = self.last.replace(shell).filter(|last| *last != shell) else { return Ok(()) };
        self.write_down(last)?;
        if let Some(having) = self.seen.having().filter(|_| self.shells.contains_key(&last)) {
            self.left.insert(last, having);
        }
        match self.left.remove(&shell) {
            Some(had) if self.shells.contains_key(&shell) => self.give(shell, &had),
            _ => Ok(()),
        }
    }

    /// Makes `shell`, which has `had`, have what the one before it had.
    fn give(&mut self, shell: Shell, had: &Having) -> io::Result<()> {
        if shell == Shell::Cmd {
            self.give_to_wine(had);
            return Ok(());
        }
        let commands = self.seen.passed_on(shell, had);
        let Some(session) = self.shells.get(&shell).filter(|_| !commands.is_empty()) else { return Ok(()) };
        match String::from_utf8(commands) {
            Ok(text) => self.own_step(shell, &text),
            // A value that is no text reaches the shell in a file alone.
            Err(error) => {
                let file = session.file("import");
                std::fs::write(&file, error.as_bytes())?;
                self.own_step(shell, &format!("{} \"{}\"", sourced_by(shell), file.display()))
            }
        }
    }

    /// Asks a shell that runs what a later one would need, if a step has run since it was last asked.
    pub(super) fn write_down(&mut self, shell: Shell) -> io::Result<()> {
        // Each step under Wine tells it by itself.
        if shell == Shell::Cmd {
            return Ok(());
        }
        let Some(session) =
            self.shells.get(&shell).filter(|session| session.changed && session.waiting() == 0)
        else {
            return Ok(());
        };
        let step = LastSeen::export_step(shell, session);
        self.own_step(shell, &step)?;
        let directory = self.directory_of(shell);
        if let Some(session) = self.shells.get_mut(&shell) {
            session.changed = false;
            self.seen.take_exports(shell, session, directory);
        }
        Ok(())
    }

    /// A directory can lie where only the session sees it; only what is certainly gone is given up.
    fn scratch_or_exists(&self, directory: &Path) -> bool {
        self.view.is_some() || directory.is_dir()
    }

    /// Keeps what the step has done to its shell: what it defined, and, where it took so long that to ask costs nothing,
    /// what a later shell would need. Else that is asked before the next step that may lose its shell.
    pub(super) fn look_after(&mut self, shell: Shell, marks: Marks, seconds: f64) -> io::Result<()> {
        const SLOW_SECONDS: f64 = 0.02;
        let Some(session) = self.shells.get_mut(&shell) else { return Ok(()) };
        // A trap stays set, and what is defined or sourced may be called by a step that does not show it.
        if marks.any(Marks::DEFINES.and(Marks::SOURCES).and(Marks::TRAPS)) {
            session.marks = session.marks.and(marks);
        }
        if seconds > SLOW_SECONDS { self.write_down(shell) } else { Ok(()) }
    }

    /// Ends a shell whose chain of dead ones has grown long; the next step starts a new one.
    pub(super) fn retire(&mut self, shell: Shell) -> io::Result<()> {
        if let Some(session) = self.shells.get_mut(&shell) {
            // What is asked of it now must not come back here.
            session.deaths = 0;
            self.write_down(shell)?;
        }
        if let Some(session) = self.shells.remove(&shell) {
            self.keeper.ask(&Request::Kill { pids: vec![session.pid, session.leader] })?;
        }
        Ok(())
    }
}

/// The word by which `shell` runs a file in itself.
fn sourced_by(shell: Shell) -> &'static str {
    match shell {
        Shell::Fish => "builtin source",
        Shell::Zsh => "\\builtin .",
        _ => "\\command .",
    }
}

/// The program by which `shell` is started, and its arguments.
///
/// What fish itself says (a command that it does not find, the prompt of its `read`) it writes to its own streams,
/// whatever a step's are, and it cannot send them elsewhere: they are opened before it starts. Its loop is no file, or
/// each of its messages would tell of it.
fn started(shell: Shell, program: PathBuf, session: &ShellSession) -> io::Result<(PathBuf, Vec<String>)> {
    match shell {
        // What starts Wine for each step.
        Shell::Cmd => return Ok((PathBuf::from("/bin/sh"), session.arguments(shell))),
        Shell::Fish | Shell::PowerShell => {}
        _ => return Ok((program, session.arguments(shell))),
    }
    let [out, err] = ["o", "e"].map(|name| session.file(name).display().to_string());
    let opened = format!("exec \"$0\" \"$@\" >|\"{out}\" 2>|\"{err}\"");
    let program = program.to_string_lossy().into_owned();
    let mut arguments = vec!["-c".to_owned(), opened, program];
    if shell == Shell::PowerShell {
        arguments.extend(powershell::ARGUMENTS.map(str::to_owned));
        arguments.push(session.file(powershell::LOOP_FILE).to_string_lossy().into_owned());
    } else {
        let text = std::fs::read_to_string(session.file("loop"))?;
        arguments.extend(["--no-config".to_owned(), "-c".to_owned(), text]);
    }
    Ok((PathBuf::from("/bin/sh"), arguments))
}

/// After so many steps that ended their shell a new one is started: each leaves a process behind that waits. A copy of
/// a zsh cannot be copied in turn.
pub(super) fn most_deaths(shell: Shell) -> u32 {
    if shell == Shell::Zsh { 1 } else { 50 }
}

//! Steps of Windows' command interpreter on a system that is not Windows: under Wine, each in a process of its own that
//! a shell of the session's starts and waits for.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    keeper::Keeper,
    link::{Reply, Request},
    machine::Machine,
    prefix,
    scratch::Scratch,
    state::Having,
    variables::quoted,
    wait::Sink,
    wine::{Installed, Wine, outer},
};
use crate::{
    platform::Shell,
    session::{
        Cancel,
        attempt::{Attempt, Ending, Job},
        batch::{Script, State, told},
    },
};

/// The longest that a fresh prefix may take.
const MAKING: Duration = Duration::from_secs(180);

/// The file that says with which status the interpreter ended, where that is another than 0.
const CODE: &str = "code";

/// Makes the prefix of a run: a copy of the one that is kept, else a fresh one, which is kept then.
///
/// # Errors
///
/// Why there is none.
pub(super) fn open(
    installed: &'static Installed,
    scratch: &Scratch,
    keeper: &mut Keeper,
    cancel: &Cancel,
) -> Result<Box<Wine>, String> {
    let place = Wine::place(scratch);
    let kept = Wine::kept(installed);
    let failed = |error: io::Error| format!("Wine's directory could not be made: {error}");
    let found = kept.as_deref().filter(|kept| kept.is_dir());
    if !found.map_or(Ok(false), |kept| prefix::clone(kept, &place)).map_err(failed)? {
        make(installed, scratch, keeper, cancel).map_err(failed)?;
        // Without it the next run takes as long as this one.
        let _ = kept.map(|kept| prefix::keep(&place, &kept));
    }
    Wine::open(installed, scratch).map(Box::new).map_err(failed)
}

fn make(installed: &Installed, scratch: &Scratch, keeper: &mut Keeper, cancel: &Cancel) -> io::Result<()> {
    let (text, environment) = prefix::making(installed, &Wine::place(scratch));
    let request = Request::Spawn {
        program: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".to_owned(), text, "sh".to_owned()],
        directory: scratch.work(),
        environment,
    };
    let pid = match keeper.ask(&request)? {
        Reply::Spawned { pid } => pid,
        Reply::Failed { message } => return Err(io::Error::other(message)),
        other => return Err(io::Error::other(format!("the session's supervisor answered {other:?}"))),
    };
    let begun = Instant::now();
    loop {
        keeper.hear()?;
        if let Some(exit) = keeper.exit_of(pid) {
            let well = exit.status == Some(0);
            return if well { Ok(()) } else { Err(io::Error::other("wineboot failed")) };
        }
        if cancel.level() > 0 {
            return Err(io::Error::other("interrupted"));
        }
        if begun.elapsed() > MAKING {
            return Err(io::Error::other(format!("wineboot took longer than {} s", MAKING.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Machine<'_> {
    /// What keeps a step of these texts from running: that it needs the terminal, or something in it that this Wine's
    /// interpreter does not do as it should.
    pub(in crate::session) fn refuses(&self, shell: Shell, texts: &[&str], terminal: bool) -> Option<String> {
        let wine = self.wine.as_ref().ok()?;
        if terminal {
            // Its programs neither read this system's terminals nor can it be told that they want to.
            return Some("no program under Wine can be given answers".to_owned());
        }
        texts.iter().find_map(|text| batch(wine, (shell, text), None).err())
    }

    /// What keeps Windows' interpreter from running a program of this name; `None` where nothing does.
    pub(in crate::session) fn missing_under_wine(&self, program: &str) -> Option<String> {
        let wine = self.wine.as_ref().ok()?;
        if let Some(reason) = wine.dialect.has_in_name_only(program) {
            return Some(reason);
        }
        (!wine.finds(program)).then(|| format!("{program} not found under Wine"))
    }

    /// Runs a step as [`Self::run`] does.
    pub(super) fn run_under_wine<'p>(
        &mut self,
        job: &Job<'_, 'p>,
        sink: Sink<'_>,
        meanwhile: &mut dyn FnMut(),
    ) -> io::Result<Attempt<'p>> {
        self.take_over(Shell::Cmd)?;
        self.ensure(Shell::Cmd)?;
        // Also where an earlier step could not: it says so, and this one tries again.
        if self.wine_mut()?.base.is_empty() {
            self.warm_up()?;
        }
        self.attempt_under_wine(job, sink, meanwhile)
    }

    /// Starts Wine's own processes before the first step, whose end by a time-out they are to survive, and learns what it
    /// sets.
    fn warm_up(&mut self) -> io::Result<()> {
        let job = Job {
            shell: Shell::Batch,
            text: "",
            merged: true,
            tty: false,
            answers: None,
            timeout: MAKING,
            careful: true,
        };
        let mut said = Vec::new();
        let given = std::mem::take(&mut self.wine_mut()?.state);
        let attempt =
            self.attempt_under_wine(&job, &mut |_, bytes| said.extend_from_slice(bytes), &mut || {});
        let own = self.own.clone();
        let wine = self.wine_mut()?;
        // What was given is there still for the next try.
        let began = std::mem::replace(&mut wine.state, given);
        let ending = attempt?.ending;
        if ending != Ending::Exited(0) || began.variables.is_empty() {
            let said = String::from_utf8_lossy(&said).trim().to_owned();
            return Err(io::Error::other(format!("Wine does not start ({ending:?}): {said}")));
        }
        wine.base = began.variables;
        let given = std::mem::replace(&mut wine.state.variables, wine.base.clone());
        for (name, value) in own.into_iter().chain(given) {
            wine.state.set(&name, &value);
        }
        self.tell_others();
        Ok(())
    }

    fn wine_mut(&mut self) -> io::Result<&mut Wine> {
        self.wine.as_deref_mut().map_err(|reason| io::Error::other(reason.clone()))
    }

    fn attempt_under_wine<'p>(
        &mut self,
        job: &Job<'_, 'p>,
        sink: Sink<'_>,
        meanwhile: &mut dyn FnMut(),
    ) -> io::Result<Attempt<'p>> {
        let files = self.scratch.shells().join("told");
        let _ = std::fs::remove_dir_all(&files);
        std::fs::create_dir_all(&files)?;
        let wine = self.wine_mut()?;
        let script = batch(wine, (job.shell, job.text), Some(&outer(&files))).map_err(io::Error::other)?;
        let step = files.join("step.bat");
        std::fs::write(&step, script)?;
        let mut text = b"{ ".to_vec();
        text.extend(wine.command(&step, &wine.variables().0));
        // So it is unheard when the shell says how a command was ended.
        text.extend_from_slice(b" <&3 3<&- & } 3<&0\nwait $! 2>/dev/null || echo $? >");
        text.extend(quoted(Shell::Sh, files.join(CODE).as_os_str().as_encoded_bytes()));
        text.push(b'\n');
        let text = String::from_utf8(text).map_err(io::Error::other)?;
        let own = Job { shell: Shell::Cmd, text: &text, ..*job };
        let mut attempt = self.run_in_shell(&own, sink, meanwhile, &|_| None)?;
        let told = |name: &str| {
            std::fs::read(files.join(name)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        let number = |name: &str| told(name)?.trim().parse::<i32>().ok();
        let status = number(told::STATUS);
        if let Ending::Exited(_) = attempt.ending {
            attempt.ending = Ending::Exited(status.or_else(|| number(CODE)).unwrap_or(0));
        }
        if let (Some(_), Some(variables), Some(directory)) =
            (status, told(told::VARIABLES), told(told::DIRECTORY))
        {
            let left = told(told::LEFT).unwrap_or_default();
            let wine = self.wine_mut()?;
            wine.state = State::parse(&variables, &directory, &left);
            if !wine.base.is_empty() {
                self.tell_others();
            }
        }
        Ok(attempt)
    }

    /// Notes what the last step has left for shells of other kinds.
    fn tell_others(&mut self) {
        let Ok(wine) = &self.wine else { return };
        let own = self.environment.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes()));
        let mut variables = self.seen.having().map_or_else(|| own.collect(), |having| having.variables);
        // A variable of Windows' own means nothing elsewhere.
        let new =
            wine.state.variables.iter().filter(|(name, _)| !wine.base.contains_key(*name) && !stays(name));
        variables.extend(new.map(|(name, value)| (name.clone(), value.clone().into_bytes())));
        self.seen.take(variables, wine.directory());
    }

    /// Makes the interpreter, which has `had`, have what the shell before it had.
    pub(super) fn give_to_wine(&mut self, had: &Having) {
        let (Some(having), Ok(wine)) = (self.seen.having(), &mut self.wine) else { return };
        for (name, value) in &having.variables {
            if had.variables.get(name) != Some(value) && !stays(name) {
                wine.state.set(name, &String::from_utf8_lossy(value));
            }
        }
        let fresh = wine.state.directory.is_empty();
        let changed = |directory: &PathBuf| fresh || had.directory.as_ref() != Some(directory);
        if let Some(directory) = having.directory.filter(changed) {
            wine.state.directory = wine.called(&directory, &self.scratch);
        }
    }

    /// The program and the arguments by which a service of this text runs, whose batch file is written to `file`.
    ///
    /// # Errors
    ///
    /// Why it can't.
    pub(super) fn service_under_wine(
        &self,
        shell: Shell,
        text: &str,
        file: &Path,
    ) -> io::Result<(PathBuf, Vec<String>)> {
        let wine = self.wine.as_ref().map_err(|reason| io::Error::other(reason.clone()))?;
        std::fs::write(file, batch(wine, (shell, text), None).map_err(io::Error::other)?)?;
        let command = [b"exec ".to_vec(), wine.command(file, &wine.variables().0)].concat();
        let command = String::from_utf8(command).map_err(io::Error::other)?;
        Ok((PathBuf::from("/bin/sh"), vec!["-c".to_owned(), command]))
    }
}

/// Whether a variable means another thing on the other system, so that each keeps its own.
fn stays(name: &str) -> bool {
    let own = ["PATH", "HOME", "PWD", "SHELL", "TMPDIR", "TMP", "TEMP", "TERM"];
    own.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The batch file of a step; what it leaves is told in the directory `files`.
fn batch(wine: &Wine, (shell, text): (Shell, &str), files: Option<&str>) -> Result<String, String> {
    let (_, set) = wine.variables();
    let work;
    let mut state = &wine.state;
    if state.directory.is_empty() {
        work = State { directory: wine.work(), ..state.clone() };
        state = &work;
    }
    let dialect = wine.dialect;
    Script { text, typed: shell == Shell::Cmd, dialect, files, before: "", state, set: &set }.text()
}

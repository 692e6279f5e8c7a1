//! The command interpreter's side of a step: the batch file that it is given, and what it tells at the step's end.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{environment, system};
use crate::session::batch::{Dialect, Script, State, told};

/// Commands before those of a step: its text and what it prints are UTF-8, whatever the machine's own character set.
const BEFORE: &str = "chcp 65001 >nul 2>nul";

/// Where the interpreter lies.
pub(super) fn program() -> PathBuf {
    let named = std::env::var_os("ComSpec").map(PathBuf::from).filter(|path| path.is_file());
    named.unwrap_or_else(|| environment::system_programs().join("cmd.exe"))
}

/// Which interpreter that is.
pub(super) fn dialect() -> Dialect {
    let Some(version) = system::wine() else { return Dialect::Windows };
    let mut numbers = version.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version < (9, 13) { Dialect::OldWine } else { Dialect::Windows }
}

/// A step's batch file that is ready.
#[derive(Debug)]
pub(super) struct Batch {
    file: PathBuf,
    told: PathBuf,
}

impl Batch {
    /// Writes it into `directory`. `typed` says that `text` is what one types. Nothing is told at the end of a service,
    /// which is no step.
    ///
    /// # Errors
    ///
    /// The system's words; or what in the step the interpreter does not do as it should.
    pub(super) fn write(
        directory: &Path,
        name: &str,
        (text, typed): (&str, bool),
        state: &State,
        is_step: bool,
    ) -> io::Result<Self> {
        let batch = Self { file: directory.join(format!("{name}.bat")), told: directory.join("told") };
        // What an earlier step told is not this one's.
        let _ = fs::remove_dir_all(&batch.told);
        fs::create_dir_all(&batch.told)?;
        let files = batch.told.to_string_lossy();
        let files = is_step.then_some(&*files);
        fs::write(&batch.file, script((text, typed), state, files).map_err(io::Error::other)?)?;
        Ok(batch)
    }

    /// What is to be said to the interpreter. `console`: the step reads from the console that it has, and `tty` writes
    /// to it as well.
    pub(super) fn arguments(&self, console: bool, tty: bool) -> String {
        let streams = match (console, tty) {
            (_, true) => " <CONIN$ >CONOUT$ 2>&1",
            (true, false) => " <CONIN$",
            (false, false) => "",
        };
        // `/s`: the first and the last quote are taken away, and all between them stays as it is.
        format!("/d /s /c \"\"{}\"{streams}\"", self.file.display())
    }

    /// What the step has left; `None` where it did not come to tell it.
    pub(super) fn state(&self) -> Option<State> {
        let read = |name: &str| fs::read(self.told.join(name)).ok();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let [variables, directory, left] =
            [told::VARIABLES, told::DIRECTORY, told::LEFT].map(|name| read(name).map(text));
        let (variables, directory) = (variables?, directory?);
        // The last of them is written last: without it the others may be half there.
        Some(State::parse(&variables, &directory, &left?))
    }
}

/// The batch file of a step. What it leaves is told in the directory `files`.
///
/// # Errors
///
/// What in the step the interpreter does not do as it should.
pub(super) fn script(
    (text, typed): (&str, bool),
    state: &State,
    files: Option<&str>,
) -> Result<String, String> {
    // The process's own environment carries the variables, whatever is in them.
    Script { text, typed, dialect: dialect(), files, before: BEFORE, state, set: &[] }.text()
}

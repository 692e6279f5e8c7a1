//! What is kept of a shell for the one that comes after it: its directory and its exported variables.

use std::path::PathBuf;

use super::{
    scratch::read_told,
    shell::ShellSession,
    variables::{self, Variables},
};
use crate::{platform::Shell, session::powershell};

/// What the runner last saw of the session.
#[derive(Clone, Debug, Default)]
pub(super) struct LastSeen {
    /// The current directory after the last step, without links.
    pub(super) directory: Option<PathBuf>,
    /// The same as the shell that was asked last called it, and what it was without links then.
    called: Option<(PathBuf, Option<PathBuf>)>,
    /// The exported variables, as the shell wrote them that was asked last.
    exports: Option<(Shell, Vec<u8>)>,
}

/// What a shell has: its exported variables, and its directory by the name that it calls it.
#[derive(Clone, Debug, Default)]
pub(super) struct Having {
    pub(super) variables: Variables,
    pub(super) directory: Option<PathBuf>,
}

impl LastSeen {
    /// A step that writes the exported variables to `env` and the directory to `pwd`.
    pub(super) fn export_step(shell: Shell, session: &ShellSession) -> String {
        if shell == Shell::PowerShell {
            let [variables, directory] = ["env", "pwd"].map(|name| session.told(name).display().to_string());
            return powershell::telling(&variables, &directory);
        }
        let variables = variables::asked_by(shell, &session.told("env").to_string_lossy());
        let file = session.told("pwd");
        let directory = match shell {
            Shell::Fish => format!("builtin pwd >\"{}\"; or true", file.display()),
            Shell::Zsh => format!("\\builtin pwd >|\"{}\" || \\builtin :", file.display()),
            _ => format!("\\command pwd >|\"{}\" || \\command :", file.display()),
        };
        format!("{variables}\n{directory}")
    }

    /// Takes in what [`Self::export_step`] wrote; the shell is in `directory`, where that is known.
    pub(super) fn take_exports(&mut self, shell: Shell, session: &ShellSession, directory: Option<PathBuf>) {
        if let Ok(told) = read_told(&session.told("env")) {
            self.exports = Some((shell, told));
        }
        self.directory = directory.or_else(|| self.directory.take());
        let told = read_told(&session.told("pwd")).ok().and_then(|told| String::from_utf8(told).ok());
        let told = told.unwrap_or_default();
        let name = PathBuf::from(told.strip_suffix('\n').unwrap_or(&told));
        if name.is_absolute() {
            self.called = Some((name, self.directory.clone()));
        }
    }

    /// Takes in what the last one had that was no shell of this system.
    pub(super) fn take(&mut self, variables: Variables, directory: PathBuf) {
        let mut told = Vec::new();
        for (name, value) in variables {
            told.extend_from_slice(name.as_bytes());
            told.push(b'=');
            told.extend_from_slice(&value);
            told.push(0);
        }
        // As zsh writes them.
        self.exports = Some((Shell::Zsh, told));
        (self.directory, self.called) = (Some(directory), None);
    }

    /// What the shell that ran last had, as far as that is known.
    pub(super) fn having(&self) -> Option<Having> {
        let known = |(shell, told): &(Shell, Vec<u8>)| variables::parse(*shell, told);
        Some(Having { variables: self.exports.as_ref().map(known)?, directory: self.place() })
    }

    /// The directory by its name, where that is still its name.
    pub(super) fn place(&self) -> Option<PathBuf> {
        match &self.called {
            Some((name, then)) if *then == self.directory => Some(name.clone()),
            _ => self.directory.clone(),
        }
    }

    /// The commands by which `shell`, which has `had`, comes to have what the last one had; empty where it has it.
    pub(super) fn passed_on(&self, shell: Shell, had: &Having) -> Vec<u8> {
        let known = self.exports.as_ref().map(|(writer, told)| variables::parse(*writer, told));
        let mut text = known.map(|to| variables::changes(shell, &had.variables, &to)).unwrap_or_default();
        let place = self.place();
        if place.is_some() && place != had.directory {
            let mut ways: Vec<PathBuf> = place.into_iter().chain(self.directory.clone()).collect();
            ways.dedup();
            let (change, or, otherwise) = match shell {
                Shell::Fish => ("builtin cd ", "; or ", "true"),
                Shell::PowerShell => (powershell::GOING[0], " }\n", "$null = 0"),
                // Without the hooks of a directory that is entered.
                Shell::Zsh => ("\\builtin cd -q ", " || ", "\\builtin :"),
                _ => ("\\command cd ", " || ", "\\command :"),
            };
            for way in ways {
                text.extend_from_slice(change.as_bytes());
                text.extend_from_slice(&variables::quoted(shell, way.as_os_str().as_encoded_bytes()));
                text.extend_from_slice(or.as_bytes());
            }
            text.extend_from_slice(otherwise.as_bytes());
            text.push(b'\n');
        }
        text
    }
}

/// The EXIT trap among the traps that a shell wrote, as the quoted word to be evaluated by that shell.
pub(super) fn exit_trap(traps: &str) -> Option<String> {
    // `trap -- 'commands' EXIT`, and the commands may go over lines.
    let mut rest = traps;
    while let Some(at) = rest.find("trap -- ") {
        let entry = &rest[at + "trap -- ".len()..];
        let end = entry.find("\ntrap -- ").map_or(entry.len(), |end| end + 1);
        let word = entry[..end].trim_end().strip_suffix("EXIT").map(str::trim_end);
        if let Some(word) = word.filter(|word| !word.is_empty() && !word.contains("__tutor_k=death")) {
            return Some(word.to_owned());
        }
        rest = &entry[end..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::exit_trap;

    #[test]
    fn the_exit_trap_is_found_among_others() {
        let cases = [
            ("trap -- 'echo bye' EXIT\n", Some("'echo bye'")),
            ("trap -- 'a\nb' EXIT\ntrap -- 'x' INT\n", Some("'a\nb'")),
            ("trap -- 'x' SIGINT\ntrap -- '' EXIT\n", Some("''")),
            ("trap -- '__tutor_s=$?; __tutor_k=death; x' EXIT\n", None),
            ("", None),
            ("trap -- 'x' INT\n", None),
        ];
        for (traps, word) in cases {
            assert_eq!(exit_trap(traps).as_deref(), word, "{traps:?}");
        }
    }
}

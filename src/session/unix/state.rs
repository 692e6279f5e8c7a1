//! What is kept of a shell for the one that comes after it: its directory and its exported variables.

use std::{fs, path::PathBuf};

use super::shell::ShellSession;
use crate::platform::Shell;

/// What the runner last saw of the session.
#[derive(Clone, Debug, Default)]
pub(super) struct LastSeen {
    /// The current directory after the last step.
    pub(super) directory: Option<PathBuf>,
    /// The exported variables, as commands of the shell that wrote them.
    exports: Option<(Shell, String)>,
}

/// Words of a step that may change the exported variables. What this overlooks (a function that exports, called
/// later) is seen at the next step that has one of them, or that takes long enough.
const EXPORTING: [&str; 9] =
    ["export", "declare", "typeset", "source", ". ", "eval", "unset", "set -a", "allexport"];

impl LastSeen {
    /// Whether the exported variables should be written down after a step: it may have changed them, or it took so
    /// long that asking costs nothing.
    pub(super) fn wants_exports(text: &str, seconds: f64) -> bool {
        const SLOW_SECONDS: f64 = 0.02;
        seconds > SLOW_SECONDS || EXPORTING.iter().any(|word| text.contains(word))
    }

    /// A step that writes the exported variables to `env` beside the loop.
    pub(super) fn export_step(shell: &ShellSession) -> String {
        format!("\\command export -p >|\"{}\"", shell.file("env").display())
    }

    /// Takes in what [`Self::export_step`] wrote.
    pub(super) fn take_exports(&mut self, shell: Shell, session: &ShellSession) {
        if let Ok(text) = fs::read_to_string(session.file("env")) {
            self.exports = Some((shell, text));
        }
    }

    /// A step that gives a fresh `shell` the exported variables that were last seen; `None` where there are none, or
    /// they were written by another kind of shell.
    pub(super) fn restore_step(&self, shell: Shell) -> Option<String> {
        let (writer, text) = self.exports.as_ref()?;
        (*writer == shell).then(|| {
            // `export -p` of bash says `declare -x NAME` for a name that has no value, which is right here too.
            let own = |line: &&str| !line.contains(" __tutor_") && !line.contains(" SHLVL=");
            text.lines().filter(own).collect::<Vec<_>>().join("\n")
        })
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

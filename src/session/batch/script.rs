//! The batch file of one step: what it begins with, the step's own commands, what it tells at its end.

use super::{Dialect, State, rewrite, typed};

/// The names of the files that a step writes at its end, in the directory of [`Script::files`].
pub(in crate::session) mod told {
    /// The status, in decimal.
    pub(in crate::session) const STATUS: &str = "status";
    /// The variables, as `set` prints them.
    pub(in crate::session) const VARIABLES: &str = "variables";
    /// The current directory.
    pub(in crate::session) const DIRECTORY: &str = "directory";
    /// The directories that `pushd` has left, as it prints them.
    pub(in crate::session) const LEFT: &str = "left";
}

/// A step to be.
#[derive(Clone, Copy, Debug)]
pub(in crate::session) struct Script<'s> {
    /// Its commands.
    pub(in crate::session) text: &'s str,
    /// Whether they are what one types, and not a batch file.
    pub(in crate::session) typed: bool,
    pub(in crate::session) dialect: Dialect,
    /// The directory, as the interpreter writes it, in which the step tells what it leaves; without a `\` at its end. `None`: nothing is
    /// told.
    pub(in crate::session) files: Option<&'s str>,
    /// Commands before all others.
    pub(in crate::session) before: &'s str,
    /// What the step before has left: of its variables only those that are named next are set here.
    pub(in crate::session) state: &'s State,
    /// The names of variables that the environment of the process can't carry.
    pub(in crate::session) set: &'s [&'s str],
}

impl Script<'_> {
    /// The batch file. Every line ends as Windows' do.
    ///
    /// # Errors
    ///
    /// What in the step the interpreter does not do as it should.
    pub(in crate::session) fn text(&self) -> Result<String, String> {
        let text = self.text.replace("\r\n", "\n");
        let text = if self.typed { typed::as_batch(&text) } else { text };
        let step = rewrite::tested(text.trim_end_matches('\n'), self.dialect)?;
        let mut lines = vec!["@echo off".to_owned()];
        lines.extend(self.before.lines().map(str::to_owned));
        for name in self.set {
            if let Some(value) = self.state.variable(name) {
                lines.push(format!("set \"{name}={}\"", escaped(value)));
            }
        }
        // The first is entered, and each that follows it is pushed onto it.
        let directories = self.state.left.iter().rev().chain([&self.state.directory]);
        for (index, directory) in directories.filter(|directory| !directory.is_empty()).enumerate() {
            let word = if index == 0 { "cd /d" } else { "pushd" };
            lines.push(format!("{word} \"{}\" >nul 2>nul", escaped(directory)));
        }
        lines.push("(call )".to_owned());
        // The step may have switched the echo on.
        lines.extend(
            [
                "call :__tutor_step",
                "@echo off",
                ":__tutor_exit",
                "@set __tutor_s=%ERRORLEVEL%",
                "@echo off",
                "if not \"%~1\"==\"\" set __tutor_s=%~1",
            ]
            .map(str::to_owned),
        );
        if let Some(files) = self.files {
            let files = escaped(files);
            // A digit right before `>` would say which stream is meant.
            lines.push(format!("echo %__tutor_s% >\"{files}\\{}\"", told::STATUS));
            lines.push(format!("set >\"{files}\\{}\"", told::VARIABLES));
            lines.push(format!("cd >\"{files}\\{}\"", told::DIRECTORY));
            lines.push(format!("pushd >\"{files}\\{}\"", told::LEFT));
        }
        lines.push("exit %__tutor_s%".to_owned());
        lines.push(":__tutor_step".to_owned());
        lines.push(step);
        // A step that comes to its end has succeeded, whatever the status of what it has tested itself.
        lines.push("@exit /b 0".to_owned());
        let mut out = lines.join("\n").replace("\r\n", "\n").replace('\n', "\r\n");
        out.push_str("\r\n");
        Ok(out)
    }
}

/// A value within quotes in a batch file.
fn escaped(value: &str) -> String {
    value.replace('%', "%%")
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Script, State};

    #[test]
    fn a_step_begins_where_the_one_before_has_ended() {
        let state = State::parse("Path=C:\\100%\nX=1\n", "C:\\c", "C:\\b\nC:\\a\n");
        let script = Script {
            text: "for %i in (a) do echo %i\r\n",
            typed: true,
            dialect: Dialect::Windows,
            files: Some("Z:\\f"),
            before: "chcp 65001 >nul",
            state: &state,
            set: &["PATH", "TMP"],
        };
        let text = script.text().unwrap();
        let (head, rest) = text.split_once("(call )\r\n").unwrap();
        assert_eq!(
            head.replace("\r\n", "\n"),
            "@echo off\nchcp 65001 >nul\nset \"PATH=C:\\100%%\"\ncd /d \"C:\\a\" >nul 2>nul\n\
             pushd \"C:\\b\" >nul 2>nul\npushd \"C:\\c\" >nul 2>nul\n"
        );
        assert!(rest.contains(":__tutor_step\r\nfor %%i in (a) do echo %%i||goto :eof\r\n@exit /b 0\r\n"));
        assert!(rest.contains("set >\"Z:\\f\\variables\""));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    }
}

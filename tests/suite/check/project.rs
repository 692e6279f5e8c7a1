//! A directory with pages, and the program run in it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A project: a directory with a `tutor.toml`.
pub(super) struct Project(TempDir);

/// What a run of the program came to.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Project {
    /// With these files.
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.write("tutor.toml", "");
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program, ready to start, without what the machine's environment would add.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tutor"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        for variable in ["CI", "GITHUB_ACTIONS", "GITHUB_WORKSPACE"] {
            command.env_remove(variable);
        }
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }

    /// `tutor check`, and the lines of its JSON report.
    pub(super) fn findings(&self, arguments: &[&str]) -> Vec<Value> {
        let ran = self.run(&[&["check", "--report", "json"], arguments].concat());
        assert!(matches!(ran.code, Some(0..=2)), "{ran:?}");
        let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.last().unwrap_or_else(|| panic!("{ran:?}"))["event"], "check-finished");
        lines
    }

    /// The codes that `tutor check` finds, in order.
    pub(super) fn codes(&self, arguments: &[&str]) -> Vec<String> {
        let code = |line: &Value| line["code"].as_str().map(str::to_owned);
        self.findings(arguments).iter().filter(|line| line["event"] == "finding").filter_map(code).collect()
    }
}

impl Ran {
    pub(super) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

//! The machine's OpenSSL, run in a directory of its own.

use std::{path::Path, process::Command};

use tempfile::TempDir;

use crate::certificate::Made;

/// A directory with the files of a block.
pub(super) struct Files {
    directory: TempDir,
}

/// How OpenSSL ended.
pub(super) struct Ended {
    pub(super) success: bool,
    /// Both of its streams.
    pub(super) text: String,
}

impl Files {
    pub(super) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(super) fn of(made: &Made) -> Self {
        let files = Self::new();
        for file in &made.files {
            files.write(&file.name, &file.bytes);
        }
        files
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path().join(name), bytes).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(super) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Runs OpenSSL with the words of `command`, divided by blanks; no word has one.
    pub(super) fn openssl(&self, command: &str) -> Ended {
        let output = Command::new("openssl")
            .args(command.split_whitespace())
            .current_dir(self.path())
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        Ended { success: output.status.success(), text: String::from_utf8_lossy(&text).into_owned() }
    }

    /// The same, where it must succeed: what it printed.
    pub(super) fn ok(&self, command: &str) -> String {
        let ended = self.openssl(command);
        assert!(ended.success, "openssl {command}\n{}", ended.text);
        ended.text
    }

    /// The number of the error that `openssl verify` reports first.
    pub(super) fn error(&self, command: &str) -> Option<u32> {
        let ended = self.openssl(&format!("verify {command}"));
        assert!(!ended.success, "openssl verify {command}\n{}", ended.text);
        let (_, rest) = ended.text.split_once("error ")?;
        rest.split_whitespace().next()?.parse().ok()
    }
}

//! The program on a real pseudo-terminal: in tmux, which says what is seen there.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::harness::{Room, soon};

/// A terminal in which the program runs.
pub(super) struct Screen<'r> {
    room: &'r Room,
    /// tmux's own: each terminal has a server, which may not be gone yet when the next one comes.
    socket: PathBuf,
}

impl<'r> Screen<'r> {
    /// `tutor` with these arguments on a terminal of `width` columns and `height` rows; `env` as a shell sets it.
    pub(super) fn start(room: &'r Room, size: (u16, u16), env: &str, arguments: &str) -> Self {
        Self::of(room, size, env, &format!("{} {arguments}", env!("CARGO_BIN_EXE_tutor")))
    }

    /// The same for any command.
    pub(super) fn of(room: &'r Room, size: (u16, u16), env: &str, command: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let socket = room.path(&format!("terminal{}", COUNT.fetch_add(1, Ordering::Relaxed)));
        let screen = Self { room, socket };
        // The terminal's settings before and after, and the exit status, as a shell sees them.
        let inner = format!("echo $$ >pid; exec {command}");
        let script = format!(
            "stty -g >before\nexport TERM=xterm-256color; unset NO_COLOR CLICOLOR CLICOLOR_FORCE CI\n{env}\n\
             sh -c '{inner}'\nstatus=$?\nstty -g >after\necho $status >status\nexec sleep 60\n"
        );
        room.write("start", &script);
        let (width, height) = (size.0.to_string(), size.1.to_string());
        let here = room.path("");
        let here = here.to_str().unwrap();
        screen.tmux(&["new-session", "-d", "-x", &width, "-y", &height, "-c", here, "sh ./start"]);
        screen.tmux(&["set-option", "-g", "status", "off"]);
        screen.tmux(&["resize-window", "-x", &width, "-y", &height]);
        screen
    }

    pub(super) fn tmux(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("tmux");
        command.args(["-f", "/dev/null", "-S"]).arg(&self.socket).args(arguments);
        let output =
            command.env_remove("TMUX").output().expect("tmux is missing: run `sh tests/setup tests`");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What is seen.
    pub(super) fn picture(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    /// Waits until this is seen.
    pub(super) fn shows(&self, words: &str) {
        assert!(soon(|| self.picture().contains(words)), "`{words}` is not seen in\n{}", self.picture());
    }

    /// Waits until this is not seen any more.
    pub(super) fn hides(&self, words: &str) {
        assert!(soon(|| !self.picture().contains(words)), "`{words}` is still seen in\n{}", self.picture());
    }

    /// Presses a key, by tmux's name for it, and waits until this is seen.
    pub(super) fn press(&self, key: &str, then: &str) {
        self.tmux(&["send-keys", key]);
        assert!(
            soon(|| self.picture().contains(then)),
            "after {key}, `{then}` is not seen in\n{}",
            self.picture()
        );
    }

    /// The process.
    pub(super) fn pid(&self) -> String {
        assert!(soon(|| self.room.path("pid").exists()));
        self.room.read("pid").trim().to_owned()
    }

    /// The exit status, once it has ended. The terminal must be as it was.
    pub(super) fn status(&self) -> String {
        let path = self.room.path("status");
        let ended = || fs::read_to_string(&path).is_ok_and(|text| text.ends_with('\n'));
        assert!(soon(ended), "it goes on:\n{}", self.picture());
        assert_eq!(self.room.read("before"), self.room.read("after"), "the terminal's settings");
        let flags = self.tmux(&["display-message", "-p", "#{alternate_on}#{cursor_flag}#{wrap_flag}"]);
        assert_eq!(flags, "011\n", "no other screen, a cursor, lines wrap");
        fs::read_to_string(&path).unwrap().trim().to_owned()
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

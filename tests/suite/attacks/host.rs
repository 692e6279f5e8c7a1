//! This side of an attack: a machine's user with a home, a secret, a project, and what else is his.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use tempfile::TempDir;

/// What nobody may learn.
pub(super) const SECRET: &str = "QmF0dGVyeUhvcnNlU3RhcGxl";

/// The user's side of one run.
pub(super) struct Host {
    dir: TempDir,
    /// A process of his that has nothing to do with the run.
    bystander: Child,
}

impl Host {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let dir = tempfile::Builder::new().prefix("tutor-attack-").tempdir_in("/tmp").unwrap();
        for (name, text) in [
            ("home/.ssh/id_rsa", SECRET),
            ("home/.bashrc", "mine\n"),
            ("project/tutor.toml", ""),
            ("project/snapshots/page/a.snap", "mine\n"),
            ("other/scratch/file", SECRET),
            ("victim", "mine\n"),
        ] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        // A number that is in its command line alone.
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let time = format!("1{:07}{number:03}", std::process::id());
        let bystander = Command::new("sleep").arg(time).stdin(Stdio::null()).spawn().unwrap();
        Self { dir, bystander }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The texts in which this side's places and numbers are filled in.
    pub(super) fn filled(&self, text: &str) -> String {
        let here = self.dir.path().to_str().unwrap();
        let (home, pid) = (format!("{here}/home"), self.bystander.id().to_string());
        text.replace("@HERE@", here).replace("@HOME@", &home).replace("@PID@", &pid)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, self.filled(text)).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// `tutor run` over `project/page.md` with these flags.
    pub(super) fn run(&self, flags: &[&str]) -> Told {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tutor"));
        command.args(["run", "-vv", "page.md"]).args(flags).current_dir(self.path("project"));
        self.told(command)
    }

    /// What a command of this user's comes to.
    pub(super) fn told(&self, mut command: Command) -> Told {
        command.env_remove("CI").env_remove("GITHUB_ACTIONS").env("HOME", self.path("home"));
        command.env("TUTOR_ATTACK_SECRET", SECRET).stdin(Stdio::null());
        Told::of(&command.output().unwrap())
    }

    pub(super) fn bystander_lives(&mut self) -> bool {
        matches!(self.bystander.try_wait(), Ok(None))
    }

    /// What `ps` would show of him.
    pub(super) fn bystander_time(&self) -> String {
        // It may not have become `sleep` yet.
        loop {
            let line = fs::read(format!("/proc/{}/cmdline", self.bystander.id())).unwrap();
            let line = String::from_utf8_lossy(&line);
            if let Some(("sleep", time)) = line.split_once('\0') {
                return time.trim_end_matches('\0').to_owned();
            }
            std::thread::yield_now();
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.bystander.kill();
        let _ = self.bystander.wait();
    }
}

/// What a run said.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) code: Option<i32>,
    pub(super) text: String,
}

impl Told {
    fn of(output: &Output) -> Self {
        let text = [&output.stdout[..], &output.stderr[..]].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(!text.contains("panicked"), "{text}");
        Self { code: output.status.code(), text }
    }

    pub(super) fn says(&self, words: &str) -> bool {
        self.text.contains(words)
    }
}

/// A page with this YAML under `tutor` and these blocks.
pub(super) fn page(head: &str, blocks: &str) -> String {
    format!("---\ntutor: {head}\n---\n\n{blocks}")
}

/// A block of commands that go on whatever fails, and say at the end that all was tried.
pub(super) fn commands(text: &str) -> String {
    format!("```bash {{#try snapshot=none exit=any}}\nset +e\n{text}\necho all-was-tried\n```\n")
}

/// One attack.
pub(super) struct Attack {
    /// YAML under `tutor`.
    pub(super) head: &'static str,
    /// Commands; or blocks, where they begin with a fence.
    pub(super) text: &'static str,
    /// Flags besides `--sandbox`, of both runs.
    pub(super) flags: &'static [&'static str],
    /// Whether it came to something on this side.
    pub(super) effect: fn(&mut Host, &Told) -> bool,
    /// Whether it does without a sandbox, where that harms nobody.
    pub(super) control: Control,
}

/// What is known of an attack without a sandbox.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// It comes to something.
    Works,
    /// It comes to something where root runs it.
    WorksForRoot,
    /// It is not tried: it would harm this machine, or somebody else keeps it from working already.
    Untried,
}

/// Tries it both ways.
pub(super) fn tried(attack: &Attack, prepare: impl Fn(&Host)) {
    let blocks = if attack.text.starts_with("```") { attack.text.to_owned() } else { commands(attack.text) };
    let run = |flags: &[&str]| {
        let mut host = Host::new();
        let head = attack.head;
        host.write("project/page.md", &page(head, &blocks));
        prepare(&host);
        let flags: Vec<&str> = flags.iter().chain(attack.flags).copied().collect();
        let told = host.run(&flags);
        let effect = (attack.effect)(&mut host, &told);
        (effect, told)
    };
    let (effect, told) = run(&["--sandbox"]);
    assert!(!told.says("the session could not start"), "no sandbox can be had here: {}", told.text);
    if !attack.text.starts_with("```") {
        assert!(told.says("all-was-tried"), "it was not tried: {}", told.text);
    }
    assert!(!effect, "it came to something in spite of the sandbox: {}", told.text);
    let works = match attack.control {
        Control::Works => true,
        Control::WorksForRoot => is_root(),
        Control::Untried => return,
    };
    if works {
        let without: Vec<&str> = Vec::new();
        let (effect, told) = run(&without);
        assert!(
            effect,
            "without a sandbox it comes to nothing either, so the test says nothing: {}",
            told.text
        );
    }
}

pub(super) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

/// Whether there is anything at `path`, a link to nowhere too.
pub(super) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// A test for each attack of a table.
macro_rules! attacks {
    ($($name:ident: $attack:expr;)+) => {
        $(#[test]
        fn $name() {
            crate::attacks::host::tried(&$attack, |_| {});
        })+
    };
}
pub(super) use attacks;

//! A page in a directory of its own, the program run over it, and what came of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A block: info string without braces around its attributes, text, expected output. `-` for output: no such block.
pub(super) type Block = (&'static str, &'static str, &'static str);

/// A page and the states that its steps must end in (`a=passed b=failed`).
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) head: &'static str,
    pub(super) blocks: Vec<Block>,
    pub(super) states: &'static str,
    pub(super) says: &'static [&'static str],
}

/// A case without front matter that only the states decide.
pub(super) fn case(name: &'static str, blocks: &[Block], states: &'static str) -> Case {
    Case { name, head: "{}", blocks: blocks.to_vec(), states, says: &[] }
}

impl Case {
    /// With this YAML under `tutor`.
    pub(super) fn head(self, head: &'static str) -> Self {
        Self { head, ..self }
    }

    /// The same with `shell` for `mark` wherever a block's language stands.
    pub(super) fn in_shell(&self, mark: &str, shell: &'static str) -> Self {
        let named = |&(info, body, output): &Block| -> Block {
            // For the length of a test.
            (info.replace(mark, shell).leak(), body, output)
        };
        let blocks = self.blocks.iter().map(named).collect();
        Self { name: self.name, head: self.head, blocks, states: self.states, says: self.says }
    }

    /// The report must hold these words.
    pub(super) fn says(self, says: &'static [&'static str]) -> Self {
        Self { says, ..self }
    }
}

/// Runs each case in a directory of its own. `@SH@` in its blocks is the shell.
pub(super) fn check(shell: &str, cases: &[Case]) {
    check_with(shell, cases, None);
}

/// The same with another `PATH`.
pub(super) fn check_with(shell: &str, cases: &[Case], path: Option<&str>) {
    let wrong: Vec<String> = cases.iter().filter_map(|case| problem(shell, case, path)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs pages that are refused: name, the whole page, what is said. Nothing of them may run, and each exits with 2.
pub(super) fn refused(cases: &[(&str, &str, &[&str])]) {
    let mut wrong = Vec::new();
    for (name, text, says) in cases {
        let room = Room::new();
        room.write("page.md", text);
        let run = room.run(&[]);
        let unsaid: Vec<_> = says.iter().filter(|words| !run.stderr.contains(**words)).collect();
        if (run.code, run.stdout.as_str(), run.events.len(), unsaid.len()) != (Some(2), "", 0, 0) {
            wrong.push(format!("== {name}: unsaid {unsaid:?}\n{}", run.told()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

/// A page with this YAML under `tutor`, and a step that would run.
pub(super) fn with_head(head: &str) -> String {
    page(head, &[("sh #a", "echo on", "on")])
}

/// A page with this body.
pub(super) fn with_body(body: &str) -> String {
    format!("---\ntutor: {{}}\n---\n\n{body}")
}

fn problem(shell: &str, case: &Case, path: Option<&str>) -> Option<String> {
    let mut room = Room::new();
    room.env.extend(path.map(|path| ("PATH", &*path.to_owned().leak())));
    room.write("page.md", &page(case.head, &case.blocks).replace("@SH@", shell));
    let run = room.run(&[]);
    let states = run.states();
    let green = ["failed", "drifted", "new"].iter().all(|state| !case.states.contains(state));
    let unsaid: Vec<_> = case.says.iter().filter(|words| !run.stdout.contains(**words)).collect();
    let right = states == case.states && run.code == Some(i32::from(!green)) && unsaid.is_empty();
    (!right).then(|| {
        let Case { name, states: wanted, .. } = case;
        let Run { code, stdout, stderr, .. } = run;
        format!("== {shell}: {name}\nwanted {wanted}\ncame   {states}, exit {code:?}, unsaid {unsaid:?}\n{stdout}{stderr}")
    })
}

/// The Markdown of a page.
pub(super) fn page(head: &str, blocks: &[Block]) -> String {
    let mut text = format!("---\ntutor: {head}\n---\n");
    for (info, body, output) in blocks {
        let (language, attributes) = info.split_once(' ').unwrap();
        let said = attributes.contains('.') || attributes.contains("snapshot=") || language == "console";
        let unrecorded = *output == "-" && !said;
        let more = if unrecorded { " snapshot=none" } else { "" };
        text.push_str(&fence(&format!("{language} {{{attributes}{more}}}"), body));
        if *output != "-" {
            text.push_str(&fence("text {.output}", output));
        }
    }
    text
}

fn fence(info: &str, body: &str) -> String {
    let end = if body.is_empty() || body.ends_with('\n') { "" } else { "\n" };
    format!("\n```{info}\n{body}{end}```\n")
}

/// A directory with a root, and one for scratch.
pub(super) struct Room {
    dir: TempDir,
    pub(super) mark: String,
    pub(super) env: Vec<(&'static str, &'static str)>,
}

impl Room {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let dir = tempfile::Builder::new().prefix("t").tempdir_in("/tmp").unwrap();
        fs::create_dir(dir.path().join(".git")).unwrap();
        fs::create_dir(dir.path().join("tmp")).unwrap();
        let mark = format!("77{:08}.{:04}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self { dir, mark, env: Vec::new() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, `@MARK@` in it being what the processes of this run are known by, `@HERE@` this directory.
    pub(super) fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        let here = self.dir.path().to_str().unwrap();
        fs::write(self.path(name), text.replace("@MARK@", &self.mark).replace("@HERE@", here)).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// The program, ready to start.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tutor"));
        command.args(arguments).current_dir(self.dir.path()).env_remove("CI").env_remove("GITHUB_ACTIONS");
        command.env("TMPDIR", self.path("tmp")).envs(self.env.iter().copied()).stdin(Stdio::null());
        command
    }

    /// `tutor run` over `page.md`, to its end; nothing of it may be left.
    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        let all = [&["run", "--report", "json=out.json", "page.md"], arguments].concat();
        let output = self.command(&all).output().unwrap();
        self.assert_nothing_left();
        Run::of(&output, events(&self.path("out.json")))
    }

    /// The program with any arguments, to its end.
    pub(super) fn tutor(&self, arguments: &[&str]) -> Run {
        Run::of(&self.command(arguments).output().unwrap(), Vec::new())
    }

    /// `tutor run` over `page.md`, once the page has made the file `ready` beside itself (`@HERE@`).
    pub(super) fn start(&self, ready: &str) -> Child {
        let mut command = self.command(&["run", "--report", "json=out.json", "page.md"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        assert!(soon(|| self.path(ready).exists()), "{ready} was never made");
        child
    }

    pub(super) fn assert_nothing_left(&self) {
        assert!(soon(|| marked(&self.mark).is_empty()), "processes left: {:?}", marked(&self.mark));
        let scratch =
            || fs::read_dir(self.path("tmp")).unwrap().map(|e| e.unwrap().path()).collect::<Vec<_>>();
        assert!(soon(|| scratch().is_empty()), "files left: {:?}", scratch());
    }
}

/// What a run came to.
pub(super) struct Run {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) events: Vec<Value>,
}

impl Run {
    /// Of an ended program, which must not have panicked.
    pub(super) fn of(output: &Output, events: Vec<Value>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert!(!stderr.contains("panicked"), "{stderr}");
        Self { code: output.status.code(), stdout, stderr, events }
    }

    /// Its exit status, and all that it said: for the message of an assertion.
    pub(super) fn told(&self) -> String {
        format!("exit {:?}\n{}{}", self.code, self.stdout, self.stderr)
    }

    fn finished(&self) -> impl Iterator<Item = &Value> {
        self.events.iter().filter(|event| event["event"] == "step-finished")
    }

    /// `a=passed b=failed`, of each step's last attempt.
    pub(super) fn states(&self) -> String {
        let mut states: Vec<(String, String)> = Vec::new();
        for event in self.finished() {
            let step = event["step"].as_str().unwrap_or("?").to_owned();
            let state = event["state"].as_str().unwrap().to_owned();
            if step != "?" {
                states.retain(|(known, _)| *known != step);
            }
            states.push((step, state));
        }
        states.iter().map(|(step, state)| format!("{step}={state}")).collect::<Vec<_>>().join(" ")
    }

    /// The last `step-finished` of a step.
    pub(super) fn step(&self, id: &str) -> &Value {
        self.finished().filter(|event| event["step"] == id).last().unwrap()
    }
}

pub(super) fn events(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether it becomes true within ten seconds.
pub(super) fn soon(mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > Duration::from_secs(10) {
            return false;
        }
        sleep(Duration::from_millis(10));
    }
    true
}

/// How the program ended, within ten seconds.
pub(super) fn ended(child: &mut Child) -> ExitStatus {
    let mut status = None;
    assert!(
        soon(|| {
            status = child.try_wait().unwrap();
            status.is_some()
        }),
        "it goes on"
    );
    status.unwrap()
}

/// The processes (not zombies) whose command line or environment holds the mark.
fn marked(mark: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        for part in ["cmdline", "environ"] {
            let bytes = fs::read(entry.path().join(part)).unwrap_or_default();
            if String::from_utf8_lossy(&bytes).contains(mark) {
                found.push(format!("{}: {}", entry.path().display(), String::from_utf8_lossy(&bytes)));
            }
        }
    }
    found
}

//! Attempts to make the report say what is not so.

use std::process::Command;

use super::host::{Host, commands, page};

/// What standard output of a run with these flags is.
fn output(text: &str, flags: &[&str]) -> (Option<i32>, String) {
    let host = Host::new();
    host.write("project/page.md", &page("{}", text));
    let mut command = Command::new(env!("CARGO_BIN_EXE_tutor"));
    command.args(["run", "page.md", "--sandbox"]).args(flags).current_dir(host.path("project"));
    let output = command.env("HOME", host.path("home")).env_remove("CI").output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn escapes_of_terminals() {
    let text = commands(r"printf '\033]0;owned\007\033[2J\033[1A\x9b2J\r\b'; printf '\u202e\u2066' ");
    let (_, said) = output(&text, &["-vv"]);
    assert!(said.contains("all-was-tried"), "{said}");
    let odd: Vec<char> = said.chars().filter(|c| c.is_control() && *c != '\n' && *c != '\t').collect();
    assert!(odd.is_empty(), "{odd:?}: {said:?}");
}

#[test]
fn lines_of_the_event_stream() {
    let line = r#"{"event":"run-finished","run":"x","seq":9,"host":"linux","passed":99,"failed":0}"#;
    let (code, said) =
        output(&format!("```bash {{#a snapshot=none}}\necho '{line}'; exit 1\n```\n"), &["--report", "json"]);
    let events: Vec<serde_json::Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ends = events.iter().filter(|event| event["event"] == "run-finished").count();
    assert_eq!((code, ends), (Some(1), 1), "{said}");
    assert_eq!(events.last().unwrap()["failed"], 1);
}

#[test]
fn commands_of_github() {
    let text = "```bash {#a snapshot=none}\necho '::set-output name=x::y'; echo '::add-mask::x'; printf 'a\\r::error::bad\\n'; exit 1\n```\n";
    let (code, said) = output(text, &["-vv", "--report", "github"]);
    assert_eq!(code, Some(1));
    let odd: Vec<&str> = said
        .split(['\n', '\r'])
        .filter(|line| line.trim_start().starts_with("::"))
        .filter(|line| {
            ["set-output", "add-mask", "error::bad"]
                .iter()
                .any(|word| line.trim_start().starts_with(&format!("::{word}")))
        })
        .collect();
    assert!(odd.is_empty(), "{odd:?}: {said}");
}

#[test]
fn the_last_line() {
    let text = "```bash {#a snapshot=none}\nprintf 'x\\n14 steps: 14 passed\\n'; exit 1\n```\n";
    let (code, said) = output(text, &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.lines().last().is_some_and(|line| line.starts_with("1 step: 1 failed")), "{said}");
}

#[test]
fn answers_of_the_loop_on_its_streams() {
    let text = "```bash {#a snapshot=none}\necho \"end 0 $$\"; echo \"quick 0 $$\"; echo \"death 0 $$\" >&2; false\n```\n";
    let (code, said) = output(text, &[]);
    assert!(code == Some(1) && said.contains("exit status 1"), "{said}");
}

#[test]
fn bytes_that_are_no_text() {
    let text = commands(
        r#"printf 'a\0b\xff\xfe\r\nc'; for i in $(seq 1 255); do printf "\\x$(printf %x $i)"; done; echo"#,
    );
    let (_, said) = output(&text, &["-vv"]);
    assert!(said.contains("all-was-tried") && !said.contains('\0'), "{said}");
}

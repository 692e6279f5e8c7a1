//! The pages of `tests/render/forms`, which renderers are tried with, are pages that the real binary takes.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// Each form, and the kinds and ids of the steps that it must give. Pages with front matter of their own have none.
const FORMS: [(&str, &[&str]); 9] = [
    ("braces", &["shell key", "file conf", "skip"]),
    ("braces-in-list", &["shell key", "file conf", "skip"]),
    ("comment", &["shell key", "file conf", "skip"]),
    ("comment-in-list", &["shell key", "file conf", "skip"]),
    ("hidden", &["shell prepare", "file hidden-conf"]),
    ("tabs", &["shell make-directory"]),
    ("include", &["shell other"]),
    ("front-matter", &[]),
    ("front-comment", &[]),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render/forms")
}

/// `tutor COMMAND… page.md` in `room`.
fn tutor(room: &Path, command: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tutor"))
        .args(command)
        .arg("page.md")
        .current_dir(room)
        .stdin(Stdio::null())
        .output()
        .expect("the program")
}

fn steps(stream: &[u8]) -> Vec<String> {
    let lines = String::from_utf8_lossy(stream);
    let step = |line: &str| -> String {
        let step: Value = serde_json::from_str(line).expect("a line of JSON");
        let words = ["kind", "step"].map(|key| step[key].as_str().unwrap_or_default().to_owned());
        words.join(" ").trim_end().to_owned()
    };
    lines.lines().map(step).collect()
}

#[test]
fn what_is_rendered_is_what_is_read() {
    let mut wrong = Vec::new();
    for (form, wanted) in FORMS {
        let room = tempfile::tempdir().expect("a directory");
        let page = fs::read_to_string(folder().join(format!("{form}.md"))).expect("the form");
        let head = "---\ntutor: {relocate: [/opt/certs]}\n---\n";
        let page = if form.starts_with("front-") { page } else { format!("{head}{page}") };
        fs::write(room.path().join("page.md"), page).expect("the page");
        fs::write(room.path().join("other.md"), "```sh {#other}\n:\n```\n").expect("the included page");
        let checked = tutor(room.path(), &["check"]);
        let listed = steps(&tutor(room.path(), &["list", "--platform", "linux", "--json"]).stdout);
        if !checked.status.success() || listed != wanted {
            wrong.push(format!("== {form}: {listed:?}\n{}", String::from_utf8_lossy(&checked.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_form_has_a_page_and_the_page_without_it() {
    let found: BTreeSet<String> = fs::read_dir(folder())
        .expect("the forms")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let wanted =
        FORMS.iter().flat_map(|(form, _)| [format!("{form}.md"), format!("{form}.plain.md")]).collect();
    assert_eq!(found, wanted);
}

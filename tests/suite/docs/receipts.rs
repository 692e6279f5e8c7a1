//! The receipts that texts show are those that the program prints.

use std::{fs, process::Command};

use super::{fences, project};

fn read(name: &str) -> String {
    fs::read_to_string(project().join(name)).expect("a text")
}

/// In docs/certificates.md a file and what comes of it stand one below the other.
#[test]
fn the_receipt_of_the_reference_is_true() {
    let text = read("docs/certificates.md");
    let (_, section) = text.split_once("\n## The receipt\n").expect("the section");
    let (section, _) = section.split_once("\n## ").expect("the next section");
    let fences = fences("docs/certificates.md", section);
    let [file, receipt] = &fences[..] else { panic!("a file and a receipt") };
    let room = tempfile::tempdir().expect("a directory");
    fs::write(room.path().join("pki.toml"), &file.text).expect("the file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tutor"));
    let ran = command.args(["cert", "pki.toml"]).current_dir(room.path()).output().expect("the program");
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(String::from_utf8_lossy(&ran.stdout), receipt.text);
}

/// The page for Windows shows a part of what is recorded of it.
#[test]
fn the_receipt_of_the_page_for_windows_is_true() {
    let page = read("tutorials/ssl-windows.md");
    let recorded = read("snapshots/ssl-windows/certificates.snap");
    let fences = fences("tutorials/ssl-windows.md", &page);
    let shown = fences.iter().find(|fence| fence.info == "text").expect("the receipt");
    assert!(shown.text.lines().count() > 8, "{}", shown.text);
    assert!(recorded.contains(&shown.text), "{}\nis not in\n{recorded}", shown.text);
}

/// In docs/probes.md the first probe of the first example has the receipt that is shown.
#[test]
#[cfg(target_os = "linux")]
fn the_receipt_of_a_probe_is_true() {
    let text = read("docs/probes.md");
    let fences = fences("docs/probes.md", &text);
    let page = fences.iter().find(|fence| fence.is_example()).expect("the example");
    let shown = fences.iter().find(|fence| fence.text.starts_with("probe ")).expect("the receipt");
    let room = tempfile::tempdir().expect("a directory");
    fs::write(room.path().join("page.md"), &page.text).expect("the page");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tutor"));
    command.args(["run", "--accept", "page.md"]).current_dir(room.path()).env_remove("CI");
    let ran = command.output().expect("the program");
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stdout));
    let recorded = fs::read_to_string(room.path().join("snapshots/page/proves.snap")).expect("the recording");
    assert!(recorded.contains(shown.text.trim_end()), "{recorded}");
}

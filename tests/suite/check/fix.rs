//! `tutor check --fix` writes what is sure, and nothing else.

use std::fs;

use super::project::Project;
#[cfg(unix)]
use super::project::Ran;

/// Three mistakes with sure fixes, one of which hides another; one with a suggestion; one without any.
const WRONG: &str = "---\ntutor:\n  timout: 30sec\n---\n\n```sh {#Make_It needs=mak exit=300}\ntrue\n```\n";
const MENDED: &str = "---\ntutor:\n  timeout: 30s\n---\n\n```sh {#make-it needs=mak exit=300}\ntrue\n```\n";

#[test]
fn what_is_sure_is_written_and_the_rest_is_shown() {
    let project = Project::new(&[("a.md", WRONG), ("b.md", "---\ntutor:\n---\n\n```sh {#a}\ntrue\n```\n")]);
    let ran = project.run(&["check", "--fix", "a.md", "b.md"]);
    assert_eq!(project.read("a.md"), MENDED);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ran.stdout, @"
    a.md:3:3: `timout` is now `timeout` (unknown-key)
    a.md:6:8: `#Make_It` is now `#make-it` (bad-id)
    a.md:3:12: `30sec` is now `30s` (bad-duration)

    error[unknown-step]: there is no step `mak`
     --> a.md:6:23
      |
    6 | ```sh {#make-it needs=mak exit=300}
      |                       ^^^ unknown id
      |
      = help: names are ids of steps of this page, or `tutorial#id` of one under `after`

    error[bad-exit]: `300` is no exit status
     --> a.md:6:32
      |
    6 | ```sh {#make-it needs=mak exit=300}
      |                                ^^^ no exit status
      |
      = help: write a number from 0 to 255, `any` or `nonzero`

    checked 2 tutorials: fixed 3 mistakes; left: 2 errors in 1 file
    ");
    let again = project.run(&["check", "--fix", "a.md"]);
    assert_eq!(project.read("a.md"), MENDED, "stable");
    assert!(again.stdout.ends_with("\nchecked 1 tutorial: 2 errors in 1 file\n"), "{}", again.stdout);
}

#[test]
fn nothing_is_left_over() {
    let project = Project::new(&[("a.md", "---\ntutor:\n  timout: 30s\n---\n\n```sh {#a}\ntrue\n```\n")]);
    let ran = project.run(&["check", "--fix", "a.md"]);
    assert_eq!(ran.code, Some(0));
    insta::assert_snapshot!(ran.stdout, @"
    a.md:3:3: `timout` is now `timeout` (unknown-key)

    checked 1 tutorial: fixed 1 mistake; nothing is left
    ");
    let names: Vec<_> =
        fs::read_dir(project.path("")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "the page and tutor.toml: {names:?}");
    let clean = project.run(&["check", "--fix", "a.md"]);
    assert_eq!(clean.stdout, "checked 1 tutorial: no mistakes\n");
}

#[test]
fn a_suggestion_is_left_to_the_author() {
    let page = "---\ntutor:\n  timout: 30s\n---\n\n```{#a}\ntrue\n```\n";
    let project = Project::new(&[("a.md", page)]);
    let ran = project.run(&["check", "--fix", "a.md"]);
    assert_eq!(project.read("a.md"), page.replace("timout", "timeout"));
    let last = ran.stdout.lines().last().unwrap();
    assert_eq!(
        last,
        "checked 1 tutorial: fixed 1 mistake; left: 1 error in 1 file, one with a suggestion that only you can decide on"
    );
}

#[test]
fn line_ends_and_a_byte_order_mark_stay() {
    let (wrong, mended) =
        [WRONG, MENDED].map(|page| format!("\u{feff}{}", page.replace('\n', "\r\n"))).into();
    let project = Project::new(&[("a.md", &wrong)]);
    project.run(&["check", "--fix", "a.md"]);
    assert_eq!(project.read("a.md"), mended);
}

#[test]
fn a_page_without_fixes_is_not_touched() {
    let project = Project::new(&[("a.md", MENDED)]);
    let old = fs::metadata(project.path("a.md")).unwrap();
    project.run(&["check", "--fix", "a.md"]);
    let new = fs::metadata(project.path("a.md")).unwrap();
    assert_eq!(new.modified().unwrap(), old.modified().unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        assert_eq!(new.ino(), old.ino());
    }
}

#[test]
fn fixes_are_in_the_json_report() {
    let project = Project::new(&[("a.md", WRONG)]);
    let lines = project.findings(&["--fix", "a.md"]);
    let mended: Vec<_> = lines.iter().filter(|line| line["event"] == "mended").collect();
    assert_eq!(mended.len(), 3, "{lines:?}");
    assert_eq!((&mended[0]["code"], &mended[0]["line"]), (&"unknown-key".into(), &3.into()));
    assert_eq!((&mended[0]["before"], &mended[0]["after"]), (&"timout".into(), &"timeout".into()));
    assert_eq!(lines.last().unwrap()["mended"], 3);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let project = Project::new(&[("pages/real.md", WRONG)]);
    fs::set_permissions(project.path("pages/real.md"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("pages/real.md", project.path("link.md")).unwrap();
    let ran = project.run(&["check", "--fix", "link.md", "pages/real.md"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), ""), "{}", ran.stdout);
    assert!(fs::symlink_metadata(project.path("link.md")).unwrap().is_symlink());
    assert_eq!(project.read("pages/real.md"), MENDED, "once, though it has two names");
    let mode = fs::metadata(project.path("pages/real.md")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o640);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_named_and_the_rest_is_mended() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::new(&[("read-only.md", WRONG), ("linked.md", WRONG), ("good.md", WRONG)]);
    fs::set_permissions(project.path("read-only.md"), fs::Permissions::from_mode(0o444)).unwrap();
    fs::hard_link(project.path("linked.md"), project.path("other-name")).unwrap();
    let ran = project.run(&["check", "--fix", "read-only.md", "linked.md", "good.md"]);
    assert_eq!(ran.code, Some(2));
    for name in ["read-only.md", "linked.md"] {
        assert_eq!(project.read(name), WRONG, "{name}");
    }
    assert_eq!(project.read("good.md"), MENDED);
    let place = fs::canonicalize(project.path("")).unwrap();
    let stderr = ran
        .stderr
        .replace(&*place.to_string_lossy(), "@")
        .replace(&*project.path("").to_string_lossy(), "@/");
    insta::assert_snapshot!(stderr, @"
    error: failed to mend `@/read-only.md`: it is read-only
    error: failed to mend `@/linked.md`: it has other names (hard links), which would keep the old text
    ");
}

/// As somebody who may read the pages and not write them. Root may write anywhere, so the program runs as nobody.
#[cfg(unix)]
#[test]
fn a_directory_that_takes_no_file() {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    let project = Project::new(&[("pages/a.md", WRONG)]);
    let root = rustix::process::geteuid().is_root();
    let mut command = project.command(&["check", "--fix", "pages/a.md"]);
    if root {
        let nobody = 65534;
        let program = project.path("tutor");
        // By a process of its own: a child of another test could still hold a file open that we wrote, and a program
        // that is open for writing can't be started.
        let copied = std::process::Command::new("cp").arg(env!("CARGO_BIN_EXE_tutor")).arg(&program).status();
        assert!(copied.unwrap().success());
        chown(project.path("pages/a.md"), Some(nobody), Some(nobody)).unwrap();
        fs::set_permissions(project.path(""), fs::Permissions::from_mode(0o755)).unwrap();
        let mut other = std::process::Command::new(program);
        other
            .args(["check", "--fix", "pages/a.md"])
            .current_dir(project.path(""))
            .env_remove("GITHUB_ACTIONS");
        other.uid(nobody).gid(nobody);
        command = other;
    } else {
        fs::set_permissions(project.path("pages"), fs::Permissions::from_mode(0o555)).unwrap();
    }
    let ran = Ran::of(&command.output().unwrap());
    fs::set_permissions(project.path("pages"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("pages/a.md`: no file can be made beside it: Permission denied"), "{ran:?}");
    assert_eq!(project.read("pages/a.md"), WRONG);
}

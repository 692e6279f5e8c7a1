//! Pages for Windows on a machine that is not Windows: `cmd` steps under Wine, and what else such a page has.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::harness::{Case, Room, case, check, page};

/// Whether Wine is here; else `test` says that it is left out.
pub(super) fn installed(test: &str) -> bool {
    let found = Path::new("/usr/lib/wine/wine64").is_file();
    if !found {
        eprintln!("{test}: left out, Wine is not installed");
    }
    found
}

const WINDOWS: &str = "{platform: [windows], relocate: ['C:\\opt\\certs']}";

fn for_windows(cases: Vec<Case>) -> Vec<Case> {
    cases.into_iter().map(|case| case.head(WINDOWS)).collect()
}

#[test]
fn the_drive_is_the_runs_own_for_every_kind_of_block() {
    if !installed("the drive") {
        return;
    }
    check(
        "cmd",
        &for_windows(vec![
            case(
                "files written by either side",
                &[
                    (
                        "cmd #a",
                        "mkdir C:\\opt\\certs\ncd /d C:\\opt\\certs\necho made>made.txt\ncd",
                        "C:\\opt\\certs",
                    ),
                    ("yaml #b .file path=C:\\opt\\certs\\conf.yml", "dir: 'C:\\opt\\certs'", "-"),
                    ("yaml #c .file path=own.yml", "x: 1", "-"),
                    ("cmd #d", "type conf.yml\ntype OWN.Yml", "dir: 'C:\\opt\\certs'\nx: 1"),
                    ("text #e .files in=C:\\OPT\\Certs", "conf.yml\nmade.txt\nown.yml", "-"),
                ],
                "a=passed b=passed c=passed d=passed e=passed",
            ),
            case(
                "certificates",
                &[
                    (
                        "toml #a .certificate snapshot=none",
                        "dir = 'C:\\opt\\certs'\n[ca.ca]\ncn = \"Test CA\"",
                        "-",
                    ),
                    ("cmd #b", "cd /d C:\\opt\\certs\ndir /b", "ca.crt\nca.key"),
                ],
                "a=passed b=passed",
            ),
            case(
                "names with blanks and letters of all kinds",
                &[
                    (
                        "cmd #a",
                        "mkdir \"C:\\opt\\certs\\a b\"\ncd /d \"C:\\opt\\certs\\a b\"\necho ä 漢>ü.txt",
                        "",
                    ),
                    ("cmd #b", "cd\ntype ü.txt", "C:\\opt\\certs\\a b\nä 漢"),
                    ("text #c .files in=.", "ü.txt", "-"),
                ],
                "a=passed b=passed c=passed",
            ),
            case(
                "the machine's own directories are not there",
                &[("cmd #a", "if not exist C:\\opt\\certs echo none", "none")],
                "a=passed",
            ),
        ]),
    );
    assert!(!Path::new("/opt/certs").exists());
}

#[test]
fn shells_of_both_systems_hand_on_what_they_have() {
    if !installed("both systems") {
        return;
    }
    let steps = [
        ("sh #a", "mkdir sub; cd sub; export FROM_SH='a b'", ""),
        ("cmd #b", "echo %FROM_SH%\nset FROM_CMD=c d\nset HOME=C:\\x\nmkdir deep\ncd deep", "a b"),
        (
            "sh #c",
            "echo \"$FROM_CMD\"; basename \"$PWD\"; test -d \"$HOME\"; export FROM_SH=e; cd ..",
            "c d\ndeep",
        ),
        ("bat #d", "echo %FROM_SH% %FROM_CMD%\nfor %%i in (\"%CD%\") do echo %%~nxi", "e c d\nsub"),
    ];
    check("cmd", &for_windows(vec![case("there and back", &steps, "a=passed b=passed c=passed d=passed")]));
}

#[test]
fn what_wine_can_not_do_is_unverified() {
    if !installed("unverified") {
        return;
    }
    let on = ("cmd #z", "ver", "-");
    check(
        "cmd",
        &for_windows(vec![
            case(
                "a program that is on the machine, not under Wine",
                &[("cmd #a requires=sh,xcopy", "sh -c true", "-"), ("cmd #b requires=xcopy", "ver", "-"), on],
                "a=unverified b=passed z=passed",
            )
            .says(&["sh not found under Wine"]),
            case(
                "a program that Wine has in name only",
                &[("cmd #a requires=icacls.exe", "icacls C:\\windows", "-"), on],
                "a=unverified z=passed",
            )
            .says(&["icacls.exe does nothing in this version of Wine"]),
            case(
                "`&&` where this Wine always runs what follows",
                &[("cmd #a", "if 1==1 ver && ver", "-"), on],
                "a=unverified z=passed",
            )
            .says(&["always runs what stands behind"]),
            case(
                "transcripts, too",
                &[
                    ("console #a", "C:\\>set X=1\nC:\\>echo %X%\n1", "-"),
                    ("console #b", "C:\\>ver\n...\nC:\\>if 1==1 ver && ver", "-"),
                ],
                "a=passed b=unverified",
            ),
        ]),
    );
}

#[test]
fn without_wine_blocks_that_need_no_shell_still_run() {
    let text = page(
        WINDOWS,
        &[
            ("cmd #a", "ver", "-"),
            ("toml #b .certificate snapshot=none", "dir = 'C:\\opt\\certs'\n[ca.ca]\ncn = \"Test CA\"", "-"),
            ("text #c .files in=C:\\opt\\certs", "ca.crt\nca.key", "-"),
        ],
    );
    let empty = tempfile::tempdir().unwrap();
    for (arguments, reason) in
        [(&["--no-wine"][..], "Wine is not to be used"), (&["--no-wine", "--strict"], "not to be used")]
    {
        let mut room = Room::new();
        room.env.push(("XDG_CACHE_HOME", empty.path().to_str().unwrap().to_owned().leak()));
        room.write("page.md", &text);
        let run = room.run(arguments);
        assert_eq!(run.states(), "a=unverified b=passed c=passed", "{}", run.told());
        assert_eq!(run.code, Some(i32::from(arguments.contains(&"--strict"))), "{}", run.told());
        assert!(run.stdout.contains(reason), "{}", run.told());
        assert!(!run.told().contains("under Wine"), "{}", run.told());
    }
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn a_run_says_that_it_was_under_wine() {
    if !installed("under Wine") {
        return;
    }
    let room = Room::new();
    room.write("page.md", &page(WINDOWS, &[("cmd #a", "echo hi", "hi")]));
    let run = room.run(&[]);
    assert!(run.stdout.contains("(windows page on linux under Wine "), "{}", run.told());
    assert!(run.stderr.contains("(under Wine "), "{}", run.told());
    let started = run.events.iter().find(|event| event["event"] == "document-started").unwrap();
    assert!(started["wine"].as_str().is_some_and(|version| version.contains('.')), "{started}");
}

/// A service, what a time-out leaves of Wine, and what a run leaves at its end.
#[test]
fn services_outlive_the_time_out_of_another_step() {
    if !installed("services") {
        return;
    }
    let steps = [
        ("cmd #s .service ready=file:ready.txt", "echo up>ready.txt\nping -n 60 127.0.0.1 >nul", "-"),
        ("cmd #a timeout=1s exit=any", "ping -n 60 127.0.0.1 >nul", "-"),
        ("cmd #b .cleanup", "type ready.txt\nif not exist ready.txt exit 1", "-"),
    ];
    check("cmd", &for_windows(vec![case("a service", &steps, "s=passed a=failed b=passed")]));
}

/// The prefix that runs are copied from stays as it is, whatever a run does to its own.
#[test]
fn no_run_changes_the_prefix_that_is_kept() {
    if !installed("the kept prefix") {
        return;
    }
    let steps = [
        (
            "cmd #a",
            "echo x>>C:\\windows\\win.ini\necho x>C:\\windows\\new.txt\ndel C:\\windows\\system32\\xcopy.exe\nreg add HKCU\\Software\\Tutor /v A /d 1 >nul",
            "-",
        ),
        ("cmd #b", "if not exist C:\\windows\\system32\\xcopy.exe echo gone", "gone"),
    ];
    let kept = kept_prefix();
    let one = Room::new();
    one.write("page.md", &page(WINDOWS, &steps));
    // Makes it, where no run has yet.
    one.run(&[]);
    let before = listing(&kept);
    assert!(before.len() > 500, "{} holds {}", kept.display(), before.len());
    let run = one.run(&[]);
    assert_eq!(run.states(), "a=passed b=passed", "{}", run.told());
    assert!(listing(&kept) == before, "the kept prefix has changed");
}

fn kept_prefix() -> PathBuf {
    let caches = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let caches = caches.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"));
    let mut found =
        fs::read_dir(caches.join("tutor")).into_iter().flatten().flatten().map(|entry| entry.path());
    found.find(|path| path.file_name().unwrap().to_string_lossy().starts_with("wine-")).unwrap_or(caches)
}

/// Each file below `directory`, with its size and when it was written.
fn listing(directory: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let about = entry.metadata().unwrap();
        if about.is_dir() {
            found.extend(listing(&entry.path()));
        } else {
            found.insert(entry.path(), (about.len(), about.modified().unwrap()));
        }
    }
    found
}

/// As Windows' editors write it: the same ids, places and recordings.
#[test]
fn line_ends_of_windows_change_nothing() {
    if !installed("line ends") {
        return;
    }
    let text = page(
        WINDOWS,
        &[
            (
                "cmd #a",
                "mkdir C:\\opt\\certs\\sub\ncd /d C:\\opt\\certs\necho one>x.txt\nfor %i in (x.txt) do (\n  type %i\n)",
                "-",
            ),
            ("yaml #b .file path=C:\\opt\\certs\\sub\\y.yml", "dir: 'C:\\opt\\certs'\nlist:\n  - a", "-"),
            ("bat #c", "type sub\\y.yml\necho %CD%", "dir: 'C:\\opt\\certs'\nlist:\n  - a\nC:\\opt\\certs"),
            ("text #d .files in=C:\\opt\\certs", "sub/\nx.txt", "-"),
        ],
    );
    let text = text.replace("{#a snapshot=none}", "{#a}");
    let told = |text: &str| {
        let room = Room::new();
        room.write("page.md", text);
        let run = room.run(&["--accept"]);
        assert_eq!(
            (run.states().as_str(), run.code),
            ("a=passed b=passed c=passed d=passed", Some(0)),
            "{}",
            run.told()
        );
        let places: Vec<_> = run
            .events
            .iter()
            .map(|event| [&event["step"], &event["line"], &event["stdout"]].map(Clone::clone))
            .collect();
        (places, room.read("snapshots/page/a.snap"), room.tutor(&["list", "--json", "page.md"]).stdout)
    };
    let unix = told(&text);
    assert!(unix.1.contains("one"), "{}", unix.1);
    assert_eq!(told(&text.replace('\n', "\r\n")), unix);
}

/// What keeps Wine from starting may be gone by the next step.
#[test]
fn a_start_that_failed_is_tried_again() {
    if !installed("another start") {
        return;
    }
    let steps = [
        ("sh #a", "mv ../wine ../away\n: >../wine\nV=given\nexport V", "-"),
        ("cmd #b", "echo hi", "-"),
        // The last one comes first.
        ("cmd #d .cleanup", "if not \"%V% %OS%\"==\"given Windows_NT\" exit 1", "-"),
        ("sh #c .cleanup", "rm ../wine\nmv ../away ../wine", "-"),
    ];
    check("cmd", &for_windows(vec![case("another start", &steps, "a=passed b=failed c=passed d=passed")]));
}

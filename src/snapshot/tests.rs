//! Recordings go to disk and back, through our hands and through insta's.

use std::{collections::BTreeMap, fs, path::Path};

use super::{FormatError, Recording, Store};

fn recording(stdout: Option<&str>, stderr: Option<&str>) -> Recording {
    Recording {
        tutorial: "tutorials/ssl-macos.md".to_owned(),
        step: "make-ca".to_owned(),
        platform: "linux".to_owned(),
        command: "openssl genrsa -out ca.key 2048\necho \"a\\b\": [x] # é\t\u{1}".to_owned(),
        exit: Some(0),
        versions: BTreeMap::from([
            ("openssl".to_owned(), "3.0".to_owned()),
            ("my: tool".to_owned(), "1.1.1w  1 Jan".to_owned()),
        ]),
        stdout: stdout.map(str::to_owned),
        stderr: stderr.map(str::to_owned),
    }
}

const STREAMS: &[&str] = &[
    "",
    "a\nb\n",
    "\n",
    "\n\n\n",
    "a\n\n",
    "\n\na\n",
    "---\n",
    "----- stdout -----\n",
    "x\n----- stderr -----\ny\n",
    "\\\n",
    "\\\\\n",
    "\\----- stdout -----\n",
    "\\n and C:\\x\\\n",
    "exit 3\n",
    "  indented\n\ttab\n",
    "é € 😀 \\x00\n",
];

#[test]
fn what_is_written_is_read_back() {
    for out in STREAMS {
        for (out, err) in
            [(Some(*out), None), (None, Some(*out)), (Some(*out), Some(*out)), (Some("a\n"), Some(*out))]
        {
            let one = recording(out, err);
            assert_eq!(Recording::parse(&one.render()).unwrap(), one, "{}", one.render());
            let crlf = one.render().replace('\n', "\r\n");
            assert_eq!(Recording::parse(&crlf).unwrap(), one, "{crlf}");
        }
    }
    let none = Recording { exit: None, versions: BTreeMap::new(), ..recording(None, None) };
    assert_eq!(Recording::parse(&none.render()).unwrap(), none);
}

#[test]
fn insta_reads_the_same_and_what_it_writes_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("make-ca.snap");
    for out in STREAMS {
        let one = recording(Some("x\n"), Some(out));
        fs::write(&path, one.render()).unwrap();
        let read = insta::Snapshot::from_file(&path).unwrap();
        assert_eq!(read.metadata().source(), Some(one.tutorial.as_str()));
        assert_eq!(read.metadata().expression(), Some(one.command.as_str()));
        assert_eq!(read.as_text().unwrap().to_string(), one.contents().trim_end());
        read.save(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(Recording::parse(&text).unwrap(), one, "{text}");
    }
}

#[test]
fn the_format_is_as_promised() {
    let one = recording(Some("out\n"), Some("err\n"));
    insta::assert_snapshot!(one.render(), @r###"
    ---
    source: "tutorials/ssl-macos.md"
    expression: "openssl genrsa -out ca.key 2048\necho \"a\\b\": [x] # é\t\u0001"
    info:
      tutorial: "tutorials/ssl-macos.md"
      step: "make-ca"
      platform: "linux"
      exit: 0
      versions:
        "my: tool": "1.1.1w  1 Jan"
        "openssl": "3.0"
    ---
    exit 0
    ----- stdout -----
    out
    ----- stderr -----
    err
    "###);
}

#[test]
fn what_is_no_recording_is_named() {
    let header = "---\nsource: a\ninfo:\n  tutorial: a\n  step: b\n  platform: linux\n---\n";
    for (text, message) in [
        (String::new(), "it does not begin with a line `---`"),
        ("---\nsource: x\n".to_owned(), "its header has no end, a line `---`"),
        ("---\nsource: x\n---\n".to_owned(), "`info` is missing in its header"),
        ("---\n---\n".to_owned(), "`info` is missing in its header"),
        (format!("{header}oops\n"), "line 8 is neither `exit N` nor a section such as `----- stdout -----`"),
        (format!("{header}----- stdout -----\n----- stdout -----\n"), "it has two sections stdout"),
    ] {
        assert_eq!(Recording::parse(&text).unwrap_err().to_string(), message, "{text}");
    }
    assert!(matches!(Recording::parse("---\na: [\n---\n"), Err(FormatError::Header(_))));
    let dir = tempfile::tempdir().unwrap();
    let (store, path) = (Store::new(dir.path()), dir.path().join("x.snap"));
    fs::write(&path, b"\xff").unwrap();
    let message = store.load(&path).unwrap_err().to_string();
    assert!(message.contains("x.snap is a recording that tutor cannot read: it is no UTF-8"), "{message}");
}

#[test]
fn each_step_has_its_place() {
    let store = Store::new("snapshots");
    for (file, platform, step, path) in [
        ("tutorials/ssl-macos.md", None, "make-ca", "snapshots/ssl-macos/make-ca.snap"),
        ("docs/install.md", None, "start", "snapshots/docs/install/start.snap"),
        ("README.md", Some("windows/cmd"), "a", "snapshots/README/windows/cmd/a.snap"),
        ("a.b.md", Some("linux"), "a", "snapshots/a.b/linux/a.snap"),
        ("../../x/y.md", None, "../a", "snapshots/__/__/x/y/.._a.snap"),
        ("/etc/x.md", None, "a", "snapshots/etc/x/a.snap"),
        ("tutorials\\w.md", None, "a", "snapshots/w/a.snap"),
    ] {
        assert_eq!(store.path(file, platform, step), Path::new(path));
    }
}

#[test]
fn pending_recordings_are_accepted_or_rejected() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(dir.path().join("snapshots"));
    assert_eq!(store.pending().unwrap(), []);
    let path = store.path("tutorials/p.md", None, "one");
    let other = store.path("tutorials/p.md", Some("linux"), "two");
    assert_eq!(store.load(&path).unwrap(), None);
    let (first, second) = (recording(Some("1\n"), None), recording(Some("2\n"), None));

    assert!(store.write_pending(&path, &first).unwrap().is_some());
    assert!(store.write_pending(&other, &first).unwrap().is_some());
    let pending = store.pending().unwrap();
    let names: Vec<&str> = pending.iter().map(|pending| pending.name.as_str()).collect();
    assert_eq!(names, ["p/linux/two", "p/one"]);
    assert_eq!(store.load_pending(&pending[1]).unwrap(), first);

    store.accept(&pending[1]).unwrap();
    assert_eq!(store.load(&path).unwrap(), Some(first.clone()));
    store.reject(&pending[0]).unwrap();
    assert!(!other.parent().unwrap().exists(), "empty directories go");
    assert_eq!(store.pending().unwrap(), []);
    assert_eq!(store.accepted().unwrap().as_slice(), std::slice::from_ref(&path));

    // A pending one goes away when the accepted one is right again.
    assert!(store.write_pending(&path, &second).unwrap().is_some());
    let newer = Recording { versions: BTreeMap::new(), stdout: Some("1".to_owned()), ..first };
    assert_eq!(store.write_pending(&path, &newer).unwrap(), None);
    assert_eq!(store.pending().unwrap(), []);

    assert!(store.write_pending(&path, &second).unwrap().is_some());
    store.write(&path, &second).unwrap();
    assert_eq!((store.pending().unwrap(), store.load(&path).unwrap()), (Vec::new(), Some(second)));
    let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "no temporary files");
}

#[cfg(unix)]
#[test]
fn nothing_leads_out_of_the_store() {
    use super::{Pending, SnapshotError};
    let dir = tempfile::tempdir().unwrap();
    let (inside, outside) = (dir.path().join("snapshots"), dir.path().join("outside"));
    fs::create_dir_all(&inside).unwrap();
    fs::create_dir_all(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, inside.join("link")).unwrap();
    fs::write(outside.join("a.snap.new"), recording(None, None).render()).unwrap();
    let store = Store::new(&inside);
    assert_eq!(store.pending().unwrap(), []);
    for path in [inside.join("link/a.snap"), inside.join("../outside/a.snap"), outside.join("a.snap")] {
        let path = path.as_path();
        assert!(matches!(store.write(path, &recording(None, None)), Err(SnapshotError::Outside { .. })));
        assert!(matches!(store.load(path), Err(SnapshotError::Outside { .. })));
        let pending = Pending { name: String::new(), path: path.to_path_buf(), accepted: path.to_path_buf() };
        assert!(store.reject(&pending).is_err() && store.accept(&pending).is_err());
    }
    assert!(outside.join("a.snap.new").exists());
}

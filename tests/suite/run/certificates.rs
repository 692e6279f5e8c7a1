//! Certificate blocks of pages: receipts recorded and compared, claims, files, modes, relocated directories, and
//! `tutor cert`.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::harness::{Block, Room, Run, page};

/// An authority and a leaf; quick to make.
const SMALL: &str = r#"
defaults = { key = "p256" }
[ca.authority]
cn = "Test CA"
[leaf.web]
issuer = "authority"
cn = "www.example.com"
"#;

fn block(text: &str) -> Block {
    // For the length of a test.
    ("toml #pki .certificate", text.to_owned().leak(), "-")
}

/// A page with this block alone.
fn room(text: &str) -> Room {
    let room = Room::new();
    room.write("page.md", &page("{}", &[block(text)]));
    room
}

/// The names in a directory, sorted.
fn names(room: &Room, directory: &str) -> Vec<String> {
    let entries = fs::read_dir(room.path(directory)).into_iter().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What a recording holds behind its header.
fn recorded(room: &Room, name: &str) -> String {
    let text = room.read(name);
    text.split_once("\n---\n").unwrap_or_else(|| panic!("no header: {text}")).1.to_owned()
}

fn reason(run: &Run) -> &str {
    run.step("pki")["reason"].as_str().unwrap_or_else(|| panic!("no reason: {}", run.told()))
}

#[test]
fn a_receipt_is_recorded_and_compared() {
    let room = room(SMALL);
    let first = room.run(&[]);
    assert_eq!((first.states().as_str(), first.code), ("pki=new", Some(1)), "{}", first.told());
    let accepted = room.run(&["--accept"]);
    assert_eq!((accepted.states().as_str(), accepted.code), ("pki=passed", Some(0)), "{}", accepted.told());
    let receipt = recorded(&room, "snapshots/page/pki.snap");
    for line in ["ca authority.crt", "leaf web.crt", "  subject  CN=www.example.com", "  validity 365 days"] {
        assert!(receipt.lines().any(|found| found == line), "{line}: {receipt}");
    }
    // The certificates are others, and the receipt is the same.
    let again = room.run(&[]);
    assert_eq!((again.states().as_str(), again.code), ("pki=passed", Some(0)), "{}", again.told());
    let serials = |run: &Run| run.step("pki")["certificates"].to_string();
    assert_ne!(serials(&accepted), serials(&again));
    assert_eq!(accepted.step("pki")["stdout"], again.step("pki")["stdout"]);
    for (from, to) in [
        ("[leaf.web]", "[leaf.web]\ndays = 90"),
        ("www.example.com", "web.example.com"),
        ("p256", "p384"),
        ("[leaf.web]", "[leaf.web]\nuse = [\"client\"]"),
        ("[leaf.web]", "[leaf.web]\nemit = [\"crt\"]"),
    ] {
        room.write("page.md", &page("{}", &[block(&SMALL.replace(from, to))]));
        let run = room.run(&[]);
        assert_eq!((run.states().as_str(), run.code), ("pki=drifted", Some(1)), "{to}: {}", run.told());
        assert!(run.step("pki")["diff"].as_str().is_some_and(|diff| diff.contains('+')), "{}", run.told());
    }
}

#[test]
fn what_varies_is_in_the_event_stream() {
    let run = room(SMALL).run(&["--accept"]);
    let certificates = run.step("pki")["certificates"].as_array().unwrap();
    let ids: Vec<_> = certificates.iter().map(|made| made["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["authority", "web"], "{}", run.told());
    for made in certificates {
        for key in ["serial", "not_before", "not_after", "sha256"] {
            let value = made[key].as_str().unwrap();
            assert!(value.len() >= 20, "{made}");
            assert!(!run.stdout.contains(value), "{key}: {}", run.stdout);
        }
    }
}

#[test]
fn a_claim_that_does_not_hold_fails_at_its_line() {
    let claims = "\n[[expect]]\nverify = \"web\"\n\n[[expect]]\nverify = \"web\"\nhost = \"example.org\"\n";
    let room = room(&format!("{SMALL}{claims}"));
    let run = room.run(&["--accept"]);
    assert_eq!((run.states().as_str(), run.code), ("pki=failed", Some(1)), "{}", run.told());
    assert!(reason(&run).contains("expected accepted, rejected: wrong-host"), "{}", run.told());
    let text = room.read("page.md");
    let second = text.match_indices("[[expect]]").nth(1).unwrap().0;
    let line = text[..second].matches('\n').count() + 1;
    let at = (line..line + 3).find(|line| run.stdout.contains(&format!("page.md:{line}:")));
    assert!(at.is_some(), "not in the lines from {line}: {}", run.told());
    assert!(!room.path("snapshots").exists(), "a failed step records nothing");
    // With the word that fits, it holds.
    let right = claims.replace("\"example.org\"", "\"example.org\"\nerror = \"wrong-host\"");
    room.write("page.md", &page("{}", &[block(&format!("{SMALL}{right}"))]));
    assert_eq!(room.run(&["--accept"]).states(), "pki=passed");
    // With another word, it does not.
    let wrong = right.replace("error = \"wrong-host\"", "error = \"expired\"");
    room.write("page.md", &page("{}", &[block(&format!("{SMALL}{wrong}"))]));
    let run = room.run(&["--accept"]);
    assert_eq!(run.states(), "pki=failed", "{}", run.told());
    assert!(reason(&run).contains("expired") && reason(&run).contains("wrong-host"), "{}", run.told());
}

#[test]
fn a_file_that_is_there_is_replaced_only_where_the_block_says_so() {
    let before: Block = ("sh #before", "echo mine >web.key", "");
    let after: Block = ("sh #after .cleanup", "ls -A >@HERE@/left; cat web.key >@HERE@/key", "-");
    for (first, states) in [("", "failed"), ("replace = false\n", "failed"), ("replace = true\n", "passed")] {
        let room = Room::new();
        let text = page("{}", &[before, block(&format!("{first}{SMALL}")), after]);
        room.write("page.md", &text);
        let run = room.run(&["--accept"]);
        assert_eq!(run.states(), format!("before=passed pki={states} after=passed"), "{}", run.told());
        let (left, key) = (room.read("left"), room.read("key"));
        if states == "failed" {
            assert!(reason(&run).contains("web.key"), "{}", run.told());
            assert!(run.stdout.contains("page.md:"), "{}", run.told());
            assert_eq!((left.as_str(), key.as_str()), ("web.key\n", "mine\n"));
        } else {
            assert_eq!(left, "authority.crt\nauthority.key\nweb.crt\nweb.key\n");
            assert!(key.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        }
    }
}

#[test]
fn a_password_comes_from_the_caller_or_the_step_fails() {
    let text = SMALL.replace("\"Test CA\"", "\"Test CA\"\npassword = { env = \"TUTOR_TEST_CA\" }");
    let look: Block = ("sh #look .cleanup", "ls -A >@HERE@/left; head -n 1 authority.key >>@HERE@/left", "-");
    let mut room = Room::new();
    room.write("page.md", &page("{}", &[block(&text), ("sh #touch", "touch x", "-"), look]));
    let run = room.run(&["--accept"]);
    assert_eq!((run.step("pki")["state"].as_str(), run.code), (Some("failed"), Some(1)), "{}", run.told());
    assert!(reason(&run).contains("TUTOR_TEST_CA"), "{}", run.told());
    assert!(!room.path("left").exists() || !room.read("left").contains("authority"), "{}", run.told());
    for (value, state) in [("", "failed"), ("four wet otters", "passed")] {
        room.env = vec![("TUTOR_TEST_CA", value)];
        let run = room.run(&["--accept"]);
        assert_eq!(run.step("pki")["state"].as_str(), Some(state), "{value}: {}", run.told());
    }
    assert!(room.read("left").ends_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "{}", room.read("left"));
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    let text = SMALL.replace("cn = \"www", "emit = [\"key\", \"csr\", \"crt\", \"chain\", \"pem\", \"p12\"]\npassword = \"four wet otters\"\ncn = \"www");
    let look: Block = (
        "sh #look",
        "stat -c '%a %n' *",
        "644 authority.crt\n600 authority.key\n644 web-chain.crt\n644 web.crt\n644 web.csr\n600 web.key\n600 web.p12\n600 web.pem",
    );
    for umask in ["umask 000", "umask 077"] {
        let room = Room::new();
        let wrong: Block = ("sh #wrong", "stat -c %a web.key", "644");
        room.write("page.md", &page("{}", &[("sh #mask", umask, ""), block(&text), look, wrong]));
        let run = room.run(&["--accept"]);
        assert_eq!(run.states(), "mask=passed pki=passed look=passed wrong=passed", "{}", run.told());
        assert!(room.read("page.md").ends_with("\n600\n```\n"), "what was wrong was accepted");
    }
}

#[test]
fn relocated_directories_hold_the_files() {
    let text = format!("dir = \"/opt/certs\"\n{SMALL}");
    let blocks = [
        block(&text),
        ("text #have .files in=/opt/certs", "authority.crt\nauthority.key\nweb.crt\nweb.key", "-"),
        ("sh #pair", "cd /opt/certs\nhead -n 1 web.crt", "[CERTIFICATE]\n..."),
        ("text #wrong .files in=/opt/certs", "web.crt", "-"),
    ];
    let there = || fs::read_dir("/opt").map(Iterator::count).unwrap_or_default();
    let before = there();
    let room = Room::new();
    room.write(
        "page.md",
        &page("{relocate: [/opt/certs]}", &blocks)
            .replace("[CERTIFICATE]\n...", "-----BEGIN CERTIFICATE-----"),
    );
    for way in ["mount", "text", "mount"] {
        let run = room.run(&["--relocate", way, "--accept"]);
        assert_eq!(run.states(), "pki=passed have=passed pair=passed wrong=drifted", "{way}: {}", run.told());
        assert_eq!(run.step("pki")["reason"], serde_json::Value::Null);
        assert_eq!(there(), before);
    }
    // What the first way has recorded is what the other ones make.
    for way in ["text", "mount"] {
        assert_eq!(room.run(&["--relocate", way]).step("pki")["state"], "passed", "{way}");
    }
    // Outside of it nothing is made.
    let outside = block(&text.replace("/opt/certs", "/opt/other"));
    room.write("page.md", &page("{relocate: [/opt/certs]}", &[outside]));
    let run = room.tutor(&["run", "page.md"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.told());
    assert!(run.stderr.contains("path-not-relocated"), "{}", run.told());
}

#[test]
fn a_windows_page_has_its_directory() {
    let text = format!("dir = 'C:\\opt\\certs'\n{SMALL}");
    let quoted = format!("dir = \"c:\\\\opt\\\\certs\\\\deep\"\n{SMALL}");
    let second = ("toml #again .certificate", quoted.leak() as &str, "-");
    let list: Block =
        ("text #have .files in=C:\\opt\\certs", "authority.crt\nauthority.key\ndeep/\nweb.crt\nweb.key", "-");
    let room = Room::new();
    let head = r"{platform: [windows/cmd], relocate: ['C:\opt\certs']}";
    room.write("page.md", &page(head, &[block(&text), second, list]));
    for way in ["mount", "text"] {
        let run = room.run(&["--relocate", way, "--accept"]);
        assert_eq!(run.states(), "pki=passed again=passed have=passed", "{way}: {}", run.told());
    }
}

#[test]
fn every_mistake_is_shown_at_its_place_and_nothing_is_made() {
    let text =
        SMALL.replace("cn = \"www.example.com\"", "cn = \"www.example.com\"\ndayz = 3\nissuerr = \"x\"");
    let room = room(&text);
    for arguments in [&["check", "page.md"][..], &["run", "page.md"]] {
        let run = room.tutor(arguments);
        let told = run.told();
        let lines = room.read("page.md");
        for word in ["dayz", "issuerr"] {
            let line = lines.lines().position(|line| line.starts_with(word)).unwrap() + 1;
            assert!(told.contains(&format!("page.md:{line}:1")), "{word}: {told}");
        }
        assert_ne!(run.code, Some(0), "{told}");
    }
}

#[test]
fn the_engine_makes_the_same_without_a_page() {
    let paged = room(SMALL);
    assert_eq!(paged.run(&["--accept"]).code, Some(0));
    let receipt = recorded(&paged, "snapshots/page/pki.snap");
    let room = Room::new();
    room.write("pki.toml", SMALL);
    let run = room.tutor(&["cert", "pki.toml", "--dir", "some/where"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{}", run.told());
    assert!(receipt.contains(run.stdout.trim_end()), "{receipt}\n{}", run.stdout);
    let files = ["authority.crt", "authority.key", "web.crt", "web.key"];
    assert_eq!(names(&room, "some/where"), files);
    for (name, mode) in [("authority.key", 0o600), ("web.crt", 0o644)] {
        let found = fs::metadata(room.path(&format!("some/where/{name}"))).unwrap().permissions().mode();
        assert_eq!(found & 0o7777, mode, "{name}");
    }
    let key = room.read("some/where/web.key");
    let again = room.tutor(&["cert", "pki.toml", "--dir", "some/where"]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(2), ""), "{}", again.told());
    assert!(again.stderr.contains("pki.toml:"), "{}", again.told());
    assert_eq!(room.read("some/where/web.key"), key);
    // The file's own directory is from where the program was started.
    room.write("sub/pki.toml", &format!("dir = \"made\"\n{SMALL}"));
    assert_eq!(room.tutor(&["cert", "sub/pki.toml"]).code, Some(0));
    assert_eq!(names(&room, "made"), files);
}

#[test]
fn the_engine_says_what_is_wrong_with_a_file() {
    let room = Room::new();
    room.write("bad.toml", &SMALL.replace("issuer = \"authority\"", "issuer = \"nobody\""));
    room.write("text.toml", "= not TOML");
    room.write("claim.toml", &format!("{SMALL}\n[[expect]]\nverify = \"web\"\nhost = \"example.org\"\n"));
    fs::write(room.path("bytes.toml"), b"\n\xff").unwrap();
    let cases: [(&str, i32, &[&str]); 5] = [
        ("bad.toml", 2, &["bad.toml:6:10", "nobody"]),
        ("text.toml", 2, &["text.toml:1:1"]),
        ("bytes.toml", 2, &["bytes.toml", "line 2"]),
        ("nowhere.toml", 2, &["nowhere.toml", "No such file"]),
        ("claim.toml", 1, &["claim.toml:", "expected accepted, rejected: wrong-host"]),
    ];
    for (name, code, words) in cases {
        let run = room.tutor(&["cert", name, "--dir", name.trim_end_matches(".toml")]);
        assert_eq!(run.code, Some(code), "{name}: {}", run.told());
        assert!(words.iter().all(|word| run.stderr.contains(word)), "{name}: {}", run.told());
        let made = names(&room, name.trim_end_matches(".toml"));
        assert_eq!(made.len(), if code == 1 { 4 } else { 0 }, "{name}: {made:?}");
    }
}

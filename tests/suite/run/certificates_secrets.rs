//! Private keys and passwords are in the files that a block names, and nowhere else.

use std::{fs, path::Path};

use super::harness::{Block, Room, page};

const PASSWORD: &str = "correct-horse.17";
const OTHER: &str = "staple-battery.42";
const HEAD: &str = "{relocate: [/opt/certs], placeholders: {<pw>: {env: PW}}, secrets: [<pw>]}";

const PKI: &str = r#"
dir = "/opt/certs"
[ca.authority]
cn = "Test CA"
password = "<pw>"
[leaf.web]
issuer = "authority"
cn = "www.example.com"
emit = ["key", "csr", "crt", "chain", "pem", "p12"]
password = { env = "OTHER" }
[leaf.plain]
issuer = "authority"
cn = "plain.example.com"
emit = ["key", "crt", "pem"]
key = "p256"
[bad.late]
from = "plain"
fault = "expired"
"#;

/// All files below a directory: path and bytes.
fn all_files(directory: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all_files(&path, found);
        } else if path.is_file() {
            found.push((path.to_string_lossy().into_owned(), fs::read(&path).unwrap()));
        }
    }
}

/// The lines between BEGIN and END of the private keys in a text.
fn key_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("-----") {
            inside = line.contains("BEGIN") && line.contains("PRIVATE KEY");
        } else if inside {
            lines.push(line.to_owned());
        }
    }
    lines
}

fn ends(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

/// Where any of the needles is.
fn find(needles: &[String], haystacks: &[(String, Vec<u8>)]) -> Vec<String> {
    let holds =
        |bytes: &[u8], needle: &str| bytes.windows(needle.len()).any(|part| part == needle.as_bytes());
    haystacks
        .iter()
        .filter(|(_, bytes)| needles.iter().any(|needle| holds(bytes, needle)))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Runs pages that end in each way, with `--keep`, and looks through all that is left of them.
#[test]
fn no_key_and_no_password_is_outside_of_the_certificates_directory() {
    let plain: Block = ("toml #pki .certificate", PKI, "-");
    let claim = |claim: &str| -> Block {
        ("toml #pki .certificate", format!("{PKI}[[expect]]\nverify = \"web\"\n{claim}").leak(), "-")
    };
    let there: Block = ("sh #there", "mkdir -p /opt/certs/web.pem", "");
    let print: Block =
        ("sh #print snapshot=all", "cat /opt/certs/plain.key /opt/certs/plain.pem; echo '<pw>' >&2", "-");
    let again: Block = ("toml #again .certificate", PKI, "-");
    let cases: [(&str, Vec<Block>, &str); 6] = [
        ("made", vec![plain], "pki=passed"),
        ("a claim fails", vec![claim("error = \"expired\"\n")], "pki=failed"),
        ("printed by a step", vec![plain, print], "pki=passed print=passed"),
        ("again", vec![plain, again], "pki=passed again=failed"),
        ("a file is there", vec![there, plain], "there=passed pki=failed"),
        ("a claim holds", vec![claim("host = \"x.org\"\nerror = \"wrong-host\"\n")], "pki=passed"),
    ];
    for (name, blocks, states) in cases {
        let mut room = Room::new();
        room.env = vec![("PW", PASSWORD), ("OTHER", OTHER)];
        room.write("page.md", &page(HEAD, &blocks));
        let arguments =
            ["run", "--report", "json=out.json", "page.md", "--relocate", "text", "-vv", "--keep"];
        let mut said = Vec::new();
        for more in [&[][..], &["--accept"]] {
            let output = room.command(&[&arguments[..], more].concat()).output().unwrap();
            said.push(("standard output".to_owned(), output.stdout));
            said.push(("standard error".to_owned(), output.stderr));
        }
        let run = super::harness::events(&room.path("out.json"));
        let ended: Vec<String> = run
            .iter()
            .filter(|event| event["event"] == "step-finished")
            .map(|event| format!("{}={}", event["step"].as_str().unwrap(), event["state"].as_str().unwrap()))
            .collect();
        let told = String::from_utf8_lossy(&said[2].1).into_owned();
        assert_eq!(ended.join(" "), states, "{name}: {told}");

        let mut outside = said.clone();
        all_files(&room.path(""), &mut outside);
        let (mut certificates, mut scratch) = (Vec::new(), 0);
        for kept in kept(&said) {
            scratch += 1;
            let mut files = Vec::new();
            all_files(Path::new(&kept), &mut files);
            let (own, others): (Vec<_>, Vec<_>) =
                files.into_iter().partition(|(path, _)| path.contains("/fs/opt/certs/"));
            certificates.extend(own);
            outside.extend(others);
            fs::remove_dir_all(&kept).unwrap();
        }
        assert_eq!(scratch, 2, "{name}: nothing was kept: {told}");
        let mut needles: Vec<String> = certificates
            .iter()
            .filter(|(path, _)| !ends(path, "p12"))
            .flat_map(|(_, bytes)| key_lines(&String::from_utf8_lossy(bytes)))
            .collect();
        // What is looked for can be found.
        let made = states.starts_with("pki=passed") || name == "a claim fails";
        if made {
            assert!(needles.len() > 40, "{name}: {needles:?}");
            let found = find(&needles, &certificates);
            for file in
                ["authority.key", "web.key", "web.pem", "plain.key", "plain.pem", "late.key", "late.pem"]
            {
                assert!(found.iter().any(|path| path.ends_with(file)), "{name}: {file} in {found:?}");
            }
            assert!(!found.iter().any(|path| ends(path, "crt") || ends(path, "csr")), "{found:?}");
        }
        needles.extend([PASSWORD.to_owned(), OTHER.to_owned()]);
        assert_eq!(find(&needles, &outside), Vec::<String>::new(), "{name}");
        // Nor has the directory the password in clear.
        assert_eq!(
            find(&[PASSWORD.to_owned(), OTHER.to_owned()], &certificates),
            Vec::<String>::new(),
            "{name}"
        );
    }
}

/// The directories that runs say they have kept.
fn kept(said: &[(String, Vec<u8>)]) -> Vec<String> {
    let text: String = said.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect();
    text.lines().filter_map(|line| line.trim().strip_prefix("kept: ")).map(str::to_owned).collect()
}

/// `tutor cert` says no more: also where it fails.
#[test]
fn the_engine_tells_no_key_and_no_password() {
    let text = PKI.replace("dir = \"/opt/certs\"\n", "").replace("<pw>", PASSWORD);
    let mut room = Room::new();
    room.env = vec![("OTHER", OTHER)];
    let wrong = text.clone() + "[ca.old]\nexisting = true\npassword = \"" + PASSWORD + "\"\n";
    let cases = [
        (text.clone(), Some(0)),
        (text.clone(), Some(2)),
        (text.clone() + "[[expect]]\nverify = \"web\"\nerror = \"expired\"\n", Some(1)),
        (wrong, Some(2)),
        (text.replace("cn = \"Test CA\"", "cn = \"Test CA\"\nx = 1"), Some(2)),
    ];
    for (index, (text, code)) in cases.into_iter().enumerate() {
        // Not below the room, which is searched.
        let own = tempfile::tempdir().unwrap();
        fs::write(own.path().join("pki.toml"), &text).unwrap();
        let directory = if index == 1 { "0".to_owned() } else { index.to_string() };
        fs::create_dir_all(room.path(&directory)).unwrap();
        let file = own.path().join("pki.toml");
        let run = room.tutor(&["cert", file.to_str().unwrap(), "--dir", &directory]);
        assert_eq!(run.code, code, "{index}: {}", run.told());
        let mut made = Vec::new();
        all_files(&room.path(&directory), &mut made);
        let keys: Vec<String> =
            made.iter().flat_map(|(_, bytes)| key_lines(&String::from_utf8_lossy(bytes))).collect();
        assert_eq!(keys.is_empty(), index > 2, "{index}: {}", run.told());
        let said = vec![("said".to_owned(), run.told().into_bytes())];
        assert_eq!(find(&keys, &said), Vec::<String>::new(), "{index}: {}", run.told());
        // A diagnostic quotes the file's own line, so the password may only be where that is wrong; here it is not.
        let secrets = [PASSWORD.to_owned(), OTHER.to_owned()];
        let told = find(&secrets, &said);
        assert!(told.is_empty() || index == 3, "{index}: {}", run.told());
    }
}

//! A page that prints a secret in every form: none of them is in anything that a run or what follows it leaves or says.

use std::{fs, path::Path};

use super::harness::{Block, Room, page};

/// With what shells, URLs, JSON, HTML and base64 each write otherwise.
const SECRET: &str = "corr&ct \"h'rse\"+17/\u{e9}~~~???";

const HEAD: &str = "{placeholders: {<pw>: {env: PW}}, secrets: [<pw>], env: {S: <pw>}}";

/// Each form by a program that is not this one; `out` prints them all.
const FORMS: &str = r#"
printf '%s\n' "$S"
printf '%s' "$S" | base64
printf '%s' "$S" | base64 -w 0; echo
printf 'a%s' "$S" | base64 -w 0; echo
printf 'ab%sc' "$S" | base64 -w 0; echo
printf '%60s%s%60s' "" "$S" "" | base64
printf '%61s%s%60s' "" "$S" "" | base64
printf '%62s%s%60s' "" "$S" "" | openssl base64
printf '%s' "$S" | base64 -w 7
printf '%s' "$S" | base64 -w 0 | tr '+/' '-_' | tr -d '='; echo
printf '%s' "$S" | xxd -p
printf '%s' "$S" | xxd -p -u -c 100
printf '%s' "$S" | od -An -tx1
printf '%s' "$S" | xxd -i
printf '%s' "$S" | fold -w 9; echo
printf '%s' "${S%17*}"; sleep 0.05; printf '%s\n' "17${S#*17}"
python3 -c 'import json, os, html, urllib.parse as u, shlex, base64
s = os.environ["S"]
print(u.quote(s), u.quote(s, safe=""), u.quote_plus(s), u.quote(s).lower())
print(json.dumps({"a": s, "b": json.dumps(s)}), json.dumps(s, ensure_ascii=False))
print(html.escape(s), s.encode("ascii", "xmlcharrefreplace").decode())
print(shlex.quote(s), base64.b64encode(s.encode("utf-16le")).decode())'
bash -c 'printf "%q\n" "$S"; set -x; : "$S"; declare -p S' 2>&1
"#;

/// More than is kept, so that what is left out begins and ends amid values; and a line that is longer than is kept.
const MUCH: &str = r#"
awk 'BEGIN { for (i = 0; i < 30000; i++) print "line", i, ENVIRON["S"], "and some more words" }'
yes "$S" | tr -d '\n' | head -c 400000; echo
"#;

/// Written for this test: bytes in base64, without padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let digit = |six: &[u8]| DIGITS[usize::from(six.iter().fold(0, |value, bit| value << 1 | bit))];
    bits.chunks_exact(6).map(|six| char::from(digit(six))).collect()
}

/// What must be nowhere, without blanks and line ends.
fn needles() -> Vec<String> {
    let bytes = SECRET.as_bytes();
    let mut needles = Vec::new();
    for offset in 0..3 {
        let whole = base64(&[&b"xx"[..offset], bytes].concat());
        // Without the digit that the bytes before share; and a part is as bad as all of it.
        let own = &whole[if offset == 0 { 0 } else { offset + 1 }..];
        needles.extend([own[..12].to_owned(), own[own.len() - 12..].to_owned()]);
    }
    let hexadecimal = |between: &str, part: &[u8]| {
        part.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(between)
    };
    for part in [&bytes[..7], &bytes[bytes.len() - 9..]] {
        needles.push(hexadecimal("", part));
        needles.push(hexadecimal(",0x", part));
        needles.push(hexadecimal("%", part));
    }
    for word in
        ["corr&ct", "corr&amp;ct", "corr%26ct", "corr\\&ct", "rse\"+17", "rse\\\"+17", "rse%22", "rse&quot;"]
    {
        needles.push(word.to_owned());
    }
    let all: Vec<String> = needles
        .iter()
        .flat_map(|needle| [needle.clone(), needle.to_uppercase(), needle.replace('+', "-")])
        .collect();
    all.into_iter().map(|needle| needle.replace('/', "_")).chain(needles).collect()
}

/// All files below a directory, with their names.
fn all_files(directory: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all_files(&path, found);
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}

/// Where any of the needles is, and what stands around it.
fn told(needles: &[String], places: &[(String, String)]) -> Vec<String> {
    let mut told = Vec::new();
    for (name, text) in places {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        for needle in needles {
            if let Some(at) = text.find(needle.as_str()) {
                let around: String = text[..at].chars().rev().take(60).collect();
                told.push(format!("{needle} in {name} behind {}", around.chars().rev().collect::<String>()));
            }
        }
    }
    told
}

#[test]
fn what_is_looked_for_would_be_found() {
    let output = std::process::Command::new("sh").args(["-c", FORMS]).env("S", SECRET).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all = needles();
    let found = told(&all, &[(String::new(), printed)]);
    assert!(found.len() > 20, "{found:#?}");
}

#[test]
fn no_form_of_a_secret_is_told() {
    let failing: &str = Box::leak(format!("{FORMS}\necho \"$S\" >&2; ls \"/no/$S\"").into_boxed_str());
    let transcript = "$ printf '%s' \"$S\" | base64 -w 0\nx\n$ printf '%s' \"$S\" | xxd -p\nx";
    let blocks: [Block; 5] = [
        ("sh #recorded snapshot=all timeout=60s", FORMS, "-"),
        ("sh #shown timeout=60s", FORMS, "something else"),
        ("console #transcript", transcript, "-"),
        ("sh #failed timeout=60s", failing, "-"),
        ("sh #after .cleanup timeout=60s", failing, "-"),
    ];
    let mut room = Room::new();
    room.env = vec![("PW", SECRET), ("GITHUB_STEP_SUMMARY", "summary.md"), ("LC_ALL", "C.UTF-8")];
    room.write("page.md", &page(HEAD, &blocks));
    room.write("much.md", &page(HEAD, &[("sh #much snapshot=all timeout=60s", MUCH, "-")]));
    let reports = [
        "--report",
        "json=out.json",
        "--report",
        "junit=out.xml",
        "--report",
        "github=out.github",
        "--report",
        "github",
    ];
    let commands: [&[&str]; 7] = [
        &["run", "-vv", "page.md", "much.md"],
        &["review"],
        &["accept"],
        &["run", "-vv", "page.md", "--accept"],
        &["run", "page.md"],
        &["run", "page.md", "--repeat", "2"],
        &["mutants", "page.md", "--sample", "2"],
    ];
    let needles = needles();
    for (at, arguments) in commands.iter().enumerate() {
        let with_reports = at == 0 || at == 3 || at == 4;
        let all = if with_reports { [arguments, &reports[..]].concat() } else { arguments.to_vec() };
        let output = room.command(&all).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut places = vec![
            ("standard output".to_owned(), text(&output.stdout)),
            ("standard error".to_owned(), text(&output.stderr)),
        ];
        assert!(!places[1].1.contains("panicked"), "{}", places[1].1);
        assert_ne!(output.status.code(), Some(2), "{arguments:?}: {}{}", places[0].1, places[1].1);
        all_files(&room.path(""), &mut places);
        if at == 0 {
            let has = |part: &str| {
                places.iter().any(|(name, text)| {
                    name.ends_with(part) && (text.contains("<pw>") || text.contains("&lt;pw&gt;"))
                })
            };
            for part in ["out.json", "out.xml", ".snap.new", "standard output"] {
                assert!(
                    has(part),
                    "{part} says nothing: {:?}",
                    places.iter().map(|place| &place.0).collect::<Vec<_>>()
                );
            }
        }
        assert!(!room.read("summary.md").is_empty() || !with_reports);
        // The page itself has names of commands, and no secret.
        assert_eq!(told(&needles, &places), Vec::<String>::new(), "{arguments:?}");
    }
    assert!(room.read("page.md").contains("<pw>\n"), "nothing was written back: {}", room.read("page.md"));
}

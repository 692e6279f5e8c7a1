//! Versions of programs, asked of the programs themselves. The only file that knows `duct`.

use std::{
    collections::{BTreeMap, HashMap},
    io::{Read as _, Seek as _},
    time::Duration,
};

/// The longest that a program may take to say its version.
const LIMIT: Duration = Duration::from_secs(2);
/// Bytes of the answer that are looked at.
const ANSWER: u64 = 16 * 1024;

/// How programs are asked that do not know `--version`, or say too much there.
const ASKED: &[(&str, &str, &[&str])] = &[
    ("cargo", "cargo", &["-V"]),
    ("ffmpeg", "ffmpeg", &["-version"]),
    ("go", "go", &["version"]),
    ("helm", "helm", &["version", "--short"]),
    ("java", "java", &["-version"]),
    ("javac", "javac", &["-version"]),
    ("keytool", "java", &["-version"]),
    ("ksh", "ksh", &["-c", "echo ${.sh.version}"]),
    ("kubectl", "kubectl", &["version", "--client"]),
    ("lua", "lua", &["-v"]),
    ("mksh", "mksh", &["-c", "echo $KSH_VERSION"]),
    ("nginx", "nginx", &["-v"]),
    ("openssl", "openssl", &["version"]),
    ("scp", "ssh", &["-V"]),
    ("sftp", "ssh", &["-V"]),
    ("ssh", "ssh", &["-V"]),
    ("ssh-add", "ssh", &["-V"]),
    ("ssh-agent", "ssh", &["-V"]),
    ("ssh-keygen", "ssh", &["-V"]),
    ("sshd", "ssh", &["-V"]),
    ("tmux", "tmux", &["-V"]),
    ("unzip", "unzip", &["-v"]),
    ("zip", "zip", &["-v"]),
];

/// Versions that were asked for in this run, each once.
#[derive(Debug, Default)]
pub(super) struct Versions(HashMap<String, Option<String>>);

impl Versions {
    /// The versions of `programs`; those that don't say theirs are left out.
    pub(super) fn of<'p>(
        &mut self,
        programs: impl IntoIterator<Item = &'p String>,
    ) -> BTreeMap<String, String> {
        let mut versions = BTreeMap::new();
        for program in programs {
            let known = self.0.entry(program.clone()).or_insert_with(|| ask(program));
            if let Some(version) = known {
                versions.insert(program.clone(), version.clone());
            }
        }
        versions
    }
}

fn ask(program: &str) -> Option<String> {
    let asked = ASKED.iter().find(|(name, ..)| *name == program);
    let (program, arguments) =
        asked.map_or((program, ["--version"].as_slice()), |&(_, program, arguments)| (program, arguments));
    version(&answer(program, arguments)?).map(str::to_owned)
}

/// What `program` says; `None` where it can't be started or is not done in time.
fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    // Into a file: to read a pipe to its end would mean to wait for whatever the program leaves in the background.
    let mut file = tempfile::tempfile().ok()?;
    let child = duct::cmd(program, arguments)
        .stdin_null()
        .stdout_file(file.try_clone().ok()?)
        .stderr_to_stdout()
        .env("LC_ALL", "C")
        .unchecked()
        .start()
        .ok()?;
    if !matches!(child.wait_timeout(LIMIT), Ok(Some(_))) {
        // It will not say; that it can't be ended either changes nothing here.
        let _ = child.kill();
        return None;
    }
    file.rewind().ok()?;
    let mut bytes = Vec::new();
    file.take(ANSWER).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The first version in `answer`: digits with dots between them and what hangs on (`9.2p1`, `1.1.1w`), else the
/// first number that stands alone.
fn version(answer: &str) -> Option<&str> {
    // MariaDB's client says its own number first, and that of the distribution, which one knows, second.
    let answer = answer.split_once("Distrib ").map_or(answer, |(_, rest)| rest);
    let words = || {
        answer.split(|c: char| !(c.is_ascii_alphanumeric() || ".-+~_".contains(c))).filter_map(|word| {
            let start = word.find(|c: char| c.is_ascii_digit())?;
            // `v5.36.0` and `go1.22.1`, but not `x86_64` or `ELF64`.
            word[..start].chars().all(|c| c.is_ascii_alphabetic() || "_-".contains(c)).then(|| &word[start..])
        })
    };
    let dotted = words().find_map(|word| {
        let end = word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(word.len());
        let word = word[..end].trim_end_matches('.');
        let (major, minor) = word.split_once('.')?;
        let digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        (major.bytes().all(|byte| byte.is_ascii_digit()) && digits(minor)).then_some(word)
    });
    dotted.or_else(|| words().find(|word| word.bytes().all(|byte| byte.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_version_in_what_programs_say() {
        let cases = [
            ("OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 27 Jan 2026)", Some("3.0.19")),
            ("OpenSSL 1.1.1w  11 Sep 2023", Some("1.1.1w")),
            ("LibreSSL 3.3.6", Some("3.3.6")),
            ("OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025", Some("9.2p1")),
            ("openjdk version \"17.0.12\" 2024-07-16", Some("17.0.12")),
            ("go version go1.22.1 linux/amd64", Some("1.22.1")),
            ("Client Version: v1.30.2\nKustomize Version: v5.0.4", Some("1.30.2")),
            ("mysql  Ver 15.1 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)", Some("10.11.19")),
            ("\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64", Some("5.36.0")),
            ("GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)", Some("5.2.15")),
            ("version         sh (AT&T Research) 93u+m/1.0.4 2022-10-22", Some("1.0.4")),
            ("tmux 3.3a", Some("3.3a")),
            ("less 590 (GNU regular expressions)", Some("590")),
            ("Python 3.11.2.", Some("3.11.2")),
            ("db version v7.0.12", Some("7.0.12")),
            ("usage: tool [-h]", None),
            ("", None),
        ];
        for (answer, expected) in cases {
            assert_eq!(version(answer), expected, "{answer}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn waits_neither_for_what_a_program_leaves_behind_nor_for_one_that_hangs() {
        let begun = std::time::Instant::now();
        assert_eq!(answer("sh", &["-c", "sleep 5 & echo 1.2.3"]).as_deref(), Some("1.2.3\n"));
        assert!(begun.elapsed() < LIMIT, "{:?}", begun.elapsed());
        assert_eq!(answer("sleep", &["30"]), None);
        assert_eq!(answer("no-such-program", &[]), None);
        assert!(begun.elapsed() < LIMIT * 2, "{:?}", begun.elapsed());
    }

    #[test]
    #[cfg(unix)]
    fn asks_each_program_once_and_leaves_out_what_is_not_there() {
        let programs = ["sh-that-is-nowhere".to_owned(), "cargo".to_owned()];
        let mut versions = Versions::default();
        let known = versions.of(&programs);
        assert_eq!(known.keys().map(String::as_str).collect::<Vec<_>>(), ["cargo"]);
        assert_eq!(versions.0.len(), 2);
    }
}

//! Versions of programs, asked of the programs themselves. The only file that knows `duct`.

use std::{
    collections::HashMap,
    io::{Read as _, Seek as _},
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

/// The longest that a program may take to say its version.
const LIMIT: Duration = Duration::from_secs(2);
/// Bytes of the answer that are looked at.
const ANSWER: u64 = 16 * 1024;

/// How programs are asked that do not know `--version`, or say too much there.
const ASKED: &[(&str, &str, &[&str])] = &[
    ("adb", "adb", &["version"]),
    ("ant", "ant", &["-version"]),
    ("apache2", "apache2", &["-v"]),
    ("apachectl", "apachectl", &["-v"]),
    ("cargo", "cargo", &["-V"]),
    ("consul", "consul", &["version"]),
    ("dig", "dig", &["-v"]),
    ("erl", "erl", &["-noshell", "-eval", "io:put_chars(erlang:system_info(otp_release)), halt()."]),
    ("etcdctl", "etcdctl", &["version"]),
    ("ffmpeg", "ffmpeg", &["-version"]),
    ("ffprobe", "ffprobe", &["-version"]),
    ("go", "go", &["version"]),
    ("haproxy", "haproxy", &["-v"]),
    ("helm", "helm", &["version", "--short"]),
    ("httpd", "httpd", &["-v"]),
    ("istioctl", "istioctl", &["version", "--remote=false"]),
    ("jar", "java", &["-version"]),
    ("java", "java", &["-version"]),
    ("javac", "javac", &["-version"]),
    ("jshell", "java", &["-version"]),
    ("keytool", "java", &["-version"]),
    ("kind", "kind", &["version"]),
    ("kotlin", "kotlin", &["-version"]),
    ("kotlinc", "kotlinc", &["-version"]),
    ("ksh", "ksh", &["-c", "echo ${.sh.version}"]),
    ("kubectl", "kubectl", &["version", "--client"]),
    ("kustomize", "kustomize", &["version"]),
    ("lua", "lua", &["-v"]),
    ("luac", "luac", &["-v"]),
    ("minikube", "minikube", &["version"]),
    ("mksh", "mksh", &["-c", "echo $KSH_VERSION"]),
    ("named", "named", &["-v"]),
    ("nginx", "nginx", &["-v"]),
    ("oc", "oc", &["version", "--client"]),
    ("openssl", "openssl", &["version"]),
    ("postfix", "postconf", &["-h", "mail_version"]),
    ("scala", "scala", &["-version"]),
    ("scp", "ssh", &["-V"]),
    ("screen", "screen", &["-v"]),
    ("sftp", "ssh", &["-V"]),
    ("ssh", "ssh", &["-V"]),
    ("ssh-add", "ssh", &["-V"]),
    ("ssh-agent", "ssh", &["-V"]),
    ("ssh-keygen", "ssh", &["-V"]),
    ("sshd", "ssh", &["-V"]),
    ("terraform", "terraform", &["version"]),
    ("tmux", "tmux", &["-V"]),
    ("tofu", "tofu", &["version"]),
    ("unzip", "unzip", &["-v"]),
    ("zig", "zig", &["version"]),
    ("zip", "zip", &["-v"]),
    ("zipinfo", "unzip", &["-v"]),
];

/// What programs have answered, each asked once in this process: recordings and requirements want the same.
static ANSWERS: LazyLock<Mutex<HashMap<Question, Answer>>> = LazyLock::new(Mutex::default);

/// A command, and what it said.
type Question = Vec<String>;
type Answer = Option<String>;

/// The command that makes `program` tell its version.
pub(super) fn question(program: &str) -> Vec<String> {
    let asked = ASKED.iter().find(|(name, ..)| *name == program);
    let (program, arguments) =
        asked.map_or((program, ["--version"].as_slice()), |&(_, program, arguments)| (program, arguments));
    [program].iter().chain(arguments).map(|&word| word.to_owned()).collect()
}

/// What a command of the author's is run by.
pub(super) fn by_shell(command: &str) -> Vec<String> {
    let shell = if cfg!(windows) { ["cmd", "/C"] } else { ["sh", "-c"] };
    shell.iter().chain(&[command]).map(|&word| word.to_owned()).collect()
}

/// What a command says on both its streams; `None` where it can't be started or is not done in time.
pub(super) fn said(command: &[String]) -> Option<String> {
    // Whoever panicked while holding it has left whole entries.
    let known = || ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(answer) = known().get(command) {
        return answer.clone();
    }
    let (program, arguments) = command.split_first()?;
    let said = answer(program, arguments);
    known().insert(command.to_vec(), said.clone());
    said
}

/// What `program` says; `None` where it can't be started or is not done in time.
fn answer(program: &str, arguments: &[String]) -> Option<String> {
    // Into a file: to read a pipe to its end would mean to wait for whatever the program leaves in the background.
    let mut file = tempfile::tempfile().ok()?;
    let child = duct::cmd(program, arguments)
        .stdin_null()
        .stdout_file(file.try_clone().ok()?)
        .stderr_file(file.try_clone().ok()?)
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
pub(super) fn version(answer: &str) -> Option<&str> {
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
        let own = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        assert_eq!(answer("sh", &own(&["-c", "sleep 5 & echo 1.2.3"])).as_deref(), Some("1.2.3\n"));
        assert!(begun.elapsed() < LIMIT, "{:?}", begun.elapsed());
        assert_eq!(answer("sleep", &own(&["30"])), None);
        assert_eq!(answer("no-such-program", &[]), None);
        assert!(begun.elapsed() < LIMIT * 2, "{:?}", begun.elapsed());
    }

    #[test]
    #[cfg(unix)]
    fn a_command_is_asked_once() {
        let directory = tempfile::tempdir().unwrap();
        let count = directory.path().join("count");
        let command = by_shell(&format!("echo x >>'{}'; echo 1.2.3", count.display()));
        for _ in 0..3 {
            assert_eq!(said(&command).as_deref(), Some("1.2.3\n"));
        }
        assert_eq!(std::fs::read_to_string(count).unwrap(), "x\n");
    }

    #[test]
    fn the_table_names_each_program_once_and_in_order() {
        assert!(ASKED.windows(2).all(|pair| pair[0].0 < pair[1].0), "{ASKED:?}");
    }
}

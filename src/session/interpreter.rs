//! Texts of other languages than the shells': the command that runs one. Pure.

use crate::{document::Interpreter, platform::Shell};

/// The name of the file that holds a text of `language`: some programs tell by its ending what they are given.
pub(super) fn file_name(language: &str) -> String {
    let ending = match language {
        "javascript" | "node" => "js",
        "kotlin" => "kts",
        "perl" => "pl",
        "python" | "python3" => "py",
        "ruby" => "rb",
        "rust" => "rs",
        "typescript" => "ts",
        other => other,
    };
    format!("step.{}", plain(ending))
}

/// The directory that the file lies in.
pub(super) fn directory(language: &str) -> String {
    plain(language)
}

/// The shell in which the command of `interpreter` runs that is to run in `shell`: on Windows, which has no `sh`, the
/// system's own.
pub(super) fn shell(shell: Shell, interpreter: Option<&Interpreter>) -> Shell {
    if cfg!(windows) && interpreter.is_some() { Shell::Batch } else { shell }
}

/// The command of `interpreter` for the file at `path`, which is put in as one word of its [`shell`].
pub(super) fn command(interpreter: &Interpreter, path: &str) -> String {
    // No path of Windows has a quotation mark in it.
    let word =
        if cfg!(windows) { format!("\"{path}\"") } else { format!("'{}'", path.replace('\'', r"'\''")) };
    interpreter.command.replace("{file}", &word)
}

/// The program that the command starts with, where it is a plain word.
pub(super) fn program(interpreter: &Interpreter) -> Option<&str> {
    let word = interpreter.command.split_whitespace().next()?;
    let plain = |c: char| c.is_alphanumeric() || "-_./+".contains(c);
    word.chars().all(plain).then_some(word)
}

fn plain(word: &str) -> String {
    word.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_command_is_given_the_file_as_one_word() {
        let interpreter = |command: &str| Interpreter { language: "python".into(), command: command.into() };
        let cases = [
            ("python3 {file}", "python3 '/tmp/it'\\''s'", Some("python3")),
            ("uv run {file} --flag", "uv run '/tmp/it'\\''s' --flag", Some("uv")),
            ("A=1 python3 {file}", "A=1 python3 '/tmp/it'\\''s'", None),
        ];
        for (template, expected, name) in cases {
            let interpreter = interpreter(template);
            assert_eq!(command(&interpreter, "/tmp/it's"), expected);
            assert_eq!(program(&interpreter), name);
        }
    }

    #[test]
    fn a_file_is_named_after_its_language() {
        let names = [("python", "step.py"), ("go", "step.go"), ("c++", "step.c--")];
        for (language, name) in names {
            assert_eq!(file_name(language), name);
        }
    }
}

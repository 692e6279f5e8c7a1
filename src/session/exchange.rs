//! What passes between a run and its PowerShell on Windows: requests and answers as files, and what a step leaves. Pure:
//! who writes and reads the files is the system's business.
//!
//! Requests and answers are numbered, so nobody has to remove a file that another still looks at. A request is an empty
//! file, which is there at once or not at all; an answer is whole when its line has an end. Both sides look again and again.

use std::path::Path;

use super::{
    batch::State,
    powershell::{self, GOING, STEP_FILE, assigning, quoted, removing},
};

/// What Windows PowerShell needs before a text in UTF-8, or it takes that for one of the machine's own character set. .NET
/// reads past it (`File.ReadAllText`).
pub(super) const MARK: &str = "\u{feff}";

/// Variables that each PowerShell sets for itself and the programs that it starts: no step in another shell is to see them.
const OWN: [&str; 2] = ["PSModulePath", "PSExecutionPolicyPreference"];

/// How long the loop pauses between two looks, in milliseconds.
const PAUSE: u32 = 10;

/// The name of a request: `start` says which PowerShell of the session is meant.
pub(super) fn request(start: u32, number: u32) -> String {
    format!("{}{number}", requests(start))
}

/// The name of the answer to it.
pub(super) fn answer(start: u32, number: u32) -> String {
    format!("{}{number}", answers(start))
}

fn requests(start: u32) -> String {
    format!("request-{start}-")
}

fn answers(start: u32) -> String {
    format!("answer-{start}-")
}

/// The loop whose files are in `directory`.
pub(super) fn loop_text(directory: &Path, start: u32) -> String {
    let file = |name: &str| directory.join(name).to_string_lossy().into_owned();
    let read = format!(
        "$($__tutor_number = 1 + $__tutor_number; \
         while (-not [System.IO.File]::Exists({} + $__tutor_number)) {{ [System.Threading.Thread]::Sleep({PAUSE}) }}; 'step')",
        quoted(&file(&requests(start)))
    );
    let answer = format!(
        "[System.IO.File]::WriteAllText({} + $__tutor_number, \"$__tutor_line`n\")",
        quoted(&file(&answers(start)))
    );
    format!("{MARK}{}", powershell::text(&file(STEP_FILE), &read, &answer))
}

/// The script that runs the service whose text is in the file `service`: that is to write UTF-8, whatever the machine's own
/// character set.
pub(super) fn service_text(service: &Path) -> String {
    format!(
        "{MARK}$OutputEncoding = [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false\n\
         $global:LASTEXITCODE = 0\n& {}\nexit $LASTEXITCODE\n",
        quoted(&service.to_string_lossy())
    )
}

/// The status in the text of an answer; `None` where it is not all there yet.
pub(super) fn answered(text: &str) -> Option<i32> {
    let words = text.strip_suffix('\n')?.strip_prefix("end ")?;
    words.split_whitespace().next()?.parse().ok()
}

/// What a PowerShell has told, by the texts of its two files; what it tells nothing of is as in `state`.
pub(super) fn told(variables: &str, directory: &str, state: &State) -> State {
    let mut told = State { directory: directory.trim_end().to_owned(), ..State::default() };
    told.left.clone_from(&state.left);
    let pairs = variables.split('\0').filter_map(|entry| entry.split_once('='));
    for (name, value) in pairs.filter(|(name, _)| passes(name)) {
        told.variables.insert(name.to_owned(), value.to_owned());
    }
    let others = state.variables.iter().filter(|(name, _)| !passes(name));
    told.variables.extend(others.map(|(name, value)| (name.clone(), value.clone())));
    told
}

/// The lines by which a PowerShell that has `from` comes to have `to`; empty where it has it.
pub(super) fn changes(from: &State, to: &State) -> String {
    let mut lines = Vec::new();
    for name in from.variables.keys().filter(|name| passes(name) && to.variable(name).is_none()) {
        lines.push(removing(name));
    }
    for (name, value) in &to.variables {
        if passes(name) && from.variable(name) != Some(value) {
            lines.push(format!("{}{}", assigning(name), quoted(value)));
        }
    }
    if !to.directory.is_empty() && !from.directory.eq_ignore_ascii_case(&to.directory) {
        let [go, end] = GOING;
        lines.push(format!("{go}{}{end}", quoted(&to.directory)));
    }
    lines.join("\n")
}

/// Whether a variable of this name goes from one shell to the next.
fn passes(name: &str) -> bool {
    !name.is_empty() && !OWN.iter().any(|own| own.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(variables: &[(&str, &str)], directory: &str) -> State {
        let variables = variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        State { variables, directory: directory.to_owned(), left: vec!["C:\\left".to_owned()] }
    }

    #[test]
    fn the_loop_names_the_files_that_the_run_writes() {
        let text = loop_text(Path::new("/it's"), 3);
        let quoted = |name: &str| name.trim_end_matches('7').replace('\'', "''");
        assert!(text.starts_with("\u{feff}$ErrorActionPreference"), "{text}");
        assert!(
            text.contains(&format!("Exists('/it''s/{}' + $__tutor_number)", quoted(&request(3, 7)))),
            "{text}"
        );
        assert!(
            text.contains(&format!("WriteAllText('/it''s/{}' + $__tutor_number,", quoted(&answer(3, 7)))),
            "{text}"
        );
        assert!(text.contains("ReadAllText('/it''s/step.ps1')"), "{text}");
        assert_eq!(text.matches(MARK).count(), 1);
        for (open, close) in [('{', '}'), ('(', ')'), ('[', ']')] {
            assert_eq!(text.matches(open).count(), text.matches(close).count(), "{open}");
        }
        let service = service_text(Path::new("/it's.ps1"));
        assert!(service.contains("\n& '/it''s.ps1'\n"), "{service}");
    }

    #[test]
    fn an_answer_counts_once_it_is_whole() {
        let cases = [
            ("end 0 12\n", Some(0)),
            ("end -1073741510 12\n", Some(-1_073_741_510)),
            ("end 3 1", None),
            ("end 3", None),
            ("", None),
            ("stop 3 12\n", None),
        ];
        for (text, status) in cases {
            assert_eq!(answered(text), status, "{text:?}");
        }
    }

    #[test]
    fn what_a_powershell_tells_is_taken_in_but_for_what_is_its_own() {
        let before = state(&[("psmodulepath", "page's"), ("GONE", "1")], "C:\\a");
        let told = told("Path=C:\\x\0A=x=y\nz\0PSModulePath=own\0=C:=C:\\q\0\0", "C:\\b c\n", &before);
        assert_eq!(told, state(&[("Path", "C:\\x"), ("A", "x=y\nz"), ("psmodulepath", "page's")], "C:\\b c"));
    }

    #[test]
    fn only_what_differs_is_changed_and_names_have_no_letter_case() {
        let from = state(&[("Path", "x"), ("OLD", "1"), ("PSModulePath", "own")], "c:\\A");
        let to = state(&[("PATH", "x"), ("F(x86)", "it's")], "C:\\a");
        assert_eq!(
            changes(&from, &to),
            "if ($true) { Remove-Item -ErrorAction Ignore -LiteralPath 'Env:OLD' }\n${env:F(x86)} = 'it''s'"
        );
        assert_eq!(changes(&to, &to), "");
        let moved = State { directory: "D:\\it's".to_owned(), ..to.clone() };
        assert_eq!(
            changes(&to, &moved),
            "if ($true) { Set-Location -ErrorAction Ignore -LiteralPath 'D:\\it''s' }"
        );
    }
}

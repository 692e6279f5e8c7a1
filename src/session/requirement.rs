//! Programs that a page needs: looked up as a shell does, and asked for their version where the page wants a certain one.

use std::{
    cmp::Ordering,
    path::{Path, PathBuf},
};

use super::{interpreter, versions};
use crate::plan::{Plan, Provided, Requirement, Step};

/// The longest part of a program's answer that a reason quotes, in characters.
const MOST_QUOTED: usize = 80;

/// What a command says on its streams; `None` where it does not answer.
pub(super) type Said<'s> = dyn FnMut(&[String]) -> Option<String> + 's;

/// What a run finds programs by: the caller's `PATH`, and what the page's project has for where nothing is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Programs<'p>(&'p [Provided]);

impl<'p> Programs<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        Self(&plan.provided)
    }

    /// Where `program` lies.
    pub(super) fn find(self, program: &str) -> Option<PathBuf> {
        find(program).or_else(|| self.provided(program).map(|found| found.path.clone()))
    }

    /// What the project has for `program`, where the machine has none.
    fn provided(self, program: &str) -> Option<&'p Provided> {
        let known = self.0.iter().find(|known| known.program == program)?;
        (runs(&known.path) && find(program).is_none()).then_some(known)
    }

    /// What the project has for programs that `plan` requires or runs texts with, and that the machine has not: each
    /// once, in their order.
    pub(super) fn used(self, plan: &Plan) -> Vec<&'p Provided> {
        // Mostly there are none.
        if self.0.is_empty() {
            return Vec::new();
        }
        let of_page = plan.requires.iter().map(|requirement| requirement.program.as_str());
        let steps =
            plan.steps.iter().filter(|step| step.ruling.is_none() && step.action.runs_programs_of_host());
        let of_steps = steps.flat_map(|step| {
            let own = step.action.runner().and_then(|(_, interpreter)| interpreter::program(interpreter?));
            step.requires.iter().map(String::as_str).chain(own)
        });
        let mut used: Vec<&Provided> = Vec::new();
        for program in of_page.chain(of_steps) {
            if let Some(provided) = self.provided(program)
                && !used.contains(&provided)
            {
                used.push(provided);
            }
        }
        used
    }

    /// The first program of `step` that is not there.
    pub(super) fn missing(self, step: &Step) -> Option<&str> {
        step.requires.iter().map(String::as_str).find(|program| self.find(program).is_none())
    }

    /// What keeps `needed` from being met on this machine: not found, too old, or not to be told.
    /// `said` is what a command says.
    pub(super) fn unmet(self, needed: &Requirement, said: &mut Said<'_>) -> Option<String> {
        let Requirement { program, min, run, pattern } = needed;
        if let Some(reason) = self.absent(needed) {
            return Some(reason);
        }
        if min.is_none() && pattern.is_none() {
            return None;
        }
        let provided = self.provided(program);
        let command = run.as_ref().map_or_else(|| question(program, provided), |run| versions::by_shell(run));
        let name = named(program, provided);
        version_unmet(needed, &name, &command, said)
    }

    /// Whether the program is not there at all.
    pub(super) fn absent(self, needed: &Requirement) -> Option<String> {
        let program = &needed.program;
        self.find(program).is_none().then(|| format!("{program} not found"))
    }
}

/// The command that makes `program` tell its version.
fn question(program: &str, provided: Option<&Provided>) -> Vec<String> {
    let mut command = versions::question(program);
    if let (Some(provided), Some(first)) = (provided, command.first_mut().filter(|first| *first == program)) {
        *first = provided.path.to_string_lossy().into_owned();
    }
    command
}

/// What a report calls it.
fn named(program: &str, provided: Option<&Provided>) -> String {
    let stands_in = provided.is_some_and(|provided| provided.stands_in);
    if stands_in { format!("{program} (stand-in)") } else { program.to_owned() }
}

/// The version that `program` says it has, by its own way of telling it, where `provided` is what a project has for
/// where the machine has none: `7.0.12`, `7.0.12 (stand-in)`. `None` where it says none.
#[must_use]
pub fn version_of(program: &str, provided: &[Provided]) -> Option<String> {
    let provided = Programs(provided).provided(program);
    let said = versions::said(&question(program, provided))?;
    let version = versions::version(&said)?;
    Some(named(version, provided))
}

/// Where `program` lies on the caller's `PATH`; a name with a slash is looked at as it is.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    if program.contains(std::path::is_separator) {
        let path = PathBuf::from(program);
        return runs(&path).then_some(path);
    }
    let directories = std::env::var_os("PATH")?;
    std::env::split_paths(&directories)
        .filter(|directory| directory.is_absolute())
        .flat_map(|directory| candidates(&directory, program))
        .find(|path| runs(path))
}

#[cfg(unix)]
fn candidates(directory: &Path, program: &str) -> Vec<PathBuf> {
    vec![directory.join(program)]
}

#[cfg(not(unix))]
fn candidates(directory: &Path, program: &str) -> Vec<PathBuf> {
    ["", ".exe", ".cmd", ".bat", ".com"].map(|ending| directory.join(format!("{program}{ending}"))).into()
}

#[cfg(unix)]
fn runs(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn runs(path: &Path) -> bool {
    path.is_file()
}

/// What keeps the version of a program that is there from being the wanted one; `command` asks for it.
fn version_unmet(
    needed: &Requirement,
    program: &str,
    command: &[String],
    said: &mut Said<'_>,
) -> Option<String> {
    let Requirement { min, run, pattern, .. } = needed;
    let shown = run.clone().unwrap_or_else(|| command.join(" "));
    let said = said(command);
    let found = said.as_deref().and_then(|said| match pattern {
        Some(pattern) => {
            let captures = pattern.captures(said)?;
            captures.get(1).or_else(|| captures.get(0)).map(|found| found.as_str())
        }
        None => versions::version(said),
    });
    let needs = min.as_ref().map(|min| format!("needs {min}, ")).unwrap_or_default();
    let unclear = |what: String| Some(format!("could not tell the version of {program} ({needs}{what})"));
    let Some(found) = found else {
        return unclear(match said.as_deref().map(quoted) {
            None => format!("`{shown}` did not answer"),
            Some(line) if line.is_empty() => format!("`{shown}` printed nothing"),
            Some(line) => format!("`{shown}` printed `{line}`"),
        });
    };
    let min = min.as_ref()?;
    match compare(found, min) {
        Some(Ordering::Less) => Some(format!("{program} too old (found {found}, needs {min})")),
        Some(_) => None,
        None => unclear(format!("`{shown}` gave `{}`", quoted(found))),
    }
}

/// The first line of an answer that says something, shortened.
fn quoted(answer: &str) -> String {
    let line = answer.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if line.chars().count() <= MOST_QUOTED {
        return line.to_owned();
    }
    line.chars().take(MOST_QUOTED).chain(['…']).collect()
}

/// Holds the version `found`, with whatever hangs on (`1.1.1w`, `8.0.36-0ubuntu0`), against `min`, numbers with full
/// stops between them. What comes before a release (`3.0-rc1`) is less than it. `None`: `found` has no number.
fn compare(found: &str, min: &str) -> Option<Ordering> {
    let (numbers, rest) = numbers(found);
    let (wanted, _) = self::numbers(min);
    if numbers.is_empty() {
        return None;
    }
    let length = numbers.len().max(wanted.len());
    let filled =
        |numbers: &[u64]| (0..length).map(|at| numbers.get(at).copied().unwrap_or(0)).collect::<Vec<_>>();
    let order = filled(&numbers).cmp(&filled(&wanted));
    let rest = rest.trim_start_matches(['-', '~', '.', '_']).to_ascii_lowercase();
    let early = ["alpha", "beta", "rc", "pre", "dev"].iter().any(|word| rest.starts_with(word));
    Some(if order == Ordering::Equal && early { Ordering::Less } else { order })
}

/// The numbers that a version begins with, and what comes after them.
fn numbers(version: &str) -> (Vec<u64>, &str) {
    let mut rest = version.trim().trim_start_matches(['v', 'V']);
    let mut numbers = Vec::new();
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let Ok(number) = rest[..end].parse() else { return (numbers, rest) };
        numbers.push(number);
        rest = &rest[end..];
        match rest.strip_prefix('.') {
            Some(more) if more.starts_with(|c: char| c.is_ascii_digit()) => rest = more,
            _ => return (numbers, rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        use Ordering::{Equal, Greater, Less};
        let cases = [
            ("1.1.1w", "3.0", Some(Less)),
            ("1.1.1w", "1.1.1", Some(Equal)),
            ("3.0.19", "3.0", Some(Greater)),
            ("3", "3.0.0", Some(Equal)),
            ("3.10", "3.9", Some(Greater)),
            ("8.0.36-0ubuntu0", "8.0.36", Some(Equal)),
            ("10.11.19-MariaDB", "10.12", Some(Less)),
            ("9.2p1", "9.2", Some(Equal)),
            ("v5.36.0", "5.36", Some(Equal)),
            ("3.0.0-rc1", "3.0", Some(Less)),
            ("3.0.1-beta", "3.0", Some(Greater)),
            ("2.0~rc1", "2.0", Some(Less)),
            ("17", "11", Some(Greater)),
            ("none", "1", None),
            ("", "1", None),
        ];
        for (found, min, order) in cases {
            assert_eq!(compare(found, min), order, "{found} {min}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn what_is_not_met_is_told_apart() {
        let needed =
            |program: &str, min: Option<&str>, run: Option<&str>, pattern: Option<&str>| Requirement {
                program: program.into(),
                min: min.map(Into::into),
                run: run.map(Into::into),
                pattern: pattern.map(|pattern| regex::Regex::new(pattern).unwrap()),
            };
        let cases = [
            (needed("sh", None, None, None), None),
            (needed("no-such-program", Some("1"), None, None), Some("no-such-program not found")),
            (needed("sh", Some("3.0"), Some("echo sh 3.0.1"), None), None),
            (
                needed("sh", Some("3.0"), Some("echo sh 1.1.1w >&2"), None),
                Some("sh too old (found 1.1.1w, needs 3.0)"),
            ),
            (
                needed("sh", Some("3.0"), Some("echo usage: sh"), None),
                Some("could not tell the version of sh (needs 3.0, `echo usage: sh` printed `usage: sh`)"),
            ),
            (
                needed("sh", Some("3.0"), Some("exit 1"), None),
                Some("could not tell the version of sh (needs 3.0, `exit 1` printed nothing)"),
            ),
            (needed("sh", Some("2"), Some("echo 9.9 rev 2"), Some(r"rev (\d+)")), None),
            (
                needed("sh", Some("2"), Some("echo 9.9 rev x"), Some(r"rev (\S+)")),
                Some("could not tell the version of sh (needs 2, `echo 9.9 rev x` gave `x`)"),
            ),
            (
                needed("sh", None, Some("echo plain"), Some("enterprise")),
                Some("could not tell the version of sh (`echo plain` printed `plain`)"),
            ),
        ];
        for (needed, reason) in cases {
            assert_eq!(Programs(&[]).unmet(&needed, &mut versions::said).as_deref(), reason, "{needed:?}");
        }
    }
}

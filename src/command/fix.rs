//! `tutor check --fix`: writes the fixes that are sure into the pages.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::{
    error::CommandError,
    findings::{Findings, find},
    replace::{ReplaceError, bytes, replace},
};
use crate::{
    diagnostic::{Fixed, apply},
    report::findings::Mended,
    source::Source,
};

/// A fix can bring another mistake to light, but no page needs so many rounds: fixes that undo each other would never
/// end.
const ROUNDS: usize = 10;

/// What came of it.
#[derive(Debug)]
pub(super) struct Outcome {
    /// What is wrong now.
    pub(super) left: Findings,
    /// What was mended, in order.
    pub(super) mended: Vec<Mended>,
    /// Files that were left as they are.
    pub(super) errors: Vec<CommandError>,
}

/// Mends the pages that `targets` name in `cwd`, again and again until nothing more is sure.
pub(super) fn fix(targets: &[PathBuf], cwd: &Path) -> Result<Outcome, CommandError> {
    let mut mended = Vec::new();
    let mut errors = Vec::new();
    let mut refused = HashSet::new();
    for round in 1.. {
        let found = find(targets, cwd)?;
        let before = mended.len();
        if round <= ROUNDS {
            for (path, source) in found.loaded.files() {
                let source_text = found.loaded.sources.get(source);
                let Some(fixed) = apply(&found.diagnostics, source, &found.loaded.sources) else { continue };
                if refused.contains(path) {
                    continue;
                }
                match replace(path, &bytes(source_text, source_text.text()), &bytes(source_text, &fixed.text))
                {
                    Ok(()) => mended.extend(places(&fixed, source_text)),
                    // Another name of a file that was mended just now: the next round sees what is left of it.
                    Err(ReplaceError::Changed) if round < ROUNDS && mended.len() > before => {}
                    Err(source) => {
                        refused.insert(path.to_owned());
                        errors.push(CommandError::Fix { path: path.to_owned(), source });
                    }
                }
            }
        }
        if mended.len() == before {
            return Ok(Outcome { left: found, mended, errors });
        }
    }
    Err(CommandError::of(errors).unwrap_or(CommandError::Several(Vec::new())))
}

fn places(fixed: &Fixed<'_>, source: &Source) -> Vec<Mended> {
    let done = fixed.done.iter().filter_map(|found| found.fix.as_ref().map(|fix| (found.code, fix)));
    let one = |(code, fix): (&'static str, &crate::diagnostic::Fix)| {
        let position = source.position(fix.span.start);
        Mended {
            file: source.name().to_owned(),
            line: position.line,
            column: position.column,
            code,
            before: source.text().get(fix.span.range()).unwrap_or_default().to_owned(),
            after: fix.replacement.clone(),
        }
    };
    done.map(one).collect()
}

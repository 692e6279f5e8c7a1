//! Changes as reports show them.

use super::collect::{Candidate, Target};
use crate::{
    mutant::hint,
    report::mutants::{Fate, Tried},
};

impl Target {
    /// All changes, with what became of each; those that are not in the sample left out.
    pub(super) fn tried(&self) -> Vec<Tried> {
        let tried = self.candidates.iter().map(|candidate| self.one(candidate));
        tried.filter(|tried| tried.fate != Fate::NotTried).collect()
    }

    /// All changes, none of which was tried.
    pub(super) fn listed(&self) -> Vec<Tried> {
        self.candidates.iter().map(|candidate| self.one(candidate)).collect()
    }

    fn one(&self, candidate: &Candidate) -> Tried {
        let fate = candidate.fate.unwrap_or(Fate::NotTried);
        Tried {
            document: self.name().to_owned(),
            platform: self.platform.as_ref().map(ToString::to_string),
            file: candidate.file.clone(),
            line: candidate.line,
            step: candidate.mutant.step.to_string(),
            operator: candidate.mutant.operator.name(),
            before: candidate.mutant.before.clone(),
            after: candidate.mutant.after.clone(),
            fate,
            by: candidate.by.clone(),
            reason: candidate.reason.clone(),
            hint: (fate == Fate::Survived).then(|| hint(&candidate.mutant)),
            seconds: candidate.seconds,
        }
    }
}

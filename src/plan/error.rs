//! Why a page, right in itself, can't be run as asked.

use crate::{document::StepId, platform::Platform};

/// Why a page, right in itself, can't be run as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A filter names a step that the page has not.
    #[error("{flag} names `{id}`, which is no step of {document}{}", hint(.nearest.as_ref()))]
    UnknownStep {
        /// The filter, as typed: `--only`.
        flag: &'static str,
        /// What it names.
        id: StepId,
        /// The page.
        document: String,
        /// What was probably meant.
        nearest: Option<StepId>,
    },
    /// `--skip` names a cleanup step.
    #[error("--skip names `{id}`, a cleanup step of {document}, and these always run")]
    SkippedCleanup {
        /// What it names.
        id: StepId,
        /// The page.
        document: String,
    },
    /// The page is not for the platform that was asked for.
    #[error("{document} is not for {asked}, only for {}", list(.named))]
    UnknownPlatform {
        /// What was asked for.
        asked: Platform,
        /// The page.
        document: String,
        /// The platforms that it names.
        named: Vec<Platform>,
    },
    /// Two tutorials of one run want different files in one place.
    #[error("{document} and a tutorial of the same run copy different files to `{name}`")]
    CopiedTwice {
        /// The place, from the scratch directory.
        name: String,
        /// The later of the two.
        document: String,
    },
    /// A secret so short that it can't be told from other words of an output.
    #[error("the value of ${variable} for secret {secret} is shorter than 8 characters")]
    ShortSecret {
        /// The variable of the caller.
        variable: String,
        /// The placeholder.
        secret: String,
    },
    /// A secret that everyone can read.
    #[error("the value of ${variable} for secret {secret} stands in {file}, line {line}, for all to read")]
    SecretOnPage {
        /// The variable of the caller.
        variable: String,
        /// The placeholder.
        secret: String,
        /// Where it stands, from the root.
        file: String,
        /// The line, from 1.
        line: usize,
    },
}

fn hint(nearest: Option<&StepId>) -> String {
    nearest.map(|id| format!("; did you mean `{id}`?")).unwrap_or_default()
}

/// `a`, `a and b`, `a, b and c`.
fn list(platforms: &[Platform]) -> String {
    let mut text = String::new();
    for (index, platform) in platforms.iter().enumerate() {
        let last = index + 1 == platforms.len();
        text += if index == 0 {
            ""
        } else if last {
            " and "
        } else {
            ", "
        };
        text += &platform.to_string();
    }
    text
}

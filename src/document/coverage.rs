//! How much of what looks executable is tagged, and on which platforms.

use std::collections::BTreeMap;

use super::{Document, Runs, Variant};
use crate::{
    diagnostic::Diagnostic,
    platform::{Platform, Shell},
    source::{Span, Spanned},
};

/// Languages of transcripts and scripts that other tools know and that are no names of shells here.
const OTHERS: [&str; 9] = [
    "shell-session",
    "shellsession",
    "sh-session",
    "bash-session",
    "zsh-session",
    "doscon",
    "dosbatch",
    "ps1con",
    "posh",
];

/// A fenced block whose language says that a reader is to run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runnable {
    /// The opening fence's line.
    pub fence: Span,
    /// Its language.
    pub language: Spanned<String>,
    /// The page's runs that it is part of.
    pub runs: Runs,
    /// Whether it is a block of ours, also one that is skipped.
    pub tagged: bool,
}

/// Whether a block in this language looks as if a reader is to run it.
pub(super) fn looks_executable(language: &str) -> bool {
    let lower = language.to_ascii_lowercase();
    Shell::of_language(&lower).is_some() || OTHERS.contains(&lower.as_str())
}

/// The blocks that look executable, of all pages that are for one platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The platform; `None`: pages that name none.
    pub platform: Option<Platform>,
    /// How many blocks look executable.
    pub executable: usize,
    /// How many of them are blocks of ours.
    pub tagged: usize,
}

impl Coverage {
    /// The share that is tagged in percent, rounded down: 100 means all.
    #[must_use]
    pub fn percent(&self) -> usize {
        (self.tagged * 100).checked_div(self.executable).unwrap_or(100)
    }
}

/// What is covered in the pages, a row for each platform, those of no platform first.
#[must_use]
pub fn coverage<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Vec<Coverage> {
    let mut rows: BTreeMap<Option<String>, Coverage> = BTreeMap::new();
    for document in documents {
        for (platform, run) in runs(document) {
            let row = rows.entry(platform.map(ToString::to_string)).or_insert_with(|| Coverage {
                platform: platform.cloned(),
                executable: 0,
                tagged: 0,
            });
            let here = document.runnable.iter().filter(|block| block.runs.contains(run));
            for block in here {
                row.executable += 1;
                row.tagged += usize::from(block.tagged);
            }
        }
    }
    rows.into_values().filter(|row| row.executable > 0).collect()
}

/// The page's runs, each with its platform. What a page says of platforms that it does not name counts only where it
/// names none.
pub(super) fn runs(document: &Document) -> Vec<(Option<&Platform>, Variant)> {
    if document.platforms.is_empty() {
        return vec![(None, Variant::new(0))];
    }
    let of = |(index, platform)| (Some(platform), Variant::new(index));
    document.platforms.iter().enumerate().map(of).collect()
}

/// Warns of blocks that look executable and that nothing runs. A page without any block of ours has its own warning.
#[must_use]
pub fn untagged_blocks(document: &Document) -> Vec<Diagnostic> {
    if document.blocks.is_empty() {
        return Vec::new();
    }
    let untagged = document.runnable.iter().filter(|block| !block.tagged);
    untagged
        .map(|block| {
            let message = format!("nothing runs this `{}` block", block.language.value);
            Diagnostic::warning("untagged-block", message, block.fence, "has no id")
                .help("give it an id, `{#name}`, or say why not: `{.skip reason=\"…\"}`")
        })
        .collect()
}

//! The sides that are held against each other: the runs of a page that have the same blocks of files and certificates.

use crate::{
    document::{Block, BlockKind, Document, FrontMatter, Runs, StepId, Variant},
    platform::{Platform, System},
};

/// Runs of a page for which all that is compared here is the same.
#[derive(Debug)]
pub(super) struct Side<'d> {
    pub(super) document: &'d Document,
    /// What holds in these runs.
    pub(super) front: &'d FrontMatter,
    pub(super) runs: Runs,
    /// Their platforms; none where the page names none.
    pub(super) platforms: Vec<&'d Platform>,
    /// The blocks that say something of files and certificates, in order; skipped ones among them.
    pub(super) blocks: Vec<&'d Block>,
}

impl Side<'_> {
    /// Whether names of files mean the same in any letter case.
    pub(super) fn is_windows(&self) -> bool {
        if self.platforms.is_empty() {
            return self.front.relocate.iter().any(|directory| is_drive(&directory.value));
        }
        self.platforms.iter().any(|platform| platform.system == System::Windows)
    }

    /// The relocated directories of these runs: of a page for several systems those of a drive are Windows', the others
    /// are not.
    pub(super) fn relocated(&self) -> Vec<&str> {
        let all = self.front.relocate.iter().map(|directory| directory.value.as_str());
        let own: Vec<&str> =
            all.clone().filter(|directory| is_drive(directory) == self.is_windows()).collect();
        if own.is_empty() || self.platforms.is_empty() { all.collect() } else { own }
    }

    /// The block of that id in one of these runs.
    pub(super) fn step(&self, id: &StepId) -> Option<&Block> {
        self.document.blocks.iter().find(|block| {
            !block.runs.and(self.runs).is_empty() && block.id.as_ref().is_some_and(|known| known.value == *id)
        })
    }

    /// `windows/cmd and windows/powershell`; empty where the page names no platform.
    pub(super) fn name(&self) -> String {
        listed(&self.platforms.iter().map(ToString::to_string).collect::<Vec<_>>())
    }
}

/// The page's runs, each with its platform. What a page says of platforms that it does not name counts only where it names
/// none.
pub(super) fn runs(document: &Document) -> Vec<(Option<&Platform>, Variant)> {
    if document.platforms.is_empty() {
        return document.variant(None).map(|run| (None, run)).into_iter().collect();
    }
    let run = |platform| Some((Some(platform), document.variant(Some(platform))?));
    document.platforms.iter().filter_map(run).collect()
}

/// The sides of a page, in the order of its platforms.
pub(super) fn sides(document: &Document) -> Vec<Side<'_>> {
    let mut sides: Vec<Side<'_>> = Vec::new();
    for (platform, run) in runs(document) {
        let front = document.front_on(run);
        let here = document.blocks.iter().filter(|block| block.runs.contains(run) && says_something(block));
        let blocks: Vec<&Block> = here.collect();
        let same = sides.iter_mut().find(|side| {
            let both = side.blocks.iter().zip(&blocks);
            std::ptr::eq(side.front, front)
                && side.blocks.len() == blocks.len()
                && both.into_iter().all(|(one, other)| std::ptr::eq(*one, *other))
        });
        match same {
            Some(side) => {
                side.runs = side.runs.or(Runs::only(run));
                side.platforms.extend(platform);
            }
            None => sides.push(Side {
                document,
                front,
                runs: Runs::only(run),
                platforms: platform.into_iter().collect(),
                blocks,
            }),
        }
    }
    sides
}

fn says_something(block: &Block) -> bool {
    match block.kind {
        BlockKind::File { .. }
        | BlockKind::Patch { .. }
        | BlockKind::Files { .. }
        | BlockKind::Certificate { .. } => true,
        BlockKind::Skip { .. }
        | BlockKind::Shell(_)
        | BlockKind::Transcript(_)
        | BlockKind::Cleanup(_)
        | BlockKind::Service(_)
        | BlockKind::Probe { .. } => false,
    }
}

/// Whether a path starts at a drive.
pub(super) fn is_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// `a, b and c`.
pub(super) fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

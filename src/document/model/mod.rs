//! The types of a parsed tutorial. Every name carries the place it was written at.

mod block;
mod front;
mod patch;
mod runs;
mod service;
mod step;

use std::sync::Arc;

pub use block::{Block, BlockKind, Extent, Interpreter, Need, Runner};
pub use front::{
    EnvValue, Exception, ExceptionOf, FileRef, FrontMatter, Mark, Placeholder, PlaceholderValue, Port,
    RedactRule, Requirement,
};
pub use patch::{Change, Hunk, HunkLine, Patch};
pub use runs::{Runs, Variant};
pub use service::{Ready, ReadyError, Service, Stop};
pub use step::{
    Answers, Command, ExitRule, Expect, Output, OutputStream, Retry, ShellStep, Streams, Transcript,
};

use super::Runnable;
use crate::{
    platform::{Platform, System},
    source::{SourceId, Spanned},
};

/// One page.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its text. Blocks of included files point into the texts of these.
    pub source: SourceId,
    /// What its own front matter says.
    pub front: FrontMatter,
    /// What holds in its runs, where it includes tutorials: these declare for the runs that take their steps in. Each run
    /// is in one of them. Empty where it includes none: its own front matter holds in all runs.
    pub merged: Vec<(Runs, FrontMatter)>,
    /// The platforms that the page names, in its front matter or where this names none in its tabs and attributes;
    /// each is a run of its own. Where a page has blocks for variants of a system, these stand for the system. Empty: the
    /// page is for any platform, and the same on each.
    pub platforms: Vec<Platform>,
    /// The tutorials whose steps run first, in this order; those that run before them not among them.
    pub after: Vec<After>,
    /// Its blocks that are ours, in the page's order, those of included files where these are included. `.output` and
    /// `.answers` are in their steps.
    pub blocks: Vec<Block>,
    /// All its blocks that look as if a reader is to run them, tagged or not, but for hidden ones.
    pub runnable: Vec<Runnable>,
}

/// A tutorial whose steps run before those of a page.
#[derive(Clone, Debug)]
pub struct After {
    /// How the page's front matter names it.
    pub written: Spanned<String>,
    /// What it says.
    pub document: Arc<Document>,
}

impl Document {
    /// Which of the page's runs is the one on `platform`; `None` where the page is not for it. A system's bare name
    /// stands for the first of its variants that the page names, if it names no other run of that system.
    #[must_use]
    pub fn variant(&self, platform: Option<&Platform>) -> Option<Variant> {
        let Some(asked) = platform else {
            return self.is_for_any().then(|| self.elsewhere());
        };
        let exact = self.platforms.iter().position(|known| known == asked);
        let of_system = || {
            self.platforms.iter().position(|known| asked.variant.is_none() && known.system == asked.system)
        };
        match exact.or_else(of_system) {
            Some(index) => Some(Variant::new(index)),
            None if self.platforms.iter().any(|known| known.system == asked.system) => None,
            None => self.is_for_any().then(|| self.elsewhere()),
        }
    }

    /// What its front matter, and those of the tutorials that it includes there, say for a run.
    #[must_use]
    pub fn front_on(&self, run: Variant) -> &FrontMatter {
        let merged = self.merged.iter().find(|(runs, _)| runs.contains(run));
        merged.map_or(&self.front, |(_, front)| front)
    }

    /// All that holds in one of these runs: more than one where included tutorials declare something else for some.
    pub fn fronts(&self, runs: Runs) -> impl Iterator<Item = &FrontMatter> {
        let own = self.merged.is_empty().then_some(&self.front);
        let merged = self.merged.iter().filter(move |(of, _)| !of.and(runs).is_empty());
        own.into_iter().chain(merged.map(|(_, front)| front))
    }

    /// The blocks in some of whose runs that holds, which is one of its [`Document::fronts`].
    pub(in crate::document) fn blocks_under<'d>(
        &'d self,
        front: &'d FrontMatter,
    ) -> impl Iterator<Item = &'d Block> {
        self.blocks.iter().filter(|block| self.fronts(block.runs).any(|other| std::ptr::eq(other, front)))
    }

    /// Whether it also runs where none of its platforms is: its front matter names none, and its tabs and attributes not
    /// every system.
    #[must_use]
    pub fn is_for_any(&self) -> bool {
        self.front.platforms.is_empty() && !covers_all(&self.platforms)
    }

    /// The run on a platform that the page does not name.
    fn elsewhere(&self) -> Variant {
        Variant::new(self.platforms.len())
    }
}

/// Whether each system is one of `platforms`, or has a variant among them.
pub(in crate::document) fn covers_all(platforms: &[Platform]) -> bool {
    System::ALL.into_iter().all(|system| platforms.iter().any(|platform| platform.system == system))
}

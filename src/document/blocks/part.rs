//! What a fence of ours turned out to be.

use crate::{
    document::{Answers, Block, Output, StepId, attributes::Kind},
    source::{Span, Spanned},
};

/// A fence, read.
#[derive(Debug)]
pub(super) enum Part {
    /// A block of the run.
    Block(Box<Block>, Marks),
    /// What a step prints.
    Output(Output),
    /// What is typed at a step's prompts.
    Answers(Answers),
    /// It cannot be read, or not by this version; that was reported. Its id still counts.
    Unread(Option<Spanned<StepId>>, Option<Kind>),
}

/// What the checks need to know of a block beyond what a run needs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// Where `snapshot=` stands.
    pub(super) snapshot: Option<Span>,
}

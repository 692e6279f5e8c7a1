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
    /// What belongs to a step: `for=` says to which, or it is the nearest above.
    Piece(Piece, Option<Spanned<StepId>>),
    /// It cannot be read; that was reported. Its id still counts.
    Unread(Option<Spanned<StepId>>, Option<Kind>),
}

/// What belongs to a step.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// What it prints.
    Output(Output),
    /// What is typed at its prompts.
    Answers(Answers),
}

impl Piece {
    /// The class of its block.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Self::Output(_) => "output",
            Self::Answers(_) => "answers",
        }
    }

    /// Its opening fence's line.
    pub(super) fn fence(&self) -> Span {
        match self {
            Self::Output(output) => output.fence,
            Self::Answers(answers) => answers.fence,
        }
    }
}

/// What the checks need to know of a block beyond what a run needs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// Where `snapshot=` stands.
    pub(super) snapshot: Option<Span>,
}

//! What a mutant is: one change, what stood there, and what stands there instead.

use std::fmt;

use super::Stream;
use crate::{
    document::{Mark, StepId},
    source::{SourceId, Span},
};

/// One change of a tutorial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// What sort of change.
    pub operator: Operator,
    /// The step that is changed; of two that are swapped the first.
    pub step: StepId,
    /// The other step, of two that are swapped.
    pub other: Option<StepId>,
    /// What part of a page the step is.
    pub part: Part,
    /// Where the change begins. Of a recording: the step's fence.
    pub place: Span,
    /// What stands there.
    pub before: String,
    /// What the mutant has there; empty where it has nothing.
    pub after: String,
    /// The change itself.
    pub alteration: Alteration,
}

/// The change itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alteration {
    /// Of a text: edits that do not overlap, in their order.
    Text(SourceId, Vec<Edit>),
    /// Of a recording of the mutant's step: this line of this stream is the mutant's `after`.
    Recording {
        /// Which stream.
        stream: Stream,
        /// Which of its lines, from 0.
        line: usize,
    },
}

/// An edit of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub range: std::ops::Range<usize>,
    /// What comes in their place.
    pub with: String,
}

/// What sort of change a mutant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// A step is gone, with what belongs to it.
    StepRemoved,
    /// Two neighbours have changed places, with what belongs to each.
    StepsSwapped,
    /// A line of a step is gone.
    LineRemoved,
    /// A line does not go on in the next one any more.
    ContinuationLost,
    /// A flag has another name.
    FlagRenamed,
    /// A flag is gone, alone or with its value.
    FlagDropped,
    /// A number is another one.
    DigitChanged,
    /// A file has another name.
    PathChanged,
    /// A line of expected output is gone.
    OutputRemoved,
    /// A line of expected output is another one.
    OutputChanged,
    /// An answer is another one.
    AnswerChanged,
    /// A line of a file is gone.
    FileLineRemoved,
    /// A line of a file is another one.
    FileLineChanged,
    /// A line of a recorded output is another one.
    RecordingChanged,
}

impl Operator {
    /// All of them, in the order of [`Mark::OPERATORS`].
    pub const ALL: [Self; Mark::OPERATORS.len()] = [
        Self::StepRemoved,
        Self::StepsSwapped,
        Self::LineRemoved,
        Self::ContinuationLost,
        Self::FlagRenamed,
        Self::FlagDropped,
        Self::DigitChanged,
        Self::PathChanged,
        Self::OutputRemoved,
        Self::OutputChanged,
        Self::AnswerChanged,
        Self::FileLineRemoved,
        Self::FileLineChanged,
        Self::RecordingChanged,
    ];

    /// The word for it: `digit-changed`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Mark::OPERATORS[self as usize]
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What part of a page a step is, as far as that matters for what would catch a change of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Commands whose output the page shows.
    Shown,
    /// Commands whose output is recorded.
    Recorded,
    /// Commands whose output is held against nothing.
    Uncompared,
    /// A service.
    Service,
    /// A file, or a patch of one.
    File,
    /// A list of files.
    Files,
    /// A probe.
    Probe,
    /// A certificate block.
    Certificate,
}

impl Mutant {
    /// Whether the author says that it makes no difference.
    #[must_use]
    pub fn is_meant(&self, mark: &Mark) -> bool {
        let step = [Some(&self.step), self.other.as_ref()]
            .into_iter()
            .flatten()
            .any(|step| step.as_str() == mark.step.value);
        let operator = mark.operator.as_ref().is_none_or(|operator| operator.value == self.operator.name());
        let change = mark.change.as_ref().is_none_or(|change| self.before.contains(&change.value));
        step && operator && change
    }
}

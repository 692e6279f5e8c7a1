//! Changes of what was recorded of a step.

use super::{
    Alteration, Mutant, Operator, Part,
    lines::{changed, lines},
};
use crate::{document::StepId, source::Span};

/// A stream of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// The mutants of one recorded stream of a step: each of its lines is another one. `fence` is the step's place.
#[must_use]
pub fn of_recording(step: &StepId, fence: Span, part: Part, stream: Stream, text: &str) -> Vec<Mutant> {
    let mutant = |(line, (_, before)): (usize, (_, &str))| {
        let after = changed(before, &[])?;
        Some(Mutant {
            operator: Operator::RecordingChanged,
            step: step.clone(),
            other: None,
            part,
            place: fence,
            before: before.to_owned(),
            after,
            alteration: Alteration::Recording { stream, line },
        })
    };
    lines(text).enumerate().filter_map(mutant).collect()
}

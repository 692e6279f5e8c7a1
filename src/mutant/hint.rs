//! What would catch a change that nothing caught.

use super::{Mutant, Operator, Part};

/// What would most likely catch it.
#[must_use]
pub fn hint(mutant: &Mutant) -> &'static str {
    use Operator as Of;
    match (mutant.operator, mutant.part) {
        (Of::StepRemoved, Part::Probe | Part::Files) => {
            "this step only looks: no step below could miss it, unless one names it with `needs=`"
        }
        (Of::StepRemoved, Part::File) => "nothing below reads this file: use it, or show what it does",
        (Of::StepRemoved, Part::Certificate) => {
            "nothing below uses these certificates: use them, or look at them"
        }
        (Of::StepRemoved, Part::Service) => "nothing below talks to this service: connect to it",
        (Of::StepRemoved, _) => {
            "no step below depends on this one: show further down what it did, or name it with `needs=`"
        }
        (Of::StepsSwapped, _) => {
            "the two do not depend on each other: if the order matters, look between them at what the first one did"
        }
        (Of::OutputRemoved | Of::OutputChanged, _) => {
            "a wildcard (`...` above or below it, too) or a rule for what varies stands for this line: write what readers see"
        }
        (Of::RecordingChanged, _) => "a rule for what varies hides this line: narrow it",
        (Of::AnswerChanged, _) => "nothing shows what was answered: look at what came of it",
        (Of::FileLineRemoved | Of::FileLineChanged, _) | (_, Part::File) => {
            "nothing depends on this line: add a step that behaves differently without it, or take the line away"
        }
        (_, Part::Uncompared) => {
            "the step's output is held against nothing: record it, or add an `.output` block, and look at what it made"
        }
        (_, Part::Probe) => "the probe finds the same without it: ask for more, or take it away",
        (_, Part::Certificate) => "nothing looks at this part of the certificate: add a check of it",
        (_, Part::Service) => {
            "the service does the same without it: add a step that behaves differently, or take it away"
        }
        (Of::FlagDropped | Of::FlagRenamed, _) => {
            "nothing shows what this flag is for: add a step whose outcome depends on it, or take it away"
        }
        _ => "what the step prints is the same: add a step that shows the difference",
    }
}

//! One line of the event stream: its keys, in the order that is promised.
//!
//! By hand and not derived: every line begins with what all lines carry, whatever the event, and the stream of a long
//! run is written without a copy of its texts.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Event, Finished, Stamped, State, StepKind, StepPlace};

impl Event {
    /// The word that the stream has for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::RunStarted { .. } => "run-started",
            Self::DocumentStarted { .. } => "document-started",
            Self::StepStarted { .. } => "step-started",
            Self::StepFinished(_) => "step-finished",
            Self::DocumentFinished { .. } => "document-finished",
            Self::RunFinished { .. } => "run-finished",
        }
    }
}

impl Serialize for Stamped {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("event", self.event.name())?;
        map.serialize_entry("run", &self.run)?;
        map.serialize_entry("seq", &self.seq)?;
        map.serialize_entry("host", &self.host)?;
        body(&self.event, &mut map)?;
        map.end()
    }
}

fn body<M: SerializeMap>(event: &Event, map: &mut M) -> Result<(), M::Error> {
    match event {
        Event::RunStarted { tutor } => map.serialize_entry("tutor", tutor),
        Event::DocumentStarted { document, platform, steps, stand_ins, wine } => {
            map.serialize_entry("document", document)?;
            map.serialize_entry("platform", platform)?;
            map.serialize_entry("steps", steps)?;
            some("stand_ins", Some(stand_ins).filter(|names| !names.is_empty()), map)?;
            some("wine", wine.as_ref(), map)
        }
        Event::StepStarted { place, attempt, kind, command } => {
            step(place, *attempt, *kind, map)?;
            map.serialize_entry("command", command)
        }
        Event::StepFinished(outcome) => finished(outcome, map),
        Event::DocumentFinished { document, platform, state, reason, scratch, unset, seconds } => {
            map.serialize_entry("document", document)?;
            map.serialize_entry("platform", platform)?;
            map.serialize_entry("state", state)?;
            map.serialize_entry("seconds", seconds)?;
            some("reason", reason.as_ref(), map)?;
            some("scratch", scratch.as_ref(), map)?;
            some("unset", Some(unset).filter(|unset| !unset.is_empty()), map)
        }
        Event::RunFinished { counts, seconds } => {
            map.serialize_entry("passed", &counts.passed)?;
            map.serialize_entry("drifted", &counts.drifted)?;
            map.serialize_entry("failed", &counts.failed)?;
            map.serialize_entry("new", &counts.new)?;
            map.serialize_entry("unverified", &counts.unverified)?;
            map.serialize_entry("skipped", &counts.skipped)?;
            map.serialize_entry("not_run", &counts.not_run)?;
            map.serialize_entry("seconds", seconds)
        }
    }
}

fn step<M: SerializeMap>(
    place: &StepPlace,
    attempt: u32,
    kind: StepKind,
    map: &mut M,
) -> Result<(), M::Error> {
    map.serialize_entry("document", &place.document)?;
    map.serialize_entry("platform", &place.platform)?;
    map.serialize_entry("file", &place.file)?;
    map.serialize_entry("step", &place.step)?;
    map.serialize_entry("line", &place.line)?;
    map.serialize_entry("attempt", &attempt)?;
    map.serialize_entry("kind", &kind)
}

fn finished<M: SerializeMap>(outcome: &Finished, map: &mut M) -> Result<(), M::Error> {
    step(&outcome.place, outcome.attempt, outcome.kind, map)?;
    map.serialize_entry("state", &outcome.state)?;
    map.serialize_entry("exit", &outcome.exit)?;
    map.serialize_entry("seconds", &outcome.seconds)?;
    map.serialize_entry("stdout", &outcome.stdout)?;
    map.serialize_entry("stderr", &outcome.stderr)?;
    map.serialize_entry("truncated", &outcome.truncated)?;
    map.serialize_entry("reason", &outcome.reason)?;
    some("expected", outcome.expected.as_ref(), map)?;
    some("diff", outcome.diff.as_ref(), map)?;
    some("at", outcome.at.as_ref(), map)?;
    some("recorded", outcome.recorded.then_some(&true), map)?;
    some("accepted", outcome.accepted.then_some(&true), map)?;
    some("changed", Some(&outcome.changed).filter(|changed| !changed.is_empty()), map)?;
    some("certificates", Some(&outcome.certificates).filter(|made| !made.is_empty()), map)
}

/// Keys beyond the promised ones stand only where they say something.
fn some<M: SerializeMap, T: Serialize>(
    key: &'static str,
    value: Option<&T>,
    map: &mut M,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, value))
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Serialize for StepKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

//! Events made by hand.

use crate::outcome::{Event, Finished, State, StepKind, StepPlace};

pub(super) const PAGE: &str = "tutorials/ssl-macos.md";

pub(super) fn place(step: &str) -> StepPlace {
    StepPlace {
        document: PAGE.to_owned(),
        platform: Some("linux".to_owned()),
        file: PAGE.to_owned(),
        step: (!step.is_empty()).then(|| step.to_owned()),
        line: 34,
    }
}

/// A shell step's end, after its first attempt or none.
pub(super) fn finished(step: &str, state: State) -> Finished {
    Finished {
        place: place(step),
        attempt: u32::from(state.has_run()),
        kind: StepKind::Shell,
        state,
        exit: None,
        seconds: 0.0,
        stdout: String::new(),
        stderr: String::new(),
        truncated: false,
        reason: None,
        expected: None,
        diff: None,
        at: None,
        recorded: false,
        accepted: false,
        changed: Vec::new(),
        certificates: Vec::new(),
        rewrite: None,
    }
}

pub(super) fn begin(platform: Option<&str>) -> Event {
    Event::DocumentStarted {
        document: PAGE.to_owned(),
        platform: platform.map(str::to_owned),
        steps: 3,
        stand_ins: Vec::new(),
        wine: None,
    }
}

pub(super) fn end(platform: Option<&str>, state: State, reason: Option<&str>) -> Event {
    Event::DocumentFinished {
        document: PAGE.to_owned(),
        platform: platform.map(str::to_owned),
        state,
        reason: reason.map(str::to_owned),
        scratch: None,
        unset: Vec::new(),
        seconds: 1.7,
    }
}

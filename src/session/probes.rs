//! Probe blocks: run in this process, with files as the session sees them, told by a receipt.

use std::{cell::RefCell, time::Duration};

use super::{
    Recorded,
    errand::MOST_READ,
    evaluate::{self, Evaluation},
    host::Machine,
    output::Output,
    stage::{Done, Stage},
};
use crate::{
    plan::Expected,
    probe::{self, Inputs, Report},
};

/// Probes what the block `text` says; `lines` are its lines' places in the page. `stop` says that the run is interrupted.
pub(super) fn run(
    stage: &mut Stage<'_, '_>,
    (text, lines): (&str, &[usize]),
    expected: &Expected,
    recorded: Option<&Recorded>,
    (timeout, stop): (Duration, &dyn Fn() -> bool),
) -> Done {
    let report = match stage.machine.probe(text, timeout, stop) {
        Some(Ok(report)) => report,
        Some(Err(message)) => return stage.failed(&message),
        None => probe::read_plain(text).and_then(|block| {
            let machine = RefCell::new(&mut stage.machine);
            probe::run(&block, &Session { machine }, timeout, stop)
        }),
    };
    let Report { receipt, failure } = match report {
        Ok(report) => report,
        Err(refusal) => return stage.refused(&refusal, lines.get(refusal.line(text)).copied()),
    };
    if stop() {
        return stage.failed(super::cancel::INTERRUPTED);
    }
    let mut output = Output::new(stage.redactor, expected, recorded);
    output.push(0, receipt.as_bytes());
    let compared = output.finish();
    let evaluation = match failure {
        None => evaluate::of_receipt(expected, &compared, recorded),
        Some(failure) => Evaluation {
            at: lines.get(failure.line(text)).copied(),
            ..Evaluation::failed(&stage.redactor.message(&failure.message))
        },
    };
    Done::of_streams(evaluation, compared)
}

/// What a block asks of the session.
struct Session<'m, 'c> {
    machine: RefCell<&'m mut Machine<'c>>,
}

impl Inputs for Session<'_, '_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        self.machine.borrow_mut().read_bytes(path, MOST_READ)
    }
}

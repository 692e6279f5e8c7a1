//! Certificate blocks: made in this process, written by whoever sees what the session sees, told by a receipt.

use std::{cell::RefCell, time::SystemTime};

use super::{
    Recorded,
    evaluate::{self, Evaluation},
    host::Machine,
    output::Output,
    placement::Placed,
    stage::{Done, Stage},
};
use crate::{
    certificate::{self, Block, Inputs, Issued, Made, Refusal},
    outcome::Certificate,
    plan::Expected,
};

/// The longest file of another step that a block may name, in bytes: a request, a CA's certificate or key.
const MOST_READ: u64 = 1 << 20;

/// Makes what the block `text` says; `lines` are its lines' places in the page.
pub(super) fn run(
    stage: &mut Stage<'_, '_>,
    (text, lines): (&str, &[usize]),
    expected: &Expected,
    recorded: Option<&Recorded>,
) -> Done {
    let place = |refusal: &Refusal| lines.get(refusal.line(text)).copied();
    let block = match certificate::read_plain(text) {
        Ok(block) => block,
        Err(refusal) => return stage.refused(&refusal, place(&refusal)),
    };
    let Made { files, receipt, certificates, failures } = {
        let machine = RefCell::new(&mut stage.machine);
        match certificate::make(&block, &Session { machine, block: &block }, SystemTime::now()) {
            Ok(made) => made,
            Err(refusal) => return stage.refused(&refusal, place(&refusal)),
        }
    };
    let files = files.into_iter().map(Placed::from).collect();
    if let Err(message) = stage.machine.place(&block.dir.value, files, block.replace) {
        return stage.failed(&format!("the certificates could not be written: {message}"));
    }
    let mut output = Output::new(stage.redactor, expected, recorded);
    output.push(0, receipt.as_bytes());
    let compared = output.finish();
    let evaluation = match failures.first() {
        None => evaluate::of_receipt(expected, &compared, recorded),
        Some(failure) => {
            let others = match failures.len() - 1 {
                0 => String::new(),
                1 => "; one more claim does not hold".to_owned(),
                more => format!("; {more} more claims do not hold"),
            };
            let reason = stage.redactor.message(&format!("{}{others}", failure.message));
            Evaluation { at: place(failure), ..Evaluation::failed(&reason) }
        }
    };
    Done {
        certificates: certificates.into_iter().map(public).collect(),
        ..Done::of_streams(evaluation, compared)
    }
}

fn public(issued: Issued) -> Certificate {
    let Issued { id, serial, not_before, not_after, sha256 } = issued;
    Certificate { id, serial, not_before, not_after, sha256 }
}

/// What a block asks of the session.
struct Session<'m, 'c> {
    machine: RefCell<&'m mut Machine<'c>>,
    block: &'m Block,
}

impl Session<'_, '_> {
    fn path(&self, name: &str) -> String {
        let dir = self.block.dir.value.trim_end_matches('/');
        if dir.is_empty() { format!("/{name}") } else { format!("{dir}/{name}") }
    }
}

impl Inputs for Session<'_, '_> {
    fn env(&self, name: &str) -> Option<String> {
        // What is secret there is no stranger's business.
        if self.machine.borrow().is_sandboxed() { None } else { std::env::var(name).ok() }
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        self.machine.borrow_mut().read_bytes(&self.path(name), MOST_READ)
    }

    fn exists(&self, name: &str) -> bool {
        self.machine.borrow_mut().exists(&self.path(name))
    }
}

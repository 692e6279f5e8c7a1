//! `tutor review`: shows what runs left pending, one after another, and accepts or rejects it with a key; without a
//! terminal it prints the commands to type.

mod describe;
mod describe_page;
mod desk;
mod pages;
mod typed;

use std::{fmt::Write as _, rc::Rc};

use self::{
    desk::{Desk, Waiting},
    pages::Pages,
};
use super::{
    error::CommandError,
    load::current_directory,
    options,
    pending::named,
    program::{counted, say},
    root::Root,
    unused,
};
use crate::{
    report::{Color, Output, escape},
    review::{self, Decision, Ended, Outcome},
    session::Cancel,
    snapshot::Store,
};

/// The exit status after Ctrl-C.
const INTERRUPTED: u8 = 130;
/// That of a program whose terminal has gone.
const HUNG_UP: u8 = 129;

/// Reviews the steps that were named, without names all; the value is the exit status.
pub(super) fn review(options: &options::Pending, color: Color) -> Result<u8, CommandError> {
    let cwd = current_directory()?;
    let root = Root::of(&cwd);
    let dir = options.snapshots.clone().unwrap_or_else(|| root.snapshots());
    let store = Rc::new(Store::new(dir));
    let all = store.pending()?;
    let waiting: Vec<Waiting> = named(&store, &all, &options.steps, &cwd)?
        .into_iter()
        .map(|pending| Waiting::read(&store, pending.clone()))
        .collect();
    let mut output = Output::stdout(color);
    if waiting.is_empty() {
        return say(&mut output, "nothing is pending\n", 0);
    }
    let unused = unused::find(&store, &root, &cwd)?;
    let pages = Pages::new(&root, &cwd, &store);
    let mut desk = Desk::new(Rc::clone(&store), waiting, unused, pages);
    let items = desk.items();
    if !review::is_possible() {
        return say(&mut output, &typed::commands(&items, options.snapshots.as_deref()), 0);
    }
    let cancel = Cancel::listen().map_err(CommandError::Listen)?;
    let names: Vec<String> = items.iter().map(|item| item.name.clone()).collect();
    let outcome = review::review(items, &mut desk, output.color(), &|| cancel.status())
        .map_err(CommandError::Terminal)?;
    let others = all.len() - names.len();
    let left = desk.left().unwrap_or_else(|| others + undecided(&outcome));
    let status = match outcome.ended {
        Ended::Done => 0,
        Ended::Interrupted => INTERRUPTED,
        Ended::Lost => HUNG_UP,
        Ended::Signal(status) => status,
    };
    match say(&mut output, &told(&outcome, &names, &desk.renamed(), left), status) {
        // The terminal has gone, and with it the reader.
        Err(_) if matches!(outcome.ended, Ended::Lost | Ended::Signal(_)) => Ok(status),
        said => said,
    }
}

/// How many items nothing was decided of.
fn undecided(outcome: &Outcome) -> usize {
    let open = |decision: &&Decision| matches!(decision, Decision::Open | Decision::Later);
    outcome.decisions.iter().filter(open).count()
}

/// What was decided, a line each, and how much is `left`.
fn told(outcome: &Outcome, names: &[String], renamed: &[(String, String)], left: usize) -> String {
    let mut text = String::new();
    let mut counts = [0; 2];
    for (name, decision) in names.iter().zip(&outcome.decisions) {
        let (word, count) = match decision {
            Decision::Accepted => ("accepted", 0),
            Decision::Rejected => ("rejected", 1),
            Decision::Open | Decision::Later => continue,
        };
        counts[count] += 1;
        let _ = writeln!(text, "{word} {}", escape(name));
    }
    for (old, new) in renamed {
        let _ = writeln!(text, "{} is {} now", escape(old), escape(new));
    }
    let [accepted, rejected] = counts;
    let _ = write!(text, "{accepted} accepted, {rejected} rejected, ");
    match left {
        0 => text.push_str("nothing left\n"),
        _ => {
            let _ = writeln!(text, "{} left", counted(left, "pending output"));
        }
    }
    text
}

//! Services: when each is ready, and how it is stopped.

use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{
        BlockKind, Document, FrontMatter, Ready, ReadyError, Stop,
        fill::{depends_on_caller, fill},
    },
    source::Spanned,
};

const FORMS: [&str; 6] = ["tcp:", "http://", "https://", "log:", "file:", "exit"];

/// Reports a `ready=` that says nothing, and a `stop=` that is nearly a signal.
pub(in crate::document) fn check(document: &Document, found: &mut Vec<Diagnostic>) {
    for block in &document.blocks {
        let BlockKind::Service(service) = &block.kind else { continue };
        found.extend(document.fronts(block.runs).filter_map(|front| ready(&service.ready, front)));
        found.extend(service.stop.as_ref().and_then(stop));
    }
}

fn ready(written: &Spanned<String>, front: &FrontMatter) -> Option<Diagnostic> {
    // Where a variable of the caller's is part of it, only a run can tell.
    if depends_on_caller(&written.value, front) {
        return None;
    }
    let value = fill(&written.value, front)?;
    let error = Ready::parse(&value).err()?;
    let found = Diagnostic::error("bad-ready", error.to_string(), written.span, "not understood");
    let head = written.value.split_once(':').map_or(written.value.as_str(), |(head, _)| head);
    let near = nearest(head, FORMS.into_iter().map(|form| form.trim_end_matches(['/', ':'])));
    Some(match (&error, near) {
        (ReadyError::Unknown(_), _) if written.value.parse::<u16>().is_ok() => {
            found.help("a port is written with `tcp:`").fix(written.span, format!("tcp:{}", written.value))
        }
        (ReadyError::Unknown(_), Some(near)) if near != head => {
            let fixed = format!("{near}{}", &written.value[head.len()..]);
            found.help(format!("did you mean `{near}`?")).fix(written.span, fixed)
        }
        (ReadyError::Port(_), _) => found.help("a port is a number from 1 to 65535: `tcp:8080`"),
        _ => found.help("the forms are tcp:PORT, tcp:HOST:PORT, http://…, log:REGEX, file:PATH and exit"),
    })
}

/// A single word in capitals is meant as a signal.
fn stop(written: &Spanned<String>) -> Option<Diagnostic> {
    let word = written.value.as_str();
    let capitals =
        word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !capitals || matches!(Stop::parse(word), Stop::Signal(_)) {
        return None;
    }
    let message = format!("`{word}` is no signal that a service can be stopped with");
    let error = Diagnostic::error("unknown-signal", message, written.span, "unknown signal");
    let bare = word.strip_prefix("SIG").unwrap_or(word);
    Some(match nearest(bare, Stop::SIGNALS) {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(written.span, near),
        None => error.help(format!("the signals are {}", Stop::SIGNALS.join(", "))),
    })
}

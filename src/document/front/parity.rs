//! `parity`: what may differ between platforms and counterparts, each with its reason.

use super::{
    entries::{empty, texts},
    reader::Reader,
    yaml::Node,
};
use crate::{
    diagnostic::Diagnostic,
    document::{Exception, ExceptionOf},
    source::{Span, Spanned},
};

const KEYS: [&str; 5] = ["file", "certificate", "step", "only", "reason"];
const FORM: &str = "write it like `{file: app.conf, reason: …}`, `{certificate: server, reason: …}` or `{step: name, reason: …}`";

/// `parity`: a list of files, certificates and steps.
pub(super) fn exceptions(node: &Node, reader: &mut Reader<'_>) -> Vec<Exception> {
    reader.list(node, "`parity`").iter().filter_map(|node| exception(node, reader)).collect()
}

fn exception(node: &Node, reader: &mut Reader<'_>) -> Option<Exception> {
    let mut of: Option<ExceptionOf> = None;
    let (mut only, mut reason, mut also) = (None, None, None);
    let before = reader.found.len();
    for entry in reader.entries(node, "an exception") {
        let kind = match entry.key.value {
            "file" => ExceptionOf::File,
            "certificate" => ExceptionOf::Certificate,
            "step" => ExceptionOf::Step,
            "only" => {
                only = Some((entry.key.span, texts(entry.value, reader, "`only`", "what may differ")));
                continue;
            }
            "reason" => {
                reason = reader.text(entry.value, "`reason`");
                continue;
            }
            _ => {
                reader.unknown(&entry.key, "an exception", &KEYS);
                continue;
            }
        };
        let Some(name) = reader.text(entry.value, "what an exception is about") else { continue };
        if of.is_some() {
            also = Some(entry.key.span);
        }
        of = Some(kind(name));
    }
    if reader.found.len() > before {
        return None;
    }
    if let Some(also) = also {
        refuse(
            reader,
            also,
            "an exception is about one thing",
            "the second one",
            "make two exceptions of it",
        );
        return None;
    }
    let Some(of) = of else {
        refuse(reader, node.span, "an exception names no file, certificate or step", "excepts nothing", FORM);
        return None;
    };
    if let (ExceptionOf::Step(_), Some((only, _))) = (&of, &only) {
        refuse(reader, *only, "a step is there or not", "no part of it can differ", "take `only` away");
        return None;
    }
    let reason = reasoned(node, &of, reason, reader)?;
    Some(Exception { of, only: only.map(|(_, only)| only).unwrap_or_default(), reason })
}

/// The reason, without which an exception is none.
fn reasoned(
    node: &Node,
    of: &ExceptionOf,
    reason: Option<Spanned<String>>,
    reader: &mut Reader<'_>,
) -> Option<String> {
    let (ExceptionOf::File(name) | ExceptionOf::Certificate(name) | ExceptionOf::Step(name)) = of;
    if name.value.trim().is_empty() {
        reader.found.push(empty(name.span, "an exception's name"));
        return None;
    }
    match reason {
        None => {
            let message = format!("the exception for `{}` has no reason", name.value);
            let error = Diagnostic::error("missing-key", message, node.span, "no `reason` here");
            reader.found.push(error.help(FORM));
            None
        }
        Some(reason) if reason.value.trim().is_empty() => {
            reader.found.push(empty(reason.span, "`reason`"));
            None
        }
        Some(reason) => Some(reason.value),
    }
}

fn refuse(reader: &mut Reader<'_>, span: Span, message: &str, label: &str, help: &str) {
    reader.found.push(Diagnostic::error("bad-exception", message, span, label).help(help));
}

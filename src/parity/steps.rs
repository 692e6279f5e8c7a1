//! Which steps one platform has and another lacks.

use std::collections::{BTreeMap, BTreeSet};

use super::{compare::Counterpart, exceptions::Exceptions, found::shortened, side::runs};
use crate::{
    diagnostic::Diagnostic,
    document::{Document, Runs, StepId},
    source::{Span, Spanned},
};

/// So many steps are named; the rest is counted.
const MOST: usize = 5;

/// The page's steps, each with the runs that have it and the place where its id stands first. A skipped block with an
/// id counts: its author knows of it.
fn steps(document: &Document) -> BTreeMap<&StepId, (Runs, Span)> {
    let mut steps: BTreeMap<&StepId, (Runs, Span)> = BTreeMap::new();
    for block in &document.blocks {
        if let Some(Spanned { value: id, span }) = &block.id {
            let step = steps.entry(id).or_insert((Runs::NONE, *span));
            step.0 = step.0.or(block.runs);
        }
    }
    steps
}

/// Warns of steps that are there on some of the page's platforms and not on others.
pub(super) fn missing_on_platforms(
    document: &Document,
    exceptions: &mut Exceptions<'_, '_>,
) -> Vec<Diagnostic> {
    let runs = runs(document);
    if runs.len() < 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (id, (present, span)) in steps(document) {
        let without =
            |(platform, run): &(Option<_>, _)| (!present.contains(*run)).then_some(*platform).flatten();
        let lacking: Vec<String> = runs.iter().filter_map(without).map(|name| format!("`{name}`")).collect();
        // One that is reported as reached by none lacks nothing more.
        if lacking.is_empty() || lacking.len() == runs.len() || exceptions.step(id.as_str()) {
            continue;
        }
        let message = format!("the step `{id}` is not there on {}", shortened(&lacking));
        found.push(
            Diagnostic::warning("missing-counterpart", message, span, "on other platforms only")
                .help(skip_or_except(id)),
        );
    }
    found
}

/// Warns of steps that one of two pages has and the other lacks.
pub(super) fn missing_in_counterpart(
    page: &Document,
    other: Counterpart<'_>,
    exceptions: &mut Exceptions<'_, '_>,
) -> Vec<Diagnostic> {
    let Counterpart { named, names_back, asked_too, .. } = other;
    let mutual = names_back && asked_too;
    let (own, theirs) = (steps(page), steps(other.document));
    let mut found = Vec::new();
    for (id, (_, span)) in own.iter().filter(|(id, _)| !theirs.contains_key(*id)) {
        if exceptions.step(id.as_str()) {
            continue;
        }
        let message = format!("the counterpart `{}` has no step `{id}`", named.value);
        found.push(
            Diagnostic::warning("missing-counterpart", message, *span, "on this page only")
                .also(named.span, "named here")
                .help(skip_or_except(id)),
        );
    }
    let lacking: BTreeSet<(Span, &StepId)> = theirs
        .iter()
        .filter(|(id, _)| !own.contains_key(*id) && !mutual && !exceptions.step(id.as_str()))
        .map(|(id, (_, span))| (*span, *id))
        .collect();
    if !lacking.is_empty() {
        let ids: Vec<String> = lacking.iter().map(|(_, id)| format!("`{id}`")).collect();
        let (noun, them) = if ids.len() == 1 { ("step", "it") } else { ("steps", "them") };
        let message = format!("this page lacks the {noun} {} of `{}`", shortened(&ids), named.value);
        let warning = Diagnostic::warning("missing-counterpart", message, named.span, "its counterpart");
        let warning =
            lacking.iter().take(MOST).fold(warning, |warning, (span, _)| warning.also(*span, "stands there"));
        found.push(warning.help(format!(
            "add {them}, or say why not: `.skip` blocks with their ids, or exceptions under `parity`"
        )));
    }
    found
}

fn skip_or_except(id: &StepId) -> String {
    format!(
        "add a step with this id there, or say why not: a `.skip` block with this id, or `{{step: {id}, reason: …}}` under `parity`"
    )
}

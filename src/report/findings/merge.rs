//! Warnings that say the same of many places are one for people.

use std::collections::HashMap;

use crate::{
    diagnostic::{Diagnostic, Severity},
    source::SourceId,
};

/// So many places of one warning are shown; the rest is counted.
const MAX_PLACES: usize = 5;

/// The findings, in their order, with warnings of one file that say the same (a word that is nowhere declared, say)
/// as one that points at all its places. Errors and findings with a fix each stay: each has to be mended in its place.
pub(super) fn merged(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut merged: Vec<(Diagnostic, usize)> = Vec::with_capacity(diagnostics.len());
    let mut known: HashMap<(SourceId, &str, &str), usize> = HashMap::new();
    for found in diagnostics {
        let Some(place) = found.labels.first().map(|label| label.span) else { continue };
        if found.severity == Severity::Warning && found.fix.is_none() {
            let key = (place.source, found.code, found.message.as_str());
            if let Some((first, count)) = known.get(&key).and_then(|&at| merged.get_mut(at)) {
                *count += 1;
                if *count <= MAX_PLACES {
                    *first = first.clone().also(place, "and here");
                }
                continue;
            }
            known.insert(key, merged.len());
        }
        merged.push((found.clone(), 1));
    }
    merged.into_iter().map(|(found, count)| counted(found, count)).collect()
}

/// Says under the last place how many more there are.
fn counted(mut found: Diagnostic, count: usize) -> Diagnostic {
    let more = count.saturating_sub(MAX_PLACES);
    if let (Some(last), 1..) = (found.labels.last_mut(), more) {
        last.text = format!("and here, and at {more} more place{}", if more == 1 { "" } else { "s" });
    }
    found
}

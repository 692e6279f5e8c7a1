//! The order of documents in reports that are written at the end: the same whether one machine ran them all, or several did
//! and their streams were merged.

use crate::outcome::DocumentFold;

/// The documents by page, platform and machine. Where all of these are equal, in the order in which they started.
pub(super) fn by_name(documents: &[DocumentFold]) -> Vec<&DocumentFold> {
    let mut sorted: Vec<&DocumentFold> = documents.iter().collect();
    sorted.sort_by(|a, b| key(a).cmp(&key(b)));
    sorted
}

fn key(document: &DocumentFold) -> (&str, Option<&str>, &str) {
    (&document.document, document.platform.as_deref(), &document.host)
}

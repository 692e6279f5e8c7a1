//! Probe blocks of pages: what can be said about them without connecting to anybody.

use crate::{
    diagnostic::Diagnostic,
    document::{BlockKind, Document, filled, misplaced_path},
    probe,
    source::Spanned,
};

/// What is wrong in the probe blocks of `document`.
pub(super) fn findings(document: &Document) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for block in &document.blocks {
        if !matches!(block.kind, BlockKind::Probe { .. }) {
            continue;
        }
        for front in document.fronts(block.runs) {
            let text = filled(&block.text, front);
            let Some(tls) = probe::read(&text, &mut found).and_then(|probe| probe.tls) else { continue };
            for (key, path) in [("ca", tls.ca), ("cert", tls.cert), ("key", tls.key)] {
                let Some(path) = path else { continue };
                let path = Spanned::new(path.value, text.span(path.at));
                found.extend(misplaced_path(key, &path, front));
            }
        }
    }
    found
}

//! What is wrong in certificate blocks.

use crate::{
    certificate,
    diagnostic::Diagnostic,
    document::{BlockKind, Document},
};

/// What can be said about the certificate blocks of a page without making them.
pub(super) fn findings(document: &Document) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for block in document.blocks.iter().filter(|block| matches!(block.kind, BlockKind::Certificate { .. })) {
        certificate::read(&block.text, &mut found);
    }
    found
}

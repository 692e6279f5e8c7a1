//! What the language has and this version does not: always said, never ignored.

use crate::{diagnostic::Diagnostic, source::Span};

/// An error that names the feature which stands at `span`.
pub(super) fn not_supported(span: Span, feature: &str) -> Diagnostic {
    Diagnostic::error(
        "not-supported-yet",
        format!("{feature} not supported yet"),
        span,
        "this version of `tutor` cannot do this",
    )
}

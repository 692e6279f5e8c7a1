//! What a page's Markdown holds for us, in order.

use std::ops::Range;

use super::Fence;
use crate::source::{Span, Spanned};

/// One thing that a page's Markdown holds for us.
#[derive(Clone, Debug)]
pub(in crate::document) enum Item {
    /// A fenced block, ours or not.
    Fence(Fence),
    /// From here on the page is for these platforms.
    Tab {
        /// The comment.
        span: Span,
        /// Their names.
        names: Vec<Spanned<String>>,
    },
    /// From here on it is for all of its platforms.
    End(Span),
    /// Here stands another file.
    Include {
        /// The comment.
        comment: Range<usize>,
        /// The file.
        file: Spanned<String>,
    },
}

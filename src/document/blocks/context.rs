//! What a block is read with, beside its own text.

use crate::document::{After, page::Page};

/// What a block is read with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    /// The file that it stands in.
    pub(super) page: Page<'a>,
    /// Languages that the settings give a command for.
    pub(super) languages: &'a [(String, String)],
    /// The tutorials that run before the page.
    pub(super) after: &'a [After],
}

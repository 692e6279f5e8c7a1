//! The checks of a whole page, once its front matter and its blocks are read.

mod bare_words;
mod paths;
mod placeholders;
mod relocation;
mod secrets;

pub(super) use paths::check as paths;
pub(super) use placeholders::check as placeholders;
pub use relocation::relocation_warnings;
pub(super) use secrets::check as secrets;

//! The checks of a whole page, once its front matter and its blocks are read.

mod bare_words;
mod earlier;
mod keys;
mod paths;
mod placeholders;
mod relocation;
mod secrets;
mod services;

pub(super) use earlier::check as earlier;
pub(super) use keys::check as keys;
pub(super) use paths::check as paths;
pub use paths::misplaced_path;
pub(super) use placeholders::check as placeholders;
pub use relocation::relocation_warnings;
pub(super) use secrets::check as secrets;
pub(super) use services::check as services;

//! What was recorded: insta's file format, the store, and pending files beside the accepted ones.

mod changes;
mod error;
mod file;
mod format;
mod header;
mod page;
mod recording;
mod store;
#[cfg(test)]
mod tests;

pub use changes::changes;
pub use error::{FormatError, SnapshotError};
pub use page::{PageBlock, PageUpdate};
pub use recording::Recording;
pub use store::{Kept, Pending, Store};

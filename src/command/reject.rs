//! `tutor reject`: throws away what a run left pending.

use super::{error::CommandError, options, pending::each};
use crate::{report::Color, snapshot::Store};

/// Rejects the steps that were named; the value is the exit status.
pub(super) fn reject(options: &options::Pending, color: Color) -> Result<u8, CommandError> {
    each(options, color, "rejected", |store: &Store, pending| Ok(store.reject(pending)?))
}

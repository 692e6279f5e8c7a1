//! `tutor accept`: records what a run left pending.

use super::{error::CommandError, options, pending::each};
use crate::{report::Color, snapshot::Store};

/// Accepts the steps that were named; the value is the exit status.
pub(super) fn accept(options: &options::Pending, color: Color) -> Result<u8, CommandError> {
    each(options, color, "accepted", Store::accept)
}

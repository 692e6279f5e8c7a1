//! A fence's info string: its language and the group of attributes that is ours.

mod group;
mod names;
mod scan;

pub(super) use group::{Attributes, Choice, choose};
pub(super) use names::{Class, Kind};
pub(super) use scan::{Info, scan, scan_bare};

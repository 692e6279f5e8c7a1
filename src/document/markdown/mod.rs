//! The page's Markdown: its fenced blocks and the comments that are ours.

mod comment;
mod fence;
mod walk;

pub(super) use fence::{Fence, check};
pub(super) use walk::fences;

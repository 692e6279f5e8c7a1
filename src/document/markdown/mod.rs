//! The page's Markdown: its fenced blocks and the comments that are ours.

mod comment;
mod fence;
mod hidden;
mod item;
mod walk;

pub(super) use fence::{Fence, check};
pub(super) use item::Item;
pub(super) use walk::items;

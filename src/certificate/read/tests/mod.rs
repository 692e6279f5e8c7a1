//! What blocks say, and what can be wrong in them.

mod any;
mod links;
mod pictures;
mod places;
mod right;
mod wrong;

use crate::{
    certificate::{Block, read},
    diagnostic::Diagnostic,
    table::tests::alone,
};

/// What is read of a block that is a whole page: the block, what is wrong, and the picture of that.
fn of(text: &str) -> (Option<Block>, Vec<Diagnostic>, String) {
    alone(text, read)
}

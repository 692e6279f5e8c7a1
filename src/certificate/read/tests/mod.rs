//! What blocks say, and what can be wrong in them.

mod any;
mod links;
mod pictures;
mod places;
mod right;
mod wrong;

use crate::{
    certificate::{Block, read},
    diagnostic::{Diagnostic, draw},
    source::{Fragments, Sources},
};

/// What is read of a block that is a whole page: the block, what is wrong, and the picture of that.
fn of(text: &str) -> (Option<Block>, Vec<Diagnostic>, String) {
    let mut sources = Sources::new();
    let source = sources.add("page.md", text);
    let mut fragments = Fragments::new(source, 0);
    fragments.push(text, 0);
    let mut found = Vec::new();
    let block = read(&fragments, &mut found);
    let drawn = draw(&found, &sources, false);
    (block, found, drawn)
}

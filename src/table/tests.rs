//! What the tests of all kinds of blocks need.

use crate::{
    diagnostic::{Diagnostic, draw},
    source::{Fragments, Sources},
};

/// What `read` makes of a block that is a whole page: the block, what is wrong, and the picture of that.
pub(crate) fn alone<T>(
    text: &str,
    read: impl FnOnce(&Fragments, &mut Vec<Diagnostic>) -> T,
) -> (T, Vec<Diagnostic>, String) {
    let mut sources = Sources::new();
    let source = sources.add("page.md", text);
    let mut fragments = Fragments::new(source, 0);
    fragments.push(text, 0);
    let mut found = Vec::new();
    let block = read(&fragments, &mut found);
    let drawn = draw(&found, &sources, false);
    (block, found, drawn)
}

//! From a block's text to what it says, with every mistake at its place.

mod build;
mod ca;
mod checks;
mod claims;
mod collisions;
mod demands;
mod faults;
mod files;
mod hosts;
mod leaf;
mod link;
mod names;
mod paths;
mod permits;
mod permitted;
mod subject;
mod tables;
#[cfg(test)]
mod tests;
mod words;

use toml::de::DeTable;

use super::{Block, Refusal};
use crate::{
    diagnostic::{Diagnostic, has_errors},
    source::Fragments,
    table::{self, Mode, Reader},
};
pub(super) use hosts::is_name as is_host;
pub(super) use permits::Permits;
pub(super) use words::fault_word;

/// Reads a block, in whose text the placeholders have been replaced as far as their values are known: a word like
/// `<name>` that is left stands for any value, and nothing is said of it.
///
/// All that is wrong goes to `found`, at its place in the page. `None` where that is an error, or where the block can't be
/// known without the value of a placeholder (the id of an issuer).
pub fn read(text: &Fragments, found: &mut Vec<Diagnostic>) -> Option<Block> {
    table::read(text, Mode::Page, tables::owner, found, whole)
}

/// The same of a text that has no placeholders: a word like `<name>` is text as any other.
pub fn read_file(text: &Fragments, found: &mut Vec<Diagnostic>) -> Option<Block> {
    table::read(text, Mode::Run, tables::owner, found, whole)
}

/// Reads a block that stands alone, and tells the first mistake only: for a run, whose page has been checked. All
/// placeholders have their values here, so a word like `<name>` is text as any other.
///
/// # Errors
/// That mistake.
pub fn read_plain(text: &str) -> Result<Block, Refusal> {
    table::read_plain(text, tables::owner, whole)
}

fn whole(table: &DeTable<'_>, reader: &mut Reader<'_>) -> Option<Block> {
    let page = tables::page(table, reader);
    let links = link::link(&page, reader);
    checks::check(&page, &links, reader);
    if has_errors(&reader.found) {
        return None;
    }
    build::build(page, &links)
}

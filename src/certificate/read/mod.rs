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
mod reader;
mod subject;
mod syntax;
mod tables;
#[cfg(test)]
mod tests;
mod words;

use super::{Block, Refusal};
use crate::{
    diagnostic::{Diagnostic, Severity, has_errors},
    source::{Fragments, Sources},
};
pub(super) use hosts::is_name as is_host;
pub(super) use permits::Permits;
use reader::{Mode, Reader};
pub(super) use words::fault_word;

/// Reads a block, in whose text the placeholders have been replaced as far as their values are known: a word like
/// `<name>` that is left stands for any value, and nothing is said of it.
///
/// All that is wrong goes to `found`, at its place in the page. `None` where that is an error, or where the block can't be
/// known without the value of a placeholder (the id of an issuer).
pub fn read(text: &Fragments, found: &mut Vec<Diagnostic>) -> Option<Block> {
    in_mode(Mode::Page, text, found)
}

/// The same of a text that has no placeholders: a word like `<name>` is text as any other.
pub fn read_file(text: &Fragments, found: &mut Vec<Diagnostic>) -> Option<Block> {
    in_mode(Mode::Run, text, found)
}

fn in_mode(mode: Mode, text: &Fragments, found: &mut Vec<Diagnostic>) -> Option<Block> {
    let mut reader = Reader::new(text, mode);
    let block = whole(&mut reader).filter(|_| !has_errors(&reader.found));
    for error in &mut reader.found {
        // Written into the page, it would take a placeholder away.
        error.fix = error.fix.take().filter(|fix| text.is_verbatim(fix.span));
    }
    found.append(&mut reader.found);
    block
}

/// Reads a block that stands alone, and tells the first mistake only: for a run, whose page has been checked. All
/// placeholders have their values here, so a word like `<name>` is text as any other.
///
/// # Errors
/// That mistake.
pub fn read_plain(text: &str) -> Result<Block, Refusal> {
    let mut fragments = Fragments::new(Sources::new().add("", ""), 0);
    fragments.push(text, 0);
    let mut reader = Reader::new(&fragments, Mode::Run);
    let block = whole(&mut reader);
    let errors = reader.found.into_iter().filter(|found| found.severity == Severity::Error);
    match (errors.min_by_key(place), block) {
        (Some(error), _) => Err(refusal(error)),
        (None, Some(block)) => Ok(block),
        (None, None) => {
            let message = "the block could not be read".to_owned();
            Err(Refusal { code: "certificate-syntax", message, at: 0..0, label: String::new(), help: None })
        }
    }
}

/// Where the main place of a finding begins.
fn place(found: &Diagnostic) -> usize {
    found.labels.first().map_or(0, |label| label.span.start)
}

fn refusal(error: Diagnostic) -> Refusal {
    let (at, label) = error
        .labels
        .into_iter()
        .next()
        .map_or((0..0, String::new()), |label| (label.span.range(), label.text));
    Refusal { code: error.code, message: error.message, at, label, help: error.help }
}

fn whole(reader: &mut Reader<'_>) -> Option<Block> {
    let text = reader.text().text().to_owned();
    let masked = syntax::masked(&text, reader);
    let table = syntax::parse(masked.as_deref().unwrap_or(&text), reader)?;
    let page = tables::page(&table, reader);
    let links = link::link(&page, reader);
    checks::check(&page, &links, reader);
    if has_errors(&reader.found) {
        return None;
    }
    build::build(page, &links)
}

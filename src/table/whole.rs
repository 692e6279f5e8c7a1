//! The reading of a whole block.

use toml::de::DeTable;

use super::{Mode, Reader, Refusal, syntax};
use crate::{
    diagnostic::{Diagnostic, Severity, has_errors},
    source::{Fragments, Sources},
};

/// What else takes a key: `a leaf`.
pub type Owner = fn(&str) -> Option<&'static str>;

/// Reads a block. `whole` makes something of its table and reports what is wrong.
///
/// All that is wrong goes to `found`, at its place in the page. `None` where that is an error, or where `whole` says so.
pub fn read<T>(
    text: &Fragments,
    mode: Mode,
    owner: Owner,
    found: &mut Vec<Diagnostic>,
    whole: impl FnOnce(&DeTable<'_>, &mut Reader<'_>) -> Option<T>,
) -> Option<T> {
    let mut reader = Reader::new(text, mode, owner);
    let block = parsed(&mut reader, whole).filter(|_| !has_errors(&reader.found));
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
///
/// That mistake.
pub fn read_plain<T>(
    text: &str,
    owner: Owner,
    whole: impl FnOnce(&DeTable<'_>, &mut Reader<'_>) -> Option<T>,
) -> Result<T, Refusal> {
    let mut fragments = Fragments::new(Sources::new().add("", ""), 0);
    fragments.push(text, 0);
    let mut reader = Reader::new(&fragments, Mode::Run, owner);
    let block = parsed(&mut reader, whole);
    let errors = reader.found.into_iter().filter(|found| found.severity == Severity::Error);
    match (errors.min_by_key(place), block) {
        (Some(error), _) => Err(refusal(error)),
        (None, Some(block)) => Ok(block),
        (None, None) => {
            let message = "the block could not be read".to_owned();
            Err(Refusal { code: "block-syntax", message, at: 0..0, label: String::new(), help: None })
        }
    }
}

fn parsed<T>(
    reader: &mut Reader<'_>,
    whole: impl FnOnce(&DeTable<'_>, &mut Reader<'_>) -> Option<T>,
) -> Option<T> {
    let text = reader.text().text().to_owned();
    let masked = syntax::masked(&text, reader);
    let table = syntax::parse(masked.as_deref().unwrap_or(&text), reader)?;
    whole(&table, reader)
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

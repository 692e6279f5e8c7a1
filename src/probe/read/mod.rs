//! From a block's text to what it says, with every mistake at its place.

mod address;
mod http;
mod rules;
#[cfg(test)]
mod tests;
mod tls;

use toml::de::DeTable;

use super::{
    Expect, Probe,
    words::{EXPECTS, STARTTLS},
};
use crate::{
    diagnostic::Diagnostic,
    source::Fragments,
    table::{self, At, Fields, Mode, Reader, Refusal},
};

const KEYS: [&str; 5] = ["connect", "tls", "starttls", "http", "expect"];

/// Reads a block, in whose text the placeholders have been replaced as far as their values are known: a word like
/// `<name>` that is left stands for any value, and nothing is said of it.
///
/// All that is wrong goes to `found`, at its place in the page. `None` where that is an error, or where the block can't be
/// known without the value of a placeholder.
pub fn read(text: &Fragments, found: &mut Vec<Diagnostic>) -> Option<Probe> {
    table::read(text, Mode::Page, owner, found, whole)
}

/// Reads a block that stands alone, and tells the first mistake only: for a run, whose page has been checked. All
/// placeholders have their values here, so a word like `<name>` is text as any other.
///
/// # Errors
///
/// That mistake.
pub fn read_plain(text: &str) -> Result<Probe, Refusal> {
    table::read_plain(text, owner, whole)
}

/// What takes a key.
fn owner(key: &str) -> Option<&'static str> {
    let owners: [(&str, &[&str]); 3] =
        [("the block itself", &KEYS), ("`tls`", &tls::KEYS), ("`http`", &http::KEYS)];
    match key {
        "timeout" | "retry" | "every" | "snapshot" => Some("the line that opens the block, as an attribute,"),
        _ => owners.iter().find(|(_, keys)| keys.contains(&key)).map(|(owner, _)| *owner),
    }
}

fn whole(table: &DeTable<'_>, reader: &mut Reader<'_>) -> Option<Probe> {
    let first = reader.text().text().lines().next().map_or(0, str::len);
    let top = Fields { table, at: 0..first };
    reader.only(&top, "a probe", &KEYS);
    let connect = address::of(&top, reader);
    let tls = tls::of(&top, reader);
    let starttls = STARTTLS.of_key(&top, "starttls", reader);
    let http = http::of(&top, reader);
    let at = connect.as_ref().map_or(0..0, |connect| connect.at.clone());
    let expect = EXPECTS.of_key(&top, "expect", reader);
    // Where its word is not known, nothing can be said of what goes with it.
    if expect.is_some() || !table.contains_key("expect") {
        rules::check(&top, expect.as_ref().map_or(Expect::Ok, |expect| expect.value), reader);
    }
    let open = table.contains_key("expect") && expect.is_none();
    let expect = expect.unwrap_or(At { value: Expect::Ok, at });
    let probe = Probe { connect: connect?, starttls, tls, http, expect };
    (!open).then_some(probe)
}

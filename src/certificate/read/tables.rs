//! The block's tables: which there are, and what each says by itself.

use std::ops::Range;

use toml::de::DeTable;

use super::{
    ca::{self, CaTable},
    claims::{self, CrlTable, ExpectTable},
    faults::{self, BadTable},
    leaf::{self, LeafTable},
    paths,
    subject::{self, Part},
    words,
};
use crate::{
    certificate::{Algorithm, At, Output, Use},
    diagnostic::Diagnostic,
    table::{Fields, Reader, Value, quoted, shown},
};

/// All that the block says, its tables in the order of the page. Ids are not looked up yet.
pub(super) struct Page {
    pub(super) dir: At<String>,
    pub(super) replace: bool,
    pub(super) items: Vec<Table>,
    pub(super) expects: Vec<ExpectTable>,
}

/// A table with an id.
pub(super) struct Table {
    pub(super) id: At<String>,
    pub(super) body: Body,
}

/// What a table says.
pub(super) enum Body {
    Ca(CaTable),
    Leaf(LeafTable),
    Bad(BadTable),
    Crl(CrlTable),
}

/// What tables have that don't say it themselves.
#[derive(Default)]
pub(super) struct Defaults {
    pub(super) key: Option<Algorithm>,
    pub(super) days: Option<At<u32>>,
    pub(super) subject: Vec<Part>,
    pub(super) uses: Option<Vec<Use>>,
    pub(super) emit: Option<Vec<Output>>,
}

const TOP: [&str; 8] = ["dir", "replace", "defaults", "ca", "leaf", "bad", "crl", "expect"];
const DEFAULTS: [&str; 5] = ["key", "days", "subject", "use", "emit"];

/// Days of a certificate where nothing says how many, and of a list of revoked ones.
const DAYS: u32 = 365;
pub(super) const CRL_DAYS: u32 = 30;

/// The most days: a certificate's dates end with the year 9999.
const MOST_DAYS: u32 = 2_900_000;

/// Reads all tables; what is wrong in each is reported.
pub(super) fn page(table: &DeTable<'_>, reader: &mut Reader<'_>) -> Page {
    let top = Fields { table, at: 0..0 };
    reader.only(&top, "a certificate block", &TOP);
    let dir = directory(&top, reader);
    let replace = reader.flag_of(&top, "replace");
    let defaults =
        reader.table_of(&top, "defaults").map(|fields| defaults(&fields, reader)).unwrap_or_default();
    let mut found = Vec::new();
    for kind in ["ca", "leaf", "bad", "crl"] {
        let Some(fields) = reader.table_of(&top, kind) else { continue };
        found.extend(fields.table.iter().map(|(key, value)| {
            (key.span(), kind, At { value: key.get_ref().clone().into_owned(), at: key.span() }, value)
        }));
    }
    // The library keeps keys in the order of the alphabet.
    found.sort_by_key(|(at, ..)| at.start);
    let items: Vec<Table> = found
        .into_iter()
        .filter_map(|(_, kind, id, value)| item(kind, id, value, &defaults, reader))
        .collect();
    let expects = claims::expects(&top, reader);
    let nothing = !["ca", "leaf", "bad", "crl"].iter().any(|kind| table.contains_key(*kind));
    if nothing {
        let message = "the block makes nothing";
        let at = 0..reader.text().text().lines().next().map_or(0, str::len);
        let error = Diagnostic::error("missing-key", message, reader.span(&at), "no table of a certificate");
        reader.found.push(error.help("begin with a CA: `[ca.test-ca]`, and below it `cn = \"Test CA\"`"));
    }
    Page { dir, replace, items, expects }
}

fn directory(top: &Fields<'_>, reader: &mut Reader<'_>) -> At<String> {
    let here = At { value: ".".to_owned(), at: 0..0 };
    let Some(dir) = reader.text_of(top, "dir") else { return here };
    let empty = dir.value.trim().is_empty();
    if empty || dir.value.contains(char::is_control) {
        let message = if empty { "`dir` is empty" } else { "`dir` has a control character" };
        let label = if empty { "nothing here" } else { "in here" };
        let error = Diagnostic::error("bad-path", message, reader.span(&dir.at), label);
        reader.found.push(error.help("write a directory; without `dir` it is the current one"));
        return here;
    }
    dir
}

fn defaults(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Defaults {
    reader.only(fields, "`defaults`", &DEFAULTS);
    Defaults {
        key: words::ALGORITHMS.of_key(fields, "key", reader).map(|key| key.value),
        days: days(fields, reader),
        subject: subject::parts(fields, false, reader),
        uses: words::USES.list_of_key(fields, "use", reader).map(|uses| uses.values),
        emit: words::OUTPUTS.list_of_key(fields, "emit", reader).map(|emit| emit.values),
    }
}

fn item(
    kind: &str,
    id: At<String>,
    value: Value<'_>,
    defaults: &Defaults,
    reader: &mut Reader<'_>,
) -> Option<Table> {
    let Some(table) = value.get_ref().as_table() else {
        not_a_table(kind, &id, value, reader);
        return None;
    };
    if unquoted(&id, table, keys(kind), reader) {
        return None;
    }
    check_id(&id, reader);
    let fields = Fields { table, at: id.at.clone() };
    let body = match kind {
        "ca" => Body::Ca(ca::read(&fields, &id, defaults, reader)),
        "leaf" => Body::Leaf(leaf::read(&fields, &id, defaults, reader)),
        "bad" => Body::Bad(faults::read(&fields, &id, reader)),
        _ => Body::Crl(claims::crl(&fields, &id, reader)),
    };
    Some(Table { id, body })
}

/// The keys that a kind of table has.
fn keys(kind: &str) -> &'static [&'static str] {
    match kind {
        "ca" => &ca::KEYS,
        "leaf" => &leaf::KEYS,
        "bad" => &faults::KEYS,
        _ => &claims::CRL_KEYS,
    }
}

/// Whether the table is the beginning of an id with full stops that lacks its quotes: `[leaf.www.example.com]`. Each is
/// reported.
fn unquoted(id: &At<String>, table: &DeTable<'_>, keys: &[&str], reader: &mut Reader<'_>) -> bool {
    let is_part = |name: &str, value: Value<'_>| !keys.contains(&name) && value.get_ref().is_table();
    if table.is_empty() || !table.iter().all(|(key, value)| is_part(key.get_ref(), value)) {
        return false;
    }
    for (key, mut value) in table {
        let mut end = key.span().end;
        while let Some((key, below)) = value.get_ref().as_table().and_then(only_entry) {
            if !is_part(key.get_ref(), below) {
                break;
            }
            end = key.span().end;
            value = below;
        }
        let text = reader.text().text();
        let one = id.at.start < key.span().start && end > id.at.start;
        let written = text.get(id.at.start..end).filter(|text| one && !text.contains(['\n', '"', '\'', '{']));
        let at = if written.is_some() { id.at.start..end } else { key.span() };
        let message = "an id with full stops stands in quotes";
        let span = reader.span(&at);
        let error = Diagnostic::error("bad-id", message, span, "tables within tables");
        let error = error.help("write it as one text");
        reader.found.push(match written {
            Some(written) => error.fix(span, quoted(written)),
            None => error,
        });
    }
    true
}

fn only_entry<'t>(table: &'t DeTable<'t>) -> Option<(&'t toml::Spanned<toml::de::DeString<'t>>, Value<'t>)> {
    table.iter().next().filter(|_| table.len() == 1)
}

/// `[leaf]` with keys of a leaf, where an id was forgotten, is told as what it is.
fn not_a_table(kind: &str, id: &At<String>, value: Value<'_>, reader: &mut Reader<'_>) {
    let name = shown(&id.value);
    let message = format!("`{kind}.{name}` must be a table, and is none");
    let error = Diagnostic::error("wrong-type", message, reader.span(&value.span()), "not a table");
    reader.found.push(error.help(if owner(&id.value).is_some() {
        format!("the table lacks an id: write `[{kind}.some-name]`")
    } else {
        format!("write it like `[{kind}.{name}]`, with its keys below")
    }));
}

fn check_id(id: &At<String>, reader: &mut Reader<'_>) {
    let text = id.value.as_str();
    if reader.is_open(text) {
        return;
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let span = reader.span(&id.at);
    let good = text.bytes().all(allowed) && text.starts_with(|char: char| char.is_ascii_alphanumeric());
    if !good {
        let message = format!("`{}` is no id", shown(text));
        let error = Diagnostic::error("bad-id", message, span, "not an id");
        reader.found.push(error.help(
            "files are named after it: write letters, digits, `-`, `_` and `.`, a letter or digit first",
        ));
    } else if text.len() > 100 {
        let message = "an id has at most 100 characters";
        let error = Diagnostic::error("bad-id", message, span, "too long");
        reader.found.push(error.help("files are named after it: shorten it"));
    } else if paths::is_device(text) {
        let message = format!("files named after `{text}` are a device on Windows");
        let error = Diagnostic::error("bad-id", message, span, "a device's name");
        reader.found.push(error.help("choose another id"));
    }
}

/// What takes a key, where one kind of table does.
pub(super) fn owner(key: &str) -> Option<&'static str> {
    let owners: [(&str, &[&str]); 6] = [
        ("a leaf", &leaf::KEYS),
        ("a CA", &ca::KEYS),
        ("a `[bad]` table", &faults::KEYS),
        ("a `[crl]` table", &claims::CRL_KEYS),
        ("an `[[expect]]` table", &claims::EXPECT_KEYS),
        ("the block itself, above its tables,", &TOP),
    ];
    owners.iter().find(|(_, keys)| keys.contains(&key)).map(|(owner, _)| *owner)
}

/// A table's `days`, where it has them and they are right.
pub(super) fn days(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<At<u32>> {
    if let Some(at) = fields.get("days").map(toml::Spanned::span).filter(|at| reader.hides(at)) {
        return Some(At { value: DAYS, at });
    }
    let days = reader.number_of(fields, "days")?;
    let most = i128::from(MOST_DAYS);
    if let Ok(value @ 1..=MOST_DAYS) = u32::try_from(days.value) {
        return Some(At { value, at: days.at });
    }
    let few = days.value <= most;
    let message = if few { "`days` must be at least 1" } else { "`days` must be at most 2900000" };
    let label = if few { "less than a day" } else { "beyond the year 9999" };
    let error = Diagnostic::error("bad-days", message, reader.span(&days.at), label);
    reader.found.push(if !few {
        error.help("a certificate's dates end with the year 9999")
    } else if fields.table.contains_key("issuer") || fields.table.contains_key("cn") {
        error.help("write a whole number from 1 on; a certificate that is out of date is a `[bad]` one with `fault = \"expired\"`")
    } else {
        error.help("write a whole number from 1 on")
    });
    None
}

/// A table's days, or the block's, or 365.
pub(super) fn days_or(own: Option<At<u32>>, defaults: &Defaults, at: &Range<usize>) -> At<u32> {
    own.or_else(|| defaults.days.clone()).unwrap_or_else(|| At { value: DAYS, at: at.clone() })
}

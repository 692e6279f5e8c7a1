//! `[ca.ID]`.

use super::{
    files, names,
    names::Role,
    paths,
    subject::{self, Dn},
    tables::{self, Defaults},
    words,
};
use crate::{
    certificate::{Algorithm, At, Attribute, Name, Password},
    diagnostic::Diagnostic,
    table::{Fields, Reader},
};

/// What such a table says.
pub(super) struct CaTable {
    pub(super) issuer: Option<At<String>>,
    pub(super) subject: Dn,
    pub(super) key: Algorithm,
    pub(super) days: At<u32>,
    pub(super) path_length: Option<At<u8>>,
    pub(super) permit: Vec<At<Name>>,
    pub(super) password: Option<At<Password>>,
    pub(super) existing: bool,
    pub(super) key_file: At<String>,
    pub(super) crt_file: At<String>,
}

pub(super) const KEYS: [&str; 11] = [
    "cn",
    "subject",
    "key",
    "days",
    "password",
    "permit",
    "path_length",
    "issuer",
    "key_file",
    "crt_file",
    "existing",
];

/// Those that go with `existing`.
const OF_EXISTING: [&str; 4] = ["existing", "key_file", "crt_file", "password"];

pub(super) fn read(
    fields: &Fields<'_>,
    id: &At<String>,
    defaults: &Defaults,
    reader: &mut Reader<'_>,
) -> CaTable {
    reader.only(fields, "a CA", &KEYS);
    let existing = reader.flag_of(fields, "existing");
    let own = subject::parts(fields, true, reader);
    let subject = if existing { Dn::default() } else { subject::merged(own, &defaults.subject) };
    if existing {
        only_of_existing(fields, reader);
    } else if subject.get(Attribute::CommonName).is_none() && !has_name(fields) {
        let help =
            "write how it is called: `cn = \"Test CA\"`; a CA that another step made has `existing = true`";
        reader.missing(fields, "the CA", help, "cn");
    }
    let key = words::ALGORITHMS.of_key(fields, "key", reader).map(|key| key.value);
    let own_days = tables::days(fields, reader);
    let mut file = |key: &str, end: &str| {
        paths::of_key(fields, key, reader).unwrap_or_else(|| files::named_after(id, end))
    };
    let (key_file, crt_file) = (file("key_file", ".key"), file("crt_file", ".crt"));
    CaTable {
        issuer: reader.text_of(fields, "issuer"),
        subject,
        key: key.or(defaults.key).unwrap_or(Algorithm::Rsa2048),
        days: tables::days_or(own_days, defaults, &id.at),
        path_length: path_length(fields, reader),
        permit: permit(fields, reader),
        password: files::password(fields, reader),
        existing,
        key_file,
        crt_file,
    }
}

/// Whether a common name is written, right or wrong.
pub(super) fn has_name(fields: &Fields<'_>) -> bool {
    let of_subject = || {
        let subject = fields.get("subject")?.get_ref();
        Some(subject.as_table().is_none_or(|table| table.contains_key("CN")))
    };
    fields.table.contains_key("cn") || of_subject() == Some(true)
}

fn only_of_existing(fields: &Fields<'_>, reader: &mut Reader<'_>) {
    let existing = fields.key_at("existing").unwrap_or_default();
    for key in KEYS.into_iter().filter(|key| !OF_EXISTING.contains(key)) {
        let Some(at) = fields.key_at(key) else { continue };
        let message = format!("a CA that is there already does not take `{key}`");
        let error =
            Diagnostic::error("key-not-taken", message, reader.span(&at), "its certificate says this");
        let error = error.also(reader.span(&existing), "not made here");
        reader.found.push(error.help("take it out"));
    }
}

fn path_length(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<At<u8>> {
    let length = reader.number_of(fields, "path_length")?;
    if let Ok(value) = u8::try_from(length.value) {
        return Some(At { value, at: length.at });
    }
    let message = "`path_length` must be a number from 0 to 255";
    let error = Diagnostic::error("bad-path-length", message, reader.span(&length.at), "out of range");
    reader.found.push(error.help("it is how many CAs may follow below this one"));
    None
}

fn permit(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Vec<At<Name>> {
    let Some(permit) = names::list_of(fields, "permit", Role::Permit, reader) else { return Vec::new() };
    if fields.is_empty_list("permit") {
        let message = "`permit` names nothing";
        let error = Diagnostic::error("empty-value", message, reader.span(&permit.at), "an empty list");
        reader.found.push(error.help("name the hosts that it may sign; without `permit` these are all"));
    }
    permit.value
}

//! `[crl.ID]` and `[[expect]]`.

use super::{files, names, names::Role, paths, tables, words};
use crate::{
    certificate::{At, Fault, Name, Use},
    table::{Fields, Reader},
};

/// What `[crl.ID]` says.
pub(super) struct CrlTable {
    pub(super) revoke: Vec<At<String>>,
    pub(super) days: At<u32>,
    pub(super) file: At<String>,
}

pub(super) const CRL_KEYS: [&str; 3] = ["revoke", "days", "file"];

pub(super) fn crl(fields: &Fields<'_>, id: &At<String>, reader: &mut Reader<'_>) -> CrlTable {
    reader.only(fields, "a `[crl]` table", &CRL_KEYS);
    let days = tables::days(fields, reader);
    CrlTable {
        revoke: reader.list_of(fields, "revoke").map(|ids| ids.value).unwrap_or_default(),
        days: days.unwrap_or_else(|| At { value: tables::CRL_DAYS, at: id.at.clone() }),
        file: paths::of_key(fields, "file", reader).unwrap_or_else(|| files::named_after(id, ".crl")),
    }
}

/// What `[[expect]]` says.
pub(super) struct ExpectTable {
    pub(super) verify: Option<At<String>>,
    pub(super) host: Option<At<Name>>,
    pub(super) role: Option<Use>,
    pub(super) error: Option<At<Fault>>,
}

pub(super) const EXPECT_KEYS: [&str; 4] = ["verify", "host", "as", "error"];

/// All claims, in the order of the page.
pub(super) fn expects(top: &Fields<'_>, reader: &mut Reader<'_>) -> Vec<ExpectTable> {
    let Some(value) = top.get("expect") else { return Vec::new() };
    let Some(list) = value.get_ref().as_array() else {
        reader.wrong_type("expect", "a list of tables, each begun by `[[expect]]`,", value, None);
        return Vec::new();
    };
    let mut expects = Vec::new();
    for item in list {
        match item.get_ref().as_table() {
            Some(table) => expects.push(expect(&Fields { table, at: item.span() }, reader)),
            None => reader.wrong_type("expect", "a table", item, None),
        }
    }
    expects
}

fn expect(fields: &Fields<'_>, reader: &mut Reader<'_>) -> ExpectTable {
    reader.only(fields, "an `[[expect]]` table", &EXPECT_KEYS);
    if !fields.table.contains_key("verify") {
        reader.missing(fields, "the claim", "name what it is about: `verify = \"server\"`", "verify");
    }
    let host = reader.text_of(fields, "host");
    ExpectTable {
        verify: reader.text_of(fields, "verify"),
        host: host.and_then(|host| names::of(&host, Role::Host, reader)),
        role: words::USES.of_key(fields, "as", reader).map(|role| role.value),
        error: words::FAULTS.of_key(fields, "error", reader),
    }
}

//! `[bad.ID]`.

use super::{files, words};
use crate::{
    certificate::{At, Fault, File},
    table::{Fields, Reader},
};

/// What such a table says.
pub(super) struct BadTable {
    pub(super) from: Option<At<String>>,
    pub(super) fault: Option<At<Fault>>,
    pub(super) files: Vec<File>,
}

pub(super) const KEYS: [&str; 2] = ["from", "fault"];

pub(super) fn read(fields: &Fields<'_>, id: &At<String>, reader: &mut Reader<'_>) -> BadTable {
    reader.only(fields, "a `[bad]` table", &KEYS);
    for (key, help) in [
        ("from", "name the leaf that it is like but for its fault: `from = \"server\"`"),
        ("fault", "write what is wrong with it: `fault = \"expired\"`"),
    ] {
        if !fields.table.contains_key(key) {
            reader.missing(fields, "the bad one", help, key);
        }
    }
    BadTable {
        from: reader.text_of(fields, "from"),
        fault: words::FAULTS.of_key(fields, "fault", reader),
        files: files::of_bad(id),
    }
}

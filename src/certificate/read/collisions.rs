//! Files that two tables would write, or one of them write over what the other reads.

use std::collections::HashMap;

use super::tables::{Body, Page, Table};
use crate::{
    certificate::At,
    diagnostic::Diagnostic,
    table::{Reader, shown},
};

/// A file of a table.
#[derive(Clone, Copy)]
struct Named<'p> {
    table: &'p Table,
    file: &'p At<String>,
    /// Whether it is made here, and not only read.
    made: bool,
}

impl Named<'_> {
    /// Whether it is called after the table's id.
    fn after_id(&self) -> bool {
        self.file.at == self.table.id.at
    }
}

/// Reports each, once.
pub(super) fn check(page: &Page, reader: &mut Reader<'_>) {
    let mut known: HashMap<String, Named<'_>> = HashMap::new();
    let mut files: Vec<Named<'_>> = page.items.iter().flat_map(files).collect();
    files.sort_by_key(|named| named.file.at.start);
    let mut told = None;
    for named in files {
        // Windows and macOS take names that differ in case for one.
        let Some(first) = known.get(&named.file.value.to_lowercase()) else {
            known.insert(named.file.value.to_lowercase(), named);
            continue;
        };
        let same_id = first.table.id.value == named.table.id.value;
        // What is only read may be read twice, and an id that is used twice has been reported.
        let fine = !first.made && !named.made || first.after_id() && named.after_id() && same_id;
        // Two ids have many files in common: one tells it.
        let place = (first.file.at.start, named.file.at.start);
        if !fine && told.replace(place) != Some(place) {
            report(*first, named, reader);
        }
    }
}

fn files(table: &Table) -> Vec<Named<'_>> {
    let named = |file, made| Named { table, file, made };
    match &table.body {
        Body::Ca(ca) => vec![named(&ca.key_file, !ca.existing), named(&ca.crt_file, !ca.existing)],
        Body::Leaf(leaf) => {
            let made = leaf.files.iter().map(|file| named(&file.name, true));
            made.chain(leaf.csr.iter().map(|csr| named(csr, false))).collect()
        }
        Body::Bad(bad) => bad.files.iter().map(|file| named(&file.name, true)).collect(),
        Body::Crl(list) => vec![named(&list.file, true)],
    }
}

fn report(first: Named<'_>, second: Named<'_>, reader: &mut Reader<'_>) {
    let says = |named: Named<'_>, verb: &str| {
        if named.after_id() { format!("{verb}, as `{}`", shown(&named.file.value)) } else { verb.to_owned() }
    };
    let name = shown(&second.file.value);
    let message = if first.file.value == second.file.value {
        format!("`{name}` is the file of two things")
    } else {
        format!("`{name}` and `{}` are one file on Windows and macOS", shown(&first.file.value))
    };
    let label = says(second, if second.made { "written here" } else { "read here" });
    let error = Diagnostic::error("file-twice", message, reader.span(&second.file.at), label);
    let error = error
        .also(reader.span(&first.file.at), says(first, if first.made { "and here" } else { "read here" }));
    reader.found.push(error.help(if first.after_id() && second.after_id() {
        "choose another id for one of them"
    } else {
        "name one of them otherwise"
    }));
}

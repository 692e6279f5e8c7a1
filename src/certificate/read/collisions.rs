//! Files that two tables would write, or one of them write over what the other reads.

use std::{collections::HashMap, ops::Range};

use super::{
    reader::{Reader, shown},
    tables::{Body, Page},
};
use crate::{certificate::At, diagnostic::Diagnostic};

/// Reports each, once.
pub(super) fn check(page: &Page, reader: &mut Reader<'_>) {
    let mut known: HashMap<String, (&At<String>, bool)> = HashMap::new();
    let mut files: Vec<(&At<String>, bool)> = page.items.iter().flat_map(|item| files(&item.body)).collect();
    files.sort_by_key(|(file, _)| file.at.start);
    for (file, made) in files {
        // Windows and macOS take names that differ in case for one.
        match known.get(&file.value.to_lowercase()) {
            // What is only read may be read twice.
            Some((_, false)) if !made => {}
            Some((first, _)) if file.at == first.at => {}
            Some((first, _)) => report(first, file, made, reader),
            None => {
                known.insert(file.value.to_lowercase(), (file, made));
            }
        }
    }
}

/// The files of a table, and whether each is made here.
fn files(body: &Body) -> Vec<(&At<String>, bool)> {
    match body {
        Body::Ca(ca) => vec![(&ca.key_file, !ca.existing), (&ca.crt_file, !ca.existing)],
        Body::Leaf(leaf) => {
            let made = leaf.files.iter().map(|file| (&file.name, true));
            made.chain(leaf.csr.iter().map(|csr| (csr, false))).collect()
        }
        Body::Bad(bad) => bad.files.iter().map(|file| (&file.name, true)).collect(),
        Body::Crl(list) => vec![(&list.file, true)],
    }
}

fn report(first: &At<String>, second: &At<String>, made: bool, reader: &mut Reader<'_>) {
    let text = reader.text().text();
    let says = |file: &At<String>, verb: &str| {
        let written = |at: &Range<usize>| text.get(at.clone()).is_some_and(|text| text.contains(&file.value));
        if written(&file.at) { verb.to_owned() } else { format!("{verb}, as `{}`", shown(&file.value)) }
    };
    let name = shown(&second.value);
    let message = if first.value == second.value {
        format!("`{name}` is the file of two things")
    } else {
        format!("`{name}` and `{}` are one file on Windows and macOS", shown(&first.value))
    };
    let label = says(second, if made { "written here" } else { "read here" });
    let error = Diagnostic::error("file-twice", message, reader.span(&second.at), label);
    let error = error.also(reader.span(&first.at), says(first, "and here"));
    reader.found.push(error.help("name one of them otherwise, with a key such as `crt_file`"));
}

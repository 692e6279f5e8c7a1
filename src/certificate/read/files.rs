//! The files of a table, and the passwords that they are encrypted with.

use super::{paths, words::output_word};
use crate::{
    certificate::{At, File, Output, Password},
    diagnostic::Diagnostic,
    table::{Fields, Reader, is_placeholder},
};

/// Each output, how its file is called behind the id, and the key that calls it otherwise.
pub(super) const FILES: [(Output, &str, &str); 6] = [
    (Output::Key, ".key", "key_file"),
    (Output::Csr, ".csr", "csr_file"),
    (Output::Crt, ".crt", "crt_file"),
    (Output::Chain, "-chain.crt", "chain_file"),
    (Output::Pem, ".pem", "pem_file"),
    (Output::P12, ".p12", "p12_file"),
];

/// The file that is called after a table.
pub(super) fn named_after(id: &At<String>, end: &str) -> At<String> {
    At { value: format!("{}{end}", id.value), at: id.at.clone() }
}

/// The files of a leaf, in the order of the outputs; `emit` says which, and whether it could be no more. A key that names a file that is not made is reported.
pub(super) fn of_leaf(
    fields: &Fields<'_>,
    id: &At<String>,
    (emit, whole): (&[Output], bool),
    reader: &mut Reader<'_>,
) -> Vec<File> {
    let mut files = Vec::new();
    for (output, end, key) in FILES {
        let named = paths::of_key(fields, key, reader);
        if emit.contains(&output) {
            files.push(File { output, name: named.unwrap_or_else(|| named_after(id, end)) });
        } else if let Some(at) = fields.key_at(key).filter(|_| whole) {
            let word = output_word(output);
            let message = format!("`{key}` names a file that is not made");
            let error = Diagnostic::error("key-not-taken", message, reader.span(&at), "names nothing");
            let error = match fields.key_at("emit") {
                Some(emit) => error.also(reader.span(&emit), format!("lacks `{word}`")),
                None => error,
            };
            reader.found.push(
                if fields.table.contains_key("csr") && !matches!(output, Output::Crt | Output::Chain) {
                    error.help("the leaf's key and request are not made here: take it out")
                } else {
                    error.help(format!("add \"{word}\" to `emit`, or take it out"))
                },
            );
        }
    }
    files
}

/// The files of a certificate that is wrong on purpose.
pub(super) fn of_bad(id: &At<String>) -> Vec<File> {
    let made =
        FILES.into_iter().filter(|(output, ..)| matches!(output, Output::Key | Output::Crt | Output::Pem));
    made.map(|(output, end, _)| File { output, name: named_after(id, end) }).collect()
}

/// A table's `password`: a text, or a variable.
pub(super) fn password(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<At<Password>> {
    let value = fields.get("password")?;
    let at = value.span();
    if let Some(table) = value.get_ref().as_table() {
        let table = Fields { table, at: at.clone() };
        return variable(&table, reader);
    }
    let text = reader.string("password", value)?;
    if text.value.is_empty() {
        let error =
            Diagnostic::error("bad-password", "the password is empty", reader.span(&at), "nothing here");
        reader.found.push(error.help("write one, or take `password` out: then the key is not encrypted"));
        return None;
    }
    if text.value.contains(['\0', '\n', '\r']) {
        let message = "the password has a line end or NUL character";
        let error = Diagnostic::error("bad-password", message, reader.span(&at), "nobody can type this");
        reader.found.push(error.help("write it on one line"));
        return None;
    }
    Some(At { value: Password::Text(text.value), at })
}

/// `{ env = "NAME" }`.
fn variable(table: &Fields<'_>, reader: &mut Reader<'_>) -> Option<At<Password>> {
    reader.only(table, "a password", &["env"]);
    if table.table.is_empty() {
        reader.missing(table, "the password", "write `{ env = \"NAME\" }`, or the password in quotes", "env");
        return None;
    }
    let name = reader.text_of(table, "env")?;
    let barred = |char: char| char.is_whitespace() || char.is_control() || char == '=';
    let open = reader.mode() == crate::table::Mode::Page && is_placeholder(&name.value);
    if !open && (name.value.is_empty() || name.value.contains(barred)) {
        let message = "a password's variable has no such name";
        let error =
            Diagnostic::error("bad-variable", message, reader.span(&name.at), "not a variable's name");
        reader.found.push(error.help("write it like `{ env = \"CA_PASSWORD\" }`"));
        return None;
    }
    Some(At { value: Password::Env(name.value), at: table.at.clone() })
}

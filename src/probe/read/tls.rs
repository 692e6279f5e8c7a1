//! `tls = `: how TLS is spoken.

use rustls_pki_types::ServerName;

use super::super::{Tls, words::VERSIONS};
use crate::{
    diagnostic::Diagnostic,
    table::{At, Fields, Reader, shown},
};

pub(super) const KEYS: [&str; 5] = ["ca", "name", "cert", "key", "min"];

/// The table of the block, or `true`; what is wrong with it is reported.
pub(super) fn of(top: &Fields<'_>, reader: &mut Reader<'_>) -> Option<Tls> {
    let value = top.get("tls")?;
    match value.get_ref().as_bool() {
        Some(true) => return Some(Tls::default()),
        Some(false) => return None,
        None => {}
    }
    if !value.get_ref().is_table() {
        reader.wrong_type("tls", "a table or `true`", value, None);
        return reader.hides(&value.span()).then(Tls::default);
    }
    let fields = reader.table_of(top, "tls")?;
    reader.only(&fields, "`tls`", &KEYS);
    let [ca, cert, key] = ["ca", "cert", "key"].map(|name| file(&fields, name, reader));
    if fields.table.contains_key("key") && !fields.table.contains_key("cert") {
        let at = fields.key_at("key").unwrap_or(fields.at.clone());
        let error = Diagnostic::error("missing-key", "`tls` has no `cert`", reader.span(&at), "needs `cert`");
        reader.found.push(error.help("write the file of the certificate that the key belongs to"));
    }
    Some(Tls {
        ca,
        name: name(&fields, reader),
        cert,
        key,
        min: VERSIONS.of_key(&fields, "min", reader).map(|min| min.value).unwrap_or_default(),
    })
}

fn file(fields: &Fields<'_>, key: &str, reader: &mut Reader<'_>) -> Option<At<String>> {
    let path = reader.text_of(fields, key)?;
    let empty = path.value.trim().is_empty();
    if empty || path.value.contains(char::is_control) {
        let message =
            if empty { format!("`{key}` is empty") } else { format!("`{key}` has a control character") };
        let label = if empty { "nothing here" } else { "in here" };
        let error = Diagnostic::error("bad-path", message, reader.span(&path.at), label);
        reader.found.push(error.help("write the path of a file, or take the key out"));
        return None;
    }
    Some(path)
}

fn name(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<At<ServerName<'static>>> {
    let name = reader.text_of(fields, "name")?;
    if reader.is_open(&name.value) {
        return None;
    }
    if let Ok(value) = ServerName::try_from(name.value.clone())
        && !name.value.contains('*')
    {
        return Some(At { value, at: name.at });
    }
    let message = format!("`{}` is no name that a client asks a server for", shown(&name.value));
    let error = Diagnostic::error("bad-name", message, reader.span(&name.at), "not a host");
    reader.found.push(error.help("write a host's name or address alone: `www.example.com`, `127.0.0.1`"));
    None
}

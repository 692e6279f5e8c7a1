//! `http = `: what is asked of an HTTP server, and what it must answer.

use super::super::Http;
use crate::{
    diagnostic::Diagnostic,
    table::{At, Fields, Reader, shown},
};

pub(super) const KEYS: [&str; 4] = ["path", "status", "body", "host"];

/// The table of the block; what is wrong with it is reported.
pub(super) fn of(top: &Fields<'_>, reader: &mut Reader<'_>) -> Option<Http> {
    let fields = reader.table_of(top, "http")?;
    reader.only(&fields, "`http`", &KEYS);
    let path = reader.text_of(&fields, "path").filter(|path| is_path(path, reader));
    let host = reader.text_of(&fields, "host").filter(|host| is_host(host, reader));
    let status = status(&fields, reader);
    let body = body(&fields, reader);
    Some(Http {
        path: path.map_or_else(|| "/".to_owned(), |path| path.value),
        host: host.map(|host| host.value),
        status,
        body,
    })
}

fn wrong(
    at: &std::ops::Range<usize>,
    message: String,
    label: &str,
    help: &str,
    reader: &mut Reader<'_>,
) -> bool {
    let error = Diagnostic::error("bad-http", message, reader.span(at), label);
    reader.found.push(error.help(help));
    false
}

fn is_path(path: &At<String>, reader: &mut Reader<'_>) -> bool {
    let text = &path.value;
    if text.starts_with('/') && text.bytes().all(|byte| byte.is_ascii_graphic()) || reader.is_open(text) {
        return true;
    }
    let message = format!("`{}` is nothing that a server can be asked for", shown(text));
    if text.starts_with('/') {
        wrong(
            &path.at,
            message,
            "not a path",
            "write blanks and letters beyond ASCII as `%20`, `%C3%A4`",
            reader,
        )
    } else {
        wrong(
            &path.at,
            message,
            "begins without `/`",
            "write the path from the server's root: `/health`",
            reader,
        )
    }
}

fn is_host(host: &At<String>, reader: &mut Reader<'_>) -> bool {
    let text = &host.value;
    let good = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
    if good || reader.is_open(text) {
        return true;
    }
    let message = format!("`{}` is no host", shown(text));
    wrong(&host.at, message, "not a host", "write it as a browser sends it: `www.example.com`", reader)
}

fn status(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<At<u16>> {
    let status = reader.number_of(fields, "status")?;
    if let Ok(value @ 200..=599) = u16::try_from(status.value) {
        Some(At { value, at: status.at })
    } else {
        let message = format!("no answer of a server has the status {}", status.value);
        wrong(&status.at, message, "not a status", "a status is a number from 200 to 599", reader);
        None
    }
}

/// One text, or a list of them.
fn body(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Vec<At<String>> {
    let Some(value) = fields.get("body") else { return Vec::new() };
    let texts = if value.get_ref().is_array() {
        reader.list_of(fields, "body").map_or_else(Vec::new, |list| list.value)
    } else {
        reader.text_of(fields, "body").into_iter().collect()
    };
    for text in &texts {
        if text.value.trim().is_empty() {
            let help = "write a text that must occur in it, or take `body` out";
            wrong(&text.at, "an empty text is in every answer".to_owned(), "nothing here", help, reader);
        }
    }
    if texts.is_empty() && value.get_ref().as_array().is_some_and(|list| list.is_empty()) {
        let error = Diagnostic::error(
            "empty-value",
            "`body` names nothing",
            reader.span(&value.span()),
            "an empty list",
        );
        reader.found.push(error.help("write a text that must occur in it, or take `body` out"));
    }
    texts
}

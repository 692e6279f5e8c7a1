//! Which keys go together.

use super::super::{Expect, words::EXPECTS};
use crate::{
    diagnostic::Diagnostic,
    table::{Fields, Reader},
};

/// Reports keys that others need and that are not there, and keys that would change nothing.
pub(super) fn check(top: &Fields<'_>, expect: Expect, reader: &mut Reader<'_>) {
    let off = top.get("tls").is_some_and(|value| value.get_ref().as_bool() == Some(false));
    let tls = top.table.contains_key("tls") && !off;
    let word = EXPECTS.word(expect);
    match expect {
        Expect::PlaintextRefused if tls => {
            let why = "a connection without TLS is what must be refused: take `tls` out";
            not_taken(top, "tls", word, why, reader);
        }
        Expect::UnknownCa | Expect::WrongHost | Expect::Expired | Expect::ClientCertRequired if !tls => {
            needs_tls(top, "expect", word, reader);
        }
        _ => {}
    }
    if !tls
        && !matches!(expect, Expect::PlaintextRefused | Expect::Refused)
        && top.table.contains_key("starttls")
    {
        needs_tls(top, "starttls", "starttls", reader);
    }
    if top.table.contains_key("http") {
        if top.table.contains_key("starttls") {
            not_taken(
                top,
                "http",
                "starttls",
                "no HTTP server speaks that protocol: take one of them out",
                reader,
            );
        } else if matches!(
            expect,
            Expect::Refused
                | Expect::PlaintextRefused
                | Expect::UnknownCa
                | Expect::WrongHost
                | Expect::Expired
        ) {
            let why =
                "nothing is asked of a server that is not let in, so nothing is answered: take `http` out";
            not_taken(top, "http", word, why, reader);
        }
    }
    let of_tls = top.get("tls").and_then(|value| value.get_ref().as_table());
    if expect == Expect::ClientCertRequired
        && let Some((key, _)) = of_tls.and_then(|table| table.get_key_value("cert"))
    {
        let span = reader.span(&key.span());
        let message = format!("`cert` is not for a probe that expects `{word}`");
        let error = Diagnostic::error("key-not-taken", message, span, "a client with a certificate");
        reader.found.push(error.help("a client without a certificate is what must be refused: take it out"));
    }
}

fn not_taken(top: &Fields<'_>, key: &str, with: &str, help: &str, reader: &mut Reader<'_>) {
    let Some(at) = top.key_at(key) else { return };
    let message = format!("`{key}` does not go with `{with}`");
    let error = Diagnostic::error("key-not-taken", message, reader.span(&at), "would change nothing");
    reader.found.push(error.help(help));
}

fn needs_tls(top: &Fields<'_>, key: &str, word: &str, reader: &mut Reader<'_>) {
    let Some(value) = top.get(key) else { return };
    let message = format!("`{word}` is for a probe with `tls`");
    let error = Diagnostic::error("missing-key", message, reader.span(&value.span()), "needs `tls`");
    reader.found.push(
        error.help("add `tls = { ca = \"ca.crt\" }` with the authority that signed the server's certificate"),
    );
}

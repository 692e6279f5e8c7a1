//! `[leaf.ID]`.

use std::ops::Range;

use super::{
    ca, files, hosts, names,
    names::Role,
    paths,
    subject::{self, Dn},
    tables::{self, Defaults},
    words,
};
use crate::{
    certificate::{Algorithm, At, Attribute, File, Name, Output, Password, Use},
    diagnostic::Diagnostic,
    table::{Fields, Reader, Value, listed, shown},
};

/// What such a table says.
pub(super) struct LeafTable {
    pub(super) issuer: Option<At<String>>,
    /// The request that is signed; `None`: the key is made here.
    pub(super) csr: Option<At<String>>,
    pub(super) subject: Dn,
    pub(super) key: Algorithm,
    pub(super) names: Vec<At<Name>>,
    pub(super) uses: Vec<Use>,
    /// Where its `use` stands.
    pub(super) use_at: Option<Range<usize>>,
    pub(super) days: At<u32>,
    pub(super) password: Option<At<Password>>,
    /// Where its profile stands.
    pub(super) profile: Option<Range<usize>>,
    pub(super) files: Vec<File>,
}

pub(super) const KEYS: [&str; 17] = [
    "issuer",
    "cn",
    "subject",
    "names",
    "use",
    "emit",
    "profile",
    "key",
    "days",
    "password",
    "csr",
    "key_file",
    "csr_file",
    "crt_file",
    "chain_file",
    "pem_file",
    "p12_file",
];

pub(super) fn read(
    fields: &Fields<'_>,
    id: &At<String>,
    defaults: &Defaults,
    reader: &mut Reader<'_>,
) -> LeafTable {
    reader.only(fields, "a leaf", &KEYS);
    let from_csr = fields.table.contains_key("csr");
    if !fields.table.contains_key("issuer") {
        reader.missing(fields, "the leaf", "name the CA that signs it: `issuer = \"test-ca\"`", "issuer");
    }
    let own = subject::parts(fields, true, reader);
    let subject = if from_csr { Dn::default() } else { subject::merged(own, &defaults.subject) };
    let key = words::ALGORITHMS.of_key(fields, "key", reader).map(|key| key.value);
    let written = words::USES.list_of_key(fields, "use", reader);
    let own_days = tables::days(fields, reader);
    let password = files::password(fields, reader);
    let (emit, whole) = emit(fields, from_csr, defaults, reader);
    if from_csr {
        only_of_csr(fields, reader);
    } else {
        let table = fields.get("subject").map(toml::Spanned::get_ref);
        let no_subject = table.is_none_or(|table| table.as_table().is_some_and(toml::map::Map::is_empty));
        if subject.is_empty() && no_subject && !fields.table.contains_key("cn") {
            let help = "write whom it is for: `cn = \"localhost\"`";
            reader.missing(fields, "the leaf", help, "cn");
        }
        if emit.contains(&Output::P12) && !fields.table.contains_key("password") {
            let help =
                "a PKCS#12 file always has one: write `password = \"…\"`, or take \"p12\" out of `emit`";
            reader.missing(fields, "the leaf", help, "password");
        }
        let encrypted = |output: &Output| matches!(output, Output::Key | Output::Pem | Output::P12);
        if let (Some(at), false) = (fields.key_at("password"), emit.iter().any(encrypted) || !whole) {
            let message = "the password encrypts nothing";
            let error = Diagnostic::error("key-not-taken", message, reader.span(&at), "no key is written");
            reader.found.push(error.help("add \"key\", \"pem\" or \"p12\" to `emit`, or take it out"));
        }
    }
    let uses = match &written {
        Some(written) if written.whole => written.values.clone(),
        // Anything could be meant.
        Some(_) => vec![Use::Server, Use::Client],
        None => defaults.uses.clone().unwrap_or_else(|| vec![Use::Server]),
    };
    let names = match fields.get("names") {
        Some(list) => listed_names(fields, list, from_csr || uses.contains(&Use::Server), reader),
        // Those of the request.
        None if from_csr => Vec::new(),
        None => name_of_subject(fields, &subject, &uses, reader),
    };
    LeafTable {
        issuer: reader.text_of(fields, "issuer"),
        csr: paths::of_key(fields, "csr", reader),
        subject,
        key: key.or(defaults.key).unwrap_or(Algorithm::Rsa2048),
        names,
        uses,
        use_at: written.map(|uses| uses.at),
        days: tables::days_or(own_days, defaults, &id.at),
        password,
        profile: words::PROFILES.of_key(fields, "profile", reader).map(|profile| profile.at),
        files: files::of_leaf(fields, id, (&emit, whole), reader),
    }
}

/// The outputs that are made, and whether these are all that could be meant.
fn emit(
    fields: &Fields<'_>,
    from_csr: bool,
    defaults: &Defaults,
    reader: &mut Reader<'_>,
) -> (Vec<Output>, bool) {
    let of_csr = |output: &Output| matches!(output, Output::Crt | Output::Chain);
    let written = words::OUTPUTS.list_of_key(fields, "emit", reader);
    if let (true, Some(written)) = (from_csr, &written) {
        let not: Vec<&str> = written
            .values
            .iter()
            .filter(|output| !of_csr(output))
            .map(|output| words::output_word(*output))
            .collect();
        if !not.is_empty() {
            let message = format!("a leaf with a `csr` makes no {}", listed(&not));
            let error = Diagnostic::error(
                "key-not-taken",
                message,
                reader.span(&written.at),
                "more than a certificate",
            );
            let csr = fields.key_at("csr").unwrap_or_default();
            let error = error.also(reader.span(&csr), "its key is elsewhere");
            reader.found.push(error.help("it makes `crt` and `chain` only"));
        }
    }
    let usual: &[Output] = if from_csr { &[Output::Crt] } else { &[Output::Key, Output::Crt] };
    let Some(written) = written else {
        let mut emit = defaults.emit.clone().unwrap_or_default();
        if from_csr {
            emit.retain(of_csr);
        }
        return (if emit.is_empty() { usual.to_vec() } else { emit }, true);
    };
    (written.values, written.whole)
}

/// Keys that don't go with `csr`, and why.
const NOT_OF_CSR: [(&str, &str); 5] = [
    ("cn", "the request says whom it is for"),
    ("subject", "the request says whom it is for"),
    ("key", "the request has its key"),
    ("password", "no key is written"),
    ("profile", "what the request says is known in a run only"),
];

fn only_of_csr(fields: &Fields<'_>, reader: &mut Reader<'_>) {
    let csr = fields.key_at("csr").unwrap_or_default();
    for (key, why) in NOT_OF_CSR {
        let Some(at) = fields.key_at(key) else { continue };
        let message = format!("a leaf with a `csr` does not take `{key}`");
        let error = Diagnostic::error("key-not-taken", message, reader.span(&at), why);
        let error = error.also(reader.span(&csr), "the request");
        reader.found.push(error.help(format!("take `{key}` out, or `csr` to make a key here")));
    }
}

/// The names that it lists, at least one where it `needs` one.
fn listed_names(fields: &Fields<'_>, list: Value<'_>, needs: bool, reader: &mut Reader<'_>) -> Vec<At<Name>> {
    let names = names::list_of(fields, "names", Role::Holder, reader);
    if fields.is_empty_list("names") && needs {
        let message = "`names` names nothing";
        let error = Diagnostic::error("empty-value", message, reader.span(&list.span()), "an empty list");
        reader.found.push(error.help("clients look for a server's host here, and nowhere else: name it"));
    }
    names.map(|names| names.value).unwrap_or_default()
}

/// Its name where it lists none: its common name, if that is a host.
fn name_of_subject(
    fields: &Fields<'_>,
    subject: &Dn,
    uses: &[Use],
    reader: &mut Reader<'_>,
) -> Vec<At<Name>> {
    let server = uses.contains(&Use::Server);
    let cn = subject.get(Attribute::CommonName);
    let Some(cn) = cn else {
        if server && !ca::has_name(fields) && !subject.is_empty() {
            let help = "name the hosts that clients ask for: `names = [\"localhost\"]`";
            reader.missing(fields, "the leaf", help, "names");
        }
        return Vec::new();
    };
    if reader.is_open(&cn.value) {
        return vec![At { value: Name::Dns(cn.value.clone()), at: cn.at.clone() }];
    }
    match hosts::parse(cn.value.trim(), Role::Holder) {
        // A client's `alice` is who it is, and no host.
        Ok(Name::Dns(host)) if !server && !host.contains('.') => Vec::new(),
        Ok(name) => vec![At { value: name, at: cn.at.clone() }],
        _ if server && !cn.value.trim().is_empty() => {
            let span = reader.span(&cn.at);
            let message = format!("the leaf has no `names`, and `{}` is no host", shown(&cn.value));
            let error = Diagnostic::error("missing-key", message, span, "not a host");
            reader.found.push(error.help("name the hosts that clients ask for: `names = [\"localhost\"]`"));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

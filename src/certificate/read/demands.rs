//! What faults, profiles and claims ask of the tables that they are about.

use super::{
    checks::made_ca,
    faults::BadTable,
    leaf::LeafTable,
    link::Links,
    permits::Permits,
    tables::{Body, Page, Table},
    words::fault_word,
};
use crate::{
    certificate::{Attribute, Fault, Name, Use},
    diagnostic::Diagnostic,
    table::{Reader, shown},
};

/// Reports what is not as they ask.
pub(super) fn check(page: &Page, links: &Links, reader: &mut Reader<'_>) {
    // CAs that have a list.
    let mut listed = vec![false; page.items.len()];
    for (index, item) in page.items.iter().enumerate() {
        if let (Body::Crl(_), Some(ca)) = (&item.body, links.issuer[index]) {
            listed[ca] = true;
        }
    }
    for (index, item) in page.items.iter().enumerate() {
        match &item.body {
            Body::Leaf(leaf) if leaf.profile.is_some() && leaf.csr.is_none() => member(leaf, reader),
            Body::Bad(bad) => {
                let Some(from) = links.from[index] else { continue };
                let Body::Leaf(leaf) = &page.items[from].body else { continue };
                fault(page, links, (item, bad), (from, leaf), &listed, reader);
            }
            _ => {}
        }
    }
}

/// What `MongoDB` asks of a member of a cluster, a message for each that is not so.
fn member(leaf: &LeafTable, reader: &mut Reader<'_>) {
    let Some(profile) = leaf.profile.clone() else { return };
    let profile = reader.span(&profile);
    let alike = [Attribute::Organization, Attribute::Unit, Attribute::DomainComponent];
    if !alike.iter().any(|attribute| leaf.subject.get(*attribute).is_some()) {
        let message = "a member of a cluster needs O, OU or DC in its subject";
        let error = Diagnostic::error("bad-profile", message, profile, "asks for one of them");
        reader.found.push(error.help(
            "members know each other by these: write `subject = { O = \"Example\" }`, the same for all",
        ));
    }
    for (wanted, word, why) in [
        (Use::Server, "server", "other members connect to it"),
        (Use::Client, "client", "it connects to other members"),
    ] {
        if leaf.uses.contains(&wanted) {
            continue;
        }
        let message = format!("a member of a cluster needs the use `{word}`: {why}");
        let error = Diagnostic::error("bad-profile", message, profile, "asks for both uses");
        let error = match &leaf.use_at {
            Some(at) => error
                .also(reader.span(at), format!("lacks `{word}`"))
                .suggest(reader.span(at), "[\"server\", \"client\"]"),
            None => error,
        };
        reader.found.push(error.help("write `use = [\"server\", \"client\"]`"));
    }
    host_of_member(leaf, profile, reader);
}

fn host_of_member(leaf: &LeafTable, profile: crate::source::Span, reader: &mut Reader<'_>) {
    if leaf.names.iter().any(|name| matches!(&name.value, Name::Dns(text) if reader.is_open(text))) {
        return;
    }
    let cn = leaf.subject.get(Attribute::CommonName);
    if cn.is_some_and(|cn| reader.is_open(&cn.value)) {
        return;
    }
    let host = cn.and_then(|cn| Some((cn, super::hosts::parse(&cn.value, super::names::Role::Holder).ok()?)));
    if let Some((cn, host)) = host {
        if !leaf.names.is_empty() && !leaf.names.iter().any(|name| matches(&name.value, &host)) {
            let message =
                format!("a member of a cluster needs its host `{}` among its `names`", shown(&cn.value));
            let error = Diagnostic::error("bad-profile", message, reader.span(&cn.at), "its host");
            let error = error.also(profile, "asks for it");
            reader.found.push(error.help(format!("add \"{}\" to `names`", shown(&cn.value))));
        }
    } else if !leaf.names.is_empty() && !leaf.names.iter().any(|name| is_host(&name.value)) {
        let message = "a member of a cluster needs its host among its `names`";
        let error = Diagnostic::error("bad-profile", message, profile, "asks for a host");
        let error = match leaf.names.first() {
            Some(name) => error.also(reader.span(&name.at), "not a host"),
            None => error,
        };
        reader.found.push(error.help("add the host that other members connect to"));
    }
}

fn is_host(name: &Name) -> bool {
    matches!(name, Name::Dns(_) | Name::Ip(_))
}

/// Whether a certificate with the name is accepted for the host.
fn matches(name: &Name, host: &Name) -> bool {
    let (Name::Dns(name), Name::Dns(host)) = (name, host) else { return name == host };
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let (Some(any), Some((_, rest))) = (name.strip_prefix("*."), host.split_once('.')) else { return false };
    any.eq_ignore_ascii_case(rest)
}

/// Whether the leaf, and the block, have what a fault needs to be the only thing that is wrong.
fn fault(
    page: &Page,
    links: &Links,
    (item, bad): (&Table, &BadTable),
    (from, leaf): (usize, &LeafTable),
    listed: &[bool],
    reader: &mut Reader<'_>,
) {
    let Some(fault) = &bad.fault else { return };
    let word = fault_word(fault.value);
    let origin = shown(&page.items[from].id.value).into_owned();
    let origin_at = reader.span(&page.items[from].id.at);
    let at = reader.span(&fault.at);
    let issuer = links.issuer[from];
    let error = match fault.value {
        Fault::WrongHost | Fault::NoSan if !leaf.uses.contains(&Use::Server) => {
            let message = format!("nobody asks for the host of `{origin}`, which is a client's");
            let error = Diagnostic::error("bad-fault", message, at, format!("`{word}` would be accepted"));
            error.also(origin_at, "for clients only").help("make it from a leaf with the use `server`")
        }
        Fault::WrongHost | Fault::NoSan
            if !leaf.names.is_empty() && !leaf.names.iter().any(|name| is_host(&name.value)) =>
        {
            let message = format!("`{origin}` has no host that `{word}` could take away");
            let error = Diagnostic::error("bad-fault", message, at, "needs a host");
            error.also(origin_at, "names no host").help("add a host to its `names`")
        }
        Fault::Constraint => {
            let Some(issuer) = issuer else { return };
            let mut above = std::iter::once(issuer).chain(links.above(issuer));
            // What a CA that was made elsewhere permits is known in a run only.
            let permits =
                above.any(|ca| made_ca(page, ca).is_none_or(|ca| Permits::new(&ca.permit).is_some()));
            if permits {
                return;
            }
            let message = format!("no CA above `{origin}` has a `permit`, so it may have any name");
            let error = Diagnostic::error("bad-fault", message, at, "needs a `permit`");
            let error = error.also(reader.span(&page.items[issuer].id.at), "permits all names");
            error.help("write what the CA may sign: `permit = [\"example.com\"]`")
        }
        Fault::Revoked => {
            let Some(issuer) = issuer.filter(|issuer| !listed[*issuer]) else { return };
            let ca = &page.items[issuer].id;
            let name = shown(&ca.value);
            let message =
                format!("`{name}` has no list of revoked certificates for `{}`", shown(&item.id.value));
            let error = Diagnostic::error("bad-fault", message, at, "needs a `[crl]` table");
            let error = error.also(reader.span(&ca.at), "signs it");
            error.help(format!("add a line `[crl.{name}]`: it is on that list by itself"))
        }
        _ => return,
    };
    reader.found.push(error);
}

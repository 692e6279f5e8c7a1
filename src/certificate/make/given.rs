//! What blocks can't know of themselves: whether requests and CAs of other steps fit what is asked of them.

use super::{
    receipt,
    request::Asked,
    workshop::{Workshop, refused},
};
use crate::certificate::{
    At, Kind, Leaf, Name, Refusal, Request,
    read::{Permits, is_host},
};

/// Holds every leaf and every CA against the requests and CAs that other steps made.
pub(super) fn check(workshop: &Workshop<'_>) -> Result<(), Refusal> {
    for (index, item) in workshop.block.items.iter().enumerate() {
        match &item.kind {
            Kind::Ca(ca) => {
                if let Some(above) = ca.issuer {
                    path_length(workshop, index, above)?;
                }
            }
            Kind::Leaf(leaf) => {
                if let Some(above) = workshop.authorities.get(&leaf.issuer.value) {
                    workshop.no_longer_than(above, &leaf.days)?;
                }
                if let Some(asked) = workshop.request(index) {
                    request(workshop, leaf, asked)?;
                }
                names(workshop, index, leaf)?;
            }
            Kind::Bad(_) | Kind::Crl(_) => {}
        }
    }
    Ok(())
}

/// Whether the existing CAs above let so many CAs be below them.
fn path_length(workshop: &Workshop<'_>, index: usize, above: usize) -> Result<(), Refusal> {
    let id = &workshop.block.items[index].id;
    for (depth, found) in workshop.line(above).iter().enumerate() {
        let allowed = workshop.authorities.get(found).and_then(|ca| ca.path_length);
        if allowed.is_some_and(|allowed| usize::try_from(allowed).is_ok_and(|allowed| allowed <= depth)) {
            let name = &workshop.block.items[*found].id.value;
            let message = format!("`{}` is a CA more than `{name}` lets be below it", id.value);
            return Err(refused("bad-path-length", message, id, "one level too many"));
        }
    }
    Ok(())
}

/// Whether a request asks for what its leaf gives.
fn request(workshop: &Workshop<'_>, leaf: &Leaf, asked: &Asked) -> Result<(), Refusal> {
    let Request::Csr(file) = &leaf.request else { return Ok(()) };
    let name = &file.value;
    for (wanted, word) in &asked.uses {
        if !wanted.is_some_and(|wanted| leaf.uses.contains(&wanted)) {
            let message =
                format!("`{name}` asks for the extended key usage {word}, which `use` does not give");
            let error = refused("bad-request", message, file, "this request");
            let all = asked.uses.iter().all(|(wanted, _)| wanted.is_some());
            let both = "write `use = [\"server\", \"client\"]`, or make the request without it";
            let help = if all { both } else { "make the request without it" };
            return Err(Refusal { help: Some(help.to_owned()), ..error });
        }
    }
    if leaf.names.is_empty() && asked.names.is_empty() {
        let message = format!("`{name}` has no names, and its subject's CN is not a host");
        let error = refused("bad-request", message, file, "this request");
        return Err(Refusal { help: Some("give the leaf `names`".to_owned()), ..error });
    }
    let issuer = workshop.ca(leaf.issuer.value).map(|ca| receipt::subject(&ca.subject));
    let issuer = workshop.authorities.get(&leaf.issuer.value).map(|made| made.subject.clone()).or(issuer);
    if issuer.is_some_and(|issuer| issuer.eq_ignore_ascii_case(&receipt::subject(&asked.subject))) {
        let message = format!("`{name}` has the same subject as the CA that is to sign it");
        return Err(refused("same-subject", message, file, "this request"));
    }
    Ok(())
}

/// Whether the CAs above permit a leaf's names. Those that blocks say of CAs that are made are looked at before.
fn names(workshop: &Workshop<'_>, index: usize, leaf: &Leaf) -> Result<(), Refusal> {
    let asked = workshop.request(index);
    let own: Vec<At<Name>> = match (&leaf.request, asked) {
        (Request::Csr(file), Some(asked)) if leaf.names.is_empty() => {
            asked.names.iter().map(|name| At { value: name.clone(), at: file.at.clone() }).collect()
        }
        _ => leaf.names.clone(),
    };
    for above in workshop.line(leaf.issuer.value) {
        let existing = workshop.authorities.get(&above);
        let made = workshop.ca(above).map(|ca| &ca.permit);
        let Some(permit) = existing.map(|ca| &ca.permit).or(made) else { continue };
        let Some(permits) = Permits::new(permit) else { continue };
        for name in &own {
            // A certificate that says nothing of a kind of names permits all of that kind.
            let free = existing.is_some() && !permit.iter().any(|permit| is_like(&permit.value, &name.value));
            if free || permits.has(&name.value) {
                continue;
            }
            let (shown, id) = (receipt::names([&name.value]), &workshop.block.items[above].id.value);
            let message = format!("`{shown}` is not among the names that `{id}` permits");
            let error = refused("name-not-permitted", message, name, "not permitted");
            let help = format!("it permits {}", receipt::names(permit.iter().map(|name| &name.value)));
            return Err(Refusal { help: Some(help), ..error });
        }
    }
    Ok(())
}

fn is_like(one: &Name, other: &Name) -> bool {
    let kind = |name: &Name| match name {
        Name::Dns(_) => 0,
        Name::Ip(_) | Name::Net(..) => 1,
        Name::Email(_) => 2,
        Name::Uri(_) => 3,
    };
    kind(one) == kind(other)
}

/// The host that a subject names, where its CN is one.
pub(super) fn host_of(subject: &crate::certificate::Subject) -> Option<Name> {
    use crate::certificate::Attribute;
    let (_, cn) = subject.0.iter().find(|(kind, _)| *kind == Attribute::CommonName)?;
    if let Ok(address) = cn.parse() {
        return Some(Name::Ip(address));
    }
    // A single word is mostly no host.
    (is_host(cn) && (cn.contains('.') || cn == "localhost")).then(|| Name::Dns(cn.clone()))
}

//! Whether each name is among those that the CAs above it permit.

use std::collections::HashMap;

use super::{
    checks::made_ca,
    link::Links,
    permits::Permits,
    tables::{Body, Page},
};
use crate::{
    certificate::{At, Attribute, Name},
    diagnostic::Diagnostic,
    table::{Reader, shown},
};

/// Reports each name that is not, at the first CA on the way up that does not permit it.
pub(super) fn check(page: &Page, links: &Links, reader: &mut Reader<'_>) {
    let permits = |ca: &usize| Some((*ca, Permits::new(&made_ca(page, *ca)?.permit)?));
    let permits: HashMap<usize, Permits<'_>> = links.order.iter().filter_map(permits).collect();
    if permits.is_empty() {
        return;
    }
    // Each CA's issuers that permit something, nearest first: most permit nothing of their own.
    for (index, item) in page.items.iter().enumerate() {
        let names: &[At<Name>] = match &item.body {
            Body::Leaf(leaf) => &leaf.names,
            Body::Ca(ca) => &ca.permit,
            _ => continue,
        };
        let above = || links.above(index).filter_map(|ca| permits.get(&ca).map(|permits| (ca, permits)));
        for name in names {
            if let Some((ca, permits)) = above().find(|(_, permits)| !is_permitted(permits, name, reader)) {
                report(page, name, (ca, permits), matches!(item.body, Body::Ca(_)), reader);
            }
        }
        // A client holds the subject's address against permitted mailboxes, too.
        let Body::Leaf(leaf) = &item.body else { continue };
        let Some(email) = leaf.subject.get(Attribute::Email) else { continue };
        let mailbox = At { value: Name::Email(email.value.clone()), at: email.at.clone() };
        let speaks = |permits: &Permits<'_>| permits.names_mailboxes();
        let wrong = above().find(|(_, permits)| speaks(permits) && !is_permitted(permits, &mailbox, reader));
        if let Some((ca, permits)) = wrong {
            report(page, &mailbox, (ca, permits), false, reader);
        }
    }
}

fn is_permitted(permits: &Permits<'_>, name: &At<Name>, reader: &Reader<'_>) -> bool {
    let open = match &name.value {
        Name::Dns(text) | Name::Email(text) | Name::Uri(text) => reader.is_open(text),
        Name::Ip(_) | Name::Net(..) => false,
    };
    open || permits.has(&name.value) || permits.has_open(reader)
}

fn report(
    page: &Page,
    name: &At<Name>,
    (ca, permits): (usize, &Permits<'_>),
    of_ca: bool,
    reader: &mut Reader<'_>,
) {
    let id = shown(&page.items[ca].id.value).into_owned();
    let text = written(&name.value);
    let name_shown = shown(&text);
    let message = format!("`{name_shown}` is not among the names that `{id}` permits");
    let label = if of_ca { "nobody could use this" } else { "not permitted" };
    let error = Diagnostic::error("name-not-permitted", message, reader.span(&name.at), label);
    let error = match permits.nearest(&name.value) {
        Some(near) => error.also(reader.span(&near.at), "the nearest that it permits"),
        None => error,
    };
    reader.found.push(error.help(if of_ca {
        format!("add it to the `permit` of `{id}`, or take it out here")
    } else if matches!(name.value, Name::Uri(_)) {
        format!("add its host to the `permit` of `{id}`, as `uri:example.com`, or take the name out")
    } else {
        format!("add it to the `permit` of `{id}`, or take the name out")
    }));
}

/// A name as the block writes it.
fn written(name: &Name) -> String {
    match name {
        Name::Dns(text) | Name::Email(text) | Name::Uri(text) => text.clone(),
        Name::Ip(address) => address.to_string(),
        Name::Net(address, length) => format!("{address}/{length}"),
    }
}

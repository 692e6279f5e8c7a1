//! What can be wrong between tables, once their ids are known.

use std::collections::HashSet;

use super::{
    ca::CaTable,
    collisions, demands,
    leaf::LeafTable,
    link::Links,
    permitted,
    tables::{Body, Page},
};
use crate::{
    certificate::{At, Use},
    diagnostic::Diagnostic,
    table::Reader,
};

/// Apple's clients refuse a server's certificate that is valid for longer.
const APPLES_DAYS: u32 = 825;

/// Reports all of it.
pub(super) fn check(page: &Page, links: &Links, reader: &mut Reader<'_>) {
    let mut long = HashSet::new();
    for (index, item) in page.items.iter().enumerate() {
        let issuer = links.issuer[index].and_then(|issuer| made_ca(page, issuer).map(|ca| (issuer, ca)));
        match &item.body {
            Body::Ca(ca) if !ca.existing => {
                if let Some((issuer, above)) = issuer {
                    same_subject(page, (index, &ca.subject), (issuer, above), reader);
                    outlives(page, (index, &ca.days), (issuer, above), reader);
                }
            }
            Body::Leaf(leaf) => {
                too_long(leaf, &mut long, reader);
                if let Some((issuer, above)) = issuer {
                    same_subject(page, (index, &leaf.subject), (issuer, above), reader);
                    outlives(page, (index, &leaf.days), (issuer, above), reader);
                }
            }
            _ => {}
        }
    }
    path_lengths(page, links, reader);
    permitted::check(page, links, reader);
    demands::check(page, links, reader);
    collisions::check(page, reader);
}

/// The CA that a table is, where the block makes it: of another one nothing is known before a run.
pub(super) fn made_ca(page: &Page, index: usize) -> Option<&CaTable> {
    match &page.items[index].body {
        Body::Ca(ca) if !ca.existing => Some(ca),
        _ => None,
    }
}

fn same_subject(
    page: &Page,
    (index, subject): (usize, &super::subject::Dn),
    (issuer, ca): (usize, &CaTable),
    reader: &mut Reader<'_>,
) {
    if subject.is_empty() || !subject.is_like(&ca.subject) {
        return;
    }
    let place = |index: usize, subject: &super::subject::Dn| {
        let cn = subject.get(crate::certificate::Attribute::CommonName);
        cn.map_or_else(|| page.items[index].id.at.clone(), |cn| cn.at.clone())
    };
    let (at, other) = (reader.span(&place(index, subject)), reader.span(&place(issuer, &ca.subject)));
    let message = format!("`{}` has the same subject as the CA that signs it", page.items[index].id.value);
    let error = Diagnostic::error("same-subject", message, at, "the same subject");
    let error = if other == at { error } else { error.also(other, "its CA's") };
    reader.found.push(error.help("clients take it for one that signed itself: give it another `cn`"));
}

fn outlives(
    page: &Page,
    (index, days): (usize, &At<u32>),
    (issuer, ca): (usize, &CaTable),
    reader: &mut Reader<'_>,
) {
    if days.value <= ca.days.value || reader.hides(&days.at) || reader.hides(&ca.days.at) {
        return;
    }
    let (own, above) = (days.value, ca.days.value);
    let (id, ca_id) = (&page.items[index].id, &page.items[issuer].id);
    let message = format!("`{}` is valid for longer than the CA that signs it", id.value);
    // Days of the block's defaults are the same for many: its own id says which.
    let own_at = if days.at.start < id.at.start { &id.at } else { &days.at };
    let error =
        Diagnostic::error("outlives-issuer", message, reader.span(own_at), format!("valid for {own} days"));
    let above_at = if ca.days.at.start < ca_id.at.start { &ca_id.at } else { &ca.days.at };
    let error = error.also(reader.span(above_at), format!("valid for {above} days"));
    reader.found.push(error.help(format!("write at most `days = {above}` here, or more for the CA")));
}

/// Warns once of each number of days that Apple's clients refuse.
fn too_long(leaf: &LeafTable, told: &mut HashSet<usize>, reader: &mut Reader<'_>) {
    let server = leaf.uses.contains(&Use::Server);
    if !server || leaf.days.value <= APPLES_DAYS || !told.insert(leaf.days.at.start) {
        return;
    }
    let message = format!("a server's certificate is valid for more than {APPLES_DAYS} days");
    let label = "Apple's clients refuse it";
    let warning = Diagnostic::warning("long-validity", message, reader.span(&leaf.days.at), label);
    reader.found.push(warning.help(format!("write at most `days = {APPLES_DAYS}`")));
}

/// How many levels of CAs the block puts below each CA.
pub(super) fn levels(page: &Page, links: &Links) -> Vec<usize> {
    let mut levels = vec![0; page.items.len()];
    for ca in links.order.iter().rev() {
        if let Some(issuer) = links.issuer[*ca] {
            levels[issuer] = levels[issuer].max(levels[*ca] + 1);
        }
    }
    levels
}

fn path_lengths(page: &Page, links: &Links, reader: &mut Reader<'_>) {
    let levels = levels(page, links);
    for ca in &links.order {
        let Some(table) = made_ca(page, *ca) else { continue };
        let (id, below) = (&page.items[*ca].id, levels[*ca]);
        if below > usize::from(u8::MAX) {
            let message = format!("more than {} CAs follow below `{}`", u8::MAX, id.value);
            let error =
                Diagnostic::error("bad-path-length", message, reader.span(&id.at), "too many below it");
            reader.found.push(error.help("let it sign some of them itself"));
            continue;
        }
        let Some(length) = &table.path_length else { continue };
        if usize::from(length.value) < below {
            let message = format!("`{}` forbids CAs that the block puts below it", id.value);
            let label = format!("{} below it at most", length.value);
            let error = Diagnostic::error("bad-path-length", message, reader.span(&length.at), label);
            let first = links.order.iter().find(|below| links.issuer[**below] == Some(*ca));
            let error = match first {
                Some(first) => error.also(reader.span(&page.items[*first].id.at), "a CA below it"),
                None => error,
            };
            let help = format!("write `path_length = {below}`, or take it out");
            reader.found.push(error.help(help).suggest(reader.span(&length.at), below.to_string()));
        }
    }
}

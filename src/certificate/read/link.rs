//! Ids looked up: which table each of them names, and whether it may.

use std::{collections::HashMap, ops::Range};

use super::tables::{Body, Page, Table};
use crate::{
    certificate::{At, Fault},
    diagnostic::Diagnostic,
    table::{Reader, shown},
};

/// What each table of a page names, by its index there.
#[derive(Default)]
pub(super) struct Links {
    /// Of a CA or leaf: who signs it. Of a list: its CA.
    pub(super) issuer: Vec<Option<usize>>,
    /// Of a bad one: what it is like.
    pub(super) from: Vec<Option<usize>>,
    /// Of a list: whom it names.
    pub(super) revoke: Vec<Vec<At<usize>>>,
    /// Of each claim: what it is about.
    pub(super) verify: Vec<Option<usize>>,
    /// CAs, each behind the one that signs it; without those of a cycle.
    pub(super) order: Vec<usize>,
}

impl Links {
    /// The CAs above a table, from its issuer up.
    pub(super) fn above(&self, item: usize) -> impl Iterator<Item = usize> {
        // Where there is a cycle, it has been reported.
        let most = self.order.len();
        std::iter::successors(self.issuer[item], |ca| self.issuer[*ca]).take(most)
    }
}

/// Where each id stands.
struct Ids<'p> {
    page: &'p Page,
    known: HashMap<&'p str, usize>,
}

/// Looks up all ids. What names nothing, or what it must not, is reported.
pub(super) fn link(page: &Page, reader: &mut Reader<'_>) -> Links {
    let ids = Ids { page, known: known(page, reader) };
    let mut links = Links::default();
    for (index, item) in page.items.iter().enumerate() {
        let (mut issuer, mut from) = (None, None);
        match &item.body {
            Body::Ca(ca) => issuer = ids.issuer(index, ca.issuer.as_ref().filter(|_| !ca.existing), reader),
            Body::Leaf(leaf) => issuer = ids.issuer(index, leaf.issuer.as_ref(), reader),
            Body::Bad(bad) => from = bad.from.as_ref().and_then(|from| ids.origin(from, reader)),
            Body::Crl(_) => issuer = ids.of_list(&item.id, reader),
        }
        links.issuer.push(issuer);
        links.from.push(from);
    }
    cycles(page, &mut links, reader);
    let revoke = |(index, item): (usize, &Table)| match &item.body {
        Body::Crl(list) => ids.revoked(index, &list.revoke, &links, reader),
        _ => Vec::new(),
    };
    let revoke = page.items.iter().enumerate().map(revoke).collect();
    links.revoke = revoke;
    links.verify =
        page.expects.iter().map(|expect| ids.subject_of(expect.verify.as_ref()?, reader)).collect();
    links
}

/// The ids of all but lists, which have that of their CA. One that is used twice is reported.
fn known<'p>(page: &'p Page, reader: &mut Reader<'_>) -> HashMap<&'p str, usize> {
    let mut known: HashMap<&str, usize> = HashMap::with_capacity(page.items.len());
    for (index, item) in page.items.iter().enumerate() {
        if matches!(item.body, Body::Crl(_)) {
            continue;
        }
        match known.get(item.id.value.as_str()) {
            Some(first) => {
                let message = format!("the id `{}` is used twice", shown(&item.id.value));
                let error =
                    Diagnostic::error("duplicate-id", message, reader.span(&item.id.at), "used again");
                let first = reader.span(&page.items[*first].id.at);
                let error = error.also(first, "first used here");
                reader.found.push(error.help("files are named after it: choose another"));
            }
            None => {
                known.insert(&item.id.value, index);
            }
        }
    }
    known
}

impl<'p> Ids<'p> {
    /// The table that has this id; a wrong one is reported. `wanted` says which could be meant.
    fn find(&self, id: &At<String>, wanted: fn(&Body) -> bool, reader: &mut Reader<'_>) -> Option<usize> {
        if let Some(index) = self.known.get(id.value.as_str()) {
            return Some(*index);
        }
        if reader.is_open(&id.value) {
            return None;
        }
        let span = reader.span(&id.at);
        let message = format!("no table has the id `{}`", shown(&id.value));
        let error = Diagnostic::error("unknown-certificate", message, span, "unknown id");
        let could = || self.page.items.iter().filter(|item| wanted(&item.body));
        let near = reader.guess(&id.value, could().map(|item| item.id.value.as_str()));
        let text = reader.text().text().get(id.at.clone()).unwrap_or_default();
        let bare = !text.starts_with(['"', '\'']);
        reader.found.push(if let Some(near) = near {
            let instead = if bare { near.to_owned() } else { crate::table::quoted(near) };
            error.help(format!("did you mean `{near}`?")).suggest(span, instead)
        } else {
            let ids: Vec<&str> = could().map(|item| item.id.value.as_str()).take(8).collect();
            match ids.as_slice() {
                [] => error.help("there is no table that could be meant"),
                ids => error.help(format!("there are {}", crate::table::listed(ids))),
            }
        });
        None
    }

    fn body(&self, index: usize) -> &'p Body {
        &self.page.items[index].body
    }

    /// Where the id of a table stands.
    fn at(&self, index: usize) -> &'p Range<usize> {
        &self.page.items[index].id.at
    }

    /// The CA that signs the table `item`.
    fn issuer(&self, item: usize, id: Option<&At<String>>, reader: &mut Reader<'_>) -> Option<usize> {
        let id = id?;
        let issuer = self.find(id, |body| matches!(body, Body::Ca(_)), reader)?;
        if issuer == item && matches!(self.body(item), Body::Ca(_)) {
            let message = format!("the CA `{}` names itself as its issuer", shown(&id.value));
            let error = Diagnostic::error("issuer-cycle", message, reader.span(&id.at), "itself");
            reader.found.push(error.help("a CA that signs itself has no `issuer`: take it out"));
            return None;
        }
        if !matches!(self.body(issuer), Body::Ca(_)) {
            self.not_a_ca(issuer, id, reader);
            return None;
        }
        Some(issuer)
    }

    fn not_a_ca(&self, issuer: usize, id: &At<String>, reader: &mut Reader<'_>) {
        let message = format!("`{}` is no CA", shown(&id.value));
        let error = Diagnostic::error("not-a-ca", message, reader.span(&id.at), "signs nothing");
        let error = error.also(reader.span(self.at(issuer)), format!("is {}", kind(self.body(issuer))));
        reader.found.push(error.help("name a `[ca]` table"));
    }

    /// The leaf that a bad one is like.
    fn origin(&self, id: &At<String>, reader: &mut Reader<'_>) -> Option<usize> {
        let from = self.find(id, |body| matches!(body, Body::Leaf(leaf) if leaf.csr.is_none()), reader)?;
        let why = match self.body(from) {
            Body::Leaf(leaf) => {
                let csr = leaf.csr.as_ref().map(|_| "its key is elsewhere".to_owned());
                let Some(why) = csr else { return Some(from) };
                why
            }
            other => format!("is {}", kind(other)),
        };
        let message = format!("a bad certificate can't be made from `{}`", shown(&id.value));
        let error =
            Diagnostic::error("bad-fault", message, reader.span(&id.at), "not a leaf that is made here");
        let error = error.also(reader.span(self.at(from)), why);
        reader.found.push(error.help("name a `[leaf]` table without `csr`"));
        None
    }

    /// The CA of a list, whose id it has.
    fn of_list(&self, id: &At<String>, reader: &mut Reader<'_>) -> Option<usize> {
        let ca = self.find(id, |body| matches!(body, Body::Ca(_)), reader)?;
        if matches!(self.body(ca), Body::Ca(_)) {
            return Some(ca);
        }
        self.not_a_ca(ca, id, reader);
        None
    }

    /// Whom a list names. Each must have been signed by its CA.
    fn revoked(
        &self,
        list: usize,
        ids: &[At<String>],
        links: &Links,
        reader: &mut Reader<'_>,
    ) -> Vec<At<usize>> {
        let ca = links.issuer[list];
        let mut revoked: Vec<At<usize>> = Vec::new();
        let mut seen: HashMap<usize, Range<usize>> = HashMap::new();
        for id in ids {
            let leaf = |body: &Body| matches!(body, Body::Leaf(_) | Body::Bad(_));
            let Some(item) = self.find(id, leaf, reader) else { continue };
            if let Some(first) = seen.get(&item) {
                let message = format!("`{}` is revoked twice", shown(&id.value));
                let error =
                    Diagnostic::error("duplicate-item", message, reader.span(&id.at), "the second one");
                let error = error.also(reader.span(first), "the first one");
                reader.found.push(error.help("take one of them out"));
                continue;
            }
            seen.insert(item, id.at.clone());
            if self.may_be_revoked(item, ca, id, links, reader) {
                revoked.push(At { value: item, at: id.at.clone() });
            }
        }
        revoked
    }

    fn may_be_revoked(
        &self,
        item: usize,
        ca: Option<usize>,
        id: &At<String>,
        links: &Links,
        reader: &mut Reader<'_>,
    ) -> bool {
        let name = shown(&id.value);
        let (message, why, at) = match self.body(item) {
            Body::Ca(_) => (format!("`{name}` is a CA"), "a CA".to_owned(), item),
            Body::Bad(bad) if bad.fault.as_ref().is_some_and(|fault| is_alien(fault.value)) => {
                (format!("`{name}` is not signed by the list's CA"), "signed by another key".to_owned(), item)
            }
            body => {
                let origin = if matches!(body, Body::Bad(_)) { links.from[item] } else { Some(item) };
                let issuer = origin.and_then(|origin| links.issuer[origin]);
                let (Some(issuer), Some(ca)) = (issuer, ca) else { return true };
                if issuer == ca {
                    return true;
                }
                let signed = format!("signs `{name}`");
                (format!("`{name}` is not signed by the list's CA"), signed, issuer)
            }
        };
        let error = Diagnostic::error("bad-revoke", message, reader.span(&id.at), "not on this CA's list");
        let error = error.also(reader.span(self.at(at)), why);
        reader.found.push(error.help("a CA's list has the leaves and bad ones that it signed"));
        false
    }

    /// What a claim is about: a leaf or a bad one.
    fn subject_of(&self, id: &At<String>, reader: &mut Reader<'_>) -> Option<usize> {
        let leaf = |body: &Body| matches!(body, Body::Leaf(_) | Body::Bad(_));
        let item = self.find(id, leaf, reader)?;
        if leaf(self.body(item)) {
            return Some(item);
        }
        let message = format!("`{}` is a CA, of which nothing can be claimed", shown(&id.value));
        let error = Diagnostic::error("bad-expect", message, reader.span(&id.at), "not a leaf or bad one");
        let error = error.also(reader.span(self.at(item)), "a CA");
        reader.found.push(error.help("name a leaf, or a bad one"));
        None
    }
}

/// Whether a certificate with this fault has another issuer than its origin.
pub(super) fn is_alien(fault: Fault) -> bool {
    matches!(fault, Fault::Untrusted | Fault::SelfSigned)
}

fn kind(body: &Body) -> &'static str {
    match body {
        Body::Ca(_) => "a CA",
        Body::Leaf(_) => "a leaf",
        Body::Bad(_) => "a bad one",
        Body::Crl(_) => "a list",
    }
}

/// Puts the CAs in order. A cycle among them is reported once, and cut.
fn cycles(page: &Page, links: &mut Links, reader: &mut Reader<'_>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Now,
        Done,
    }
    let mut seen = vec![Seen::No; page.items.len()];
    for start in 0..page.items.len() {
        if !matches!(page.items[start].body, Body::Ca(_)) {
            continue;
        }
        let mut path = Vec::new();
        let mut here = Some(start);
        while let Some(ca) = here.filter(|ca| seen[*ca] == Seen::No) {
            seen[ca] = Seen::Now;
            path.push(ca);
            here = links.issuer[ca];
        }
        if let Some(again) = here.filter(|ca| seen[*ca] == Seen::Now) {
            let from = path.iter().position(|ca| *ca == again).unwrap_or(0);
            report_cycle(page, &path[from..], reader);
            links.issuer[again] = None;
        }
        for ca in path.into_iter().rev() {
            seen[ca] = Seen::Done;
            links.order.push(ca);
        }
    }
}

fn report_cycle(page: &Page, cycle: &[usize], reader: &mut Reader<'_>) {
    let issuer = |ca: usize| match &page.items[ca].body {
        Body::Ca(table) => table.issuer.as_ref(),
        _ => None,
    };
    let mut places = cycle.iter().filter_map(|ca| issuer(*ca));
    let Some(first) = places.next() else { return };
    let message = "these CAs sign each other, so none is the first";
    let mut error = Diagnostic::error("issuer-cycle", message, reader.span(&first.at), "signed by this");
    for place in places.take(4) {
        error = error.also(reader.span(&place.at), "which is signed by this");
    }
    reader.found.push(error.help("one of them signs itself: take its `issuer` out"));
}

//! What a CA permits, and whether a name is among it.

use std::{collections::HashSet, net::IpAddr};

use super::hosts;
use crate::{
    certificate::{At, Name},
    table::Reader,
};

/// A CA's `permit`, so kept that a host is found without going through all of them.
pub(in crate::certificate) struct Permits<'n> {
    hosts: HashSet<String>,
    others: Vec<&'n Name>,
    all: &'n [At<Name>],
}

impl<'n> Permits<'n> {
    /// `None` where nothing is said: then all is permitted.
    pub(in crate::certificate) fn new(all: &'n [At<Name>]) -> Option<Self> {
        let mut hosts = HashSet::new();
        let mut others = Vec::new();
        for name in all {
            match &name.value {
                Name::Dns(host) => {
                    hosts.insert(host.to_ascii_lowercase());
                }
                other => others.push(other),
            }
        }
        (!all.is_empty()).then_some(Self { hosts, others, all })
    }

    /// Whether all that `name` stands for is permitted: a name of a certificate, or what another CA permits.
    pub(in crate::certificate) fn has(&self, name: &Name) -> bool {
        match name {
            Name::Dns(host) => {
                let host = host.to_ascii_lowercase();
                let host = host.strip_prefix("*.").unwrap_or(&host);
                let below = host.match_indices('.').map(|(at, _)| &host[at + 1..]);
                std::iter::once(host).chain(below).any(|host| self.hosts.contains(host))
            }
            other => self.others.iter().any(|permit| covers(permit, other)),
        }
    }

    /// Whether mailboxes are among it.
    pub(super) fn names_mailboxes(&self) -> bool {
        self.others.iter().any(|name| matches!(name, Name::Email(_)))
    }

    /// Whether a placeholder without a value is among it: that could permit anything.
    pub(super) fn has_open(&self, reader: &Reader<'_>) -> bool {
        self.hosts.iter().any(|host| reader.is_open(host))
    }

    /// Where the permitted name stands that is most like `name`; that of the first where none is of its kind.
    pub(super) fn nearest(&self, name: &Name) -> Option<&'n At<Name>> {
        let text = folded(name);
        let like = |permit: &&At<Name>| {
            let kind = std::mem::discriminant(&permit.value) == std::mem::discriminant(name)
                || is_address(&permit.value) && is_address(name);
            let known = folded(&permit.value);
            let common = known.bytes().rev().zip(text.bytes().rev()).take_while(|(one, two)| one == two);
            (kind, common.count())
        };
        // Of those that are equally near, the first.
        self.all.iter().rev().max_by_key(like)
    }
}

fn is_address(name: &Name) -> bool {
    matches!(name, Name::Ip(_) | Name::Net(..))
}

/// A name as text, lowercase.
fn folded(name: &Name) -> String {
    match name {
        Name::Dns(text) | Name::Email(text) | Name::Uri(text) => text.to_ascii_lowercase(),
        Name::Ip(address) | Name::Net(address, _) => address.to_string(),
    }
}

fn covers(permit: &Name, name: &Name) -> bool {
    match (permit, name) {
        (Name::Ip(one), Name::Ip(two)) => one == two,
        (Name::Net(net, length), Name::Ip(address)) => in_net(*net, *length, *address),
        (Name::Net(net, length), Name::Net(other, longer)) => {
            length <= longer && in_net(*net, *length, *other)
        }
        (Name::Ip(one), Name::Net(other, length)) => {
            one == other && *length == if one.is_ipv4() { 32 } else { 128 }
        }
        (Name::Email(permit), Name::Email(mailbox)) => {
            match (permit.rsplit_once('@'), mailbox.rsplit_once('@')) {
                (Some((local, host)), Some((other, host_of_other))) => {
                    local == other && host.eq_ignore_ascii_case(host_of_other)
                }
                (None, Some((_, host))) => host_in(permit, host),
                (None, None) => within(permit, mailbox),
                (Some(_), None) => false,
            }
        }
        (Name::Uri(permit), Name::Uri(uri)) => match uri.split_once("://") {
            Some((_, rest)) => host_in(permit, hosts::of_authority(rest)),
            // Of a CA below.
            None => !uri.contains(':') && within(permit, uri),
        },
        _ => false,
    }
}

fn in_net(net: IpAddr, length: u8, address: IpAddr) -> bool {
    net.is_ipv4() == address.is_ipv4() && hosts::first_of_net(address, length) == net
}

/// Whether a host is `permit`, or below it where that begins with a full stop.
fn host_in(permit: &str, host: &str) -> bool {
    let (permit, host) = (permit.to_ascii_lowercase(), host.to_ascii_lowercase());
    if permit.starts_with('.') {
        host.len() > permit.len() && host.ends_with(&permit)
    } else {
        host == permit
    }
}

/// Whether a permitted host, or all below one, is within what another CA permits.
fn within(permit: &str, other: &str) -> bool {
    permit.eq_ignore_ascii_case(other) || permit.starts_with('.') && host_in(permit, other)
}

//! Names of a certificate's holder, as a block writes them: hosts, addresses, networks, mailboxes, URIs.

use std::net::IpAddr;

use super::hosts;
use crate::{
    certificate::{At, Name},
    diagnostic::Diagnostic,
    table::{Fields, Reader, quoted, shown},
};

/// What a name is for, which decides what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// In `names`.
    Holder,
    /// In a CA's `permit`.
    Permit,
    /// A claim's `host`.
    Host,
}

/// Why a text is no name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// What is wrong, without the name.
    pub(super) message: String,
    /// What is said under it.
    pub(super) label: &'static str,
    pub(super) help: Option<String>,
    /// What to write instead, and whether nothing else can be meant.
    pub(super) instead: Option<(String, bool)>,
}

impl Wrong {
    pub(super) fn new(message: impl Into<String>, label: &'static str) -> Self {
        Self { message: message.into(), label, help: None, instead: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// What the author certainly means.
    pub(super) fn fix(self, instead: impl Into<String>) -> Self {
        Self { instead: Some((instead.into(), true)), ..self }
    }

    /// What the author may mean.
    pub(super) fn suggest(self, instead: impl Into<String>) -> Self {
        Self { instead: Some((instead.into(), false)), ..self }
    }
}

/// Schemes of addresses that a name is often copied from, with a host that is the name.
const HOST_SCHEMES: [&str; 20] = [
    "http",
    "https",
    "ws",
    "wss",
    "ftp",
    "ftps",
    "tcp",
    "tls",
    "ssl",
    "ldap",
    "ldaps",
    "mongodb",
    "mongodb+srv",
    "postgres",
    "postgresql",
    "mysql",
    "redis",
    "rediss",
    "amqp",
    "amqps",
];

/// The name that `text` is.
pub(super) fn parse(text: &str, role: Role) -> Result<Name, Wrong> {
    if text.trim().is_empty() {
        return Err(Wrong::new("a name is empty", "nothing here").help("take it out, or write the name"));
    }
    blanks(text)?;
    if let Some(name) = prefixed(text, role) {
        return name;
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return schemed(text, scheme, rest, role);
    }
    if text.contains('@') {
        return mailbox(text, role);
    }
    if let Some((network, bits)) = text.split_once('/') {
        return net(text, network, bits, role);
    }
    if role == Role::Holder && is_urn(text) {
        return Ok(Name::Uri(text.to_owned()));
    }
    hosts::parse(text, role)
}

fn blanks(text: &str) -> Result<(), Wrong> {
    let separates = |char: char| char.is_whitespace() || char == ',' || char == ';';
    if !text.contains(separates) {
        return Ok(());
    }
    let parts: Vec<&str> = text.split(separates).filter(|part| !part.is_empty()).collect();
    let wrong =
        Wrong::new(format!("the name `{}` has a blank or comma in it", shown(text)), "a blank or comma");
    Err(match parts.as_slice() {
        [one] => wrong.help("take it out").fix(*one),
        _ => wrong.help("write each name in quotes of its own: `[\"localhost\", \"127.0.0.1\"]`"),
    })
}

/// Whether a text is an opaque URI, `urn:uuid:…`.
fn is_urn(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

/// `DNS:…`, `IP:…`, as OpenSSL writes them, and `uri:…`, `email:…`, which a block writes where they say more.
fn prefixed(text: &str, role: Role) -> Option<Result<Name, Wrong>> {
    let (prefix, rest) = text.split_once(':')?;
    match prefix.to_ascii_lowercase().as_str() {
        "dns" | "ip" | "ip address" if !rest.is_empty() => {
            let message = format!("the name `{}` says of what kind it is", shown(text));
            let help = "a host or address is known by its form";
            Some(Err(Wrong::new(message, "a kind of name before it").help(help).fix(rest)))
        }
        "email" if role == Role::Permit => Some(email_permit(rest)),
        "email" | "mailto" => {
            let message = format!("the name `{}` says of what kind it is", shown(text));
            let help = "a mailbox is known by its form";
            Some(Err(Wrong::new(message, "a kind of name before it").help(help).fix(rest)))
        }
        "uri" if role == Role::Permit => Some(uri_permit(rest)),
        "uri" if role == Role::Holder => Some(uri(rest)),
        _ => None,
    }
}

fn schemed(text: &str, scheme: &str, rest: &str, role: Role) -> Result<Name, Wrong> {
    let host = hosts::of_authority(rest);
    if role == Role::Holder && !HOST_SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) {
        return uri(text);
    }
    let message = format!("`{}` is an address with a scheme, and no name", shown(text));
    let wrong = Wrong::new(message, "a scheme before it");
    let known = hosts::parse(host, role).is_ok();
    Err(match role {
        Role::Permit => {
            let help =
                "a CA permits the hosts of URIs: `uri:example.com`, or `uri:.example.com` for those below it";
            let wrong = wrong.help(help);
            if known { wrong.suggest(format!("uri:{host}")) } else { wrong }
        }
        Role::Holder => {
            let help = format!(
                "a client compares the host alone (where the URI itself is meant, write `uri:{}`)",
                shown(text)
            );
            let wrong = wrong.help(help);
            if known { wrong.suggest(host) } else { wrong }
        }
        Role::Host => {
            let wrong = wrong.help("a client compares the host alone");
            if known { wrong.fix(host) } else { wrong }
        }
    })
}

fn uri(text: &str) -> Result<Name, Wrong> {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let good = scheme.starts_with(|char: char| char.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !text[scheme.len() + 1..].trim_start_matches('/').is_empty();
    if !text.is_ascii() {
        let message = format!("the URI `{}` is not ASCII", shown(text));
        return Err(Wrong::new(message, "not ASCII").help("write other characters as `%C3%BC`"));
    }
    if !good
        || text.bytes().any(|byte| byte.is_ascii_control())
        || text.contains(['<', '>', '"', '\\', '^', '`'])
    {
        let message = format!("`{}` is no URI", shown(text));
        return Err(Wrong::new(message, "not a URI").help("write it like `spiffe://example.com/agent`"));
    }
    Ok(Name::Uri(text.to_owned()))
}

/// `uri:example.com`: the host of URIs; with a full stop before it, hosts below it.
fn uri_permit(host: &str) -> Result<Name, Wrong> {
    if let Ok(Name::Dns(_)) = hosts::parse(host.strip_prefix('.').unwrap_or(host), Role::Host) {
        Ok(Name::Uri(host.to_owned()))
    } else {
        let message = format!("`uri:{}` permits no host", shown(host));
        Err(Wrong::new(message, "not a host's name")
            .help("write it like `uri:example.com` or `uri:.example.com`"))
    }
}

/// `email:example.com`: the host of mailboxes; with a full stop before it, hosts below it.
fn email_permit(host: &str) -> Result<Name, Wrong> {
    if host.contains('@') {
        return mailbox(host, Role::Permit);
    }
    if let Ok(Name::Dns(_)) = hosts::parse(host.strip_prefix('.').unwrap_or(host), Role::Host) {
        Ok(Name::Email(host.to_owned()))
    } else {
        let message = format!("`email:{}` permits no mailbox", shown(host));
        Err(Wrong::new(message, "not a host's name")
            .help("write it like `email:example.com` or `admin@example.com`"))
    }
}

fn mailbox(text: &str, role: Role) -> Result<Name, Wrong> {
    if role == Role::Host {
        let message = format!("`{}` is a mailbox, and no host", shown(text));
        return Err(Wrong::new(message, "not a host").help("write the host that a client asks for"));
    }
    if is_mailbox(text) {
        return Ok(Name::Email(text.to_owned()));
    }
    let message = format!("`{}` is no e-mail address", shown(text));
    let wrong = Wrong::new(message, "not an address");
    Err(match (role, text.strip_prefix('@')) {
        (Role::Permit, Some(host)) if hosts::is_name(host) => {
            wrong.help("all mailboxes of a host are written like this").fix(format!("email:{host}"))
        }
        _ if !text.is_ascii() => wrong.help("a certificate's address holds ASCII only"),
        _ => wrong.help("write it like `admin@example.com`"),
    })
}

/// Whether a text is an e-mail address.
pub(super) fn is_mailbox(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    !local.is_empty() && local.len() <= 64 && local.bytes().all(atom) && hosts::is_name(host)
}

fn net(text: &str, network: &str, bits: &str, role: Role) -> Result<Name, Wrong> {
    let Ok(address) = network.parse::<IpAddr>() else {
        let message = format!("the name `{}` has a slash in it", shown(text));
        let wrong = Wrong::new(message, "a path behind the host").help("a client compares the host alone");
        let known = hosts::parse(network, role).is_ok();
        return Err(if known { wrong.suggest(network) } else { wrong });
    };
    if role != Role::Permit {
        let message = format!("`{}` is a network, and no address", shown(text));
        let wrong = Wrong::new(message, "a network");
        return Err(wrong.help("write the one address; networks stand in a CA's `permit`").suggest(network));
    }
    let most = if address.is_ipv4() { 32 } else { 128 };
    let plain = !bits.is_empty() && bits.len() <= 3 && bits.bytes().all(|byte| byte.is_ascii_digit());
    let Some(length) = bits.parse::<u8>().ok().filter(|length| plain && *length <= most) else {
        let message = format!("`{}` is no network", shown(text));
        let help =
            format!("behind the slash stands how many of its {most} bits are the network's: `10.0.0.0/8`");
        return Err(Wrong::new(message, "not a network").help(help));
    };
    let first = hosts::first_of_net(address, length);
    if first != address {
        let message = format!("`{}` is an address in a network, and not the network", shown(text));
        let help = format!("the network begins at `{first}`");
        return Err(Wrong::new(message, "bits behind the network's")
            .help(help)
            .fix(format!("{first}/{length}")));
    }
    Ok(Name::Net(address, length))
}

/// The name of a text; what is wrong with it is reported.
pub(super) fn of(text: &At<String>, role: Role, reader: &mut Reader<'_>) -> Option<At<Name>> {
    if reader.is_open(&text.value) {
        return Some(At { value: Name::Dns(text.value.clone()), at: text.at.clone() });
    }
    match parse(&text.value, role) {
        Ok(value) => Some(At { value, at: text.at.clone() }),
        Err(Wrong { message, label, help, instead }) => {
            let span = reader.span(&text.at);
            let mut error = Diagnostic::error("bad-name", message, span, label);
            error.help = help;
            reader.found.push(match instead {
                Some((instead, true)) => error.fix(span, quoted(&instead)),
                Some((instead, false)) => error.suggest(span, quoted(&instead)),
                None => error,
            });
            None
        }
    }
}

/// The names of a key's list, and where that stands; each name once.
pub(super) fn list_of(
    fields: &Fields<'_>,
    key: &str,
    role: Role,
    reader: &mut Reader<'_>,
) -> Option<At<Vec<At<Name>>>> {
    let list = reader.list_of(fields, key)?;
    let mut known = std::collections::HashMap::new();
    let mut names = Vec::with_capacity(list.value.len());
    for text in &list.value {
        let Some(name) = of(text, role, reader) else { continue };
        if let Some(first) = known.get(&folded(&name.value)) {
            let message = format!("`{}` is listed twice", shown(&text.value));
            let error = Diagnostic::error("duplicate-item", message, reader.span(&text.at), "the second one");
            let error = error.also(reader.span(first), "the first one");
            reader.found.push(error.help("take one of them out"));
        } else {
            known.insert(folded(&name.value), name.at.clone());
            names.push(name);
        }
    }
    Some(At { value: names, at: list.at })
}

/// A name in the form in which it is compared.
fn folded(name: &Name) -> Name {
    match name {
        Name::Dns(host) => Name::Dns(host.to_ascii_lowercase()),
        other => other.clone(),
    }
}

//! Hosts and addresses, and what is often written in their place.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::names::{Role, Wrong};
use crate::{certificate::Name, table::shown};

/// The longest name of a host, and the longest part of one between full stops.
const LONGEST: (usize, usize) = (253, 63);

/// The host or address that `text` is. It holds no blank, comma, slash or `@`.
pub(super) fn parse(text: &str, role: Role) -> Result<Name, Wrong> {
    if text.is_empty() {
        return Err(Wrong::new("the name of a host is empty", "no host").help("write the host"));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(Name::Ip(address));
    }
    if let Some(inner) = text.strip_prefix('[') {
        return Err(bracketed(text, inner));
    }
    if text.matches(':').count() >= 2 {
        return Err(no_ipv6(text));
    }
    if let Some((host, port)) = text.split_once(':') {
        return Err(with_port(text, host, port, role));
    }
    if !text.is_ascii() {
        return Err(not_ascii(text));
    }
    if text
        .rsplit('.')
        .next()
        .is_some_and(|last| !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(no_ipv4(text));
    }
    let host = match (text.strip_prefix("*."), role) {
        (Some(rest), Role::Holder) => wildcard(text, rest)?,
        (Some(rest), _) => return Err(wildcard_elsewhere(text, rest, role)),
        (None, _) if text.contains('*') => return Err(stray_star(text)),
        (None, _) => text,
    };
    dots(text, host, role)?;
    labels(text, host)?;
    Ok(Name::Dns(text.to_owned()))
}

/// Whether `text` is a host's name, and no address and no wildcard.
pub(in crate::certificate) fn is_name(text: &str) -> bool {
    matches!(parse(text, Role::Host), Ok(Name::Dns(_)))
}

fn dots(text: &str, host: &str, role: Role) -> Result<(), Wrong> {
    if let Some(rest) = host.strip_prefix('.') {
        let wrong =
            Wrong::new(format!("the name `{}` begins with a full stop", shown(text)), "a full stop first");
        return Err(match role {
            Role::Permit => wrong.help("a permitted host stands for those below it, too").fix(rest),
            _ => wrong.help("take it out, or write `*.` where any host below it is meant"),
        });
    }
    if let Some(rest) = text.strip_suffix('.') {
        let wrong =
            Wrong::new(format!("the name `{}` ends with a full stop", shown(text)), "a full stop last");
        let help = "a certificate has the name without it";
        return Err(if rest.is_empty() { wrong } else { wrong.help(help).fix(rest) });
    }
    if host.contains("..") {
        let wrong =
            Wrong::new(format!("the name `{}` has two full stops in a row", shown(text)), "nothing between");
        return Err(wrong.help("take one out"));
    }
    Ok(())
}

fn labels(text: &str, host: &str) -> Result<(), Wrong> {
    let (most, most_of_label) = LONGEST;
    if text.len() > most {
        let message =
            format!("the name of a host has at most {most} characters, and this has {}", text.len());
        return Err(Wrong::new(message, "too long").help("shorten it"));
    }
    for label in host.split('.') {
        if label.len() > most_of_label {
            let message =
                format!("`{}` has {} characters, more than a part of a name may", shown(label), label.len());
            let help = format!("between two full stops stand at most {most_of_label}");
            return Err(Wrong::new(message, "a part that is too long").help(help));
        }
        if let Some(char) =
            label.chars().find(|char| !char.is_ascii_alphanumeric() && !matches!(char, '-' | '_'))
        {
            let message = format!("the name `{}` has `{}` in it", shown(text), char.escape_debug());
            let help = "a host's name has letters, digits, hyphens and full stops";
            return Err(Wrong::new(message, "not a host").help(help));
        }
        if label.starts_with('-') || label.ends_with('-') {
            let message = format!("`{}` begins or ends with a hyphen", shown(label));
            return Err(Wrong::new(message, "a hyphen at its end").help("take the hyphen out"));
        }
    }
    Ok(())
}

/// The host behind `*.`.
fn wildcard<'t>(text: &str, rest: &'t str) -> Result<&'t str, Wrong> {
    if rest.contains('*') {
        return Err(stray_star(text));
    }
    if !rest.trim_end_matches('.').contains('.') {
        let wrong = Wrong::new(format!("clients refuse the wildcard `{}`", shown(text)), "too wide");
        return Err(wrong.help("two parts at least stand behind it: `*.example.com`"));
    }
    Ok(rest)
}

fn wildcard_elsewhere(text: &str, rest: &str, role: Role) -> Wrong {
    if role == Role::Permit {
        let wrong =
            Wrong::new(format!("`{}` is a wildcard, and no permitted host", shown(text)), "a wildcard");
        return wrong.help("a permitted host stands for those below it, too").fix(rest);
    }
    let wrong = Wrong::new(format!("`{}` is a wildcard, and no host", shown(text)), "a wildcard");
    let wrong = wrong.help("a client asks for one host");
    if is_name(rest) { wrong.suggest(format!("www.{rest}")) } else { wrong }
}

fn stray_star(text: &str) -> Wrong {
    let wrong =
        Wrong::new(format!("the name `{}` has a `*` where clients know none", shown(text)), "a stray `*`");
    wrong.help("a wildcard is `*.` before a host, and stands for one part: `*.example.com`")
}

fn bracketed(text: &str, inner: &str) -> Wrong {
    let wrong = Wrong::new(format!("the name `{}` has brackets", shown(text)), "brackets around it");
    let wrong = wrong.help("an address stands without brackets and port");
    match inner.split_once(']') {
        Some((address, _)) if address.parse::<IpAddr>().is_ok() => wrong.fix(address),
        _ => wrong,
    }
}

fn with_port(text: &str, host: &str, port: &str, role: Role) -> Wrong {
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if !is_port {
        let wrong = Wrong::new(format!("the name `{}` has a colon in it", shown(text)), "not a host");
        return wrong.help("a host's name has letters, digits, hyphens and full stops");
    }
    let wrong = Wrong::new(format!("the name `{}` has a port", shown(text)), "a port behind the host");
    let wrong = wrong.help("a certificate is for a host, whatever the port");
    if parse(host, role).is_ok() { wrong.fix(host) } else { wrong }
}

fn no_ipv6(text: &str) -> Wrong {
    let wrong = Wrong::new(format!("`{}` is no IPv6 address", shown(text)), "not an address");
    match text.split_once('%') {
        Some((address, _)) if address.parse::<Ipv6Addr>().is_ok() => {
            wrong.help("a certificate knows no zone of an address").fix(address)
        }
        _ => wrong.help("write it like `::1` or `2001:db8::7`"),
    }
}

fn no_ipv4(text: &str) -> Wrong {
    let wrong = Wrong::new(format!("`{}` is no IPv4 address", shown(text)), "not an address");
    let numbers: Vec<&str> = text.split('.').collect();
    let read: Option<Vec<u8>> = numbers.iter().map(|number| number.parse::<u8>().ok()).collect();
    match read.as_deref() {
        Some([one, two, three, four]) => {
            // Some systems read `010` as 8, others as 10.
            let address = Ipv4Addr::new(*one, *two, *three, *four);
            wrong.help("its numbers have no zeros before them").suggest(address.to_string())
        }
        _ => wrong.help("it has four numbers from 0 to 255 with full stops between them"),
    }
}

fn not_ascii(text: &str) -> Wrong {
    let wrong = Wrong::new(format!("the name `{}` is not ASCII", shown(text)), "not ASCII");
    let (star, host) = text.strip_prefix("*.").map_or(("", text), |host| ("*.", host));
    match idna::domain_to_ascii_strict(host) {
        Ok(ascii) if !ascii.is_empty() => wrong
            .help("a certificate has it in Punycode, as clients ask for it")
            .fix(format!("{star}{ascii}")),
        _ => wrong.help("a host's name has letters, digits, hyphens and full stops"),
    }
}

/// The host of what stands behind `://`.
pub(super) fn of_authority(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some((inner, _)) = host.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        return inner;
    }
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The first address of the network of `length` bits that has `address`.
pub(super) fn first_of_net(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

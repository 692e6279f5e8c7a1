//! `connect = `: a host and its port.

use std::net::IpAddr;

use super::super::Address;
use crate::{
    diagnostic::Diagnostic,
    table::{At, Fields, Reader, quoted, shown},
};

/// What is wrong with an address: message, label, help, what is meant where that is clear.
type Wrong = (String, &'static str, String, Option<String>);

/// The address of the block; what is wrong with it is reported.
pub(super) fn of(top: &Fields<'_>, reader: &mut Reader<'_>) -> Option<At<Address>> {
    let Some(value) = top.get("connect") else {
        reader.missing(
            top,
            "the probe",
            "write whom it connects to: `connect = \"localhost:8443\"`",
            "connect",
        );
        return None;
    };
    if let Some(number) = value.get_ref().as_integer() {
        let instead = quoted(&format!("localhost:{}", number.as_str()));
        reader.wrong_type("connect", "a text", value, Some(instead));
        return None;
    }
    let text = reader.string("connect", value)?;
    if reader.is_open(&text.value) {
        return None;
    }
    match parse(&text.value) {
        Ok(address) => Some(At { value: address, at: text.at }),
        Err((message, label, help, instead)) => {
            let span = reader.span(&text.at);
            let error = Diagnostic::error("bad-address", message, span, label).help(help);
            reader.found.push(match instead {
                Some(instead) => error.fix(span, quoted(&instead)),
                None => error,
            });
            None
        }
    }
}

/// `localhost:443`, `127.0.0.1:443`, `[::1]:443`.
fn parse(text: &str) -> Result<Address, Wrong> {
    const FORM: &str = "write it like `localhost:8443` or `[::1]:8443`";
    let name = shown(text);
    if let Some((scheme, rest)) = text.split_once("://") {
        let rest = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let instead = parse(rest).ok().map(|_| rest.to_owned());
        let help = if matches!(scheme, "http" | "https") {
            "write the host and port alone; what is asked for stands in `http = { path = \"/\" }`"
        } else {
            "write the host and port alone"
        };
        return Err((
            format!("`{name}` is a URL, and no address"),
            "not host and port",
            help.into(),
            instead,
        ));
    }
    if let Ok(address @ IpAddr::V6(_)) = text.parse::<IpAddr>() {
        let help = format!("behind the address in brackets stands its port: `[{address}]:443`");
        return Err((format!("`{name}` has no port"), "an address alone", help, None));
    }
    let Some((host, port)) = text.rsplit_once(':').filter(|(_, port)| !port.contains(']')) else {
        let help = format!(
            "behind the host stands its port: `{}:443`",
            if text.is_empty() { "localhost" } else { &name }
        );
        return Err((format!("`{name}` has no port"), "a host alone", help, None));
    };
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = port.parse::<u16>().ok().filter(|number| digits && *number > 0) else {
        return Err((
            format!("`{}` is no port", shown(port)),
            "not a port",
            "a port is a number from 1 to 65535".into(),
            None,
        ));
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let good = match bare {
        Some(address) => address.parse::<IpAddr>().is_ok_and(|address| address.is_ipv6()),
        None => is_host(host),
    };
    if !good {
        let bracketed = host.parse::<IpAddr>().is_ok().then(|| format!("[{host}]:{number}"));
        let help = match &bracketed {
            Some(_) => "an IPv6 address stands in brackets",
            None if !host.is_ascii() => "write the name as DNS has it, in ASCII (`xn--…`)",
            None => FORM,
        };
        return Err((
            format!("`{}` is no host", shown(host)),
            "not a host and its port",
            help.into(),
            bracketed,
        ));
    }
    Ok(Address { host: bare.unwrap_or(host).to_owned(), port: number, written: text.to_owned() })
}

/// Whether a text is a host's name or an IPv4 address.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn addresses_and_what_is_none() {
        for (text, host, port) in [
            ("localhost:443", "localhost", 443),
            ("127.0.0.1:1", "127.0.0.1", 1),
            ("[::1]:65535", "::1", 65535),
            ("my_db.example.com.:3306", "my_db.example.com.", 3306),
        ] {
            let address = parse(text).unwrap();
            assert_eq!((address.host.as_str(), address.port, address.written.as_str()), (host, port, text));
        }
        for (text, instead) in [
            ("", None),
            ("localhost", None),
            ("::1", None),
            ("[::1]", None),
            ("::1:443", None),
            ("fe80::1:2:3:4:5:6:443", Some("[fe80::1:2:3:4:5:6]:443")),
            ("localhost:", None),
            ("localhost:0", None),
            ("localhost:+1", None),
            ("localhost:65536", None),
            (":443", None),
            ("a b:443", None),
            ("user@host:443", None),
            ("host/x:443", None),
            ("[localhost]:443", None),
            ("bücher.example:443", None),
            ("https://localhost:8443/x?y", Some("localhost:8443")),
            ("https://localhost/x", None),
        ] {
            let (_, _, _, found) = parse(text).expect_err(text);
            assert_eq!(found.as_deref(), instead, "{text}");
        }
    }
}

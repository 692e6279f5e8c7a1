//! The certificates that a server presents: what they say, and what a client that trusts certain authorities says of them.

use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage};
use x509_parser::{
    extensions::GeneralName,
    prelude::{FromDer, X509Certificate, X509Name},
};

use super::verdict::said;

/// What is wrong with what a server presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// No authority that is trusted signed it.
    UnknownCa,
    /// Its time, or that of an authority between it and the root, is over.
    Expired,
    /// The same has not begun.
    NotYetValid,
    /// It is for others.
    WrongHost,
    /// Something else, in words.
    Other(String),
}

/// All that is wrong with the chain that `leaf` and `between` are, for a client that asked for `name` at `now`.
pub(super) fn faults(
    leaf: &CertificateDer<'_>,
    between: &[CertificateDer<'_>],
    roots: &[TrustAnchor<'_>],
    name: &ServerName<'_>,
    now: UnixTime,
) -> Vec<Fault> {
    let cert = match EndEntityCert::try_from(leaf) {
        Ok(cert) => cert,
        Err(error) => return vec![unreadable(&error)],
    };
    let mut faults = Vec::new();
    let at = |time| {
        cert.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            roots,
            between,
            time,
            KeyUsage::server_auth(),
            None,
            None,
        )
        .map(|_| ())
    };
    if let Err(error) = at(now) {
        match error {
            Error::CertExpired { .. } | Error::CertNotValidYet { .. } => {
                faults.extend(times(leaf, between, now));
                // What else is wrong shows at a time when the dates are right.
                let other = moment(leaf, between).and_then(|time| at(time).err());
                faults.extend(other.map(|error| trust(&error)).filter(|fault| !faults.contains(fault)));
            }
            error => {
                faults.push(trust(&error));
                faults.extend(times(leaf, &[], now));
            }
        }
    }
    if cert.verify_is_valid_for_subject_name(name).is_err() {
        faults.push(Fault::WrongHost);
    }
    faults
}

fn unreadable(error: &Error) -> Fault {
    Fault::Other(match error {
        Error::UnsupportedCertVersion => "its certificate is of an old version (below 3)".to_owned(),
        other => format!("its certificate can't be read: {other}"),
    })
}

/// The times of the certificates, seconds since 1970: from the latest beginning to the earliest end.
fn span(leaf: &CertificateDer<'_>, between: &[CertificateDer<'_>]) -> Option<(i64, i64)> {
    let (mut from, mut to) = (i64::MIN, i64::MAX);
    for der in std::iter::once(leaf).chain(between) {
        let (_, cert) = X509Certificate::from_der(der).ok()?;
        from = from.max(cert.validity().not_before.timestamp());
        to = to.min(cert.validity().not_after.timestamp());
    }
    Some((from, to))
}

/// A time at which all are valid, where there is one.
fn moment(leaf: &CertificateDer<'_>, between: &[CertificateDer<'_>]) -> Option<UnixTime> {
    let (from, to) = span(leaf, between)?;
    let seconds = u64::try_from(to).ok().filter(|_| from <= to)?;
    Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
}

fn times(leaf: &CertificateDer<'_>, between: &[CertificateDer<'_>], now: UnixTime) -> Vec<Fault> {
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let Some((from, to)) = span(leaf, between) else { return Vec::new() };
    let mut faults = Vec::new();
    if now > to {
        faults.push(Fault::Expired);
    }
    if now < from {
        faults.push(Fault::NotYetValid);
    }
    faults
}

/// What the library's error means to a reader.
fn trust(error: &Error) -> Fault {
    match error {
        // With the right name and the wrong key it is another authority.
        Error::UnknownIssuer
        | Error::InvalidSignatureForPublicKey
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => Fault::UnknownCa,
        Error::CertExpired { .. } => Fault::Expired,
        Error::CertNotValidYet { .. } => Fault::NotYetValid,
        Error::RequiredEkuNotFoundContext(_) => {
            Fault::Other("its certificate is not for servers (extended key usage)".to_owned())
        }
        Error::NameConstraintViolation => Fault::Other(
            "its certificate has a name that its authority must not sign (name constraints)".to_owned(),
        ),
        Error::CaUsedAsEndEntity => Fault::Other("its certificate is an authority's own".to_owned()),
        Error::EndEntityUsedAsCa => {
            Fault::Other("what signed its certificate is no authority (basic constraints)".to_owned())
        }
        Error::PathLenConstraintViolated => {
            Fault::Other("too many authorities stand between it and the root (path length)".to_owned())
        }
        other => Fault::Other(format!("its certificate is rejected: {other}")),
    }
}

/// What a certificate says that a receipt tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) subject: String,
    pub(super) issuer: String,
    /// `DNS:localhost`, `IP:127.0.0.1`, as it has them.
    pub(super) names: Vec<String>,
    /// `valid`, `expires in under 30 days`, `expired`, `not yet valid`.
    pub(super) validity: &'static str,
}

/// What is in a certificate; `None` where it can't be read.
pub(super) fn read(der: &CertificateDer<'_>, now: UnixTime) -> Option<Said> {
    const SOON: i64 = 30 * 24 * 60 * 60;
    let (_, cert) = X509Certificate::from_der(der).ok()?;
    let now = i64::try_from(now.as_secs()).ok()?;
    let [from, to] = [cert.validity().not_before, cert.validity().not_after].map(|time| time.timestamp());
    let validity = if now < from {
        "not yet valid"
    } else if now > to {
        "expired"
    } else if to - now < SOON {
        "expires in under 30 days"
    } else {
        "valid"
    };
    let names = cert.subject_alternative_name().ok().flatten();
    let names = names.map_or_else(Vec::new, |names| names.value.general_names.iter().map(name).collect());
    Some(Said { subject: subject(cert.subject()), issuer: subject(cert.issuer()), names, validity })
}

fn name(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(host) => format!("DNS:{}", said(host.as_bytes())),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(std::net::IpAddr::from);
            let address = four.or_else(|_| <[u8; 16]>::try_from(*bytes).map(std::net::IpAddr::from));
            address.map_or_else(|_| "IP:?".to_owned(), |address| format!("IP:{address}"))
        }
        GeneralName::RFC822Name(mailbox) => format!("email:{}", said(mailbox.as_bytes())),
        GeneralName::URI(uri) => format!("URI:{}", said(uri.as_bytes())),
        _ => "other".to_owned(),
    }
}

/// `C=US, O=Example, CN=localhost`.
fn subject(name: &X509Name<'_>) -> String {
    let parts: Vec<String> = name
        .iter_attributes()
        .map(|attribute| {
            let value = attribute.as_str().map_or_else(|_| "?".to_owned(), escaped);
            format!("{}={value}", word(&attribute.attr_type().to_id_string()))
        })
        .collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// The name of an attribute of a distinguished name, as OpenSSL writes it.
fn word(oid: &str) -> &str {
    match oid {
        "2.5.4.3" => "CN",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        other => other,
    }
}

/// A value, in which what parts a name is marked (RFC 4514).
fn escaped(value: &str) -> String {
    let mut out = String::new();
    for char in said(value.as_bytes()).chars() {
        if matches!(char, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            out.push('\\');
        }
        out.push(char);
    }
    out
}

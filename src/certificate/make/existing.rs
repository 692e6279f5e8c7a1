//! CAs that another step made.

use std::net::IpAddr;

use pkcs8::{
    AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfoRef,
    der::{
        Decode as _, Encode as _,
        asn1::{AnyRef, OctetStringRef},
        pem,
    },
};
use rcgen::KeyPair;
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;
use x509_parser::{
    extensions::GeneralName,
    prelude::{FromDer as _, X509Certificate},
    x509::X509Name,
};
use zeroize::Zeroizing;

use super::{Inputs, authority::Authority, keys, receipt, request};
use crate::certificate::{At, Ca, Name, Refusal};

/// Takes a CA from its files, and makes sure that it can sign.
pub(super) fn load(
    ca: &Ca,
    password: Option<&str>,
    inputs: &dyn Inputs,
    now: OffsetDateTime,
) -> Result<Authority, Refusal> {
    let name = &ca.crt_file.value;
    let refused = |code, message: String, label: &str| Refusal {
        code,
        message,
        at: ca.crt_file.at.clone(),
        label: label.to_owned(),
        help: None,
    };
    let unreadable = |why: &str| refused("unreadable-input", format!("`{name}` {why}"), "this certificate");
    let text = super::read(inputs, &ca.crt_file)?;
    let block = block(&text, |label| label == "CERTIFICATE");
    let (_, der) = block
        .and_then(|block| pem::decode_vec(block).ok())
        .ok_or_else(|| unreadable("holds no certificate in PEM form"))?;
    let (_, parsed) = X509Certificate::from_der(&der).map_err(|_| unreadable("is no certificate"))?;
    if !parsed.is_ca() {
        return Err(refused(
            "not-a-ca",
            format!("`{name}` is not a CA's certificate"),
            "`CA:TRUE` is missing in it",
        ));
    }
    let usage = parsed.key_usage().ok().flatten();
    if usage.is_some_and(|usage| !usage.value.key_cert_sign()) {
        let message = format!("the CA of `{name}` may not sign certificates");
        return Err(refused("not-a-ca", message, "its key usage lacks `keyCertSign`"));
    }
    if !is_plain(parsed.subject()) {
        let message = format!("the CA of `{name}` has a name that can't be written again as it is");
        let error = refused("not-a-ca", message, "an attribute twice, or two in one part");
        return Err(Refusal {
            help: Some("sign with a CA that has each attribute once".to_owned()),
            ..error
        });
    }
    let until = OffsetDateTime::from_unix_timestamp(parsed.validity().not_after.timestamp());
    let until = until.map_err(|_| unreadable("is valid until no time of this calendar"))?;
    if until <= now {
        let message = format!("the CA of `{name}` expired on {}", until.date());
        return Err(refused("unreadable-input", message, "its time is over"));
    }
    let key = load_key(ca, password, inputs)?;
    if keys::public(&key) != parsed.public_key().raw {
        let message = format!("the key `{}` does not belong to the certificate `{name}`", ca.key_file.value);
        return Err(Refusal {
            at: ca.key_file.at.clone(),
            ..refused("mismatched-key", message, "another one's key")
        });
    }
    let constraints = parsed.name_constraints().ok().flatten();
    let permitted = constraints.and_then(|found| found.value.permitted_subtrees.as_ref());
    let permit = permitted.into_iter().flatten().filter_map(|subtree| permitted_name(&subtree.base));
    Ok(Authority {
        key,
        der: CertificateDer::from(der.clone()),
        until,
        subject: receipt::subject_of(parsed.subject()),
        name: request::subject(parsed.subject()).ok(),
        permit: permit.map(|value| At { value, at: ca.crt_file.at.clone() }).collect(),
        path_length: parsed
            .basic_constraints()
            .ok()
            .flatten()
            .and_then(|found| found.value.path_len_constraint),
    })
}

/// Whether each attribute stands in a part of its own, and once: another name would not stay byte for byte.
fn is_plain(name: &X509Name<'_>) -> bool {
    let mut seen = Vec::new();
    name.iter_rdn().all(|part| {
        let mut attributes = part.iter();
        let (first, second) = (attributes.next(), attributes.next());
        let Some(first) = first.filter(|_| second.is_none()) else { return false };
        let oid = first.attr_type().to_id_string();
        let new = !seen.contains(&oid);
        seen.push(oid);
        new
    })
}

/// What a CA permits, of the kinds that blocks know.
fn permitted_name(name: &GeneralName<'_>) -> Option<Name> {
    Some(match name {
        GeneralName::DNSName(host) => Name::Dns(host.trim_start_matches('.').to_owned()),
        GeneralName::RFC822Name(mailbox) => Name::Email((*mailbox).to_owned()),
        GeneralName::URI(host) => Name::Uri((*host).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let (address, mask) = bytes.split_at_checked(bytes.len() / 2)?;
            let prefix = mask.iter().map(|byte| byte.leading_ones()).sum::<u32>();
            let address = match (<[u8; 4]>::try_from(address), <[u8; 16]>::try_from(address)) {
                (Ok(four), _) => IpAddr::from(four),
                (_, Ok(sixteen)) => IpAddr::from(sixteen),
                _ => return None,
            };
            Name::Net(address, u8::try_from(prefix).ok()?)
        }
        _ => return None,
    })
}

/// The first block of PEM whose label is wanted, with its lines of dashes.
pub(super) fn block(text: &[u8], wanted: impl Fn(&str) -> bool) -> Option<&[u8]> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let starts = (0..text.len()).filter(|&at| text[at..].starts_with(BEGIN));
    for start in starts {
        let rest = &text[start..];
        let label = std::str::from_utf8(&rest[BEGIN.len()..]).ok().or_else(|| {
            // What follows the block need not be text.
            let line = rest[BEGIN.len()..].split(|byte| *byte == b'\n').next()?;
            std::str::from_utf8(line).ok()
        })?;
        let label = label.split("-----").next()?;
        if !wanted(label) {
            continue;
        }
        let end = format!("-----END {label}-----");
        let length = rest.windows(end.len()).position(|part| part == end.as_bytes())? + end.len();
        return Some(&rest[..length]);
    }
    None
}

fn load_key(ca: &Ca, password: Option<&str>, inputs: &dyn Inputs) -> Result<KeyPair, Refusal> {
    let name = &ca.key_file.value;
    let refused = |code, message: String, help: Option<String>| Refusal {
        code,
        message,
        at: ca.key_file.at.clone(),
        label: "this key".to_owned(),
        help,
    };
    let text = super::read(inputs, &ca.key_file)?;
    let convert = format!("`openssl pkcs8 -topk8 -in {name} -out new.key` makes one that can be read");
    let block = block(&text, |label| label.ends_with("PRIVATE KEY"));
    let no_key = || refused("unreadable-input", format!("`{name}` holds no private key in PEM form"), None);
    let block = block.ok_or_else(no_key)?;
    let other =
        |why: &str| refused("unreadable-input", format!("the key `{name}` {why}"), Some(convert.clone()));
    // OpenSSL's own encryption has headers, which no strict reader takes.
    if block.windows(10).any(|part| part == b"Proc-Type:") {
        return Err(other("is encrypted in OpenSSL's old way"));
    }
    let (label, der) = pem::decode_vec(block).map_err(|_| no_key())?;
    let der = Zeroizing::new(der);
    let der = match label {
        "ENCRYPTED PRIVATE KEY" => {
            decrypted(&der, ca, password, &|code, message| refused(code, message, None), &other)?
        }
        "PRIVATE KEY" => der,
        // The forms before PKCS#8.
        _ => wrapped(label, &der).ok_or_else(|| other("is of a form that can't be read"))?,
    };
    KeyPair::try_from(der.as_slice()).map_err(|_| other("is of a kind that can't sign here"))
}

/// A key of the forms before PKCS#8 (`RSA PRIVATE KEY`, `EC PRIVATE KEY`), as PKCS#8.
fn wrapped(label: &str, der: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    const P256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    const P384: &[u8] = &[6, 5, 0x2b, 0x81, 4, 0, 0x22];
    let (oid, parameters) = match label {
        "RSA PRIVATE KEY" => ("1.2.840.113549.1.1.1", &[5, 0][..]),
        "EC PRIVATE KEY" => {
            // The curve stands in the key, as its parameters.
            let curve =
                [P256, P384].into_iter().find(|curve| der.windows(curve.len()).any(|part| part == *curve));
            ("1.2.840.10045.2.1", curve?)
        }
        _ => return None,
    };
    let algorithm = AlgorithmIdentifierRef {
        oid: ObjectIdentifier::new(oid).ok()?,
        parameters: Some(AnyRef::from_der(parameters).ok()?),
    };
    let info = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(der).ok()?);
    info.to_der().ok().map(Zeroizing::new)
}

type Refuse<'r> = &'r dyn Fn(&'static str, String) -> Refusal;

fn decrypted(
    der: &[u8],
    ca: &Ca,
    password: Option<&str>,
    refused: Refuse<'_>,
    other: &dyn Fn(&str) -> Refusal,
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let name = &ca.key_file.value;
    let place = ca.password.as_ref().map_or(&ca.key_file.at, |password| &password.at).clone();
    let Some(password) = password else {
        let message = format!("`{name}` is encrypted, and no `password` is given for it");
        return Err(refused("wrong-password", message));
    };
    let Ok(encrypted) = EncryptedPrivateKeyInfoRef::try_from(der) else {
        return Err(other("is encrypted in a way that can't be read"));
    };
    match encrypted.decrypt(password) {
        Ok(key) => Ok(Zeroizing::new(key.as_bytes().to_vec())),
        Err(_) => Err(Refusal {
            at: place,
            label: "this password".to_owned(),
            ..refused("wrong-password", format!("the password does not open `{name}`"))
        }),
    }
}

//! What a certificate step prints: what the author chose, nothing that varies, nothing secret.

use std::fmt::Write as _;

use rcgen::KeyUsagePurpose;
use x509_parser::x509::X509Name;

use super::{request::attribute_of, signed::Signed, verify::Verdict};
use crate::certificate::{Algorithm, At, Attribute, Fault, Name, Subject, Use};

/// A section: its title, and lines of a field and its text.
pub(super) struct Section {
    text: String,
}

impl Section {
    pub(super) fn new(kind: &str, file: &str) -> Self {
        Self { text: format!("{kind} {}\n", line(file)) }
    }

    pub(super) fn field(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(self.text, "  {name:<8} {}", line(text));
        }
    }

    pub(super) fn files<'f>(&mut self, files: impl Iterator<Item = (&'f str, u32)>) {
        let text: Vec<String> = files.map(|(name, mode)| format!("{name} {mode:04o}")).collect();
        self.field("files", &text.join("  "));
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A text that stays one line, and writes nothing on a terminal but itself.
fn line(text: &str) -> String {
    text.chars().fold(String::new(), |mut line, letter| {
        if letter.is_control()
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
        {
            line.extend(letter.escape_unicode());
        } else {
            line.push(letter);
        }
        line
    })
}

/// `C=US, O=Example, CN=localhost`.
pub(in crate::certificate) fn subject(subject: &Subject) -> String {
    let parts: Vec<String> = subject
        .0
        .iter()
        .map(|(attribute, value)| format!("{}={}", attribute.word(), escaped(value)))
        .collect();
    parts.join(", ")
}

/// A value, in which what parts a name is marked (RFC 4514).
fn escaped(value: &str) -> String {
    value.chars().fold(String::new(), |mut text, letter| {
        if matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            text.push('\\');
        }
        text.push(letter);
        text
    })
}

/// The same of a certificate that was read.
pub(super) fn subject_of(name: &X509Name<'_>) -> String {
    let parts: Vec<String> = name
        .iter_attributes()
        .map(|attribute| {
            let kind = attribute_of(attribute.attr_type())
                .map_or_else(|| attribute.attr_type().to_id_string(), |kind| kind.word().to_owned());
            format!("{kind}={}", escaped(attribute.as_str().unwrap_or("?")))
        })
        .collect();
    parts.join(", ")
}

/// `DNS:localhost, IP:127.0.0.1`.
pub(in crate::certificate) fn names<'n>(names: impl IntoIterator<Item = &'n Name>) -> String {
    names.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

fn name(name: &Name) -> String {
    match name {
        Name::Dns(host) => format!("DNS:{host}"),
        Name::Ip(address) => format!("IP:{address}"),
        Name::Net(address, prefix) => format!("IP:{address}/{prefix}"),
        Name::Email(mailbox) => format!("email:{mailbox}"),
        Name::Uri(uri) => format!("URI:{uri}"),
    }
}

/// A host as it is asked for.
pub(in crate::certificate) fn host(host: &Name) -> String {
    match host {
        Name::Dns(host) => host.clone(),
        Name::Ip(address) => address.to_string(),
        other => name(other),
    }
}

pub(in crate::certificate) fn key(algorithm: Option<Algorithm>) -> &'static str {
    match algorithm {
        Some(Algorithm::Rsa2048) => "RSA-2048",
        Some(Algorithm::Rsa3072) => "RSA-3072",
        Some(Algorithm::Rsa4096) => "RSA-4096",
        Some(Algorithm::P256) => "P-256",
        Some(Algorithm::P384) => "P-384",
        Some(Algorithm::Ed25519) => "Ed25519",
        None => "other",
    }
}

/// The signature that a key of this kind makes, as OpenSSL calls it.
pub(in crate::certificate) fn signature(algorithm: Option<Algorithm>) -> &'static str {
    match algorithm {
        Some(Algorithm::P256) => "ecdsa-with-SHA256",
        Some(Algorithm::P384) => "ecdsa-with-SHA384",
        Some(Algorithm::Ed25519) => "ED25519",
        _ => "sha256WithRSAEncryption",
    }
}

pub(in crate::certificate) fn days(days: u32) -> String {
    format!("{days} day{}", if days == 1 { "" } else { "s" })
}

/// The fields that leaves and bad ones have in common.
pub(super) fn certificate(section: &mut Section, signed: &Signed, issuer: &str, key_line: &str) {
    section.field("subject", if signed.subject.is_empty() { "none" } else { &signed.subject });
    section.field("issuer", issuer);
    section.field("key", key_line);
    section.field("signed", signature(signed.signer));
    section.field("validity", &signed.validity);
    section.field("names", if signed.names.is_empty() { "none" } else { &signed.shown_names });
    section.field("basic", "CA:FALSE");
    let usage: Vec<&str> = signed.usage.iter().copied().map(usage_word).collect();
    section.field("keyUsage", &format!("{} (critical)", usage.join(", ")));
    section.field("extUsage", &signed.shown_uses);
}

fn usage_word(usage: KeyUsagePurpose) -> &'static str {
    match usage {
        KeyUsagePurpose::DigitalSignature => "digitalSignature",
        KeyUsagePurpose::ContentCommitment => "nonRepudiation",
        KeyUsagePurpose::KeyEncipherment => "keyEncipherment",
        KeyUsagePurpose::DataEncipherment => "dataEncipherment",
        KeyUsagePurpose::KeyAgreement => "keyAgreement",
        KeyUsagePurpose::KeyCertSign => "keyCertSign",
        KeyUsagePurpose::CrlSign => "cRLSign",
        KeyUsagePurpose::EncipherOnly => "encipherOnly",
        KeyUsagePurpose::DecipherOnly => "decipherOnly",
    }
}

/// `mdb ok host=localhost`, `mdb-expired rejected: expired`.
pub(super) fn verdict(id: &At<String>, verdict: &Verdict, as_: Use, host: Option<&Name>) -> String {
    match verdict {
        Verdict::Accepted => match (as_, host) {
            (Use::Client, _) => format!("{} ok as=client", id.value),
            (Use::Server, Some(host)) => format!("{} ok host={}", id.value, self::host(host)),
            (Use::Server, None) => format!("{} ok", id.value),
        },
        rejected => format!("{} {rejected}", id.value),
    }
}

impl Attribute {
    /// Its name in a distinguished name, as OpenSSL writes it.
    pub(in crate::certificate) fn word(self) -> &'static str {
        match self {
            Self::Country => "C",
            Self::State => "ST",
            Self::Locality => "L",
            Self::Organization => "O",
            Self::Unit => "OU",
            Self::DomainComponent => "DC",
            Self::Email => "emailAddress",
            Self::CommonName => "CN",
        }
    }
}

impl Fault {
    /// Its word in a block and in receipts.
    pub(in crate::certificate) fn word(self) -> &'static str {
        crate::certificate::read::fault_word(self)
    }
}

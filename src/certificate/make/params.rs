//! What a certificate of ours says, in rcgen's terms.

use std::net::IpAddr;

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue,
    ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, SanType, SerialNumber,
    string::{Ia5String, PrintableString},
};
use time::{Duration, OffsetDateTime};

use super::keys;
use crate::certificate::{At, Attribute, Name, Subject, Use};

/// emailAddress (PKCS#9) and domainComponent (RFC 4519), for which rcgen has no names.
const EMAIL: [u64; 7] = [1, 2, 840, 113_549, 1, 9, 1];
const DOMAIN_COMPONENT: [u64; 7] = [0, 9, 2342, 19_200_300, 100, 1, 25];

/// From when until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) from: OffsetDateTime,
    pub(super) until: OffsetDateTime,
}

impl Validity {
    /// From an hour ago, so that a clock that is behind takes it too, for so many days. `None` where no calendar goes so far.
    pub(super) fn of(now: OffsetDateTime, days: u32) -> Option<Self> {
        Self::starting(now - Duration::hours(1), days)
    }

    pub(super) fn starting(from: OffsetDateTime, days: u32) -> Option<Self> {
        let from = from.replace_nanosecond(0).ok()?;
        Some(Self { from, until: from.checked_add(Duration::days(days.into()))? })
    }

    /// The same, but no longer than a CA that is valid until `end`, and was made for as many days a moment ago.
    pub(super) fn under(self, end: OffsetDateTime) -> Self {
        let until = if self.is_much_longer_than(end) { self.until } else { self.until.min(end) };
        Self { until, ..self }
    }

    /// Whether it is longer than a CA that is valid until `end`, by a day or more.
    pub(super) fn is_much_longer_than(self, end: OffsetDateTime) -> bool {
        self.until - end >= Duration::days(1)
    }
}

/// What all certificates have: subject, validity, a serial number of its own.
fn begun(subject: &Subject, validity: Validity) -> Result<CertificateParams, String> {
    let mut params = CertificateParams::default();
    params.distinguished_name = name(subject)?;
    (params.not_before, params.not_after) = (validity.from, validity.until);
    params.serial_number = Some(SerialNumber::from_slice(&keys::serial()?));
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// A CA's.
pub(super) fn authority(
    subject: &Subject,
    validity: Validity,
    path_length: u8,
    permit: &[At<Name>],
) -> Result<CertificateParams, String> {
    let mut params = begun(subject, validity)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    if !permit.is_empty() {
        params.custom_extensions.push(constraints(permit));
    }
    Ok(params)
}

/// What a certificate that is no CA's is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Purpose {
    pub(super) names: Vec<Name>,
    pub(super) uses: Vec<ExtendedKeyUsagePurpose>,
    /// What its key may do: sign, and where it is an RSA one, encipher keys; or what a request asks for.
    pub(super) usage: Vec<KeyUsagePurpose>,
}

/// What the key of a leaf may do.
pub(super) fn key_usage(rsa: bool) -> Vec<KeyUsagePurpose> {
    let mut usage = vec![KeyUsagePurpose::DigitalSignature];
    if rsa {
        usage.push(KeyUsagePurpose::KeyEncipherment);
    }
    usage
}

/// A leaf's.
pub(super) fn leaf(
    subject: &Subject,
    validity: Validity,
    purpose: &Purpose,
) -> Result<CertificateParams, String> {
    let mut params = begun(subject, validity)?;
    params.is_ca = IsCa::ExplicitNoCa;
    describe(&mut params, purpose)?;
    Ok(params)
}

/// A request's.
pub(super) fn request(subject: &Subject, purpose: &Purpose) -> Result<CertificateParams, String> {
    let mut params = CertificateParams::default();
    params.distinguished_name = name(subject)?;
    describe(&mut params, purpose)?;
    Ok(params)
}

fn describe(params: &mut CertificateParams, purpose: &Purpose) -> Result<(), String> {
    params.key_usages.clone_from(&purpose.usage);
    params.extended_key_usages.clone_from(&purpose.uses);
    params.subject_alt_names = purpose.names.iter().filter_map(alternative).collect::<Result<_, _>>()?;
    Ok(())
}

/// The extended key usage of a use.
pub(super) fn usage(of: Use) -> ExtendedKeyUsagePurpose {
    match of {
        Use::Server => ExtendedKeyUsagePurpose::ServerAuth,
        Use::Client => ExtendedKeyUsagePurpose::ClientAuth,
    }
}

fn name(subject: &Subject) -> Result<DistinguishedName, String> {
    let mut name = DistinguishedName::new();
    for (attribute, value) in &subject.0 {
        let (kind, value) = match attribute {
            Attribute::Country => (DnType::CountryName, DnValue::PrintableString(printable(value)?)),
            Attribute::State => (DnType::StateOrProvinceName, text(value)),
            Attribute::Locality => (DnType::LocalityName, text(value)),
            Attribute::Organization => (DnType::OrganizationName, text(value)),
            Attribute::Unit => (DnType::OrganizationalUnitName, text(value)),
            Attribute::DomainComponent => {
                (DnType::CustomDnType(DOMAIN_COMPONENT.into()), DnValue::Ia5String(ascii(value)?))
            }
            Attribute::Email => (DnType::CustomDnType(EMAIL.into()), DnValue::Ia5String(ascii(value)?)),
            Attribute::CommonName => (DnType::CommonName, text(value)),
        };
        name.push(kind, value);
    }
    Ok(name)
}

fn text(value: &str) -> DnValue {
    DnValue::Utf8String(value.to_owned())
}

fn ascii(value: &str) -> Result<Ia5String, String> {
    Ia5String::try_from(value).map_err(|error| error.to_string())
}

fn printable(value: &str) -> Result<PrintableString, String> {
    PrintableString::try_from(value).map_err(|error| error.to_string())
}

fn alternative(name: &Name) -> Option<Result<SanType, String>> {
    Some(match name {
        Name::Dns(host) => ascii(host).map(SanType::DnsName),
        Name::Ip(address) => Ok(SanType::IpAddress(*address)),
        Name::Email(mailbox) => ascii(mailbox).map(SanType::Rfc822Name),
        Name::Uri(uri) => ascii(uri).map(SanType::URI),
        // No certificate has a network.
        Name::Net(..) => return None,
    })
}

/// The extension `nameConstraints` (RFC 5280, 4.2.1.10), critical. rcgen has one, but not for URIs.
///
/// Of hosts and addresses, a kind of which none is permitted is excluded as a whole: the standard would let all of it
/// through.
fn constraints(permit: &[At<Name>]) -> CustomExtension {
    let subtrees: Vec<u8> =
        permit.iter().flat_map(|name| element(0x30, &general_name(&name.value))).collect();
    let has = |kind: fn(&Name) -> bool| permit.iter().any(|name| kind(&name.value));
    let mut excluded = Vec::new();
    if !has(|name| matches!(name, Name::Dns(_))) {
        excluded.extend(element(0x30, &general_name(&Name::Dns(String::new()))));
    }
    if !has(|name| matches!(name, Name::Ip(_) | Name::Net(..))) {
        for all in [IpAddr::from([0; 4]), IpAddr::from([0; 16])] {
            excluded.extend(element(0x30, &general_name(&Name::Net(all, 0))));
        }
    }
    let mut content = element(0xa0, &subtrees);
    if !excluded.is_empty() {
        content.extend(element(0xa1, &excluded));
    }
    let content = element(0x30, &content);
    let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 30], content);
    extension.set_criticality(true);
    extension
}

/// A general name of a subtree: an address has its mask with it.
fn general_name(name: &Name) -> Vec<u8> {
    let address = |address: &IpAddr, prefix: u8| match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            let network = u32::from(*address) & mask;
            element(0x87, &[network.to_be_bytes(), mask.to_be_bytes()].concat())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            let network = u128::from(*address) & mask;
            element(0x87, &[network.to_be_bytes(), mask.to_be_bytes()].concat())
        }
    };
    match name {
        Name::Email(mailbox) => element(0x81, mailbox.as_bytes()),
        Name::Dns(host) => element(0x82, host.as_bytes()),
        Name::Uri(host) => element(0x86, host.as_bytes()),
        Name::Ip(own) => address(own, if own.is_ipv4() { 32 } else { 128 }),
        Name::Net(own, prefix) => address(own, *prefix),
    }
}

/// A DER element.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut element = vec![tag];
    match length {
        [] => element.push(0),
        [short] if *short < 0x80 => element.push(*short),
        // No content has 2^56 bytes.
        long => {
            element.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            element.extend_from_slice(long);
        }
    }
    element.extend_from_slice(content);
    element
}

//! Certificates of servers and clients: right ones, and those that have one fault.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rcgen::{ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls_pki_types::CertificateDer;
use time::{Duration, OffsetDateTime};

use super::{
    authority::Authority,
    keys,
    params::{self, Purpose, Validity},
    receipt,
    request::Asked,
};
use crate::certificate::{Algorithm, Fault, Leaf, Name, Request, Subject, Use};

/// A certificate, and what its receipt says of it.
pub(super) struct Signed {
    pub(super) der: CertificateDer<'static>,
    pub(super) subject: String,
    pub(super) names: Vec<Name>,
    pub(super) shown_names: String,
    pub(super) shown_uses: String,
    pub(super) validity: String,
    pub(super) usage: Vec<KeyUsagePurpose>,
    /// What its signer's key is.
    pub(super) signer: Option<Algorithm>,
}

/// Whose certificate, and whose signature.
pub(super) struct Parties<'p> {
    pub(super) leaf: &'p Leaf,
    pub(super) issuer: &'p Authority,
    /// What the issuer's key is.
    pub(super) algorithm: Option<Algorithm>,
    pub(super) now: OffsetDateTime,
    /// The names that all CAs above permit, the nearest one's first.
    pub(super) permit: Vec<Name>,
}

const FAR: &str = "no calendar goes so far";

impl Parties<'_> {
    fn purpose(&self, rsa: bool) -> Purpose {
        Purpose {
            names: self.leaf.names.iter().map(|name| name.value.clone()).collect(),
            uses: self.leaf.uses.iter().map(|of| params::usage(*of)).collect(),
            usage: params::key_usage(rsa),
        }
    }

    /// The certificate of a key that was made here.
    pub(super) fn sign(&self, subject: &Subject, key: (&KeyPair, Algorithm)) -> Result<Signed, String> {
        let validity = Validity::of(self.now, self.leaf.days.value).ok_or(FAR)?.under(self.issuer.until);
        let purpose = self.purpose(keys::is_rsa(key.1));
        let params = params::leaf(subject, validity, &purpose)?;
        let certificate =
            params.signed_by(key.0, &self.issuer.issuer()?).map_err(|error| error.to_string())?;
        let shown = receipt::days(self.leaf.days.value);
        Ok(told(certificate.der(), subject, &purpose, shown, self.algorithm))
    }

    /// A certificate for a request. The block's own names come before those that it asks for.
    pub(super) fn sign_request(&self, asked: &Asked, algorithm: Option<Algorithm>) -> Result<Signed, String> {
        let validity = Validity::of(self.now, self.leaf.days.value).ok_or(FAR)?.under(self.issuer.until);
        let mut purpose = self.purpose(algorithm.is_some_and(keys::is_rsa));
        if purpose.names.is_empty() {
            purpose.names.clone_from(&asked.names);
        }
        if let Some(usage) = &asked.usage {
            purpose.usage.clone_from(usage);
        }
        let params = params::leaf(&asked.subject, validity, &purpose)?;
        let issuer = self.issuer.issuer()?;
        let certificate = params.signed_by(&asked.public, &issuer).map_err(|error| error.to_string())?;
        let shown = receipt::days(self.leaf.days.value);
        Ok(told(certificate.der(), &asked.subject, &purpose, shown, self.algorithm))
    }

    /// The certificate that [`Self::sign`] makes, but for one fault. `stranger` signs what no client can trust.
    pub(super) fn spoil(
        &self,
        fault: Fault,
        key: (&KeyPair, Algorithm),
        stranger: Option<&Authority>,
    ) -> Result<Signed, String> {
        let Request::New { subject, .. } = &self.leaf.request else {
            return Err("a request of another step can't be spoilt".to_owned());
        };
        let days = self.leaf.days.value;
        let mut purpose = self.purpose(keys::is_rsa(key.1));
        let (mut validity, mut shown) = (Validity::of(self.now, days), receipt::days(days));
        validity = validity.map(|validity| validity.under(self.issuer.until));
        match fault {
            Fault::Expired => {
                validity = Validity::starting(self.now - Duration::days(11), 10);
                "10 days, over for a day".clone_into(&mut shown);
            }
            Fault::Future => {
                validity = Validity::starting(self.now + Duration::days(1), days);
                shown += ", from tomorrow";
            }
            Fault::WrongHost => {
                let other = other_host(&self.permit, &purpose.names);
                purpose.names = vec![other.ok_or("its CA permits no other name that it could have")?];
            }
            Fault::NoSan => purpose.names.clear(),
            Fault::WrongEku => purpose.uses = vec![other_use(&self.leaf.uses)],
            Fault::Constraint => purpose.names.push(outside(&self.permit)),
            Fault::Untrusted | Fault::SelfSigned | Fault::Revoked | Fault::Mismatch => {}
        }
        let params = params::leaf(subject, validity.ok_or(FAR)?, &purpose)?;
        let (certificate, signer) = match (fault, stranger) {
            (Fault::SelfSigned, _) => (params.self_signed(key.0), Some(key.1)),
            (_, Some(stranger)) => (params.signed_by(key.0, &stranger.issuer()?), self.algorithm),
            _ => (params.signed_by(key.0, &self.issuer.issuer()?), self.algorithm),
        };
        let certificate = certificate.map_err(|error| error.to_string())?;
        Ok(told(certificate.der(), subject, &purpose, shown, signer))
    }
}

fn told(
    der: &CertificateDer<'static>,
    subject: &Subject,
    purpose: &Purpose,
    validity: String,
    signer: Option<Algorithm>,
) -> Signed {
    let uses: Vec<&str> = purpose
        .uses
        .iter()
        .map(|of| match of {
            ExtendedKeyUsagePurpose::ServerAuth => "serverAuth",
            ExtendedKeyUsagePurpose::ClientAuth => "clientAuth",
            _ => "codeSigning",
        })
        .collect();
    Signed {
        der: der.clone(),
        subject: receipt::subject(subject),
        shown_names: receipt::names(&purpose.names),
        names: purpose.names.clone(),
        shown_uses: uses.join(", "),
        validity,
        usage: purpose.usage.clone(),
        signer,
    }
}

/// A use that the leaf does not have.
fn other_use(uses: &[Use]) -> ExtendedKeyUsagePurpose {
    match uses {
        [Use::Server] => ExtendedKeyUsagePurpose::ClientAuth,
        [Use::Client] => ExtendedKeyUsagePurpose::ServerAuth,
        _ => ExtendedKeyUsagePurpose::CodeSigning,
    }
}

/// A name that nobody asks for; one that the CAs may sign, or it would be refused for that. `None` where there is none.
fn other_host(permit: &[Name], names: &[Name]) -> Option<Name> {
    let hosts = permit.iter().filter_map(|name| match name {
        Name::Dns(host) => Some(host.trim_start_matches('.')),
        _ => None,
    });
    // Below a name that reads well, where there is one.
    let permitted = hosts.clone().find(|host| host.contains('.')).or_else(|| hosts.clone().next());
    let own = |name: &Name| names.contains(name);
    if permitted.is_some() || permit.is_empty() {
        let host = permitted.map_or("wrong.example.invalid".to_owned(), |host| format!("wrong.{host}"));
        let mut name = Name::Dns(host);
        while let (true, Name::Dns(host)) = (own(&name), &name) {
            name = Name::Dns(format!("wrong-{host}"));
        }
        return Some(name);
    }
    let addresses = permit.iter().flat_map(|name| match name {
        Name::Ip(address) => vec![Name::Ip(*address)],
        Name::Net(IpAddr::V4(net), prefix) if *prefix < 31 => {
            (1..4).map(|number| Name::Ip(Ipv4Addr::from(u32::from(*net) + number).into())).collect()
        }
        Name::Net(IpAddr::V6(net), prefix) if *prefix < 127 => {
            (1..4).map(|number| Name::Ip(Ipv6Addr::from(u128::from(*net) + number).into())).collect()
        }
        _ => Vec::new(),
    });
    addresses.into_iter().find(|name| !own(name))
}

/// A name that the CAs may not sign. Only kinds of names of which some are permitted are limited.
fn outside(permit: &[Name]) -> Name {
    if permit.iter().any(|name| matches!(name, Name::Dns(_))) {
        return Name::Dns("outside.example.invalid".to_owned());
    }
    let four = |name: &Name| matches!(name, Name::Ip(address) | Name::Net(address, _) if address.is_ipv4());
    if permit.iter().any(|name| matches!(name, Name::Ip(_) | Name::Net(..))) {
        // Of the networks that are for documentation only (RFC 5737, RFC 3849).
        return Name::Ip(if permit.iter().any(four) {
            [203, 0, 113, 254].into()
        } else {
            [0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 0xfffe].into()
        });
    }
    Name::Email("nobody@outside.example.invalid".to_owned())
}

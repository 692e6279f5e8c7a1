//! CAs that sign.

use rcgen::{Issuer, KeyIdMethod, KeyPair};
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;
use x509_parser::{
    extensions::ParsedExtension,
    prelude::{FromDer as _, X509Certificate},
};

use super::params;
use crate::certificate::{Algorithm, At, Ca, Name, Subject};

/// A CA that signs.
pub(super) struct Authority {
    pub(super) key: KeyPair,
    pub(super) der: CertificateDer<'static>,
    pub(super) until: OffsetDateTime,
    /// Its subject as receipts show it.
    pub(super) subject: String,
    /// The same in parts; `None` where it has parts that blocks have no word for.
    pub(super) name: Option<Subject>,
    /// What an existing one permits; of one that is made, the block says it.
    pub(super) permit: Vec<At<Name>>,
    /// How many CAs may follow below an existing one; `None`: any number.
    pub(super) path_length: Option<u32>,
}

impl Authority {
    pub(super) fn issuer(&self) -> Result<Issuer<'static, &KeyPair>, String> {
        Issuer::from_ca_cert_der(&self.der, &self.key).map_err(|error| error.to_string())
    }

    /// Makes a CA; `by` signs it.
    pub(super) fn make(
        ca: &Ca,
        key: KeyPair,
        subject: String,
        by: Option<&Self>,
        now: OffsetDateTime,
    ) -> Result<Self, String> {
        let mut validity = params::Validity::of(now, ca.days.value).ok_or("no calendar goes so far")?;
        validity = by.map_or(validity, |above| validity.under(above.until));
        let params = params::authority(&ca.subject, validity, ca.path_length, &ca.permit)?;
        let certificate = match by {
            None => params.self_signed(&key),
            Some(issuer) => params.signed_by(&key, &issuer.issuer()?),
        };
        let certificate = certificate.map_err(|error| error.to_string())?;
        let der = certificate.der().clone();
        Ok(Self {
            key,
            der,
            until: validity.until,
            subject,
            name: Some(ca.subject.clone()),
            permit: Vec::new(),
            path_length: None,
        })
    }

    /// How its key is called in what it signs: as in its own certificate.
    pub(super) fn key_id(&self) -> Result<KeyIdMethod, String> {
        let (_, parsed) = X509Certificate::from_der(&self.der).map_err(|error| error.to_string())?;
        let own = parsed.iter_extensions().find_map(|extension| match extension.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
            _ => None,
        });
        Ok(own.map_or(KeyIdMethod::Sha256, KeyIdMethod::PreSpecified))
    }

    /// A CA of the same name as `original`, with another key.
    pub(super) fn namesake(original: &Self, key: KeyPair, now: OffsetDateTime) -> Result<Self, String> {
        let name = original.name.as_ref().ok_or("its CA has a name that can't be given to another one")?;
        let validity = params::Validity::of(now, 1).ok_or("no calendar goes so far")?;
        let params = params::authority(name, validity, 0, &[])?;
        let certificate = params.self_signed(&key).map_err(|error| error.to_string())?;
        let (der, name) = (certificate.der().clone(), original.name.clone());
        Ok(Self {
            key,
            der,
            until: validity.until,
            subject: original.subject.clone(),
            name,
            permit: Vec::new(),
            path_length: None,
        })
    }
}

/// The algorithm of a key as blocks name them; `None` where it is another one.
pub(super) fn algorithm(spki: &[u8]) -> Option<Algorithm> {
    use x509_parser::{public_key::PublicKey, x509::SubjectPublicKeyInfo};
    let (_, info) = SubjectPublicKeyInfo::from_der(spki).ok()?;
    if info.algorithm.algorithm.to_id_string() == "1.3.101.112" {
        return Some(Algorithm::Ed25519);
    }
    match info.parsed().ok()? {
        PublicKey::RSA(key) => match key.key_size() {
            2048 => Some(Algorithm::Rsa2048),
            3072 => Some(Algorithm::Rsa3072),
            4096 => Some(Algorithm::Rsa4096),
            _ => None,
        },
        PublicKey::EC(point) => match point.key_size() {
            256 => Some(Algorithm::P256),
            384 => Some(Algorithm::P384),
            _ => None,
        },
        _ => None,
    }
}

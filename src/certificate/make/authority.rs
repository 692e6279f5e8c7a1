//! CAs: made, or taken from the files of another step.

use pkcs8::{EncryptedPrivateKeyInfoRef, der::pem};
use rcgen::{Issuer, KeyPair};
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use zeroize::Zeroizing;

use super::{Inputs, keys, params};
use crate::certificate::{Algorithm, Ca, Refusal, Subject};

/// A CA that signs.
pub(super) struct Authority {
    pub(super) key: KeyPair,
    pub(super) der: CertificateDer<'static>,
    pub(super) until: OffsetDateTime,
    /// Its subject as receipts show it.
    pub(super) subject: String,
    /// The same in parts; `None` where it has parts that blocks have no word for.
    pub(super) name: Option<Subject>,
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
        let validity = params::Validity::of(now, ca.days.value).ok_or("no calendar goes so far")?;
        let params = params::authority(&ca.subject, validity, ca.path_length, &ca.permit)?;
        let certificate = match by {
            None => params.self_signed(&key),
            Some(issuer) => params.signed_by(&key, &issuer.issuer()?),
        };
        let certificate = certificate.map_err(|error| error.to_string())?;
        let der = certificate.der().clone();
        Ok(Self { key, der, until: validity.until, subject, name: Some(ca.subject.clone()) })
    }

    /// A CA of the same name as `original`, with another key.
    pub(super) fn namesake(original: &Self, key: KeyPair, now: OffsetDateTime) -> Result<Self, String> {
        let name = original.name.as_ref().ok_or("its CA has a name that can't be given to another one")?;
        let validity = params::Validity::of(now, 1).ok_or("no calendar goes so far")?;
        let params = params::authority(name, validity, 0, &[])?;
        let certificate = params.self_signed(&key).map_err(|error| error.to_string())?;
        let (der, name) = (certificate.der().clone(), original.name.clone());
        Ok(Self { key, der, until: validity.until, subject: original.subject.clone(), name })
    }

    /// Takes a CA from its files.
    pub(super) fn load(
        ca: &Ca,
        password: Option<&str>,
        inputs: &dyn Inputs,
        now: OffsetDateTime,
    ) -> Result<Self, Refusal> {
        let refused = |code, message: String, file: &crate::certificate::At<String>, label: &str| Refusal {
            code,
            message,
            at: file.at.clone(),
            label: label.to_owned(),
            help: None,
        };
        let name = &ca.crt_file.value;
        let unreadable = |why: &str| {
            refused("unreadable-input", format!("`{name}` {why}"), &ca.crt_file, "this certificate")
        };
        let text = super::read(inputs, &ca.crt_file)?;
        let (label, der) = pem::decode_vec(&text).map_err(|_| unreadable("is no certificate in PEM"))?;
        if label != "CERTIFICATE" {
            return Err(unreadable(&format!("holds no certificate first, but `{label}`")));
        }
        let (_, parsed) = X509Certificate::from_der(&der).map_err(|_| unreadable("is no certificate"))?;
        if !parsed.is_ca() {
            let message = format!("`{name}` is the certificate of no CA, and can sign nothing");
            return Err(refused("not-a-ca", message, &ca.crt_file, "`CA:TRUE` is missing in it"));
        }
        let until = OffsetDateTime::from_unix_timestamp(parsed.validity().not_after.timestamp());
        let until = until.map_err(|_| unreadable("is valid until no time of this calendar"))?;
        if until <= now {
            return Err(refused(
                "unreadable-input",
                format!("the CA `{name}` has expired"),
                &ca.crt_file,
                "over",
            ));
        }
        let key = load_key(ca, password, inputs)?;
        if keys::public(&key) != parsed.public_key().raw {
            let message =
                format!("the key `{}` does not belong to the certificate `{name}`", ca.key_file.value);
            return Err(refused("mismatched-key", message, &ca.key_file, "another one's key"));
        }
        let subject = super::receipt::subject_of(parsed.subject());
        let name = super::request::subject(parsed.subject()).ok();
        Ok(Self { key, der: CertificateDer::from(der.clone()), until, subject, name })
    }
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
    let no_key = || refused("unreadable-input", format!("`{name}` is no private key in PEM"), None);
    // OpenSSL's own encryption has headers, which no strict reader takes.
    if text.windows(10).any(|part| part == b"Proc-Type:") {
        let message = format!("`{name}` is encrypted in OpenSSL's old way");
        return Err(refused("unreadable-input", message, Some(convert)));
    }
    let (label, der) = pem::decode_vec(&text).map_err(|_| no_key())?;
    let der = Zeroizing::new(der);
    let der = match label {
        "ENCRYPTED PRIVATE KEY" => {
            let place = ca.password.as_ref().map_or(&ca.key_file.at, |password| &password.at).clone();
            let wrong = |message: String| Refusal {
                at: place.clone(),
                label: String::new(),
                ..refused("wrong-password", message, None)
            };
            let Some(password) = password else {
                return Err(wrong(format!("`{name}` is encrypted, and no `password` is given for it")));
            };
            let encrypted = EncryptedPrivateKeyInfoRef::try_from(der.as_slice()).map_err(|_| no_key())?;
            let decrypted = encrypted.decrypt(password);
            let decrypted = decrypted.map_err(|_| wrong(format!("the password does not open `{name}`")))?;
            Zeroizing::new(decrypted.as_bytes().to_vec())
        }
        "PRIVATE KEY" => der,
        "RSA PRIVATE KEY" | "EC PRIVATE KEY" => {
            return KeyPair::from_pem(&String::from_utf8_lossy(&text)).map_err(|_| {
                refused(
                    "unreadable-input",
                    format!("`{name}` is a key of a form that can't be read"),
                    Some(convert),
                )
            });
        }
        _ => return Err(no_key()),
    };
    KeyPair::try_from(der.as_slice()).map_err(|error| {
        refused("unreadable-input", format!("the key `{name}` can't be used: {error}"), None)
    })
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

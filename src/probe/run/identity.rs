//! The files that a probe names: whom a client trusts, and what it presents.

use std::{ops::Range, sync::Arc};

use rustls::{crypto::ring::sign::any_supported_type, sign::CertifiedKey};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, TrustAnchor, pem::PemObject};
use webpki::anchor_from_trusted_cert;

use super::super::Tls;
use crate::table::{At, Refusal};

/// What a probe asks of whoever runs it.
pub trait Inputs {
    /// The bytes of the file at a path of the block; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Why it can't be read.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String>;
}

/// Whom a client trusts, and what it presents.
pub(super) struct Identity {
    pub(super) roots: Vec<TrustAnchor<'static>>,
    pub(super) own: Option<Arc<CertifiedKey>>,
}

/// Reads the files.
///
/// # Errors
///
/// What is wrong with one, at the key that names it.
pub(super) fn read(tls: &Tls, inputs: &dyn Inputs) -> Result<Identity, Refusal> {
    let roots = match &tls.ca {
        Some(path) => authorities(path, inputs)?,
        None => rustls_native_certs::load_native_certs()
            .certs
            .iter()
            .filter_map(|cert| anchor_from_trusted_cert(cert).ok().map(|anchor| anchor.to_owned()))
            .collect(),
    };
    let own =
        tls.cert.as_ref().map(|cert| own(cert, tls.key.as_ref().unwrap_or(cert), inputs)).transpose()?;
    Ok(Identity { roots, own })
}

fn refused(at: &Range<usize>, message: String, label: &str, help: Option<&str>) -> Refusal {
    let (label, help) = (label.to_owned(), help.map(str::to_owned));
    Refusal { code: "unreadable-input", message, at: at.clone(), label, help }
}

fn file(path: &At<String>, inputs: &dyn Inputs) -> Result<Vec<u8>, Refusal> {
    match inputs.read(&path.value) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => {
            let help =
                "a step before the probe makes it; a relative path is from the session's current directory";
            Err(refused(&path.at, format!("there is no file {}", path.value), "no such file", Some(help)))
        }
        Err(words) => {
            Err(refused(&path.at, format!("the file could not be read: {words}"), "not readable", None))
        }
    }
}

fn certificates(path: &At<String>, bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, Refusal> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => {
            let message = format!("there is no certificate in {}", path.value);
            Err(refused(
                &path.at,
                message,
                "no certificate in it",
                Some("a certificate is PEM: `-----BEGIN CERTIFICATE-----`"),
            ))
        }
    }
}

fn authorities(path: &At<String>, inputs: &dyn Inputs) -> Result<Vec<TrustAnchor<'static>>, Refusal> {
    let found = certificates(path, &file(path, inputs)?)?;
    let anchor = |cert: &CertificateDer<'_>| {
        let anchor = anchor_from_trusted_cert(cert).map(|anchor| anchor.to_owned());
        anchor.map_err(|error| {
            let message = format!("a certificate in {} can't be read: {error}", path.value);
            refused(&path.at, message, "not a certificate", None)
        })
    };
    found.iter().map(anchor).collect()
}

fn own(cert: &At<String>, key: &At<String>, inputs: &dyn Inputs) -> Result<Arc<CertifiedKey>, Refusal> {
    let chain = certificates(cert, &file(cert, inputs)?)?;
    let bytes = file(key, inputs)?;
    let found = PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| {
        let encrypted = String::from_utf8_lossy(&bytes).contains("ENCRYPTED");
        let (message, help) = if encrypted {
            (
                format!("the key in {} is encrypted", key.value),
                "a probe has no password: use a key without one",
            )
        } else {
            (
                format!("there is no key in {}", key.value),
                "write the key's own file as `key`, where it is another one",
            )
        };
        refused(&key.at, message, "no key to use", Some(help))
    })?;
    let key_of = any_supported_type(&found).map_err(|_| {
        refused(
            &key.at,
            format!("the key in {} is of no kind that TLS knows", key.value),
            "not a usable key",
            None,
        )
    })?;
    let pair = CertifiedKey::new(chain, key_of);
    match pair.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {
            Ok(Arc::new(pair))
        }
        Err(_) => {
            let message =
                format!("the key in {} is not that of the certificate in {}", key.value, cert.value);
            Err(refused(&key.at, message, "another one's key", None))
        }
    }
}

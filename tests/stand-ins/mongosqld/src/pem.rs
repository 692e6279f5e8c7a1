//! Keys and certificates: read at the start, so that a wrong file is an error that names it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{ProtocolVersion, RootCertStore, ServerConfig, ServerConnection};

/// A file of keys or certificates that can't be used: its name, and why.
#[derive(Debug, thiserror::Error)]
#[error("unable to load {kind} file '{}': {reason}", path.display())]
pub(crate) struct PemError {
    kind: &'static str,
    path: PathBuf,
    reason: String,
}

/// How connections of SQL clients are encrypted.
#[derive(Clone)]
pub(crate) struct ServerTls {
    pub(crate) acceptor: TlsAcceptor,
}

impl ServerTls {
    /// Reads the server's key and certificate, and the authority of its clients. A client may come without
    /// a certificate; one that it shows is checked where there is an authority.
    pub(crate) fn load(
        key_file: &Path,
        password: Option<&str>,
        authority: Option<&Path>,
    ) -> Result<Self, PemError> {
        let pair = load_pair(key_file, password)?;
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(key_file, &error.to_string()))?;
        let builder = match authority {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let roots = Arc::new(load_authority(path)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider)
                    .allow_unauthenticated()
                    .build()
                    .map_err(|error| unusable_authority(path, &error.to_string()))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let config = builder
            .with_single_cert(pair.cert, pair.key)
            .map_err(|error| unusable(key_file, &error.to_string()))?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)) })
    }
}

/// What was agreed on for a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFacts {
    /// Such as `TLSv1.3`.
    pub(crate) version: String,
    /// Such as `TLS_AES_256_GCM_SHA384`.
    pub(crate) cipher: String,
}

impl TlsFacts {
    /// What an established connection says of itself.
    pub(crate) fn of(connection: &ServerConnection) -> Self {
        let version = match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
            Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
            _ => "",
        };
        let suite = connection.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
        let cipher = suite.unwrap_or_default().replacen("TLS13_", "TLS_", 1);
        Self { version: version.to_owned(), cipher }
    }
}

/// A certificate with those that lead to its authority, and its key.
pub(crate) struct Pair {
    cert: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// Reads a PEM file with a key and its certificate.
pub(crate) fn load_pair(path: &Path, password: Option<&str>) -> Result<Pair, PemError> {
    let content = std::fs::read(path).map_err(|error| unusable(path, &error.to_string()))?;
    let cert: Vec<_> = CertificateDer::pem_slice_iter(&content)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(path, &error.to_string()))?;
    if cert.is_empty() {
        return Err(unusable(path, "it holds no certificate"));
    }
    let key = load_key(&content, password).map_err(|reason| unusable(path, &reason))?;
    let provider: CryptoProvider = ring::default_provider();
    CertifiedKey::from_der(cert.clone(), key.clone_key(), &provider)
        .map_err(|error| unusable(path, &format!("key and certificate are no pair: {error}")))?;
    Ok(Pair { cert, key })
}

fn load_key(content: &[u8], password: Option<&str>) -> Result<PrivateKeyDer<'static>, String> {
    let encrypted = pem::parse_many(content)
        .map_err(|error| error.to_string())?
        .into_iter()
        .find(|part| part.tag() == "ENCRYPTED PRIVATE KEY");
    let Some(encrypted) = encrypted else {
        return PrivateKeyDer::from_pem_slice(content)
            .map_err(|_| "it holds no key that can be read".to_owned());
    };
    let password = password.ok_or("its key is under a pass phrase, and none is configured")?;
    let key = pkcs8::EncryptedPrivateKeyInfo::<pkcs8::der::asn1::OctetString>::try_from(encrypted.contents())
        .map_err(|error| error.to_string())?
        .decrypt(password)
        .map_err(|_| "its key is under another pass phrase than the one configured")?;
    Ok(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into())
}

/// Reads the certificates of authorities.
pub(crate) fn load_authority(path: &Path) -> Result<RootCertStore, PemError> {
    let unusable = |reason: &str| unusable_authority(path, reason);
    let mut roots = RootCertStore::empty();
    let content = std::fs::read(path).map_err(|error| unusable(&error.to_string()))?;
    for certificate in CertificateDer::pem_slice_iter(&content) {
        let certificate = certificate.map_err(|error| unusable(&error.to_string()))?;
        roots.add(certificate).map_err(|error| unusable(&error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unusable("it holds no certificate"));
    }
    Ok(roots)
}

fn unusable(path: &Path, reason: &str) -> PemError {
    PemError { kind: "PEM", path: path.to_owned(), reason: reason.to_owned() }
}

fn unusable_authority(path: &Path, reason: &str) -> PemError {
    PemError { kind: "CA", path: path.to_owned(), reason: reason.to_owned() }
}

//! What a client does in a handshake: it judges the server's certificates, and presents its own where it is asked.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::{
        ResolvesClientCert,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    sign::CertifiedKey,
};
use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};

use super::chain::{Fault, faults};

/// What a server presented, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Presented {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) faults: Vec<Fault>,
}

/// Judges what a server presents, and keeps it.
#[derive(Debug)]
pub(super) struct Judge {
    /// Whom it trusts; `None`: whoever it is, since it only matters that TLS is spoken.
    pub(super) roots: Option<Vec<TrustAnchor<'static>>>,
    pub(super) provider: Arc<CryptoProvider>,
    pub(super) presented: Mutex<Presented>,
}

impl Judge {
    /// What the server presented; nothing where it came not so far.
    pub(super) fn presented(&self) -> Presented {
        self.presented.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The reason of a rejection is kept apart; the server is told the nearest one that TLS has.
#[derive(Debug)]
struct Rejected;

impl std::fmt::Display for Rejected {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("rejected by the probe")
    }
}

impl std::error::Error for Rejected {}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = self
            .roots
            .as_ref()
            .map_or_else(Vec::new, |roots| faults(end_entity, intermediates, roots, server_name, now));
        let answer = match found.first() {
            None => Ok(ServerCertVerified::assertion()),
            Some(Fault::UnknownCa) => Err(CertificateError::UnknownIssuer.into()),
            Some(Fault::Expired) => Err(CertificateError::Expired.into()),
            Some(Fault::NotYetValid) => Err(CertificateError::NotValidYet.into()),
            Some(Fault::WrongHost) => Err(CertificateError::NotValidForName.into()),
            Some(Fault::Other(_)) => Err(CertificateError::Other(OtherError(Arc::new(Rejected))).into()),
        };
        let chain = std::iter::once(end_entity).chain(intermediates);
        *self.presented.lock().unwrap_or_else(PoisonError::into_inner) =
            Presented { chain: chain.map(|cert| cert.clone().into_owned()).collect(), faults: found };
        answer
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What the client presents, and whether it was asked to.
#[derive(Debug)]
pub(super) struct Presents {
    pub(super) own: Option<Arc<CertifiedKey>>,
    pub(super) asked: AtomicBool,
}

impl ResolvesClientCert for Presents {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::SeqCst);
        self.own.clone()
    }

    fn has_certs(&self) -> bool {
        self.own.is_some()
    }
}

//! What a client that trusts the root says of a certificate: by rustls-webpki, which did not make it.

use std::fmt;

use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{
    ALL_VERIFICATION_ALGS, BorrowedCertRevocationList, CertRevocationList, EndEntityCert, Error, KeyUsage,
    RevocationCheckDepth, RevocationOptionsBuilder, UnknownStatusPolicy, anchor_from_trusted_cert,
};

use crate::certificate::{Fault, Name, Use};

/// What is presented, and to whom.
pub(super) struct Case<'c> {
    pub(super) leaf: &'c CertificateDer<'static>,
    /// The public key of the private key that is presented with it.
    pub(super) key: Option<&'c [u8]>,
    /// CAs between it and the root.
    pub(super) between: &'c [CertificateDer<'static>],
    pub(super) root: &'c CertificateDer<'static>,
    /// The lists of revoked certificates that the client has.
    pub(super) lists: &'c [&'c [u8]],
    pub(super) as_: Use,
    /// The host that a client asked for.
    pub(super) host: Option<&'c Name>,
    /// Seconds since 1970.
    pub(super) now: u64,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Accepted,
    Rejected(Fault),
    /// For a reason that blocks have no word for.
    Otherwise(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("accepted"),
            Self::Rejected(fault) => write!(f, "rejected: {}", fault.word()),
            Self::Otherwise(why) => write!(f, "rejected: {why}"),
        }
    }
}

/// Asks.
pub(super) fn verify(case: &Case<'_>) -> Verdict {
    match ask(case) {
        Ok(verdict) => verdict,
        Err(error) => of(&error, case),
    }
}

fn ask(case: &Case<'_>) -> Result<Verdict, Error> {
    let leaf = EndEntityCert::try_from(case.leaf)?;
    if case.key.is_some_and(|key| *leaf.subject_public_key_info() != *key) {
        return Ok(Verdict::Rejected(Fault::Mismatch));
    }
    let anchors = [anchor_from_trusted_cert(case.root)?];
    let lists = case
        .lists
        .iter()
        .map(|der| BorrowedCertRevocationList::from_der(der).map(CertRevocationList::from))
        .collect::<Result<Vec<_>, _>>()?;
    let lists: Vec<&CertRevocationList<'_>> = lists.iter().collect();
    let revocation = RevocationOptionsBuilder::new(&lists).ok().map(|options| {
        let options = options.with_depth(RevocationCheckDepth::Chain);
        options.with_status_policy(UnknownStatusPolicy::Allow).build()
    });
    let usage = match case.as_ {
        Use::Server => KeyUsage::server_auth(),
        Use::Client => KeyUsage::client_auth(),
    };
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(case.now));
    leaf.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, case.between, now, usage, revocation, None)?;
    let host = case.host.filter(|_| case.as_ == Use::Server);
    let host = host.and_then(|host| match host {
        Name::Dns(host) => ServerName::try_from(host.clone()).ok(),
        Name::Ip(address) => Some(ServerName::from(*address)),
        _ => None,
    });
    if let Some(host) = host {
        leaf.verify_is_valid_for_subject_name(&host)?;
    }
    Ok(Verdict::Accepted)
}

fn of(error: &Error, case: &Case<'_>) -> Verdict {
    Verdict::Rejected(match error {
        Error::CertExpired { .. } => Fault::Expired,
        Error::CertNotValidYet { .. } => Fault::Future,
        Error::CertNotValidForName(context) if context.presented.is_empty() => Fault::NoSan,
        Error::CertNotValidForName(_) => Fault::WrongHost,
        Error::RequiredEkuNotFoundContext(_) => Fault::WrongEku,
        Error::UnknownIssuer if signed_itself(case.leaf) => Fault::SelfSigned,
        Error::UnknownIssuer | Error::InvalidSignatureForPublicKey => Fault::Untrusted,
        Error::NameConstraintViolation => Fault::Constraint,
        Error::CertRevoked => Fault::Revoked,
        other => return Verdict::Otherwise(other.to_string()),
    })
}

fn signed_itself(der: &CertificateDer<'_>) -> bool {
    use x509_parser::prelude::{FromDer as _, X509Certificate};
    X509Certificate::from_der(der)
        .is_ok_and(|(_, parsed)| parsed.subject().as_raw() == parsed.issuer().as_raw())
}

//! Private keys: made, several at once, and written as OpenSSL reads them.

use std::{
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use getrandom::SysRng;
use pkcs8::{
    LineEnding, PrivateKeyInfoRef,
    der::{Encode as _, pem},
    pkcs5::pbes2::Parameters,
};
use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PublicKeyData as _,
    SignatureAlgorithm,
};
use rsa::pkcs8::EncodePrivateKey as _;
use zeroize::Zeroizing;

use crate::certificate::Algorithm;

/// How often a password is hashed: 10 ms, and what OpenSSL reads without being asked to.
pub(super) const ROUNDS: u32 = 100_000;

/// Makes a key for each of `algorithms`, on as many threads as the machine has processors.
///
/// # Errors
/// In words, why the system gives no key.
pub(super) fn generate(algorithms: &[Algorithm]) -> Result<Vec<KeyPair>, String> {
    let slow = algorithms.iter().filter(|algorithm| is_rsa(**algorithm)).count();
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(slow);
    if threads < 2 {
        return algorithms.iter().map(|algorithm| one(*algorithm)).collect();
    }
    let next = AtomicUsize::new(0);
    let made = Mutex::new(Vec::with_capacity(algorithms.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(algorithm) = algorithms.get(index) else { return };
                    let key = one(*algorithm);
                    made.lock().unwrap_or_else(PoisonError::into_inner).push((index, key));
                }
            });
        }
    });
    let mut made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    made.sort_by_key(|(index, _)| *index);
    made.into_iter().map(|(_, key)| key).collect()
}

fn one(algorithm: Algorithm) -> Result<KeyPair, String> {
    if let Some(bits) = bits(algorithm) {
        let key = rsa::PrivateKey::new(&mut SysRng, bits).map_err(|error| error.to_string())?;
        let der = key.to_pkcs8_der().map_err(|error| error.to_string())?;
        return KeyPair::try_from(der.as_bytes()).map_err(|error| error.to_string());
    }
    let by: &'static SignatureAlgorithm = match algorithm {
        Algorithm::P384 => &PKCS_ECDSA_P384_SHA384,
        Algorithm::Ed25519 => &PKCS_ED25519,
        _ => &PKCS_ECDSA_P256_SHA256,
    };
    KeyPair::generate_for(by).map_err(|error| error.to_string())
}

/// Whether it is RSA.
pub(super) fn is_rsa(algorithm: Algorithm) -> bool {
    bits(algorithm).is_some()
}

/// The length of an RSA key; `None` where it is none.
fn bits(algorithm: Algorithm) -> Option<usize> {
    match algorithm {
        Algorithm::Rsa2048 => Some(2048),
        Algorithm::Rsa3072 => Some(3072),
        Algorithm::Rsa4096 => Some(4096),
        Algorithm::P256 | Algorithm::P384 | Algorithm::Ed25519 => None,
    }
}

/// The key as PKCS#8 of version 1: older OpenSSL does not read the second, which `ring` writes.
pub(super) fn pkcs8(key: &KeyPair) -> Result<Zeroizing<Vec<u8>>, String> {
    let info = PrivateKeyInfoRef::try_from(key.serialized_der()).map_err(|error| error.to_string())?;
    let first = PrivateKeyInfoRef::new(info.algorithm, info.private_key);
    first.to_der().map(Zeroizing::new).map_err(|error| error.to_string())
}

/// The key as PKCS#8 in PEM, encrypted where there is a password.
pub(super) fn to_pem(key: &KeyPair, password: Option<&str>) -> Result<Zeroizing<String>, String> {
    let der = pkcs8(key)?;
    let Some(password) = password else {
        return self::pem("PRIVATE KEY", &der).map(Zeroizing::new);
    };
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    getrandom::fill(&mut salt).and_then(|()| getrandom::fill(&mut iv)).map_err(|error| error.to_string())?;
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, iv);
    let encrypted = parameters.map_err(|error| error.to_string()).and_then(|parameters| {
        let info = PrivateKeyInfoRef::try_from(der.as_slice()).map_err(|error| error.to_string())?;
        info.encrypt_with_params(parameters, password).map_err(|error| error.to_string())
    })?;
    self::pem("ENCRYPTED PRIVATE KEY", encrypted.as_bytes()).map(Zeroizing::new)
}

/// PEM with LF, whatever the system.
pub(super) fn pem(label: &'static str, der: &[u8]) -> Result<String, String> {
    pem::encode_string(label, LineEnding::LF, der).map_err(|error| error.to_string())
}

/// The public key as it stands in certificates.
pub(super) fn public(key: &KeyPair) -> Vec<u8> {
    key.subject_public_key_info()
}

/// Random bytes that make a positive number of 128 bits, none of them a leading zero.
pub(super) fn serial() -> Result<[u8; 16], String> {
    let mut serial = [0; 16];
    getrandom::fill(&mut serial).map_err(|error| error.to_string())?;
    serial[0] = (serial[0] & 0x7f) | 0x40;
    Ok(serial)
}

//! The words that a block chooses from: algorithms, uses, outputs, faults, profiles.

use crate::{
    certificate::{Algorithm, Fault, Output, Use},
    table::Choice,
};

const WEAK: &str = "today's clients refuse an RSA key below 2048 bits: write `rsa-2048`";

/// `key = `.
pub(super) const ALGORITHMS: Choice<Algorithm> = Choice {
    what: "key algorithm",
    words: &[
        ("rsa-2048", Algorithm::Rsa2048),
        ("rsa-3072", Algorithm::Rsa3072),
        ("rsa-4096", Algorithm::Rsa4096),
        ("p256", Algorithm::P256),
        ("p384", Algorithm::P384),
        ("ed25519", Algorithm::Ed25519),
    ],
    others: &[
        ("rsa", "rsa-2048"),
        ("rsa2048", "rsa-2048"),
        ("rsa:2048", "rsa-2048"),
        ("2048", "rsa-2048"),
        ("rsa3072", "rsa-3072"),
        ("rsa:3072", "rsa-3072"),
        ("rsa4096", "rsa-4096"),
        ("rsa:4096", "rsa-4096"),
        ("4096", "rsa-4096"),
        ("p-256", "p256"),
        ("ec", "p256"),
        ("ecdsa", "p256"),
        ("ecdsa-p256", "p256"),
        ("ec-p256", "p256"),
        ("prime256v1", "p256"),
        ("secp256r1", "p256"),
        ("p-384", "p384"),
        ("ecdsa-p384", "p384"),
        ("ec-p384", "p384"),
        ("secp384r1", "p384"),
        ("eddsa", "ed25519"),
        ("ed-25519", "ed25519"),
    ],
    refused: &[("rsa-1024", WEAK), ("rsa1024", WEAK), ("rsa-512", WEAK)],
};

/// `use = `, and `as = ` of a claim.
pub(super) const USES: Choice<Use> = Choice {
    what: "use",
    words: &[("server", Use::Server), ("client", Use::Client)],
    others: &[
        ("serverauth", "server"),
        ("tls-server", "server"),
        ("clientauth", "client"),
        ("tls-client", "client"),
    ],
    refused: &[],
};

/// `emit = `.
pub(super) const OUTPUTS: Choice<Output> = Choice {
    what: "output",
    words: &[
        ("key", Output::Key),
        ("csr", Output::Csr),
        ("crt", Output::Crt),
        ("chain", Output::Chain),
        ("pem", Output::Pem),
        ("p12", Output::P12),
    ],
    others: &[
        ("cert", "crt"),
        ("cer", "crt"),
        ("certificate", "crt"),
        ("req", "csr"),
        ("request", "csr"),
        ("fullchain", "chain"),
        ("bundle", "pem"),
        ("pfx", "p12"),
        ("pkcs12", "p12"),
    ],
    refused: &[],
};

/// `fault = `, and `error = ` of a claim.
pub(super) const FAULTS: Choice<Fault> = Choice {
    what: "fault",
    words: &[
        ("expired", Fault::Expired),
        ("future", Fault::Future),
        ("wrong-host", Fault::WrongHost),
        ("no-san", Fault::NoSan),
        ("wrong-eku", Fault::WrongEku),
        ("untrusted", Fault::Untrusted),
        ("self-signed", Fault::SelfSigned),
        ("constraint", Fault::Constraint),
        ("revoked", Fault::Revoked),
        ("mismatch", Fault::Mismatch),
    ],
    others: &[
        ("not-yet-valid", "future"),
        ("wrong-name", "wrong-host"),
        ("wrong-hostname", "wrong-host"),
        ("no-names", "no-san"),
        ("missing-san", "no-san"),
        ("wrong-use", "wrong-eku"),
        ("wrong-usage", "wrong-eku"),
        ("unknown-ca", "untrusted"),
        ("unknown-issuer", "untrusted"),
        ("selfsigned", "self-signed"),
        ("name-constraint", "constraint"),
        ("key-mismatch", "mismatch"),
    ],
    refused: &[],
};

/// `profile = `.
pub(super) const PROFILES: Choice<()> = Choice {
    what: "profile",
    words: &[("mongodb-member", ())],
    others: &[("mongodb", "mongodb-member"), ("mongodb-cluster", "mongodb-member")],
    refused: &[],
};

/// The word that a fault has.
pub(in crate::certificate) fn fault_word(fault: Fault) -> &'static str {
    FAULTS.word(fault)
}

/// The word that an output has: the key's, and that of its file's key.
pub(super) fn output_word(output: Output) -> &'static str {
    OUTPUTS.word(output)
}

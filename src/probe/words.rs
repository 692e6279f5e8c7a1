//! The words that a probe block chooses from.

use super::{Expect, StartTls, Version};
use crate::table::Choice;

/// `expect = `.
pub(super) const EXPECTS: Choice<Expect> = Choice {
    what: "verdict",
    words: &[
        ("ok", Expect::Ok),
        ("refused", Expect::Refused),
        ("plaintext-refused", Expect::PlaintextRefused),
        ("unknown-ca", Expect::UnknownCa),
        ("wrong-host", Expect::WrongHost),
        ("expired", Expect::Expired),
        ("client-cert-required", Expect::ClientCertRequired),
    ],
    others: &[
        ("accepted", "ok"),
        ("success", "ok"),
        ("closed", "refused"),
        ("connection-refused", "refused"),
        ("econnrefused", "refused"),
        ("tls-required", "plaintext-refused"),
        ("plain-refused", "plaintext-refused"),
        ("untrusted", "unknown-ca"),
        ("unknown-issuer", "unknown-ca"),
        ("self-signed", "unknown-ca"),
        ("wrong-name", "wrong-host"),
        ("wrong-hostname", "wrong-host"),
        ("no-san", "wrong-host"),
        ("client-certificate-required", "client-cert-required"),
        ("certificate-required", "client-cert-required"),
        ("no-client-cert", "client-cert-required"),
    ],
    refused: &[
        ("revoked", NO_LISTS),
        (
            "future",
            "no word is for a certificate whose time has not begun: a step that shows it runs a client of its own",
        ),
        (
            "not-yet-valid",
            "no word is for a certificate whose time has not begun: a step that shows it runs a client of its own",
        ),
    ],
};

const NO_LISTS: &str =
    "a probe asks for no list of revoked certificates: a step that shows it runs a client of its own";

/// `starttls = `.
pub(super) const STARTTLS: Choice<StartTls> = Choice {
    what: "protocol",
    words: &[("mysql", StartTls::Mysql), ("postgres", StartTls::Postgres), ("smtp", StartTls::Smtp)],
    others: &[
        ("mariadb", "mysql"),
        ("postgresql", "postgres"),
        ("pgsql", "postgres"),
        ("psql", "postgres"),
        ("pg", "postgres"),
        ("esmtp", "smtp"),
        ("submission", "smtp"),
        ("mail", "smtp"),
    ],
    refused: &[],
};

/// `min = `.
pub(super) const VERSIONS: Choice<Version> = Choice {
    what: "version of TLS",
    words: &[("1.2", Version::Tls12), ("1.3", Version::Tls13)],
    others: &[
        ("tlsv1.2", "1.2"),
        ("tls1.2", "1.2"),
        ("tls 1.2", "1.2"),
        ("tlsv1.3", "1.3"),
        ("tls1.3", "1.3"),
        ("tls 1.3", "1.3"),
    ],
    refused: &[("1.0", OLD), ("1.1", OLD), ("tlsv1", OLD), ("tlsv1.0", OLD), ("tlsv1.1", OLD)],
};

const OLD: &str = "today's clients refuse versions below 1.2";

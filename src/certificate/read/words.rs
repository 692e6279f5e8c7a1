//! The words that a block chooses from: algorithms, uses, outputs, faults, profiles.

use super::reader::{Fields, Reader, listed, quoted, shown};
use crate::{
    certificate::{Algorithm, At, Fault, Output, Use},
    diagnostic::{Diagnostic, nearest},
};

/// A choice of words.
pub(super) struct Choice<T: 'static> {
    /// What one of them is: `use`.
    what: &'static str,
    /// The words.
    words: &'static [(&'static str, T)],
    /// Words of others for the same, lowercase.
    others: &'static [(&'static str, &'static str)],
}

/// What a list chooses.
pub(super) struct Chosen<T> {
    /// Each once.
    pub(super) values: Vec<T>,
    /// Whether each word is known: else it could choose more.
    pub(super) whole: bool,
    /// Where the list stands.
    pub(super) at: std::ops::Range<usize>,
}

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
};

/// `profile = `.
pub(super) const PROFILES: Choice<()> = Choice {
    what: "profile",
    words: &[("mongodb-member", ())],
    others: &[("mongodb", "mongodb-member"), ("mongodb-cluster", "mongodb-member")],
};

/// The word that a fault has.
pub(in crate::certificate) fn fault_word(fault: Fault) -> &'static str {
    FAULTS.words.iter().find(|(_, known)| *known == fault).map_or("", |(word, _)| *word)
}

/// The word that an output has: the key's, and that of its file's key.
pub(super) fn output_word(output: Output) -> &'static str {
    OUTPUTS.words.iter().find(|(_, known)| *known == output).map_or("", |(word, _)| *word)
}

impl<T: Copy + PartialEq> Choice<T> {
    /// What a text chooses. `None` where that is a placeholder, or no word, which is reported.
    pub(super) fn of(&self, text: &At<String>, reader: &mut Reader<'_>) -> Option<T> {
        let word = text.value.as_str();
        let found = self.words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
        if found.is_none() && !reader.is_open(word) {
            self.unknown(text, reader);
        }
        found
    }

    fn unknown(&self, text: &At<String>, reader: &mut Reader<'_>) {
        let (what, span) = (self.what, reader.span(&text.at));
        let label = format!("unknown {what}");
        let message = format!("there is no {what} `{}`", shown(&text.value));
        let error = Diagnostic::error("unknown-word", message, span, label);
        let lower = text.value.trim().to_lowercase().replace('_', "-");
        let words: Vec<&str> = self.words.iter().map(|(word, _)| *word).collect();
        let other = self.others.iter().find(|(other, _)| *other == lower).map(|(_, word)| *word);
        let near = other.or_else(|| nearest(&lower, words.iter().copied()));
        let weak = matches!(lower.as_str(), "rsa-1024" | "rsa1024" | "rsa-512");
        reader.found.push(match near {
            _ if weak => error.help("today's clients refuse an RSA key below 2048 bits: write `rsa-2048`"),
            Some(near) => error.help(format!("did you mean `{near}`?")).fix(span, quoted(near)),
            None => error.help(match words.as_slice() {
                [one] => format!("the only {what} is `{one}`"),
                words => format!("write one of {}", listed(words)),
            }),
        });
    }

    /// What the text of a key chooses.
    pub(super) fn of_key(&self, fields: &Fields<'_>, key: &str, reader: &mut Reader<'_>) -> Option<At<T>> {
        let text = reader.text_of(fields, key)?;
        let value = self.of(&text, reader)?;
        Some(At { value, at: text.at })
    }

    /// What the texts of a key's list choose, each once. `None` where the key is not there, or the list is empty, which is
    /// reported.
    pub(super) fn list_of_key(
        &self,
        fields: &Fields<'_>,
        key: &str,
        reader: &mut Reader<'_>,
    ) -> Option<Chosen<T>> {
        let list = reader.list_of(fields, key)?;
        if fields.is_empty_list(key) {
            let words: Vec<&str> = self.words.iter().map(|(word, _)| *word).collect();
            let message = format!("`{key}` names nothing");
            let error = Diagnostic::error("empty-value", message, reader.span(&list.at), "an empty list");
            reader.found.push(error.help(format!("take it out, or name some of {}", listed(&words))));
            return None;
        }
        let mut values: Vec<At<T>> = Vec::new();
        let mut whole = !list.value.is_empty();
        for text in &list.value {
            let Some(value) = self.of(text, reader) else {
                whole = false;
                continue;
            };
            match values.iter().find(|known| known.value == value) {
                Some(first) => {
                    let message = format!("`{}` is listed twice", text.value);
                    let span = reader.span(&text.at);
                    let error = Diagnostic::error("duplicate-item", message, span, "the second one");
                    let error = error.also(reader.span(&first.at), "the first one");
                    reader.found.push(error.help("take one of them out"));
                }
                None => values.push(At { value, at: text.at.clone() }),
            }
        }
        Some(Chosen { values: values.into_iter().map(|value| value.value).collect(), whole, at: list.at })
    }
}

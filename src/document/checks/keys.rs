//! Keys and tokens: what looks like one on a page, where everyone can read it.

use std::{collections::HashMap, ops::Range, sync::OnceLock};

use regex::Regex;

use crate::{
    diagnostic::Diagnostic,
    document::texts::Texts,
    source::{Sources, Span},
};

/// So many of a file are shown; the author gets the idea.
const MAX_PLACES: usize = 5;
/// How much of what random characters would say a key says at least: `xxxxxxxx` says nothing.
const LEAST_ENTROPY: f64 = 0.7;
/// Random letters and digits say no more than so many bits each, however many they are.
const MOST_BITS: f64 = 5.0;

/// What a service's keys look like.
#[derive(Debug)]
struct Kind {
    /// `an access key of AWS`.
    name: &'static str,
    /// What stands in each, so that few texts meet the expression. In small letters, of a text in small letters.
    anchors: &'static [&'static str],
    /// Group 1 is what is secret.
    pattern: &'static str,
    /// What else must be true of the whole and of the secret part.
    is_real: fn(&str, &str) -> bool,
    regex: OnceLock<Option<Regex>>,
}

impl Kind {
    const fn new(name: &'static str, anchors: &'static [&'static str], pattern: &'static str) -> Self {
        Self { name, anchors, pattern, is_real: |_, _| true, regex: OnceLock::new() }
    }

    const fn if_real(mut self, is_real: fn(&str, &str) -> bool) -> Self {
        self.is_real = is_real;
        self
    }

    /// Where in `text` one stands; `small` is the same in small letters.
    fn find(&self, text: &str, small: &str) -> Vec<Range<usize>> {
        if !self.anchors.iter().any(|anchor| small.contains(anchor)) {
            return Vec::new();
        }
        // The sources are constants, and a test compiles each: `None` does not occur.
        let Some(regex) = self.regex.get_or_init(|| Regex::new(self.pattern).ok()) else { return Vec::new() };
        let found =
            regex.captures_iter(text).filter_map(|captures| Some((captures.get(0)?, captures.get(1)?)));
        let real = found.filter(|(whole, secret)| {
            !is_example(secret.as_str()) && (self.is_real)(whole.as_str(), secret.as_str())
        });
        real.map(|(_, secret)| secret.range()).collect()
    }
}

/// The prefixes are those that the services document for their scanners (docs.github.com "About authentication to
/// GitHub", docs.gitlab.com "Token overview", docs.stripe.com "API keys", docs.aws.amazon.com "IAM identifiers", …).
static KINDS: [Kind; 12] = [
    Kind::new("an access key of AWS", &["akia", "asia"], r"\b((?:AKIA|ASIA)[A-Z0-9]{16})\b"),
    Kind::new(
        "a token of GitHub",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        r"\b(gh[opusr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{36,})\b",
    ),
    Kind::new("a token of GitLab", &["glpat-"], r"\b(glpat-[A-Za-z0-9_-]{20,})"),
    Kind::new("a token of Slack", &["xox"], r"\b(xox[abeoprs]-[A-Za-z0-9-]{20,})"),
    Kind::new("a key of Google's API", &["aiza"], r"\b(AIza[A-Za-z0-9_-]{35})"),
    Kind::new("a key of Stripe", &["k_live_"], r"\b([sr]k_live_[A-Za-z0-9]{16,})\b"),
    Kind::new("a token of npm", &["npm_"], r"\b(npm_[A-Za-z0-9]{36})\b"),
    Kind::new("a token of PyPI", &["pypi-"], r"\b(pypi-[A-Za-z0-9_-]{40,})"),
    Kind::new(
        "a JSON Web Token",
        &["eyj"],
        r"\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})",
    )
    // The one that jwt.io shows: its subject is 1234567890.
    .if_real(|whole, _| !whole.contains(".eyJzdWIiOiIxMjM0NTY3ODkw")),
    Kind::new(
        "a private key",
        &["private key-----"],
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\\?[\sn>]*(?:[A-Za-z-]+: [^\n]*\s+)*([A-Za-z0-9+/]{40,})",
    ),
    Kind::new(
        "a password in a URL",
        &["://"],
        r#"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"'<>`${}\[\]]+:([^\s/@"'<>`${}\[\]]{8,})@[A-Za-z0-9.-]+"#,
    )
    .if_real(|whole, secret| is_mixed(secret) && !is_reserved(whole)),
    Kind::new(
        "a password",
        &["passw", "secret", "token", "key"],
        r#"(?i)(?:passw(?:or)?d|secret|token|(?:api|access|auth|private|secret)[_-]?key)["']?[ \t]*[:=][ \t]*["']?([A-Za-z0-9+/=_~!@#%^*.-]{16,})"#,
    )
    .if_real(|_, secret| is_mixed(secret) && secret.contains(char::is_uppercase) && !is_path(secret)),
];

/// Warns of keys and tokens in the files of a page.
pub(in crate::document) fn check(texts: &Texts, sources: &Sources, found: &mut Vec<Diagnostic>) {
    for file in texts.files() {
        for (kind, place) in keys(sources.get(file).text()).into_iter().take(MAX_PLACES) {
            let span = Span::new(file, place);
            let warning = Diagnostic::warning(
                "looks-secret",
                format!("this looks like {kind}"),
                span,
                "everyone can read it here",
            );
            found.push(warning.help(
                "if it is one, revoke it; a placeholder under `secrets` takes it from a variable of whoever runs the page",
            ));
        }
    }
}

/// All that look like one, in the order of the text; of several kinds in one place the first counts.
fn keys(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let small = text.to_ascii_lowercase();
    let mut found: Vec<(&'static str, Range<usize>)> = Vec::new();
    for kind in &KINDS {
        for place in kind.find(text, &small) {
            if found.iter().all(|(_, known)| place.end <= known.start || known.end <= place.start) {
                found.push((kind.name, place));
            }
        }
    }
    found.sort_by_key(|(_, place)| place.start);
    found
}

/// What documentation writes: `AKIAIOSFODNN7EXAMPLE`, `ghp_xxxxxxxx`, `1234567890abcdef`.
fn is_example(secret: &str) -> bool {
    const WORDS: [&str; 12] = [
        "example",
        "xxxx",
        "....",
        "****",
        "1234567",
        "abcdef",
        "placeholder",
        "changeme",
        "your",
        "dummy",
        "redacted",
        "sample",
    ];
    let small = secret.to_ascii_lowercase();
    WORDS.iter().any(|word| small.contains(word)) || entropy(secret) < LEAST_ENTROPY
}

/// Shannon's entropy, as a part of the most that so many characters can have.
#[expect(clippy::cast_precision_loss, reason = "lengths of words")]
fn entropy(text: &str) -> f64 {
    let mut counts: HashMap<u8, usize> = HashMap::new();
    text.bytes().for_each(|byte| *counts.entry(byte).or_default() += 1);
    let share = |count: &usize| *count as f64 / text.len() as f64;
    let bits = -counts.values().map(|count| share(count) * share(count).log2()).sum::<f64>();
    bits / (text.len() as f64).log2().clamp(1.0, MOST_BITS)
}

/// Letters and digits: no word.
fn is_mixed(secret: &str) -> bool {
    secret.contains(|c: char| c.is_ascii_digit()) && secret.contains(|c: char| c.is_ascii_alphabetic())
}

/// `/opt/certs/ca.key`, `web.key.Secret`, `config.API_KEY_2`: something that has the secret, not the secret.
fn is_path(secret: &str) -> bool {
    secret.contains(['/', '.']) && secret.split(['/', '.']).all(|part| part.len() < 16 || !is_mixed(part))
}

/// Whether a URL leads to a name that is nobody's (RFC 2606), or no further than this machine.
fn is_reserved(url: &str) -> bool {
    let host = url.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let ends = |name: &str| host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
    host.starts_with("127.")
        || ["localhost", "example.com", "example.org", "example.net", "example", "test", "invalid"]
            .into_iter()
            .any(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made for this test; in two halves, so that scanners of repositories do not take them for lost ones.
    fn token(prefix: &str, length: usize) -> String {
        let random = "q7Rk2ZfW9sLx0BvT4mYc8NhJ3pDgA6uE5iKoXw1VtSzQbHrMCjGnPdFlUyIa";
        format!("{prefix}{}", random.chars().cycle().take(length).collect::<String>())
    }

    #[test]
    fn what_looks_like_a_key_is_found() {
        let jwt = token("eyJ", 20) + "." + &token("eyJ", 30) + "." + &token("", 30);
        let key = |label: &str| format!("-----BEGIN {label}-----\n");
        for (text, kind) in [
            ("AKIA".to_owned() + "Q7RK2ZFW9SLX0BVT", "an access key of AWS"),
            (token("ghp_", 36), "a token of GitHub"),
            (token("ghs_", 36), "a token of GitHub"),
            (token("github_pat_", 22) + "_" + &token("", 59), "a token of GitHub"),
            (token("glpat-", 20), "a token of GitLab"),
            (token("xoxb-", 40), "a token of Slack"),
            (token("AIza", 35), "a key of Google's API"),
            (token("sk_live_", 24), "a key of Stripe"),
            (token("rk_live_", 24), "a key of Stripe"),
            (token("npm_", 36), "a token of npm"),
            (token("pypi-", 60), "a token of PyPI"),
            (jwt, "a JSON Web Token"),
            (key("PRIVATE KEY") + &token("", 64), "a private key"),
            (key("RSA PRIVATE KEY") + "Proc-Type: 4,ENCRYPTED\n\n" + &token("", 64), "a private key"),
            (key("OPENSSH PRIVATE KEY").replace('\n', "\\n") + &token("", 64), "a private key"),
            ("git clone https://ann:".to_owned() + "c0rrect-h0rse@git.corp.net/a", "a password in a URL"),
            ("mongodb+srv://u:".to_owned() + "s3cr3tW0rd@db.corp.net", "a password in a URL"),
            (token("password = \"", 20) + "\"", "a password"),
            (token("API_KEY=", 32), "a password"),
            (token("aws_secret_access_key: ", 40), "a password"),
        ] {
            let found = keys(&format!("x {text} y"));
            assert_eq!(found.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [kind], "{text}");
        }
    }

    #[test]
    fn examples_and_names_are_none() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE",
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "glpat-your-token-goes-here-000",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36P",
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "grep -c 'BEGIN PRIVATE KEY-----' key.pem",
            "postgres://tutor:tutor1234@localhost:5432/db",
            "https://user:p4ssw0rd99@www.example.com/",
            "https://ann:<password>@git.corp.net",
            "https://$USER:$PASS_1234@git.corp.net",
            "http://127.0.0.1:8080/a@b",
            "password=correct-horse-battery-staple",
            "private_key = /opt/certs/Authority-2.key",
            "token: ${{ secrets.RELEASE_TOKEN_2 }}",
            "api_key = settings.API_KEY_2",
            "secret: [<password>]",
            "the key: a-long-identifier-with-1-number",
            "npm_config_registry and pypi-server and xoxo-hugs",
        ] {
            assert_eq!(keys(text), [], "{text}");
        }
    }

    #[test]
    fn each_compiles() {
        for kind in &KINDS {
            assert!(Regex::new(kind.pattern).is_ok(), "{}", kind.pattern);
        }
    }
}

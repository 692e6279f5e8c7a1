//! What blocks say, and what can be wrong in them.

use proptest::prelude::*;

use super::{read, read_plain};
use crate::{
    diagnostic::Diagnostic,
    probe::{Expect, Probe, StartTls, Version},
    table::tests::alone,
};

/// What is read of a block that is a whole page: the block, what is wrong, and the picture of that.
fn of(text: &str) -> (Option<Probe>, Vec<Diagnostic>, String) {
    alone(text, read)
}

#[test]
fn all_that_a_block_says() {
    let text = "connect = \"[::1]:3306\"\nstarttls = \"mysql\"\nexpect = \"wrong-host\"\n[tls]\nca = \"/opt/ca.crt\"\nname = \"db.example.com\"\ncert = \"c.pem\"\nkey = \"c.key\"\nmin = \"1.3\"\n";
    let (probe, found, drawn) = of(text);
    assert!(found.is_empty(), "{drawn}");
    let probe = probe.unwrap();
    assert_eq!(read_plain(text).as_ref(), Ok(&probe));
    assert_eq!((probe.connect.value.host.as_str(), probe.connect.value.port), ("::1", 3306));
    assert_eq!(probe.starttls.map(|protocol| protocol.value), Some(StartTls::Mysql));
    assert_eq!((probe.expect.value, &text[probe.expect.at]), (Expect::WrongHost, "\"wrong-host\""));
    let tls = probe.tls.unwrap();
    let text_of = |file: Option<crate::table::At<String>>| file.map(|file| file.value);
    assert_eq!(text_of(tls.ca).as_deref(), Some("/opt/ca.crt"));
    assert_eq!(text_of(tls.cert).as_deref(), Some("c.pem"));
    assert_eq!(text_of(tls.key).as_deref(), Some("c.key"));
    assert_eq!(tls.name.unwrap().value.to_str(), "db.example.com");
    assert_eq!(tls.min, Version::Tls13);
    let http = of(
        "connect = 'localhost:80'\nhttp = { path = '/x?y=%20', status = 503, body = ['a', 'b\\nc'], host = 'www.example.com:80' }",
    );
    assert!(http.1.is_empty(), "{}", http.2);
    let http = http.0.unwrap().http.unwrap();
    assert_eq!((http.path.as_str(), http.host.as_deref()), ("/x?y=%20", Some("www.example.com:80")));
    assert_eq!((http.status.map(|status| status.value), http.body.len()), (Some(503), 2));
    let least = of("connect = 'localhost:80'").0.unwrap();
    assert_eq!((least.expect.value, least.tls, least.http), (Expect::Ok, None, None));
    assert_eq!(least.expect.at, least.connect.at);
}

#[test]
fn placeholders_without_a_value_stand_for_any() {
    for text in [
        "connect = 'localhost:<port>'",
        "connect = <where>",
        "connect = 'localhost:1'\nexpect = '<word>'",
        "connect = 'localhost:1'\nexpect = <word>",
        "connect = 'localhost:1'\ntls = <tls>\nexpect = 'expired'",
        "connect = 'localhost:1'\ntls = { ca = '<ca>', name = '<name>', min = '<min>' }",
        "connect = 'localhost:1'\nhttp = { path = '<path>', status = <status>, body = '<text>', host = '<host>' }",
        "connect = 'localhost:1'\nstarttls = '<protocol>'\ntls = true",
    ] {
        let (_, found, drawn) = of(text);
        assert!(found.is_empty(), "{text}\n{drawn}");
    }
    // In a run they have their values, and what looks like one is none.
    assert!(read_plain("connect = 'localhost:<port>'").is_err());
}

#[test]
fn which_keys_go_together() {
    let tls = "tls = true\n";
    for (text, codes) in [
        ("starttls = 'mysql'", "missing-key"),
        ("starttls = 'mysql'\ntls = false", "missing-key"),
        ("starttls = 'mysql'\nexpect = 'plaintext-refused'", ""),
        ("starttls = 'mysql'\nexpect = 'refused'", ""),
        ("tls = true\nexpect = 'plaintext-refused'", "key-not-taken"),
        ("tls = true\nexpect = 'refused'", ""),
        ("expect = 'expired'", "missing-key"),
        ("expect = 'unknown-ca'", "missing-key"),
        ("expect = 'wrong-host'", "missing-key"),
        ("expect = 'client-cert-required'", "missing-key"),
        ("http = {}\nexpect = 'plaintext-refused'", "key-not-taken"),
        ("http = {}\nexpect = 'refused'", "key-not-taken"),
        ("http = {}", ""),
        ("tls = { cert = 'a' }", ""),
        ("tls = { key = 'a' }", "missing-key"),
        ("tls = { cert = 'a' }\nexpect = 'client-cert-required'", "key-not-taken"),
        ("expect = 'revoked'", "unknown-word"),
        ("timeout = '5s'", "unknown-key"),
        ("tls = 'ca.crt'", "wrong-type"),
        ("tls = { ca = '' }", "bad-path"),
        ("tls = { min = 1.3 }", "wrong-type"),
        ("tls = { name = '*.example.com' }", "bad-name"),
        ("tls = { name = 'localhost:443' }", "bad-name"),
    ] {
        let (_, found, drawn) = of(&format!("connect = 'localhost:1'\n{text}"));
        let found: Vec<&str> = found.iter().map(|found| found.code).collect();
        assert_eq!(found.join(" "), codes, "{text}\n{drawn}");
    }
    let (_, found, drawn) = of(&format!("connect = 'localhost:1'\nhttp = {{}}\nstarttls = 'smtp'\n{tls}"));
    assert_eq!(found.len(), 1, "{drawn}");
}

const CASES: [(&str, &str); 5] = [
    ("connect", "conect = 'localhost:443'\ntls = true"),
    ("addresses", "connect = 8443\nexpect = 'acepted'"),
    (
        "url",
        "connect = 'https://localhost:8443/health'\ntls = { cafile = 'ca.crt', path = '/', min = '1.1' }",
    ),
    (
        "http",
        "connect = 'localhost'\nhttp = { path = 'health', status = '200', body = '', host = 'a b' }\nretry = 3",
    ),
    (
        "together",
        "connect = '::1'\nstarttls = 'mariadb'\nhttp = {}\nexpect = 'client-cert-required'\nca = 'x'",
    ),
];

#[test]
fn pictures() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("pictures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, text) in CASES {
            insta::assert_snapshot!(name, of(text).2);
        }
    });
}

proptest! {
    #[test]
    fn any_text(text in "(connect|tls|http|expect|starttls|name|[a-z]{1,3}|=|\\{|\\}|\\[|\\]|'|\"|<|>|\\n| |,|1|\\.|:|\\PC){0,30}") {
        let (block, found, _) = of(&text);
        let errors = crate::diagnostic::has_errors(&found);
        prop_assert!(!(block.is_some() && errors));
        let plain = read_plain(&text);
        // What is right for a page without placeholders is right in a run.
        if block.is_some() && !text.contains('<') {
            prop_assert!(plain.is_ok(), "{plain:?}");
        }
    }

    #[test]
    fn any_values(connect in "\\PC{0,20}", key in "(ca|name|cert|key|min|path|host|body)", value in "\\PC{0,20}") {
        let quoted = |text: &str| crate::table::quoted(text);
        for table in ["tls", "http"] {
            let text = format!("connect = {}\n[{table}]\n{key} = {}\n", quoted(&connect), quoted(&value));
            let (_, found, _) = of(&text);
            for error in found {
                prop_assert!(error.labels.iter().all(|label| text.get(label.span.range()).is_some()));
            }
        }
    }
}

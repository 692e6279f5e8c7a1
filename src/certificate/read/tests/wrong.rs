//! What can be wrong, each mistake by its code.

use super::of;

/// A CA and a leaf that are right, below which a case stands.
const PAIR: &str = "[ca.ca]\ncn = 'Test CA'\npermit = ['example.com', '10.0.0.0/8']\n[leaf.web]\nissuer = 'ca'\ncn = 'www.example.com'\n";

/// The codes of a text, in the order in which they are found; a block comes of it where none is an error.
pub(super) fn codes(text: &str) -> Vec<&'static str> {
    let (block, found, drawn) = of(text);
    let wrong = crate::diagnostic::has_errors(&found);
    assert_eq!(block.is_none(), wrong, "{text}\n{drawn}");
    found.iter().map(|found| found.code).collect()
}

pub(super) fn hold(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(codes(text), *expected, "{text}\n{}", of(text).2);
    }
}

/// Cases below [`PAIR`].
pub(super) fn hold_below(cases: &[(&str, &[&str])]) {
    assert_eq!(codes(PAIR), [""; 0], "{}", of(PAIR).2);
    for (text, expected) in cases {
        let text = format!("{PAIR}{text}");
        assert_eq!(codes(&text), *expected, "{text}\n{}", of(&text).2);
    }
}

/// Cases that are the keys of a CA that has a name already.
fn hold_of_ca(cases: &[(&str, &[&str])]) {
    for (keys, expected) in cases {
        let text = format!("[ca.ca]\ncn = 'Test CA'\n{keys}\n");
        assert_eq!(codes(&text), *expected, "{text}\n{}", of(&text).2);
    }
}

/// Cases that are the keys of a leaf that has an issuer already.
fn hold_of_leaf(cases: &[(&str, &[&str])]) {
    for (keys, expected) in cases {
        let text = format!("[ca.ca]\ncn = 'Test CA'\n[leaf.web]\nissuer = 'ca'\n{keys}\n");
        assert_eq!(codes(&text), *expected, "{text}\n{}", of(&text).2);
    }
}

#[test]
fn syntax_and_tables() {
    hold(&[
        ("", &["missing-key"]),
        ("# nothing\n", &["missing-key"]),
        ("dir = '.'\n", &["missing-key"]),
        ("ca.a.cn = 'A'\n", &[]),
        ("ca = { a = { cn = 'A' } }", &[]),
        ("[ca.a\n", &["block-syntax"]),
        ("[ca.a]\ncn = Test CA\n", &["block-syntax"]),
        ("[ca.a]\ncn = 'A'\ncn = 'B'\n", &["duplicate-key"]),
        ("[ca.a]\ncn = 'A'\n[ca.a]\ncn = 'B'\n", &["duplicate-key"]),
        ("[ca.a]\ncn = 'A\n[leaf.b]\ncn = B\n", &["block-syntax", "block-syntax"]),
        ("ca = 3\n", &["wrong-type"]),
        ("ca = {}\n", &[]),
        ("ca.a = 3\n", &["wrong-type"]),
        ("[ca]\ncn = 'A'\n", &["wrong-type"]),
        ("dirs = '.'\n[ca.a]\ncn = 'A'\n", &["unknown-key"]),
        ("permit = ['a']\n[ca.a]\ncn = 'A'\n", &["unknown-key"]),
        ("[ca.a]\ncn = 'A'\ndir = '.'\n", &["unknown-key"]),
        ("[ca.a]\ncn = 'A'\n[leaf.www.example.com]\nissuer = 'a'\n", &["bad-id"]),
        ("dir = ''\n[ca.a]\ncn = 'A'\n", &["bad-path"]),
        ("dir = 3\n[ca.a]\ncn = 'A'\n", &["wrong-type"]),
        ("replace = 'true'\n[ca.a]\ncn = 'A'\n", &["wrong-type"]),
        ("defaults = 3\n[ca.a]\ncn = 'A'\n", &["wrong-type"]),
        (
            "defaults = { key = 'rsa', days = 0, cn = 'x' }\n[ca.a]\ncn = 'A'\n",
            &["unknown-key", "unknown-word", "bad-days"],
        ),
        ("[ca.'a b']\ncn = 'A'\n", &["bad-id"]),
        ("[ca.'']\ncn = 'A'\n", &["bad-id"]),
        ("[ca.'../a']\ncn = 'A'\n", &["bad-id"]),
        ("[ca.nul]\ncn = 'A'\n", &["bad-id"]),
        ("[ca.'www.example.com']\ncn = 'A'\n", &[]),
        ("expect = 3\n[ca.a]\ncn = 'A'\n", &["wrong-type"]),
        ("expect = [3]\n[ca.a]\ncn = 'A'\n", &["wrong-type"]),
    ]);
}

#[test]
fn authorities() {
    hold_of_ca(&[
        ("", &[]),
        ("key = 'p256'\ndays = 3650\npath_length = 3\npassword = 'x'\nsubject = { O = 'Example' }", &[]),
        ("days = 0", &["bad-days"]),
        ("days = -1", &["bad-days"]),
        ("days = 99999999999999999999999999999999999999999999", &["bad-days"]),
        ("days = -99999999999999999999999999999999999999999999", &["bad-days"]),
        ("days = 0xffffffffffffffffffffffffffffffffffffffffffff", &["bad-days"]),
        ("days = 2_900_000", &[]),
        ("days = 2_900_001", &["bad-days"]),
        ("days = '365'", &["wrong-type"]),
        ("days = 1.5", &["wrong-type"]),
        ("days = 2030-01-01", &["wrong-type"]),
        ("days = '1y'", &["wrong-type"]),
        ("key = 'rsa'", &["unknown-word"]),
        ("key = 'rsa-1024'", &["unknown-word"]),
        ("key = 'P-256'", &["unknown-word"]),
        ("key = 'dsa'", &["unknown-word"]),
        ("key = 2048", &["wrong-type"]),
        ("permit = []", &["empty-value"]),
        ("permit = 'example.com'", &["wrong-type"]),
        ("permit = ['example.com', 'example.com']", &["duplicate-item"]),
        ("permit = ['.example.com', '*.example.com', 'https://example.com']", &["bad-name"; 3]),
        (
            "permit = ['10.0.0.0/8', '2001:db8::/32', 'uri:.example.com', 'email:example.com', 'a@example.com']",
            &[],
        ),
        (
            "permit = ['10.0.0.0/33', '10.0.0.1/8', '10.0.0.0/x', '@example.com', 'uri:', 'email:a b']",
            &["bad-name"; 6],
        ),
        ("path_length = 256", &["bad-path-length"]),
        ("path_length = -1", &["bad-path-length"]),
        ("path_length = '1'", &["wrong-type"]),
        ("pathlen = 1", &["unknown-key"]),
        ("password = ''", &["bad-password"]),
        ("password = \"a\\nb\"", &["bad-password"]),
        ("password = 5", &["wrong-type"]),
        ("password = { env = 'CA_PASSWORD' }", &[]),
        ("password = { env = '' }", &["bad-variable"]),
        ("password = { env = 'A=B' }", &["bad-variable"]),
        ("password = { end = 'A' }", &["unknown-key"]),
        ("password = {}", &["missing-key"]),
        ("password = { env = 3 }", &["wrong-type"]),
        ("existing = true", &["key-not-taken"]),
        ("existing = 1", &["wrong-type"]),
        ("names = ['a']", &["unknown-key"]),
    ]);
    hold(&[
        ("[ca.a]\n", &["missing-key"]),
        ("[ca.a]\nsubject = { CN = 'A' }\n", &[]),
        ("[ca.a]\nsubject = { O = 'A' }\n", &["missing-key"]),
        ("[ca.a]\nexisting = true\nkey_file = 'k'\ncrt_file = 'c'\npassword = 'x'\n", &[]),
        ("defaults = { subject = { O = 'A' } }\n[ca.a]\nexisting = true\n", &[]),
        ("[ca.a]\nexisting = true\ndays = 3\npermit = ['a']\nissuer = 'b'\n", &["key-not-taken"; 3]),
    ]);
}

#[test]
fn subjects() {
    let long =
        |attribute: &str, length: usize| format!("subject = {{ {attribute} = '{}' }}", "x".repeat(length));
    let of_ca = |keys: &str| codes(&format!("[ca.ca]\ncn = 'Test CA'\n{keys}\n"));
    for (attribute, most) in [("O", 64), ("OU", 64), ("DC", 63), ("L", 128), ("ST", 128)] {
        assert_eq!(of_ca(&long(attribute, most)), [""; 0]);
        assert_eq!(of_ca(&long(attribute, most + 1)), ["bad-subject"]);
    }
    assert_eq!(codes(&format!("[ca.ca]\ncn = '{}'\n", "ü".repeat(64))), [""; 0]);
    assert_eq!(codes(&format!("[ca.ca]\ncn = '{}'\n", "ü".repeat(65))), ["bad-subject"]);
    hold_of_ca(&[
        (
            "subject = { C = 'US', ST = 'NY', L = 'x', O = 'y', OU = 'z', DC = 'example', E = 'a@example.com' }",
            &[],
        ),
        ("subject = { C = 'us' }", &[]),
        ("subject = { C = 'USA' }", &["bad-subject"]),
        ("subject = { C = 'U' }", &["bad-subject"]),
        ("subject = { C = 'U1' }", &["bad-subject"]),
        ("subject = { C = 'ÜS' }", &["bad-subject"]),
        ("subject = { O = '' }", &["bad-subject"]),
        ("subject = { O = ' ' }", &["bad-subject"]),
        ("subject = { O = ' Example' }", &["bad-subject"]),
        ("subject = { O = \"a\\tb\" }", &["bad-subject"]),
        ("subject = { O = 3 }", &["wrong-type"]),
        ("subject = { OU = ['a', 'b'] }", &["wrong-type"]),
        ("subject = { DC = 'ü' }", &["bad-subject"]),
        ("subject = { E = 'nobody' }", &["bad-subject"]),
        ("subject = { E = 'a@example.com', emailAddress = 'b@example.com' }", &["bad-subject"]),
        ("subject = { CN = 'Other' }", &["bad-subject"]),
        ("subject = { o = 'x', organisation = 'y', X = 'z' }", &["bad-subject"; 3]),
        ("subject = 'O=Example, C=US'", &["wrong-type"]),
        ("subject = []", &["wrong-type"]),
    ]);
}

#[test]
fn names() {
    let fine = [
        "localhost",
        "www.example.com",
        "*.example.com",
        "a_b",
        "xn--bcher-kva.example",
        "127.0.0.1",
        "::1",
        "2001:db8::7",
        "admin@example.com",
        "spiffe://example.com/agent",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "uri:https://example.com/",
        "WWW.Example.COM",
        "1.example.com",
        "a.b.c.d.e",
    ];
    for name in fine {
        assert_eq!(
            codes(&format!(
                "[ca.ca]\ncn = 'Test CA'\n[leaf.web]\nissuer = 'ca'\ncn = 'x y'\nnames = ['{name}']\n"
            )),
            [""; 0],
            "{name}"
        );
    }
}

#[test]
fn names_that_are_none() {
    let long = "x".repeat(64);
    let longest = format!("{}.example.com", ["x".repeat(60).as_str(); 5].join("."));
    let wrong = [
        "",
        " ",
        " localhost",
        "localhost ",
        "a b",
        "localhost,127.0.0.1",
        "https://example.com",
        "HTTPS://example.com:443/x",
        "DNS:localhost",
        "IP:127.0.0.1",
        "email:a@example.com",
        "URI:",
        "uri:x",
        "localhost:27017",
        "[::1]",
        "[::1]:443",
        "::1::",
        "fe80::1%eth0",
        "bücher.example",
        "*.bücher.example",
        "*",
        "*.",
        "*.com",
        "*.*.example.com",
        "www.*.com",
        "w*.example.com",
        "256.0.0.1",
        "1.2.3",
        "1.2.3.4.5",
        "010.0.0.1",
        "10.0.0.0/8",
        "www.example.com/path",
        ".example.com",
        "example.com.",
        ".",
        "..",
        "a..b",
        "-a.example",
        "a-.example",
        "a!b",
        "a@",
        "@b",
        "a@b@c",
        "ü@example.com",
        "spiffe://exämple",
        "x://",
        "://x",
        &long,
        &longest,
    ];
    for name in wrong {
        let text =
            format!("[ca.ca]\ncn = 'Test CA'\n[leaf.web]\nissuer = 'ca'\ncn = 'x y'\nnames = ['{name}']\n");
        assert_eq!(codes(&text), ["bad-name"], "{name}");
    }
}

#[test]
fn leaves() {
    hold_of_leaf(&[
        ("cn = 'localhost'", &[]),
        ("names = ['localhost']", &["missing-key"]),
        ("names = ['localhost']\nsubject = { O = 'x' }", &[]),
        ("", &["missing-key"]),
        ("subject = { O = 'x' }", &["missing-key"]),
        ("subject = {}\nnames = ['localhost']", &["missing-key"]),
        ("emit = ['kye', 'crt']\ncn = 'localhost'\nkey_file = 'x'\npassword = 'x'", &["unknown-word"]),
        (
            "use = ['cleint']\ncn = 'localhost'\nsubject = { O = 'x' }\nprofile = 'mongodb-member'",
            &["unknown-word"],
        ),
        ("cn = 'My Server'", &["missing-key"]),
        ("cn = 'alice'\nuse = ['client']", &[]),
        ("cn = 'Alice Smith'\nuse = ['client']", &[]),
        ("cn = 'Alice Smith'\nuse = ['client']\nnames = []", &[]),
        ("cn = 'localhost'\nnames = []", &["empty-value"]),
        ("cn = 'localhost'\nnames = 'localhost'", &["wrong-type"]),
        ("cn = 'localhost'\nnames = [3]", &["wrong-type"]),
        ("cn = 'localhost'\nnames = ['localhost', 'LOCALHOST']", &["duplicate-item"]),
        ("cn = 'localhost'\nuse = 'server'", &["wrong-type"]),
        ("cn = 'localhost'\nuse = []", &["empty-value"]),
        ("cn = 'localhost'\nuse = ['server', 'server']", &["duplicate-item"]),
        ("cn = 'localhost'\nuse = ['serverAuth', 'peer']", &["unknown-word"; 2]),
        ("cn = 'localhost'\nemit = ['cert', 'jks']", &["unknown-word"; 2]),
        ("cn = 'localhost'\nemit = []", &["empty-value"]),
        ("cn = 'localhost'\nemit = ['p12']", &["missing-key"]),
        ("cn = 'localhost'\nemit = ['p12']\npassword = 'x'", &[]),
        ("cn = 'localhost'\npem_file = 'x'", &["key-not-taken"]),
        ("cn = 'localhost'\npassword = 'x'\nemit = ['crt']", &["key-not-taken"]),
        ("cn = 'localhost'\nprofile = 'mongo'", &["unknown-word"]),
        ("cn = 'localhost'\ndays = 825", &["outlives-issuer"]),
        ("cn = 'localhost'\nissuers = 'x'", &["unknown-key"]),
        ("cn = 'localhost'\npermit = ['x']", &["unknown-key"]),
        ("cn = 'Test CA'\nnames = ['localhost']", &["same-subject"]),
        ("cn = 'test ca'\nuse = ['client']", &["same-subject"]),
        ("csr = 'x.csr'", &[]),
        ("csr = 'x.csr'\nemit = ['crt', 'chain']\nuse = ['client']\ndays = 3\ncrt_file = 'y.crt'", &[]),
        (
            "csr = 'x.csr'\ncn = 'a'\nsubject = {}\nnames = ['a']\nkey = 'p256'\npassword = 'x'\nprofile = 'mongodb-member'",
            &["key-not-taken"; 5],
        ),
        ("csr = 'x.csr'\nemit = ['key', 'crt']", &["key-not-taken"]),
        ("csr = 'x.csr'\nkey_file = 'x.key'", &["key-not-taken"]),
        ("csr = 'x.csr'\nnames = ['localhost']", &[]),
        ("csr = 'x.csr'\nnames = []", &["empty-value"]),
        ("csr = 'x.csr'\nuse = ['client']\nnames = ['a b']", &["bad-name"]),
        ("csr = '../x.csr'", &["path-outside-dir"]),
        ("csr = ''", &["bad-path"]),
        ("csr = 3", &["wrong-type"]),
    ]);
    hold(&[
        ("[ca.ca]\ncn = 'A'\n[leaf.web]\ncn = 'localhost'\n", &["missing-key"]),
        (
            "[ca.ca]\ncn = 'A'\ndays = 4000\n[leaf.web]\nissuer = 'ca'\ncn = 'localhost'\ndays = 826\n",
            &["long-validity"],
        ),
        ("[ca.ca]\ncn = 'A'\ndays = 4000\n[leaf.web]\nissuer = 'ca'\ncn = 'localhost'\ndays = 825\n", &[]),
        (
            "[ca.ca]\ncn = 'A'\ndays = 4000\n[leaf.web]\nissuer = 'ca'\ncn = 'x'\nuse = ['client']\ndays = 826\n",
            &[],
        ),
        (
            "defaults = { days = 900, use = ['client', 'server'], emit = ['crt'] }\n[ca.ca]\ncn = 'CA'\n[leaf.a]\nissuer = 'ca'\ncn = 'a'\n[leaf.b]\nissuer = 'ca'\ncn = 'b'\n",
            &["long-validity"],
        ),
        ("[ca.ca]\nexisting = true\n[leaf.web]\nissuer = 'ca'\ncn = 'localhost'\ndays = 800\n", &[]),
        (
            "defaults = { subject = { O = 'x' } }\n[ca.ca]\ncn = 'A'\n[leaf.web]\nissuer = 'ca'\ncn = 'A'\nnames = ['a']\nsubject = { O = 'y' }\n",
            &[],
        ),
    ]);
}

#[test]
fn paths() {
    let cases = [
        ("a.key", ""),
        ("keys/a.key", ""),
        ("./a.key", ""),
        ("a b.key", ""),
        ("", "bad-path"),
        (" ", "bad-path"),
        ("/etc/a.key", "path-outside-dir"),
        ("../a.key", "path-outside-dir"),
        ("a/../../a.key", "path-outside-dir"),
        ("..\\\\a.key", "path-outside-dir"),
        ("C:\\\\a.key", "path-outside-dir"),
        ("c:a.key", "path-outside-dir"),
        ("\\\\\\\\server\\\\a.key", "path-outside-dir"),
        ("keys\\\\a.key", "bad-path"),
        ("keys/", "bad-path"),
        (".", "bad-path"),
        ("a/.", "bad-path"),
        ("a\\tb", "bad-path"),
        ("a\\u0000b", "bad-path"),
        ("nul", "bad-path"),
        ("keys/COM1.key", "bad-path"),
    ];
    for (path, code) in cases {
        let text = format!("[ca.ca]\ncn = 'A'\nkey_file = \"{path}\"\n");
        let expected: Vec<&str> = Some(code).filter(|code| !code.is_empty()).into_iter().collect();
        assert_eq!(codes(&text), expected, "{path}");
    }
    hold(&[
        ("[ca.a]\ncn = 'A'\nkey_file = 'x'\ncrt_file = 'x'\n", &["file-twice"]),
        ("[ca.a]\ncn = 'A'\nkey_file = 'x'\ncrt_file = 'sub/../x'\n", &["path-outside-dir"]),
        ("[ca.a]\ncn = 'A'\nkey_file = 'x'\ncrt_file = './X'\n", &["file-twice"]),
        ("[ca.a]\ncn = 'A'\n[ca.A]\ncn = 'B'\n", &["file-twice"]),
        ("[ca.a]\ncn = 'A'\n[ca.b]\ncn = 'B'\nkey_file = 'a.key'\n", &["file-twice"]),
        ("[ca.a]\nexisting = true\n[ca.b]\nexisting = true\nkey_file = 'a.key'\n", &[]),
        ("[ca.a]\nexisting = true\n[ca.b]\ncn = 'B'\nkey_file = 'a.key'\n", &["file-twice"]),
        (
            "[ca.a]\ncn = 'B'\n[leaf.b]\nissuer = 'a'\ncsr = 'c.csr'\n[leaf.c]\nissuer = 'a'\ncn = 'c'\nemit = ['csr']\n",
            &["file-twice"],
        ),
        ("[ca.a]\ncn = 'B'\n[crl.a]\nfile = 'a.crt'\n", &["file-twice"]),
    ]);
}

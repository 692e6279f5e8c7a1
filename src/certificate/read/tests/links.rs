//! What can be wrong between tables: issuers, permitted names, faults, claims, profiles.

use super::wrong::{codes, hold, hold_below};

#[test]
fn ids_and_issuers() {
    hold_below(&[
        ("[leaf.b]\nissuer = 'caa'\ncn = 'b.example.com'\n", &["unknown-certificate"]),
        ("[leaf.b]\nissuer = 'web'\ncn = 'b.example.com'\n", &["not-a-ca"]),
        ("[ca.web]\ncn = 'x'\n", &["duplicate-id"]),
        ("[ca.b]\ncn = 'B'\nissuer = 'b'\n", &["issuer-cycle"]),
        ("[ca.b]\ncn = 'B'\nissuer = 'c'\n[ca.c]\ncn = 'C'\nissuer = 'b'\n", &["issuer-cycle"]),
        (
            "[ca.b]\ncn = 'B'\nissuer = 'c'\n[ca.c]\ncn = 'C'\nissuer = 'd'\n[ca.d]\ncn = 'D'\nissuer = 'c'\n[leaf.x]\nissuer = 'b'\ncn = 'x'\n",
            &["issuer-cycle"],
        ),
        ("[ca.b]\ncn = 'Test CA'\nissuer = 'ca'\n", &["same-subject"]),
        ("[ca.b]\ncn = 'B'\nissuer = 'ca'\ndays = 366\n", &["outlives-issuer"]),
        ("[ca.b]\ncn = 'B'\nissuer = 'ca'\n[ca.c]\ncn = 'C'\nissuer = 'b'\npath_length = 0\n", &[]),
        (
            "[ca.b]\ncn = 'B'\nissuer = 'ca'\npath_length = 0\n[ca.c]\ncn = 'C'\nissuer = 'b'\n",
            &["bad-path-length"],
        ),
        ("[crl.ca]\nrevoke = ['web']\n", &[]),
        ("[crl.cb]\n", &["unknown-certificate"]),
        ("[crl.web]\n", &["not-a-ca"]),
        (
            "[crl.ca]\nrevoke = ['webb', 'ca', 'web', 'web']\ndays = 0\n",
            &["bad-days", "unknown-certificate", "bad-revoke", "duplicate-item"],
        ),
        ("[ca.b]\ncn = 'B'\n[crl.b]\nrevoke = ['web']\n", &["bad-revoke"]),
        ("[bad.x]\nfrom = 'web'\nfault = 'untrusted'\n[crl.ca]\nrevoke = ['x']\n", &["bad-revoke"]),
        ("[bad.x]\nfrom = 'web'\nfault = 'expired'\n[crl.ca]\nrevoke = ['x']\nnext = 3\n", &["unknown-key"]),
    ]);
}

#[test]
fn permitted_names() {
    hold_below(&[
        ("[leaf.b]\nissuer = 'ca'\ncn = 'example.org'\n", &["name-not-permitted"]),
        (
            "[leaf.b]\nissuer = 'ca'\ncn = 'x'\nnames = ['example.com', 'a.b.EXAMPLE.com', '*.example.com', '10.1.2.3']\n",
            &[],
        ),
        (
            "[leaf.b]\nissuer = 'ca'\ncn = 'x'\nnames = ['badexample.com', '11.0.0.1', '::1', 'a@example.com', 'spiffe://example.com/x']\n",
            &["name-not-permitted"; 5],
        ),
        (
            "[ca.b]\ncn = 'B'\nissuer = 'ca'\npermit = ['a.example.com', '10.1.0.0/16', '10.0.0.1']\n[leaf.x]\nissuer = 'b'\ncn = 'x.a.example.com'\n",
            &[],
        ),
        (
            "[ca.b]\ncn = 'B'\nissuer = 'ca'\npermit = ['example.org', '10.0.0.0/7']\n",
            &["name-not-permitted"; 2],
        ),
        (
            "[ca.b]\ncn = 'B'\nissuer = 'ca'\n[leaf.x]\nissuer = 'b'\ncn = 'example.org'\n",
            &["name-not-permitted"],
        ),
        (
            "[ca.b]\ncn = 'B'\nissuer = 'ca'\npermit = ['a.example.com']\n[leaf.x]\nissuer = 'b'\ncn = 'b.example.com'\n",
            &["name-not-permitted"],
        ),
    ]);
    let permits = |permit: &str, names: &str, expected: &[&str]| {
        let text = format!(
            "[ca.ca]\ncn = 'A'\npermit = [{permit}]\n[leaf.b]\nissuer = 'ca'\ncn = 'x y'\nnames = [{names}]\n"
        );
        assert_eq!(codes(&text), expected, "{text}");
    };
    permits("'uri:example.com'", "'spiffe://example.com/x', 'uri:https://u@EXAMPLE.com:443/x'", &[]);
    permits("'uri:example.com'", "'spiffe://a.example.com/x', 'urn:x'", &["name-not-permitted"; 2]);
    permits("'uri:.example.com'", "'spiffe://a.example.com/x'", &[]);
    permits("'uri:.example.com'", "'spiffe://example.com/x'", &["name-not-permitted"]);
    permits("'email:example.com'", "'a@Example.com'", &[]);
    permits(
        "'a@example.com'",
        "'a@example.com', 'b@example.com', 'A@example.com'",
        &["name-not-permitted"; 2],
    );
    permits("'email:.example.com'", "'a@b.example.com', 'a@example.com'", &["name-not-permitted"]);
    permits("'0.0.0.0/0'", "'1.2.3.4', '::1'", &["name-not-permitted"]);
    permits("'::/0'", "'1.2.3.4', '::1'", &["name-not-permitted"]);
    hold(&[
        (
            "[ca.ca]\ncn = 'A'\npermit = ['a', 'email:example.com']\n[leaf.b]\nissuer = 'ca'\ncn = 'a'\nsubject = { E = 'a@example.org' }\n",
            &["name-not-permitted"],
        ),
        (
            "[ca.ca]\ncn = 'A'\npermit = ['a']\n[leaf.b]\nissuer = 'ca'\ncn = 'a'\nsubject = { E = 'a@example.org' }\n",
            &[],
        ),
        ("[ca.ca]\ncn = 'A'\npermit = ['a']\n[leaf.b]\nissuer = 'ca'\ncn = 'alice'\nuse = ['client']\n", &[]),
    ]);
}

#[test]
fn faults_and_claims() {
    hold_below(&[
        ("[bad.x]\nfrom = 'web'\nfault = 'expired'\n", &[]),
        ("[bad.x]\n", &["missing-key"; 2]),
        ("[bad.x]\nfrom = 'wep'\nfault = 'exprired'\n", &["unknown-word", "unknown-certificate"]),
        ("[bad.x]\nfrom = 'ca'\nfault = 'expired'\n", &["bad-fault"]),
        (
            "[bad.x]\nfrom = 'web'\nfault = 'expired'\n[bad.y]\nfrom = 'x'\nfault = 'expired'\n",
            &["bad-fault"],
        ),
        ("[leaf.c]\nissuer = 'ca'\ncsr = 'c.csr'\n[bad.y]\nfrom = 'c'\nfault = 'expired'\n", &["bad-fault"]),
        ("[bad.x]\nfrom = 'web'\nfault = 'constraint'\n", &[]),
        ("[bad.x]\nfrom = 'web'\nfault = 'revoked'\n", &["bad-fault"]),
        ("[bad.x]\nfrom = 'web'\nfault = 'revoked'\n[crl.ca]\n", &[]),
        ("[bad.x]\nfrom = 'web'\nfault = 'expired'\ndays = 3\n", &["unknown-key"]),
        (
            "[leaf.c]\nissuer = 'ca'\ncn = 'alice'\nuse = ['client']\n[bad.x]\nfrom = 'c'\nfault = 'no-san'\n",
            &["bad-fault"],
        ),
        (
            "[ca.b]\ncn = 'B'\n[leaf.c]\nissuer = 'b'\ncn = 'c'\n[bad.x]\nfrom = 'c'\nfault = 'constraint'\n",
            &["bad-fault"],
        ),
        (
            "[ca.b]\ncn = 'B'\nissuer = 'ca'\n[leaf.c]\nissuer = 'b'\ncn = 'c.example.com'\n[bad.x]\nfrom = 'c'\nfault = 'constraint'\n",
            &[],
        ),
        (
            "[ca.b]\nexisting = true\n[leaf.c]\nissuer = 'b'\ncn = 'c'\n[bad.x]\nfrom = 'c'\nfault = 'constraint'\n",
            &[],
        ),
        (
            "[ca.b]\ncn = 'B'\n[leaf.c]\nissuer = 'b'\ncn = 'x y'\nnames = ['spiffe://a/b']\n[bad.x]\nfrom = 'c'\nfault = 'wrong-host'\n",
            &["bad-fault"],
        ),
        ("[[expect]]\nverify = 'web'\nhost = 'www.example.com'\nas = 'client'\nerror = 'wrong-eku'\n", &[]),
        ("[[expect]]\n", &["missing-key"]),
        ("[[expect]]\nverify = 'ca'\n", &["bad-expect"]),
        (
            "[[expect]]\nverify = 'wab'\nhost = '*.example.com'\nas = 'servr'\nerror = 'expird'\nport = 3\n",
            &["unknown-key", "bad-name", "unknown-word", "unknown-word", "unknown-certificate"],
        ),
        ("[[expect]]\nverify = 'web'\nhost = 'a@example.com'\n", &["bad-name"]),
        ("[crl.ca]\n[[expect]]\nverify = 'ca'\n", &["bad-expect"]),
    ]);
}

#[test]
fn profiles() {
    let member = |keys: &str, expected: &[&str]| {
        let text =
            format!("[ca.ca]\ncn = 'A'\n[leaf.m]\nissuer = 'ca'\nprofile = 'mongodb-member'\n{keys}\n");
        assert_eq!(codes(&text), expected, "{text}");
    };
    member("cn = 'm.example.com'\nsubject = { O = 'x' }\nuse = ['server', 'client']", &[]);
    member(
        "cn = 'm.example.com'\nsubject = { DC = 'x' }\nuse = ['client', 'server']\nnames = ['*.example.com']",
        &[],
    );
    member("cn = 'm.example.com'\nuse = ['server', 'client']", &["bad-profile"]);
    member("cn = 'm.example.com'\nsubject = { OU = 'x' }", &["bad-profile"]);
    member("cn = 'm.example.com'\nsubject = { OU = 'x' }\nuse = ['client']", &["bad-profile"]);
    member(
        "cn = 'm.example.com'\nsubject = { C = 'US' }\nuse = ['client']\nnames = ['x']",
        &["bad-profile"; 3],
    );
    member(
        "cn = 'A member'\nsubject = { OU = 'x' }\nuse = ['server', 'client']\nnames = ['spiffe://a/b']",
        &["bad-profile"],
    );
    member(
        "cn = '127.0.0.1'\nsubject = { OU = 'x' }\nuse = ['server', 'client']\nnames = ['127.0.0.1']",
        &[],
    );
}

//! Each fault is rejected for its own reason, by webpki and by OpenSSL.

use std::fmt::Write as _;

use super::{made, openssl::Files};

const FAULTS: [&str; 10] = [
    "expired",
    "future",
    "wrong-host",
    "no-san",
    "wrong-eku",
    "untrusted",
    "self-signed",
    "constraint",
    "revoked",
    "mismatch",
];

/// A leaf, below a root or an intermediate that permits few names, and each fault of it.
fn block(algorithm: &str, uses: &str, names: &str, permit: &str, below: bool) -> String {
    let issuer = if below { "[ca.low]\ncn = \"Low\"\nissuer = \"root\"\n" } else { "" };
    let ca = if below { "low" } else { "root" };
    let mut text = format!(
        "defaults = {{ key = \"{algorithm}\", subject = {{ O = \"Example\" }} }}\n\
         [ca.root]\ncn = \"Root\"\npermit = [{permit}]\n{issuer}\
         [leaf.web]\nissuer = \"{ca}\"\ncn = \"web.example.com\"\nnames = [{names}]\nuse = [{uses}]\nemit = [\"key\", \"crt\", \"chain\"]\n\
         [crl.{ca}]\n"
    );
    for fault in FAULTS {
        let _ = write!(
            text,
            "[bad.{fault}]\nfrom = \"web\"\nfault = \"{fault}\"\n[[expect]]\nverify = \"{fault}\"\nerror = \"{fault}\"\n"
        );
    }
    text + "[[expect]]\nverify = \"web\"\n"
}

fn all_are_rejected(text: &str, ca: &str, purpose: &str) {
    let made = made(text);
    assert_eq!(made.failures, [], "{}", made.receipt);
    let files = Files::of(&made);
    let verify = format!("-x509_strict -purpose {purpose} -CAfile root.crt -untrusted web-chain.crt");
    let host = "-verify_hostname web.example.com";
    files.ok(&format!("verify {verify} {host} web.crt"));
    let errors = [
        ("expired", 10),
        ("future", 9),
        ("wrong-host", 62),
        ("wrong-eku", 26),
        ("untrusted", 20),
        ("self-signed", 18),
        ("constraint", 47),
    ];
    for (fault, number) in errors {
        assert_eq!(files.error(&format!("{verify} {host} {fault}.crt")), Some(number), "{fault}");
    }
    assert_eq!(files.error(&format!("{verify} -crl_check -CRLfile {ca}.crl revoked.crt")), Some(23));
    files.ok(&format!("verify {verify} {host} -crl_check -CRLfile {ca}.crl web.crt"));
    // OpenSSL takes the host from the subject where there are no names; the other clients do not.
    files.ok(&format!("verify {verify} {host} no-san.crt"));
    assert!(!files.ok("x509 -noout -text -in no-san.crt").contains("Alternative Name"));
    files.ok(&format!("verify {verify} {host} mismatch.crt"));
    assert_ne!(files.ok("pkey -in mismatch.key -pubout"), files.ok("x509 -noout -pubkey -in mismatch.crt"));
    for fault in FAULTS.iter().filter(|fault| **fault != "mismatch") {
        let key = files.ok(&format!("pkey -in {fault}.key -pubout"));
        assert_eq!(key, files.ok(&format!("x509 -noout -pubkey -in {fault}.crt")), "{fault}");
    }
}

const NAMES: &str = "\"web.example.com\", \"*.example.com\", \"127.0.0.1\"";
const PERMIT: &str = "\"example.com\", \"127.0.0.1\"";

#[test]
fn each_of_a_server_below_its_root() {
    all_are_rejected(&block("p256", "\"server\", \"client\"", NAMES, PERMIT, false), "root", "sslserver");
}

#[test]
fn each_of_a_server_below_an_intermediate() {
    all_are_rejected(&block("ed25519", "\"server\"", NAMES, PERMIT, true), "low", "sslserver");
}

#[test]
fn those_of_a_client() {
    let text = block("p384", "\"client\"", NAMES, PERMIT, false);
    // Nobody asks for a client's host.
    let text = text.split("[bad.wrong-host]").next().unwrap().to_owned()
        + "[bad.wrong-eku]\nfrom = \"web\"\nfault = \"wrong-eku\"\n[bad.untrusted]\nfrom = \"web\"\nfault = \"untrusted\"\n";
    let made = made(&text);
    assert_eq!(made.failures, [], "{}", made.receipt);
    let files = Files::of(&made);
    assert_eq!(files.error("-purpose sslclient -CAfile root.crt wrong-eku.crt"), Some(26));
    assert_eq!(files.error("-purpose sslclient -CAfile root.crt expired.crt"), Some(10));
}

#[test]
fn those_of_a_leaf_with_addresses_only() {
    let text = "defaults = { key = \"p256\" }\n[ca.root]\ncn = \"Root\"\npermit = [\"10.0.0.0/8\"]\n\
        [leaf.web]\nissuer = \"root\"\ncn = \"Server\"\nnames = [\"10.0.0.1\"]\n\
        [bad.other]\nfrom = \"web\"\nfault = \"wrong-host\"\n[bad.none]\nfrom = \"web\"\nfault = \"no-san\"\n\
        [bad.out]\nfrom = \"web\"\nfault = \"constraint\"\n";
    let made = made(text);
    assert_eq!(made.failures, [], "{}", made.receipt);
    let files = Files::of(&made);
    assert_eq!(files.error("-x509_strict -verify_ip 10.0.0.1 -CAfile root.crt other.crt"), Some(64));
    assert_eq!(files.error("-x509_strict -CAfile root.crt out.crt"), Some(47));
    files.ok("x509 -noout -subject -in none.crt");
}

#[test]
fn a_claim_that_does_not_hold_says_what_was_found() {
    let text = "defaults = { key = \"p256\" }\n[ca.root]\ncn = \"Root\"\n\
        [leaf.web]\nissuer = \"root\"\ncn = \"web.example.com\"\n\
        [bad.old]\nfrom = \"web\"\nfault = \"expired\"\n\
        [[expect]]\nverify = \"web\"\nhost = \"other.example.com\"\n\
        [[expect]]\nverify = \"web\"\nerror = \"expired\"\n\
        [[expect]]\nverify = \"old\"\nerror = \"future\"\n\
        [[expect]]\nverify = \"web\"\nas = \"client\"\n";
    let made = made(text);
    let found: Vec<(&str, &str)> =
        made.failures.iter().map(|failure| (&text[failure.at.clone()], failure.message.as_str())).collect();
    assert_eq!(
        found,
        [
            ("\"web\"", "`web`: expected accepted, rejected: wrong-host"),
            ("\"expired\"", "`web`: expected rejected: expired, accepted"),
            ("\"future\"", "`old`: expected rejected: future, rejected: expired"),
            ("\"web\"", "`web`: expected accepted, rejected: wrong-eku"),
        ]
    );
    assert!(
        made.receipt.contains(
            "  verify   web rejected: wrong-host; web ok host=web.example.com; old rejected: expired; web rejected: wrong-eku\n"
        ),
        "{}",
        made.receipt
    );
}

#[test]
fn a_fault_that_another_hides_is_reported() {
    // Webpki knows no constraints of URIs and rejects all of them: the right leaf is rejected, too.
    let text = "defaults = { key = \"p256\" }\n[ca.root]\ncn = \"Root\"\npermit = [\"example.com\", \"uri:example.com\"]\n\
        [leaf.web]\nissuer = \"root\"\ncn = \"web.example.com\"\nnames = [\"web.example.com\", \"spiffe://example.com/web\"]\n\
        [bad.old]\nfrom = \"web\"\nfault = \"mismatch\"\n[[expect]]\nverify = \"web\"\n";
    let made = made(text);
    let codes: Vec<&str> = made.failures.iter().map(|failure| failure.code).collect();
    assert_eq!(codes, ["claim-does-not-hold"; 1], "{:?}", made.failures);
    // OpenSSL knows them.
    Files::of(&made).ok("verify -x509_strict -CAfile root.crt web.crt");
}

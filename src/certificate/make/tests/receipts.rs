//! Receipts: the same each time, in one line for each field.

use super::{Machine, block, made, make};
use crate::certificate::{Kind, Request};
use std::time::{Duration, UNIX_EPOCH};

const TEXT: &str = "defaults = { key = \"p256\", days = 365, subject = { C = \"US\", O = \"Example, Inc.\" } }\n\
    [ca.root]\ncn = \"Tutorial Test CA\"\nkey_file = \"private.key\"\npassword = \"of the CA\"\npermit = [\"example.com\", \"localhost\", \"127.0.0.1\", \"::1\"]\n\
    [leaf.mdb]\nissuer = \"root\"\ncn = \"mongod.example.com\"\nsubject = { OU = \"Servers\" }\n\
    names = [\"mongod.example.com\", \"localhost\", \"127.0.0.1\", \"::1\"]\nuse = [\"server\", \"client\"]\nemit = [\"key\", \"csr\", \"crt\", \"pem\"]\n\
    [bad.mdb-expired]\nfrom = \"mdb\"\nfault = \"expired\"\n\
    [crl.root]\nrevoke = [\"mdb-expired\"]\n\
    [[expect]]\nverify = \"mdb\"\nhost = \"mongod.example.com\"\n\
    [[expect]]\nverify = \"mdb-expired\"\nerror = \"expired\"\n";

const RECEIPT: &str = "\
ca root.crt
  subject  C=US, O=Example\\, Inc., CN=Tutorial Test CA
  issuer   self
  key      P-256 private.key encrypted
  signed   ecdsa-with-SHA256
  validity 365 days
  permit   DNS:example.com, DNS:localhost, IP:127.0.0.1, IP:::1
  basic    CA:TRUE, pathlen:0
  keyUsage keyCertSign, cRLSign (critical)
  files    private.key 0600  root.crt 0644

leaf mdb.crt
  subject  C=US, O=Example\\, Inc., OU=Servers, CN=mongod.example.com
  issuer   C=US, O=Example\\, Inc., CN=Tutorial Test CA
  key      P-256 mdb.key plain
  signed   ecdsa-with-SHA256
  validity 365 days
  names    DNS:mongod.example.com, DNS:localhost, IP:127.0.0.1, IP:::1
  basic    CA:FALSE
  keyUsage digitalSignature (critical)
  extUsage serverAuth, clientAuth
  files    mdb.key 0600  mdb.csr 0644  mdb.crt 0644  mdb.pem 0600
  verify   mdb ok host=mongod.example.com; mdb-expired rejected: expired

bad mdb-expired.crt
  subject  C=US, O=Example\\, Inc., OU=Servers, CN=mongod.example.com
  issuer   C=US, O=Example\\, Inc., CN=Tutorial Test CA
  key      P-256 mdb-expired.key plain
  signed   ecdsa-with-SHA256
  validity 10 days, over for a day
  names    DNS:mongod.example.com, DNS:localhost, IP:127.0.0.1, IP:::1
  basic    CA:FALSE
  keyUsage digitalSignature (critical)
  extUsage serverAuth, clientAuth
  files    mdb-expired.key 0600  mdb-expired.crt 0644  mdb-expired.pem 0600
  fault    expired

crl root.crl
  issuer   C=US, O=Example\\, Inc., CN=Tutorial Test CA
  signed   ecdsa-with-SHA256
  validity 30 days
  revoked  mdb-expired
  files    root.crl 0644
";

#[test]
fn a_receipt_is_the_same_each_time() {
    let first = made(TEXT);
    assert_eq!(first.receipt, RECEIPT);
    // Another day, and another time of day.
    let later = UNIX_EPOCH + Duration::from_secs(1_900_000_123);
    let second = make(&block(TEXT), &Machine::default(), later).unwrap();
    assert_eq!(second.receipt, RECEIPT);
    assert_eq!(second.failures, []);
    assert_ne!(first.certificates, second.certificates);
    assert_eq!(second.certificates[0].not_before, "2030-03-17T16:48:43Z");
    assert_eq!(second.certificates[0].not_after, "2031-03-17T16:48:43Z");
    let ids: Vec<&str> = second.certificates.iter().map(|issued| issued.id.as_str()).collect();
    assert_eq!(ids, ["root", "mdb", "mdb-expired"]);
}

#[test]
fn a_field_stays_in_its_line() {
    let mut block = block(TEXT);
    // The reader lets none of this through; a request or another's CA may have it.
    for item in &mut block.items {
        if let Kind::Leaf(leaf) = &mut item.kind
            && let Request::New { subject, .. } = &mut leaf.request
        {
            for (_, value) in subject.0.iter_mut().filter(|(_, value)| value == "Servers") {
                *value = "a\nleaf b\u{1b}[31m\u{202e}+c\\".to_owned();
            }
        }
    }
    let made = make(&block, &Machine::default(), std::time::SystemTime::now()).unwrap();
    let line = made.receipt.lines().find(|line| line.contains("OU=")).unwrap();
    assert!(line.contains("OU=a\\u{a}leaf b\\u{1b}[31m\\u{202e}\\+c\\\\, CN="), "{line}");
    assert_eq!(made.receipt.lines().filter(|line| line.starts_with("leaf ")).count(), 1);
}

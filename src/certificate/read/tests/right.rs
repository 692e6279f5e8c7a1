//! Blocks that are right, and what they say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::of;
use crate::certificate::{
    Algorithm, Attribute, Block, Fault, Kind, Leaf, Name, Output, Password, Request, Use, read_plain,
};

/// The example of the documents.
const WHOLE: &str = r#"
dir = "/opt/certs"
defaults = { key = "rsa-2048", days = 365, subject = { C = "US", O = "Example" } }

[ca.mdbca]
cn       = "Tutorial Test CA"
key_file = "mdbprivate.key"
password = "<ca-password>"
permit   = ["example.com", "localhost", "127.0.0.1", "::1"]

[leaf.mdb]
issuer  = "mdbca"
cn      = "mongod.example.com"
subject = { OU = "Servers" }
names   = ["mongod.example.com", "localhost", "127.0.0.1", "::1"]
use     = ["server", "client"]
emit    = ["key", "csr", "crt", "pem"]
profile = "mongodb-member"

[leaf.from-csr]
issuer = "mdbca"
csr    = "bi.csr"

[bad.mdb-expired]
from  = "mdb"
fault = "expired"

[crl.mdbca]
revoke = ["from-csr"]

[[expect]]
verify = "mdb"
host   = "mongod.example.com"

[[expect]]
verify = "mdb-expired"
error  = "expired"
"#;

/// The block of a text that is right.
fn right(text: &str) -> Block {
    let (block, found, drawn) = of(text);
    assert!(found.is_empty(), "{drawn}");
    let block = block.expect("a block");
    assert_eq!(read_plain(text).as_ref(), Ok(&block), "both readings are the same");
    block
}

fn leaf<'b>(block: &'b Block, id: &str) -> &'b Leaf {
    let item = block.items.iter().find(|item| item.id.value == id).expect("the id");
    let Kind::Leaf(leaf) = &item.kind else { panic!("{id} is no leaf") };
    leaf
}

fn files(leaf: &Leaf) -> Vec<(Output, &str)> {
    leaf.files.iter().map(|file| (file.output, file.name.value.as_str())).collect()
}

#[test]
fn the_example_of_the_documents() {
    let block = right(WHOLE);
    assert_eq!((block.dir.value.as_str(), block.replace), ("/opt/certs", false));
    assert_eq!(&WHOLE[block.dir.at.clone()], "\"/opt/certs\"");
    let ids: Vec<&str> = block.items.iter().map(|item| item.id.value.as_str()).collect();
    assert_eq!(ids, ["mdbca", "mdb", "from-csr", "mdb-expired", "mdbca"], "in the order of the page");
    assert!(block.items.iter().all(|item| WHOLE[item.id.at.clone()] == item.id.value));

    let Kind::Ca(ca) = &block.items[0].kind else { panic!() };
    let subject = [
        (Attribute::Country, "US".to_owned()),
        (Attribute::Organization, "Example".to_owned()),
        (Attribute::CommonName, "Tutorial Test CA".to_owned()),
    ];
    assert_eq!(ca.subject.0, subject);
    assert_eq!((ca.issuer, ca.key, ca.days.value, ca.path_length), (None, Algorithm::Rsa2048, 365, 0));
    let permit: Vec<&Name> = ca.permit.iter().map(|name| &name.value).collect();
    let dns = |host: &str| Name::Dns(host.to_owned());
    let addresses = [Name::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST)), Name::Ip(IpAddr::V6(Ipv6Addr::LOCALHOST))];
    assert_eq!(permit, [&dns("example.com"), &dns("localhost"), &addresses[0], &addresses[1]]);
    let password = ca.password.as_ref().map(|password| &password.value);
    assert!(password == Some(&Password::Text("<ca-password>".to_owned())));
    assert_eq!((ca.key_file.value.as_str(), ca.crt_file.value.as_str()), ("mdbprivate.key", "mdbca.crt"));
    assert!(!ca.existing);

    let mdb = leaf(&block, "mdb");
    assert_eq!((mdb.issuer.value, mdb.mongodb_member), (0, true));
    assert_eq!(mdb.uses, [Use::Server, Use::Client]);
    let names: Vec<&Name> = mdb.names.iter().map(|name| &name.value).collect();
    assert_eq!(names, [&dns("mongod.example.com"), &dns("localhost"), &addresses[0], &addresses[1]]);
    let Request::New { subject, key, password } = &mdb.request else { panic!() };
    let attributes: Vec<Attribute> = subject.0.iter().map(|(attribute, _)| *attribute).collect();
    let order = [Attribute::Country, Attribute::Organization, Attribute::Unit, Attribute::CommonName];
    assert_eq!(attributes, order);
    assert!(*key == Algorithm::Rsa2048 && password.is_none());
    let made = [
        (Output::Key, "mdb.key"),
        (Output::Csr, "mdb.csr"),
        (Output::Crt, "mdb.crt"),
        (Output::Pem, "mdb.pem"),
    ];
    assert_eq!(files(mdb), made);

    let signed = leaf(&block, "from-csr");
    assert!(matches!(&signed.request, Request::Csr(file) if file.value == "bi.csr"));
    assert_eq!((signed.names.len(), files(signed)), (0, vec![(Output::Crt, "from-csr.crt")]));

    let Kind::Bad(bad) = &block.items[3].kind else { panic!() };
    assert_eq!((bad.from.value, bad.fault.value), (1, Fault::Expired));
    let stems: Vec<&str> = bad.files.iter().map(|file| file.name.value.as_str()).collect();
    assert_eq!(stems, ["mdb-expired.key", "mdb-expired.crt", "mdb-expired.pem"]);

    let Kind::Crl(list) = &block.items[4].kind else { panic!() };
    let revoked: Vec<usize> = list.revoke.iter().map(|id| id.value).collect();
    assert_eq!((list.ca, revoked, list.days.value), (0, vec![2], 30));
    assert_eq!(list.file.value, "mdbca.crl");

    let claims: Vec<_> = block.expects.iter().map(|claim| (claim.verify.value, claim.as_)).collect();
    assert_eq!(claims, [(1, Use::Server), (3, Use::Server)]);
    assert_eq!(block.expects[0].host.as_ref().map(|host| &host.value), Some(&dns("mongod.example.com")));
    assert_eq!(block.expects[1].error.as_ref().map(|error| error.value), Some(Fault::Expired));
}

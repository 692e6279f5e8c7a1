//! Everything that a right block makes is accepted by OpenSSL.

use std::fmt::Write as _;

use super::{Machine, made, made_on, openssl::Files};

/// One CA, one leaf for all, of an algorithm.
fn pair(algorithm: &str) -> String {
    format!(
        "defaults = {{ key = \"{algorithm}\", subject = {{ C = \"US\", O = \"Example\" }} }}\n\
         [ca.root]\ncn = \"Tutorial Test CA\"\n\
         [leaf.web]\nissuer = \"root\"\ncn = \"web.example.com\"\nuse = [\"server\", \"client\"]\n\
         names = [\"web.example.com\", \"*.apps.example.com\", \"127.0.0.1\", \"::1\", \"admin@example.com\", \"spiffe://example.com/web\"]\n\
         emit = [\"key\", \"csr\", \"crt\", \"chain\", \"pem\"]\n\
         [crl.root]\n\
         [[expect]]\nverify = \"web\"\n[[expect]]\nverify = \"web\"\nas = \"client\"\n\
         [[expect]]\nverify = \"web\"\nhost = \"a.apps.example.com\"\n[[expect]]\nverify = \"web\"\nhost = \"::1\"\n"
    )
}

fn accepts_all_of(algorithm: &str, key: &str) {
    let made = made(&pair(algorithm));
    assert_eq!(made.failures, [], "{}", made.receipt);
    let files = Files::of(&made);
    for purpose in ["sslserver", "sslclient"] {
        let strict = format!("verify -x509_strict -check_ss_sig -purpose {purpose} -CAfile root.crt web.crt");
        assert_eq!(files.ok(&strict), "web.crt: OK\n");
    }
    for host in [
        "-verify_hostname web.example.com",
        "-verify_hostname a.apps.example.com",
        "-verify_ip 127.0.0.1",
        "-verify_ip ::1",
        "-verify_email admin@example.com",
    ] {
        files.ok(&format!("verify -x509_strict {host} -CAfile root.crt web.crt"));
    }
    assert_eq!(files.error("-verify_hostname other.example.com -CAfile root.crt web.crt"), Some(62));
    assert!(files.ok("req -verify -noout -in web.csr").contains("verify OK"));
    files.ok("verify -x509_strict -crl_check_all -CRLfile root.crl -CAfile root.crt web.crt");
    files.ok("crl -noout -verify -CAfile root.crt -in root.crl");
    files.ok("verify -CAfile root.crt web-chain.crt");
    // The key, the request, the bundle and the certificate are of one key, of the right kind.
    let public = files.ok("pkey -in web.key -pubout");
    assert_eq!(files.ok("x509 -noout -pubkey -in web.crt"), public);
    assert_eq!(files.ok("req -noout -pubkey -in web.csr"), public);
    assert_eq!(files.ok("pkey -in web.pem -pubout"), public);
    assert_eq!(files.ok("x509 -noout -pubkey -in web.pem"), public);
    assert!(files.ok("pkey -in web.key -noout -text").contains(key), "{algorithm}");
    assert!(!files.text("web.pem").contains('\r'));
    assert!(files.text("web.pem").starts_with("-----BEGIN PRIVATE KEY-----\n"));
}

#[test]
fn rsa_is_accepted() {
    accepts_all_of("rsa-2048", "Private-Key: (2048 bit, 2 primes)");
}

#[test]
fn p256_is_accepted() {
    accepts_all_of("p256", "Private-Key: (256 bit)");
}

#[test]
fn p384_is_accepted() {
    accepts_all_of("p384", "Private-Key: (384 bit)");
}

#[test]
fn ed25519_is_accepted() {
    accepts_all_of("ed25519", "ED25519 Private-Key:");
}

#[test]
fn longer_rsa_keys_have_their_bits() {
    let text = "[ca.root]\ncn = \"Root\"\nkey = \"p256\"\n\
        [leaf.a]\nissuer = \"root\"\ncn = \"a.example.com\"\nkey = \"rsa-3072\"\n\
        [leaf.b]\nissuer = \"root\"\ncn = \"b.example.com\"\nkey = \"rsa-4096\"\n";
    let files = Files::of(&made(text));
    assert!(files.ok("pkey -in a.key -noout -text").contains("(3072 bit"));
    assert!(files.ok("pkey -in b.key -noout -text").contains("(4096 bit"));
    files.ok("verify -x509_strict -CAfile root.crt a.crt b.crt");
}

#[test]
fn a_certificate_says_what_it_must() {
    let made = made(&pair("rsa-2048"));
    for field in [
        "  key      RSA-2048 web.key plain\n",
        "  signed   sha256WithRSAEncryption\n",
        "  keyUsage digitalSignature, keyEncipherment (critical)\n",
        "email:admin@example.com, URI:spiffe://example.com/web\n",
    ] {
        assert!(made.receipt.contains(field), "{}", made.receipt);
    }
    let files = Files::of(&made);
    let text = files.ok("x509 -noout -text -nameopt RFC2253 -in web.crt");
    for part in [
        "Version: 3",
        "Signature Algorithm: sha256WithRSAEncryption",
        "Issuer: CN=Tutorial Test CA,O=Example,C=US",
        "Subject: CN=web.example.com,O=Example,C=US",
        "X509v3 Basic Constraints: critical\n                CA:FALSE\n",
        "X509v3 Key Usage: critical\n                Digital Signature, Key Encipherment\n",
        "X509v3 Extended Key Usage: \n                TLS Web Server Authentication, TLS Web Client Authentication\n",
        "DNS:web.example.com, DNS:*.apps.example.com, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, \
         email:admin@example.com, URI:spiffe://example.com/web\n",
        "X509v3 Subject Key Identifier: ",
        "X509v3 Authority Key Identifier: ",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let text = files.ok("x509 -noout -text -in root.crt");
    assert!(
        text.contains("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0\n"),
        "{text}"
    );
    assert!(
        text.contains("X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign\n"),
        "{text}"
    );
    // The parts of the subject have the types that RFC 5280 asks for.
    let parts = files.ok("asn1parse -in web.crt");
    assert!(
        parts.contains("PRINTABLESTRING   :US") && parts.contains("UTF8STRING        :Example"),
        "{parts}"
    );
    let digits = files.ok("x509 -noout -serial -in web.crt");
    let serial = digits.trim().strip_prefix("serial=").unwrap();
    assert!(serial.len() <= 32 && serial.len() > 24, "{serial}");
    let issued = made.certificates.iter().find(|issued| issued.id == "web").unwrap();
    assert_eq!(issued.serial.to_uppercase(), serial);
    let print = files.ok("x509 -noout -fingerprint -sha256 -in web.crt");
    let print = print.trim().rsplit('=').next().unwrap().replace(':', "").to_lowercase();
    assert_eq!(print, issued.sha256);
    assert_eq!(
        files.ok("x509 -noout -enddate -dateopt iso_8601 -in web.crt").trim(),
        format!("notAfter={}", issued.not_after.replace('T', " "))
    );
}

#[test]
fn dates_after_2049_are_accepted() {
    let text = "[ca.root]\ncn = \"Root\"\nkey = \"p256\"\ndays = 20000\n\
        [leaf.a]\nissuer = \"root\"\ncn = \"a.example.com\"\nkey = \"p256\"\n";
    let files = Files::of(&made(text));
    assert!(files.ok("asn1parse -in root.crt").contains("GENERALIZEDTIME"));
    assert!(!files.ok("asn1parse -in a.crt").contains("GENERALIZEDTIME"));
    files.ok("verify -x509_strict -CAfile root.crt a.crt");
}

#[test]
fn intermediates_and_their_lists_are_accepted() {
    let text = "defaults = { key = \"p256\" }\n\
        [ca.root]\ncn = \"Root\"\n[ca.middle]\ncn = \"Middle\"\nissuer = \"root\"\n[ca.low]\ncn = \"Low\"\nissuer = \"middle\"\n\
        [leaf.a]\nissuer = \"low\"\ncn = \"a.example.com\"\nemit = [\"key\", \"crt\", \"chain\", \"pem\", \"p12\"]\npassword = \"a long password\"\n\
        [leaf.b]\nissuer = \"low\"\ncn = \"b.example.com\"\n\
        [crl.root]\n[crl.middle]\n[crl.low]\nrevoke = [\"b\"]\n\
        [[expect]]\nverify = \"a\"\n[[expect]]\nverify = \"b\"\nerror = \"revoked\"\n";
    let made = made(text);
    assert_eq!(made.failures, [], "{}", made.receipt);
    let files = Files::of(&made);
    let lists = "-crl_check_all -CRLfile root.crl -CRLfile middle.crl -CRLfile low.crl";
    files.ok(&format!("verify -x509_strict {lists} -CAfile root.crt -untrusted a-chain.crt a.crt"));
    assert_eq!(files.error(&format!("{lists} -CAfile root.crt -untrusted a-chain.crt b.crt")), Some(23));
    assert_eq!(files.text("a-chain.crt").matches("BEGIN CERTIFICATE").count(), 3);
    assert!(files.text("a.pem").ends_with(&files.text("a-chain.crt")));
    let text = files.ok("x509 -noout -text -in root.crt");
    assert!(text.contains("pathlen:2"), "{text}");
}

#[test]
fn encrypted_keys_and_archives_open_with_their_password_only() {
    let text = "defaults = { key = \"p256\" }\n\
        [ca.root]\ncn = \"Root\"\npassword = { env = \"CA_PASSWORD\" }\n\
        [leaf.web]\nissuer = \"root\"\ncn = \"web.example.com\"\nemit = [\"key\", \"crt\", \"pem\", \"p12\"]\npassword = \"sesam-öffne\"\n";
    let machine = Machine::default().variable("CA_PASSWORD", "open-ca");
    let made = made_on(text, &machine);
    let files = Files::of(&made);
    assert!(files.text("root.key").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    let public = files.ok("x509 -noout -pubkey -in root.crt");
    assert_eq!(files.ok("pkey -in root.key -passin pass:open-ca -pubout"), public);
    files.ok("pkcs8 -in root.key -passin pass:open-ca");
    assert!(!files.openssl("pkey -in root.key -passin pass:wrong -pubout").success);
    let parameters = files.ok("asn1parse -in root.key");
    for part in ["PBES2", "PBKDF2", ":0186A0", "hmacWithSHA256", "aes-256-cbc"] {
        assert!(parameters.contains(part), "{part}\n{parameters}");
    }
    // The bundle and the archive have the leaf's key, under the same password.
    let public = files.ok("x509 -noout -pubkey -in web.crt");
    assert_eq!(files.ok("pkey -in web.pem -passin pass:sesam-öffne -pubout"), public);
    let info = files.ok("pkcs12 -info -in web.p12 -passin pass:sesam-öffne -nodes");
    for part in [
        "MAC: sha256, Iteration 100000",
        "AES-256-CBC, Iteration 100000, PRF hmacWithSHA256",
        "CN = web.example.com",
        "CN = Root",
    ] {
        assert!(info.contains(part), "{part}\n{info}");
    }
    assert!(!files.openssl("pkcs12 -info -in web.p12 -passin pass:wrong -nodes").success);
    files.write("from-p12.key", &info.as_bytes()[info.find("-----BEGIN PRIVATE").unwrap()..]);
    assert_eq!(files.ok("pkey -in from-p12.key -pubout"), public);
}

#[test]
fn only_what_holds_a_key_is_private() {
    let text = "defaults = { key = \"p256\" }\n[ca.root]\ncn = \"Root\"\n\
        [leaf.web]\nissuer = \"root\"\ncn = \"web.example.com\"\nemit = [\"key\", \"csr\", \"crt\", \"chain\", \"pem\", \"p12\"]\npassword = \"a password\"\n\
        [bad.old]\nfrom = \"web\"\nfault = \"expired\"\n[crl.root]\n";
    let made = made(text);
    let mut modes = String::new();
    for file in &made.files {
        let _ = write!(modes, "{} {:o} ", file.name, file.mode);
        let has_key =
            file.name.ends_with("p12") || String::from_utf8_lossy(&file.bytes).contains("PRIVATE KEY");
        assert_eq!(file.mode == 0o600, has_key, "{}", file.name);
    }
    assert_eq!(
        modes,
        "root.key 600 root.crt 644 web.key 600 web.csr 644 web.crt 644 web-chain.crt 644 web.pem 600 web.p12 600 \
         old.key 600 old.crt 644 old.pem 600 root.crl 644 "
    );
    assert!(!format!("{made:?}").contains("PRIVATE"));
}

#[test]
fn a_ca_signs_only_what_it_permits() {
    let text = "defaults = { key = \"p256\" }\n\
        [ca.root]\ncn = \"Root\"\npermit = [\"example.com\", \"localhost\", \"127.0.0.0/8\", \"::1\"]\n\
        [leaf.web]\nissuer = \"root\"\ncn = \"web.example.com\"\nnames = [\"web.example.com\", \"*.example.com\", \"localhost\", \"127.1.2.3\", \"::1\"]\n\
        [[expect]]\nverify = \"web\"\n";
    let made = made(text);
    assert_eq!(made.failures, [], "{}", made.receipt);
    let files = Files::of(&made);
    files.ok("verify -x509_strict -verify_hostname web.example.com -CAfile root.crt web.crt");
    let text = files.ok("x509 -noout -text -in root.crt");
    let part = "X509v3 Name Constraints: critical\n                Permitted:\n                  DNS:example.com\n                  DNS:localhost\n                  IP:127.0.0.0/255.0.0.0\n";
    assert!(text.contains(part), "{text}");
    assert!(!text.contains("Excluded"), "{text}");
}

#[test]
fn a_ca_that_lists_hosts_only_excludes_all_addresses() {
    let text = "defaults = { key = \"p256\" }\n\
        [ca.root]\ncn = \"Root\"\npermit = [\"example.com\"]\n\
        [leaf.web]\nissuer = \"root\"\ncn = \"web.example.com\"\n[[expect]]\nverify = \"web\"\n";
    let made = made(text);
    assert_eq!(made.failures, [], "{}", made.receipt);
    let files = Files::of(&made);
    files.ok("verify -x509_strict -CAfile root.crt web.crt");
    let text = files.ok("x509 -noout -text -in root.crt");
    assert!(text.contains("Excluded:\n                  IP:0.0.0.0/0.0.0.0\n                  IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0\n"), "{text}");
}

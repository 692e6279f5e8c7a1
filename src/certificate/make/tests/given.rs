//! CAs and requests that OpenSSL made.

use super::{Machine, made_on, openssl::Files, place, refused};

/// A CA by OpenSSL: `ca.key` as it is, and `ca.crt`.
fn ca(key: &str, options: &str) -> Files {
    named_ca(key, "/C=US/O=Other/OU=One/CN=Another", options)
}

fn named_ca(key: &str, subject: &str, options: &str) -> Files {
    let files = Files::new();
    files.ok(&format!("{key} -out ca.key"));
    files.ok(&format!(
        "req -x509 -new -multivalue-rdn -key ca.key -passin pass:opensesame -subj {subject} -out ca.crt {options}"
    ));
    files
}

const RSA: &str = "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048";
const EC: &str = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";
const CA: &str = "-days 100 -addext keyUsage=critical,keyCertSign,cRLSign";

const BELOW: &str = "defaults = { key = \"p256\", days = 30 }\n\
    [ca.given]\nexisting = true\nkey_file = \"ca.key\"\ncrt_file = \"ca.crt\"\n\
    [leaf.web]\nissuer = \"given\"\ncn = \"web.example.com\"\n\
    [crl.given]\n[bad.out]\nfrom = \"web\"\nfault = \"revoked\"\n[bad.imp]\nfrom = \"web\"\nfault = \"untrusted\"\n\
    [[expect]]\nverify = \"web\"\n";

/// The files of an existing CA, on a machine.
fn machine(files: &Files) -> Machine {
    Machine::default().file("ca.key", files.read("ca.key")).file("ca.crt", files.read("ca.crt"))
}

fn signs(files: &Files, text: &str, state: &str) {
    let made = made_on(text, &machine(files));
    assert_eq!(made.failures, [], "{}", made.receipt);
    assert!(made.receipt.contains(state), "{}", made.receipt);
    let issued = Files::of(&made);
    issued.write("ca.crt", &files.read("ca.crt"));
    issued.ok("verify -x509_strict -CAfile ca.crt web.crt");
    issued.ok("verify -crl_check -CRLfile given.crl -CAfile ca.crt web.crt");
    assert_eq!(issued.error("-crl_check -CRLfile given.crl -CAfile ca.crt out.crt"), Some(23));
    assert_eq!(issued.error("-CAfile ca.crt imp.crt"), Some(20));
    assert!(made.files.iter().all(|file| !file.name.starts_with("ca.")));
}

#[test]
fn a_ca_of_another_step_signs() {
    let files = ca(EC, CA);
    signs(&files, BELOW, "  key      P-256 ca.key as found\n");
    let receipt = made_on(BELOW, &machine(&files)).receipt;
    let start = "ca ca.crt\n  subject  C=US, O=Other, OU=One, CN=Another\n";
    assert!(receipt.starts_with(start), "{receipt}");
    // A name that could not be written again byte for byte would be another one's.
    for subject in ["/O=Other/OU=One/OU=Two/CN=Another", "/O=Other/CN=Another+UID=7"] {
        let refusal = refused(BELOW, &machine(&named_ca(EC, subject, CA)));
        assert_eq!((refusal.code, place(BELOW, &refusal)), ("not-a-ca", "\"ca.crt\""), "{subject}");
    }
}

#[test]
fn keys_of_older_forms_are_read() {
    let files = ca("genrsa -traditional", CA);
    assert!(files.text("ca.key").starts_with("-----BEGIN RSA PRIVATE KEY"));
    signs(&files, BELOW, "  key      RSA-2048 ca.key as found\n");
    // With a block of parameters before it, as OpenSSL writes it by itself.
    let files = ca("ecparam -name secp384r1 -genkey", CA);
    assert!(files.text("ca.key").contains("-----BEGIN EC PRIVATE KEY"));
    signs(&files, BELOW, "  key      P-384 ca.key as found\n");
    signs(&ca("genpkey -algorithm ed25519", CA), BELOW, "  key      Ed25519 ca.key as found\n");
}

#[test]
fn an_encrypted_key_opens_with_its_password() {
    let files = ca(&format!("{EC} -aes-256-cbc -pass pass:opensesame"), CA);
    assert!(files.text("ca.key").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY"));
    let text = BELOW.replace("existing = true\n", "existing = true\npassword = \"opensesame\"\n");
    signs(&files, &text, "  key      P-256 ca.key as found\n");

    let wrong = text.replace("\"opensesame\"", "\"not it\"");
    let refusal = refused(&wrong, &machine(&files));
    assert_eq!((refusal.code, place(&wrong, &refusal)), ("wrong-password", "\"not it\""));
    let refusal = refused(BELOW, &machine(&files));
    assert_eq!((refusal.code, place(BELOW, &refusal)), ("wrong-password", "\"ca.key\""));
    assert!(!format!("{refusal:?}").contains("opensesame"));
}

#[test]
fn keys_that_openssl_encrypts_by_older_ciphers_are_read() {
    let files = ca(EC, CA);
    let text = BELOW.replace("existing = true\n", "existing = true\npassword = \"opensesame\"\n");
    // As `openssl req -newkey` does it to this day, and OpenSSL 1.0.
    for cipher in ["-v2 des3", "-v2 aes128 -v2prf hmacWithSHA1", "-scrypt"] {
        files.ok(&format!("pkcs8 -topk8 -in ca.key {cipher} -passout pass:opensesame -out old.key"));
        let machine = machine(&files).file("ca.key", files.read("old.key"));
        let made = made_on(&text, &machine);
        assert_eq!(made.failures, [], "{cipher}");
        assert!(made.receipt.contains("  key      P-256 ca.key as found\n"), "{}", made.receipt);
    }
}

#[test]
fn a_key_that_cannot_be_read_says_what_converts_it() {
    let files = ca("genrsa -traditional -aes128 -passout pass:opensesame", CA);
    assert!(files.text("ca.key").contains("Proc-Type: 4,ENCRYPTED"));
    let refusal = refused(BELOW, &machine(&files));
    assert_eq!(refusal.code, "unreadable-input");
    assert!(refusal.help.unwrap().contains("openssl pkcs8 -topk8 -in ca.key -out new.key"));
    // What it says works.
    files.ok("pkcs8 -topk8 -in ca.key -passin pass:opensesame -passout pass:opensesame -out new.key");
    files.write("ca.key", &files.read("new.key"));
    let text = BELOW.replace("existing = true\n", "existing = true\npassword = \"opensesame\"\n");
    signs(&files, &text, "  key      RSA-2048 ca.key as found\n");
    // PBES1, as OpenSSL 0.9 wrote it.
    let files = ca(EC, CA);
    files.ok("pkcs8 -topk8 -in ca.key -v1 PBE-SHA1-3DES -passout pass:opensesame -out old.key");
    let refusal = refused(&text, &machine(&files).file("ca.key", files.read("old.key")));
    assert_eq!((refusal.code, refusal.label.as_str()), ("unreadable-input", "this key"));
}

#[test]
fn a_ca_that_cannot_sign_is_refused() {
    let good = ca(EC, CA);
    let other = ca(EC, CA);
    let rsa = ca(RSA, CA);
    let refusal = refused(BELOW, &machine(&good).file("ca.key", other.read("ca.key")));
    assert_eq!((refusal.code, place(BELOW, &refusal)), ("mismatched-key", "\"ca.key\""));
    let refusal = refused(BELOW, &machine(&good).file("ca.key", rsa.read("ca.key")));
    assert_eq!((refusal.code, refusal.label.as_str()), ("mismatched-key", "another one's key"));

    let cases = [
        (
            "-days 100 -addext basicConstraints=critical,CA:FALSE",
            "not-a-ca",
            "`ca.crt` is not a CA's certificate",
        ),
        (
            "-days 100 -addext keyUsage=critical,digitalSignature",
            "not-a-ca",
            "the CA of `ca.crt` may not sign certificates",
        ),
        ("-days 10", "outlives-issuer", "it would be valid longer than its CA"),
    ];
    for (options, code, message) in cases {
        let files = ca(EC, options);
        let refusal = refused(BELOW, &machine(&files));
        assert_eq!((refusal.code, refusal.message.as_str()), (code, message), "{options}");
    }
    let files = ca("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521", CA);
    let refusal = refused(BELOW, &machine(&files));
    assert_eq!(refusal.code, "unreadable-input");
    let refusal = refused(BELOW, &machine(&good).file("ca.crt", "no certificate"));
    assert_eq!((refusal.code, place(BELOW, &refusal)), ("unreadable-input", "\"ca.crt\""));
}

#[test]
fn what_would_outlive_its_ca_by_less_than_a_day_ends_with_it() {
    let files = ca(EC, &CA.replace("100", "30"));
    // From an hour ago on: 23 hours longer than the CA, and a day more than that.
    let text = BELOW.replace("days = 30", "days = 31");
    signs(&files, &text, "  validity 31 days\n");
    let issued = Files::of(&made_on(&text, &machine(&files)));
    issued.write("ca.crt", &files.read("ca.crt"));
    let end = |name: &str| issued.ok(&format!("x509 -in {name} -noout -enddate"));
    assert_eq!(end("web.crt"), end("ca.crt"));
    let refusal = refused(&BELOW.replace("days = 30", "days = 32"), &machine(&files));
    assert_eq!(refusal.code, "outlives-issuer");
}

#[test]
fn an_expired_ca_is_refused() {
    let files = ca(EC, CA);
    files.write("empty", b"");
    // `req` can't make one; `ca` can.
    files.write("conf", b"[ca]\ndefault_ca=d\n[d]\ndatabase=empty\nserial=serial\nnew_certs_dir=.\npolicy=p\ndefault_md=sha256\nx509_extensions=x\nrand_serial=yes\n[p]\ncommonName=supplied\n[x]\nbasicConstraints=critical,CA:TRUE\n");
    files.ok("req -new -key ca.key -subj /CN=Old -out old.csr");
    files.ok("ca -batch -config conf -selfsign -keyfile ca.key -in old.csr -notext -startdate 20200101000000Z -enddate 20210101000000Z -out ca.crt");
    let refusal = refused(BELOW, &machine(&files));
    assert_eq!(
        (refusal.code, refusal.message.as_str()),
        ("unreadable-input", "the CA of `ca.crt` expired on 2021-01-01")
    );
}

#[test]
fn what_an_existing_ca_permits_and_its_path_length_hold() {
    let permit = "-addext nameConstraints=critical,permitted;DNS:example.org -addext basicConstraints=critical,CA:TRUE,pathlen:0";
    let files = ca(EC, &format!("{CA} {permit}"));
    let refusal = refused(BELOW, &machine(&files));
    assert_eq!((refusal.code, place(BELOW, &refusal)), ("name-not-permitted", "\"web.example.com\""));
    let below = BELOW.replace("web.example.com", "web.example.org");
    signs(&files, &below, "ca ca.crt\n");
    let deeper = "defaults = { key = \"p256\", days = 30 }\n\
        [ca.given]\nexisting = true\nkey_file = \"ca.key\"\ncrt_file = \"ca.crt\"\n[ca.low]\ncn = \"Low\"\nissuer = \"given\"\n";
    let refusal = refused(deeper, &machine(&files));
    assert_eq!((refusal.code, place(deeper, &refusal)), ("bad-path-length", "low"));
    // Addresses are not its matter: all of a kind that it does not list are permitted.
    let constraint = below.replace("fault = \"untrusted\"", "fault = \"constraint\"");
    let made = made_on(&constraint, &machine(&files));
    assert_eq!(made.failures, [], "{}", made.receipt);
}

/// A request by OpenSSL, and a block that signs it.
fn request(key: &str, options: &str) -> Machine {
    let files = Files::new();
    files.ok(&format!("{key} -out x.key"));
    files.ok(&format!("req -new -key x.key -out x.csr {options}"));
    Machine::default().file("x.csr", files.read("x.csr"))
}

const SIGN: &str = "defaults = { key = \"p256\" }\n\
    [ca.root]\ncn = \"Root\"\npermit = [\"example.com\", \"10.0.0.0/8\"]\n\
    [leaf.x]\nissuer = \"root\"\ncsr = \"x.csr\"\n[[expect]]\nverify = \"x\"\n";

#[test]
fn a_request_of_another_step_is_signed() {
    let asks = "-subj /O=Other/OU=One/CN=Box -addext subjectAltName=DNS:x.example.com,IP:10.1.2.3 \
        -addext keyUsage=critical,digitalSignature,keyAgreement -addext extendedKeyUsage=serverAuth \
        -addext basicConstraints=CA:FALSE -addext subjectKeyIdentifier=hash";
    for key in [EC, RSA, "genpkey -algorithm ed25519"] {
        let made = made_on(SIGN, &request(key, asks));
        assert_eq!(made.failures, [], "{}", made.receipt);
        let files = Files::of(&made);
        files.ok(
            "verify -x509_strict -purpose sslserver -verify_hostname x.example.com -CAfile root.crt x.crt",
        );
        let text = files.ok("x509 -noout -text -nameopt RFC2253 -in x.crt");
        assert!(text.contains("Subject: CN=Box,OU=One,O=Other\n"), "{text}");
        assert!(text.contains("Digital Signature, Key Agreement\n"), "{text}");
        assert!(text.contains("DNS:x.example.com, IP Address:10.1.2.3\n"), "{text}");
        assert!(made.receipt.contains(" of x.csr\n"), "{}", made.receipt);
        assert!(made.receipt.contains("  names    DNS:x.example.com, IP:10.1.2.3\n"), "{}", made.receipt);
    }
}

#[test]
fn a_request_may_have_a_host_or_names_only() {
    let made = made_on(SIGN, &request(EC, "-subj /CN=x.example.com"));
    assert!(made.receipt.contains("  names    DNS:x.example.com\n"), "{}", made.receipt);
    // Without a subject its names are critical.
    let made = made_on(SIGN, &request(EC, "-subj / -addext subjectAltName=DNS:x.example.com"));
    assert!(made.receipt.contains("  subject  none\n"), "{}", made.receipt);
    let files = Files::of(&made);
    files.ok("verify -x509_strict -CAfile root.crt x.crt");
    assert!(files.ok("x509 -noout -text -in x.crt").contains("Alternative Name: critical"));
}

/// A key, what OpenSSL is asked for, and the code and a part of the message of the refusal.
type Case = (&'static str, String, &'static str, &'static str);

fn are_refused(cases: impl IntoIterator<Item = Case>) {
    for (key, options, code, message) in cases {
        let refusal = refused(SIGN, &request(key, &options));
        assert_eq!(refusal.code, code, "{options}: {}", refusal.message);
        assert!(refusal.message.contains(message), "{options}: {}", refusal.message);
        assert_eq!(place(SIGN, &refusal), "\"x.csr\"");
        assert_ne!(refusal.help.as_deref(), Some(""), "{options}");
    }
}

#[test]
fn requests_that_are_signed_or_extended_badly_are_refused() {
    let named = "-subj /CN=Box -addext subjectAltName=DNS:x.example.com";
    let cases = [
        (EC, format!("{named} -sha1"), "bad-request", "is signed with ecdsa-with-SHA1, which is not safe"),
        (
            RSA,
            format!("{named} -md5"),
            "bad-request",
            "is signed with md5WithRSAEncryption, which is not safe",
        ),
        (
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024",
            named.to_owned(),
            "bad-request",
            "has an RSA key of 1024 bits",
        ),
        (
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521",
            named.to_owned(),
            "bad-request",
            "has a key of a kind",
        ),
        (EC, format!("{named} -addext basicConstraints=CA:TRUE"), "bad-request", "asks to be a CA"),
        (EC, format!("{named} -addext keyUsage=keyCertSign"), "bad-request", "asks for a key usage of CAs"),
        (
            EC,
            format!("{named} -addext extendedKeyUsage=clientAuth"),
            "bad-request",
            "asks for the extended key usage clientAuth, which `use` does not give",
        ),
    ];
    are_refused(cases);
}

#[test]
fn requests_for_what_is_not_permitted_are_refused_by_name() {
    let named = "-subj /CN=Box -addext subjectAltName=DNS:x.example.com";
    let cases = [
        (
            EC,
            format!("{named} -addext tlsfeature=status_request"),
            "bad-request",
            "asks for the extension tlsfeature",
        ),
        (
            EC,
            format!("{named} -addext crlDistributionPoints=URI:http://example.com/x"),
            "bad-request",
            "asks for the extension cRLDistributionPoints",
        ),
        (
            EC,
            "-subj /CN=Box -addext subjectAltName=otherName:1.2.3;UTF8:x".to_owned(),
            "bad-request",
            "asks for a name that can't be honoured: otherName:1.2.3",
        ),
        (EC, "-subj /CN=Box".to_owned(), "bad-request", "has no names, and its subject's CN is not a host"),
        (
            EC,
            "-subj /CN=Box -addext subjectAltName=DNS:x.example.org".to_owned(),
            "name-not-permitted",
            "`DNS:x.example.org` is not among the names that `root` permits",
        ),
        (
            EC,
            "-subj /CN=Box -addext subjectAltName=DNS:x.example.com,email:a@example.com".to_owned(),
            "name-not-permitted",
            "`email:a@example.com` is not among",
        ),
        (
            EC,
            "-subj /CN=Box -addext subjectAltName=IP:192.0.2.1".to_owned(),
            "name-not-permitted",
            "`IP:192.0.2.1` is not among",
        ),
        (
            EC,
            "-subj /CN=root -addext subjectAltName=DNS:x.example.com".to_owned(),
            "same-subject",
            "has the same subject as the CA",
        ),
    ];
    let no_host = "-subj /CN=Box -addext subjectAltName=DNS:https://x.example.com/".to_owned();
    are_refused(cases.into_iter().chain([(
        EC,
        no_host,
        "bad-request",
        "can't be honoured: DNS:https://x.example.com/",
    )]));
}

#[test]
fn a_changed_request_is_refused() {
    let files = Files::new();
    files.ok(&format!("{EC} -out x.key"));
    files.ok("req -new -key x.key -subj /CN=x.example.com -outform der -out x.der");
    let mut der = files.read("x.der");
    let at = der.windows(9).position(|part| part == b"x.example").unwrap();
    der[at] = b'y';
    files.write("x.der", &der);
    files.ok("req -inform der -in x.der -out x.csr");
    let refusal = refused(SIGN, &Machine::default().file("x.csr", files.read("x.csr")));
    assert_eq!((refusal.code, refusal.label.as_str()), ("bad-request", "a bad signature"));
    // Neither PEM, nor there, nor readable.
    let refusal = refused(SIGN, &Machine::default().file("x.csr", der));
    assert_eq!(refusal.code, "unreadable-input");
    let refusal = refused(SIGN, &Machine::default());
    assert_eq!((refusal.code, refusal.message.as_str()), ("unreadable-input", "there is no file `x.csr`"));
    let refusal = refused(SIGN, &Machine::default().file("x.csr", "unreadable"));
    assert_eq!(refusal.message, "`x.csr` could not be read: Permission denied (os error 13)");
}

#[test]
fn our_own_requests_are_signed_too() {
    let text = "defaults = { key = \"p256\" }\n[ca.root]\ncn = \"Root\"\n\
        [leaf.x]\nissuer = \"root\"\ncn = \"x.example.com\"\nuse = [\"server\", \"client\"]\nemit = [\"csr\", \"crt\"]\n";
    let first = made_on(text, &Machine::default());
    let csr = first.files.iter().find(|file| file.name == "x.csr").unwrap();
    let machine = Machine::default().file("x.csr", csr.bytes.to_vec());
    let refusal = refused(SIGN, &machine);
    assert!(refusal.message.contains("extended key usage clientAuth"), "{}", refusal.message);
    assert_eq!(
        refusal.help.as_deref(),
        Some("write `use = [\"server\", \"client\"]`, or make the request without it")
    );
    let both = SIGN.replace("\"x.csr\"\n", "\"x.csr\"\nuse = [\"server\", \"client\"]\n");
    assert_eq!(made_on(&both, &machine).failures, []);
}

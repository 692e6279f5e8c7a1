//! All that a block makes, held against OpenSSL: strict verification, requests, lists of revoked ones, PKCS#12, encrypted
//! keys, requests of other steps, and each fault by its own error.

use std::{
    fmt::Write as _,
    process::{Command, Stdio},
};

use super::harness::{Block, Room, page};

/// Makes a block with `tutor cert` in `certs/`.
pub(super) fn made(text: &str) -> Room {
    let room = Room::new();
    room.write("pki.toml", text);
    let run = room.tutor(&["cert", "pki.toml", "--dir", "certs"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    room
}

/// What a command in `certs/` says, and how it ends.
pub(super) fn said(room: &Room, command: &str) -> (Option<i32>, String) {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(room.path("certs")).stdin(Stdio::null());
    let output = shell.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

/// Runs commands that must end well, each said with the words that it must print.
fn all_well(room: &Room, commands: &[(&str, &str)]) {
    for (command, words) in commands {
        let (code, text) = said(room, command);
        assert!(code == Some(0) && text.contains(words), "{command}: {code:?}, wanted {words}\n{text}");
    }
}

/// Every kind of file, an intermediate authority, name constraints, encrypted keys.
pub(super) const WHOLE: &str = r#"
defaults = { subject = { C = "US", O = "Example" }, key = "@KEY@" }

[ca.root]
cn = "Test Root"
days = 3650
password = "four wet otters"
permit = ["example.com", "localhost", "127.0.0.1", "::1", "10.0.0.0/8"]

[ca.issuing]
issuer = "root"
cn = "Test Issuing CA"
days = 730

[leaf.both]
issuer = "issuing"
cn = "www.example.com"
subject = { OU = "Servers" }
names = ["www.example.com", "*.example.com", "localhost", "127.0.0.1", "::1", "10.1.2.3"]
use = ["server", "client"]
emit = ["key", "csr", "crt", "chain", "pem", "p12"]
password = "six dry badgers"
profile = "mongodb-member"

[leaf.server]
issuer = "root"
cn = "www.example.com"

[leaf.client]
issuer = "root"
cn = "agent.example.com"
use = ["client"]
emit = ["key", "crt", "pem"]

[leaf.gone]
issuer = "issuing"
cn = "gone.example.com"

[crl.issuing]
revoke = ["gone"]

[crl.root]
"#;

#[test]
fn openssl_takes_all_that_a_block_makes() {
    for key in ["rsa-2048", "rsa-3072", "rsa-4096", "p256", "p384", "ed25519"] {
        let room = made(&WHOLE.replace("@KEY@", key));
        let strict = "openssl verify -x509_strict -CAfile root.crt";
        let both = format!("{strict} -untrusted issuing.crt");
        let commands = [
            (format!("{both} -purpose sslserver -verify_hostname db.example.com both.crt"), "both.crt: OK"),
            (format!("{both} -purpose sslserver -verify_ip ::1 both.crt"), "both.crt: OK"),
            (format!("{both} -purpose sslclient both.crt"), "both.crt: OK"),
            (format!("{strict} -untrusted both-chain.crt -purpose sslserver both-chain.crt"), "OK"),
            (
                format!("{strict} -purpose sslserver -verify_hostname www.example.com server.crt"),
                "server.crt: OK",
            ),
            (format!("{strict} -purpose sslclient client.crt"), "client.crt: OK"),
            (format!("{strict} -purpose crlsign -check_ss_sig root.crt"), "root.crt: OK"),
            (format!("{strict} issuing.crt"), "issuing.crt: OK"),
            (format!("{both} -crl_check -CRLfile issuing.crl both.crt"), "both.crt: OK"),
            (
                format!("{both} -crl_check_all -CRLfile issuing.crl -CRLfile root.crl both.crt"),
                "both.crt: OK",
            ),
            ("openssl crl -in issuing.crl -CAfile issuing.crt -noout -text".to_owned(), "verify OK"),
            ("openssl crl -in root.crl -CAfile root.crt -noout -text".to_owned(), "No Revoked Certificates"),
            ("openssl req -in both.csr -verify -noout -text".to_owned(), "DNS:*.example.com"),
            ("openssl pkey -in both.key -passin 'pass:six dry badgers' -noout -check".to_owned(), "valid"),
            ("openssl pkey -in root.key -passin 'pass:four wet otters' -noout -check".to_owned(), "valid"),
            (
                "openssl pkcs12 -in both.p12 -info -nodes -passin 'pass:six dry badgers'".to_owned(),
                "BEGIN PRIVATE KEY",
            ),
            (
                "openssl pkcs12 -in both.p12 -nokeys -passin 'pass:six dry badgers' | grep -c 'BEGIN CERT'"
                    .to_owned(),
                "3",
            ),
            (
                "openssl asn1parse -in both.key -strparse 0 2>&1; openssl asn1parse -in both.key".to_owned(),
                "PBES2",
            ),
        ];
        let commands: Vec<(&str, &str)> =
            commands.iter().map(|(command, words)| (&**command, *words)).collect();
        all_well(&room, &commands);
        // Each file of a key belongs to its certificate.
        for (key, certificate, password) in [
            ("both.key", "both.crt", "six dry badgers"),
            ("both.pem", "both.pem", "six dry badgers"),
            ("server.key", "server.crt", ""),
            ("client.pem", "client.pem", ""),
            ("root.key", "root.crt", "four wet otters"),
            ("issuing.key", "issuing.crt", ""),
        ] {
            let (_, public) =
                said(&room, &format!("openssl pkey -in {key} -passin 'pass:{password}' -pubout"));
            let (_, theirs) = said(&room, &format!("openssl x509 -in {certificate} -noout -pubkey"));
            assert!(public.starts_with("-----BEGIN PUBLIC KEY-----") && public == theirs, "{key}: {public}");
        }
        // These must not open: what opens with any password is not encrypted.
        for wrong in [
            "openssl pkey -in both.key -passin pass:wrong-words -noout",
            "openssl pkey -in both.pem -passin pass:wrong-words -noout",
            "openssl pkey -in root.key -passin pass:wrong-words -noout",
            "openssl pkcs12 -in both.p12 -nodes -passin pass:wrong-words -noout",
            "openssl verify -x509_strict -CAfile root.crt both.crt",
            "openssl verify -CAfile root.crt -untrusted issuing.crt -crl_check -CRLfile issuing.crl gone.crt",
            "openssl verify -CAfile root.crt -purpose sslclient server.crt",
            "openssl verify -CAfile root.crt -purpose sslserver client.crt",
        ] {
            let (code, text) = said(&room, wrong);
            assert_ne!(code, Some(0), "{key}: {wrong}\n{text}");
        }
    }
}

#[test]
fn certificates_say_what_the_block_says() {
    let room = made(&WHOLE.replace("@KEY@", "rsa-2048"));
    let text = |file: &str| said(&room, &format!("openssl x509 -in {file} -noout -text -nameopt RFC2253")).1;
    let cases: [(&str, &[&str]); 4] = [
        (
            "root.crt",
            &[
                "Subject: CN=Test Root,O=Example,C=US",
                "Basic Constraints: critical\n                CA:TRUE, pathlen:1",
                "Key Usage: critical\n                Certificate Sign, CRL Sign",
                "Name Constraints: critical",
                "DNS:example.com",
                "IP:10.0.0.0/255.0.0.0",
            ],
        ),
        ("issuing.crt", &["CA:TRUE, pathlen:0", "Issuer: CN=Test Root,O=Example,C=US"]),
        (
            "both.crt",
            &[
                "Version: 3",
                "Subject: CN=www.example.com,OU=Servers,O=Example,C=US",
                "Signature Algorithm: sha256WithRSAEncryption",
                "Public-Key: (2048 bit)",
                "CA:FALSE",
                "Key Usage: critical\n                Digital Signature, Key Encipherment",
                "TLS Web Server Authentication, TLS Web Client Authentication",
                "DNS:www.example.com, DNS:*.example.com, DNS:localhost, IP Address:127.0.0.1",
                "X509v3 Subject Key Identifier",
                "X509v3 Authority Key Identifier",
            ],
        ),
        ("client.crt", &["Extended Key Usage: \n                TLS Web Client Authentication\n"]),
    ];
    for (file, words) in cases {
        let found = text(file);
        for word in words {
            assert!(found.contains(word), "{file}: no {word:?}\n{found}");
        }
    }
    // Serial numbers are random and of 128 bits.
    let serials: Vec<String> = ["both.crt", "server.crt", "client.crt", "root.crt"]
        .map(|file| said(&room, &format!("openssl x509 -in {file} -noout -serial")).1)
        .into();
    assert!(serials.iter().all(|serial| serial.trim().len() >= "serial=".len() + 28), "{serials:?}");
    for (index, serial) in serials.iter().enumerate() {
        assert!(!serials[..index].contains(serial), "{serials:?}");
    }
    for (file, days) in [("both.crt", 365), ("issuing.crt", 730), ("root.crt", 3650)] {
        for (before, code) in [(1, 0), (-1, 1)] {
            let seconds = days * 86400 - before * 86400;
            let (ended, _) = said(&room, &format!("openssl x509 -in {file} -noout -checkend {seconds}"));
            assert_eq!(ended, Some(code), "{file} in {seconds} s");
        }
    }
}

#[test]
fn requests_of_other_steps_are_signed() {
    let request = "openssl req -new -newkey rsa:2048 -noenc -keyout bi.key -out bi.csr -subj '/O=Example/CN=bi.example.com' \
                   -addext 'subjectAltName = DNS:bi.example.com' 2>log";
    let pki = "[ca.authority]\ncn = \"Test CA\"\nkey = \"p256\"\n[leaf.bi]\nissuer = \"authority\"\ncsr = \"bi.csr\"\n\
               [[expect]]\nverify = \"bi\"\nhost = \"bi.example.com\"\n";
    let look = "openssl verify -x509_strict -CAfile authority.crt -purpose sslserver -verify_hostname bi.example.com bi.crt\n\
                test \"$(openssl pkey -in bi.key -pubout)\" = \"$(openssl x509 -in bi.crt -noout -pubkey)\" && echo pair\n\
                openssl x509 -in bi.crt -noout -subject -nameopt RFC2253; ls";
    let shown = "bi.crt: OK\npair\nsubject=CN=bi.example.com,O=Example\nauthority.crt\nauthority.key\nbi.crt\nbi.csr\nbi.key\nlog";
    let room = Room::new();
    let block: Block = ("toml #pki .certificate", pki, "-");
    room.write("page.md", &page("{}", &[("sh #request", request, ""), block, ("sh #look", look, shown)]));
    let run = room.run(&["--accept"]);
    assert_eq!(run.states(), "request=passed pki=passed look=passed", "{}", run.told());
    let again = room.run(&[]);
    assert_eq!(again.states(), "request=passed pki=passed look=passed", "its key differs: {}", again.told());
    // A request that is changed, or none, makes nothing.
    for spoil in [
        "sed -i '3s/[A-Z]/x/' bi.csr",
        "echo nothing >bi.csr",
        "rm bi.csr",
        "cp bi.key bi.csr",
        // Every bit of one byte, so that it is another one whatever it was.
        "openssl req -in bi.csr -outform DER -out der; byte=$(od -An -j300 -N1 -tu1 der); \
         printf \"\\\\$(printf %o $((255 - byte)))\" | dd of=der bs=1 seek=300 conv=notrunc 2>log; \
         openssl req -in der -inform DER -out bi.csr 2>log || cp der bi.csr",
    ] {
        let left: Block = ("sh #left .cleanup", "ls *.crt authority.key >@HERE@/left 2>&1 || true", "-");
        let blocks = [("sh #request", request, ""), ("sh #spoil snapshot=none", spoil, "-"), block, left];
        room.write("page.md", &page("{}", &blocks));
        let run = room.run(&["--accept"]);
        assert_eq!(
            run.states(),
            "request=passed spoil=passed pki=failed left=passed",
            "{spoil}: {}",
            run.told()
        );
        assert!(run.step("pki")["reason"].as_str().unwrap().contains("bi.csr"), "{spoil}: {}", run.told());
        assert!(
            !room.read("left").lines().any(|line| line.starts_with("authority")),
            "{}",
            room.read("left")
        );
    }
}

/// The authority of an earlier step goes on signing, and its files stay as they are.
#[test]
fn an_existing_authority_signs() {
    let first: Block = (
        "sh #first snapshot=none",
        "openssl req -x509 -newkey rsa:2048 -keyout old.key -out old.crt -days 800 -subj /CN=Old -passout 'pass:four wet otters' \
         -addext 'basicConstraints=critical,CA:true,pathlen:0' -addext keyUsage=critical,keyCertSign,cRLSign 2>log\n\
         cat old.key old.crt >before",
        "-",
    );
    let pki = "[ca.old]\nexisting = true\npassword = \"four wet otters\"\n[leaf.web]\nissuer = \"old\"\ncn = \"www.example.com\"\nkey = \"p256\"\n";
    let look = "cat old.key old.crt | cmp - before\nopenssl verify -x509_strict -CAfile old.crt -purpose sslserver web.crt";
    let room = Room::new();
    let blocks = |pki: &'static str| {
        [first, ("toml #pki .certificate snapshot=none", pki, "-"), ("sh #look", look, "web.crt: OK")]
    };
    room.write("page.md", &page("{}", &blocks(pki)));
    let run = room.run(&[]);
    assert_eq!(run.states(), "first=passed pki=passed look=passed", "{}", run.told());
    for (from, to, words) in [
        ("four wet otters", "four dry otters", "password"),
        ("password = \"four wet otters\"\n", "", "password"),
        ("existing = true\n", "existing = true\nkey_file = \"none.key\"\n", "none.key"),
        ("existing = true\n", "existing = true\ncrt_file = \"old.key\"\n", "old.key"),
    ] {
        room.write("page.md", &page("{}", &blocks(pki.replace(from, to).leak())));
        let run = room.run(&[]);
        assert_eq!(run.states(), "first=passed pki=failed look=not-run", "{to}: {}", run.told());
        let reason = run.step("pki")["reason"].as_str().unwrap();
        assert!(reason.contains(words) && !reason.contains("otters"), "{to}: {reason}");
    }
}

/// Ids of bad ones with OpenSSL's error for each, and the options with which it is asked.
const FAULTS: [(&str, u8, &str); 9] = [
    ("expired", 10, ""),
    ("future", 9, ""),
    ("wrong-host", 62, ""),
    ("wrong-eku", 26, ""),
    ("untrusted", 20, ""),
    ("self-signed", 18, ""),
    ("constraint", 47, ""),
    ("revoked", 23, "-crl_check -CRLfile authority.crl"),
    // OpenSSL reads the subject where there is no other name; asked for an address it can't.
    ("no-san", 64, "ip"),
];

/// An authority, a leaf, and each fault of it.
pub(super) fn faults(key: &str) -> String {
    let mut text = format!(
        "defaults = {{ key = \"{key}\" }}\n[ca.authority]\ncn = \"Test CA\"\npermit = [\"example.com\", \"127.0.0.1\"]\n\
         [leaf.web]\nissuer = \"authority\"\ncn = \"www.example.com\"\nnames = [\"www.example.com\", \"127.0.0.1\"]\n\
         [crl.authority]\n"
    );
    for fault in FAULTS.iter().map(|(fault, ..)| *fault).chain(["mismatch"]) {
        let _ = write!(
            text,
            "[bad.{fault}]\nfrom = \"web\"\nfault = \"{fault}\"\n[[expect]]\nverify = \"{fault}\"\nerror = \"{fault}\"\n"
        );
    }
    text + "[[expect]]\nverify = \"web\"\n"
}

#[test]
fn openssl_refuses_each_fault_by_its_own_error() {
    for key in ["rsa-2048", "p256"] {
        let room = made(&faults(key));
        let verify = |file: &str, options: &str| {
            let host =
                if options == "ip" { "-verify_ip 127.0.0.1" } else { "-verify_hostname www.example.com" };
            let options = options.trim_start_matches("ip");
            said(
                &room,
                &format!("openssl verify -CAfile authority.crt -purpose sslserver {host} {options} {file}"),
            )
        };
        for (fault, number, options) in FAULTS {
            let (code, text) = verify(&format!("{fault}.crt"), options);
            let errors: Vec<&str> =
                text.lines().filter(|line| line.starts_with("error ") && line.contains(" at ")).collect();
            let right = errors.len() == 1 && errors[0].starts_with(&format!("error {number} at "));
            assert!(code == Some(2) && right, "{key}, {fault}: {code:?}\n{text}");
            // With the same options the one without a fault is taken.
            let (code, text) = verify("web.crt", options);
            assert_eq!(code, Some(0), "{key}, {fault}: {text}");
        }
        let (code, text) = said(
            &room,
            "openssl s_server -accept 127.0.0.1:0 -cert mismatch.crt -key mismatch.key -www -naccept 1 2>&1 </dev/null",
        );
        assert!(code != Some(0) && text.contains("key values mismatch"), "{key}: {code:?}\n{text}");
        let (code, text) = verify("mismatch.crt", "");
        assert_eq!(code, Some(0), "but for its key it is right: {text}");
    }
}

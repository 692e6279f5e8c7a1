//! Probe blocks against real servers: openssl and Python here, Debian's own in the files beside.

use super::harness::{Block, Room, Run, page};

/// Certificates for all servers of a page.
pub(super) const PKI: &str = r#"defaults = { key = "p256" }
[ca.authority]
cn = "Test CA"
[ca.other]
cn = "Other CA"
[leaf.web]
issuer = "authority"
cn = "localhost"
[leaf.client]
issuer = "authority"
cn = "client"
names = ["client.example.com"]
use = ["client"]
emit = ["key", "crt", "pem"]
[leaf.stranger]
issuer = "other"
cn = "stranger"
names = ["stranger.example.com"]
use = ["client"]
emit = ["key", "crt", "pem"]
[bad.old]
from = "web"
fault = "expired"
[bad.young]
from = "web"
fault = "future"
[bad.elsewhere]
from = "web"
fault = "wrong-host"
[bad.nameless]
from = "web"
fault = "no-san"
[bad.purpose]
from = "web"
fault = "wrong-eku"
[bad.foreign]
from = "web"
fault = "untrusted"
"#;

/// For the length of a test.
pub(super) fn leak(text: String) -> &'static str {
    text.leak()
}

pub(super) fn pki() -> Block {
    ("toml #pki .certificate snapshot=none", PKI, "-")
}

/// A probe that records nothing.
pub(super) fn probe(id: &str, text: &str) -> Block {
    (leak(format!("toml #{id} .probe snapshot=none timeout=20s")), leak(text.to_owned()), "-")
}

/// A service on the port of that name.
pub(super) fn service(id: &str, port: &str, command: &str) -> Block {
    (leak(format!("sh #{id} .service ready=tcp:{port}")), leak(command.to_owned()), "-")
}

/// The states that all steps have but these.
pub(super) fn all_but(run: &Run, state: &str) -> String {
    let other = |one: &&str| !one.ends_with(&format!("={state}"));
    run.states().split(' ').filter(other).collect::<Vec<_>>().join(" ")
}

/// Runs a page whose every step must pass.
pub(super) fn all_pass(head: &str, blocks: &[Block]) {
    let room = Room::new();
    room.write("page.md", &page(head, blocks));
    let run = room.run(&[]);
    assert_eq!((all_but(&run, "passed"), run.code), (String::new(), Some(0)), "{}", run.told());
    assert!(run.states().split(' ').count() == blocks.len(), "{}", run.states());
}

/// openssl's server with a certificate of [`PKI`].
fn openssl(id: &str, cert: &str, more: &str) -> Block {
    let command =
        format!("exec openssl s_server -quiet -accept <{id}> -cert {cert}.crt -key {cert}.key -www {more}");
    service(id, &format!("<{id}>"), &command)
}

const SERVERS: [(&str, &str, &str); 11] = [
    ("v12", "web", "-tls1_2"),
    ("v13", "web", "-tls1_3"),
    ("old", "old", ""),
    ("young", "young", ""),
    ("elsewhere", "elsewhere", ""),
    ("nameless", "nameless", ""),
    ("purpose", "purpose", ""),
    ("foreign", "foreign", ""),
    ("ask12", "web", "-Verify 1 -CAfile authority.crt -verify_return_error -tls1_2"),
    ("ask13", "web", "-Verify 1 -CAfile authority.crt -verify_return_error -tls1_3"),
    ("may13", "web", "-verify 1 -CAfile authority.crt -tls1_3"),
];

/// What a client finds: server, TLS, verdict, and how the failure of a probe that expects `ok` begins.
const FOUND: [(&str, &str, &str, &str); 14] = [
    ("v12", "", "ok", ""),
    ("v13", "", "ok", ""),
    ("v12", ", min = '1.3'", "too old", "the server speaks no TLS from 1.3 on"),
    ("v13", ", ca = 'other.crt'", "unknown-ca", "no authority that is trusted"),
    ("foreign", "", "unknown-ca", "no authority that is trusted"),
    ("old", "", "expired", "the time of the server's certificate is over"),
    ("young", "", "not yet valid", "the time of the server's certificate has not begun"),
    ("elsewhere", "", "wrong-host", "the server's certificate is for DNS:"),
    ("nameless", "", "wrong-host", "the server's certificate has no names"),
    ("v13", ", name = 'example.org'", "wrong-host", "the server's certificate is for DNS:localhost"),
    ("purpose", "", "rejected", "its certificate is not for servers"),
    (
        "ask12",
        "",
        "client-cert-required",
        "the server wants a certificate of its clients (handshake_failure)",
    ),
    (
        "ask13",
        "",
        "client-cert-required",
        "the server wants a certificate of its clients (certificate_required)",
    ),
    ("old", ", name = 'example.org'", "expired, wrong-host", ""),
];

fn head(names: &[&str]) -> String {
    let ports: Vec<String> =
        names.iter().enumerate().map(|(index, name)| format!("<{name}>: {}", 18400 + index)).collect();
    format!("{{ports: {{{}}}}}", ports.join(", "))
}

fn tls(server: &str, more: &str, rest: &str) -> String {
    let ca = if more.contains("ca =") { "" } else { "ca = 'authority.crt'" };
    let keys = format!("{ca}{more}");
    format!("connect = 'localhost:<{server}>'\ntls = {{ {} }}\n{rest}", keys.trim_start_matches(", "))
}

const WORDS: [&str; 6] =
    ["ok", "plaintext-refused", "unknown-ca", "wrong-host", "expired", "client-cert-required"];

#[test]
fn each_verdict_of_a_real_server_has_its_own_reason_and_no_other() {
    let room = Room::new();
    let servers: Vec<&str> = SERVERS.iter().map(|(id, ..)| *id).collect();
    for (number, (server, more, found, why)) in FOUND.iter().enumerate() {
        let (id, cert, flags) = SERVERS.iter().find(|(id, ..)| id == server).unwrap();
        let blocks = |expect: &str| {
            let text = tls(server, more, &format!("expect = '{expect}'"));
            [pki(), openssl(id, cert, flags), probe("look", &text)]
        };
        for expect in WORDS.iter().filter(|word| **word != "plaintext-refused") {
            // The one that is right, and one that is not, in turn: all of all would take long.
            let right = expect == found;
            if !right && *expect != "ok" && *expect != WORDS[number % WORDS.len()] {
                continue;
            }
            room.write("page.md", &page(&head(&servers), &blocks(expect)));
            let run = room.run(&[]);
            let state = if right { "passed" } else { "failed" };
            let reason = run.step("look")["reason"].as_str().unwrap_or_default();
            assert_eq!(run.step("look")["state"], state, "{server} {more} {expect}: {}", run.told());
            let wanted = format!("expected {expect}, found {found}");
            if !right && *expect != "client-cert-required" {
                assert!(reason.starts_with(&wanted) && reason.contains(why), "{server} {more}: {reason}");
            }
        }
    }
}

#[test]
fn clients_with_a_certificate_are_let_in_or_rejected() {
    let blocks = [
        pki(),
        openssl("ask12", "web", "-Verify 1 -CAfile authority.crt -verify_return_error -tls1_2"),
        openssl("ask13", "web", "-Verify 1 -CAfile authority.crt -verify_return_error -tls1_3"),
        openssl("may13", "web", "-verify 1 -CAfile authority.crt -tls1_3"),
        probe("bundle", &tls("ask12", ", cert = 'client.pem'", "")),
        probe("pair", &tls("ask13", ", cert = 'client.crt', key = 'client.key'", "")),
        probe("asks", &tls("ask13", ", cert = 'client.pem'", "http = { status = 200, body = 'Ciphers' }")),
        probe("none", &tls("may13", "", "")),
    ];
    let head = head(&["ask12", "ask13", "may13"]);
    all_pass(&head, &blocks);
    let room = Room::new();
    for (server, cert, expect, why) in [
        (
            "ask12",
            "cert = 'stranger.pem'",
            "ok",
            "client rejected: the server rejects the client's certificate (",
        ),
        (
            "ask13",
            "cert = 'stranger.pem'",
            "ok",
            "client rejected: the server rejects the client's certificate (",
        ),
        (
            "may13",
            "name = 'localhost'",
            "client-cert-required",
            "the server asks for a certificate, and goes on",
        ),
        (
            "ask13",
            "cert = 'client.crt', key = 'stranger.key'",
            "ok",
            "is not that of the certificate in client.crt",
        ),
        ("ask13", "cert = 'authority.crt', key = 'nothing.key'", "ok", "there is no file nothing.key"),
        ("ask13", "cert = 'client.key'", "ok", "there is no certificate in client.key"),
        ("ask13", "cert = 'client.crt'", "ok", "there is no key in client.crt"),
    ] {
        let text = tls(server, &format!(", {cert}"), &format!("expect = '{expect}'"));
        let mut blocks = blocks[..4].to_vec();
        blocks.push(probe("look", &text));
        room.write("page.md", &page(&head, &blocks));
        let run = room.run(&[]);
        let reason = run.step("look")["reason"].as_str().unwrap_or_default();
        assert_eq!(all_but(&run, "passed"), "look=failed", "{cert}: {}", run.told());
        assert!(reason.contains(why), "{cert}: {reason}");
    }
}

#[test]
fn a_server_may_refuse_behind_the_handshake_by_closing_the_connection() {
    // As MongoDB's does: it asks every client, lets the handshake come to its end, and then looks what it got.
    let server = "import socket, ssl\n\
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n\
        context.load_cert_chain('web.crt', 'web.key')\n\
        context.load_verify_locations('authority.crt')\n\
        context.verify_mode = ssl.CERT_OPTIONAL\n\
        context.maximum_version = ssl.TLSVersion.TLSv1_@VERSION@\n\
        listening = socket.create_server(('127.0.0.1', <ask13>))\n\
        kept = []\n\
        while True:\n    \
            try: client = context.wrap_socket(listening.accept()[0], server_side=True)\n    \
            except OSError: continue\n    \
            if client.getpeercert(): kept.append(client)\n    \
            else: client.close()\n";
    for version in ["3", "2"] {
        let server = server.replace("@VERSION@", version);
        all_pass(
            &head(&["ask13"]),
            &[
                pki(),
                ("python #server .file path=server.py", leak(server), "-"),
                service("ask13", "<ask13>", "exec python3 server.py"),
                probe("refused", &tls("ask13", "", "expect = 'client-cert-required'")),
                probe("let-in", &tls("ask13", ", cert = 'client.crt', key = 'client.key'", "")),
            ],
        );
    }
}

#[test]
fn plain_connections_are_refused_or_taken() {
    let python =
        |port: &str| service("python", port, "exec python3 -m http.server --bind 127.0.0.1 <python>");
    let plain = "expect = 'plaintext-refused'";
    let blocks = [
        pki(),
        openssl("v13", "web", "-tls1_3"),
        openssl("ask13", "web", "-Verify 1 -CAfile authority.crt -tls1_3"),
        python("<python>"),
        probe("refuses", &format!("connect = 'localhost:<v13>'\n{plain}")),
        probe("asks", &format!("connect = 'localhost:<ask13>'\n{plain}")),
        probe("nothing", "connect = 'localhost:1'\nexpect = 'refused'"),
        probe("listens", "connect = '127.0.0.1:<python>'"),
        probe(
            "answers",
            "connect = '127.0.0.1:<python>'\nhttp = { path = '/web.crt', body = '-----BEGIN CERTIFICATE-----' }",
        ),
        probe("missing", "connect = '127.0.0.1:<python>'\nhttp = { path = '/nothing', status = 404 }"),
    ];
    let head = head(&["v13", "ask13", "python"]);
    all_pass(&head, &blocks);
    let room = Room::new();
    for (text, line, why) in [
        (format!("connect = '127.0.0.1:<python>'\n{plain}"), 2, "found no TLS: what answers speaks no TLS"),
        (
            "connect = 'localhost:1'\ntls = true".into(),
            1,
            "expected ok, found refused: nothing listens there",
        ),
        (
            "connect = 'localhost:<v13>'\nexpect = 'refused'".into(),
            2,
            "found ok: something takes the connection",
        ),
        ("connect = '127.0.0.1:<python>'\ntls = { ca = 'authority.crt' }".into(), 1, "found no TLS"),
        (
            "connect = 'localhost:<v13>'\ntls = { ca = 'authority.crt' }\nstarttls = 'smtp'\n".into(),
            1,
            "timed out",
        ),
        (
            "connect = '127.0.0.1:<python>'\nhttp = { path = '/nothing' }".into(),
            1,
            "the status is 404, expected one below 400",
        ),
        (
            "connect = '127.0.0.1:<python>'\n[http]\npath = '/web.crt'\nstatus = 204\n".into(),
            4,
            "the status is 200, expected 204",
        ),
        (
            "connect = '127.0.0.1:<python>'\n[http]\npath = '/web.crt'\nbody = ['BEGIN', 'no such']\n".into(),
            4,
            "`no such` does not occur",
        ),
        (
            "connect = 'localhost:<v13>'\nhttp = {}".into(),
            1,
            "found closed: the server closed the connection instead of an answer",
        ),
    ] {
        let mut blocks = blocks[..4].to_vec();
        let info = "toml #look .probe snapshot=none timeout=1s";
        blocks.push((info, leak(text.clone()), "-"));
        let page = page(&head, &blocks);
        room.write("page.md", &page);
        let run = room.run(&[]);
        let reason = run.step("look")["reason"].as_str().unwrap_or_default();
        assert_eq!(all_but(&run, "passed"), "look=failed", "{text}: {}", run.told());
        assert!(reason.contains(why), "{text}: {reason}");
        let fence = page.lines().position(|line| line.contains("#look")).unwrap() + 1;
        assert_eq!(run.step("look")["at"], fence + line, "{text}: {}", run.told());
    }
}

#[test]
fn receipts_are_recorded_and_compared() {
    let room = Room::new();
    let text = tls("v13", "", "http = {}");
    let blocks = |more: &str, text: &str| {
        [pki(), openssl("v13", "web", more), ("toml #look .probe timeout=20s", leak(text.to_owned()), "-")]
    };
    let head = head(&["v13"]);
    room.write("page.md", &page(&head, &blocks("-tls1_3", &text)));
    assert_eq!(room.run(&[]).step("look")["state"], "new");
    assert_eq!(room.run(&["--accept"]).step("look")["state"], "passed");
    let recorded = room.read("snapshots/page/look.snap");
    let (_, receipt) = recorded.split_once("\n----- stdout -----\n").unwrap();
    let expected = "probe localhost:18400\n  protocol TLSv1.3\n  cipher   AES-GCM\n  subject  CN=localhost\n  issuer   CN=Test CA\n  names    DNS:localhost\n  validity valid\n  client   not asked for a certificate\n  http     GET / 200\n  verdict  ok\n";
    assert_eq!(receipt.trim_end(), expected.trim_end());
    // Other certificates and another port, and the receipt is the same.
    let again = room.run(&[]);
    assert_eq!(
        (again.step("look")["state"].as_str(), again.code),
        (Some("passed"), Some(0)),
        "{}",
        again.told()
    );
    room.write("page.md", &page(&head, &blocks("-tls1_2", &text)));
    let other = room.run(&[]);
    assert_eq!(
        (other.step("look")["state"].as_str(), other.code),
        (Some("drifted"), Some(1)),
        "{}",
        other.told()
    );
    assert!(other.step("look")["diff"].as_str().unwrap().contains("+  protocol TLSv1.2"), "{}", other.told());
}

#[test]
fn files_are_those_of_the_session() {
    let text = PKI.replace("defaults", "dir = \"/opt/certs\"\ndefaults");
    let blocks = [
        ("toml #pki .certificate snapshot=none", leak(text), "-"),
        service(
            "v13",
            "<v13>",
            "cd /opt/certs\nexec openssl s_server -quiet -accept <v13> -cert web.crt -key web.key -www",
        ),
        probe("absolute", "connect = 'localhost:<v13>'\ntls = { ca = '/opt/certs/authority.crt' }"),
        ("sh #there", "cd /opt/certs", ""),
        probe("relative", "connect = 'localhost:<v13>'\ntls = { ca = 'authority.crt' }"),
    ];
    let room = Room::new();
    room.write("page.md", &page("{relocate: [/opt/certs], ports: {<v13>: 18400}}", &blocks));
    for way in ["mount", "text"] {
        let run = room.run(&["--relocate", way]);
        assert_eq!((all_but(&run, "passed"), run.code), (String::new(), Some(0)), "{way}: {}", run.told());
    }
    let room = Room::new();
    room.write("page.md", &page("{ports: {<v13>: 18400}}", &blocks[2..3]));
    let run = room.run(&[]);
    assert_eq!((run.code, run.events.len()), (Some(2), 0), "{}", run.told());
    assert!(run.stderr.contains("error[path-not-relocated]"), "{}", run.told());
}

#[test]
fn a_probe_is_tried_again_and_can_be_interrupted() {
    let blocks = [
        (
            "sh #later",
            "(sleep 0.5; exec python3 -m http.server --bind 127.0.0.1 <python>) >/dev/null 2>&1 &",
            "",
        ),
        (
            "toml #look .probe snapshot=none retry=100 every=100ms",
            "connect = '127.0.0.1:<python>'\nhttp = {}",
            "-",
        ),
    ];
    let room = Room::new();
    room.write("page.md", &page("{ports: {<python>: 18400}}", &blocks));
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("later=passed look=passed", Some(0)), "{}", run.told());
    assert!(run.step("look")["attempt"].as_u64() > Some(1), "{}", run.told());
    // What never answers is waited for until the end of the time, and of the run.
    let silent = "import socket, time, pathlib\ns = socket.create_server(('127.0.0.1', <python>))\nc = s.accept()\npathlib.Path('@HERE@/ready').touch()\ntime.sleep(60)";
    let blocks = [
        ("sh #silent", leak(format!("python3 -c \"{silent}\" >/dev/null 2>&1 &")), ""),
        (
            "toml #look .probe snapshot=none timeout=50s retry=100 every=20ms",
            "connect = '127.0.0.1:<python>'\nhttp = {}",
            "-",
        ),
    ];
    room.write("page.md", &page("{ports: {<python>: 18400}}", &blocks));
    let child = room.start("ready");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let run = Run::of(&output, super::harness::events(&room.path("out.json")));
    assert_eq!(run.step("look")["reason"], "interrupted");
    room.assert_nothing_left();
}

//! The tutorial for Windows where there is no Windows: its certificates and files with one mistake in them, and its
//! commands about the servers in a shell that this machine has.

use std::{fs, path::Path};

#[cfg(target_os = "linux")]
use super::variants::is_there;
use super::{
    harness::{Room, Run, events},
    variants::said,
};

/// What stands on the page, what stands there instead, the step that ends red, its state, and words of its reason or its
/// diff.
type Variant = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// What a run finds without Windows' shell.
const RED: [Variant; 6] = [
    (
        "subject = { OU = \"Members\" }\nnames",
        "subject = { OU = \"Authority\" }\nnames",
        "certificates",
        "drifted",
        "+  subject  C=US, O=Example, OU=Authority, CN=localhost",
    ),
    (
        "error  = \"wrong-host\"",
        "error  = \"expired\"",
        "certificates",
        "failed",
        "expected rejected: expired, rejected: wrong-host",
    ),
    (
        "[[expect]]\nverify = \"bi\"\n\n",
        "[[expect]]\nverify = \"bi\"\nhost   = \"bi.example.com\"\n\n",
        "certificates",
        "failed",
        "wrong-host",
    ),
    (
        "key_file = \"mdbprivate.key\"\npassword = \"<ca-password>\"\n\n[leaf",
        "key_file = \"mdbprivate.key\"\n\n[leaf",
        "certificates",
        "drifted",
        "+  key      RSA-2048 mdbprivate.key plain",
    ),
    (
        "emit    = [\"key\", \"csr\", \"crt\", \"pem\"]",
        "emit    = [\"key\", \"csr\", \"crt\"]",
        "all-files",
        "drifted",
        "not there: bi-client.pem, bi.pem, mdb.pem",
    ),
    (
        "mdb.pem\nmdbca.crt\nmdbprivate.key\n```",
        "mdb.pem\nmdbca.crt\nmdbprivate.key\nmdbca.srl\n```",
        "all-files",
        "drifted",
        "not there: mdbca.srl",
    ),
];

/// What is found before anything runs: what stands on the page, what stands there instead, what is said.
const REFUSED: [(&str, &str, &str); 5] = [
    (
        "subject = { OU = \"Members\" }\nnames   = [\"localhost\"]",
        "subject = { OU = \"Members\" }\nnames   = [\"db.example.com\"]",
        "a member of a cluster needs its host `localhost` among its `names`",
    ),
    ("use     = [\"server\", \"client\"]", "use     = [\"server\"]", "needs the use `client`"),
    ("[leaf.bi]\nissuer  = \"mdbca\"", "[leaf.bi]\nissuer  = \"other\"", "error[unknown-certificate]"),
    ("days     = 730", "days     = 300", "error[outlives-issuer]"),
    (
        "cert = 'C:\\opt\\certs\\bi-client.pem' }\n",
        "cert = 'C:\\opt\\bi-client.pem' }\n",
        "error[path-not-relocated]",
    ),
];

/// What `cmd` steps find, under Wine, and no page ends at: all of it in one run.
const DRIFTED_UNDER_WINE: [Variant; 5] = [
    (" C:\\data\\log) do", ") do", "all-there", "drifted", "-C:\\data\\log\\"),
    (
        "  tls:\n    mode: requireTLS",
        "  tls:\n  mode: requireTLS",
        "mongod-settings",
        "drifted",
        "+net.mode = requireTLS",
    ),
    (
        "\n  clusterAuthMode: x509\n",
        "\n  clusterAuthmode: x509\n",
        "mongod-settings",
        "drifted",
        "+security.clusterAuthmode = x509",
    ),
    (
        "    PEMKeyFile: 'C:\\opt\\certs\\bi.pem'",
        "    PEMKeyFile: 'C:\\opt\\certs\\bi-server.pem'",
        "all-there",
        "drifted",
        "-C:\\opt\\certs\\bi.pem",
    ),
    (
        "for %i in (mdb bi bi-client) do @find",
        "copy /y /b mdb.crt mdb.pem > nul\nfor %i in (mdb bi bi-client) do @find",
        "pairs",
        "drifted",
        "------END PRIVATE KEY-----",
    ),
];

/// What the page ends at there.
const FAILED_UNDER_WINE: [Variant; 2] = [
    ("cd /d C:\\opt\\certs\n```", "cd /d C:\\opt\\cert\n```", "directories", "failed", "exit status 1"),
    (
        "path=C:\\data\\settings.bat",
        "path=C:\\data\\setting.bat",
        "mongod-settings",
        "failed",
        "exit status 1",
    ),
];

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tutorial() -> String {
    fs::read_to_string(project().join("tutorials/ssl-windows.md")).unwrap()
}

/// The page `text` with the recordings of the true one, and these flags.
fn run(text: &str, flags: &[&str]) -> Run {
    let room = Room::new();
    let settings = fs::read_to_string(project().join("tutor.toml")).unwrap();
    room.write("tutor.toml", &settings.replace("\"target/", &format!("\"{}/target/", project().display())));
    room.write("tutorials/ssl-windows.md", text);
    let snapshots = project().join("snapshots/ssl-windows");
    for entry in fs::read_dir(&snapshots).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let recording = fs::read_to_string(snapshots.join(&name)).unwrap();
        room.write(&format!("snapshots/ssl-windows/{name}"), &recording);
    }
    let all = [&["run", "--report", "json=out.json", "ssl-windows.md"], flags].concat();
    let mut run = room.tutor(&all);
    room.assert_nothing_left();
    run.events = events(&room.path("out.json"));
    run
}

fn assert_red(run: &Run, &(_, to, step, state, says): &Variant) {
    let found = run.step(step);
    assert!(run.code == Some(1) && found["state"] == state, "{to}\n{}", run.told());
    assert!(said(found).contains(says), "{to}\n{says} is not in\n{}", run.told());
}

/// The page with one mistake.
fn with_mistake(text: &str, (from, to, ..): &Variant) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from}");
    text.replace(from, to)
}

#[test]
fn mistakes_about_certificates_and_files_are_named_where_they_show() {
    let text = tutorial();
    let flags = ["--only", "certificates,all-files"];
    assert_passed(&run(&text, &flags), 2);
    for variant in &RED {
        assert_red(&run(&with_mistake(&text, variant), &flags), variant);
    }
}

#[test]
fn mistakes_in_commands_are_named_where_they_show() {
    if !super::wine::installed("mistakes in the page for Windows") {
        return;
    }
    let text = tutorial();
    let steps = "directories,certificates,all-files,mongod-conf,settings,mongod-settings,mongosqld-conf,\
                 mongosqld-settings,all-there,pairs";
    let wrong = DRIFTED_UNDER_WINE.iter().fold(text.clone(), |text, variant| with_mistake(&text, variant));
    let drifted = run(&wrong, &["--only", steps]);
    for variant in &DRIFTED_UNDER_WINE {
        assert_red(&drifted, variant);
    }
    for variant in &FAILED_UNDER_WINE {
        let flags = ["--only", "directories,mongod-conf,settings,mongod-settings"];
        assert_red(&run(&with_mistake(&text, variant), &flags), variant);
    }
}

#[test]
fn what_can_be_known_before_is_refused_before_anything_runs() {
    let text = tutorial();
    for (from, to, says) in REFUSED {
        assert!(text.contains(from), "{from}");
        let run = run(&text.replace(from, to), &[]);
        assert!(run.code == Some(2) && run.events.is_empty(), "{to}\n{}", run.told());
        assert!(run.stderr.contains(says), "{to}\n{says} is not in\n{}", run.told());
    }
}

#[cfg(target_os = "linux")]
/// The page's words for Windows' shell, and what says the same to `sh` on Linux. Each must be there.
const FOR_SH: [(&str, &str); 24] = [
    ("platform: [windows]", "platform: [linux]"),
    ("C:\\opt\\certs", "/opt/certs"),
    ("C:/opt/certs", "/opt/certs"),
    ("C:\\data", "/data"),
    ("/opt/certs\\", "/opt/certs/"),
    ("/data\\", "/data/"),
    ("/data/log\\", "/data/log/"),
    ("```cmd {", "```sh {"),
    (
        "for %d in (/opt/certs /data/db /data/log) do @if not exist %d mkdir %d",
        "mkdir -p /opt/certs /data/db /data/log",
    ),
    ("cd /d ", "cd "),
    ("set \"TLS_MONGOSH=", "TLS_MONGOSH=\""),
    ("%TLS_MONGOSH%", "$TLS_MONGOSH"),
    ("mongod.exe", "mongod"),
    ("mongosh.exe", "mongosh"),
    ("mongosqld.exe", "mongosqld"),
    ("findstr /c:\"mapped", "grep \"mapped"),
    ("if exist /data/users.js del /data/users.js", "rm /data/users.js"),
    // Oracle's client is not to be had on Debian; MariaDB's has other names for the same.
    ("mysql.exe", "mariadb"),
    ("ssl-mode = VERIFY_IDENTITY\n", "ssl-verify-server-cert\n"),
    ("enable-cleartext-plugin\n```", "```"),
    (
        "--defaults-file=/data/client.cnf --ssl-mode=DISABLED",
        "--no-defaults --protocol=tcp --host=localhost --port=3307 --user='<username>' --password='<password>' --skip-ssl",
    ),
    ("`seats.free`", "\\`seats.free\\`"),
    // OpenSSL by hand.
    ("if not exist mdbprivate.key openssl", "[ -e mdbprivate.key ] || openssl"),
    (" .skip reason=\"another way to check what step 2 makes\"", ""),
];

#[cfg(target_os = "linux")]
/// What has no equal in `sh`; it runs under Wine as it stands.
const FOR_CMD: &str = "settings,mongod-settings,mongosqld-settings,all-there,pairs,close,private";

#[cfg(target_os = "linux")]
/// The page for `sh`, if what it needs is there.
fn for_sh() -> Option<String> {
    let needed = ["mongod", "mongosqld", "mongosh", "mariadb", "openssl"];
    if let Some(missing) = needed.iter().find(|program| !is_there(program)) {
        eprintln!("page_for_windows: left out, {missing} is not installed");
        return None;
    }
    let mut text = tutorial();
    for (from, to) in FOR_SH {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    Some(text)
}

/// Whether every step has passed that was not left out.
fn assert_passed(run: &Run, least: usize) {
    let states = run.states();
    let passed = states.split(' ').filter(|state| state.ends_with("=passed")).count();
    let others = |state: &&str| !state.ends_with("=passed") && !state.ends_with("=skipped");
    let wrong: Vec<&str> = states.split(' ').filter(others).collect();
    assert!(run.code == Some(0) && wrong.is_empty() && passed >= least, "{passed} {wrong:?}\n{}", run.told());
}

#[test]
#[cfg(target_os = "linux")]
fn the_commands_about_the_servers_do_what_the_page_says() {
    let Some(text) = for_sh() else { return };
    let skip = format!("{FOR_CMD},verify-servers,verify-wrong-host");
    assert_passed(&run(&text, &["--skip", &skip]), 32);
}

#[test]
#[cfg(target_os = "linux")]
fn certificates_made_by_hand_do_the_same() {
    let Some(mut text) = for_sh() else { return };
    for (from, to) in [
        (" .skip reason=\"another way to make what step 2 makes\"", " snapshot=none"),
        ("snapshot=none}\n[req]", "}\n[req]"),
        ("{#verify-wrong-host", "{#verify-wrong-host exit=2"),
        ("{#verify-", "{snapshot=none #verify-"),
        ("-aes256", "-aes256 -passout 'pass:<ca-password>'"),
        ("-key mdbprivate.key", "-key mdbprivate.key -passin 'pass:<ca-password>'"),
        ("-CAkey mdbprivate.key", "-CAkey mdbprivate.key -passin 'pass:<ca-password>'"),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    for name in ["mdb", "bi", "bi-client"] {
        let copy = format!("copy /y /b {name}.key + {name}.crt {name}.pem");
        assert!(text.contains(&copy), "{copy}");
        text = text.replace(&copy, &format!("cat {name}.key {name}.crt > {name}.pem"));
    }
    let skip =
        format!("{FOR_CMD},certificates,all-files,mongod-plain-text,mongod-no-certificate,mongod-wrong-host");
    let run = run(&text, &["--skip", &skip]);
    assert_passed(&run, 36);
    assert!(said(run.step("verify-wrong-host")).contains("hostname mismatch"), "{}", run.told());
}

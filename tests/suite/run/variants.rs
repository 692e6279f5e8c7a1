//! The tutorial on `MongoDB` with one mistake in it, of those that published pages have and readers make: each ends red at
//! the step where it shows, and says what is wrong. Where neither `MongoDB`'s servers nor what stands in for them is there,
//! these tests say so and pass.

use std::{
    env, fs,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;

use super::harness::{Room, Run, events};

/// What stands on the page, what stands there instead, the step that ends red, its state, and words of its reason, its
/// output or its diff.
type Variant = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// In the half about `mongod`.
const MONGOD: [Variant; 14] = [
    // Names of settings.
    (
        "    certificateKeyFile: /opt",
        "    PEMKeyFile: /opt",
        "mongod",
        "failed",
        "Unrecognized option: net.tls.PEMKeyFile",
    ),
    (
        "  clusterAuthMode: x509",
        "  clusterAuthmode: x509",
        "mongod",
        "failed",
        "Unrecognized option: security.clusterAuthmode",
    ),
    (
        "    mode: requireTLS",
        "    mode: requireSSL",
        "mongod",
        "failed",
        "unsupported value for tlsMode requireSSL",
    ),
    (
        "  tls:\n    mode: requireTLS",
        "  tls:\n  mode: requireTLS",
        "mongod-settings",
        "drifted",
        "+net.mode = requireTLS",
    ),
    // Paths and files.
    (
        "    certificateKeyFile: /opt/certs/mdb.pem",
        "    certificateKeyFile: /opt/certs/mdb.crt",
        "mongod",
        "failed",
        "Can not set up PEM key file.",
    ),
    (
        "cat mdb.key mdb.crt > mdb.pem",
        "cat mdb.crt > mdb.pem",
        "pairs",
        "failed",
        "Could not read key from mdb.pem",
    ),
    (
        "    CAFile: /opt/certs/mdbca.crt\n    clusterFile",
        "    CAFile: /opt/certs/ca.crt\n    clusterFile",
        "all-there",
        "failed",
        "cannot access '/opt/certs/ca.crt'",
    ),
    ("  dbPath: /data/db", "  dbPath: /data/bd", "all-there", "failed", "cannot access '/data/bd'"),
    // Certificates.
    (
        "    certificateKeyFile: /opt/certs/mdb.pem",
        "    certificateKeyFile: /opt/certs/bi-client.pem",
        "mongosh",
        "failed",
        "unsuitable certificate purpose",
    ),
    (
        "DNS:localhost\n```\n\nThe two identifiers",
        "DNS:db.example.com\n```\n\nThe two identifiers",
        "verify-servers",
        "failed",
        "hostname mismatch",
    ),
    (
        "-days 365 -extfile mdb.ext",
        "-days -1 -extfile mdb.ext",
        "verify-servers",
        "failed",
        "certificate has expired",
    ),
    ("umask 077\nmkdir", "umask 022\nmkdir", "private", "drifted", "--rw------- mdb.pem"),
    // The shell.
    (
        "--tlsCertificateKeyFile bi-client.pem mongodb",
        "--tlsPEMKeyFile bi-client.pem mongodb",
        "mongosh",
        "failed",
        "unrecognized option: --tlsPEMKeyFile",
    ),
    (
        "--tlsCertificateKeyFile bi-client.pem mongodb",
        "--tlsCertificateKeyFile bi.pem mongodb",
        "mongosh",
        "failed",
        "alert unsupported certificate",
    ),
];

/// In the half about `mongosqld`.
const MONGOSQLD: [Variant; 10] = [
    (
        "      CAFile: /opt/certs/mdbca.crt\nnet:",
        "    sslCAFile: /opt/certs/mdbca.crt\nnet:",
        "mongosqld",
        "failed",
        "unrecognized key 'mongodb.net.sslCAFile'",
    ),
    ("    mode: requireSSL", "    mode: requireTLS", "mongosqld", "failed", "invalid sslMode requireTLS"),
    (
        "roles: [{role: \"read\", db: \"test\"}]",
        "roles: []",
        "sampled",
        "drifted",
        "+mapped schema for 0 namespaces",
    ),
    (
        "createUser({user: \"<username>\"",
        "createUser({user: \"reports\"",
        "sampled",
        "failed",
        "Authentication failed.",
    ),
    (
        "      password: '<password>'",
        "      password: 'another one'",
        "sampled",
        "failed",
        "Authentication failed.",
    ),
    (
        "    uri: mongodb://localhost:27017",
        "    uri: mongodb://localhost:1",
        "sampled",
        "failed",
        "mongodb://localhost:1: server selection error: I/O error: Connection refused",
    ),
    (
        "      PEMKeyFile: /opt/certs/bi-client.pem",
        "      PEMKeyFile: /opt/certs/bi.pem",
        "sampled",
        "failed",
        "UnsupportedCertificate",
    ),
    (
        "    namespaces: 'test.*'",
        "    namespaces: 'tests.*'",
        "sampled",
        "drifted",
        "+mapped schema for 0 namespaces",
    ),
    (
        "\n}\nsql localhost --ssl-verify-server-cert",
        "\n}\nsql localhost --ssl-mode=VERIFY_IDENTITY",
        "read",
        "failed",
        "unknown variable 'ssl-mode=VERIFY_IDENTITY'",
    ),
    (
        "    --execute='SELECT carrier, number, `seats.free` FROM test.flights",
        "    --execute='SELECT carrier, number, `seats.free` FROM test.flight",
        "read",
        "failed",
        "ERROR 1146",
    ),
];

/// What takes seconds and has no part in it.
const APART: &str = "mongod-plain-text,mongod-no-certificate,mongod-wants-certificate,mongod-wrong-ca,mongod-wrong-host,\
    mongod-unknown-ca,mongod-is-nobody-else,mongosqld-plain-text,mongosqld-wrong-password,mongosqld-wrong-ca,\
    mongosqld-wrong-host";

/// Whether a program, or what stands in for it, is there.
pub(super) fn is_there(program: &str) -> bool {
    let stand_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/stand-ins/bin").join(program);
    let path = env::var_os("PATH").unwrap_or_default();
    stand_in.exists() || env::split_paths(&path).any(|directory| directory.join(program).exists())
}

/// All that a step says of how it ended.
pub(super) fn said(step: &Value) -> String {
    ["reason", "stdout", "stderr", "diff"].map(|key| step[key].as_str().unwrap_or_default()).join("\n")
}

fn end_red(variants: &[Variant]) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    if let Some(missing) =
        ["mongod", "mongosqld", "mongosh", "mariadb"].iter().find(|program| !is_there(program))
    {
        eprintln!("variants: left out, {missing} is not installed");
        return;
    }
    let text = fs::read_to_string(project.join("tutorials/ssl-macos.md")).unwrap();
    let settings = fs::read_to_string(project.join("tutor.toml")).unwrap();
    let settings = settings.replace("\"target/", &format!("\"{}/target/", project.display()));
    // Most of their time they wait for what never comes.
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(variant) = variants.get(next.fetch_add(1, Ordering::Relaxed)) {
                    wrong.lock().unwrap().extend(end_one_red(variant, &text, &settings));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs one of them; how it ended otherwise.
fn end_one_red(&(from, to, step, state, says): &Variant, text: &str, settings: &str) -> Option<String> {
    assert_eq!(text.matches(from).count(), 1, "{from}");
    let room = Room::new();
    room.write("tutor.toml", settings);
    room.write("tutorials/ssl-macos.md", &text.replace(from, to));
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/ssl-macos");
    for entry in fs::read_dir(&snapshots).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let recording = fs::read_to_string(snapshots.join(&name)).unwrap();
        room.write(&format!("snapshots/ssl-macos/{name}"), &recording);
    }
    let mut run = room.tutor(&["run", "--report", "json=out.json", "--skip", APART, "ssl-macos.md"]);
    room.assert_nothing_left();
    run.events = events(&room.path("out.json"));
    other(&run, (step, state, says)).map(|why| format!("== {to}\n{why}\n{}", run.told()))
}

/// How it ended otherwise.
fn other(run: &Run, (step, state, says): (&str, &str, &str)) -> Option<String> {
    let found = run.step(step);
    if run.code != Some(1) || found["state"] != state {
        return Some(format!("{step} is {}", found["state"]));
    }
    (!said(found).contains(says)).then(|| format!("{step} does not say {says}, but {}", said(found)))
}

#[test]
fn mistakes_about_mongod_are_named_where_they_show() {
    end_red(&MONGOD);
}

#[test]
fn mistakes_about_mongosqld_are_named_where_they_show() {
    end_red(&MONGOSQLD);
}

//! Probe blocks against Debian's own servers. Where one of them is not installed, its test says so and passes.

use std::path::Path;

use super::{
    harness::{Block, Room, page},
    probes::{all_but, all_pass, leak, pki, probe, service},
};

/// The first of these that is there; where none is, that is said.
fn installed(test: &str, programs: &[&str]) -> Option<String> {
    let places = ["/usr/sbin", "/usr/bin", "/usr/local/bin"];
    let all = programs.iter().flat_map(|program| {
        let own = Path::new(program).is_absolute().then(|| (*program).to_owned());
        own.into_iter().chain(places.iter().map(move |place| format!("{place}/{program}")))
    });
    let found = all.into_iter().find(|path| Path::new(path).exists());
    if found.is_none() {
        eprintln!("{test}: left out, {} is not installed", programs.join(" or "));
    }
    found
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// What a probe of a starttls server is: its port's name, whether it speaks TLS, the rest.
fn look(id: &str, port: &str, tls: &str, rest: &str) -> Block {
    let tls =
        if tls.is_empty() { String::new() } else { format!("tls = {{ ca = 'authority.crt', {tls} }}\n") };
    probe(id, &format!("connect = '127.0.0.1:<{port}>'\n{tls}{rest}"))
}

/// Each of these must fail, with a reason that holds these words, after `before` has passed.
fn each_fails(head: &str, before: &[Block], probes: &[(Block, &str)]) {
    for (probe, why) in probes {
        let room = Room::new();
        room.write("page.md", &page(head, &[before, &[*probe]].concat()));
        let run = room.run(&[]);
        let id = all_but(&run, "passed");
        let id = id.strip_suffix("=failed").unwrap_or_else(|| panic!("{}: {}", probe.1, run.told()));
        let reason = run.step(id)["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(why), "{}: {reason}", probe.1);
    }
}

const HEAD: &str = "{ports: {<db>: 18450}, timeout: 60s}";

#[test]
fn mariadb() {
    let Some(server) = installed("mariadb", &["mariadbd"]) else { return };
    let start = |more: &str| {
        let command = format!(
            r#"exec {server} --no-defaults --user="$(id -un)" --datadir="$PWD/data" --socket="$PWD/my.sock" --port=<db> --bind-address=127.0.0.1 {more}"#
        );
        service("db", "<db>", &command)
    };
    let with_tls = r#"--ssl-ca="$PWD/authority.crt" --ssl-cert="$PWD/web.crt" --ssl-key="$PWD/web.key" --require-secure-transport=ON"#;
    let data = r#"mariadb-install-db --no-defaults --datadir="$PWD/data" --auth-root-authentication-method=normal --skip-test-db >install.log 2>&1 || cat install.log"#;
    let before = [pki(), ("sh #data", data, ""), start(with_tls)];
    let mysql = "starttls = 'mysql'";
    let probes = [
        look("ok", "db", "name = 'localhost'", mysql),
        look("client", "db", "name = 'localhost', cert = 'client.pem'", mysql),
        look("host", "db", "name = 'example.org'", "starttls = 'mysql'\nexpect = 'wrong-host'"),
        probe(
            "ca",
            "connect = 'localhost:<db>'\ntls = { ca = 'other.crt' }\nstarttls = 'mysql'\nexpect = 'unknown-ca'",
        ),
    ];
    all_pass(HEAD, &[&before[..], &probes].concat());
    each_fails(
        HEAD,
        &before,
        &[
            (
                look("plain", "db", "", "starttls = 'mysql'\nexpect = 'plaintext-refused'"),
                "found not told: to whom it does not know",
            ),
            (
                look(
                    "none",
                    "db",
                    "name = 'localhost'",
                    "starttls = 'mysql'\nexpect = 'client-cert-required'",
                ),
                "found ok: the server asks",
            ),
            (look("other", "db", "name = 'localhost'", "starttls = 'smtp'"), "what answers speaks no SMTP"),
            (look("raw", "db", "name = 'localhost'", ""), "found no TLS"),
        ],
    );
    let before = [pki(), ("sh #data", data, ""), start("--skip-ssl")];
    each_fails(
        HEAD,
        &before,
        &[(look("off", "db", "name = 'localhost'", mysql), "found no TLS: the server offers no TLS")],
    );
}

#[test]
fn postgresql() {
    let initdb =
        ["17", "16", "15", "14", "13"].map(|version| format!("/usr/lib/postgresql/{version}/bin/initdb"));
    let Some(initdb) = installed("postgresql", &initdb.each_ref().map(String::as_str)) else { return };
    let programs = initdb.trim_end_matches("/initdb");
    // It runs as anybody but root.
    let as_other = if is_root() { "unshare --user --map-user=1000 --map-group=1000" } else { "" };
    let data = |rules: &str| {
        format!(
            "{as_other} {initdb} -D data -U postgres --auth=trust >init.log 2>&1 || cat init.log\nprintf '{rules}' >data/pg_hba.conf"
        )
    };
    // It listens before it is ready.
    let start = |more: &str| -> Block {
        let command = format!(
            r#"exec {as_other} {programs}/postgres -D data -p <db> -k "$PWD" -c listen_addresses=127.0.0.1 {more}"#
        );
        ("sh #db .service ready=\"log:ready to accept connections\"", leak(command), "-")
    };
    let on = r#"-c ssl=on -c ssl_cert_file="$PWD/web.crt" -c ssl_key_file="$PWD/web.key" -c ssl_ca_file="$PWD/authority.crt""#;
    let before = |rules: &str, more: &str| [pki(), ("sh #data", leak(data(rules)), ""), start(more)];
    let strict = before(r"hostssl all all 127.0.0.1/32 trust clientcert=verify-ca\n", on);
    let pg = "starttls = 'postgres'";
    let wants = |word: &str| leak(format!("{pg}\nexpect = '{word}'"));
    let probes = [
        look("ok", "db", "name = 'localhost'", pg),
        look("client", "db", "name = 'localhost', cert = 'client.pem'", pg),
        look("none", "db", "name = 'localhost'", wants("client-cert-required")),
        look("host", "db", "name = 'example.org'", wants("wrong-host")),
        probe(
            "ca",
            "connect = '127.0.0.1:<db>'\ntls = { ca = 'other.crt', name = 'localhost' }\nstarttls = 'postgres'\nexpect = 'unknown-ca'",
        ),
    ];
    all_pass(HEAD, &[&strict[..], &probes].concat());
    let open = before(r"hostssl all all 127.0.0.1/32 trust\n", on);
    all_pass(HEAD, &[&open[..], &[look("plain", "db", "", wants("plaintext-refused"))]].concat());
    each_fails(
        HEAD,
        &open,
        &[
            (
                look("none", "db", "name = 'localhost'", wants("client-cert-required")),
                "found ok: without a certificate the server goes on",
            ),
            (
                look("stranger", "db", "name = 'localhost', cert = 'stranger.pem'", pg),
                "found client rejected",
            ),
            (look("raw", "db", "name = 'localhost'", ""), "found closed"),
        ],
    );
    let all = before(r"host all all 127.0.0.1/32 trust\n", on);
    each_fails(
        HEAD,
        &all,
        &[(look("plain", "db", "", wants("plaintext-refused")), "found ok: without TLS the server goes on")],
    );
    let nobody = before(r"host all all 10.0.0.0/8 trust\n", on);
    each_fails(
        HEAD,
        &nobody,
        &[(
            look("plain", "db", "", wants("plaintext-refused")),
            "found refused anyway: the server lets nobody in",
        )],
    );
    let off = before(r"host all all 127.0.0.1/32 trust\n", "");
    each_fails(
        HEAD,
        &off,
        &[
            (look("off", "db", "name = 'localhost'", pg), "found no TLS: the server offers no TLS"),
            (look("plain", "db", "", wants("plaintext-refused")), "found no TLS: the server offers no TLS"),
        ],
    );
}

#[test]
fn nginx() {
    let Some(server) = installed("nginx", &["nginx"]) else { return };
    let conf = format!(
        "daemon off;\npid nginx.pid;\nerror_log stderr;\n{}events {{}}\nhttp {{\n  access_log off;\n  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;\n  server {{\n    listen 127.0.0.1:<db> ssl;\n    ssl_certificate web.crt;\n    ssl_certificate_key web.key;\n    ssl_client_certificate authority.crt;\n    ssl_verify_client on;\n    location / {{ return 200 'hello\n'; }}\n  }}\n}}\n",
        if is_root() { "user root;\n" } else { "" }
    );
    let before = [
        pki(),
        ("text #conf .file path=nginx.conf", leak(conf), "-"),
        service("db", "<db>", &format!(r#"exec {server} -e stderr -p "$PWD" -c "$PWD/nginx.conf""#)),
    ];
    let probes = [
        look(
            "ok",
            "db",
            "name = 'localhost', cert = 'client.pem'",
            "http = { status = 200, body = 'hello' }",
        ),
        look("none", "db", "name = 'localhost'", "http = {}\nexpect = 'client-cert-required'"),
        look(
            "words",
            "db",
            "name = 'localhost'",
            "http = { status = 400, body = 'No required SSL certificate was sent' }",
        ),
        look("plain", "db", "", "expect = 'plaintext-refused'"),
        look("host", "db", "name = 'example.org'", "expect = 'wrong-host'"),
    ];
    all_pass(HEAD, &[&before[..], &probes].concat());
    each_fails(
        HEAD,
        &before,
        &[
            (look("silent", "db", "name = 'localhost'", "http = {}"), "the status is 400"),
            (
                look("let-in", "db", "name = 'localhost'", "expect = 'client-cert-required'"),
                "found ok: the server asks for a certificate, and goes on",
            ),
            (look("http", "db", "", "http = {}"), "the status is 400"),
        ],
    );
}

fn smtp(before: &[Block]) {
    let smtp = "starttls = 'smtp'";
    let probes = [
        look("ok", "db", "name = 'localhost'", smtp),
        look("plain", "db", "", "starttls = 'smtp'\nexpect = 'plaintext-refused'"),
        look("host", "db", "name = 'example.org'", "starttls = 'smtp'\nexpect = 'wrong-host'"),
        probe(
            "ca",
            "connect = '127.0.0.1:<db>'\ntls = { ca = 'other.crt', name = 'localhost' }\nstarttls = 'smtp'\nexpect = 'unknown-ca'",
        ),
    ];
    all_pass(HEAD, &[before, &probes].concat());
}

#[test]
fn aiosmtpd() {
    let Some(server) = installed("aiosmtpd", &["aiosmtpd"]) else { return };
    let start = |more: &str| {
        service(
            "db",
            "<db>",
            &format!("exec {server} -n -c aiosmtpd.handlers.Debugging -l 127.0.0.1:<db> {more}"),
        )
    };
    smtp(&[pki(), start("--tlscert web.crt --tlskey web.key")]);
    each_fails(
        HEAD,
        &[pki(), start("--tlscert web.crt --tlskey web.key --no-requiretls")],
        &[(
            look("plain", "db", "", "starttls = 'smtp'\nexpect = 'plaintext-refused'"),
            "found ok: without TLS the server goes on: 250",
        )],
    );
    each_fails(
        HEAD,
        &[pki(), start("")],
        &[(
            look("off", "db", "name = 'localhost'", "starttls = 'smtp'"),
            "found no TLS: the server offers no TLS",
        )],
    );
}

#[test]
fn exim() {
    let Some(server) = installed("exim", &["exim4"]) else { return };
    if !is_root() {
        eprintln!("exim: left out, exim4 with a configuration of its own listens only for root");
        return;
    }
    let conf = "exim_user = root\nexim_group = root\nnever_users =\nspool_directory = SPOOL\nlog_file_path = SPOOL/%slog\ntls_advertise_hosts = *\ntls_certificate = SPOOL/web.crt\ntls_privatekey = SPOOL/web.key\nacl_smtp_mail = mail\nhost_lookup =\nrfc1413_query_timeout = 0s\nbegin acl\nmail:\n  deny !encrypted = *\n       message = Must issue a STARTTLS command first\n  accept\n";
    let start = format!(
        "sed -i \"s#SPOOL#$PWD#\" exim.conf\nexec {server} -C \"$PWD/exim.conf\" -bdf -oX 127.0.0.1.<db> -oP /dev/null"
    );
    smtp(&[pki(), ("text #conf .file path=exim.conf", conf, "-"), service("db", "<db>", &start)]);
}

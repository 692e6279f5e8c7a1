//! Certificates of a block on the wire: both sides show one and verify the other's, with OpenSSL, Python at its strictest,
//! Node, curl and rustls. What is not installed is left out, and said.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use rustls::{
    CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, ServerConfig, ServerConnection,
    Stream,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::ring,
    pki_types::{
        CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName, UnixTime,
        pem::PemObject as _,
    },
    server::WebPkiClientVerifier,
};

use super::{
    certificates_openssl::{faults, made, said},
    harness::Room,
};

/// A server and a client below an intermediate authority, and one that is another authority's.
const BOTH: &str = r#"
defaults = { key = "@KEY@", emit = ["key", "crt", "chain", "pem"] }
[ca.root]
cn = "Test Root"
permit = ["localhost", "example.com", "127.0.0.1"]
[ca.issuing]
issuer = "root"
cn = "Test Issuing CA"
[leaf.web]
issuer = "issuing"
cn = "localhost"
[leaf.agent]
issuer = "issuing"
cn = "agent.example.com"
use = ["client"]
[bad.stranger]
from = "agent"
fault = "untrusted"
"#;

const KEYS: [&str; 3] = ["rsa-2048", "p256", "p384"];

const PYTHON_CLIENT: &str = r"
import socket, ssl, sys
c = ssl.create_default_context(cafile='root.crt')
c.verify_flags |= ssl.VERIFY_X509_STRICT
if sys.argv[2:]: c.load_cert_chain(sys.argv[2])
with c.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1]))), server_hostname='localhost') as s:
    s.sendall(b'GET /status HTTP/1.0\r\n\r\n')
    while data := s.recv(9999): sys.stdout.write(data.decode())
";

const NODE_CLIENT: &str = r"
const fs = require('fs'), [port, own] = process.argv.slice(1), pem = own && fs.readFileSync(own);
const s = require('tls').connect({ host: '127.0.0.1', port: Number(port), servername: 'localhost', ca: fs.readFileSync('root.crt'), key: pem, cert: pem });
s.on('secureConnect', () => s.write('GET /status HTTP/1.0\r\n\r\n')).on('data', (data) => process.stdout.write(data));
s.on('error', (error) => { console.error(error.message); process.exitCode = 1; });
";

const PYTHON_SERVER: &str = r"
import socket, ssl
c = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile='root.crt')
c.verify_mode = ssl.CERT_REQUIRED
c.verify_flags |= ssl.VERIFY_X509_STRICT
c.load_cert_chain('web.pem')
server = socket.create_server(('127.0.0.1', 0))
print('ACCEPT :%d' % server.getsockname()[1], flush=True)
while True:
    try:
        with c.wrap_socket(server.accept()[0], server_side=True) as s:
            s.recv(1)
            s.sendall(b'seen CN=' + dict(pair[0] for pair in s.getpeercert()['subject'])['commonName'].encode())
            s.unwrap()
    except OSError: pass
";

const NODE_SERVER: &str = r"
const fs = require('fs'), pem = fs.readFileSync('web.pem');
const server = require('tls').createServer({ key: pem, cert: pem, ca: fs.readFileSync('root.crt'), requestCert: true, rejectUnauthorized: true }, (s) => {
  s.on('data', () => s.end('seen CN=' + s.getPeerCertificate().subject.CN)).on('error', () => {});
});
server.listen(0, '127.0.0.1', () => console.log('ACCEPT :' + server.address().port));
";

/// A server, ended when it goes.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server in `certs/`, which says at which port it is.
fn serve(room: &Room, program: &str, arguments: &[&str]) -> (Server, u16) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(room.path("certs")).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut output: BufReader<ChildStdout> = BufReader::new(child.stdout.take().unwrap());
    let server = Server(child);
    let mut line = String::new();
    while !line.starts_with("ACCEPT") {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0, "{program} {arguments:?} does not start");
    }
    let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
    // What it says from now on would else fill the pipe.
    thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    (server, port)
}

fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("{program} is not installed, so it is left out");
    }
    there
}

/// A request by a client of rustls that shows the certificate of `own`, where there is one; what is answered.
fn rustls_client(room: &Room, port: u16, own: Option<&str>) -> Result<String, String> {
    let builder = ClientConfig::builder().with_root_certificates(roots(room, "root.crt"));
    let config = match own {
        None => builder.with_no_client_auth(),
        Some(own) => {
            let (chain, key) = pair(room, own);
            builder.with_client_auth_cert(chain, key).map_err(|error| error.to_string())?
        }
    };
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut wire = TcpStream::connect(("127.0.0.1", port)).unwrap();
    wire.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut stream = Stream::new(&mut client, &mut wire);
    stream.write_all(b"GET /status HTTP/1.0\r\n\r\n").map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    // A peer that closes without a goodbye has said all the same.
    match stream.read_to_end(&mut answer) {
        Err(error) if answer.is_empty() => Err(error.to_string()),
        _ => Ok(String::from_utf8_lossy(&answer).into_owned()),
    }
}

/// A server of rustls for so many connections, which says whom it has seen.
fn rustls_server(room: &Room, connections: usize) -> u16 {
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots(room, "root.crt"))).build().unwrap();
    let (chain, key) = pair(room, "web.pem");
    let config =
        ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for _ in 0..connections {
            let (mut wire, _) = listener.accept().unwrap();
            wire.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let mut server = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = Stream::new(&mut server, &mut wire);
            if stream.read(&mut [0]).is_ok() {
                let _ = stream.write_all(b"seen CN=agent.example.com");
                stream.conn.send_close_notify();
                let _ = stream.flush();
            } else {
                // The alert that says why.
                let _ = server.write_tls(&mut wire);
            }
        }
    });
    port
}

fn roots(room: &Room, file: &str) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(certificates(room, file).remove(0)).unwrap();
    roots
}

fn certificates(room: &Room, file: &str) -> Vec<CertificateDer<'static>> {
    let file = room.path(&format!("certs/{file}"));
    CertificateDer::pem_file_iter(file).unwrap().map(Result::unwrap).collect()
}

fn pair(room: &Room, file: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let key = PrivateKeyDer::from_pem_file(room.path(&format!("certs/{file}"))).unwrap();
    (certificates(room, file), key)
}

/// The request of a client that is a command, with the certificate of `own` where there is one.
fn ask(room: &Room, client: &str, port: u16, own: Option<&str>) -> Result<String, String> {
    let shown =
        |flags: &str| own.map(|own| flags.replace("@OWN@", own.trim_end_matches(".pem"))).unwrap_or_default();
    let command = match client {
        "rustls" => return rustls_client(room, port, own),
        "openssl" => format!(
            "printf 'GET /status HTTP/1.0\\r\\n\\r\\n' | openssl s_client -connect 127.0.0.1:{port} -servername localhost \
             -verify_hostname localhost -CAfile root.crt -verify_return_error -x509_strict -quiet {}",
            shown("-cert @OWN@.crt -key @OWN@.key -cert_chain @OWN@.pem")
        ),
        "curl" => format!(
            "curl -sS --noproxy '*' --cacert root.crt --resolve localhost:{port}:127.0.0.1 {} https://localhost:{port}/status",
            shown("--cert @OWN@.pem")
        ),
        "python3" => format!("python3 -c \"{PYTHON_CLIENT}\" {port} {}", shown("@OWN@.pem")),
        _ => format!("node -e \"{NODE_CLIENT}\" {port} {}", shown("@OWN@.pem")),
    };
    match said(room, &command) {
        (Some(0), text) => Ok(text),
        (_, text) => Err(text),
    }
}

/// A client is let in with its own certificate, and not without one, nor with that of another authority.
fn holds(room: &Room, client: &str, port: u16, key: &str, place: &str) {
    let answer = ask(room, client, port, Some("agent.pem"));
    let seen = answer.as_ref().is_ok_and(|text| text.replace(" = ", "=").contains("CN=agent.example.com"));
    assert!(seen, "{key}, {place}, {client}: {answer:?}");
    for own in [None, Some("stranger.pem")] {
        let answer = ask(room, client, port, own);
        let refused =
            answer.as_ref().map_or(true, |text| !text.contains("CN=agent") && !text.contains("HTTP/1.0 200"));
        assert!(refused, "{key}, {place}, {client} with {own:?}: {answer:?}");
    }
}

#[test]
fn clients_and_servers_take_each_other() {
    let servers: Vec<(&str, Vec<&str>)> = vec![
        (
            "openssl",
            "s_server -accept 127.0.0.1:0 -cert web.crt -key web.key -cert_chain web-chain.crt -CAfile root.crt -Verify 2 \
             -verify_return_error -x509_strict -www"
                .split(' ')
                .filter(|word| !word.is_empty())
                .collect(),
        ),
        ("python3", vec!["-c", PYTHON_SERVER]),
        ("node", vec!["-e", NODE_SERVER]),
    ];
    let there = |program: &&str| *program == "rustls" || *program == "openssl" || is_there(program);
    let clients: Vec<&str> =
        ["openssl", "curl", "python3", "node", "rustls"].into_iter().filter(there).collect();
    for key in KEYS {
        let room = made(&BOTH.replace("@KEY@", key));
        for (program, arguments) in servers.iter().filter(|(program, _)| there(program)) {
            // Those that speak no HTTP are asked by OpenSSL alone.
            let all = if *program == "openssl" { &clients[..] } else { &["openssl"] };
            let (_server, port) = serve(&room, program, arguments);
            for client in all {
                holds(&room, client, port, key, program);
            }
        }
        let port = rustls_server(&room, 3);
        holds(&room, "openssl", port, key, "rustls");
    }
}

/// What rustls says of `ID.crt` for its host, with the authority's list of revoked ones.
fn rustls_says(room: &Room, file: &str) -> Result<(), Error> {
    let list = CertificateRevocationListDer::from_pem_file(room.path("certs/authority.crl")).unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(
        Arc::new(roots(room, "authority.crt")),
        Arc::new(ring::default_provider()),
    )
    .with_crls([list])
    .build()
    .unwrap();
    let name = ServerName::try_from("www.example.com").unwrap();
    let own = certificates(room, file).remove(0);
    verifier.verify_server_cert(&own, &[], &name, &[], UnixTime::now()).map(drop)
}

/// Whether an error is the one that a fault should draw.
type Judge = fn(&CertificateError) -> bool;

#[test]
fn rustls_refuses_each_fault() {
    for key in KEYS {
        let room = made(&faults(key));
        assert_eq!(rustls_says(&room, "web.crt"), Ok(()), "{key}");
        let cases: [(&str, Judge); 9] = [
            ("expired", |error| {
                matches!(error, CertificateError::Expired | CertificateError::ExpiredContext { .. })
            }),
            ("future", |error| {
                matches!(error, CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. })
            }),
            ("wrong-host", is_another_name),
            ("no-san", is_another_name),
            ("wrong-eku", |error| {
                matches!(
                    error,
                    CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. }
                )
            }),
            ("untrusted", |error| matches!(error, CertificateError::BadSignature)),
            ("self-signed", |error| matches!(error, CertificateError::UnknownIssuer)),
            ("constraint", |error| format!("{error:?}").contains("NameConstraintViolation")),
            ("revoked", |error| matches!(error, CertificateError::Revoked)),
        ];
        for (fault, is_right) in cases {
            let said = rustls_says(&room, &format!("{fault}.crt"));
            let right = matches!(&said, Err(Error::InvalidCertificate(error)) if is_right(error));
            assert!(right, "{key}, {fault}: {said:?}");
        }
        let (chain, own) = pair(&room, "mismatch.pem");
        let server = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, own);
        assert!(matches!(server, Err(Error::InconsistentKeys(_))), "{key}: {:?}", server.err());
        assert_eq!(rustls_says(&room, "mismatch.crt"), Ok(()), "but for its key it is right");
    }
}

fn is_another_name(error: &CertificateError) -> bool {
    matches!(error, CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. })
}

//! One TLS handshake by rustls, for `tests/certificates/compare`:
//!
//! ```text
//! rustls-client PORT HOST CA.pem
//! ```
//!
//! Connects to 127.0.0.1 at PORT, for HOST, trusting CA.pem alone, and prints `accepted`, or why the server was refused;
//! the exit status is 1 then.
#![expect(clippy::print_stdout, reason = "a program for a script")]

use std::{error::Error, io::Write as _, net::TcpStream, process::ExitCode, sync::Arc};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, Stream,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

fn main() -> ExitCode {
    match connect() {
        Ok(()) => {
            println!("accepted");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn connect() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [port, host, authority] = &words[..] else {
        return Err("usage: rustls-client PORT HOST CA.pem".into());
    };
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority)?)?;
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let mut client = ClientConnection::new(Arc::new(config), ServerName::try_from(host.clone())?)?;
    let mut wire = TcpStream::connect(("127.0.0.1", port.parse()?))?;
    Stream::new(&mut client, &mut wire).write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    Ok(())
}

//! What an address of HTTP answers.

use std::{sync::Arc, time::Duration};

use ureq::{
    Agent,
    tls::{TlsConfig, TlsProvider},
};

/// The status with which `url` answers within `patience`. Redirections are answers, and whoever answers at `https://` need
/// not prove who it is: this asks whether a server is up, not whether it is the right one.
///
/// # Errors
///
/// In words, why nothing answers.
pub fn status(url: &str, patience: Duration) -> Result<u16, String> {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .disable_verification(true)
        .build();
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(patience))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .tls_config(tls)
        .build()
        .into();
    agent.get(url).call().map(|response| response.status().as_u16()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
    };

    use super::*;

    #[test]
    fn answers_and_silence() {
        let patience = Duration::from_secs(5);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}/health");
        let server = std::thread::spawn(move || {
            for status in ["200 OK", "503 Busy", "302 Found"] {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).unwrap();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        for expected in [200, 503, 302] {
            assert_eq!(status(&url, patience), Ok(expected));
        }
        server.join().unwrap();
        assert!(status(&url, patience).is_err());
    }
}

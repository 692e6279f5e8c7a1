//! Whether something listens on a port.

use std::{
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

/// Whether something on `host` takes connections to `port` within `patience`. A name is tried at all its addresses:
/// what listens on one of this machine's two loopback addresses listens.
#[must_use]
pub fn listens(host: &str, port: u16, patience: Duration) -> bool {
    let Ok(addresses) = (host.trim_matches(['[', ']']), port).to_socket_addrs() else { return false };
    addresses.into_iter().any(|address| TcpStream::connect_timeout(&address, patience).is_ok())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn ports_that_are_taken_and_not() {
        let patience = Duration::from_secs(1);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(listens("127.0.0.1", port, patience));
        assert!(listens("localhost", port, patience));
        drop(listener);
        assert!(!listens("127.0.0.1", port, patience));
        assert!(!listens("no-such-host.invalid", port, patience));
    }
}

//! Free ports for runs.

use std::{cell::RefCell, collections::HashSet, net::TcpListener};

/// Ports that were given out, so that none is given twice.
#[derive(Debug, Default)]
pub(super) struct FreePorts(RefCell<HashSet<u16>>);

impl FreePorts {
    /// A port that nothing on this machine listens on, for one that pages show. Where none can be had it is that one: a
    /// step that needs it then fails with the system's own words.
    pub(super) fn for_run(&self, shown: u16) -> u16 {
        let mut given = self.0.borrow_mut();
        // All are held until one is found that is new, so that the system does not offer the same one again.
        let mut held = Vec::new();
        while let Ok(listener) = TcpListener::bind(("127.0.0.1", 0)) {
            let Ok(address) = listener.local_addr() else { break };
            if address.port() != shown && given.insert(address.port()) {
                return address.port();
            }
            held.push(listener);
            if held.len() > 100 {
                break;
            }
        }
        shown
    }

    /// A port that its run does not use any more may be given out again.
    pub(super) fn give_back(&self, port: u16) {
        self.0.borrow_mut().remove(&port);
    }
}

#[cfg(test)]
mod tests {
    use super::FreePorts;

    #[test]
    fn no_port_is_given_twice() {
        let ports = FreePorts::default();
        let (first, second) = (ports.for_run(27017), ports.for_run(27017));
        assert_ne!(first, second);
        assert!(![first, second].contains(&27017));
        assert!(std::net::TcpListener::bind(("127.0.0.1", first)).is_ok());
    }
}

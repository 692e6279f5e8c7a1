//! What a probe step prints: what it saw that stays the same from run to run.

use std::fmt::Write as _;

use rustls_pki_types::UnixTime;

use super::{
    super::{Probe, words::STARTTLS},
    chain,
    tls::Client,
    verdict::{Verdict, said},
};

/// A receipt that grows with what is seen.
#[derive(Debug)]
pub(super) struct Receipt {
    text: String,
}

impl Receipt {
    pub(super) fn new(probe: &Probe) -> Self {
        let mut receipt = Self { text: format!("probe {}\n", said(probe.connect.value.written.as_bytes())) };
        if let Some(protocol) = &probe.starttls {
            receipt.field("starttls", STARTTLS.word(protocol.value));
        }
        receipt
    }

    pub(super) fn field(&mut self, name: &str, text: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "  {name:<8} {text}");
    }

    /// What the handshake showed, as far as it came.
    pub(super) fn tls(&mut self, client: &Client, now: UnixTime) {
        let Some(version) = client.version() else { return };
        self.field("protocol", version);
        if let Some(family) = client.family() {
            self.field("cipher", family);
        }
        for (index, cert) in client.presented().chain.iter().enumerate() {
            let Some(cert) = chain::read(cert, now) else {
                self.field("subject", "unreadable");
                continue;
            };
            self.field("subject", &cert.subject);
            self.field("issuer", &cert.issuer);
            if index == 0 {
                let names = if cert.names.is_empty() { "none".to_owned() } else { cert.names.join(", ") };
                self.field("names", &names);
            }
            self.field("validity", cert.validity);
        }
        let client = match (client.asked(), client.presents()) {
            (false, _) => "not asked for a certificate",
            (true, false) => "asked for a certificate, presents none",
            (true, true) => "asked for a certificate, presents one",
        };
        self.field("client", client);
    }

    pub(super) fn finish(mut self, verdict: &Verdict) -> String {
        self.field("verdict", &verdict.word);
        self.text
    }
}

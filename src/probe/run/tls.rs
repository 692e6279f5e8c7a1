//! TLS on a connection: the handshake, the first word of the server after it, and how each of them can end.

use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rustls::{
    AlertDescription, ClientConfig, ClientConnection, Error, ProtocolVersion, SupportedCipherSuite,
    client::Resumption,
    crypto::ring,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{ServerName, UnixTime};

use super::{
    super::{Expect, Tls, Version},
    chain::Fault,
    identity::Identity,
    judge::{Judge, Presented, Presents},
    line::Line,
    verdict::{Verdict, is_end},
};

/// How long it is waited for a server to end the connection too.
const LAST_WORD: Duration = Duration::from_millis(300);

/// How TLS ended before its time.
#[derive(Debug)]
pub(super) enum End {
    /// In the words of TLS.
    Tls(Error),
    /// The connection itself.
    Line(io::Error),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(inner) => Self::Tls(inner.clone()),
            None => Self::Line(error),
        }
    }
}

/// A client's side of TLS.
pub(super) struct Client {
    connection: ClientConnection,
    judge: Arc<Judge>,
    presents: Arc<Presents>,
    min: Version,
}

impl Client {
    /// A client that asks for `name`, and trusts and presents what `identity` says.
    pub(super) fn new(
        tls: &Tls,
        identity: Identity,
        name: ServerName<'static>,
        http: bool,
    ) -> Result<Self, Error> {
        Self::with(tls.min, Some(identity), name, http)
    }

    /// A client to whom it only matters whether the server speaks TLS.
    pub(super) fn blind(name: ServerName<'static>) -> Result<Self, Error> {
        Self::with(Version::Tls12, None, name, false)
    }

    fn with(
        min: Version,
        identity: Option<Identity>,
        name: ServerName<'static>,
        http: bool,
    ) -> Result<Self, Error> {
        let provider = Arc::new(ring::default_provider());
        let (roots, own) = identity.map_or((None, None), |identity| (Some(identity.roots), identity.own));
        let judge = Arc::new(Judge {
            roots,
            provider: Arc::clone(&provider),
            presented: Mutex::new(Presented::default()),
        });
        let presents = Arc::new(Presents { own, asked: AtomicBool::new(false) });
        let versions: &[_] = if min == Version::Tls13 { &[&TLS13] } else { &[&TLS13, &TLS12] };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&judge) as Arc<_>)
            .with_client_cert_resolver(Arc::clone(&presents) as Arc<_>);
        config.resumption = Resumption::disabled();
        if http {
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
        }
        let connection = ClientConnection::new(Arc::new(config), name)?;
        Ok(Self { connection, judge, presents, min })
    }

    /// The handshake.
    pub(super) fn shake(&mut self, line: &mut Line<'_>) -> Result<(), End> {
        while self.connection.is_handshaking() || self.connection.wants_write() {
            self.turn(line)?;
        }
        Ok(())
    }

    /// Whether a server that asked for a certificate refuses the client behind the handshake: by an alert, as TLS 1.3
    /// has it, or by closing the connection. One that says something of its own, or nothing within `patience`, lets it
    /// in; one that has said something of TLS has `settled` as long again to think of it.
    pub(super) fn first_word(
        &mut self,
        line: &mut Line<'_>,
        patience: Duration,
        settled: Duration,
    ) -> Result<(), End> {
        if !self.asked() {
            return Ok(());
        }
        let mut until = Instant::now() + patience;
        while !self.has_something_to_read() {
            let left = until.saturating_duration_since(Instant::now());
            match line.within(left, |line| self.turn(line)) {
                Err(End::Line(error)) if error.kind() == ErrorKind::TimedOut && Instant::now() >= until => {
                    break;
                }
                done => done?,
            }
            until = until.min(Instant::now() + settled);
        }
        Ok(())
    }

    fn has_something_to_read(&mut self) -> bool {
        self.connection.process_new_packets().is_ok_and(|state| state.plaintext_bytes_to_read() > 0)
    }

    /// Ends politely. What the server still says is not looked at: once it is told the end, TLS is over for the library,
    /// and some servers go on without.
    pub(super) fn close(&mut self, line: &mut Line<'_>) {
        self.connection.send_close_notify();
        line.within(LAST_WORD, |line| {
            while self.connection.wants_write() && self.connection.write_tls(line).is_ok() {}
            line.end();
            let mut rest = [0; 4096];
            while line.read(&mut rest).is_ok_and(|count| count > 0) {}
        });
    }

    /// Writes what is to be written, or reads what comes.
    fn turn(&mut self, line: &mut Line<'_>) -> Result<(), End> {
        if self.connection.wants_write() {
            match self.connection.write_tls(line) {
                Ok(_) => return Ok(()),
                // It may have said why before it closed.
                Err(error) if matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => {
                    return self.hear(line).and(Err(error.into()));
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.hear(line)
    }

    fn hear(&mut self, line: &mut Line<'_>) -> Result<(), End> {
        if self.connection.read_tls(line)? == 0 {
            return Err(End::Line(ErrorKind::UnexpectedEof.into()));
        }
        if let Err(error) = self.connection.process_new_packets() {
            // It is told why; whether it still listens does not matter.
            let _ = self.connection.write_tls(line);
            return Err(End::Tls(error));
        }
        Ok(())
    }

    /// Sends bytes within TLS.
    pub(super) fn send(&mut self, line: &mut Line<'_>, bytes: &[u8]) -> Result<(), End> {
        let mut stream = rustls::Stream::new(&mut self.connection, line);
        stream.write_all(bytes)?;
        Ok(stream.flush()?)
    }

    /// Reads bytes within TLS; 0 at the end.
    pub(super) fn read(&mut self, line: &mut Line<'_>, into: &mut [u8]) -> Result<usize, End> {
        match rustls::Stream::new(&mut self.connection, line).read(into) {
            Ok(count) => Ok(count),
            // Without a last word of TLS, as many servers end.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the server asked for a certificate.
    pub(super) fn asked(&self) -> bool {
        self.presents.asked.load(Ordering::SeqCst)
    }

    /// Whether the client has one to present.
    pub(super) fn presents(&self) -> bool {
        self.presents.own.is_some()
    }

    fn has_shaken_hands(&self) -> bool {
        !self.connection.is_handshaking()
    }

    /// Whether the server has spoken TLS before the handshake came to this end.
    pub(super) fn has_heard_tls(&self, end: &End) -> bool {
        self.connection.protocol_version().is_some() || matches!(end, End::Tls(Error::AlertReceived(_)))
    }

    /// `TLSv1.3`
    pub(super) fn version(&self) -> Option<&'static str> {
        match self.connection.protocol_version()? {
            ProtocolVersion::TLSv1_3 => Some("TLSv1.3"),
            ProtocolVersion::TLSv1_2 => Some("TLSv1.2"),
            _ => None,
        }
    }

    /// `AES-GCM`
    pub(super) fn family(&self) -> Option<&'static str> {
        let name = match self.connection.negotiated_cipher_suite()? {
            SupportedCipherSuite::Tls12(suite) => suite.common.suite,
            SupportedCipherSuite::Tls13(suite) => suite.common.suite,
        };
        let name = name.as_str().unwrap_or_default();
        Some(if name.contains("CHACHA20") { "ChaCha20-Poly1305" } else { "AES-GCM" })
    }

    pub(super) fn presented(&self) -> Presented {
        self.judge.presented()
    }

    /// What the end of a handshake, or of what came after it, says of the server.
    pub(super) fn verdict(&self, end: &End, doing: &str) -> Verdict {
        let presented = self.presented();
        if !presented.faults.is_empty() {
            return of_faults(&presented);
        }
        match end {
            End::Line(error)
                if is_end(error) && self.has_shaken_hands() && self.asked() && !self.presents() =>
            {
                let why = "it asked for a certificate, and closed the connection to a client that has none";
                Verdict::of(Expect::ClientCertRequired, why)
            }
            End::Line(error) => Verdict::broken(error, doing),
            End::Tls(Error::AlertReceived(alert)) => self.refusal(*alert),
            End::Tls(Error::InvalidMessage(_)) => Verdict::other("no TLS", "what answers speaks no TLS"),
            End::Tls(Error::PeerIncompatible(why)) => {
                Verdict::other("failed", format!("the server speaks another TLS: {why:?}"))
            }
            End::Tls(error) => Verdict::other("failed", format!("the handshake failed: {error}")),
        }
    }

    /// What the server's own rejection means.
    fn refusal(&self, alert: AlertDescription) -> Verdict {
        let word = name_of(alert);
        let wants = matches!(
            alert,
            AlertDescription::CertificateRequired
                | AlertDescription::BadCertificate
                | AlertDescription::HandshakeFailure
        );
        if self.asked() && !self.presents() && wants {
            let why = format!("the server wants a certificate of its clients ({word})");
            return Verdict::of(Expect::ClientCertRequired, why);
        }
        if self.asked() && self.presents() {
            return Verdict::other(
                "client rejected",
                format!("the server rejects the client's certificate ({word})"),
            );
        }
        if alert == AlertDescription::ProtocolVersion {
            let least = if self.min == Version::Tls13 { "1.3" } else { "1.2" };
            return Verdict::other("too old", format!("the server speaks no TLS from {least} on"));
        }
        Verdict::other("failed", format!("the server ended the handshake ({word})"))
    }
}

/// A verdict for each fault; one of a block's words only where it is the only one.
fn of_faults(presented: &Presented) -> Verdict {
    let mut verdicts = presented.faults.iter().map(|fault| match fault {
        Fault::UnknownCa => {
            Verdict::of(Expect::UnknownCa, "no authority that is trusted signed the server's certificate")
        }
        Fault::Expired => Verdict::of(Expect::Expired, "the time of the server's certificate is over"),
        Fault::NotYetValid => {
            Verdict::other("not yet valid", "the time of the server's certificate has not begun")
        }
        Fault::WrongHost => Verdict::of(Expect::WrongHost, wrong_host(presented)),
        Fault::Other(why) => Verdict::other("rejected", why.clone()),
    });
    let Some(mut verdict) = verdicts.next() else { return Verdict::ok() };
    for more in verdicts {
        verdict = Verdict {
            is: None,
            word: format!("{}, {}", verdict.word, more.word),
            why: format!("{}; {}", verdict.why, more.why),
        };
    }
    verdict
}

fn wrong_host(presented: &Presented) -> String {
    let names = presented
        .chain
        .first()
        .and_then(|leaf| super::chain::read(leaf, UnixTime::now()))
        .map_or_else(Vec::new, |said| said.names);
    if names.is_empty() {
        "the server's certificate has no names (subjectAltName)".to_owned()
    } else {
        format!("the server's certificate is for {}", names.join(", "))
    }
}

/// `certificate_required`, as the standards write it.
fn name_of(alert: AlertDescription) -> String {
    let name = alert.as_str().map_or_else(|| format!("{alert:?}"), str::to_owned);
    let mut out = String::new();
    for (index, char) in name.char_indices() {
        if char.is_ascii_uppercase() && index > 0 {
            out.push('_');
        }
        out.push(char.to_ascii_lowercase());
    }
    out
}

//! What a probe block says, once it is known to be right.

use rustls_pki_types::ServerName;

use crate::table::At;

/// A whole block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Whom it connects to.
    pub connect: At<Address>,
    /// The protocol that asks for TLS in its own words first.
    pub starttls: Option<At<StartTls>>,
    /// How TLS is spoken; `None`: not at all.
    pub tls: Option<Tls>,
    /// What is asked of an HTTP server.
    pub http: Option<Http>,
    /// What it must find.
    pub expect: At<Expect>,
}

/// A host and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The host's name, or an address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Both as the page writes them.
    pub written: String,
}

/// How TLS is spoken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// A file of authorities that are trusted, PEM; `None`: those that the machine trusts.
    pub ca: Option<At<String>>,
    /// The name that the server must have; `None`: the host of the connection.
    pub name: Option<At<ServerName<'static>>>,
    /// A file of the client's certificate and those of its authorities, PEM.
    pub cert: Option<At<String>>,
    /// A file of its key, PEM; `None`: in the certificate's file.
    pub key: Option<At<String>>,
    /// The oldest version of TLS that is spoken.
    pub min: Version,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `1.2`
    #[default]
    Tls12,
    /// `1.3`
    Tls13,
}

/// A protocol that begins without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartTls {
    /// `mysql`: `MySQL` and `MariaDB`.
    Mysql,
    /// `postgres`: `PostgreSQL`.
    Postgres,
    /// `smtp`: mail servers.
    Smtp,
}

/// A request to an HTTP server, and what its answer must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// What is asked for: `/`.
    pub path: String,
    /// The `Host` of the request; `None`: the host and port of the connection.
    pub host: Option<String>,
    /// The status; `None`: any below 400.
    pub status: Option<At<u16>>,
    /// Texts that must occur in the answer's body, line ends aside.
    pub body: Vec<At<String>>,
}

/// What a probe must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// `ok`: all is as a client wants it.
    Ok,
    /// `refused`: nothing takes the connection.
    Refused,
    /// `plaintext-refused`: the server wants TLS, and nothing else.
    PlaintextRefused,
    /// `unknown-ca`: an authority that is not trusted signed the server's certificate.
    UnknownCa,
    /// `wrong-host`: the server's certificate is for others.
    WrongHost,
    /// `expired`: the time of the server's certificate, or of its authority's, is over.
    Expired,
    /// `client-cert-required`: the server wants a certificate of its clients.
    ClientCertRequired,
}

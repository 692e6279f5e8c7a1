//! Services: when they are ready, and how they are stopped.

use regex::Regex;

use super::Runner;
use crate::source::Spanned;

/// A step that starts and keeps running.
#[derive(Clone, Debug)]
pub struct Service {
    /// What runs it.
    pub runner: Runner,
    /// When it is ready, as written: placeholders are replaced before it is read ([`Ready::parse`]).
    pub ready: Spanned<String>,
    /// How it is stopped, as written ([`Stop::parse`]); `None`: the signal TERM.
    pub stop: Option<Spanned<String>>,
    /// The file with the process id of one that forks away.
    pub daemon: Option<Spanned<String>>,
}

/// When a service is ready.
#[derive(Clone, Debug)]
pub enum Ready {
    /// Something listens on this port.
    Tcp {
        /// The host; `None`: this machine.
        host: Option<String>,
        /// The port.
        port: u16,
    },
    /// This address answers, with a status below 400.
    Http(String),
    /// The service wrote a line in which this is found.
    Log(Regex),
    /// This file is there.
    File(String),
    /// The command came to its end, with status 0: it forked away.
    Exit,
}

/// Why a text does not say when a service is ready.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadyError {
    /// None of the forms.
    #[error("`{0}` does not say when the service is ready")]
    Unknown(String),
    /// A port that is none.
    #[error("`{0}` is no port")]
    Port(String),
    /// A pattern that is none.
    #[error("the pattern is not a regular expression: {0}")]
    Pattern(String),
    /// Nothing behind the colon.
    #[error("nothing follows `{0}`")]
    Empty(&'static str),
}

impl Ready {
    /// Reads `tcp:PORT`, `tcp:HOST:PORT`, `http://…`, `https://…`, `log:REGEX`, `file:PATH` or `exit`, after placeholders.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ReadyError> {
        if text == "exit" {
            return Ok(Self::Exit);
        }
        if let Some(rest) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) {
            let empty = rest.is_empty() || rest.starts_with('/');
            return if empty { Err(ReadyError::Empty("http://")) } else { Ok(Self::Http(text.to_owned())) };
        }
        if let Some(address) = text.strip_prefix("tcp:") {
            return tcp(address);
        }
        if let Some(pattern) = text.strip_prefix("log:") {
            if pattern.is_empty() {
                return Err(ReadyError::Empty("log:"));
            }
            return Regex::new(pattern).map(Self::Log).map_err(|error| ReadyError::Pattern(why(&error)));
        }
        match text.strip_prefix("file:") {
            Some("") => Err(ReadyError::Empty("file:")),
            Some(path) => Ok(Self::File(path.to_owned())),
            None => Err(ReadyError::Unknown(text.to_owned())),
        }
    }
}

fn tcp(address: &str) -> Result<Ready, ReadyError> {
    if address.is_empty() {
        return Err(ReadyError::Empty("tcp:"));
    }
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) => (Some(host), port),
        None => (None, address),
    };
    let number = port.parse::<u16>().ok().filter(|&number| number > 0 && !port.starts_with('+'));
    let port = number.ok_or_else(|| ReadyError::Port(port.to_owned()))?;
    // `[::1]:80`, as addresses of version 6 are written before a port.
    let host = host.map(|host| host.trim_start_matches('[').trim_end_matches(']').to_owned());
    if host.as_deref() == Some("") {
        return Err(ReadyError::Unknown(format!("tcp:{address}")));
    }
    Ok(Ready::Tcp { host, port })
}

/// A syntax error is drawn with the pattern above it; its last line says what is wrong.
fn why(error: &regex::Error) -> String {
    let words = error.to_string();
    words.lines().last().unwrap_or(&words).trim().trim_start_matches("error: ").to_owned()
}

/// How a service is stopped. Where it is still there 5 s later, it is killed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// By this signal, without `SIG`: `TERM`.
    Signal(&'static str),
    /// By this command.
    Command(String),
}

impl Stop {
    /// The signals that a service can be stopped with.
    pub const SIGNALS: [&str; 7] = ["TERM", "INT", "QUIT", "HUP", "KILL", "USR1", "USR2"];

    /// Reads a signal, with or without `SIG`, or a command.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let bare = text.strip_prefix("SIG").unwrap_or(text);
        match Self::SIGNALS.into_iter().find(|signal| *signal == bare) {
            Some(signal) => Self::Signal(signal),
            None => Self::Command(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ready, Stop};

    #[test]
    fn when_a_service_is_ready() {
        let cases = [
            ("tcp:27017", "Tcp { host: None, port: 27017 }"),
            ("tcp:localhost:80", "Tcp { host: Some(\"localhost\"), port: 80 }"),
            ("tcp:[::1]:80", "Tcp { host: Some(\"::1\"), port: 80 }"),
            ("http://localhost:80/x", "Http(\"http://localhost:80/x\")"),
            ("https://x", "Http(\"https://x\")"),
            ("log:ready [0-9]+", "Log(Regex(\"ready [0-9]+\"))"),
            ("file:/tmp/x.sock", "File(\"/tmp/x.sock\")"),
            ("exit", "Exit"),
        ];
        for (text, expected) in cases {
            assert_eq!(format!("{:?}", Ready::parse(text).unwrap()), expected, "{text}");
        }
        let wrong =
            ["", "tcp:", "tcp:x", "tcp:0", "tcp:65536", "tcp::80", "http://", "log:", "log:(", "file:", "x"];
        for text in wrong {
            assert!(Ready::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn signals_and_commands() {
        assert_eq!(Stop::parse("INT"), Stop::Signal("INT"));
        assert_eq!(Stop::parse("SIGTERM"), Stop::Signal("TERM"));
        assert_eq!(Stop::parse("mongod --shutdown"), Stop::Command("mongod --shutdown".to_owned()));
        assert_eq!(Stop::parse("int"), Stop::Command("int".to_owned()));
    }
}

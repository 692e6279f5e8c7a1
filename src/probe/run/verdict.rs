//! What a probe found, in a word and in a sentence.

use std::io::{self, ErrorKind};

use super::super::{Expect, words::EXPECTS};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// One of the words that a block expects; `None`: none of them is all that is wrong.
    pub(super) is: Option<Expect>,
    /// The same, or what else it is, in a word or few.
    pub(super) word: String,
    /// Why, in one lowercase sentence without a full stop; empty where there is no more to say.
    pub(super) why: String,
}

impl Verdict {
    pub(super) fn of(is: Expect, why: impl Into<String>) -> Self {
        Self { is: Some(is), word: EXPECTS.word(is).to_owned(), why: why.into() }
    }

    pub(super) fn ok() -> Self {
        Self::of(Expect::Ok, "")
    }

    /// What no word is for.
    pub(super) fn other(word: &str, why: impl Into<String>) -> Self {
        Self { is: None, word: word.to_owned(), why: why.into() }
    }

    /// A connection that broke while `doing`.
    pub(super) fn broken(error: &io::Error, doing: &str) -> Self {
        match error.kind() {
            ErrorKind::TimedOut => Self::other("timed out", format!("the time was over {doing}")),
            _ if is_end(error) => Self::other("closed", format!("the server closed the connection {doing}")),
            _ => Self::other("failed", format!("{doing}: {}", words(error))),
        }
    }

    /// A connection that did not come about.
    pub(super) fn unconnected(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::ConnectionRefused => Self::of(Expect::Refused, "nothing listens there"),
            ErrorKind::TimedOut => Self::other("timed out", "the time was over before the connection stood"),
            _ => Self::other("not connected", words(error)),
        }
    }
}

/// Whether the other side closed the connection.
pub(super) fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
    )
}

/// The system's own words, without the number.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// What a server said, as a message quotes it: one line, nothing that a terminal obeys, cut where it is long.
pub(super) fn said(bytes: &[u8]) -> String {
    const LONGEST: usize = 160;
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim();
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    let mut out = String::with_capacity(end);
    for char in text[..end].chars() {
        let hidden =
            matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if char.is_control() || hidden { out.extend(char.escape_default()) } else { out.push(char) }
    }
    if end < text.len() {
        out.push('…');
    }
    out
}

//! A written event stream, read again.

use super::Stamped;

/// A line that is no event.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is no event of a run: {source}")]
pub struct StreamError {
    /// Which, from 1.
    pub line: usize,
    /// What the parser says.
    pub source: serde_json::Error,
}

/// The events of a stream, an object a line; empty lines don't count.
///
/// A last line that ends in the middle, as a killed run leaves it, is left out: that run has no `run-finished` either,
/// and so counts as failed.
///
/// # Errors
///
/// At the first other line that is no event.
pub fn read_stream(text: &str) -> Result<Vec<Stamped>, StreamError> {
    let mut events = Vec::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(event) => events.push(event),
            Err(error) if error.is_eof() && !line.ends_with('\n') => break,
            Err(source) => return Err(StreamError { line: index + 1, source }),
        }
    }
    Ok(events)
}

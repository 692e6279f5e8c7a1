//! JSON objects, one a line, also for a workflow's log.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::escape::OLD_COMMAND;

/// Writes `value` and a line end. What the log of a workflow would take for a command is spelled out as JSON has it, so
/// that whoever reads the object reads the same text.
///
/// # Errors
///
/// Where the sink can't be written.
pub(super) fn write_object(sink: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *sink, ForLogs);
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    sink.write_all(b"\n")
}

/// `values`, an object a line each.
#[must_use]
pub fn objects<V: Serialize>(values: impl IntoIterator<Item = V>) -> String {
    let mut text = Vec::new();
    for value in values {
        // A vector takes all, and what we write has a JSON form.
        let _ = write_object(&mut text, &value);
    }
    String::from_utf8(text).unwrap_or_default()
}

struct ForLogs;

impl Formatter for ForLogs {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut parts = fragment.split(OLD_COMMAND);
        CompactFormatter.write_string_fragment(writer, parts.next().unwrap_or_default())?;
        for part in parts {
            writer.write_all(b"\\u0023#[")?;
            CompactFormatter.write_string_fragment(writer, part)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_holds_a_command_and_every_text_reads_back() {
        for text in ["", "##[", "a\n##[error]b##[c", "###[x]\\##[", "::error::x\n::add-mask::y", "## [x] #["]
        {
            let told = objects([text]);
            assert!(!told.contains("##[") && !told.starts_with("::"), "{told}");
            assert_eq!(serde_json::from_str::<String>(&told).unwrap(), text, "{told}");
        }
        assert_eq!(objects(["a##[b"]), "\"a\\u0023#[b\"\n");
    }
}

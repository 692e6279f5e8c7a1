//! `ports`: words in whose place a run puts free ports.

use super::{
    entries::empty,
    reader::Reader,
    yaml::{Node, Value},
};
use crate::{diagnostic::Diagnostic, document::Port, source::Spanned};

/// `ports`: words, and the port that the page shows for each.
pub(super) fn ports(node: &Node, reader: &mut Reader<'_>) -> Vec<Port> {
    let mut ports: Vec<Port> = Vec::new();
    for entry in reader.entries(node, "`ports`") {
        let name = Spanned::new(entry.key.value.to_owned(), entry.key.span);
        if name.value.trim().is_empty() {
            reader.found.push(empty(name.span, "the name of a port"));
            continue;
        }
        let Value::Text(text) = &entry.value.value else {
            reader.wrong::<()>(entry.value, &format!("the port `{}`", name.value), "a number");
            continue;
        };
        let number = text.parse::<u16>().ok().filter(|&number| number > 0 && !text.starts_with('+'));
        let Some(number) = number else {
            let message = format!("`{text}` is no port");
            let error =
                Diagnostic::error("bad-port", message, entry.value.span, "not a number from 1 to 65535");
            reader
                .found
                .push(error.help(format!("write the port that the page shows: `{}: 8080`", name.value)));
            continue;
        };
        if let Some(first) = ports.iter().find(|first| first.number.value == number) {
            let message = format!("the port {number} is given to two words");
            reader.found.push(
                Diagnostic::error("duplicate-port", message, entry.value.span, "again here")
                    .also(first.number.span, "first here")
                    .help("in outputs one could not be told from the other"),
            );
            continue;
        }
        ports.push(Port { name, number: Spanned::new(number, entry.value.span) });
    }
    ports
}

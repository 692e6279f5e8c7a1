//! What the server answers: success, an error, or rows.

use std::io;

use super::packet::{Wire, put_length, put_text};
use crate::error::SqlError;

const AUTOCOMMIT: u16 = 2;

/// How a column's values are to be taken by a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Tiny,
    Int,
    BigInt,
    Double,
    Decimal,
    DateTime,
}

impl Kind {
    /// The type's number, the number of its character set, and how wide its values are.
    fn code(self) -> (u8, u16, u32) {
        const UTF8: u16 = 33;
        const BINARY: u16 = 63;
        match self {
            Self::Text => (253, UTF8, 65535 * 3),
            Self::Tiny => (1, BINARY, 1),
            Self::Int => (3, BINARY, 11),
            Self::BigInt => (8, BINARY, 20),
            Self::Double => (5, BINARY, 22),
            Self::Decimal => (246, BINARY, 67),
            Self::DateTime => (12, BINARY, 26),
        }
    }
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) kind: Kind,
}

impl Output {
    /// A column that belongs to no table.
    pub(crate) fn computed(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), table: String::new(), kind }
    }

    fn definition(&self) -> Vec<u8> {
        let (code, charset, width) = self.kind.code();
        let mut packet = Vec::new();
        for text in ["def", "", &self.table, &self.table, &self.name, &self.name] {
            put_text(&mut packet, text.as_bytes());
        }
        packet.push(12);
        packet.extend_from_slice(&charset.to_le_bytes());
        packet.extend_from_slice(&width.to_le_bytes());
        packet.push(code);
        packet.extend_from_slice(&[0; 2]);
        packet.push(if matches!(self.kind, Kind::Double) { 31 } else { 0 });
        packet.extend_from_slice(&[0; 2]);
        packet
    }
}

/// A value; `None` is NULL.
pub(crate) type Cell = Option<String>;

/// Rows, with their columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ResultSet {
    pub(crate) columns: Vec<Output>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl ResultSet {
    /// Rows of text.
    pub(crate) fn text(columns: &[&str], rows: Vec<Vec<Cell>>) -> Self {
        let columns = columns.iter().map(|&name| Output::computed(name, Kind::Text)).collect();
        Self { columns, rows }
    }
}

impl Wire {
    /// Sends success.
    pub(crate) async fn ok(&mut self) -> io::Result<()> {
        let mut packet = vec![0, 0, 0];
        packet.extend_from_slice(&AUTOCOMMIT.to_le_bytes());
        packet.extend_from_slice(&[0; 2]);
        self.send(&packet).await
    }

    /// Sends an error.
    pub(crate) async fn error(&mut self, error: &SqlError) -> io::Result<()> {
        let mut packet = vec![0xff];
        packet.extend_from_slice(&error.code.to_le_bytes());
        packet.push(b'#');
        packet.extend_from_slice(error.state.as_bytes());
        packet.extend_from_slice(error.message.as_bytes());
        self.send(&packet).await
    }

    /// Sends rows.
    pub(crate) async fn rows(&mut self, set: &ResultSet) -> io::Result<()> {
        let mut count = Vec::new();
        put_length(&mut count, set.columns.len());
        self.queue(&count);
        for column in &set.columns {
            self.queue(&column.definition());
        }
        self.end();
        for row in &set.rows {
            let mut packet = Vec::new();
            for cell in row {
                match cell {
                    Some(text) => put_text(&mut packet, text.as_bytes()),
                    None => packet.push(0xfb),
                }
            }
            self.queue(&packet);
        }
        self.end();
        self.flush().await
    }

    /// Sends the columns of a table, for clients that complete names.
    pub(crate) async fn fields(&mut self, columns: &[Output]) -> io::Result<()> {
        for column in columns {
            let mut packet = column.definition();
            packet.push(0xfb);
            self.queue(&packet);
        }
        self.end();
        self.flush().await
    }

    /// Asks the client to authenticate in another way.
    pub(crate) async fn switch_plugin(&mut self, plugin: &str) -> io::Result<()> {
        let mut packet = vec![0xfe];
        packet.extend_from_slice(plugin.as_bytes());
        packet.extend_from_slice(&[0, 0]);
        self.send(&packet).await
    }

    fn end(&mut self) {
        let mut packet = vec![0xfe, 0, 0];
        packet.extend_from_slice(&AUTOCOMMIT.to_le_bytes());
        self.queue(&packet);
    }
}

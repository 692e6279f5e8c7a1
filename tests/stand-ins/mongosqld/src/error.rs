//! Errors as SQL clients get them: MySQL's numbers and states, with the words of MySQL or of mongosqld.

use mongodb::error::ErrorKind;

/// An error that a client is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SqlError {
    pub(crate) code: u16,
    /// Five characters.
    pub(crate) state: &'static str,
    pub(crate) message: String,
}

impl SqlError {
    fn new(code: u16, state: &'static str, message: String) -> Self {
        Self { code, state, message }
    }

    /// The connection can't be set up.
    pub(crate) fn handshake(reason: &str) -> Self {
        Self::new(1043, "08S01", reason.to_owned())
    }

    /// No user of this name with this password, or none who may do this.
    pub(crate) fn access_denied(user: &str) -> Self {
        Self::new(1045, "28000", format!("Access denied for user '{user}'"))
    }

    /// A table was named without its database, and none is in use.
    pub(crate) fn no_database() -> Self {
        Self::new(1046, "3D000", "No database selected".to_owned())
    }

    /// The byte that opens a command is none that is answered.
    pub(crate) fn unknown_command() -> Self {
        Self::new(1047, "08S01", "Unknown command".to_owned())
    }

    /// No such database, or none that the user may read.
    pub(crate) fn unknown_database(name: &str) -> Self {
        Self::new(1049, "42000", format!("Unknown database '{name}'"))
    }

    /// No such column; `clause` is `field list`, `where clause` or `order clause`.
    pub(crate) fn unknown_column(name: &str, clause: &str) -> Self {
        Self::new(1054, "42S22", format!("Unknown column '{name}' in '{clause}'"))
    }

    /// What was sent is no SQL.
    pub(crate) fn syntax(sql: &str, reason: &str) -> Self {
        Self::new(1064, "42000", format!("parse sql '{sql}' error: {reason}"))
    }

    /// Nothing was sent.
    pub(crate) fn empty_query() -> Self {
        Self::new(1065, "42000", "Query was empty".to_owned())
    }

    /// No such table, or none that the user may read.
    pub(crate) fn no_such_table(database: &str, table: &str) -> Self {
        Self::new(1146, "42S02", format!("Table '{database}.{table}' doesn't exist"))
    }

    /// No such system variable.
    pub(crate) fn unknown_variable(name: &str) -> Self {
        Self::new(1193, "HY000", format!("Unknown system variable '{name}'"))
    }

    /// SQL that is not answered.
    pub(crate) fn not_supported(what: &str) -> Self {
        Self::new(1235, "42000", format!("This stand-in for mongosqld doesn't yet support '{what}'"))
    }

    /// Prepared statements, which clients can do without.
    pub(crate) fn no_prepared_statements() -> Self {
        let message = "This command is not supported in the prepared statement protocol yet";
        Self::new(1295, "HY000", message.to_owned())
    }

    /// MongoDB can't be reached.
    pub(crate) fn no_connection() -> Self {
        let message = "Unable to connect to foreign data source: MongoDB";
        Self::new(1429, "HY000", message.to_owned())
    }

    /// A password would go over the wire for all to read.
    pub(crate) fn plain_password() -> Self {
        Self::new(1759, "HY000", "ssl is required when using cleartext authentication".to_owned())
    }

    /// What MongoDB says about a query.
    pub(crate) fn mongodb(error: &mongodb::error::Error) -> Self {
        Self::new(1105, "HY000", reason(error))
    }
}

/// Whether MongoDB refused the user, rather than not being there.
pub(crate) fn is_authentication(error: &mongodb::error::Error) -> bool {
    const AUTHENTICATION_FAILED: i32 = 18;
    match error.kind.as_ref() {
        ErrorKind::Authentication { .. } => true,
        ErrorKind::Command(command) => command.code == AUTHENTICATION_FAILED,
        _ => false,
    }
}

/// Whether MongoDB refused what the user wants to do.
pub(crate) fn is_unauthorized(error: &mongodb::error::Error) -> bool {
    const UNAUTHORIZED: i32 = 13;
    matches!(error.kind.as_ref(), ErrorKind::Command(command) if command.code == UNAUTHORIZED)
}

/// An error of the driver in one line, without what only helps its authors.
pub(crate) fn reason(error: &mongodb::error::Error) -> String {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => format!("({}) {}", command.code_name, command.message),
        ErrorKind::Authentication { message, .. } => format!("(AuthenticationFailed) {message}"),
        ErrorKind::ServerSelection { message, .. } => {
            let cause = selection_cause(message).unwrap_or(message);
            format!("server selection error: {}", cause.replace('\n', " "))
        }
        kind => kind.to_string().replace('\n', " "),
    }
}

/// Why no server can be used, out of the description of all servers that the driver gives.
fn selection_cause(message: &str) -> Option<&str> {
    let (_, cause) = message.split_once("Error: Kind: ")?;
    cause.split_once(", labels: ").map(|(cause, _)| cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_found_among_the_servers() {
        let message = "Server selection timeout: No available servers. Topology: { Type: Single, Servers: [ \
                       { Address: localhost:1, Type: Unknown, Error: Kind: I/O error: Connection refused, \
                       labels: {}, source: None, server response: None } ] }";
        assert_eq!(selection_cause(message), Some("I/O error: Connection refused"));
        assert_eq!(selection_cause("Server selection timeout: none"), None);
    }
}

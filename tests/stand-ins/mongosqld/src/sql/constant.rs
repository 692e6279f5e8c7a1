//! What clients ask about the server and themselves: variables, functions and plain values.

use sqlparser::ast::{Expr, Function, FunctionArguments, SelectItem, UnaryOperator, Value};

use super::Asker;
use crate::error::SqlError;
use crate::session::MYSQL_VERSION;
use crate::wire::{Cell, Kind, Output, ResultSet};

/// System variables that clients ask for when they connect.
const VARIABLES: [(&str, &str); 31] = [
    ("auto_increment_increment", "1"),
    ("autocommit", "1"),
    ("character_set_client", "utf8"),
    ("character_set_connection", "utf8"),
    ("character_set_database", "utf8"),
    ("character_set_results", "utf8"),
    ("character_set_server", "utf8"),
    ("collation_connection", "utf8_general_ci"),
    ("collation_database", "utf8_general_ci"),
    ("collation_server", "utf8_general_ci"),
    ("init_connect", ""),
    ("interactive_timeout", "28800"),
    ("license", "MIT OR Apache-2.0"),
    ("lower_case_table_names", "2"),
    ("max_allowed_packet", "67108864"),
    ("net_buffer_length", "16384"),
    ("net_write_timeout", "60"),
    ("performance_schema", "0"),
    ("query_cache_size", "0"),
    ("query_cache_type", "OFF"),
    ("read_only", "1"),
    ("sql_auto_is_null", "0"),
    ("sql_mode", ""),
    ("sql_select_limit", "18446744073709551615"),
    ("system_time_zone", "UTC"),
    ("time_zone", "SYSTEM"),
    ("transaction_isolation", "READ-COMMITTED"),
    ("tx_isolation", "READ-COMMITTED"),
    ("version", MYSQL_VERSION),
    ("version_comment", "mongosqld stand-in, not MongoDB's program"),
    ("wait_timeout", "28800"),
];

impl Asker<'_> {
    /// The system variables.
    pub(super) fn variables(&self) -> Vec<(String, String)> {
        let own = ("have_ssl".to_owned(), if self.tls.is_some() { "YES" } else { "DISABLED" }.to_owned());
        let all = VARIABLES.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        let mut all: Vec<_> = all.chain([own]).collect();
        all.sort_unstable();
        all
    }

    /// The status variables.
    pub(super) fn status(&self) -> Vec<(String, String)> {
        let (cipher, version) =
            self.tls.map_or(("", ""), |facts| (facts.cipher.as_str(), facts.version.as_str()));
        [("Connections", self.number.to_string().as_str()), ("Ssl_cipher", cipher), ("Ssl_version", version)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    }

    /// Answers a `select` without a table.
    pub(super) fn constants(&self, items: &[SelectItem]) -> Result<ResultSet, SqlError> {
        let mut set = ResultSet { columns: Vec::new(), rows: vec![Vec::new()] };
        for item in items {
            let (expression, name) = match item {
                SelectItem::UnnamedExpr(expression) => (expression, heading(expression)),
                SelectItem::ExprWithAlias { expr, alias } => (expr, alias.value.clone()),
                other => return Err(SqlError::not_supported(&other.to_string())),
            };
            let (cell, kind) = self.constant(expression)?;
            set.columns.push(Output::computed(name, kind));
            set.rows[0].push(cell);
        }
        Ok(set)
    }

    fn constant(&self, expression: &Expr) -> Result<(Cell, Kind), SqlError> {
        let text = |text: &str| (Some(text.to_owned()), Kind::Text);
        match expression {
            Expr::Nested(inner) => self.constant(inner),
            Expr::Identifier(ident) => self.variable(&ident.value).map(|value| text(&value)),
            Expr::CompoundIdentifier(parts) => {
                let name = parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
                self.variable(&name).map(|value| text(&value))
            }
            Expr::Value(value) => match &value.value {
                Value::Number(number, _) if number.contains(['.', 'e', 'E']) => {
                    Ok((Some(number.clone()), Kind::Double))
                }
                Value::Number(number, _) => Ok((Some(number.clone()), Kind::BigInt)),
                Value::SingleQuotedString(string) | Value::DoubleQuotedString(string) => Ok(text(string)),
                Value::Boolean(flag) => Ok((Some(u8::from(*flag).to_string()), Kind::BigInt)),
                Value::Null => Ok((None, Kind::Text)),
                other => Err(SqlError::not_supported(&other.to_string())),
            },
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
                let (cell, kind) = self.constant(expr)?;
                Ok((cell.map(|number| format!("-{number}")), kind))
            }
            Expr::Function(function) => self.function(function),
            other => Err(SqlError::not_supported(&other.to_string())),
        }
    }

    /// A variable such as `@@version` or `@@session.autocommit`.
    fn variable(&self, name: &str) -> Result<String, SqlError> {
        let Some(variable) = name.strip_prefix("@@") else {
            return Err(SqlError::unknown_column(name, "field list"));
        };
        let short = variable.rsplit('.').next().unwrap_or(variable).trim_matches('`');
        let found = self.variables().into_iter().find(|(known, _)| known.eq_ignore_ascii_case(short));
        found.map(|(_, value)| value).ok_or_else(|| SqlError::unknown_variable(short))
    }

    fn function(&self, function: &Function) -> Result<(Cell, Kind), SqlError> {
        let unsupported = || SqlError::not_supported(&function.to_string());
        match &function.args {
            FunctionArguments::None => {}
            FunctionArguments::List(list) if list.args.is_empty() => {}
            _ => return Err(unsupported()),
        }
        let text = |text: String| (Some(text), Kind::Text);
        Ok(match function.name.to_string().to_lowercase().as_str() {
            "database" | "schema" => (self.database.map(str::to_owned), Kind::Text),
            "user" | "current_user" | "session_user" | "system_user" => text(format!("{}@%", self.user)),
            "version" => text(MYSQL_VERSION.to_owned()),
            "connection_id" => (Some(self.number.to_string()), Kind::BigInt),
            _ => return Err(unsupported()),
        })
    }
}

/// What stands above a value without an alias: a text without its quotes, anything else as it was written.
fn heading(expression: &Expr) -> String {
    let text = match expression {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    };
    text.cloned().unwrap_or_else(|| expression.to_string())
}

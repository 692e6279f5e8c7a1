//! SQL: parsed as MySQL's, and answered where it asks for one table at a time.

use mongodb::Client;
use sqlparser::ast::{self, Ident, ObjectName};
use sqlparser::dialect::MySqlDialect;
use sqlparser::parser::Parser;

use crate::catalog::{Catalog, Column, Table, Type};
use crate::error::SqlError;
use crate::pem::TlsFacts;
use crate::wire::{Kind, Output, ResultSet};

mod constant;
mod filter;
mod select;
mod show;

/// Databases that mongosqld has of its own. The stand-in has only their names.
pub(crate) const OWN_DATABASES: [&str; 2] = ["INFORMATION_SCHEMA", "mysql"];

/// What a statement is answered with.
#[derive(Debug)]
pub(crate) enum Answer {
    Done,
    Rows(ResultSet),
}

/// A statement, as far as its connection has to act on it.
#[derive(Debug)]
pub(crate) enum Statement {
    Use(String),
    FlushSample,
    Other(Box<ast::Statement>),
}

/// Parses one statement.
pub(crate) fn parse(text: &str) -> Result<Statement, SqlError> {
    let text = text.trim().trim_end_matches(';').trim_end();
    if text.is_empty() {
        return Err(SqlError::empty_query());
    }
    let words: Vec<_> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
    if words == ["flush", "sample"] {
        return Ok(Statement::FlushSample);
    }
    let mut statements = Parser::parse_sql(&MySqlDialect {}, text).map_err(|error| {
        SqlError::syntax(text, error.to_string().trim_start_matches("sql parser error: "))
    })?;
    let (Some(statement), None) = (statements.pop(), statements.pop()) else {
        return Err(SqlError::syntax(text, "more than one statement"));
    };
    Ok(match statement {
        ast::Statement::Use(ast::Use::Object(name)) => Statement::Use(last(&name)?),
        other => Statement::Other(Box::new(other)),
    })
}

/// Who asks: what may be read, and what clients like to know about themselves.
pub(crate) struct Asker<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) client: &'a Client,
    pub(crate) database: Option<&'a str>,
    pub(crate) user: &'a str,
    pub(crate) number: u32,
    /// How the client's connection is encrypted, if it is.
    pub(crate) tls: Option<&'a TlsFacts>,
}

impl Asker<'_> {
    /// Answers a statement.
    pub(crate) async fn run(&self, statement: &ast::Statement) -> Result<Answer, SqlError> {
        match statement {
            ast::Statement::Query(query) => self.query(query).await.map(Answer::Rows),
            // What clients set does not matter to what is read here.
            ast::Statement::Set(_) => Ok(Answer::Done),
            other => self.show(other).map(Answer::Rows),
        }
    }

    /// A table by its name, which may have its database before it.
    fn named_table(&self, name: &ObjectName) -> Result<(&str, &Table), SqlError> {
        let parts = parts(name)?;
        let (database, name) = match parts.as_slice() {
            [name] => (self.database.ok_or_else(SqlError::no_database)?, *name),
            [database, name] => (*database, *name),
            _ => return Err(SqlError::not_supported(&name.to_string())),
        };
        table(self.catalog, database, name)
    }
}

/// A table of a database, both named in whatever case, and the database's own name.
pub(crate) fn table<'a>(
    catalog: &'a Catalog,
    database: &str,
    name: &str,
) -> Result<(&'a str, &'a Table), SqlError> {
    if OWN_DATABASES.iter().any(|own| own.eq_ignore_ascii_case(database)) {
        return Err(SqlError::not_supported(&format!("{database}.{name}")));
    }
    let found = catalog.databases.iter().find(|(known, _)| known.eq_ignore_ascii_case(database));
    let (database, tables) = found.ok_or_else(|| SqlError::unknown_database(database))?;
    let found = tables.iter().find(|table| table.name.eq_ignore_ascii_case(name));
    found.map(|table| (database.as_str(), table)).ok_or_else(|| SqlError::no_such_table(database, name))
}

/// The columns of an answer that has a table's columns.
pub(crate) fn outputs(table: &Table) -> Vec<Output> {
    table.columns.iter().map(|column| output(table, column)).collect()
}

fn output(table: &Table, column: &Column) -> Output {
    Output { name: column.name.clone(), table: table.name.clone(), kind: kind(column.kind) }
}

fn kind(kind: Type) -> Kind {
    match kind {
        Type::ObjectId | Type::Varchar => Kind::Text,
        Type::Bool => Kind::Tiny,
        Type::Int => Kind::Int,
        Type::BigInt => Kind::BigInt,
        Type::Double => Kind::Double,
        Type::Decimal => Kind::Decimal,
        Type::DateTime => Kind::DateTime,
    }
}

/// The parts of a name.
fn parts(name: &ObjectName) -> Result<Vec<&str>, SqlError> {
    let parts: Option<Vec<&str>> = name.0.iter().map(|part| part.as_ident().map(value)).collect();
    parts.ok_or_else(|| SqlError::not_supported(&name.to_string()))
}

fn value(ident: &Ident) -> &str {
    &ident.value
}

/// The last part of a name.
fn last(name: &ObjectName) -> Result<String, SqlError> {
    let last = parts(name)?.last().map(|part| (*part).to_owned());
    last.ok_or_else(SqlError::empty_query)
}

/// Whether a text fits a pattern with `%` and `_`, in whatever case.
fn like(pattern: &str, text: &str) -> bool {
    fn fits(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('%', rest)) => (0..=text.len()).any(|start| fits(rest, &text[start..])),
            Some(('_', rest)) => !text.is_empty() && fits(rest, &text[1..]),
            Some(('\\', [escaped, rest @ ..])) => text.first() == Some(escaped) && fits(rest, &text[1..]),
            Some((first, rest)) => text.first() == Some(first) && fits(rest, &text[1..]),
        }
    }
    let chars = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
    fits(&chars(pattern), &chars(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_mysql() {
        assert!(like("ssl%", "Ssl_cipher"));
        assert!(like("%cipher", "Ssl_cipher"));
        assert!(like("s_l\\_c%", "Ssl_cipher"));
        assert!(!like("s_l\\_c%", "SslXcipher"));
        assert!(!like("ssl", "Ssl_cipher"));
        assert!(like("", ""));
    }

    #[test]
    fn what_is_no_sql_is_told_from_what_is_not_answered() {
        assert_eq!(parse("selec 1").unwrap_err().code, 1064);
        assert_eq!(parse(" ; ").unwrap_err().code, 1065);
        assert!(matches!(parse("use `test`;"), Ok(Statement::Use(name)) if name == "test"));
        assert!(matches!(parse("FLUSH  sample"), Ok(Statement::FlushSample)));
        assert!(matches!(parse("insert into t values (1)"), Ok(Statement::Other(_))));
    }
}

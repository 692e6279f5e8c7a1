//! `show` and `describe`.

use sqlparser::ast::{
    self, BinaryOperator, Expr, InTarget, ObjectName, ShowStatementFilter, ShowStatementFilterPosition,
    ShowStatementOptions, Value,
};

use super::{Asker, OWN_DATABASES, last, like};
use crate::catalog::{Table, Type};
use crate::error::SqlError;
use crate::wire::{Cell, ResultSet};

impl Asker<'_> {
    /// Answers what is no query.
    pub(super) fn show(&self, statement: &ast::Statement) -> Result<ResultSet, SqlError> {
        match statement {
            ast::Statement::ShowDatabases { show_options, .. } => {
                let names =
                    OWN_DATABASES.iter().copied().chain(self.catalog.databases.keys().map(String::as_str));
                let rows = names.map(|name| vec![Some(name.to_owned())]).collect();
                filtered(ResultSet::text(&["Database"], rows), position(show_options))
            }
            ast::Statement::ShowTables { full, show_options, .. } => self.show_tables(*full, show_options),
            ast::Statement::ShowColumns { full, show_options, .. } => {
                let name =
                    parents(show_options).ok_or_else(|| SqlError::not_supported(&statement.to_string()))?;
                let (_, table) = self.named_table(name)?;
                filtered(columns(table, *full), position(show_options))
            }
            ast::Statement::ExplainTable { table_name, .. } => {
                let (_, table) = self.named_table(table_name)?;
                Ok(columns(table, false))
            }
            ast::Statement::ShowVariables { filter, .. } => {
                filtered(pairs(self.variables()), filter.as_ref())
            }
            ast::Statement::ShowStatus { filter, .. } => filtered(pairs(self.status()), filter.as_ref()),
            ast::Statement::Commit { .. }
            | ast::Statement::Rollback { .. }
            | ast::Statement::StartTransaction { .. } => Ok(ResultSet::default()),
            other => Err(SqlError::not_supported(&other.to_string())),
        }
    }

    fn show_tables(&self, full: bool, options: &ShowStatementOptions) -> Result<ResultSet, SqlError> {
        let named = parents(options).map(last).transpose()?;
        let database = named.as_deref().or(self.database).ok_or_else(SqlError::no_database)?;
        let found = self.catalog.databases.iter().find(|(name, _)| name.eq_ignore_ascii_case(database));
        let (name, tables) = match found {
            Some((name, tables)) => (name.as_str(), tables.as_slice()),
            None if OWN_DATABASES.iter().any(|own| own.eq_ignore_ascii_case(database)) => (database, &[][..]),
            None => return Err(SqlError::unknown_database(database)),
        };
        let heading = format!("Tables_in_{name}");
        let row = |table: &Table| {
            let mut row = vec![Some(table.name.clone())];
            row.extend(full.then(|| Some("BASE TABLE".to_owned())));
            row
        };
        let headings: &[&str] = if full { &[&heading, "Table_type"] } else { &[&heading] };
        filtered(ResultSet::text(headings, tables.iter().map(row).collect()), position(options))
    }
}

/// What stands after `from` or `in`.
fn parents(options: &ShowStatementOptions) -> Option<&ObjectName> {
    options.show_in.as_ref().and_then(|show_in| show_in.parent_name.as_ref())
}

fn position(options: &ShowStatementOptions) -> Option<&ShowStatementFilter> {
    options.filter_position.as_ref().map(|position| match position {
        ShowStatementFilterPosition::Infix(filter) | ShowStatementFilterPosition::Suffix(filter) => filter,
    })
}

fn pairs(pairs: Vec<(String, String)>) -> ResultSet {
    let rows = pairs.into_iter().map(|(name, value)| vec![Some(name), Some(value)]).collect();
    ResultSet::text(&["Variable_name", "Value"], rows)
}

fn columns(table: &Table, full: bool) -> ResultSet {
    let headings: &[&str] = if full {
        &["Field", "Type", "Collation", "Null", "Key", "Default", "Extra", "Privileges", "Comment"]
    } else {
        &["Field", "Type", "Null", "Key", "Default", "Extra"]
    };
    let given = |text: &str| Some(text.to_owned());
    let rows = table.columns.iter().map(|column| {
        let is_text = matches!(column.kind, Type::Varchar | Type::ObjectId);
        let key = if column.name == "_id" { "PRI" } else { "" };
        let mut row: Vec<Cell> = vec![given(&column.name), given(column.kind.name())];
        if full {
            row.push(is_text.then(|| "utf8_bin".to_owned()));
        }
        row.extend([given("YES"), given(key), None, given("")]);
        if full {
            row.extend([given("select"), given("")]);
        }
        row
    });
    ResultSet::text(headings, rows.collect())
}

/// The rows whose first column, or what `where` names, fits.
fn filtered(mut set: ResultSet, filter: Option<&ShowStatementFilter>) -> Result<ResultSet, SqlError> {
    let headings: Vec<String> = set.columns.iter().map(|column| column.name.clone()).collect();
    let first = |row: &[Cell]| row.first().cloned().flatten().unwrap_or_default();
    match filter {
        None => {}
        Some(ShowStatementFilter::Like(pattern) | ShowStatementFilter::NoKeyword(pattern)) => {
            set.rows.retain(|row| like(pattern, &first(row)));
        }
        Some(ShowStatementFilter::Where(condition)) => {
            let mut kept = Vec::new();
            for row in set.rows {
                if holds(condition, &headings, &row)? {
                    kept.push(row);
                }
            }
            set.rows = kept;
        }
        Some(other @ ShowStatementFilter::ILike(_)) => {
            return Err(SqlError::not_supported(&other.to_string()));
        }
    }
    Ok(set)
}

/// Whether a condition of `where` holds for a row.
fn holds(condition: &Expr, headings: &[String], row: &[Cell]) -> Result<bool, SqlError> {
    let unsupported = || SqlError::not_supported(&condition.to_string());
    let cell = |expression: &Expr| -> Result<String, SqlError> {
        let Expr::Identifier(ident) = expression else {
            return Err(unsupported());
        };
        let place = headings.iter().position(|heading| heading.eq_ignore_ascii_case(&ident.value));
        let place = place.ok_or_else(|| SqlError::unknown_column(&ident.value, "where clause"))?;
        Ok(row.get(place).cloned().flatten().unwrap_or_default())
    };
    let text = |expression: &Expr| match expression {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Ok(text.clone()),
            _ => Err(unsupported()),
        },
        _ => Err(unsupported()),
    };
    match condition {
        Expr::Nested(inner) => holds(inner, headings, row),
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            Ok(holds(left, headings, row)? || holds(right, headings, row)?)
        }
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            Ok(holds(left, headings, row)? && holds(right, headings, row)?)
        }
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
            Ok(cell(left)?.eq_ignore_ascii_case(&text(right)?))
        }
        Expr::Like { negated, expr, pattern, .. } => Ok(like(&text(pattern)?, &cell(expr)?) != *negated),
        Expr::In { expr, target: InTarget::List(list), negated, .. } => {
            let cell = cell(expr)?;
            let texts = list.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            Ok(texts.iter().any(|text| text.eq_ignore_ascii_case(&cell)) != *negated)
        }
        _ => Err(unsupported()),
    }
}

//! `where`: conditions on columns, as a filter of MongoDB.

use std::str::FromStr;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, Document, doc};
use sqlparser::ast::{BinaryOperator, Expr, Ident, InTarget, UnaryOperator, Value};

use crate::catalog::{Column, Table, Type};
use crate::error::SqlError;

/// The filter that a condition means.
pub(super) fn filter(expression: &Expr, table: &Table) -> Result<Document, SqlError> {
    let unsupported = || SqlError::not_supported(&expression.to_string());
    match expression {
        Expr::Nested(inner) => filter(inner, table),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            Ok(doc! { "$and": [filter(left, table)?, filter(right, table)?] })
        }
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            Ok(doc! { "$or": [filter(left, table)?, filter(right, table)?] })
        }
        Expr::BinaryOp { left, op, right } => {
            let operator = operator(op).ok_or_else(unsupported)?;
            if is_column(left) {
                compare(column(left, table, "where clause")?, operator, right)
            } else if is_column(right) {
                compare(column(right, table, "where clause")?, mirrored(operator), left)
            } else {
                Err(unsupported())
            }
        }
        Expr::IsNull(inner) => Ok(doc! { column(inner, table, "where clause")?.name.as_str(): Bson::Null }),
        Expr::IsNotNull(inner) => {
            Ok(doc! { column(inner, table, "where clause")?.name.as_str(): { "$ne": Bson::Null } })
        }
        Expr::Between { expr, negated: false, low, high } => {
            let column = column(expr, table, "where clause")?;
            Ok(doc! { "$and": [compare(column, "$gte", low)?, compare(column, "$lte", high)?] })
        }
        Expr::In { expr, target: InTarget::List(list), negated, .. } => {
            let column = column(expr, table, "where clause")?;
            let mut values =
                list.iter().map(|value| literal(value, column.kind)).collect::<Result<Vec<_>, _>>()?;
            if *negated {
                values.push(Bson::Null);
            }
            let operator = if *negated { "$nin" } else { "$in" };
            Ok(doc! { column.name.as_str(): { operator: values } })
        }
        Expr::Like { negated, expr, pattern, escape_char: None, any: false } => {
            let column = column(expr, table, "where clause")?;
            let Bson::String(pattern) = literal(pattern, Type::Varchar)? else {
                return Err(unsupported());
            };
            let regex = doc! { "$regex": regex(&pattern), "$options": "is" };
            Ok(if *negated {
                doc! { column.name.as_str(): { "$not": regex, "$ne": Bson::Null } }
            } else {
                doc! { column.name.as_str(): regex }
            })
        }
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
            let column = column(expression, table, "where clause")?;
            Ok(doc! { column.name.as_str(): { "$nin": [false, 0, Bson::Null] } })
        }
        _ => Err(unsupported()),
    }
}

fn operator(operator: &BinaryOperator) -> Option<&'static str> {
    Some(match operator {
        BinaryOperator::Eq => "$eq",
        BinaryOperator::NotEq => "$ne",
        BinaryOperator::Lt => "$lt",
        BinaryOperator::LtEq => "$lte",
        BinaryOperator::Gt => "$gt",
        BinaryOperator::GtEq => "$gte",
        _ => return None,
    })
}

/// The operator that means the same where the sides change places.
fn mirrored(operator: &'static str) -> &'static str {
    match operator {
        "$lt" => "$gt",
        "$lte" => "$gte",
        "$gt" => "$lt",
        "$gte" => "$lte",
        same => same,
    }
}

fn compare(column: &Column, operator: &str, value: &Expr) -> Result<Document, SqlError> {
    let value = literal(value, column.kind)?;
    let name = column.name.as_str();
    if value == Bson::Null {
        // Nothing is equal to NULL, nor unlike it.
        return Ok(doc! { "$nor": [{}] });
    }
    Ok(if operator == "$ne" {
        doc! { name: { "$nin": [value, Bson::Null] } }
    } else {
        doc! { name: { operator: value } }
    })
}

fn is_column(expression: &Expr) -> bool {
    match expression {
        Expr::Nested(inner) => is_column(inner),
        Expr::Identifier(ident) => !ident.value.starts_with('@'),
        Expr::CompoundIdentifier(_) => true,
        _ => false,
    }
}

/// The column that an expression names; `clause` is where, for the error.
pub(super) fn column<'a>(expression: &Expr, table: &'a Table, clause: &str) -> Result<&'a Column, SqlError> {
    match expression {
        Expr::Nested(inner) => column(inner, table, clause),
        Expr::Identifier(ident) => named(std::slice::from_ref(ident), table, clause),
        Expr::CompoundIdentifier(idents) => named(idents, table, clause),
        other => Err(SqlError::not_supported(&other.to_string())),
    }
}

/// A column of a name with dots: a field of a field, or a column with its table, or that with its database.
fn named<'a>(idents: &[Ident], table: &'a Table, clause: &str) -> Result<&'a Column, SqlError> {
    let names: Vec<&str> = idents.iter().map(|ident| ident.value.as_str()).collect();
    let whole = names.join(".");
    let qualified = |skip: usize| {
        let own = names.get(skip - 1).is_some_and(|name| name.eq_ignore_ascii_case(&table.name));
        own.then(|| names[skip..].join(".")).and_then(|name| table.column(&name))
    };
    table
        .column(&whole)
        .or_else(|| qualified(1))
        .or_else(|| qualified(2))
        .ok_or_else(|| SqlError::unknown_column(&whole, clause))
}

/// A literal as a value of the kind that a column holds.
fn literal(expression: &Expr, kind: Type) -> Result<Bson, SqlError> {
    let unsupported = || SqlError::not_supported(&expression.to_string());
    match expression {
        Expr::Nested(inner) => literal(inner, kind),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match literal(expr, kind)? {
            Bson::Int64(number) => Ok(Bson::Int64(-number)),
            Bson::Double(number) => Ok(Bson::Double(-number)),
            _ => Err(unsupported()),
        },
        Expr::Value(value) => match &value.value {
            Value::Null => Ok(Bson::Null),
            Value::Boolean(flag) => {
                Ok(if kind == Type::Bool { (*flag).into() } else { i64::from(*flag).into() })
            }
            Value::Number(text, _) if kind == Type::Bool => Ok((text != "0").into()),
            Value::Number(text, _) if kind == Type::Varchar => Ok(text.as_str().into()),
            Value::Number(text, _) => number(text).ok_or_else(unsupported),
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Ok(typed(text, kind)),
            _ => Err(unsupported()),
        },
        _ => Err(unsupported()),
    }
}

fn number(text: &str) -> Option<Bson> {
    let whole = text.parse::<i64>().ok().map(Bson::Int64);
    whole.or_else(|| text.parse::<f64>().ok().map(Bson::Double))
}

/// A text as what the column holds, if it can be read so; else as text, which then equals nothing.
fn typed(text: &str, kind: Type) -> Bson {
    let converted = match kind {
        Type::ObjectId => ObjectId::from_str(text).ok().map(Bson::ObjectId),
        Type::Int | Type::BigInt | Type::Double | Type::Decimal => number(text),
        Type::DateTime => time(text).map(Bson::DateTime),
        Type::Bool | Type::Varchar => None,
    };
    converted.unwrap_or_else(|| Bson::String(text.to_owned()))
}

/// A time from `2024-02-29`, or with `12:30:00` after it, in UTC.
fn time(text: &str) -> Option<DateTime> {
    let civil = jiff::civil::DateTime::from_str(text).ok()?;
    let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(DateTime::from_millis(zoned.timestamp().as_millisecond()))
}

/// A pattern with `%` and `_` as a regular expression.
fn regex(pattern: &str) -> String {
    let mut regex = String::from("^");
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            '\\' => escape(&mut regex, characters.next().unwrap_or('\\')),
            other => escape(&mut regex, other),
        }
    }
    regex.push('$');
    regex
}

fn escape(regex: &mut String, character: char) {
    if character.is_ascii_punctuation() {
        regex.push('\\');
    }
    regex.push(character);
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::MySqlDialect;
    use sqlparser::parser::Parser;

    use super::*;

    fn parsed(text: &str) -> Result<Document, SqlError> {
        let table = Table {
            name: "ships".to_owned(),
            columns: [
                ("_id", Type::ObjectId),
                ("name", Type::Varchar),
                ("port.city", Type::Varchar),
                ("sunk", Type::Bool),
                ("year", Type::Int),
            ]
            .map(|(name, kind)| Column { name: name.to_owned(), kind })
            .to_vec(),
        };
        let expression = Parser::new(&MySqlDialect {}).try_with_sql(text).unwrap().parse_expr().unwrap();
        filter(&expression, &table)
    }

    #[test]
    fn conditions_become_filters() {
        assert_eq!(parsed("year > 1600").unwrap(), doc! { "year": { "$gt": 1600_i64 } });
        assert_eq!(parsed("1600 < ships.Year").unwrap(), doc! { "year": { "$gt": 1600_i64 } });
        assert_eq!(parsed("sunk = 1").unwrap(), doc! { "sunk": { "$eq": true } });
        assert_eq!(parsed("port.city = 'Rom'").unwrap(), doc! { "port.city": { "$eq": "Rom" } });
        assert_eq!(
            parsed("name like 'V_s%' and (year <> -1 or name is null)").unwrap(),
            doc! { "$and": [
                { "name": { "$regex": "^V.s.*$", "$options": "is" } },
                { "$or": [{ "year": { "$nin": [-1_i64, Bson::Null] } }, { "name": Bson::Null }] },
            ] }
        );
    }

    #[test]
    fn a_condition_on_nothing_known_is_an_error() {
        assert_eq!(parsed("tonnage > 1").unwrap_err().code, 1054);
        assert_eq!(parsed("year = (select 1)").unwrap_err().code, 1235);
        assert_eq!(parsed("year + 1 = 2").unwrap_err().code, 1235);
    }
}

//! `select` from one table.

use mongodb::bson::{Bson, Document, doc};
use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, LimitClause, OrderByKind,
    OrderBySort, Query, Select, SelectItem, SetExpr, TableFactor, Value,
};

use super::filter::{column, filter};
use super::{Asker, output};
use crate::catalog::{Column, Table};
use crate::error::SqlError;
use crate::wire::{Cell, Kind, Output, ResultSet};

/// What is to be read of a table.
enum Projection<'a> {
    /// The number of documents, or of those where a column is not NULL.
    Count(Output, Option<&'a Column>),
    Columns(Vec<(Output, &'a Column)>),
}

/// Rows to pass over, and rows to read at most.
#[derive(Default)]
struct Window {
    skip: u64,
    limit: Option<i64>,
}

impl Asker<'_> {
    /// Answers a query.
    pub(super) async fn query(&self, query: &Query) -> Result<ResultSet, SqlError> {
        let unsupported = || SqlError::not_supported(&query.to_string());
        let SetExpr::Select(select) = query.body.as_ref() else {
            return Err(unsupported());
        };
        if query.with.is_some() || query.fetch.is_some() || !is_simple(select) {
            return Err(unsupported());
        }
        let [from] = select.from.as_slice() else {
            return if select.from.is_empty() {
                self.constants(&select.projection)
            } else {
                Err(unsupported())
            };
        };
        let TableFactor::Table { name, alias, args: None, .. } = &from.relation else {
            return Err(unsupported());
        };
        if !from.joins.is_empty() {
            return Err(unsupported());
        }
        let (database, found) = self.named_table(name)?;
        // Under an alias, columns are known by that alone.
        let alias = alias.as_ref().map(|alias| Table { name: alias.name.value.clone(), ..found.clone() });
        let table = alias.as_ref().unwrap_or(found);
        let projection = projection(&select.projection, table)?;
        let filter = select.selection.as_ref().map(|condition| filter(condition, table)).transpose()?;
        let sort = sort(query, table, &projection)?;
        let window = window(query.limit_clause.as_ref())?;
        self.read(database, &found.name, projection, (filter.unwrap_or_default(), sort, window)).await
    }

    async fn read(
        &self,
        database: &str,
        collection: &str,
        projection: Projection<'_>,
        (filter, sort, window): (Document, Document, Window),
    ) -> Result<ResultSet, SqlError> {
        let collection = self.client.database(database).collection::<Document>(collection);
        let failed = |error| SqlError::mongodb(&error);
        match projection {
            Projection::Count(output, column) => {
                let present = column.map(|column| doc! { column.name.as_str(): { "$ne": Bson::Null } });
                let filter = present.map_or(filter.clone(), |present| doc! { "$and": [filter, present] });
                let count = collection.count_documents(filter).await.map_err(failed)?;
                let rows =
                    if window.limit == Some(0) { Vec::new() } else { vec![vec![Some(count.to_string())]] };
                Ok(ResultSet { columns: vec![output], rows })
            }
            Projection::Columns(columns) => {
                let mut rows = Vec::new();
                if window.limit != Some(0) {
                    let mut find = collection.find(filter).sort(sort).skip(window.skip);
                    if let Some(limit) = window.limit {
                        find = find.limit(limit);
                    }
                    let mut cursor = find.await.map_err(failed)?;
                    while cursor.advance().await.map_err(failed)? {
                        let document = cursor.deserialize_current().map_err(failed)?;
                        rows.push(columns.iter().map(|(_, column)| cell(&document, &column.name)).collect());
                    }
                }
                Ok(ResultSet { columns: columns.into_iter().map(|(output, _)| output).collect(), rows })
            }
        }
    }
}

/// Whether nothing is asked for but columns, a table and conditions.
fn is_simple(select: &Select) -> bool {
    let no_groups =
        matches!(&select.group_by, GroupByExpr::Expressions(by, with) if by.is_empty() && with.is_empty());
    no_groups
        && select.distinct.is_none()
        && select.having.is_none()
        && select.into.is_none()
        && select.named_window.is_empty()
        && select.top.is_none()
}

fn projection<'a>(items: &[SelectItem], table: &'a Table) -> Result<Projection<'a>, SqlError> {
    if let [item] = items
        && let Some(count) = count(item, table)?
    {
        return Ok(count);
    }
    let mut columns = Vec::new();
    for item in items {
        match item {
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {
                columns.extend(table.columns.iter().map(|column| (output(table, column), column)));
            }
            SelectItem::UnnamedExpr(expression) => {
                let column = column(expression, table, "field list")?;
                columns.push((output(table, column), column));
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                let column = column(expr, table, "field list")?;
                columns.push((Output { name: alias.value.clone(), ..output(table, column) }, column));
            }
            other @ SelectItem::ExprWithAliases { .. } => {
                return Err(SqlError::not_supported(&other.to_string()));
            }
        }
    }
    Ok(Projection::Columns(columns))
}

/// `count(*)` or `count(column)`; `None` where something else is asked for.
fn count<'a>(item: &SelectItem, table: &'a Table) -> Result<Option<Projection<'a>>, SqlError> {
    let (expression, name) = match item {
        SelectItem::UnnamedExpr(expression) => (expression, expression.to_string()),
        SelectItem::ExprWithAlias { expr, alias } => (expr, alias.value.clone()),
        _ => return Ok(None),
    };
    let Expr::Function(function) = expression else {
        return Ok(None);
    };
    let output = Output::computed(name, Kind::BigInt);
    if let FunctionArguments::List(list) = &function.args
        && function.name.to_string().eq_ignore_ascii_case("count")
        && list.duplicate_treatment.is_none()
        && let [FunctionArg::Unnamed(argument)] = list.args.as_slice()
    {
        match argument {
            FunctionArgExpr::Wildcard | FunctionArgExpr::Expr(Expr::Value(_)) => {
                return Ok(Some(Projection::Count(output, None)));
            }
            FunctionArgExpr::Expr(of) => {
                let column = column(of, table, "field list")?;
                return Ok(Some(Projection::Count(output, Some(column))));
            }
            _ => {}
        }
    }
    Err(SqlError::not_supported(&function.to_string()))
}

/// What to sort by: columns, their aliases, or their places.
fn sort(query: &Query, table: &Table, projection: &Projection<'_>) -> Result<Document, SqlError> {
    let mut sort = Document::new();
    let Some(order) = &query.order_by else {
        return Ok(sort);
    };
    let OrderByKind::Expressions(expressions) = &order.kind else {
        return Err(SqlError::not_supported(&order.to_string()));
    };
    for by in expressions {
        let direction = match by.options.sort {
            None | Some(OrderBySort::Asc) => 1,
            Some(OrderBySort::Desc) => -1,
            Some(OrderBySort::Using(_)) => return Err(SqlError::not_supported(&by.to_string())),
        };
        let column = match (chosen(&by.expr, projection), projection) {
            (Some(column), _) => column,
            (None, Projection::Count(..)) => continue,
            (None, Projection::Columns(_)) => column(&by.expr, table, "order clause")?,
        };
        sort.insert(column.name.as_str(), direction);
    }
    Ok(sort)
}

/// A column of the answer by its place or its alias.
fn chosen<'a>(expression: &Expr, projection: &Projection<'a>) -> Option<&'a Column> {
    let Projection::Columns(columns) = projection else {
        return None;
    };
    let found = match expression {
        Expr::Identifier(ident) => columns.iter().find(|(output, _)| output.name == ident.value),
        other => {
            let place = usize::try_from(whole(other)?).ok()?;
            columns.get(place.checked_sub(1)?)
        }
    };
    found.map(|(_, column)| *column)
}

fn window(clause: Option<&LimitClause>) -> Result<Window, SqlError> {
    let number = |expression: &Expr| {
        let number = whole(expression).and_then(|number| i64::try_from(number).ok());
        number.ok_or_else(|| SqlError::not_supported(&expression.to_string()))
    };
    let skip = |expression: &Expr| number(expression).map(i64::unsigned_abs);
    match clause {
        None => Ok(Window::default()),
        Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
            Ok(Window { skip: skip(offset)?, limit: Some(number(limit)?) })
        }
        Some(LimitClause::LimitOffset { limit, offset, .. }) => Ok(Window {
            skip: offset.as_ref().map(|offset| skip(&offset.value)).transpose()?.unwrap_or(0),
            limit: limit.as_ref().map(number).transpose()?,
        }),
    }
}

/// A literal number without a point or a sign.
fn whole(expression: &Expr) -> Option<u64> {
    match expression {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// A document's value at a path with dots.
fn cell(document: &Document, path: &str) -> Cell {
    if let Some(value) = document.get(path) {
        return text(value);
    }
    // A field's own name may hold no dot, or be the longer part of the path.
    path.match_indices('.').find_map(|(at, _)| match document.get(&path[..at]) {
        Some(Bson::Document(inner)) => cell(inner, &path[at + 1..]),
        _ => None,
    })
}

fn text(value: &Bson) -> Cell {
    Some(match value {
        Bson::String(text) => text.clone(),
        Bson::ObjectId(id) => id.to_hex(),
        Bson::Boolean(flag) => u8::from(*flag).to_string(),
        Bson::Int32(number) => number.to_string(),
        Bson::Int64(number) => number.to_string(),
        Bson::Double(number) => number.to_string(),
        Bson::Decimal128(number) => number.to_string(),
        Bson::DateTime(time) => {
            let time = jiff::Timestamp::from_millisecond(time.timestamp_millis()).ok()?;
            let zoned = time.to_zoned(jiff::tz::TimeZone::UTC);
            let format = if zoned.millisecond() == 0 { "%F %T" } else { "%F %T%.3f" };
            zoned.strftime(format).to_string()
        }
        _ => return None,
    })
}

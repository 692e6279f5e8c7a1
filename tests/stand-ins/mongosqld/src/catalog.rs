//! The schema: databases, tables and columns, as far as a sample of documents shows them.

use std::collections::BTreeMap;

use mongodb::bson::{Bson, Document, doc};
use mongodb::options::ListDatabasesOptions;
use mongodb::{Client, error::Error};

use crate::config::Sample;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    ObjectId,
    Bool,
    Int,
    BigInt,
    Double,
    Decimal,
    DateTime,
    Varchar,
}

impl Type {
    /// The name that `describe` shows.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ObjectId => "varchar(24)",
            Self::Bool => "tinyint(1)",
            Self::Int => "int",
            Self::BigInt => "bigint",
            Self::Double => "double",
            Self::Decimal => "decimal(65,20)",
            Self::DateTime => "datetime",
            Self::Varchar => "varchar(65535)",
        }
    }

    /// The type of a value that a column can hold.
    fn of(value: &Bson) -> Option<Self> {
        match value {
            Bson::ObjectId(_) => Some(Self::ObjectId),
            Bson::Boolean(_) => Some(Self::Bool),
            Bson::Int32(_) => Some(Self::Int),
            Bson::Int64(_) => Some(Self::BigInt),
            Bson::Double(_) => Some(Self::Double),
            Bson::Decimal128(_) => Some(Self::Decimal),
            Bson::DateTime(_) => Some(Self::DateTime),
            Bson::String(_) => Some(Self::Varchar),
            _ => None,
        }
    }

    /// The narrowest type for values of both.
    fn join(self, other: Self) -> Self {
        match (self.rank(), other.rank()) {
            _ if self == other => self,
            (Some(one), Some(two)) if one >= two => self,
            (Some(_), Some(_)) => other,
            _ => Self::Varchar,
        }
    }

    /// How wide a number is.
    fn rank(self) -> Option<u8> {
        match self {
            Self::Int => Some(0),
            Self::BigInt => Some(1),
            Self::Double => Some(2),
            Self::Decimal => Some(3),
            _ => None,
        }
    }
}

/// A column: a field, or a field of a field with a dot between their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Type,
}

/// A collection as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
}

impl Table {
    /// The table that documents make; none where they show no column.
    pub(crate) fn of<'a>(name: &str, documents: impl IntoIterator<Item = &'a Document>) -> Option<Self> {
        let mut kinds = BTreeMap::new();
        for document in documents {
            collect("", document, &mut kinds);
        }
        let columns: Vec<_> = kinds.into_iter().map(|(name, kind)| Column { name, kind }).collect();
        (!columns.is_empty()).then(|| Self { name: name.to_owned(), columns })
    }

    /// A column by its name, in whatever case.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }
}

fn collect(prefix: &str, document: &Document, kinds: &mut BTreeMap<String, Type>) {
    for (key, value) in document {
        let name = format!("{prefix}{key}");
        if let Bson::Document(inner) = value {
            collect(&format!("{name}."), inner, kinds);
        } else if let Some(kind) = Type::of(value) {
            kinds.entry(name).and_modify(|known| *known = known.join(kind)).or_insert(kind);
        }
    }
}

/// Databases by name, each with its tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Catalog {
    pub(crate) databases: BTreeMap<String, Vec<Table>>,
}

impl Catalog {
    /// Samples all collections that the configuration names and the client may read.
    pub(crate) async fn sample(client: &Client, sample: &Sample) -> Result<Self, Error> {
        let mut catalog = Self::default();
        for name in database_names(client).await? {
            if matches!(name.as_str(), "admin" | "config" | "local") {
                continue;
            }
            let database = client.database(&name);
            let mut tables = Vec::new();
            let mut collections = database.list_collection_names().await?;
            collections.sort_unstable();
            for collection in collections {
                if collection.starts_with("system.") || !wanted(&sample.namespaces, &name, &collection) {
                    continue;
                }
                let pipeline = [doc! { "$sample": { "size": sample.size } }];
                let mut cursor = database.collection::<Document>(&collection).aggregate(pipeline).await?;
                let mut documents = Vec::new();
                while cursor.advance().await? {
                    documents.push(cursor.deserialize_current()?);
                }
                tables.extend(Table::of(&collection, &documents));
            }
            if !tables.is_empty() {
                catalog.databases.insert(name, tables);
            }
        }
        Ok(catalog)
    }

    /// What is left for a client that may read less.
    pub(crate) async fn readable(&self, client: &Client) -> Result<Self, Error> {
        let names = database_names(client).await?;
        let mut readable = Self::default();
        for (name, tables) in self.databases.iter().filter(|(name, _)| names.contains(name)) {
            let collections = match client.database(name).list_collection_names().await {
                Ok(collections) => collections,
                Err(error) if crate::error::is_unauthorized(&error) => continue,
                Err(error) => return Err(error),
            };
            let tables: Vec<_> =
                tables.iter().filter(|table| collections.contains(&table.name)).cloned().collect();
            if !tables.is_empty() {
                readable.databases.insert(name.clone(), tables);
            }
        }
        Ok(readable)
    }

    /// What was mapped, as the log tells it.
    pub(crate) fn summary(&self) -> String {
        let count: usize = self.databases.values().map(Vec::len).sum();
        let each = self.databases.iter().map(|(name, tables)| {
            let names: Vec<_> = tables.iter().map(|table| format!("{:?}", table.name)).collect();
            format!("{name:?} ({}): [{}]", names.len(), names.join(", "))
        });
        let namespaces = if count == 1 { "namespace" } else { "namespaces" };
        let details = each.collect::<Vec<_>>().join("; ");
        format!("mapped schema for {count} {namespaces}{}{details}", if count == 0 { "" } else { ": " })
    }
}

/// The names of databases that a client may read.
async fn database_names(client: &Client) -> Result<Vec<String>, Error> {
    let options = ListDatabasesOptions::builder().authorized_databases(true).build();
    client.list_database_names().with_options(options).await
}

/// Whether patterns such as `test.*` ask for a collection. One that begins with `-` excludes.
fn wanted(patterns: &[String], database: &str, collection: &str) -> bool {
    let matches = |pattern: &str| {
        pattern.split_once('.').is_some_and(|(first, second)| {
            (first == "*" || first == database) && (second == "*" || second == collection)
        })
    };
    let excluded = patterns.iter().filter_map(|pattern| pattern.strip_prefix('-')).any(matches);
    let only_exclusions = patterns.iter().all(|pattern| pattern.starts_with('-'));
    !excluded && (only_exclusions || patterns.iter().any(|pattern| matches(pattern)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_takes_what_all_documents_hold() {
        let documents = [
            doc! { "n": 1, "x": 1, "s": "a", "in": { "a": true }, "list": [1] },
            doc! { "n": 1_i64, "x": 0.5, "s": 1, "in": { "a": Bson::Null, "b": 1 }, "none": Bson::Null },
        ];
        let table = Table::of("t", &documents).unwrap();
        let columns: Vec<_> = table.columns.iter().map(|c| (c.name.as_str(), c.kind)).collect();
        assert_eq!(
            columns,
            [
                ("in.a", Type::Bool),
                ("in.b", Type::Int),
                ("n", Type::BigInt),
                ("s", Type::Varchar),
                ("x", Type::Double)
            ]
        );
    }

    #[test]
    fn namespaces_choose_collections() {
        let patterns = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        assert!(wanted(&patterns("test.*"), "test", "ships"));
        assert!(!wanted(&patterns("test.*"), "other", "ships"));
        assert!(!wanted(&patterns("test.*,-test.ships"), "test", "ships"));
        assert!(wanted(&patterns("-test.ships"), "test", "ports"));
        assert!(!wanted(&patterns("test.ports"), "test", "ships"));
    }
}

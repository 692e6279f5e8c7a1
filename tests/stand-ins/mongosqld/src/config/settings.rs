//! Settings by their full names, from YAML.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, Yaml};

use super::keys::{KEYS, Kind, UNABLE};

/// A setting's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Flag(bool),
    Number(i64),
    List(Vec<String>),
}

/// The settings that were given.
#[derive(Debug, Default, Clone)]
pub(crate) struct Settings(BTreeMap<&'static str, Value>);

impl Settings {
    /// Adds settings, which win over those of the same names.
    pub(super) fn overlay(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(super) fn set(&mut self, key: &'static str, value: Value) {
        self.0.insert(key, value);
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.0.get(key) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    pub(crate) fn text_or(&self, key: &str, default: &str) -> String {
        self.text(key).unwrap_or(default).to_owned()
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.0.get(key) == Some(&Value::Flag(true))
    }

    pub(crate) fn number_or(&self, key: &str, default: i64) -> i64 {
        match self.0.get(key) {
            Some(Value::Number(number)) => *number,
            _ => default,
        }
    }

    pub(crate) fn list_or(&self, key: &str, default: &[&str]) -> Vec<String> {
        match self.0.get(key) {
            Some(Value::List(list)) => list.clone(),
            _ => default.iter().map(|&part| part.to_owned()).collect(),
        }
    }

    /// Whether anything is set under a prefix, besides one key, and besides flags that are off.
    pub(crate) fn any_below(&self, prefix: &str, except: &str) -> bool {
        self.0.iter().any(|(key, value)| {
            key.starts_with(prefix)
                && *key != except
                && !matches!(value, Value::Flag(false))
                && *value != Value::Text(String::new())
        })
    }

    /// All settings in a line, passwords hidden.
    pub(crate) fn summary(&self) -> String {
        let each = self.0.iter().map(|(key, value)| match value {
            _ if key.ends_with("assword") => format!("{key}: \"<protected>\""),
            Value::Text(text) => format!("{key}: {text:?}"),
            Value::Flag(flag) => format!("{key}: {flag}"),
            Value::Number(number) => format!("{key}: {number}"),
            Value::List(list) => format!("{key}: [{}]", list.join(", ")),
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

/// The kind of a key, and the key as it is in the table. The error says that it is none, or is not honoured.
pub(super) fn find(key: &str) -> Result<(&'static str, Kind), String> {
    if let Some((name, kind, _)) = KEYS.iter().find(|(name, ..)| *name == key) {
        return Ok((name, *kind));
    }
    let unable = |known: &&&str| **known == key || (known.ends_with('.') && key.starts_with(**known));
    if UNABLE.iter().find(unable).is_some() {
        return Err(format!("the stand-in can't honour this key of mongosqld: '{key}'"));
    }
    Err(format!("unrecognized key '{key}'"))
}

/// The settings of a file.
pub(super) fn parse(text: &str) -> Result<Settings, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| format!("yaml: {error}"))?;
    let mut settings = Settings::default();
    match documents.as_slice() {
        [] => {}
        [root] if root.is_null() => {}
        [root] => flatten("", root, &mut settings)?,
        _ => return Err("yaml: more than one document".to_owned()),
    }
    Ok(settings)
}

fn flatten(prefix: &str, node: &Yaml<'_>, settings: &mut Settings) -> Result<(), String> {
    let Some(mapping) = node.as_mapping() else {
        let name = prefix.trim_end_matches('.');
        return Err(format!("invalid value for {name}, expected a map"));
    };
    for (key, value) in mapping {
        let name = key.as_str().ok_or_else(|| format!("unrecognized key '{prefix}{key:?}'"))?;
        let key = format!("{prefix}{name}");
        let section = format!("{key}.");
        let is_section = KEYS.iter().any(|(known, ..)| known.starts_with(&section));
        if is_section || (value.is_mapping() && !UNABLE.contains(&section.as_str())) {
            flatten(&section, value, settings)?;
            continue;
        }
        let (known, kind) = find(&key)?;
        settings.set(known, convert(&key, kind, value)?);
    }
    Ok(())
}

fn convert(key: &str, kind: Kind, value: &Yaml<'_>) -> Result<Value, String> {
    let wrong = |expected: &str| format!("invalid value for {key}, expected a {expected}");
    let text = |value: &Yaml<'_>| value.as_str().map(str::to_owned);
    match kind {
        Kind::Text => text(value).map(Value::Text).ok_or_else(|| wrong("string")),
        Kind::Flag => value.as_bool().map(Value::Flag).ok_or_else(|| wrong("bool")),
        Kind::Number => {
            let number = value.as_integer().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
            number.map(Value::Number).ok_or_else(|| wrong("number"))
        }
        Kind::List => match value.as_sequence() {
            Some(parts) => parts.iter().map(text).collect::<Option<Vec<_>>>(),
            None => value.as_str().map(split),
        }
        .map(Value::List)
        .ok_or_else(|| wrong("string")),
    }
}

/// The parts of a text with commas.
pub(super) fn split(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).collect()
}

//! Settings of a file: its keys in full and their values, whatever stands around them and in whatever order.

use saphyr_parser::{Event, Parser, ScalarStyle};
use toml::de::{DeTable, DeValue};

/// Nothing that a page shows is nested deeper.
const MAX_DEPTH: usize = 32;

/// A key, as `net.tls.mode` or `users[0].name`, and its value.
pub(super) type Setting = (String, String);

/// The settings of a text in that language; `None` where it is none that has settings, or not written in it.
pub(super) fn settings(format: &str, text: &str) -> Option<Vec<Setting>> {
    match format {
        "yaml" | "yml" | "json" => yaml(text),
        "toml" => toml(text),
        "ini" | "cfg" | "cnf" | "conf" | "properties" | "dosini" => Some(ini(text)),
        _ => None,
    }
}

/// A map or list that has begun, and where it stands.
enum Open {
    Map { path: String, key: Option<String>, any: bool },
    List { path: String, next: usize },
}

impl Open {
    /// The place of the next value; `None` where a key comes first.
    fn place(&mut self) -> Option<String> {
        match self {
            Self::Map { path, key, .. } => key.take().map(|key| below(path, &key)),
            Self::List { path, next } => {
                *next += 1;
                Some(format!("{path}[{}]", *next - 1))
            }
        }
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// One document without aliases.
fn yaml(text: &str) -> Option<Vec<Setting>> {
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, _) = event.ok()?;
        match event {
            Event::DocumentStart(..) => documents += 1,
            Event::Alias(_) => return None,
            Event::Scalar(value, style, ..) => match open.last_mut() {
                None => found.push((String::new(), value.into_owned())),
                Some(inner) => match (inner.place(), inner) {
                    (Some(place), _) => {
                        let plain = style == ScalarStyle::Plain;
                        let none = plain && matches!(&*value, "" | "~" | "null");
                        found.push((place, if none { "null".to_owned() } else { value.into_owned() }));
                    }
                    (None, Open::Map { key, any, .. }) => {
                        (*key, *any) = (Some(value.into_owned()), true);
                    }
                    (None, Open::List { .. }) => return None,
                },
            },
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                let path = match open.last_mut() {
                    None => String::new(),
                    // A key that is no text.
                    Some(inner) => inner.place()?,
                };
                if open.len() >= MAX_DEPTH {
                    return None;
                }
                let map = matches!(event, Event::MappingStart(..));
                open.push(if map {
                    Open::Map { path, key: None, any: false }
                } else {
                    Open::List { path, next: 0 }
                });
            }
            Event::MappingEnd | Event::SequenceEnd => match open.pop()? {
                Open::Map { path, any: false, .. } => found.push((path, "{}".to_owned())),
                Open::List { path, next: 0 } => found.push((path, "[]".to_owned())),
                Open::Map { .. } | Open::List { .. } => {}
            },
            _ => {}
        }
    }
    (documents <= 1).then_some(found)
}

fn toml(text: &str) -> Option<Vec<Setting>> {
    let table = DeTable::parse(text).ok()?;
    let mut found = Vec::new();
    of_table(table.get_ref(), "", text, &mut found);
    Some(found)
}

/// The parser bounds how deep tables are nested, so the recursion is bounded too.
fn of_table(table: &DeTable<'_>, path: &str, text: &str, found: &mut Vec<Setting>) {
    for (key, value) in table {
        of_value(value, below(path, key.get_ref()), text, found);
    }
}

fn of_value(value: &toml::Spanned<DeValue<'_>>, path: String, text: &str, found: &mut Vec<Setting>) {
    match value.get_ref() {
        DeValue::Table(table) => of_table(table, &path, text, found),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                of_value(item, format!("{path}[{index}]"), text, found);
            }
        }
        DeValue::String(string) => found.push((path, string.clone().into_owned())),
        // As it is written.
        _ => found.push((path, text.get(value.span()).unwrap_or_default().to_owned())),
    }
}

/// Sections in brackets, keys with `=`, else with `:`, comments after `;` and `#` at the beginning of a line.
fn ini(text: &str) -> Vec<Setting> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
            continue;
        }
        let (key, value) = line.split_once('=').or_else(|| line.split_once(':')).unwrap_or((line, ""));
        found.push((below(&section, key.trim()), value.trim().to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::settings;

    fn shown(format: &str, text: &str) -> String {
        let Some(found) = settings(format, text) else { return "none".to_owned() };
        found.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keys_in_full() {
        let cases = [
            ("yaml", "a:\n  b: 'x\\y' # z\n  c: [1, {d: e}]\nf:\n", "a.b=x\\y a.c[0]=1 a.c[1].d=e f=null"),
            ("yaml", "a: {}\nb: []\n", "a={} b=[]"),
            ("yml", "just a text\n", "=just a text"),
            ("yaml", "a: &x 1\nb: *x\n", "none"),
            ("yaml", "a: 1\n---\nb: 2\n", "none"),
            ("yaml", "? [a]\n: b\n", "none"),
            ("yaml", "a: [\n", "none"),
            ("yaml", "", ""),
            ("json", "{\"a\": {\"b\": [true, null]}}", "a.b[0]=true a.b[1]=null"),
            ("toml", "x = 1\n[a.b]\nc = ['y', 2.5]\n", "a.b.c[0]=y a.b.c[1]=2.5 x=1"),
            ("toml", "x = \n", "none"),
            ("ini", "top\n[s]\n; no\n# no\na  = b=c\nd: e\n", "top= s.a=b=c s.d=e"),
            ("sh", "a=b\n", "none"),
        ];
        for (format, text, expected) in cases {
            assert_eq!(shown(format, text), expected, "{text}");
        }
        assert_eq!(settings("yaml", &"[".repeat(1000)), None);
        assert_eq!(settings("yaml", &format!("{}{}", "[".repeat(100), "]".repeat(100))), None);
    }
}

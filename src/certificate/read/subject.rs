//! Whom a certificate names: the attributes of a distinguished name.

use std::ops::Range;

use toml::de::DeTable;

use super::names;
use crate::{
    certificate::{At, Attribute, Subject},
    diagnostic::Diagnostic,
    table::{Fields, Reader, listed, near, quoted, shown},
};

/// One attribute, with its places.
#[derive(Clone, Debug)]
pub(super) struct Part {
    attribute: Attribute,
    value: At<String>,
    /// Where its key stands.
    key: Range<usize>,
}

/// The attributes as a block writes them.
const WORDS: [(&str, Attribute); 9] = [
    ("C", Attribute::Country),
    ("ST", Attribute::State),
    ("L", Attribute::Locality),
    ("O", Attribute::Organization),
    ("OU", Attribute::Unit),
    ("DC", Attribute::DomainComponent),
    ("E", Attribute::Email),
    ("emailAddress", Attribute::Email),
    ("CN", Attribute::CommonName),
];

/// What others call them, lowercase.
const OTHERS: [(&str, &str); 15] = [
    ("s", "ST"),
    ("sp", "ST"),
    ("country", "C"),
    ("countryname", "C"),
    ("state", "ST"),
    ("stateorprovincename", "ST"),
    ("locality", "L"),
    ("localityname", "L"),
    ("city", "L"),
    ("organization", "O"),
    ("organizationname", "O"),
    ("organizationalunit", "OU"),
    ("organizationalunitname", "OU"),
    ("commonname", "CN"),
    ("email", "E"),
];

/// The most characters that X.520 gives an attribute, and its name in words.
fn bounds(attribute: Attribute) -> (usize, &'static str) {
    match attribute {
        Attribute::Country => (2, "a country"),
        Attribute::State => (128, "a state"),
        Attribute::Locality => (128, "a locality"),
        Attribute::Organization => (64, "an organization"),
        Attribute::Unit => (64, "an organizational unit"),
        Attribute::DomainComponent => (63, "a domain component"),
        Attribute::Email => (255, "an e-mail address"),
        Attribute::CommonName => (64, "a common name"),
    }
}

/// The attributes of a table's `subject`, and its `cn` where `with_cn`.
pub(super) fn parts(fields: &Fields<'_>, with_cn: bool, reader: &mut Reader<'_>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    if let (true, Some(key)) = (with_cn, fields.key_at("cn"))
        && let Some(value) = reader.text_of(fields, "cn")
    {
        parts.push(Part { attribute: Attribute::CommonName, value, key });
    }
    for part in written(fields, reader) {
        match parts.iter().find(|known| known.attribute == part.attribute) {
            Some(first) => twice(first, &part, reader),
            None => parts.push(part),
        }
    }
    for part in &parts {
        check(part, reader);
    }
    parts
}

/// Those of the key `subject`, in the order of the page.
fn written(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Vec<Part> {
    let Some(value) = fields.get("subject") else { return Vec::new() };
    let Some(table) = value.get_ref().as_table() else {
        let instead = value.get_ref().as_str().and_then(from_line);
        reader.wrong_type("subject", "a table", value, instead);
        return Vec::new();
    };
    let mut parts = Vec::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let Some((_, attribute)) = WORDS.iter().find(|(word, _)| *word == name) else {
            unknown(name, &key.span(), table, reader);
            continue;
        };
        if let Some(value) = reader.string(name, value) {
            parts.push(Part { attribute: *attribute, value, key: key.span() });
        }
    }
    parts.sort_by_key(|part| part.key.start);
    parts
}

/// `C=US, O=Example` as a table, where that is what it is.
fn from_line(line: &str) -> Option<String> {
    let items: Option<Vec<String>> = line
        .split([',', '/'])
        .filter(|item| !item.trim().is_empty())
        .map(|item| {
            let (name, value) = item.split_once('=')?;
            let known = WORDS.iter().any(|(word, _)| *word == name.trim());
            known.then(|| format!("{} = {}", name.trim(), quoted(value.trim())))
        })
        .collect();
    items.filter(|items| !items.is_empty()).map(|items| format!("{{ {} }}", items.join(", ")))
}

fn unknown(name: &str, at: &Range<usize>, table: &DeTable<'_>, reader: &mut Reader<'_>) {
    let span = reader.span(at);
    let message = format!("a subject has no attribute `{}`", shown(name));
    let error = Diagnostic::error("bad-subject", message, span, "unknown attribute");
    let lower = name.to_lowercase();
    let other = OTHERS.iter().find(|(other, _)| *other == lower).map(|(_, word)| *word);
    let cased = || WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name)).map(|(word, _)| *word);
    let meant = || if name.len() > 3 { near(name, WORDS.iter().map(|(word, _)| *word)) } else { None };
    reader.found.push(match other.or_else(cased).or_else(meant) {
        Some(word) if table.contains_key(word) => {
            error.help(format!("it has `{word}` already: take this out"))
        }
        Some(word) => error.help(format!("did you mean `{word}`?")).fix(span, word),
        None => {
            let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
            error.help(format!("its attributes are {}", listed(&words)))
        }
    });
}

fn twice(first: &Part, second: &Part, reader: &mut Reader<'_>) {
    let text = reader.text().text();
    let [one, two] = [first, second].map(|part| text.get(part.key.clone()).unwrap_or_default());
    let message = if one == two {
        format!("the subject has `{one}` twice")
    } else {
        format!("`{one}` and `{two}` are the same attribute of the subject")
    };
    let error = Diagnostic::error("bad-subject", message, reader.span(&second.key), "the second one");
    let error = error.also(reader.span(&first.key), "the first one");
    reader.found.push(error.help("take one of them out"));
}

/// Reports what is wrong with an attribute's value.
fn check(part: &Part, reader: &mut Reader<'_>) {
    let text = part.value.value.as_str();
    if reader.is_open(text) {
        return;
    }
    let span = reader.span(&part.value.at);
    let (most, what) = bounds(part.attribute);
    let length = text.chars().count();
    let ascii_only = matches!(part.attribute, Attribute::DomainComponent | Attribute::Email);
    let error = |message: String, label: String| Diagnostic::error("bad-subject", message, span, label);
    let wrong = if text.trim().is_empty() {
        error(format!("{what} of the subject is empty"), "nothing here".to_owned())
            .help("write what it is, or take the attribute out")
    } else if part.attribute == Attribute::Country {
        if length == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return;
        }
        error(format!("`{}` is no country", shown(text)), "not two letters".to_owned())
            .help("write the two letters of ISO 3166, as `US` or `DE`")
    } else if length > most {
        error(format!("{what} has at most {most} characters"), format!("{length} characters")).help(
            if part.attribute == Attribute::CommonName {
                "put a long host into `names`, and a shorter name here"
            } else {
                "shorten it"
            },
        )
    } else if text.contains(char::is_control) {
        error(format!("{what} of the subject has a control character"), "in here".to_owned())
            .help("take it out")
    } else if text.trim() != text {
        error(format!("{what} of the subject begins or ends with a blank"), "blanks at its end".to_owned())
            .help("take the blanks out")
            .fix(span, quoted(text.trim()))
    } else if ascii_only && !text.is_ascii() {
        error(format!("{what} of the subject holds ASCII only"), "not ASCII".to_owned())
            .help("put it into another attribute, or write it in ASCII")
    } else if part.attribute == Attribute::Email && !names::is_mailbox(text) {
        error(format!("`{}` is no e-mail address", shown(text)), "not an address".to_owned())
            .help("write it like `admin@example.com`")
    } else {
        return;
    };
    reader.found.push(wrong);
}

/// The attributes that an item has: its own, and those of the block's defaults that it has not.
pub(super) fn merged(own: Vec<Part>, defaults: &[Part]) -> Dn {
    let mut parts = own;
    for part in defaults {
        if !parts.iter().any(|known| known.attribute == part.attribute) {
            parts.push(part.clone());
        }
    }
    parts.sort_by_key(|part| part.attribute);
    Dn(parts)
}

/// A whole subject, in the order in which it is written to a certificate.
#[derive(Clone, Debug, Default)]
pub(super) struct Dn(Vec<Part>);

impl Dn {
    /// The value of an attribute.
    pub(super) fn get(&self, attribute: Attribute) -> Option<&At<String>> {
        self.0.iter().find(|part| part.attribute == attribute).map(|part| &part.value)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the model has it.
    pub(super) fn subject(&self) -> Subject {
        Subject(self.0.iter().map(|part| (part.attribute, part.value.value.clone())).collect())
    }

    /// Whether both name the same.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let same = |(one, two): (&Part, &Part)| {
            one.attribute == two.attribute && one.value.value.eq_ignore_ascii_case(&two.value.value)
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}

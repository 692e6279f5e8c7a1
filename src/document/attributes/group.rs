//! Which group of an info string is ours, and what it says.

use std::ops::Range;

use super::{
    Class, Info,
    names::{FLAGS, KEYS, foreign},
    scan::{Form, Group, Item},
};
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::page::Page,
    source::{Span, Spanned},
};

/// Whether a block is ours.
pub(in crate::document) enum Choice<'i> {
    /// It belongs to other tools.
    Foreign,
    /// It holds a class that is nearly one of ours: reported, and not read further.
    Misspelt,
    /// This group is ours.
    Ours(&'i Group),
}

/// What a group of ours says. Every name in it is known, and given once.
#[derive(Clone, Debug)]
pub(in crate::document) struct Attributes {
    /// The group with its braces, or all attributes of a comment.
    pub(in crate::document) span: Span,
    /// Where one more can be put in.
    pub(in crate::document) start: Span,
    /// The id, as written.
    pub(in crate::document) id: Option<Spanned<String>>,
    /// Whether there is an `id=`, which was reported.
    pub(in crate::document) id_as_key: bool,
    /// The classes of ours.
    pub(in crate::document) classes: Vec<Spanned<Class>>,
    /// Attributes with their values; a flag has none.
    pairs: Vec<Pair>,
}

#[derive(Clone, Debug)]
struct Pair {
    key: Spanned<String>,
    value: Option<Spanned<String>>,
}

/// Finds our group: the first that holds an id or one of our classes.
pub(in crate::document) fn choose<'i>(
    info: &'i Info,
    page: Page<'_>,
    found: &mut Vec<Diagnostic>,
) -> Choice<'i> {
    let mut ours = info.groups.iter().filter(|group| is_ours(group, page));
    let misspelt = info
        .groups
        .iter()
        .flat_map(|group| &group.items)
        .filter(|item| near_class(item, page, found))
        .count();
    let Some(group) = ours.next() else {
        return if misspelt > 0 { Choice::Misspelt } else { Choice::Foreign };
    };
    if let Some(second) = ours.next() {
        let message = "the attributes stand in two groups of braces";
        found.push(
            Diagnostic::error("two-groups", message, page.span(second.range.clone()), "and again here")
                .also(page.span(group.range.clone()), "attributes here")
                .help("put them in one group"),
        );
    }
    Choice::Ours(group)
}

/// Whether a group holds an id or one of our classes.
fn is_ours(group: &Group, page: Page<'_>) -> bool {
    group.items.iter().any(|item| match &item.form {
        Form::Id(_) => true,
        Form::Class(name) => Class::parse(page.slice(name.clone())).is_some(),
        Form::Pair { .. } | Form::Flag(_) => false,
    })
}

/// Whether an item is nearly a class of ours; reports it.
fn near_class(item: &Item, page: Page<'_>, found: &mut Vec<Diagnostic>) -> bool {
    let Form::Class(range) = &item.form else { return false };
    let name = page.slice(range.clone());
    if Class::parse(name).is_some() {
        return false;
    }
    let Some(near) = Class::near(name) else { return false };
    let message = format!("there is no class `.{name}`");
    found.push(
        Diagnostic::error("unknown-class", message, page.span(item.range.clone()), "unknown class")
            .help(format!("did you mean `.{}`?", near.name()))
            .fix(page.span(range.clone()), near.name()),
    );
    true
}

impl Attributes {
    /// Reads a group of ours, and reports what is wrong with its words.
    pub(in crate::document) fn read(group: &Group, page: Page<'_>, found: &mut Vec<Diagnostic>) -> Self {
        let start = group.range.start + usize::from(!group.bare);
        let mut attributes = Self {
            span: page.span(group.range.clone()),
            start: page.span(start..start),
            id: None,
            id_as_key: false,
            classes: Vec::new(),
            pairs: Vec::new(),
        };
        let mut reader = Reader { page, found, attributes: &mut attributes };
        for item in &group.items {
            match &item.form {
                Form::Id(name) => reader.id(item, name),
                Form::Class(name) => reader.class(item, name),
                Form::Pair { key, place, value, closed } => {
                    if reader.quotes(place, *closed) {
                        reader.pair(key, place, value);
                    }
                }
                Form::Flag(name) => reader.flag(name),
            }
        }
        reader.ending(group);
        attributes
    }

    /// The value of an attribute.
    pub(in crate::document) fn value(&self, key: &str) -> Option<&Spanned<String>> {
        self.pairs.iter().find(|pair| pair.key.value == key).and_then(|pair| pair.value.as_ref())
    }

    /// Whether the flag is there.
    pub(in crate::document) fn flag(&self, key: &str) -> bool {
        self.pairs.iter().any(|pair| pair.key.value == key)
    }

    /// The names of the attributes that are given.
    pub(in crate::document) fn keys(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.pairs.iter().map(|pair| &pair.key)
    }
}

struct Reader<'a, 'p> {
    page: Page<'p>,
    found: &'a mut Vec<Diagnostic>,
    attributes: &'a mut Attributes,
}

impl Reader<'_, '_> {
    fn id(&mut self, item: &Item, name: &Range<usize>) {
        let span = self.page.span(item.range.clone());
        if let Some(first) = &self.attributes.id {
            let twice = Diagnostic::error("two-ids", "a block has two ids", span, "the second id")
                .also(first.span, "the first id")
                .help("keep one of them");
            self.found.push(twice);
            return;
        }
        self.attributes.id = Some(Spanned::new(self.page.slice(name.clone()).to_owned(), span));
    }

    fn class(&mut self, item: &Item, name: &Range<usize>) {
        // Near misses are reported where the group is chosen; all others belong to other tools.
        let Some(class) = Class::parse(self.page.slice(name.clone())) else { return };
        let span = self.page.span(item.range.clone());
        if let Some(first) = self.attributes.classes.iter().find(|first| first.value == class) {
            let message = format!("the class `.{}` is given twice", class.name());
            let twice = Diagnostic::error("duplicate-attribute", message, span, "again here")
                .also(first.span, "first here");
            self.found.push(twice);
            return;
        }
        self.attributes.classes.push(Spanned::new(class, span));
    }

    /// Whether the quotes of a value are closed.
    fn quotes(&mut self, place: &Range<usize>, closed: bool) -> bool {
        if !closed {
            let span = self.page.span(place.start - 1..place.start);
            let error =
                Diagnostic::error("unclosed-quotes", "the quotes are never closed", span, "they open here");
            self.found.push(error.help("put a `\"` behind the value"));
        }
        closed
    }

    fn pair(&mut self, key: &Range<usize>, place: &Range<usize>, value: &str) {
        let key = self.page.spanned(key.clone());
        if foreign(key.value) {
            return;
        }
        if FLAGS.contains(&key.value) {
            let message = format!("`{}` takes no value", key.value);
            let span = self.page.span(key.span.start..place.end);
            let error = Diagnostic::error("unexpected-value", message, span, "a flag stands alone");
            let yes = ["true", "yes", "on", "1", key.value];
            self.found.push(if yes.iter().any(|yes| value.eq_ignore_ascii_case(yes)) {
                error.fix(span, key.value)
            } else {
                error.help(format!("write `{}` alone, or take it away where it is not wanted", key.value))
            });
        } else if !KEYS.contains(&key.value) {
            self.unknown(&key, Some((place, value)));
        } else if value.is_empty() {
            self.no_value(&key);
        } else {
            self.add(&key, Some(Spanned::new(value.to_owned(), self.page.span(place.clone()))));
        }
    }

    fn flag(&mut self, name: &Range<usize>) {
        let key = self.page.spanned(name.clone());
        if foreign(key.value) {
        } else if FLAGS.contains(&key.value) {
            self.add(&key, None);
        } else if KEYS.contains(&key.value) {
            self.no_value(&key);
        } else {
            self.unknown(&key, None);
        }
    }

    fn add(&mut self, key: &Spanned<&str>, value: Option<Spanned<String>>) {
        if let Some(first) = self.attributes.pairs.iter().find(|pair| pair.key.value == key.value) {
            let message = format!("`{}` is given twice", key.value);
            let twice = Diagnostic::error("duplicate-attribute", message, key.span, "given again here")
                .also(first.key.span, "first given here");
            self.found.push(twice);
            return;
        }
        self.attributes.pairs.push(Pair { key: Spanned::new(key.value.to_owned(), key.span), value });
    }

    fn no_value(&mut self, key: &Spanned<&str>) {
        let message = format!("`{}` needs a value", key.value);
        let error = Diagnostic::error("missing-value", message, key.span, "no value");
        self.found.push(error.help(format!("write `{}=…`", key.value)));
    }

    fn unknown(&mut self, key: &Spanned<&str>, value: Option<(&Range<usize>, &str)>) {
        let message = format!("there is no attribute `{}`", key.value);
        let error = Diagnostic::error("unknown-attribute", message, key.span, "unknown attribute");
        let near = nearest(key.value, KEYS.into_iter().chain(FLAGS));
        self.found.push(match (near, value) {
            (_, Some((place, value))) if key.value == "id" => {
                self.attributes.id_as_key = true;
                let span = self.page.span(key.span.start..place.end);
                error.help("an id is written with `#`").fix(span, format!("#{value}"))
            }
            (_, None) if Class::parse(key.value).is_some() => {
                error.help("a class is written with a dot").fix(key.span, format!(".{}", key.value))
            }
            (Some(near), _) => error.help(format!("did you mean `{near}`?")).fix(key.span, near),
            (None, _) => error.help(format!("the attributes are {}", KEYS.join(", "))),
        });
    }

    /// The group must be closed, and where a value holds a brace it must be in quotes.
    fn ending(&mut self, group: &Group) {
        let unclosed_quotes =
            group.items.iter().any(|item| matches!(item.form, Form::Pair { closed: false, .. }));
        if !group.closed && !unclosed_quotes {
            let span = self.page.span(group.range.start..group.range.start + 1);
            let end = self.page.span(group.range.end..group.range.end);
            let error = Diagnostic::error(
                "unclosed-group",
                "the group of attributes is never closed",
                span,
                "it opens here",
            );
            self.found.push(error.help("put a `}` behind the last attribute").fix(end, "}"));
        }
        let Some(Item { form: Form::Pair { place, .. }, .. }) = group.items.last() else { return };
        if group.closed && !group.glued.is_empty() && self.page.slice(place.clone()).contains('{') {
            let whole = place.start..group.glued.end;
            let quoted = format!("\"{}\"}}", self.page.slice(whole.clone()).trim_end_matches('}'));
            let error = Diagnostic::error(
                "brace-in-value",
                "the group ends at the first `}`, in the middle of this value",
                self.page.span(whole.clone()),
                "holds a `}`",
            );
            self.found.push(error.help("put the value in quotes").fix(self.page.span(whole), quoted));
        }
    }
}

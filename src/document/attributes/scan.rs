//! An info string in its parts, each with its place. Read raw: what the Markdown parser hands over is decoded.

use std::ops::Range;

/// An info string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) struct Info {
    /// The first word, where it is no group of braces.
    pub(in crate::document) language: Option<Range<usize>>,
    /// The groups of braces, in order.
    pub(in crate::document) groups: Vec<Group>,
}

/// One group of braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) struct Group {
    /// With its braces.
    pub(in crate::document) range: Range<usize>,
    /// What stands in it.
    pub(in crate::document) items: Vec<Item>,
    /// Whether its closing brace is there.
    pub(in crate::document) closed: bool,
    /// What follows the closing brace without a blank between.
    pub(in crate::document) glued: Range<usize>,
    /// Whether it stands in a comment, without braces.
    pub(in crate::document) bare: bool,
}

/// One word of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) struct Item {
    /// All of it.
    pub(in crate::document) range: Range<usize>,
    /// What it is.
    pub(in crate::document) form: Form,
}

/// What a word of a group is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) enum Form {
    /// `#id`; the range is without the `#`.
    Id(Range<usize>),
    /// `.class`; the range is without the dot.
    Class(Range<usize>),
    /// `key=value`.
    Pair {
        /// The key.
        key: Range<usize>,
        /// Where the value stands, without its quotes.
        place: Range<usize>,
        /// The value, escapes resolved.
        value: String,
        /// Whether its quotes are closed (true where it has none).
        closed: bool,
    },
    /// A bare word.
    Flag(Range<usize>),
}

/// Takes the info string at `range` of `text` (one line) apart. All ranges are the text's.
pub(in crate::document) fn scan(text: &str, range: Range<usize>) -> Info {
    let mut cursor = Cursor { text: &text[..range.end], at: range.start };
    cursor.blanks();
    let start = cursor.at;
    cursor.until(|c| c == '{' || c.is_whitespace());
    let language = (cursor.at > start).then_some(start..cursor.at);
    let mut groups = Vec::new();
    while let Some(next) = cursor.peek() {
        match next {
            '{' => groups.push(cursor.group()),
            '=' => {
                cursor.advance();
                // Another tool's `title="{#no group}"`.
                if cursor.peek() == Some('"') {
                    cursor.foreign_quotes();
                }
            }
            _ => cursor.advance(),
        }
    }
    Info { language, groups }
}

/// Takes the attributes at `range` of `text`, which stand in a comment without braces, apart.
pub(in crate::document) fn scan_bare(text: &str, range: Range<usize>) -> Group {
    let mut cursor = Cursor { text: &text[..range.end], at: range.start };
    let mut items = Vec::new();
    cursor.blanks();
    let start = cursor.at;
    while let Some(next) = cursor.peek() {
        if next == '>' && cursor.begins_line() {
            // A block quote's mark before a line of the comment.
            cursor.advance();
        } else if next == '}' {
            let at = cursor.at;
            cursor.advance();
            items.push(Item { range: at..cursor.at, form: Form::Flag(at..cursor.at) });
        } else {
            items.push(cursor.item());
        }
        cursor.blanks();
    }
    let end = text[..range.end].trim_end().len().max(start);
    Group { range: start..end, items, closed: true, glued: end..end, bare: true }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn advance(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    /// Whether only blanks and marks of quotes stand before this on its line, and there is a line above.
    fn begins_line(&self) -> bool {
        let before = self.text[..self.at].trim_end_matches([' ', '\t', '>']);
        before.ends_with('\n')
    }

    fn until(&mut self, stop: impl Fn(char) -> bool) {
        while self.peek().is_some_and(|c| !stop(c)) {
            self.advance();
        }
    }

    fn blanks(&mut self) {
        self.until(|c| !c.is_whitespace());
    }

    fn foreign_quotes(&mut self) {
        let inside = self.at + 1;
        if let Some(length) = self.text[inside..].find('"') {
            self.at = inside + length + 1;
        } else {
            self.at = inside;
        }
    }

    fn group(&mut self) -> Group {
        let start = self.at;
        self.advance();
        let mut items = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                None => {
                    let end = self.text.trim_end().len().max(start + 1);
                    return Group { range: start..end, items, closed: false, glued: end..end, bare: false };
                }
                Some('}') => {
                    self.advance();
                    let end = self.at;
                    let rest = &self.text[end..];
                    let glued = rest.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(rest.len());
                    return Group {
                        range: start..end,
                        items,
                        closed: true,
                        glued: end..end + glued,
                        bare: false,
                    };
                }
                Some(_) => items.push(self.item()),
            }
        }
    }

    fn item(&mut self) -> Item {
        let start = self.at;
        let first = self.peek();
        if matches!(first, Some('#' | '.')) {
            self.advance();
            let name = self.at;
            self.until(|c| c == '}' || c.is_whitespace());
            let name = name..self.at;
            let form = if first == Some('#') { Form::Id(name) } else { Form::Class(name) };
            return Item { range: start..self.at, form };
        }
        self.until(|c| c == '=' || c == '}' || c.is_whitespace());
        let key = start..self.at;
        let form = if self.peek() == Some('=') {
            self.advance();
            let (value, place, closed) = if self.peek() == Some('"') { self.quoted() } else { self.bare() };
            Form::Pair { key, place, value, closed }
        } else {
            Form::Flag(key)
        };
        Item { range: start..self.at, form }
    }

    fn bare(&mut self) -> (String, Range<usize>, bool) {
        let start = self.at;
        self.until(|c| c == '}' || c.is_whitespace());
        (self.text[start..self.at].to_owned(), start..self.at, true)
    }

    /// A value in quotes, in which `\"` is the only escape.
    fn quoted(&mut self) -> (String, Range<usize>, bool) {
        self.advance();
        let start = self.at;
        let mut value = String::new();
        while let Some(next) = self.peek() {
            if next == '"' {
                let place = start..self.at;
                self.advance();
                return (value, place, true);
            }
            if self.text[self.at..].starts_with("\\\"") {
                self.advance();
                value.push('"');
            } else {
                value.push(next);
            }
            self.advance();
        }
        (value, start..self.at, false)
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, scan};

    /// The parts in one line: `lang|{item item}|…`.
    fn parts(info: &str) -> String {
        let info_range = 0..info.len();
        let found = scan(info, info_range);
        let mut out = found.language.map_or("-", |range| &info[range]).to_owned();
        for group in found.groups {
            out.push('|');
            for item in &group.items {
                let part = match &item.form {
                    Form::Id(range) => format!("[#{}]", &info[range.clone()]),
                    Form::Class(range) => format!("[.{}]", &info[range.clone()]),
                    Form::Pair { key, value, closed, .. } => {
                        format!("[{}={value}{}]", &info[key.clone()], if *closed { "" } else { "?" })
                    }
                    Form::Flag(range) => format!("[{}]", &info[range.clone()]),
                };
                out.push_str(&part);
            }
            if !group.closed {
                out.push('?');
            }
            out.push_str(&info[group.glued]);
        }
        out
    }

    #[test]
    fn the_parts_of_info_strings() {
        let cases = [
            ("sh {#make-ca}", "sh|[#make-ca]"),
            ("sh{#a .file path=/x mode=0640}", "sh|[#a][.file][path=/x][mode=0640]"),
            ("{#a}", "-|[#a]"),
            ("", "-"),
            ("  sh  ", "sh"),
            (r#"sh {#a reason="needs a \"paid\" }account"}"#, r#"sh|[#a][reason=needs a "paid" }account]"#),
            (r"sh {#a path=C:\x}", r"sh|[#a][path=C:\x]"),
            (r#"sh {#a path="C:\x\\y"}"#, r"sh|[#a][path=C:\x\\y]"),
            (r#"sh title="{#no}" {1,3-5} {#a tty}"#, "sh|[1,3-5]|[#a][tty]"),
            ("sh {#a", "sh|[#a]?"),
            (r#"sh {#a x="y}"#, "sh|[#a][x=y}?]?"),
            ("sh {#a path=${HOME}/x}", "sh|[#a][path=${HOME]/x}"),
            ("sh {#a key= =v}", "sh|[#a][key=][=v]"),
            ("sh {}", "sh|"),
            ("sh {#日本 .é}", "sh|[#日本][.é]"),
            ("sh {# .}", "sh|[#][.]"),
        ];
        for (info, expected) in cases {
            assert_eq!(parts(info), expected, "{info}");
        }
    }
}

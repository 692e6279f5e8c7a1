//! Words like `<name>` in a shell's text where the shell would take them for redirections: outside of quotes,
//! comments and here-documents.

use std::ops::Range;

/// The words, in order, with their `<` and `>`.
pub(super) fn bare_words(text: &str) -> Vec<Range<usize>> {
    if !text.contains('<') {
        return Vec::new();
    }
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        nested: Vec::new(),
        here: Vec::new(),
        words: Vec::new(),
    };
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    lexer.words
}

/// The word like `<name>` that begins at `at`: a letter, then letters, digits, `-`, `_` and `.`.
pub(super) fn word_at(text: &str, at: usize) -> Option<Range<usize>> {
    let inner = text[at..].strip_prefix('<')?;
    let length = inner.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
    let named = inner.starts_with(char::is_alphabetic) && inner[length..].starts_with('>');
    named.then(|| at..at + length + 2)
}

/// What the lexer is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nested {
    /// Double quotes.
    Quotes,
    /// `$(…)` or `(…)`.
    Parentheses,
    /// Backquotes.
    Backquotes,
    /// `${…}`.
    Braces,
    /// `$((…))` or `((…))`, where `<` compares.
    Arithmetic,
}

/// A here-document whose body is still to come.
struct Here {
    delimiter: String,
    /// `<<-`: tabs before its end are dropped.
    tabs: bool,
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nested: Vec<Nested>,
    here: Vec<Here>,
    words: Vec<Range<usize>>,
}

impl Lexer<'_> {
    /// Goes past the next piece of the text. Only ASCII is looked at, so `at` stays between characters.
    fn step(&mut self) {
        let rest = &self.bytes[self.at..];
        match (self.nested.last().copied(), rest) {
            (_, [b'\\', ..]) => self.escaped(),
            (_, [b'$', b'(', b'(', ..]) => self.enter(Nested::Arithmetic, 3),
            (_, [b'$', b'(', ..]) => self.enter(Nested::Parentheses, 2),
            (_, [b'$', b'{', ..]) => self.enter(Nested::Braces, 2),
            (Some(Nested::Backquotes), [b'`', ..])
            | (Some(Nested::Quotes), [b'"', ..])
            | (Some(Nested::Braces), [b'}', ..])
            | (Some(Nested::Parentheses), [b')', ..]) => self.leave(1),
            (Some(Nested::Arithmetic), [b')', b')', ..]) => self.leave(2),
            (_, [b'`', ..]) => self.enter(Nested::Backquotes, 1),
            (_, [b'"', ..]) => self.enter(Nested::Quotes, 1),
            (Some(Nested::Quotes | Nested::Arithmetic), _) => self.at += 1,
            (_, [b'$', b'\'', ..]) => self.ansi_quotes(),
            (_, [b'\'', ..]) => {
                let inside = self.at + 1;
                self.at = self.find(inside, '\'').map_or(self.bytes.len(), |end| end + 1);
            }
            (Some(Nested::Braces), _) => self.at += 1,
            (_, [b'(', b'(', ..]) => self.enter(Nested::Arithmetic, 2),
            (_, [b'(', ..]) => self.enter(Nested::Parentheses, 1),
            (_, [b'#', ..]) if self.begins_a_word() => {
                self.at = self.find(self.at, '\n').unwrap_or(self.bytes.len());
            }
            (_, [b'<', b'<', b'<', ..]) => self.at += 3,
            (_, [b'<', b'<', ..]) => self.here_document(),
            (_, [b'<', ..]) => match word_at(self.text, self.at) {
                Some(word) => {
                    self.at = word.end;
                    self.words.push(word);
                }
                None => self.at += 1,
            },
            (_, [b'\n', ..]) => self.line_end(),
            _ => self.at += 1,
        }
    }

    fn enter(&mut self, nested: Nested, length: usize) {
        self.nested.push(nested);
        self.at += length;
    }

    fn leave(&mut self, length: usize) {
        self.nested.pop();
        self.at += length;
    }

    fn escaped(&mut self) {
        self.at += 1;
        self.at += self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }

    fn find(&self, from: usize, what: char) -> Option<usize> {
        self.text.get(from..)?.find(what).map(|offset| from + offset)
    }

    fn begins_a_word(&self) -> bool {
        self.at == 0 || matches!(self.bytes[self.at - 1], b' ' | b'\t' | b'\n' | b';' | b'(' | b'&' | b'|')
    }

    /// `$'…'`, in which a quote can be escaped.
    fn ansi_quotes(&mut self) {
        self.at += 2;
        while self.at < self.bytes.len() {
            match self.bytes[self.at] {
                b'\\' => self.escaped(),
                b'\'' => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    fn here_document(&mut self) {
        self.at += 2;
        let tabs = self.bytes.get(self.at) == Some(&b'-');
        self.at += usize::from(tabs);
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let mut delimiter = String::new();
        let rest = &self.text[self.at..];
        let end = match rest.chars().next() {
            Some(quote @ ('\'' | '"')) => rest[1..].find(quote).map_or(rest.len(), |length| length + 2),
            _ => rest
                .find(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '<' | '>' | ')'))
                .unwrap_or(rest.len()),
        };
        delimiter.extend(rest[..end].chars().filter(|c| !matches!(c, '\'' | '"' | '\\')));
        self.at += end;
        if !delimiter.is_empty() {
            self.here.push(Here { delimiter, tabs });
        }
    }

    /// Behind the line's end stand the bodies of the here-documents that it began.
    fn line_end(&mut self) {
        self.at += 1;
        for here in std::mem::take(&mut self.here) {
            while self.at < self.bytes.len() {
                let end = self.find(self.at, '\n').unwrap_or(self.bytes.len());
                let line = &self.text[self.at..end];
                self.at = (end + 1).min(self.bytes.len());
                if here.delimiter == if here.tabs { line.trim_start_matches('\t') } else { line } {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bare_words;

    #[test]
    fn what_a_shell_would_redirect() {
        let cases: [(&str, &[&str]); 22] = [
            ("mongo -u <username>", &["<username>"]),
            ("curl http://<step-3-fqdn>:80/<a_b.c>", &["<step-3-fqdn>", "<a_b.c>"]),
            ("echo '<a>' \"<b>\" \\<c>", &[]),
            ("echo \"$(cat <a>)\"", &["<a>"]),
            ("echo \"`cat <a>`\" <b>", &["<a>", "<b>"]),
            ("echo ${x:-<a>} $((1<a>2)) <b>", &["<b>"]),
            ("((1<a>2)); (cat <b>)", &["<b>"]),
            ("# set <a>\necho x#<b>", &["<b>"]),
            ("cat <<EOF <a>\n<b>\nEOF\n<c>", &["<a>", "<c>"]),
            ("cat <<-'E F' && x\n<b>\n\tE F\n<c>", &["<c>"]),
            ("cat <<A <<B\n<a>\nA\n<b>\nB\n<c>", &["<c>"]),
            ("cat <<EOF\n<b>", &[]),
            ("cat <<<\"<a>\" <b>", &["<b>"]),
            ("sort < in > out; cat <(ls) 2<&1", &[]),
            ("echo $'it\\'s <a>' <b>", &["<b>"]),
            ("echo <1a> < a> <a", &[]),
            ("case x in a) echo <a>;; esac", &["<a>"]),
            ("echo '<a>", &[]),
            ("echo <naïve> <日本>", &["<naïve>", "<日本>"]),
            ("cat <<", &[]),
            ("\\", &[]),
            ("echo \\é<a>", &["<a>"]),
        ];
        for (text, expected) in cases {
            let words: Vec<&str> = bare_words(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(words, expected, "{text}");
        }
    }
}

//! Secrets: wherever a value appears its placeholder is shown, also where it spans lines.

use super::clean;

/// The values of one run, ready to be looked for.
#[derive(Debug)]
pub(super) struct Secrets {
    /// (value, placeholder), the longest value first.
    single: Vec<(String, String)>,
    /// The same for values of several lines.
    multi: Vec<(String, String)>,
}

impl Secrets {
    /// Values are brought to the form that the text has by the time they are looked for.
    pub(super) fn new(secrets: &[(String, String)]) -> Self {
        let mut all: Vec<(String, String)> = secrets
            .iter()
            .map(|(value, name)| (clean::text(value).trim_matches('\n').to_owned(), name.clone()))
            .filter(|(value, _)| !value.is_empty())
            .collect();
        all.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        let (multi, single) = all.into_iter().partition(|(value, _)| value.contains('\n'));
        Self { single, multi }
    }

    pub(super) fn has_multi(&self) -> bool {
        !self.multi.is_empty()
    }

    /// The length of the longest value.
    pub(super) fn longest(&self) -> usize {
        self.single.iter().chain(&self.multi).map(|(value, _)| value.len()).max().unwrap_or(0)
    }

    /// Replaces values of one line in `text`; `None` where there are none.
    pub(super) fn single(&self, text: &str) -> Option<String> {
        replace_all(&self.single, text)
    }

    /// Replaces all values in a whole text.
    pub(super) fn all(&self, text: &str) -> Option<String> {
        let multi = replace_all(&self.multi, text);
        let single = self.single(multi.as_deref().unwrap_or(text));
        single.or(multi)
    }

    /// Where in `text` a value of several lines begins that goes on behind its end.
    fn open(&self, text: &str) -> Option<usize> {
        self.multi
            .iter()
            .filter_map(|(value, _)| {
                let from = text.len().saturating_sub(value.len() - 1);
                (from..text.len()).find(|&at| value.as_bytes().starts_with(&text.as_bytes()[at..]))
            })
            .min()
    }
}

fn replace_all(secrets: &[(String, String)], text: &str) -> Option<String> {
    let mut replaced: Option<String> = None;
    for (value, name) in secrets {
        let current = replaced.as_deref().unwrap_or(text);
        if current.contains(value.as_str()) {
            replaced = Some(current.replace(value.as_str(), name));
        }
    }
    replaced
}

/// Lines held back because a value of several lines may have begun in them.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Whole lines, each with its newline.
    text: String,
}

impl Held {
    pub(super) fn is_idle(&self) -> bool {
        self.text.is_empty()
    }

    /// Takes one line and hands on those that are certain.
    pub(super) fn line(&mut self, secrets: &Secrets, line: &str, out: &mut dyn FnMut(&str)) {
        if !secrets.has_multi() {
            match secrets.single(line) {
                Some(line) => out(&line),
                None => out(line),
            }
            return;
        }
        self.text.push_str(line);
        if let Some(replaced) = replace_all(&secrets.multi, &self.text) {
            self.text = replaced;
        }
        self.text.push('\n');
        let open = secrets.open(&self.text).unwrap_or(self.text.len());
        let whole = self.text[..floor_boundary(&self.text, open)].rfind('\n').map_or(0, |at| at + 1);
        for line in self.text[..whole].lines() {
            match secrets.single(line) {
                Some(line) => out(&line),
                None => out(line),
            }
        }
        self.text.drain(..whole);
    }

    /// The text has ended.
    pub(super) fn finish(&mut self, secrets: &Secrets, out: &mut dyn FnMut(&str)) {
        for line in std::mem::take(&mut self.text).lines() {
            match secrets.single(line) {
                Some(line) => out(&line),
                None => out(line),
            }
        }
    }
}

/// The nearest character boundary at or before `at`.
pub(super) fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(secrets: &[(&str, &str)], text: &str) -> String {
        let pairs: Vec<_> = secrets.iter().map(|&(v, n)| (v.to_owned(), n.to_owned())).collect();
        let (secrets, mut held, mut shown) = (Secrets::new(&pairs), Held::default(), Vec::new());
        for line in text.split('\n') {
            held.line(&secrets, line, &mut |line| shown.push(line.to_owned()));
        }
        held.finish(&secrets, &mut |line| shown.push(line.to_owned()));
        shown.join("\n")
    }

    #[test]
    fn values_become_placeholders() {
        for (secrets, text, shown) in [
            (&[("hunter2hunter2", "<pw>")][..], "a hunter2hunter2 b", "a <pw> b"),
            (&[("longsecret", "<a>"), ("longsecret-more", "<b>")], "longsecret-more longsecret", "<b> <a>"),
            (&[("one\ntwo\nthree\n", "<k>")], "x\none\ntwo\nthree\ny", "x\n<k>\ny"),
            (&[("one\r\ntwo", "<k>")], "a one\ntwo b", "a <k> b"),
            (&[("one\ntwo\nthree", "<k>")], "one\ntwo\nfour", "one\ntwo\nfour"),
            (&[("one\none\ntwo", "<k>")], "one\none\none\ntwo", "one\n<k>"),
            (&[("é€\né€", "<k>")], "é€\né€\nx€", "<k>\nx€"),
            (&[("", "<e>")], "text", "text"),
        ] {
            assert_eq!(run(secrets, text), shown, "{text}");
        }
    }
}

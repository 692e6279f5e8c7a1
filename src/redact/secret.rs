//! Secrets: wherever a value appears its placeholder is shown, in whatever usual form, also where it spans lines.

use super::{
    clean,
    forms::{Form, forms, is_base64_digit},
    search::Search,
    view::{Look, View, word},
};

/// A form that has fewer bytes once quotes and blanks are gone is looked for only as it is.
const SHORTEST_BARE: usize = 6;

/// The values of one run, ready to be looked for.
#[derive(Debug)]
pub(super) struct Secrets {
    searches: Vec<(Look, Search)>,
    /// What the searches' words are: all have the same.
    words: Vec<Word>,
    /// The length of the longest form.
    longest: usize,
}

#[derive(Debug)]
struct Word {
    form: Form,
    /// What is shown instead.
    name: String,
}

/// What of a text is a secret.
#[derive(Debug, Default)]
struct Scan<'s> {
    /// Apart from each other, in their order.
    places: Vec<Place<'s>>,
    /// From here on a value may go on behind the text's end.
    open: usize,
}

#[derive(Clone, Copy, Debug)]
struct Place<'s> {
    start: usize,
    end: usize,
    name: &'s str,
    /// What of it is the value alone, without digits that it shares.
    own: (usize, usize),
}

impl Secrets {
    /// Values are brought to the form that the text has by the time they are looked for.
    pub(super) fn new(secrets: &[(String, String)]) -> Self {
        let mut words: Vec<Word> = Vec::new();
        for (value, name) in secrets {
            let itself = clean::text(value).trim_matches('\n').to_owned();
            if itself.is_empty() {
                continue;
            }
            let itself = Form { text: itself, shares_before: false, shares_after: false };
            let all = std::iter::once(itself).chain(forms(value));
            words.extend(all.map(|form| Word { form, name: name.clone() }));
        }
        // Of equal words the first is found: what is itself a value goes before what is another's form.
        let search = |look| {
            let bytes: Vec<Vec<u8>> = words.iter().map(|one| searched(&one.form.text, look)).collect();
            (look, Search::new(&bytes))
        };
        let searches = [Look::Exact, Look::Joined, Look::Decoded].map(search).into();
        let longest = words.iter().map(|word| word.form.text.len()).max().unwrap_or(0);
        Self { searches, words, longest }
    }

    /// The length of the longest form of a value.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Replaces all values in a whole text; `None` where there are none.
    pub(super) fn all(&self, text: &str) -> Option<String> {
        let scan = self.scan(text);
        (!scan.places.is_empty()).then(|| scan.replaced(text, text.len()))
    }

    fn scan(&self, text: &str) -> Scan<'_> {
        let mut found: Vec<Place<'_>> = Vec::new();
        let mut open = text.len();
        for (look, search) in &self.searches {
            let view = View::new(text, *look);
            let begun = search.find(&view.bytes, &mut |hit| {
                let (start, end) = view.place(hit.start, hit.end);
                let word = &self.words[hit.word];
                let place =
                    widened(text, Place { start, end, name: &word.name, own: (start, end) }, &word.form);
                if word.form.shares_after && text[end..].trim_start().is_empty() {
                    open = open.min(place.start);
                }
                found.push(place);
            });
            if begun > 0 {
                open = open.min(view.place(view.bytes.len() - begun, view.bytes.len()).0);
            }
        }
        let places = apart(text, found);
        // What is open may make the places that it touches longer.
        for place in places.iter().rev() {
            if place.end > open {
                open = open.min(place.start);
            }
        }
        Scan { places, open }
    }
}

/// The places without those that overlap: they become one. What goes over a line end and begins or ends amid a value that
/// does not is none: where a value repeats itself, two lines of it are two values.
fn apart<'s>(text: &str, mut found: Vec<Place<'s>>) -> Vec<Place<'s>> {
    let goes_over = |place: &Place<'_>| text[place.own.0..place.own.1].contains('\n');
    let (over, within): (Vec<_>, Vec<_>) = found.iter().copied().partition(goes_over);
    if !over.is_empty() {
        found.retain(|place| {
            let (start, end) = place.own;
            let amid = |other: &Place<'_>| {
                let (from, to) = other.own;
                (from < start && start < to) || (from < end && end < to)
            };
            !goes_over(place) || !within.iter().any(amid)
        });
    }
    // The longest of those that begin at one place names it.
    found.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
    let mut places: Vec<Place<'_>> = Vec::new();
    for place in found {
        match places.last_mut() {
            Some(last) if place.start < last.end => last.end = last.end.max(place.end),
            _ => places.push(place),
        }
    }
    places
}

/// The forms in which a plus sign stands in a URL.
const PLUS: [&str; 3] = ["+", "%2B", "%2b"];

/// What is looked for in a view; nothing where too little is left of the form to be told from other words.
fn searched(form: &str, look: Look) -> Vec<u8> {
    let bytes = word(form, look);
    if look != Look::Exact && bytes.len() < SHORTEST_BARE { Vec::new() } else { bytes }
}

/// With the digits of base64 that hold bits of the value and of its neighbour, and the padding.
fn widened<'s>(text: &str, mut place: Place<'s>, form: &Form) -> Place<'s> {
    let bytes = text.as_bytes();
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    // A plus sign at either end is none of what a decoded text is searched for.
    let plus = |found: &dyn Fn(&str) -> bool| PLUS.into_iter().find(|plus| found(plus)).map_or(0, str::len);
    if form.text.ends_with('+') && !bytes[..place.end].ends_with(b"+") {
        place.end += plus(&|plus| text[place.end..].starts_with(plus));
    }
    if form.text.starts_with('+') && !bytes[place.start..].starts_with(b"+") {
        place.start -= plus(&|plus| text[..place.start].ends_with(plus));
    }
    if form.shares_before
        && let Some(at) = bytes[..place.start].iter().rposition(|&byte| !is_blank(byte))
        && is_base64_digit(bytes[at])
    {
        place.start = at;
    }
    if form.shares_after
        && let Some(at) = bytes[place.end..].iter().position(|&byte| !is_blank(byte))
        && is_base64_digit(bytes[place.end + at])
    {
        place.end += at + 1;
        let padding = bytes[place.end..].iter().take(2).take_while(|&&byte| byte == b'=').count();
        place.end += padding;
    }
    place
}

impl Scan<'_> {
    /// The first `end` bytes of `text`, with names instead of values. No value stands across `end`.
    fn replaced(&self, text: &str, end: usize) -> String {
        let (mut result, mut from) = (String::with_capacity(end), 0);
        for place in self.places.iter().take_while(|place| place.start < end) {
            result.push_str(&text[from..place.start]);
            result.push_str(place.name);
            from = place.end;
        }
        result.push_str(&text[from..end]);
        result
    }

    /// Where the last line begins that is not certain yet.
    fn certain(&self, text: &str) -> usize {
        let line = |at: usize| text[..at].rfind('\n').map_or(0, |at| at + 1);
        let mut end = if self.open == text.len() { self.open } else { line(self.open) };
        for place in self.places.iter().rev() {
            if place.start < end && end < place.end {
                end = line(place.start);
            }
        }
        end
    }
}

/// Lines held back because a value may have begun in them.
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
        self.text.push_str(line);
        self.text.push('\n');
        let scan = secrets.scan(&self.text);
        let end = scan.certain(&self.text);
        scan.replaced(&self.text, end).lines().for_each(out);
        self.text.drain(..end);
    }

    /// The text has ended.
    pub(super) fn finish(&mut self, secrets: &Secrets, out: &mut dyn FnMut(&str)) {
        let text = std::mem::take(&mut self.text);
        secrets.scan(&text).replaced(&text, text.len()).lines().for_each(out);
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
mod tests;

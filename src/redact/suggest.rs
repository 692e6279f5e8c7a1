//! What rule would make outputs equal that differ from run to run.

use regex::Regex;

/// A rule as a page has it under `redact`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The regular expression.
    pub pattern: String,
    /// What is shown instead.
    pub with: String,
}

/// So many rules are tried before it is given up.
const MOST_RULES: usize = 8;

/// What is shown for words of all kinds.
const ANY: &str = "[ID]";

/// So many characters of what stands before what varies are in the pattern, so that it matches nothing else.
const CONTEXT: usize = 24;

/// The fewest rules, each for one word that varies, under which all of `outputs` are equal; `None` where there are none: lines that
/// come and go, or that change places, are no matter of words. Empty where they are equal.
///
/// The outputs are as they are compared. A page's rules come before those that are built in, so these must not look for the
/// names that these put: a rule that has one before its word takes any text there.
#[must_use]
pub fn suggest(outputs: &[&str]) -> Option<Vec<Rule>> {
    let mut texts: Vec<String> = outputs.iter().map(|&output| output.to_owned()).collect();
    let mut rules = Vec::new();
    loop {
        let (at, lines) = match first_difference(&texts) {
            Difference::None => return Some(rules),
            Difference::Line(at, lines) => (at, lines),
            Difference::Count => return None,
        };
        let of_line =
            [Word::Narrow, Word::Whole].into_iter().find_map(|word| rules_for(lines.clone(), word))?;
        for rule in &of_line {
            let regex = Regex::new(&rule.pattern).ok()?;
            for text in &mut texts {
                *text = replaced(text, &regex, &rule.with);
            }
        }
        rules.extend(of_line);
        let equal = texts.iter().all(|text| text.lines().nth(at) == texts[0].lines().nth(at));
        if rules.len() > MOST_RULES || !equal {
            return None;
        }
    }
}

/// `text` under a rule, which sees one line at a time.
fn replaced(text: &str, regex: &Regex, with: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| regex.replace_all(line, with)).collect();
    lines.join("\n")
}

/// What counts as one word that varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Letters and digits, and what joins digits.
    Narrow,
    /// All up to a blank.
    Whole,
}

/// Rules under which these forms of one line are equal.
fn rules_for(mut lines: Vec<String>, word: Word) -> Option<Vec<Rule>> {
    let mut rules = Vec::new();
    while lines.iter().any(|line| *line != lines[0]) {
        let rule = (rules.len() < MOST_RULES).then(|| rule_for(&lines, word)).flatten()?;
        let regex = Regex::new(&rule.pattern).ok()?;
        let before = lines.clone();
        for line in &mut lines {
            *line = replaced(line, &regex, &rule.with);
        }
        if lines == before {
            return None;
        }
        rules.push(rule);
    }
    Some(rules)
}

/// In what texts differ.
enum Difference {
    None,
    /// The first line that is not the same in all: which it is, and that of each.
    Line(usize, Vec<String>),
    /// They have not as many lines.
    Count,
}

fn first_difference(texts: &[String]) -> Difference {
    let all: Vec<Vec<&str>> = texts.iter().map(|text| text.lines().collect()).collect();
    let count = all.first().map_or(0, Vec::len);
    if all.iter().any(|lines| lines.len() != count) {
        return Difference::Count;
    }
    let differs = (0..count).find(|&at| all.iter().any(|lines| lines[at] != all[0][at]));
    match differs {
        None => Difference::None,
        Some(at) => Difference::Line(at, all.iter().map(|lines| lines[at].to_owned()).collect()),
    }
}

/// A rule for the first word in which the lines differ.
fn rule_for(lines: &[String], kind: Word) -> Option<Rule> {
    let first = lines.first()?;
    let equal = lines.iter().map(|line| shared(first, line)).min()?;
    // What varies is a whole number or name, and not only its last letters.
    let start = first[..equal].rfind(|c| !is_inner(c)).map_or(0, |at| at + width(first, at));
    let start = clock(&first[..start]).unwrap_or(start);
    let words: Vec<&str> = lines
        .iter()
        .map(|line| match kind {
            Word::Narrow => word(&line[start..]),
            Word::Whole => line[start..].split(char::is_whitespace).next().unwrap_or_default(),
        })
        .collect();
    // A name that is put later may stand for words with blanks between.
    if words.iter().any(|word| word.is_empty() || late_name(word).is_some()) {
        return None;
    }
    let (class, name) = match kind {
        Word::Narrow => class(&words),
        Word::Whole => (r"[^\s]+".to_owned(), ANY),
    };
    let (context, begins) = context(&first[..start]);
    let mut with = String::new();
    let mut regex = if begins { "^" } else { "" }.to_owned();
    if !context.is_empty() {
        regex.extend(["(", &pattern(context), ")"]);
        with.push_str("${1}");
    }
    regex.push_str(&class);
    with.push_str(name);
    // So that a number does not name what a longer one, say a time, begins with.
    let rests: Vec<&str> = lines.iter().zip(&words).map(|(line, word)| &line[start + word.len()..]).collect();
    let follows = if says_something(context) { "" } else { follows(&rests) };
    if name == ANY && !says_something(context) && !says_something(follows) {
        // It would name too much.
        return None;
    }
    if rests.iter().all(|rest| rest.is_empty()) {
        regex.push_str(r"\s*$");
    } else if !follows.is_empty() {
        regex.extend(["(", &regex::escape(follows), ")"]);
        with.push_str(if context.is_empty() { "${1}" } else { "${2}" });
    }
    Some(Rule { pattern: regex, with })
}

/// Where a time of day begins that `before` ends with a part of: it has not changed only because the runs were so close.
fn clock(before: &str) -> Option<usize> {
    // The last number of an address, as before a port, is none.
    let hour = Regex::new("(?:^|[^0-9.])([0-9]{1,2}:(?:[0-9]{2}[:.,])*)$").ok()?;
    Some(hour.captures(before)?.get(1)?.start())
}

/// Whether a context has letters or digits of its own, beside names that are put later.
fn says_something(context: &str) -> bool {
    match late_name(context) {
        None => context.contains(char::is_alphanumeric),
        Some((start, end)) => {
            context[..start].contains(char::is_alphanumeric) || says_something(&context[end..])
        }
    }
}

/// What all `rests` begin with, in whole words, up to a name and not much.
fn follows<'t>(rests: &[&'t str]) -> &'t str {
    let Some(&first) = rests.first() else { return "" };
    let equal = rests.iter().map(|rest| shared(first, rest)).min().unwrap_or(0);
    let name = first.find('[').unwrap_or(first.len());
    let mut end = equal.min(name).min(CONTEXT / 2);
    let splits = |end: usize| {
        !first.is_char_boundary(end)
            || first[..end].ends_with(is_inner) && rests.iter().any(|rest| rest[end..].starts_with(is_inner))
    };
    while end > 0 && splits(end) {
        end -= 1;
    }
    &first[..end]
}

/// Where a name that is put after the page's rules stands in the text first: from its `[` to behind its `]`.
fn late_name(text: &str) -> Option<(usize, usize)> {
    // What rules like these put, and what is put before the page's rules.
    const EARLY: [&str; 5] = ["N", "ID", "HEX", "SCRATCH", "HOME"];
    let mut from = 0;
    while let Some(open) = text[from..].find('[').map(|at| from + at) {
        let close = open + text[open..].find(']')?;
        let name = &text[open + 1..close];
        let is_name = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || " -_".contains(c))
            && name.starts_with(|c: char| c.is_ascii_uppercase());
        if is_name && !EARLY.contains(&name) {
            return Some((open, close + 1));
        }
        from = open + 1;
    }
    None
}

/// A regular expression for a text as it is before the built-in rules.
fn pattern(text: &str) -> String {
    match late_name(text) {
        None => regex::escape(text),
        Some((start, end)) => format!("{}.+?{}", regex::escape(&text[..start]), pattern(&text[end..])),
    }
}

/// How many bytes both begin with alike.
fn shared(one: &str, other: &str) -> usize {
    let pairs = one.char_indices().zip(other.chars());
    pairs.take_while(|((_, a), b)| a == b).last().map_or(0, |((at, a), _)| at + a.len_utf8())
}

fn width(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(1, char::len_utf8)
}

fn is_inner(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Letters, digits and what joins digits, up to anything else.
fn word(text: &str) -> &str {
    let numeric = text.starts_with(|c: char| c.is_ascii_digit());
    let joins = |c: char| numeric && matches!(c, '.' | ':' | ',' | '-');
    let end = text.find(|c: char| !(is_inner(c) || joins(c))).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ':', ',', '-'])
}

/// What all of the words are, and what is shown for it.
fn class(words: &[&str]) -> (String, &'static str) {
    let all = |test: fn(char) -> bool| words.iter().all(|word| word.chars().all(test));
    let length = words[0].len();
    let as_long = words.iter().all(|word| word.len() == length);
    if all(|c| c.is_ascii_digit()) {
        ("[0-9]+".to_owned(), "[N]")
    } else if all(|c| c.is_ascii_digit() || matches!(c, '.' | ':' | ',' | '-')) {
        ("[0-9](?:[0-9.:,-]*[0-9])?".to_owned(), "[N]")
    } else if as_long && length >= 6 && all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)) {
        (format!("[0-9a-f]{{{length}}}"), "[HEX]")
    } else if all(|c| c.is_ascii_alphanumeric() || c == '_') {
        ("[0-9A-Za-z_]+".to_owned(), ANY)
    } else {
        (r"[^\s]+".to_owned(), ANY)
    }
}

/// The end of what stands before, from a word's or a name's beginning, and whether it is all of it.
fn context(before: &str) -> (&str, bool) {
    let from = before.len().saturating_sub(CONTEXT);
    let from = (from..before.len()).find(|&at| before.is_char_boundary(at)).unwrap_or(before.len());
    let mut start = match before[from..].find(char::is_whitespace).filter(|_| from > 0) {
        Some(at) => before.len() - before[from + at..].trim_start().len(),
        None => from,
    };
    // No part of a name.
    let mut at = 0;
    while let Some((open, close)) = late_name(&before[at..]).map(|(open, close)| (at + open, at + close)) {
        if (open + 1..close).contains(&start) {
            start = open;
        }
        at = close;
    }
    // Blanks and brackets alone stand before anything.
    if !says_something(&before[start..]) {
        start = 0;
    }
    (&before[start..], start == 0)
}

#[cfg(test)]
mod tests {
    use super::{Rule, suggest};

    fn rule(pattern: &str, with: &str) -> Rule {
        Rule { pattern: pattern.to_owned(), with: with.to_owned() }
    }

    #[test]
    fn what_varies_is_named_and_no_more() {
        let cases: &[(&[&str], Option<Vec<Rule>>)] = &[
            (&["a\nb\n", "a\nb\n"], Some(Vec::new())),
            (&["took 12 rounds\n", "took 9 rounds\n"], Some(vec![rule("^(took )[0-9]+", "${1}[N]")])),
            (&["took 12 rounds\n", "took 1250 rounds\n"], Some(vec![rule("^(took )[0-9]+", "${1}[N]")])),
            (
                &["/tmp/tmp.abQ3/x\n", "/tmp/tmp.Zd09/x\n"],
                Some(vec![rule(r"^(/tmp/tmp\.)[0-9A-Za-z_]+", "${1}[ID]")]),
            ),
            (&["0.25 s", "1.5 s"], Some(vec![rule("^[0-9](?:[0-9.:,-]*[0-9])?( s)", "[N]${1}")])),
            (&["id ab12cd", "id ab99ff"], Some(vec![rule(r"^(id )[0-9a-f]{6}\s*$", "${1}[HEX]")])),
            (
                &["a 1 b 2", "a 3 b 4"],
                Some(vec![rule("^(a )[0-9]+", "${1}[N]"), rule(r"^(a \[N\] b )[0-9]+\s*$", "${1}[N]")]),
            ),
            // Alone in its line.
            (&["17\n", "4\n"], Some(vec![rule(r"^[0-9]+\s*$", "[N]")])),
            // Where it is all that can be told apart.
            (
                &["[1] many words stand before, it is 5 now", "[1] many words stand before, it is 8 now"],
                Some(vec![rule("(stand before, it is )[0-9]+", "${1}[N]")]),
            ),
            // Words with other signs in them.
            (&["key: a+b/c=", "key: /xy"], Some(vec![rule(r"^(key: )[^\s]+\s*$", "${1}[ID]")])),
            (&["by -5 of 9", "by 7 of 9"], Some(vec![rule(r"^(by )[^\s]+", "${1}[ID]")])),
            // The page's rules come before those that are built in.
            (
                &["took [DURATION], 12 left", "took [DURATION], 9 left"],
                Some(vec![rule("^(took .+?, )[0-9]+", "${1}[N]")]),
            ),
            (
                &["a very long beginning of [TIME] 12", "a very long beginning of [TIME] 9"],
                Some(vec![rule(r"(beginning of .+? )[0-9]+\s*$", "${1}[N]")]),
            ),
            (&["x [TIME]-a.b y", "x y"], None),
            (&["a+b/c=\n", "/xy\n"], None),
            (
                &["at 23:13:33:786", "at 23:13:33:12"],
                Some(vec![rule(r"^(at )[0-9](?:[0-9.:,-]*[0-9])?\s*$", "${1}[N]")]),
            ),
            (
                &["http://127.0.0.1:4567/x", "http://127.0.0.1:890/x"],
                Some(vec![rule(r"^(http://127\.0\.0\.1:)[0-9]+", "${1}[N]")]),
            ),
            (&["12 is ready", "9 is ready"], Some(vec![rule("^[0-9]+( is ready)", "[N]${1}")])),
            (&["11:05:09:100", "12:41:09:5"], Some(vec![rule(r"^[0-9](?:[0-9.:,-]*[0-9])?\s*$", "[N]")])),
            (&["a\n", "a\nb\n"], None),
            (&["a b\n", "a\n"], None),
        ];
        for (outputs, expected) in cases {
            assert_eq!(suggest(outputs), *expected, "{outputs:?}");
        }
    }

    #[test]
    fn with_the_rules_all_are_equal() {
        for outputs in [["x=1 y=2 z=3", "x=9 y=2 z=30"], ["ü 1 é2", "ü 22 é3"], ["a-1-b", "a-22-b"]] {
            let rules = suggest(&outputs).unwrap_or_default();
            let shown = outputs.map(|output| {
                rules.iter().fold(output.to_owned(), |text, rule| {
                    regex::Regex::new(&rule.pattern)
                        .unwrap()
                        .replace_all(&text, rule.with.as_str())
                        .into_owned()
                })
            });
            assert_eq!(shown[0], shown[1], "{rules:?}");
            assert!(!rules.is_empty());
        }
    }
}

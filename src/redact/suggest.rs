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

/// So many characters of what stands before what varies are in the pattern, so that it matches nothing else.
const CONTEXT: usize = 24;

/// The fewest rules, each for one word that varies, under which all of `outputs` are equal; `None` where there are none: lines that
/// come and go, or that change places, are no matter of words. Empty where they are equal.
#[must_use]
pub fn suggest(outputs: &[&str]) -> Option<Vec<Rule>> {
    let mut texts: Vec<String> = outputs.iter().map(|&output| output.to_owned()).collect();
    let mut rules = Vec::new();
    loop {
        let lines = match first_difference(&texts) {
            Difference::None => return Some(rules),
            Difference::Line(lines) => lines,
            Difference::Count => return None,
        };
        if rules.len() == MOST_RULES {
            return None;
        }
        let rule = rule_for(&lines)?;
        let regex = Regex::new(&rule.pattern).ok()?;
        let before = texts.clone();
        for text in &mut texts {
            let lines: Vec<_> =
                text.lines().map(|line| regex.replace_all(line, rule.with.as_str())).collect();
            *text = lines.join("\n");
        }
        if texts == before {
            return None;
        }
        rules.push(rule);
    }
}

/// In what texts differ.
enum Difference {
    None,
    /// The first line that is not the same in all, of each.
    Line(Vec<String>),
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
        Some(at) => Difference::Line(all.iter().map(|lines| lines[at].to_owned()).collect()),
    }
}

/// A rule for the first word in which the lines differ.
fn rule_for(lines: &[String]) -> Option<Rule> {
    let first = lines.first()?;
    let equal = lines.iter().map(|line| shared(first, line)).min()?;
    // What varies is a whole number or name, and not only its last letters.
    let start = first[..equal].rfind(|c: char| !is_inner(c)).map_or(0, |at| at + width(first, at));
    let words: Vec<&str> = lines.iter().map(|line| word(&line[start..])).collect();
    if words.iter().any(|word| word.is_empty()) {
        return None;
    }
    let (class, name) = class(&words);
    let context = context(&first[..start]);
    let (before, kept) = if context.is_empty() {
        (String::new(), "")
    } else {
        (format!("({})", regex::escape(context)), "${1}")
    };
    Some(Rule { pattern: format!("{before}{class}"), with: format!("{kept}{name}") })
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
        ("[0-9][0-9.:,-]*[0-9]".to_owned(), "[N]")
    } else if as_long && length >= 6 && all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)) {
        (format!("[0-9a-f]{{{length}}}"), "[HEX]")
    } else if all(|c| c.is_ascii_alphanumeric() || c == '_') {
        (r"[0-9A-Za-z_]+".to_owned(), "[ID]")
    } else {
        (r"[^\s]+".to_owned(), "[ID]")
    }
}

/// The end of what stands before, from a word's beginning.
fn context(before: &str) -> &str {
    let from = before.len().saturating_sub(CONTEXT);
    let from = (from..before.len()).find(|&at| before.is_char_boundary(at)).unwrap_or(before.len());
    let tail = &before[from..];
    match tail.find(char::is_whitespace).filter(|_| from > 0) {
        Some(at) => tail[at..].trim_start(),
        None => tail,
    }
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
            (&["took 12 rounds\n", "took 9 rounds\n"], Some(vec![rule("(took )[0-9]+", "${1}[N]")])),
            (&["took 12 rounds\n", "took 1250 rounds\n"], Some(vec![rule("(took )[0-9]+", "${1}[N]")])),
            (
                &["/tmp/tmp.abQ3/x\n", "/tmp/tmp.Zd09/x\n"],
                Some(vec![rule(r"(/tmp/tmp\.)[0-9A-Za-z_]+", "${1}[ID]")]),
            ),
            (&["0.25 s", "1.5 s"], Some(vec![rule("[0-9][0-9.:,-]*[0-9]", "[N]")])),
            (&["id ab12cd", "id ab99ff"], Some(vec![rule("(id )[0-9a-f]{6}", "${1}[HEX]")])),
            (
                &["a 1 b 2", "a 3 b 4"],
                Some(vec![rule("(a )[0-9]+", "${1}[N]"), rule(r"(a \[N\] b )[0-9]+", "${1}[N]")]),
            ),
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

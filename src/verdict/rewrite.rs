//! The new text of an expectation: what of the page's lines stays as it is, and what comes in the place of the others.

use std::ops::Range;

use thiserror::Error;

use super::{
    matcher::Matcher,
    pairing::{Step, pair},
    pattern::{self, Group, Item},
};
use crate::{
    redact::Redactor,
    source::{LineChange, changed},
};

/// What stands between the lines of a page and the lines that are compared: the page's placeholders.
pub struct Words<'w> {
    /// A page's line with the values in it; one of several lines makes several.
    pub fill: &'w dyn Fn(&str) -> String,
    /// A line that came with the placeholders in it that stood in these lines of the page.
    pub put_back: &'w dyn Fn(&str, &[&str]) -> String,
}

impl std::fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

/// Why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// A page has no word for it.
    #[error("the line `{0}` has `[..]`, which a page can't say otherwise than as a wildcard")]
    Wildcard(String),
    /// More than is ever compared.
    #[error("so much differs that it can't be told which lines are new")]
    TooMuch,
    /// A placeholder or a rule would make something else of it.
    #[error("{} would be read as something else on the page, by a placeholder or a rule for what varies", line(.0.as_deref()))]
    Unsayable(Option<String>),
}

fn line(line: Option<&str>) -> String {
    line.map_or_else(|| "what came".to_owned(), |line| format!("the line `{line}`"))
}

/// The changes to the lines `page`, after which what `came`, redacted, is what they say. A line that came, by itself or under a
/// wildcard, is in none of them, nor a `...`, unless nothing came at all. What is new is written as it came, with placeholders
/// put back, and so that nothing in it is a wildcard.
///
/// # Errors
///
/// Where no text of the page would say it.
pub fn rewrite(
    page: &[&str],
    words: &Words<'_>,
    redactor: &Redactor,
    came: &str,
) -> Result<Vec<LineChange>, Refusal> {
    let (expected, owners) = filled(page, words);
    let (items, groups) = pattern::grouped(&expected, redactor);
    let lines: Vec<&str> = came.lines().collect();
    if says(&expected, redactor, &lines) {
        return Ok(Vec::new());
    }
    let changes = if lines.is_empty() {
        vec![Hunk { gone: 0..page.len(), new: Vec::new() }]
    } else {
        let steps = pair(&items, &lines).ok_or(Refusal::TooMuch)?;
        hunks(&whole_lines(&groups, &owners), &items, &steps)
    };
    let changes: Vec<LineChange> =
        changes.into_iter().map(|hunk| hunk.written(page, words, &lines)).collect::<Result<_, _>>()?;
    let new = changed(page, &changes).ok_or(Refusal::TooMuch)?;
    if says(&filled(&new, words).0, redactor, &lines) {
        return Ok(changes);
    }
    let wrong = changes.iter().flat_map(|change| &change.new).find(|line| {
        let (alone, _) = filled(&[line.as_str()], words);
        alone.len() != 1 || !lines.iter().any(|came| says(&alone, redactor, &[came]))
    });
    Err(Refusal::Unsayable(wrong.cloned()))
}

/// The lines that are compared, and for each the line of the page that it comes from.
fn filled(page: &[&str], words: &Words<'_>) -> (Vec<String>, Vec<usize>) {
    let (mut lines, mut owners) = (Vec::with_capacity(page.len()), Vec::with_capacity(page.len()));
    for (index, line) in page.iter().enumerate() {
        for part in (words.fill)(line).split('\n') {
            lines.push(part.to_owned());
            owners.push(index);
        }
    }
    (lines, owners)
}

fn says(expected: &[String], redactor: &Redactor, lines: &[&str]) -> bool {
    let mut matcher = Matcher::new(pattern::parse(expected, redactor));
    for line in lines {
        matcher.push(line, 1);
    }
    matcher.matches()
}

/// The groups with the lines of the page in the place of those that are compared: a line of the page is in one group alone.
fn whole_lines(groups: &[Group], owners: &[usize]) -> Vec<Group> {
    let mut whole: Vec<Group> = Vec::with_capacity(groups.len());
    for group in groups {
        let (Some(first), Some(last)) =
            (owners.get(group.lines.start), group.lines.end.checked_sub(1).and_then(|last| owners.get(last)))
        else {
            continue;
        };
        match whole.last_mut() {
            Some(before) if *first < before.lines.end => {
                before.lines.end = before.lines.end.max(last + 1);
                before.items.end = group.items.end;
            }
            _ => whole.push(Group { lines: *first..last + 1, items: group.items.clone() }),
        }
    }
    whole
}

/// Lines of the page that go, and the lines that came in their place.
#[derive(Debug)]
struct Hunk {
    gone: Range<usize>,
    new: Vec<usize>,
}

/// What changes where the lines that came take the way `steps`.
fn hunks(groups: &[Group], items: &[Item], steps: &[Step]) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut rest, mut at) = (steps, 0);
    for group in groups {
        // What is extra in front of its first item stands in front of its lines; what is between two items, in their place.
        let front = rest.iter().take_while(|step| item(**step).is_none()).count();
        let (extra, from) = rest.split_at(front);
        put(&mut hunks, at..at, extra);
        let last = from.iter().rposition(|step| item(*step).is_some_and(|item| item < group.items.end));
        let (own, behind) = from.split_at(last.map_or(0, |last| last + 1));
        rest = behind;
        let comes = |step: &Step| match step {
            Step::Same(..) => true,
            // Whatever it stands for now.
            Step::Gone(item) => items.get(*item) == Some(&Item::AnyLines),
            Step::Other(..) | Step::Extra(_) => false,
        };
        if !own.iter().all(comes) {
            put(&mut hunks, group.lines.clone(), own);
        }
        at = group.lines.end;
    }
    put(&mut hunks, at..at, rest);
    hunks
}

fn item(step: Step) -> Option<usize> {
    match step {
        Step::Same(item, _) | Step::Other(item, _) | Step::Gone(item) => Some(item),
        Step::Extra(_) => None,
    }
}

/// Adds a change, to the last one where it touches that.
fn put(hunks: &mut Vec<Hunk>, gone: Range<usize>, steps: &[Step]) {
    let line = |step: &Step| match step {
        Step::Same(_, line) | Step::Other(_, line) | Step::Extra(line) => Some(*line),
        Step::Gone(_) => None,
    };
    let new: Vec<usize> = steps.iter().filter_map(line).collect();
    if gone.is_empty() && new.is_empty() {
        return;
    }
    match hunks.last_mut() {
        Some(last) if last.gone.end == gone.start => {
            last.gone.end = gone.end;
            last.new.extend(new);
        }
        _ => hunks.push(Hunk { gone, new }),
    }
}

impl Hunk {
    /// As the page is to have it.
    fn written(self, page: &[&str], words: &Words<'_>, came: &[&str]) -> Result<LineChange, Refusal> {
        let old = page.get(self.gone.clone()).unwrap_or_default();
        let new = self.new.iter().filter_map(|line| came.get(*line)).map(|line| {
            if line.contains("[..]") {
                return Err(Refusal::Wildcard((*line).to_owned()));
            }
            let plain = literal(line);
            let named = (words.put_back)(&plain, old);
            Ok(named)
        });
        let new = new.collect::<Result<Vec<_>, _>>()?;
        Ok(LineChange { at: self.gone.start, removed: self.gone.len(), new })
    }
}

/// A line that means just itself.
fn literal(line: &str) -> String {
    let escape = if line.trim_start_matches('\\') == "..." { "\\" } else { "" };
    format!("{escape}{line}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redact::Config;

    fn plain(page: &[&str], came: &[&str]) -> Result<Vec<LineChange>, Refusal> {
        let words = Words { fill: &|line| line.to_owned(), put_back: &|line, _| line.to_owned() };
        let came: String = came.iter().flat_map(|line| [*line, "\n"]).collect();
        rewrite(page, &words, &Redactor::new(Config::default()), &came)
    }

    /// The page's new lines; those that are as they were with `=` in front, others with `+`.
    fn drawn(page: &[&str], changes: &[LineChange]) -> String {
        let mut marked: Vec<String> = page.iter().map(|line| format!("={line}")).collect();
        for change in changes.iter().rev() {
            marked.splice(change.range(), change.new.iter().map(|line| format!("+{line}")));
        }
        marked.join(" ")
    }

    #[test]
    fn what_matches_stays_and_what_does_not_is_replaced() {
        let cases: [(&[&str], &[&str], &str); 14] = [
            (&["a", "b"], &["a", "b"], "=a =b"),
            (&["a", "b", "c"], &["a", "x", "c"], "=a +x =c"),
            (&["a"], &[], ""),
            (&[], &["a", "b"], "+a +b"),
            (&["a", "..."], &[], ""),
            (&["...", "foo: 1"], &["h", "i", "foo: 2"], "=... +foo: 2"),
            (&["a", "...", "z"], &["b", "c", "d", "z"], "+b =... =z"),
            (&["a", "...", "z"], &["x", "y"], "+x =... +y"),
            (&["on [..]", "1"], &["on host", "2"], "=on [..] +2"),
            (&["a"], &["...", "\\...", "\\\\..."], "+\\... +\\\\... +\\\\\\..."),
            (&["\\...", "a"], &["...", "b"], "=\\... +b"),
            (&["2020-01-01T00:00:00Z up", "a"], &["[TIME] up", "b"], "=2020-01-01T00:00:00Z up +b"),
            (&["a"], &["[TIME] up"], "+[TIME] up"),
            (
                &["-----BEGIN CERTIFICATE-----", "MIIB", "-----END CERTIFICATE-----", "a"],
                &["[CERTIFICATE]", "b"],
                "=-----BEGIN CERTIFICATE----- =MIIB =-----END CERTIFICATE----- +b",
            ),
        ];
        for (page, came, expected) in cases {
            let changes = plain(page, came).unwrap();
            assert_eq!(drawn(page, &changes), expected, "{page:?} {came:?}");
        }
    }

    #[test]
    fn what_a_page_cannot_say_is_refused() {
        assert_eq!(plain(&["a"], &["b [..]"]), Err(Refusal::Wildcard("b [..]".into())));
        assert_eq!(plain(&["a[..]"], &["a[..]"]), Ok(Vec::new()), "it is there already");
        let words =
            Words { fill: &|line| line.replace("<file>", "a.txt"), put_back: &|line, _| line.to_owned() };
        let refused =
            rewrite(&["a"], &words, &Redactor::new(Config::default()), "usage: <file>\n").unwrap_err();
        assert_eq!(refused, Refusal::Unsayable(Some("usage: <file>".into())));
        let rule = (regex::Regex::new("^b$").unwrap(), "c".to_owned());
        let redactor = Redactor::new(Config { rules: vec![rule], ..Config::default() });
        let words = Words { fill: &|line| line.to_owned(), put_back: &|line, _| line.to_owned() };
        assert_eq!(rewrite(&["a"], &words, &redactor, "c\n").unwrap()[0].new, ["c"]);
    }

    #[test]
    fn values_of_several_lines_stay_one_line_of_the_page() {
        let fill = |line: &str| line.replace("<two>", "one\ntwo");
        let words = Words { fill: &fill, put_back: &|line, _| line.to_owned() };
        let redactor = Redactor::new(Config::default());
        let page = ["<two>", "a"];
        let changes = rewrite(&page, &words, &redactor, "one\ntwo\nb\n").unwrap();
        assert_eq!(drawn(&page, &changes), "=<two> +b");
        let changes = rewrite(&page, &words, &redactor, "one\nthree\na\n").unwrap();
        assert_eq!(drawn(&page, &changes), "+one +three =a");
    }

    #[test]
    fn secrets_stay_placeholders() {
        let fill = |line: &str| line.replace("<pw>", "hunter2hunter2");
        let words = Words { fill: &fill, put_back: &|line, _| line.to_owned() };
        let secrets = vec![("hunter2hunter2".to_owned(), "<pw>".to_owned())];
        let redactor = Redactor::new(Config { secrets, ..Config::default() });
        let page = ["with <pw>", "<pw>"];
        let changes = rewrite(&page, &words, &redactor, "without <pw>\n<pw>\n").unwrap();
        assert_eq!(drawn(&page, &changes), "+without <pw> =<pw>");
        // Lines that a value may have begun in are lines of their own too: this one is hunter2… in hexadecimal numbers.
        let page = ["a 68", "b 68", "<pw>", "c 6", "d"];
        let changes = rewrite(&page, &words, &redactor, "a 68\nb 7\n<pw>\nc 6\ne\n").unwrap();
        assert_eq!(drawn(&page, &changes), "=a 68 +b 7 =<pw> =c 6 +e");
    }

    fn expected_line() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "a",
            "b",
            "b ",
            "",
            "...",
            "\\...",
            "\\\\...",
            "a[..]",
            "[..]",
            "[TIME]",
            "abc: 1",
            "abc: 2",
            "2020-01-01T00:00:00Z",
            "    x",
        ])
    }

    fn came_line() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "a", "b", "c", "", "...", "\\...", "\\\\...", "ab", "[TIME]", "abc: 1", "abc: 3", "    x", "```",
            "\\",
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn after_it_the_page_says_what_came_and_each_change_was_needed(
            page in prop::collection::vec(expected_line(), 0..8),
            came in prop::collection::vec(came_line(), 0..8),
        ) {
            let redactor = Redactor::new(Config::default());
            let changes = plain(&page, &came).unwrap();
            let says_it = |lines: &[&str]| {
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                says(&lines, &redactor, &came)
            };
            let new = changed(&page, &changes).unwrap();
            prop_assert!(says_it(&new), "{new:?}");
            prop_assert_eq!(plain(&new, &came).unwrap(), Vec::new());
            // Without any one of them it would not.
            for without in 0..changes.len() {
                let mut fewer = changes.clone();
                fewer.remove(without);
                prop_assert!(!says_it(&changed(&page, &fewer).unwrap()), "{fewer:?}");
            }
            for change in &changes {
                prop_assert!(change.removed > 0 || !change.new.is_empty());
            }
        }
    }
}

//! What people read of changes, and what programs do.

use super::{Fate, Totals, Tried, json, last_line, listed, survivors};

fn tried(fate: Fate, operator: &'static str) -> Tried {
    Tried {
        document: "page.md".to_owned(),
        platform: None,
        file: "page.md".to_owned(),
        line: 7,
        step: "a".to_owned(),
        operator,
        before: "one\ntwo\u{1b}".to_owned(),
        after: String::new(),
        fate,
        by: None,
        reason: (fate == Fate::Equivalent).then(|| "it is so".to_owned()),
        hint: (fate == Fate::Survived).then_some("look at it"),
        seconds: 0.5,
    }
}

fn all() -> Vec<Tried> {
    let fates = [
        (Fate::Killed, "line-removed"),
        (Fate::Check, "step-removed"),
        (Fate::TimedOut, "line-removed"),
        (Fate::Survived, "line-removed"),
        (Fate::Equivalent, "flag-dropped"),
        (Fate::LeftOut, "flag-dropped"),
    ];
    fates.map(|(fate, operator)| tried(fate, operator)).to_vec()
}

#[test]
fn survivors_are_shown_with_what_would_catch_them() {
    let expected = "page.md:7: line-removed in a: `one …`\n  look at it\n\
                    page.md:7: flag-dropped in a: `one …`\n  marked as equivalent: it is so\n\n\
                    line-removed  1 of 3 survived\n\n";
    assert_eq!(survivors(&all(), false), expected);
    assert!(survivors(&all(), true).contains("\u{1b}[33mline-removed\u{1b}[0m"));
    let mut two = tried(Fate::NotTried, "path-changed");
    (two.before, two.after) = ("a\u{1b}".to_owned(), "b".to_owned());
    assert_eq!(listed(&[two], false), "page.md:7: path-changed in a: `a\\x1b` → `b`\n");
}

#[test]
fn the_last_line_adds_up() {
    let totals = Totals::of(&all());
    assert_eq!(
        last_line(&totals, Some((90, 3)), 2.0),
        "killed 3 of 4 (75.0%), 1 by the check, 1 by a time-out; 1 marked as equivalent; 1 left out (steps that could not run \
         here); a sample of 90, seed 3; 2.0 s"
    );
    assert_eq!(last_line(&Totals::default(), None, 0.0), "nothing was tried; 0 ms");
    assert!(totals.is_below(76) && !totals.is_below(75) && !Totals::default().is_below(100));
    // Only all is 100 percent.
    let nearly = Totals { killed: 9999, survived: 1, ..Totals::default() };
    assert_eq!(nearly.score(), Some(99.9));
    assert!(nearly.is_below(100));
}

#[test]
fn programs_get_a_line_for_each() {
    let text = json(&all(), Some(3), true, 2.0);
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let states: Vec<&str> = lines.iter().filter_map(|line| line["state"].as_str()).collect();
    assert_eq!(states, ["killed", "killed-by-check", "timed-out", "survived", "equivalent", "left-out"]);
    let end = lines.last().unwrap();
    assert_eq!(
        (end["score"].as_f64(), end["seed"].as_u64(), end["mutants"].as_u64()),
        (Some(75.0), Some(3), Some(6))
    );
}

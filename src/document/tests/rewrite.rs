//! New lines in blocks.

use proptest::prelude::*;

use crate::{
    document::{BlockChange, BlockChangeError, block_text, rewrite_blocks},
    source::{LineChange, Sources},
};

fn change(at: usize, removed: usize, new: &[&str]) -> LineChange {
    LineChange { at, removed, new: new.iter().map(ToString::to_string).collect() }
}

fn rewritten(page: &str, blocks: &[(usize, bool, &[LineChange])]) -> Result<String, BlockChangeError> {
    let mut sources = Sources::new();
    let id = sources.add("page.md", page);
    let changes: Vec<BlockChange<'_>> = blocks
        .iter()
        .map(|&(fence, transcript, changes)| BlockChange { fence, changes, transcript })
        .collect();
    rewrite_blocks(id, &sources, &changes)
}

#[test]
fn several_blocks_of_one_page() {
    let page = "---\na: b\n---\n```\n1\n2\n```\n\n> ~~~ {.output}\n> 3\n> ~~~\n";
    let changes = [change(0, 1, &["x", "y"]), change(2, 0, &["z"])];
    let second = [change(0, 1, &[])];
    let new = rewritten(page, &[(4, false, &changes), (9, false, &second)]);
    assert_eq!(new.unwrap(), "---\na: b\n---\n```\nx\ny\n2\nz\n```\n\n> ~~~ {.output}\n> ~~~\n");
    let mut sources = Sources::new();
    let id = sources.add("page.md", page);
    assert_eq!(block_text(id, &sources, 4).as_deref(), Some("1\n2\n"));
    assert_eq!(block_text(id, &sources, 5), None);
}

#[test]
fn what_does_not_fit_is_refused() {
    use BlockChangeError::{Command, Comment, NoBlock, OtherLines};
    let refused = |page: &str, fence, transcript, changes: &[LineChange]| {
        rewritten(page, &[(fence, transcript, changes)]).unwrap_err()
    };
    let plain = "```\na\n```\n";
    assert_eq!(refused(plain, 2, false, &[]), NoBlock(2));
    assert_eq!(refused(plain, 1, false, &[change(1, 1, &[])]), OtherLines(1));
    assert_eq!(refused(plain, 1, false, &[change(2, 0, &["x"])]), OtherLines(1));
    let transcript = "```console {#a}\n$ ls\na\n```\n";
    let command = change(1, 1, &["b", "$ rm -r ."]);
    assert_eq!(refused(transcript, 1, true, std::slice::from_ref(&command)), Command("$ rm -r .".into()));
    assert!(rewritten(transcript, &[(1, false, &[command])]).is_ok());
    let hidden = "<!-- tutor\n```text {.output}\na\n```\n-->\n";
    assert_eq!(refused(hidden, 2, false, &[change(0, 1, &["x --> y"])]), Comment("x --> y".into()));
}

#[test]
fn fences_grow_where_they_must_and_only_there() {
    let page = "- ```text {.output}\n  a\n  ```\n";
    let grown = |new: &str| rewritten(page, &[(1, false, &[change(0, 1, &[new])])]).unwrap();
    assert_eq!(grown("~~~~"), "- ```text {.output}\n  ~~~~\n  ```\n");
    assert_eq!(grown("```rust"), "- ```text {.output}\n  ```rust\n  ```\n");
    assert_eq!(grown(" ```` "), "- `````text {.output}\n   ```` \n  `````\n");
    assert_eq!(grown("```sh {#a}"), "- ````text {.output}\n  ```sh {#a}\n  ````\n");
}

/// Where the block stands: what is before the first of its lines and before the others.
const CONTAINERS: [(&str, &str); 9] = [
    ("", ""),
    ("> ", "> "),
    (">", ">"),
    ("- ", "  "),
    ("1. ", "   "),
    ("  ", "  "),
    ("> - ", ">   "),
    ("- > ", "  > "),
    ("   ", " "),
];

fn line() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "",
        "  b",
        "    c",
        "\td",
        "```",
        "~~~~",
        "> e",
        "- f",
        "# g",
        "<!-- h",
        "\\...",
        "```sh {#i}",
        "$ j",
        "é",
        "-->",
        "</div>",
        "[k]: l",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn nothing_but_the_lines_changes(
        container in prop::sample::select(CONTAINERS.to_vec()),
        old in prop::collection::vec(line(), 0..6),
        new in prop::collection::vec(line(), 0..4),
        at in 0..6_usize,
        removed in 0..4_usize,
        mark in prop::sample::select(vec!["```", "~~~", "``````"]),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let at = at.min(old.len());
        let removed = removed.min(old.len() - at);
        let (first, others) = container;
        let old: Vec<&str> = old.into_iter().filter(|line| !line.starts_with(mark)).collect();
        prop_assume!(at + removed <= old.len());
        let mut page = format!("Before.{end}{end}{first}{mark}text{end}");
        for line in &old {
            page.extend([others, line, end]);
        }
        page.extend([others, mark, end, end, "After.", end, end, "```", end, "z", end, "```", end]);
        let change = change(at, removed, &new);
        // It has to be the page's own block that is asked for: `>` takes a blank off a line, say.
        let mut sources = Sources::new();
        let id = sources.add("page.md", page.as_str());
        let Some(text) = block_text(id, &sources, 3) else { return Ok(()) };
        prop_assume!(text.matches('\n').count() == old.len());
        let block = BlockChange { fence: 3, changes: std::slice::from_ref(&change), transcript: false };
        let came = rewrite_blocks(id, &sources, &[block]);
        prop_assert!(came.is_ok(), "{page:?} {change:?} {came:?}");
        let came = came.unwrap();
        let lines: Vec<&str> = came.split_inclusive('\n').collect();
        let before: Vec<&str> = page.split_inclusive('\n').collect();
        let same = |one: &str, other: &str| {
            one == other || one.replace(['`', '~'], "") == other.replace(['`', '~'], "")
        };
        let (from, behind) = (3 + at, before.len() - 3 - at - removed);
        prop_assert_eq!(lines.len(), from + new.len() + behind);
        prop_assert!(lines[..from].iter().zip(&before).all(|(one, other)| same(one, other)));
        let tail = before[3 + at + removed..].iter();
        prop_assert!(lines[from + new.len()..].iter().zip(tail).all(|(one, other)| same(one, other)));
        prop_assert!(lines.iter().all(|line| line.ends_with(end)));
        let mut sources = Sources::new();
        let id = sources.add("page.md", came.as_str());
        let text = block_text(id, &sources, 3).unwrap();
        let shown: Vec<&str> = text.lines().skip(at).take(new.len()).collect();
        prop_assert_eq!(shown, new);
    }
}

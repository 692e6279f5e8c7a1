//! Pictures of the screen, and what keys do.

use super::{
    Block, Decision, Desk, Ended, Item, Part, Standing,
    line::{Piece, Row},
    screen::Size,
    state::{Key, State},
};

/// A changed recording with all that can be trouble: long lines, wide characters, tabs, what a terminal would act on.
fn changed() -> Item {
    let old = "total 12\nca.crt 1200 bytes\nsame 1\nsame 2\nsame 3\nsame 4\nsame 5\nsame 6\nsame 7\nsame 8\n\
               subject=CN = alpha.example.com, O = Example Organisation, OU = Tutorials, C = DE, valid until 2027\n\
               名前: 太郎 です\nonly before\n\ttab\there\n";
    let new = "total 16\nca.crt 1204 bytes\nca.key 1704 bytes\nsame 1\nsame 2\nsame 3\nsame 4\nsame 5\nsame 6\nsame 7\nsame 8\n\
               subject=CN = beta.example.com, O = Example Organisation, OU = Tutorials, C = DE, valid until 2028\n\
               名前: 花子 です\n\u{1b}[2Jcleared \u{202e}\n👩\u{200d}👩\u{200d}👧 e\u{301} wide\n tab\there\n";
    let lines = ["```sh {#list}", "cd certs", "ls -l", "```"];
    Item {
        name: "ssl-macos/list".to_owned(),
        title: "ssl-macos › list".to_owned(),
        place: "tutorials/ssl-macos.md:41".to_owned(),
        standing: Standing::Changed,
        block: Block::Lines(41, lines.map(str::to_owned).to_vec()),
        facts: vec![
            ("exit status".to_owned(), "0 → 1".to_owned()),
            ("changed since".to_owned(), "mongosh 2.0 → 2.5.8, openssl 1.1.1 → 3.0.19".to_owned()),
        ],
        parts: vec![
            Part {
                title: "standard output".to_owned(),
                old: Some(old.to_owned()),
                new: Some(new.to_owned()),
            },
            Part {
                title: "standard error".to_owned(),
                old: Some("one\n".to_owned()),
                new: Some("one\n".to_owned()),
            },
        ],
    }
}

fn fresh() -> Item {
    Item {
        name: "page/new".to_owned(),
        title: "page › new".to_owned(),
        place: "page.md".to_owned(),
        standing: Standing::New,
        block: Block::Gone("page.md has no such step any more, or none that records".to_owned()),
        facts: vec![("exit status".to_owned(), "0".to_owned())],
        parts: vec![
            Part { title: "standard output".to_owned(), old: None, new: Some("one\ntwo\n".to_owned()) },
            Part { title: "standard error".to_owned(), old: None, new: Some(String::new()) },
        ],
    }
}

/// A block of a page that says something else than what came, and that several platforms share.
fn page() -> Item {
    let old = "total 12\nca.crt 1200 bytes\nsame 1\nsame 2\nsame 3\nsame 4\nsame 5\nsame 6\nsame 7\nsame 8\n\
               It took [..] ms\n名前: 太郎 です\nonly before\n";
    let new = old.replace("12\n", "16\n").replace("太郎", "花子").replace("only before", "\u{1b}[2Jcleared");
    Item {
        name: "ssl-macos/list".to_owned(),
        title: "ssl-macos › list".to_owned(),
        place: "tutorials/ssl-macos.md:41".to_owned(),
        standing: Standing::Page,
        block: Block::Lines(41, ["```sh {#list}", "ls -l", "```"].map(str::to_owned).to_vec()),
        facts: vec![
            ("ran on".to_owned(), "linux, macos".to_owned()),
            ("with".to_owned(), "mongosh 2.5.8, openssl 3.0.19".to_owned()),
            (
                "can't be accepted".to_owned(),
                "two runs printed different things there, and one block can't say both: run the page again, or reject this"
                    .to_owned(),
            ),
        ],
        parts: vec![
            Part { title: "`.output` at line 46".to_owned(), old: Some(old.to_owned()), new: Some(new) },
            Part {
                title: "`.output` at tutorials/shared/install-openssl.md:12".to_owned(),
                old: Some("one\n".to_owned()),
                new: Some("two\n".to_owned()),
            },
        ],
    }
}

/// The screen as text; with colour each style stands before its text as `‹1;31›`.
fn picture(rows: &[Row], color: bool) -> String {
    let text = |row: &Row| {
        if !color {
            return row.plain();
        }
        let mut text = String::new();
        for piece in row.pieces() {
            match piece {
                Piece::Column(column) => text.extend(["‹column ", &column.to_string(), "›"]),
                Piece::Text(style, piece) => {
                    let start = style.to_string().replace("\u{1b}[", "").replace('m', ";");
                    let start = start.trim_end_matches(';');
                    if start.is_empty() {
                        text.push_str(piece);
                    } else {
                        text.extend(["‹", start, "›", piece, "‹›"]);
                    }
                }
            }
        }
        text
    };
    rows.iter().map(text).collect::<Vec<_>>().join("\n")
}

fn state(items: &[Item], width: usize, height: usize) -> State {
    State::new(items.to_vec(), false, Size { width, height })
}

#[test]
fn pictures() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("pictures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for color in [false, true] {
            for (width, height) in [(60, 50), (80, 50), (160, 45)] {
                let state = State::new(vec![changed(), fresh()], color, Size { width, height });
                let rows = state.draw();
                assert_eq!(rows.len(), height);
                let name = format!("{width}{}", if color { "-colour" } else { "" });
                insta::assert_snapshot!(name, picture(&rows, color));
            }
        }
        for (width, height) in [(60, 50), (80, 40), (160, 40)] {
            for color in [false, true] {
                let state = State::new(vec![page(), fresh()], color, Size { width, height });
                let name = format!("page-{width}{}", if color { "-colour" } else { "" });
                insta::assert_snapshot!(name, picture(&state.draw(), color));
            }
        }
        let mut help = state(&[changed()], 60, 30);
        help.press(Key::Char('?'), &mut Fake::default());
        insta::assert_snapshot!("help", picture(&help.draw(), false));
        let mut low = state(&[changed(), fresh()], 40, 10);
        low.press(Key::Char('n'), &mut Fake::default());
        insta::assert_snapshot!("low", picture(&low.draw(), false));
    });
}

#[test]
fn no_row_is_wider_than_the_screen_and_all_are_there() {
    for width in [1, 2, 7, 20, 59, 99, 100, 101, 237] {
        for height in [1, 2, 5, 12, 13, 50] {
            let mut state = state(&[changed(), page(), fresh()], width, height);
            for key in ['d', '?', 'x', 'n', 'G', 'p', 'G', 'q'] {
                let rows = state.draw();
                assert_eq!(rows.len(), height, "{width}×{height} {key}");
                let wide = rows.iter().find(|row| row.width() > width);
                assert_eq!(wide, None, "{width}×{height} {key}");
                state.press(Key::Char(key), &mut Fake::default());
            }
        }
    }
}

#[test]
fn a_low_screen_shows_its_item_and_not_only_keys() {
    for height in [3, 5, 8] {
        let mut state = state(&[page(), fresh()], 20, height);
        state.press(Key::Char('x'), &mut Fake::default());
        let drawn = picture(&state.draw(), false);
        assert!(drawn.starts_with("1 of 2  ssl-macos ›"), "{drawn}");
        assert!(drawn.contains("41 │ ```sh"), "{drawn}");
    }
}

#[test]
fn much_is_bounded() {
    let text = |of: &str| (0..200_000).map(|line| [of, &line.to_string(), "\n"].concat()).collect::<String>();
    let mut item = changed();
    item.parts[0].old = Some(text("old line "));
    item.parts[0].new = Some(text("new line "));
    let start = std::time::Instant::now();
    let mut state = state(&[item], 80, 30);
    state.press(Key::Char('G'), &mut Fake::default());
    let drawn = picture(&state.draw(), false);
    assert!(drawn.contains("… 3"), "{drawn}");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// A stand-in for the files: notes what is asked of it, and refuses one item.
#[derive(Default)]
struct Fake {
    asked: Vec<String>,
    refused: Option<usize>,
}

impl Fake {
    fn note(&mut self, what: &str, index: usize) -> Result<(), String> {
        if self.refused == Some(index) {
            return Err("the disk is full".to_owned());
        }
        self.asked.push(format!("{what}{index}"));
        Ok(())
    }
}

impl Desk for Fake {
    fn accept(&mut self, index: usize) -> Result<(), String> {
        self.note("a", index)
    }

    fn reject(&mut self, index: usize) -> Result<(), String> {
        self.note("r", index)
    }

    fn undo(&mut self) -> Result<(), String> {
        self.asked.push("undo".to_owned());
        Ok(())
    }

    /// What is accepted moves all that stands below.
    fn item(&mut self, index: usize) -> Option<Item> {
        let place = format!("page.md:{}", self.asked.len());
        (!self.asked.is_empty() && index > 0).then(|| Item { place, ..fresh() })
    }
}

/// Four items and these keys: what is asked for, what is decided (`.` open, `s` later), and whether the review has
/// ended.
fn pressed(keys: &str, refused: Option<usize>) -> (String, String, bool) {
    let mut fake = Fake { refused, ..Fake::default() };
    let mut state = state(&[fresh(), fresh(), fresh(), fresh()], 80, 30);
    let mut ended = None;
    for key in keys.chars() {
        assert_eq!(ended, None, "{keys} goes on after the end");
        ended = state.press(Key::Char(key), &mut fake);
    }
    let decided = state.decisions().into_iter().map(|decision| match decision {
        Decision::Open => '.',
        Decision::Accepted => 'a',
        Decision::Rejected => 'r',
        Decision::Later => 's',
    });
    (fake.asked.join(" "), decided.collect(), ended == Some(Ended::Done))
}

#[test]
fn decisions() {
    let cases = [
        ("a", "a0", "a...", false),
        ("arsa", "a0 r1 a3", "arsa", true),
        ("ssss", "", "ssss", true),
        ("A", "a0 a1 a2 a3", "aaaa", true),
        ("aR", "a0 r1 r2 r3", "arrr", true),
        ("sA", "a1 a2 a3", "saaa", true),
        // Back at one that was left for later, it is meant too.
        ("spA", "a0 a1 a2 a3", "aaaa", true),
        ("rS", "r0", "rsss", true),
        ("q", "", "....", true),
        ("aq", "a0", "a...", true),
        ("nna", "a2", "..a.", false),
        ("nnnaa", "a3 a0", "a..a", false),
        // What is decided stays so until it is taken back.
        ("apr", "a0", "a...", false),
        ("azr", "a0 undo r0", "r...", false),
        ("arzz", "a0 r1 undo undo", "....", false),
        ("szr", "r0", "r...", false),
        ("z", "", "....", false),
        ("?a", "", "....", false),
        ("ha", "", "....", false),
        ("pp", "", "....", false),
    ];
    for (keys, asked, decided, ended) in cases {
        assert_eq!(pressed(keys, None), (asked.to_owned(), decided.to_owned(), ended), "{keys}");
    }
    assert_eq!(pressed("A", Some(2)), ("a0 a1".to_owned(), "aa..".to_owned(), false));
}

#[test]
fn an_item_is_shown_as_it_is_by_now() {
    let mut fake = Fake::default();
    let mut state = state(&[fresh(), fresh(), fresh()], 80, 30);
    for (key, place) in [('a', "page.md:1"), ('a', "page.md:2"), ('z', "page.md:3")] {
        state.press(Key::Char(key), &mut fake);
        let drawn = picture(&state.draw(), false);
        assert!(drawn.contains(place), "{key}: {drawn}");
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let cases = [
        ("p", "this is the first one"),
        ("nn", "this is the last one"),
        ("z", "nothing is decided yet"),
        ("apa", "this one is decided: z takes the last decision back"),
        ("d", "side by side needs 100 columns, here are 80"),
        ("x", "no such key: ? shows those that there are"),
        ("na", "the disk is full"),
    ];
    for (keys, expected) in cases {
        let mut state = state(&[fresh(), fresh()], 80, 30);
        let mut fake = Fake { refused: Some(1), ..Fake::default() };
        for key in keys.chars() {
            state.press(Key::Char(key), &mut fake);
        }
        let drawn = picture(&state.draw(), false);
        assert!(drawn.lines().any(|line| line == expected), "{keys}:\n{drawn}");
    }
}

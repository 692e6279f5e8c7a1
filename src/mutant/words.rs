//! Flags of commands.

use std::ops::Range;

use super::{
    lines::other,
    shell::{Scan, Syntax, Word},
};

/// A flag among the words of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flag {
    /// Its name, with its hyphens: of `--name=value` the first part.
    pub(super) name: Range<usize>,
    /// Another name.
    pub(super) renamed: String,
    /// All that has to go with it: the word, and the blanks before it.
    pub(super) word: Range<usize>,
    /// The same with the next word, where that is none of its own kind and may be its value.
    pub(super) with_value: Option<Range<usize>>,
}

/// The flags of a text.
pub(super) fn flags(text: &str, scan: &Scan, syntax: Syntax) -> Vec<Flag> {
    let mut flags = Vec::new();
    for (index, word) in scan.words.iter().enumerate() {
        // What stands first is the command itself.
        let Some(previous) = index.checked_sub(1).filter(|_| word.follows).map(|index| &scan.words[index])
        else {
            continue;
        };
        let written = &text[word.range.clone()];
        let Some(length) = name(written, syntax) else { continue };
        let from = previous.range.end;
        let is_value = |next: &&Word| next.follows && name(&text[next.range.clone()], syntax).is_none();
        let value = scan.words.get(index + 1).filter(|_| length == written.len()).filter(is_value);
        flags.push(Flag {
            name: word.range.start..word.range.start + length,
            renamed: renamed(&written[..length]),
            word: blanks_before(text, from, word.range.start)..word.range.end,
            with_value: value
                .map(|value| blanks_before(text, from, word.range.start)..value.range.end)
                .filter(|range| !text[range.clone()].contains('\n')),
        });
    }
    flags
}

/// Where the blanks begin that stand before a word on its line.
fn blanks_before(text: &str, from: usize, to: usize) -> usize {
    let blanks = text[from..to].bytes().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    // At the beginning of a line its indentation stays.
    if text[..to - blanks].ends_with('\n') { to } else { to - blanks }
}

/// How many bytes of the word are the name of a flag; `None` where it is none.
fn name(word: &str, syntax: Syntax) -> Option<usize> {
    let hyphens = word.bytes().take_while(|byte| *byte == b'-').count();
    let letters = |text: &str| {
        let begins = text.starts_with(|char: char| char.is_ascii_alphabetic());
        let length =
            text.find(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.')));
        begins.then_some(length.unwrap_or(text.len()))
    };
    match (syntax, hyphens) {
        (Syntax::Other, _) => None,
        (Syntax::Cmd, 0) => {
            // `/S`, `/Q:x`; a longer word is a path.
            let rest = word.strip_prefix('/')?;
            let length = letters(rest)?;
            let ends = rest[length..].is_empty() || rest[length..].starts_with(':');
            (ends && length <= 4).then_some(1 + length)
        }
        (_, 1 | 2) => Some(hyphens + letters(&word[hyphens..])?),
        _ => None,
    }
}

/// A single letter becomes another one, a longer name gets one more letter.
fn renamed(name: &str) -> String {
    let bare = name.trim_start_matches(['-', '/']);
    let mut letters = bare.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => format!("{}{}", &name[..name.len() - bare.len()], other(letter)),
        _ => format!("{name}x"),
    }
}

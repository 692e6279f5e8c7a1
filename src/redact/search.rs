//! Looks for many words at once, in one pass, and knows whether one may have begun at the end (Aho and Corasick, 1975).

use std::{array, collections::VecDeque};

/// One state: the longest end of the text so far that is the beginning of a word.
#[derive(Debug, Default)]
struct Node {
    next: Vec<(u8, usize)>,
    /// The state of the next shorter such end.
    shorter: usize,
    depth: usize,
    /// The word that ends here.
    word: Option<usize>,
    /// The nearest state of a shorter end that is a word; 0 is none.
    shorter_word: usize,
}

/// Words, ready to be looked for.
#[derive(Debug)]
pub(super) struct Search {
    nodes: Vec<Node>,
    /// What each byte leads to from the start: most bytes of most texts.
    start: Box<[usize; 256]>,
    lengths: Vec<usize>,
}

/// A word in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The word's number.
    pub(super) word: usize,
}

impl Search {
    /// Of equal words the first is found; empty ones never.
    pub(super) fn new(words: &[Vec<u8>]) -> Self {
        let mut nodes = vec![Node::default()];
        for (number, word) in words.iter().enumerate().filter(|(_, word)| !word.is_empty()) {
            let mut at = 0;
            for &byte in word {
                at = child(&nodes[at], byte).unwrap_or_else(|| {
                    let depth = nodes[at].depth + 1;
                    nodes.push(Node { depth, ..Node::default() });
                    let new = nodes.len() - 1;
                    nodes[at].next.push((byte, new));
                    new
                });
            }
            nodes[at].word.get_or_insert(number);
        }
        let start: [usize; 256] = array::from_fn(|byte| {
            u8::try_from(byte).ok().and_then(|byte| child(&nodes[0], byte)).unwrap_or_default()
        });
        let mut search =
            Self { nodes, start: Box::new(start), lengths: words.iter().map(Vec::len).collect() };
        search.link();
        search
    }

    /// Gives each state its shorter one, those near the start first.
    fn link(&mut self) {
        let mut queue: VecDeque<usize> = self.nodes[0].next.iter().map(|&(_, node)| node).collect();
        while let Some(at) = queue.pop_front() {
            let shorter = self.nodes[at].shorter;
            self.nodes[at].shorter_word =
                if self.nodes[shorter].word.is_some() { shorter } else { self.nodes[shorter].shorter_word };
            for (byte, next) in self.nodes[at].next.clone() {
                self.nodes[next].shorter = self.step(shorter, byte);
                queue.push_back(next);
            }
        }
    }

    fn step(&self, mut state: usize, byte: u8) -> usize {
        while state != 0 {
            if let Some(next) = child(&self.nodes[state], byte) {
                return next;
            }
            state = self.nodes[state].shorter;
        }
        self.start[usize::from(byte)]
    }

    /// All words in `text`, also those that overlap, in the order of their ends; gives how many bytes at its end may
    /// be the beginning of one.
    pub(super) fn find(&self, text: &[u8], found: &mut dyn FnMut(Hit)) -> usize {
        let mut state = 0;
        for (at, &byte) in text.iter().enumerate() {
            state = self.step(state, byte);
            let mut one = state;
            while one != 0 {
                if let Some(word) = self.nodes[one].word {
                    found(Hit { start: at + 1 - self.lengths[word], end: at + 1, word });
                }
                one = self.nodes[one].shorter_word;
            }
        }
        // A whole word that no longer one begins with is no beginning.
        while state != 0 && self.nodes[state].next.is_empty() {
            state = self.nodes[state].shorter;
        }
        self.nodes[state].depth
    }
}

fn child(node: &Node, byte: u8) -> Option<usize> {
    node.next.iter().find(|(of, _)| *of == byte).map(|&(_, next)| next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(words: &[&str], text: &str) -> (Vec<(usize, usize)>, usize) {
        let words: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        let mut hits = Vec::new();
        let open = Search::new(&words).find(text.as_bytes(), &mut |hit| hits.push((hit.start, hit.word)));
        (hits, open)
    }

    #[test]
    fn finds_all_words_and_what_is_open() {
        for (words, text, hits, open) in [
            (&["he", "she", "his", "hers"][..], "ushers", &[(1, 1), (2, 0), (2, 3)][..], 1),
            (&["aab"], "aaab", &[(1, 0)], 0),
            (&["aab"], "aaa", &[], 2),
            (&["abc", "abcdef"], "xabc", &[(1, 0)], 3),
            (&["aa"], "aaa", &[(0, 0), (1, 0)], 1),
            (&["x", ""], "", &[], 0),
            (&["same", "same"], "same", &[(0, 0)], 0),
        ] {
            assert_eq!(find(words, text), (hits.to_vec(), open), "{words:?} in {text}");
        }
    }

    #[test]
    fn finds_what_a_plain_search_finds() {
        let words = ["abab", "ba", "bab", "aaa", "b"];
        for number in 0..1 << 10 {
            let text: String = (0..10).map(|bit| if number >> bit & 1 == 1 { 'a' } else { 'b' }).collect();
            let mut plain: Vec<_> = words
                .iter()
                .enumerate()
                .flat_map(|(at, word)| {
                    let text = &text;
                    (0..10)
                        .filter(move |&start| text[start..].starts_with(word))
                        .map(move |start| (start, at))
                })
                .collect();
            let (mut hits, open) = find(&words, &text);
            plain.sort_unstable();
            hits.sort_unstable();
            assert_eq!(hits, plain, "{text}");
            let begins = |length: &usize| {
                let end = &text[10 - length..];
                words.iter().any(|word| word.starts_with(end) && word.len() > *length)
            };
            assert_eq!(open, (0..=4).rev().find(begins).unwrap(), "{text}");
        }
    }
}

//! What the words of a step say of what it may do to its shell.

/// What some text may do. It is read off single words, so it says too much rather than too little; what hides from it
/// (`e""xec`) is met where it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    /// May change descriptors or options: the streams must be set anew after it, and its trace (`set -x`) kept out of
    /// them.
    pub(super) const WILD: Self = Self(1);
    /// May set a trap.
    pub(super) const TRAPS: Self = Self(2);
    /// Runs text that is not to be seen here.
    pub(super) const SOURCES: Self = Self(4);
    /// May end its shell in a way that nothing survives, or keep it so busy that it has to be ended.
    pub(super) const RISKS: Self = Self(8);
    /// Leaves something behind that a later step may come upon: a function, an alias, a descriptor.
    pub(super) const DEFINES: Self = Self(16);

    /// May leave something running.
    pub(super) const BACKGROUND: Self = Self(32);

    /// Whether a step can be handed over before its time, and another one after it.
    pub(super) fn are_tame(self) -> bool {
        !self.any(Self::WILD.and(Self::TRAPS).and(Self::SOURCES).and(Self::RISKS).and(Self::BACKGROUND))
    }

    /// Reads `text` once.
    pub(super) fn of(text: &str) -> Self {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let bytes = text.as_bytes();
        let (mut marks, mut at) = (Self::default(), 0);
        while at < bytes.len() {
            if bytes[at] == b'.' {
                let before = at.checked_sub(1).map_or(b'\n', |before| bytes[before]);
                let first = before.is_ascii_whitespace() || b";&|({`!".contains(&before);
                if first && matches!(bytes.get(at + 1), Some(b' ' | b'\t')) {
                    marks = marks.and(sourcing());
                }
            }
            if bytes[at] == b')' && at > 0 && bytes[at - 1] == b'(' {
                marks = marks.and(Self::DEFINES);
            }
            if bytes[at] == b'&' && is_background(bytes, at) {
                marks = marks.and(Self::BACKGROUND);
            }
            let start = at;
            while at < bytes.len() && is_word(bytes[at]) {
                at += 1;
            }
            // The shortest word of interest has two letters, the longest eleven.
            if (2..=11).contains(&(at - start)) {
                marks = marks.and(of_word(&text[start..at]));
            }
            at = at.max(start + 1);
        }
        marks
    }

    /// Both.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of `other` is among them.
    pub(super) fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Whether the `&` there is none of `&&`, `>&`, `<&`, `&>`.
fn is_background(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
    let after = bytes.get(at + 1).copied().unwrap_or(b' ');
    !b"&><".contains(&before) && !b"&>".contains(&after)
}

fn sourcing() -> Marks {
    Marks::WILD.and(Marks::SOURCES).and(Marks::RISKS)
}

fn of_word(word: &str) -> Marks {
    match word {
        "source" | "eval" => sourcing(),
        // It may close the descriptors that stay open between steps.
        "exec" => Marks::WILD.and(Marks::RISKS).and(Marks::DEFINES),
        "trap" => Marks::WILD.and(Marks::TRAPS),
        "set" | "shopt" | "xtrace" | "setopt" | "unsetopt" | "emulate" | "enable" => Marks::WILD,
        // They name the file that the step stands in.
        word if ["BASH_SOURCE", "caller"].contains(&word) => Marks::WILD,
        "kill" | "pkill" | "killall" | "ulimit" | "while" | "until" | "for" | "select" => Marks::RISKS,
        "function" | "alias" => Marks::DEFINES,
        _ => Marks::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn words_are_told_from_parts_of_words() {
        let none = Marks::default();
        let cases = [
            ("", none),
            ("echo reset settings && ls ./x ../y a.b .. -l .", none),
            ("echo step-1; cd x && export A=$(pwd)", none),
            ("  . ./env.sh", Marks::SOURCES),
            ("x=1;. env", Marks::SOURCES),
            ("\\exec 3>&1", Marks::WILD),
            ("set -x", Marks::WILD),
            ("kill -9 $$", Marks::RISKS),
            ("while :; do :; done", Marks::RISKS),
            ("trap 'x' EXIT", Marks::TRAPS),
            ("f() { :; }", Marks::DEFINES),
            ("make && ls 2>&1 >&2 &>x", none),
            ("sleep 5 &", Marks::BACKGROUND),
            ("sleep 5&", Marks::BACKGROUND),
            ("é exec", Marks::RISKS),
        ];
        for (text, expected) in cases {
            let found = Marks::of(text);
            assert!(
                if expected == none { found == none } else { found.any(expected) },
                "{text:?}: {found:?}"
            );
        }
    }
}

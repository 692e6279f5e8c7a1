//! The top-level statements of a fish text: where each job begins and ends, and which ones a condition joins. Pure.
//!
//! Respects strings, escapes, comments, line continuations, command substitutions and blocks. What is not fish is split
//! somewhere; fish itself will say what is wrong with it.

/// Jobs of which each runs by the status of the one before it: `a; and b; or c`, `a && b || c`. Most have one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) jobs: Vec<Job>,
}

/// A job: commands joined by pipes. Places are bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Job {
    /// Where its first word begins, which may be `and` or `or`.
    pub(super) start: usize,
    /// Where its first word after `and` or `or` begins.
    pub(super) part: usize,
    /// After its last word.
    pub(super) end: usize,
    /// That first word, without assignments, `not` and `time` before it.
    pub(super) word: String,
    /// Whether its status is turned round.
    pub(super) negated: bool,
    /// Whether it runs in the background.
    pub(super) background: bool,
    /// Whether `&&` (and not `||`) stands before it.
    pub(super) after_and: bool,
}

/// The chains of `text`, in order.
pub(super) fn chains(text: &str) -> Vec<Chain> {
    let mut splitter = Splitter { text, bytes: text.as_bytes(), ..Splitter::default() };
    splitter.run();
    splitter.chains
}

/// What stands between two jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Between {
    #[default]
    Nothing,
    And,
    Or,
}

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the last word; they do not exclude each other"
)]
struct Splitter<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    depth: usize,
    chains: Vec<Chain>,
    /// The job that is being read.
    job: Option<Job>,
    before: Between,
    /// Whether the next word is a command's name or a keyword.
    command: bool,
    /// Whether the last word was `else`: an `if` after it opens no block.
    after_else: bool,
    /// Whether the job joins the one before it.
    joined: bool,
    /// Whether nothing has come since a pipe.
    piped: bool,
    /// Whether the job's own first word has been seen.
    named: bool,
}

impl Splitter<'_> {
    fn run(&mut self) {
        self.command = true;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.peek(1) == Some(b'\n') => self.at += 2,
                b'#' => self.at = self.line_end(),
                // The command that a pipe leads to may stand on the next line.
                b'\n' if self.piped => self.at += 1,
                b'\n' | b';' => {
                    self.at += 1;
                    self.separate(Between::Nothing, false);
                }
                b'&' if self.peek(1) == Some(b'&') => {
                    self.at += 2;
                    self.separate(Between::And, false);
                }
                b'|' if self.peek(1) == Some(b'|') => {
                    self.at += 2;
                    self.separate(Between::Or, false);
                }
                // `&>` and `&|` send both streams.
                b'&' if self.peek(1) == Some(b'>') => self.symbol(1),
                b'&' if self.peek(1) == Some(b'|') => {
                    self.symbol(2);
                    self.pipe();
                }
                b'&' => {
                    self.at += 1;
                    self.separate(Between::Nothing, true);
                }
                b'|' => {
                    self.symbol(1);
                    self.pipe();
                }
                b'<' | b'>' => self.redirection(),
                _ => self.word(),
            }
        }
        self.separate(Between::Nothing, false);
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn line_end(&self) -> usize {
        self.text[self.at..].find('\n').map_or(self.text.len(), |end| self.at + end)
    }

    /// Takes something into the job that is no word.
    fn symbol(&mut self, length: usize) {
        self.at += length;
        if let Some(job) = &mut self.job {
            job.end = self.at;
        }
    }

    /// `>`, `>>`, `<`, `>&2`, `>?`, `>|`: what follows is a word as any other.
    fn redirection(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let length = 1 + rest.iter().take_while(|byte| matches!(byte, b'>' | b'&' | b'?')).count();
        self.begin(self.at);
        self.symbol(length);
        self.command &= self.peek(0) == Some(b'|');
    }

    fn pipe(&mut self) {
        self.command = true;
        self.piped = true;
    }

    fn begin(&mut self, at: usize) {
        self.piped = false;
        if self.job.is_none() {
            let after_and = self.before == Between::And;
            self.joined = self.before != Between::Nothing;
            self.named = false;
            self.job = Some(Job { start: at, part: at, after_and, ..Job::default() });
        }
    }

    /// The end of a job, or of a statement in a block.
    fn separate(&mut self, next: Between, background: bool) {
        self.command = true;
        self.after_else = false;
        if self.depth > 0 && self.at < self.bytes.len() {
            return;
        }
        let Some(mut job) = self.job.take() else {
            // An empty line after `&&` joins all the same.
            if next != Between::Nothing {
                self.before = next;
            }
            return;
        };
        job.background = background;
        self.before = next;
        match self.chains.last_mut().filter(|_| self.joined) {
            Some(chain) => chain.jobs.push(job),
            None => self.chains.push(Chain { jobs: vec![job] }),
        }
    }

    fn word(&mut self) {
        let start = self.at;
        self.skip_word();
        self.begin(start);
        let word = &self.text[start..self.at];
        if self.command {
            self.keyword(start, word.to_owned());
        }
        if let Some(job) = &mut self.job {
            job.end = self.at;
        }
    }

    /// A word where a command's name is expected.
    fn keyword(&mut self, start: usize, word: String) {
        let after_else = std::mem::take(&mut self.after_else);
        let outer = self.depth == 0;
        self.command = match word.as_str() {
            "begin" | "while" | "{" => {
                self.depth += 1;
                true
            }
            "if" => {
                self.depth += usize::from(!after_else);
                true
            }
            "for" | "switch" | "function" => {
                self.depth += 1;
                false
            }
            "end" | "}" => {
                self.depth = self.depth.saturating_sub(1);
                false
            }
            "else" => {
                self.after_else = true;
                true
            }
            "and" | "or" | "not" | "!" | "time" => true,
            _ => is_assignment(&word),
        };
        let Some(job) = self.job.as_mut().filter(|_| outer && !self.named) else { return };
        match word.as_str() {
            "and" | "or" if start == job.start => {
                self.joined = true;
                let rest = &self.text[self.at..];
                job.part = self.text.len() - rest.trim_start().len();
            }
            "not" | "!" => job.negated = !job.negated,
            "time" => {}
            _ if is_assignment(&word) => {}
            _ => {
                job.word = word;
                self.named = true;
            }
        }
    }

    /// To the end of the word at hand.
    fn skip_word(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'<' | b'>' => return,
                // `a&b` is one word.
                b'&' if self.peek(1).is_none_or(|next| b" \t\r\n;&|<>)".contains(&next)) => return,
                _ => self.skip_one(),
            }
        }
    }

    /// Over one character, string or substitution.
    fn skip_one(&mut self) {
        match self.bytes.get(self.at).copied() {
            Some(b'\\') => self.at = (self.at + 2).min(self.bytes.len()),
            Some(b'\'') => self.string(b'\''),
            Some(b'"') => self.string(b'"'),
            Some(b'(') => self.substitution(),
            _ => self.at += 1,
        }
    }

    fn string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                b'$' if quote == b'"' && self.peek(1) == Some(b'(') => {
                    self.at += 1;
                    self.substitution();
                }
                _ => self.at += 1,
            }
            if byte == quote {
                return;
            }
        }
    }

    fn substitution(&mut self) {
        self.at += 1;
        let mut blank = true;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b')' => {
                    self.at += 1;
                    return;
                }
                b'#' if blank => self.at = self.line_end(),
                _ => self.skip_one(),
            }
            blank = matches!(byte, b' ' | b'\t' | b'\n' | b';');
        }
    }
}

/// `NAME=VALUE` before a command.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::chains;

    /// The jobs, `/` between chains and `+` within one.
    fn shown(text: &str) -> String {
        let chains = chains(text);
        let one = |chain: &super::Chain| {
            chain.jobs.iter().map(|job| text[job.start..job.end].to_owned()).collect::<Vec<_>>().join(" + ")
        };
        chains.iter().map(one).collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn jobs_end_where_fish_ends_them() {
        let cases = [
            ("a b\nc", "a b / c"),
            ("a; b;; c;", "a / b / c"),
            ("a\n\n# x\nand b # y\n  or c", "a + and b + or c"),
            ("a && b ||\n c", "a + b + c"),
            ("a | b |\n\n # x\n c\nd &|\ne", "a | b |\n\n # x\n c / d &|\ne"),
            ("a & b", "a / b"),
            ("a&b; c>&2 2>&1; d &>f", "a&b / c>&2 2>&1 / d &>f"),
            ("if a; b\nelse if c\n d; end; e", "if a; b\nelse if c\n d; end / e"),
            ("while a; b; end | c; d", "while a; b; end | c / d"),
            ("for if in end begin; a; end; b", "for if in end begin; a; end / b"),
            ("switch x\ncase if\n a\ncase '*'\n b\nend\nc", "switch x\ncase if\n a\ncase '*'\n b\nend / c"),
            (
                "function f --on-event end\n if a; b; end\nend; c",
                "function f --on-event end\n if a; b; end\nend / c",
            ),
            ("not if a; b; end; c", "not if a; b; end / c"),
            ("time begin; a; end; c", "time begin; a; end / c"),
            ("A=1 begin; a; end", "A=1 begin; a; end"),
            ("a 'b; c' \"d\n; e\"; f", "a 'b; c' \"d\n; e\" / f"),
            ("a \"b $(c; d \")\") ; e\"; f", "a \"b $(c; d \")\") ; e\" / f"),
            ("a (b; c # )\n d); e", "a (b; c # )\n d) / e"),
            ("a it\\'s; b c\\;d", "a it\\'s / b c\\;d"),
            ("a#b; c", "a#b / c"),
            ("builtin end; command if", "builtin end / command if"),
            ("if a", "if a"),
            ("end; a", "end / a"),
            ("a 'b", "a 'b"),
            ("a \\", "a \\"),
            ("a \\é; \"\\é\" é#; b", "a \\é / \"\\é\" é# / b"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}

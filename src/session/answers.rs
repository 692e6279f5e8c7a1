//! Finds prompts in what a step writes, and the answer that the page gives to each. Pure.

use std::time::Duration;

use super::attempt::{Asked, Channel};
use crate::plan::AnswerLine;

/// How long nothing must have been written before waiting for input counts as a question that is not answered.
pub(super) const QUIET: Duration = Duration::from_millis(150);

/// The same where the system does not tell who waits for input.
pub(super) const QUIET_UNKNOWN: Duration = Duration::from_secs(2);

/// The longest prompt that is looked at, in bytes: the end of an unfinished line.
const LONGEST: usize = 4 * 1024;

/// What the system says about a program that waits for input from the terminal.
#[cfg_attr(all(windows, not(test)), expect(dead_code, reason = "that system does not tell"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// One does.
    Yes,
    /// One does among other things, and for a certain time.
    Polls,
    /// None does.
    No,
    /// The system does not say.
    Unknown,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing.
    Wait,
    /// Type this.
    Type(Vec<u8>),
    /// The question is not in the page.
    Fail(Asked),
}

/// Follows what a step writes, and answers its prompts in the page's order.
#[derive(Debug)]
pub(super) struct Prompter<'a> {
    answers: Option<&'a [AnswerLine]>,
    next: usize,
    /// What each channel wrote since its last newline or the last answer.
    pending: [Vec<u8>; 3],
    /// The channel that wrote last.
    last: usize,
    /// The channel on which a program may yet write the newline for the Enter that was not echoed.
    enter: Option<usize>,
    /// Whether the terminal, or the program in its stead, shows what is typed.
    echoes: bool,
    /// What was typed last, and what has come since of the line that shows it.
    echo: Option<(String, Vec<u8>)>,
    /// On a terminal, the prompt that was answered last: where it comes again and the answers are used up, an
    /// interpreter waits for more.
    answered: Option<String>,
}

impl<'a> Prompter<'a> {
    /// `echoes`: whether what is typed is shown, so that it is to be kept out of the output.
    pub(super) fn new(answers: Option<&'a [AnswerLine]>, echoes: bool) -> Self {
        Self {
            answers,
            next: 0,
            pending: Default::default(),
            last: 0,
            enter: None,
            echoes,
            echo: None,
            answered: None,
        }
    }

    /// Whether the step has answers at all.
    #[cfg_attr(windows, expect(dead_code, reason = "there a step has a console, or not"))]
    pub(super) fn answers(&self) -> bool {
        self.answers.is_some()
    }

    /// Takes what a channel wrote. What is certainly output goes on to `sink`; in a step with answers the unfinished
    /// line is held back, since it may be a prompt.
    pub(super) fn take(&mut self, channel: Channel, bytes: &[u8], sink: &mut dyn FnMut(Channel, &[u8])) {
        if bytes.is_empty() {
            return;
        }
        let index = channel as usize;
        self.last = index;
        if self.answers.is_none() {
            sink(channel, bytes);
            self.remember(index, bytes);
            return;
        }
        let echoed = self.without_echo(channel, bytes);
        let mut bytes = echoed.as_deref().unwrap_or(bytes);
        if self.enter == Some(index) {
            // The reader pressed Enter; a program that hid it moves to the next line by itself.
            self.enter = None;
            bytes = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n")).unwrap_or(bytes);
        }
        match bytes.iter().rposition(|&byte| byte == b'\n') {
            Some(end) => {
                let held = std::mem::take(&mut self.pending[index]);
                if !held.is_empty() {
                    sink(channel, &held);
                }
                sink(channel, &bytes[..=end]);
                self.pending[index].extend_from_slice(&bytes[end + 1..]);
            }
            None => self.pending[index].extend_from_slice(bytes),
        }
        let pending = &mut self.pending[index];
        if pending.len() > LONGEST {
            // No prompt is that long.
            sink(channel, pending);
            pending.clear();
        }
    }

    /// What is left of `bytes` without the line that shows what was typed; `None`: all of it. As long as that line is not
    /// finished, nothing is.
    fn without_echo(&mut self, channel: Channel, bytes: &[u8]) -> Option<Vec<u8>> {
        let (typed, mut held) = self.echo.take_if(|_| channel == Channel::Terminal)?;
        held.extend_from_slice(bytes);
        let Some(end) = held.iter().position(|&byte| byte == b'\n') else {
            if plain(&held).len() <= typed.len() {
                self.echo = Some((typed, held));
                return Some(Vec::new());
            }
            // It shows something else.
            return Some(held);
        };
        // A password is not shown; a line editor may write the prompt once more before it.
        let line = plain(&held[..end]);
        if line.trim().is_empty() || line.ends_with(typed.trim_end()) {
            held.drain(..=end);
        }
        Some(held)
    }

    /// Keeps the end of the unfinished line, to be quoted.
    fn remember(&mut self, index: usize, bytes: &[u8]) {
        let pending = &mut self.pending[index];
        let fresh = match bytes.iter().rposition(|&byte| byte == b'\n') {
            Some(end) => {
                pending.clear();
                &bytes[end + 1..]
            }
            None => bytes,
        };
        pending.extend_from_slice(&fresh[fresh.len().saturating_sub(LONGEST)..]);
        if pending.len() > 2 * LONGEST {
            pending.drain(..pending.len() - LONGEST);
        }
    }

    /// What is to be done where a program `waits` for input and nothing was written or typed for `quiet`.
    pub(super) fn look(&mut self, waits: Waits, quiet: Duration) -> Look {
        if quiet >= QUIET
            && let Some((typed, held)) = self.echo.take_if(|(_, held)| !cfg!(windows) || !held.is_empty())
        {
            // A console of Windows shows what was typed when the program reads it, however late that is.
            // Nothing ends that line: what comes after what was typed is a prompt.
            let rest = held.strip_prefix(typed.as_bytes()).unwrap_or(&held);
            self.pending[Channel::Terminal as usize].extend_from_slice(rest);
        }
        let (channel, prompt) = self.prompt();
        match waits {
            Waits::No => return Look::Wait,
            Waits::Unknown if prompt.is_empty() || quiet < QUIET_UNKNOWN => return Look::Wait,
            // It may be at work, and listen for a key that stops it; where it asks what the page says, it waits for the answer.
            Waits::Polls
                if prompt.is_empty() || quiet < if self.fits(&prompt) { QUIET } else { QUIET_UNKNOWN } =>
            {
                return Look::Wait;
            }
            Waits::Yes | Waits::Polls | Waits::Unknown => {}
        }
        let Some(answers) = self.answers else {
            return if quiet < QUIET {
                Look::Wait
            } else {
                Look::Fail(Asked { prompt, expected: None, open_ended: false })
            };
        };
        let next = answers.get(self.next);
        let typed = next.and_then(|answer| split(&answer.text, &prompt));
        match (next, typed) {
            // A program that is blocked in its read has written all of its prompt.
            (Some(_), Some(_)) if prompt.is_empty() && quiet < QUIET => Look::Wait,
            (Some(_), Some(typed)) => {
                self.next += 1;
                self.pending[channel].clear();
                if self.echoes {
                    self.answered = Some(prompt);
                    self.echo = Some((typed.to_owned(), Vec::new()));
                } else {
                    self.enter = Some(channel);
                }
                Look::Type(format!("{typed}\n").into_bytes())
            }
            _ if quiet < QUIET => Look::Wait,
            // After the last answer input ends: Control-D.
            (None, _) if prompt.is_empty() => Look::Type(vec![4]),
            (None, _) if self.answered.take_if(|answered| *answered == prompt).is_some() => {
                self.pending[channel].clear();
                Look::Type(vec![4])
            }
            (expected, _) => {
                let open_ended = expected.is_some_and(|answer| fits_by_wildcard(&answer.text, &prompt));
                let expected = expected.map(|answer| (answer.text.clone(), answer.line));
                Look::Fail(Asked { prompt, expected, open_ended })
            }
        }
    }

    /// Whether the next answer is one to this prompt.
    fn fits(&self, prompt: &str) -> bool {
        let next = self.answers.and_then(|answers| answers.get(self.next));
        next.is_some_and(|answer| split(&answer.text, prompt).is_some())
    }

    /// The unfinished line of the channel that wrote last, or else of another.
    fn prompt(&self) -> (usize, String) {
        let order = [self.last, 0, 1, 2];
        for index in order {
            let text = plain(&self.pending[index]);
            if !text.is_empty() {
                return (index, text);
            }
        }
        (self.last, String::new())
    }

    /// The step has ended: what was held back was output. Returns the first answer that was never asked for.
    pub(super) fn finish(mut self, sink: &mut dyn FnMut(Channel, &[u8])) -> Option<&'a AnswerLine> {
        let answers = self.answers?;
        // What was typed may be shown when the program has ended already, and then without the line's end.
        if let Some((typed, held)) = self.echo.take()
            && !typed.starts_with(&plain(&held))
        {
            self.pending[Channel::Terminal as usize].extend_from_slice(&held);
        }
        for (index, channel) in [Channel::Stdout, Channel::Stderr, Channel::Terminal].into_iter().enumerate()
        {
            let held = std::mem::take(&mut self.pending[index]);
            if !held.is_empty() {
                sink(channel, &held);
            }
        }
        answers.get(self.next)
    }
}

/// A prompt as a reader sees it: without escape sequences, trailing blanks ignored.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' if characters.next_if_eq(&'[').is_some() => {
                // A control sequence ends with the first character from `@` to `~`.
                while characters.next().is_some_and(|c| !('@'..='~').contains(&c)) {}
            }
            '\r' | '\u{7}' => {}
            c => plain.push(c),
        }
    }
    plain.trim_end().to_owned()
}

const WILDCARD: &str = "[..]";

/// What is typed, where `prompt` is the beginning of the answer line `line`; `[..]` in that beginning stands for
/// anything. Of several possible splits the longest prompt counts; blanks at the split belong to it.
///
/// No prompt ends in `[..]`: a wildcard there would take all of another prompt, and what the page says of its end would be
/// typed.
fn split<'l>(line: &'l str, prompt: &str) -> Option<&'l str> {
    let end = fitting(line, prompt).filter(|&end| !open_ended(line, end)).last()?;
    Some(line[end..].trim_start())
}

/// Whether `prompt` is the beginning of `line` only where that ends in a wildcard.
fn fits_by_wildcard(line: &str, prompt: &str) -> bool {
    split(line, prompt).is_none() && fitting(line, prompt).next().is_some()
}

/// The ends of all beginnings of `line` that match `prompt`, in rising order.
fn fitting(line: &str, prompt: &str) -> impl Iterator<Item = usize> {
    let inside_wildcard = |end: usize| {
        (1..WILDCARD.len())
            .any(|back| end >= back && line.get(end - back..).is_some_and(|rest| rest.starts_with(WILDCARD)))
    };
    let ends = line.char_indices().map(|(index, _)| index).chain([line.len()]);
    ends.filter(move |&end| !inside_wildcard(end)).filter(move |&end| {
        let parts: Vec<&str> = line[..end].trim_end().split(WILDCARD).collect();
        fits(&parts, prompt)
    })
}

/// Whether the beginning of `line` up to `end` ends in a wildcard, trailing blanks ignored.
fn open_ended(line: &str, end: usize) -> bool {
    line[..end].trim_end().ends_with(WILDCARD)
}

/// Whether `text` is the parts in their order with anything between them.
fn fits(parts: &[&str], text: &str) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|only| *only == text);
    };
    let Some(mut rest) = text.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
        return false;
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_line_is_split_at_the_longest_prompt() {
        let cases = [
            ("Name: Ada", "Name:", Some("Ada")),
            ("Name: Ada", "Name", Some(": Ada")),
            ("Name: Ada", "Nam3", None),
            ("Country Name [..]:US", "Country Name (2 letter code) [AU]:", Some("US")),
            ("Country Name [..]:US", "County Name (2 letter code) [AU]:", None),
            ("A challenge password []:", "A challenge password []:", Some("")),
            ("[..]: yes", "Are you sure (yes/no)? a: b:", Some("yes")),
            ("[..]", "anything at all", None),
            ("Sure [..]", "Sure (yes/no)?", None),
            ("Save key ([..]/id_ed25519): mine", "Save key (/root/id_rsa):", None),
            ("Save key [..] (default): mine", "Save key (/root/id_rsa):", None),
            ("Save key ([..]/id_ed25519): mine", "Save key (/root/.ssh/id_ed25519):", Some("mine")),
            ("typed without a prompt", "", Some("typed without a prompt")),
            ("PIN:", "PIN: more", None),
            ("What [..]? [..]! 42", "What is it? Tell me!", Some("42")),
            ("Größe [..]: 3", "Größe (m²):", Some("3")),
        ];
        for (line, prompt, typed) in cases {
            assert_eq!(split(line, prompt), typed, "{line:?} at {prompt:?}");
        }
    }

    fn lines(texts: &[&str]) -> Vec<AnswerLine> {
        texts
            .iter()
            .enumerate()
            .map(|(index, text)| AnswerLine { text: (*text).to_owned(), line: index + 10 })
            .collect()
    }

    /// Feeds writes, looks after each, and returns what was typed and what was output.
    fn play(answers: &[AnswerLine], writes: &[(Channel, &str)]) -> (Vec<Look>, String) {
        let mut prompter = Prompter::new(Some(answers), false);
        let (mut looks, mut output) = (Vec::new(), String::new());
        let mut sink = |_: Channel, bytes: &[u8]| output.push_str(&String::from_utf8_lossy(bytes));
        for (channel, text) in writes {
            prompter.take(*channel, text.as_bytes(), &mut sink);
            match prompter.look(Waits::Yes, Duration::from_secs(1)) {
                Look::Wait => {}
                look => looks.push(look),
            }
        }
        prompter.finish(&mut sink);
        (looks, output)
    }

    #[test]
    fn prompts_and_the_hidden_enter_are_no_output() {
        let answers = lines(&["Enter: secret", "Again: secret"]);
        let writes = [
            (Channel::Stdout, "working\nmore\n"),
            (Channel::Terminal, "Enter: "),
            (Channel::Terminal, "\r\nAgain: "),
            (Channel::Terminal, "\r\n"),
            (Channel::Stdout, "done\n"),
        ];
        let mut prompter = Prompter::new(Some(&answers), false);
        let mut output = String::new();
        let mut sink = |_: Channel, bytes: &[u8]| output.push_str(&String::from_utf8_lossy(bytes));
        let mut typed = 0;
        for (channel, text) in writes {
            prompter.take(channel, text.as_bytes(), &mut sink);
            if text.contains(": ")
                && let Look::Type(bytes) = prompter.look(Waits::Yes, Duration::ZERO)
            {
                assert_eq!(bytes, b"secret\n");
                typed += 1;
            }
        }
        assert_eq!(prompter.finish(&mut sink), None);
        assert_eq!((typed, output.as_str()), (2, "working\nmore\ndone\n"));
    }

    #[test]
    fn what_was_typed_is_no_output_where_its_line_does_not_end() {
        let answers = lines(&["Name: Ada"]);
        for (last, expected) in [("", ""), ("Ad", ""), ("Ada", ""), ("Eve", "Eve")] {
            let mut prompter = Prompter::new(Some(&answers), true);
            let mut output = String::new();
            let mut sink = |_: Channel, bytes: &[u8]| output.push_str(&String::from_utf8_lossy(bytes));
            prompter.take(Channel::Stdout, b"Name: ", &mut sink);
            assert_eq!(prompter.look(Waits::Yes, Duration::ZERO), Look::Type(b"Ada\n".to_vec()));
            prompter.take(Channel::Terminal, last.as_bytes(), &mut sink);
            assert_eq!(prompter.finish(&mut sink), None);
            assert_eq!(output, expected, "{last}");
        }
    }

    #[test]
    fn a_changed_prompt_and_one_too_many_are_named() {
        let answers = lines(&["Name: Ada"]);
        let (looks, _) = play(&answers, &[(Channel::Stderr, "Surname: ")]);
        let expected = Some(("Name: Ada".to_owned(), 10));
        assert_eq!(looks, [Look::Fail(Asked { prompt: "Surname:".into(), expected, open_ended: false })]);
        let (looks, _) = play(&answers, &[(Channel::Stderr, "Name: "), (Channel::Stderr, "Age: ")]);
        let asked = Asked { prompt: "Age:".into(), expected: None, open_ended: false };
        assert_eq!(looks[1], Look::Fail(asked));
        let answers = lines(&["Name [..]"]);
        let (looks, _) = play(&answers, &[(Channel::Stderr, "Name [nobody]: ")]);
        let expected = Some(("Name [..]".to_owned(), 10));
        let asked = Asked { prompt: "Name [nobody]:".into(), expected, open_ended: true };
        assert_eq!(looks, [Look::Fail(asked)]);
    }

    #[test]
    fn a_program_that_prints_and_does_not_read_is_not_answered() {
        let answers = lines(&["Name: Ada"]);
        let mut prompter = Prompter::new(Some(&answers), false);
        prompter.take(Channel::Stdout, b"Name: ", &mut |_, _| {});
        assert_eq!(prompter.look(Waits::No, Duration::from_secs(60)), Look::Wait);
        assert_eq!(prompter.look(Waits::Unknown, Duration::from_millis(1900)), Look::Wait);
        assert_eq!(prompter.look(Waits::Unknown, QUIET_UNKNOWN), Look::Type(b"Ada\n".to_vec()));
    }

    #[test]
    fn a_program_with_timers_is_answered_what_it_asks_and_given_time_for_the_rest() {
        let answers = lines(&["Name: Ada"]);
        let asked = |prompt: &[u8]| {
            let mut prompter = Prompter::new(Some(&answers), false);
            prompter.take(Channel::Stdout, prompt, &mut |_, _| {});
            prompter
        };
        assert_eq!(asked(b"Name: ").look(Waits::Polls, QUIET / 2), Look::Wait);
        assert_eq!(asked(b"Name: ").look(Waits::Polls, QUIET), Look::Type(b"Ada\n".to_vec()));
        assert_eq!(asked(b"Connecting").look(Waits::Polls, Duration::from_millis(1900)), Look::Wait);
        assert!(matches!(asked(b"Surname: ").look(Waits::Polls, QUIET_UNKNOWN), Look::Fail(_)));
        assert_eq!(asked(b"").look(Waits::Polls, Duration::from_secs(60)), Look::Wait);
    }
}

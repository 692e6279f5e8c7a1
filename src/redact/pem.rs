//! PEM blocks: each becomes one line that says what it was. Private keys also when cut, anywhere.

use std::collections::VecDeque;

use super::encoded_pem;

/// The longest block, in bytes, that is waited for: twice the largest keys in use. What is longer counts as cut.
const BOUND: usize = 64 * 1024;

/// A line of so many base64 digits and nothing else may be part of a key whose beginning is not shown. (Less is
/// found only behind such a line: words are base64 too.)
const BODY_LINE: usize = 16;

/// Takes lines, hands lines on.
#[derive(Debug)]
pub(super) struct Pem {
    /// Leave all but private keys as they are.
    only_private: bool,
    state: State,
}

#[derive(Debug)]
enum State {
    Outside,
    /// After `-----BEGIN …-----`.
    Inside(Block),
    /// A cut block goes on: lines that look like its own are still dropped.
    Beyond,
    /// Lines that are a key's if `-----END … PRIVATE KEY-----` follows.
    Loose(VecDeque<String>),
}

#[derive(Debug)]
struct Block {
    /// What stands on its line before it.
    prefix: String,
    name: String,
    private: bool,
    /// What followed it so far: the rest of its line, then whole lines.
    lines: Vec<String>,
    bytes: usize,
}

/// `-----BEGIN label-----` or `-----END label-----` in a line.
struct Marker<'t> {
    start: usize,
    end: usize,
    label: &'t str,
}

impl Marker<'_> {
    fn find<'t>(text: &'t str, opening: &str) -> Option<Marker<'t>> {
        let mut from = 0;
        while let Some(at) = text[from..].find(opening) {
            let start = from + at;
            let label_start = start + opening.len();
            let rest = &text[label_start..];
            let length = rest
                .bytes()
                .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ')
                .count();
            if length > 0 && rest[length..].starts_with("-----") {
                return Some(Marker { start, end: label_start + length + 5, label: &rest[..length] });
            }
            from = label_start;
        }
        None
    }

    fn begin(text: &str) -> Option<Marker<'_>> {
        Marker::find(text, "-----BEGIN ")
    }

    fn ending(text: &str) -> Option<Marker<'_>> {
        Marker::find(text, "-----END ")
    }

    fn is_private(&self) -> bool {
        self.label.contains("PRIVATE KEY")
    }

    /// What is shown instead of the block.
    fn name(&self) -> String {
        let label = if self.is_private() {
            "PRIVATE KEY"
        } else {
            match self.label {
                "NEW CERTIFICATE REQUEST" => "CERTIFICATE REQUEST",
                "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" => "CERTIFICATE",
                other => other,
            }
        };
        format!("[{label}]")
    }
}

impl Pem {
    pub(super) fn new(only_private: bool) -> Self {
        Self { only_private, state: State::Outside }
    }

    /// Whether nothing is held back, so that a plain line passes as it is.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.state, State::Outside)
    }

    /// Whether lines have gone in that nothing has come of yet.
    pub(super) fn holds_back(&self) -> bool {
        matches!(self.state, State::Inside(_) | State::Loose(_))
    }

    /// Whether `line` passes an idle machine as it is. Cheap.
    pub(super) fn is_plain(line: &str) -> bool {
        !line.contains("-----") && !is_body_line(line) && !line.contains(encoded_pem::BEGIN)
    }

    /// Takes one line.
    pub(super) fn line(&mut self, line: &str, out: &mut dyn FnMut(&str)) {
        match std::mem::replace(&mut self.state, State::Outside) {
            State::Outside => self.outside(line, out),
            State::Inside(block) => self.inside(block, line, out),
            State::Beyond => {
                if is_key_like(line) {
                    self.state = State::Beyond;
                } else {
                    self.outside(line, out);
                }
            }
            State::Loose(held) => self.loose(held, line, out),
        }
    }

    /// The text has ended, or what comes next is none of a block's lines.
    pub(super) fn finish(&mut self, out: &mut dyn FnMut(&str)) {
        match std::mem::replace(&mut self.state, State::Outside) {
            State::Outside | State::Beyond => {}
            State::Inside(block) => {
                self.cut(&block, out);
                // What followed a cut block may itself be held.
                if !matches!(self.state, State::Outside) {
                    self.finish(out);
                }
            }
            State::Loose(held) => held.iter().map(String::as_str).for_each(out),
        }
    }

    fn outside(&mut self, line: &str, out: &mut dyn FnMut(&str)) {
        if let Some((line, open)) = encoded_pem::line(line) {
            out(&line);
            if open {
                self.state = State::Beyond;
            }
        } else if is_body_line(line) {
            self.state = State::Loose(VecDeque::from([line.to_owned()]));
        } else {
            self.scan(String::new(), line, out);
        }
    }

    /// Goes through `rest`, the end of a line whose beginning is `head`.
    fn scan(&mut self, mut head: String, mut rest: &str, out: &mut dyn FnMut(&str)) {
        let mut from = 0;
        while let Some(begin) = Marker::begin(&rest[from..]) {
            if self.only_private && !begin.is_private() {
                from += begin.end;
                continue;
            }
            let (start, end) = (from + begin.start, from + begin.end);
            head.push_str(&rest[..start]);
            let after = &rest[end..];
            if let Some(ending) = ending_before_begin(after) {
                head.push_str(&begin.name());
                rest = &after[ending.end..];
                from = 0;
            } else {
                // Blocks that each begin where another ends must not make one line without bound.
                if head.len() > BOUND {
                    out(&head);
                    head.clear();
                }
                self.state = State::Inside(Block {
                    prefix: head,
                    name: begin.name(),
                    private: begin.is_private(),
                    bytes: after.len(),
                    lines: vec![after.to_owned()],
                });
                return;
            }
        }
        head.push_str(rest);
        out(&head);
    }

    fn inside(&mut self, mut block: Block, line: &str, out: &mut dyn FnMut(&str)) {
        if let Some(ending) = ending_before_begin(line) {
            self.scan(block.prefix + &block.name, &line[ending.end..], out);
        } else if Marker::begin(line).is_some() {
            self.cut(&block, out);
            self.line(line, out);
        } else {
            block.bytes += line.len() + 1;
            block.lines.push(line.to_owned());
            if block.bytes <= BOUND {
                self.state = State::Inside(block);
            } else {
                let beyond = block.lines.last().is_some_and(|line| is_key_like(line));
                self.cut(&block, out);
                if beyond {
                    self.finish(out);
                    self.state = State::Beyond;
                }
            }
        }
    }

    /// A block without its end: of what followed its beginning, the lines that look like its own are dropped, of
    /// a private key wherever they stand.
    fn cut(&mut self, block: &Block, out: &mut dyn FnMut(&str)) {
        let mut lines = block.lines.iter().map(String::as_str);
        let rest = lines.next().unwrap_or_default();
        let rest = if is_key_like(rest) { "" } else { rest };
        out(&format!("{}{}{rest}", block.prefix, block.name));
        let (mut body, mut headers, mut width) = (true, false, 0);
        for line in lines {
            let own = line.strip_prefix(&block.prefix).unwrap_or(line).trim();
            if body && is_header(own) && width == 0 {
                headers = true;
                continue;
            }
            if body && headers && width == 0 && own.is_empty() {
                continue;
            }
            // After full lines one shorter one, the last: unless it is clearly a word.
            let short = width > 0 && own.len() < width && is_base64(own);
            let short = short && (own.len() % 4 == 0 || own.len() >= 12 || own.ends_with('='));
            if body && (is_key_like(line) || short) {
                body = !short;
                width = own.len();
                continue;
            }
            body = false;
            if !(block.private && is_key_like(line)) {
                self.line(line, out);
            }
        }
    }

    fn loose(&mut self, mut held: VecDeque<String>, line: &str, out: &mut dyn FnMut(&str)) {
        // Such lines are bare, and so is their end.
        let is_its_end = |ending: &Marker<'_>| ending.is_private() && line[..ending.start].trim().is_empty();
        if let Some(ending) = ending_before_begin(line).filter(is_its_end) {
            self.scan(String::from("[PRIVATE KEY]"), &line[ending.end..], out);
            return;
        }
        if line.contains(encoded_pem::BEGIN) {
            held.iter().map(String::as_str).for_each(&mut *out);
            self.outside(line, out);
            return;
        }
        let last_is_body = held.back().is_some_and(|last| is_body_line(last));
        if is_body_line(line) || (last_is_body && is_base64(line.trim())) {
            held.push_back(line.to_owned());
            while held.len() > BOUND / 64 {
                if let Some(first) = held.pop_front() {
                    out(&first);
                }
            }
            self.state = State::Loose(held);
        } else {
            held.iter().map(String::as_str).for_each(&mut *out);
            self.outside(line, out);
        }
    }
}

/// Replaces the blocks that begin and end within `text`, part of one line; gives also where a private key begins
/// that does not end.
pub(super) fn inline(text: &str) -> (String, Option<usize>) {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = Marker::begin(rest) {
        let after = &rest[begin.end..];
        result.push_str(&rest[..begin.start]);
        let Some(ending) = ending_before_begin(after) else {
            let open = result.len();
            result.push_str(&rest[begin.start..begin.end]);
            rest = after;
            if begin.is_private() {
                result.push_str(rest);
                return (result, Some(open));
            }
            continue;
        };
        result.push_str(&begin.name());
        rest = &after[ending.end..];
    }
    result.push_str(rest);
    (result, None)
}

/// What follows the end of the key in which `text` begins.
pub(super) fn after_key(text: &str) -> Option<&str> {
    Marker::ending(text).map(|ending| &text[ending.end..])
}

/// The end of the block that is open at the start of `text`.
fn ending_before_begin(text: &str) -> Option<Marker<'_>> {
    let ending = Marker::ending(text)?;
    Marker::begin(&text[..ending.start]).is_none().then_some(ending)
}

fn is_base64_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn is_base64(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_base64_digit)
}

/// What may be a line of a block's body; PEM writes 64 digits, OpenSSH 70.
fn is_body_line(line: &str) -> bool {
    line.len() >= BODY_LINE && {
        let own = line.trim();
        (BODY_LINE..=76).contains(&own.len()) && is_base64(own)
    }
}

/// Whether a long run of base64 digits stands in the line, whatever else (line numbers, `> `, quotes).
fn is_key_like(line: &str) -> bool {
    let mut run = 0;
    line.bytes().any(|byte| {
        run = if is_base64_digit(byte) { run + 1 } else { 0 };
        run >= 40
    })
}

/// `Proc-Type: 4,ENCRYPTED` and its like.
fn is_header(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

    fn run(text: &str, only_private: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let mut pem = Pem::new(only_private);
        for line in text.lines() {
            pem.line(line, &mut |line| lines.push(line.to_owned()));
        }
        pem.finish(&mut |line| lines.push(line.to_owned()));
        lines
    }

    #[test]
    fn each_block_becomes_one_line() {
        for (label, name) in [
            ("PRIVATE KEY", "[PRIVATE KEY]"),
            ("ENCRYPTED PRIVATE KEY", "[PRIVATE KEY]"),
            ("RSA PRIVATE KEY", "[PRIVATE KEY]"),
            ("EC PRIVATE KEY", "[PRIVATE KEY]"),
            ("OPENSSH PRIVATE KEY", "[PRIVATE KEY]"),
            ("PGP PRIVATE KEY BLOCK", "[PRIVATE KEY]"),
            ("CERTIFICATE", "[CERTIFICATE]"),
            ("NEW CERTIFICATE REQUEST", "[CERTIFICATE REQUEST]"),
            ("X509 CRL", "[X509 CRL]"),
            ("PUBLIC KEY", "[PUBLIC KEY]"),
        ] {
            let text = format!("a\n-----BEGIN {label}-----\n{BODY}\nKw==\n-----END {label}-----\nb");
            assert_eq!(run(&text, false), ["a", name, "b"]);
        }
    }

    #[test]
    fn private_keys_are_found_in_every_shape() {
        let b = BODY;
        for (text, shown) in [
            (format!("-----BEGIN PRIVATE KEY-----\n{b}\n"), vec!["[PRIVATE KEY]"]),
            (
                format!("-----BEGIN PRIVATE KEY-----\n{b}\n{b}\nfirst words\nlast"),
                vec!["[PRIVATE KEY]", "first words", "last"],
            ),
            (
                format!(
                    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\n{b}\nthe end"
                ),
                vec!["[PRIVATE KEY]", "the end"],
            ),
            (format!("{b}\n{b}\nKw==\n-----END PRIVATE KEY-----\nx"), vec!["[PRIVATE KEY]", "x"]),
            (String::from("075RmG1EZ/IfJ2KzdW9I\n-----END RSA PRIVATE KEY-----"), vec!["[PRIVATE KEY]"]),
            (
                format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{b}\nx53Xp8qPY7sLcAAAAHcQ=\nhello"),
                vec!["[PRIVATE KEY]", "hello"],
            ),
            (
                format!("> -----BEGIN PRIVATE KEY-----\n> {b}\n> Kw==\n> -----END PRIVATE KEY-----"),
                vec!["> [PRIVATE KEY]"],
            ),
            (
                format!(
                    "{{\"k\": \"-----BEGIN PRIVATE KEY-----\\n{b}\\n-----END PRIVATE KEY-----\\n\", \"n\": 1}}"
                ),
                vec!["{\"k\": \"[PRIVATE KEY]\\n\", \"n\": 1}"],
            ),
            (
                format!(
                    "-----BEGIN PRIVATE KEY-----\n{b}\n-----BEGIN CERTIFICATE-----\n{b}\n-----END CERTIFICATE-----"
                ),
                vec!["[PRIVATE KEY]", "[CERTIFICATE]"],
            ),
            (
                String::from("no -----BEGIN PRIVATE KEY----- in a.pem\nsecond"),
                vec!["no [PRIVATE KEY] in a.pem", "second"],
            ),
        ] {
            assert_eq!(run(&text, false), shown, "{text}");
        }
    }

    #[test]
    fn private_keys_in_base64_are_found() {
        let first = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUV2UUlCQURBTkJna3Foa2lHOXcwQkFRRUZB";
        let body = &"QVNDQktjd2dnU2pBZ0VBQW9JQkFRQzdWSlRVdDlVczhjS2o".repeat(2)[..76];
        for (text, shown) in [
            (format!("key: {first}{body}\nb"), vec!["key: [PRIVATE KEY]", "b"]),
            (format!("{first}\n{body}\n{body}\nb"), vec!["[PRIVATE KEY]", "b"]),
            (format!("{body}\n  {first}\n  {body}\nb"), vec![body, "  [PRIVATE KEY]", "b"]),
        ] {
            assert_eq!(run(&text, false), shown, "{text}");
            assert_eq!(run(&text, true), shown, "{text}");
        }
    }

    #[test]
    fn only_private_leaves_the_others() {
        let text = format!("-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----");
        assert_eq!(run(&text, true), text.lines().collect::<Vec<_>>());
        let text = format!("-----BEGIN EC PRIVATE KEY-----\n{BODY}\n-----END EC PRIVATE KEY-----");
        assert_eq!(run(&text, true), ["[PRIVATE KEY]"]);
    }

    #[test]
    fn lines_of_base64_that_are_no_key_pass() {
        let text = vec![BODY; 5000].join("\n");
        assert_eq!(run(&text, false).join("\n"), text);
    }

    #[test]
    fn blocks_in_a_chain_are_held_in_bounds() {
        let lines = run(&"-----BEGIN A-----\nx\n-----END A-----".repeat(100_000), false);
        assert!(lines.iter().all(|line| line.len() <= BOUND + 3));
        assert_eq!(lines.concat(), "[A]".repeat(100_000));
    }

    #[test]
    fn a_block_without_end_does_not_swallow_the_rest() {
        let text = format!("-----BEGIN PRIVATE KEY-----\n{}", "some other words\n".repeat(10_000));
        let lines = run(&text, false);
        assert_eq!(lines.len(), 10_001);
        let text = format!("-----BEGIN PRIVATE KEY-----\n{}end", format!("{BODY}\n").repeat(10_000));
        assert_eq!(run(&text, false), ["[PRIVATE KEY]", "end"]);
    }
}

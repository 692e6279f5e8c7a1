//! Whether the lines of a transcript's command make a whole command, or the shell would ask for more.

use crate::platform::Shell;

/// Whether `shell` would run `text` (without its last line end), and not ask for another line.
pub(super) fn is_complete(shell: Shell, text: &str) -> bool {
    match shell {
        Shell::Sh | Shell::Bash | Shell::Ksh | Shell::Zsh => posix(text),
        Shell::Fish => words_only(text, '\\', &["begin", "if", "for", "while", "function", "switch"], "end"),
        Shell::Cmd | Shell::Batch => !text.ends_with('^') && balanced(text, "(", ")"),
        Shell::PowerShell => {
            let open = text.trim_end().ends_with('|') || text.ends_with('`');
            !open && balanced(text, "({[", ")}]")
        }
    }
}

/// Brackets outside of quotes are closed, and the quotes too.
fn balanced(text: &str, opening: &str, closing: &str) -> bool {
    let (mut depth, mut quote) = (0_i32, None);
    for c in text.chars() {
        match quote {
            Some(open) => quote = (c != open).then_some(open),
            None if c == '"' || (c == '\'' && opening.len() > 1) => quote = Some(c),
            None if opening.contains(c) => depth += 1,
            None if closing.contains(c) => depth -= 1,
            None => {}
        }
    }
    depth <= 0 && quote.is_none()
}

/// A language whose blocks all end in one word.
fn words_only(text: &str, escape: char, opening: &[&str], closing: &str) -> bool {
    let statements = || text.split(['\n', ';']).map(|statement| statement.split_whitespace().next());
    let open = statements().flatten().filter(|word| opening.contains(word)).count();
    let closed = statements().flatten().filter(|word| *word == closing).count();
    let last = text.trim_end();
    open <= closed && balanced(text, "(", ")") && !text.ends_with(escape) && !last.ends_with('|')
}

/// What is open in a POSIX shell's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Double,
    Backquote,
    Braces,
    /// `$(…)`
    Substitution,
    /// `((…))` and `$((…))`, in which `<<` shifts.
    Arithmetic,
    /// `(…)`
    Parenthesis,
    Group,
    If,
    Loop,
    Case,
}

fn posix(text: &str) -> bool {
    let mut reader =
        Posix { rest: text, open: Vec::new(), here: Vec::new(), command: true, fresh: true, operator: false };
    while !reader.rest.is_empty() {
        reader.step();
    }
    reader.open.is_empty() && reader.here.is_empty() && !reader.operator
}

struct Posix<'t> {
    rest: &'t str,
    open: Vec<Open>,
    /// Ends of here-documents whose bodies are still to come, and whether tabs before them are dropped.
    here: Vec<(String, bool)>,
    /// Whether a command may begin here.
    command: bool,
    /// Whether a word begins here, so that `#` begins a comment.
    fresh: bool,
    /// Whether something must follow: what stands here joins two commands, or is not at its end.
    operator: bool,
}

impl Posix<'_> {
    fn step(&mut self) {
        let quoted = self.open.last() == Some(&Open::Double);
        let mut chars = self.rest.chars();
        let Some(c) = chars.next() else { return };
        let after = chars.as_str();
        match c {
            // A line that ends in a backslash goes on, whatever is on it.
            '\\' if after.is_empty() => self.unfinished(),
            '\\' => {
                self.rest = after;
                self.skip(after.chars().next().map_or(0, char::len_utf8));
                self.word();
            }
            '"' if quoted => self.close(1),
            '"' => self.enter(Open::Double, 1),
            '`' if self.open.last() == Some(&Open::Backquote) => self.close(1),
            '`' => self.enter(Open::Backquote, 1),
            '$' if after.starts_with("((") => self.enter(Open::Arithmetic, 3),
            '$' if after.starts_with('(') => self.enter(Open::Substitution, 2),
            '$' if after.starts_with('{') => self.enter(Open::Braces, 2),
            '}' if self.open.last() == Some(&Open::Braces) => self.close(1),
            _ if quoted || self.open.last() == Some(&Open::Braces) => self.skip(c.len_utf8()),
            '\'' => match after.find('\'') {
                Some(end) => {
                    self.skip(end + 2);
                    self.word();
                }
                None => self.unfinished(),
            },
            '#' if self.fresh => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
            '<' if after.starts_with("<<") => {
                self.skip(3);
                self.word();
            }
            '<' if after.starts_with('<') && !self.open.contains(&Open::Arithmetic) => self.here_document(),
            '\n' => self.line_end(),
            '(' if after.starts_with('(') && self.command => self.enter(Open::Arithmetic, 2),
            '(' => self.enter(Open::Parenthesis, 1),
            ')' => self.parenthesis(),
            '&' if after.starts_with('&') => self.separator(2, true),
            '|' if after.starts_with(['|', '&']) => self.separator(2, true),
            '|' => self.separator(1, true),
            ';' | '&' => self.separator(1, false),
            _ if c.is_whitespace() => {
                self.skip(c.len_utf8());
                self.fresh = true;
            }
            _ => self.take_word(),
        }
    }
    /// The text ends before what stands here does.
    fn unfinished(&mut self) {
        self.rest = "";
        self.operator = true;
    }

    fn skip(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
        self.fresh = false;
    }

    /// A part of a word was read: no command begins here, and none is waited for.
    fn word(&mut self) {
        (self.command, self.operator, self.fresh) = (false, false, false);
    }

    fn enter(&mut self, open: Open, length: usize) {
        self.skip(length);
        self.open.push(open);
        self.operator = false;
        self.command = matches!(open, Open::Parenthesis | Open::Substitution | Open::Backquote);
        self.fresh = self.command;
    }

    fn close(&mut self, length: usize) {
        self.open.pop();
        self.skip(length);
        self.word();
    }

    /// Closes one, or ends the pattern of a `case`.
    fn parenthesis(&mut self) {
        match self.open.last() {
            Some(Open::Substitution) => self.close(1),
            Some(Open::Arithmetic) if self.rest.starts_with("))") => self.close(2),
            Some(Open::Parenthesis) => {
                self.close(1);
                // `f() {`
                self.command = true;
            }
            _ => self.separator(1, false),
        }
    }

    fn separator(&mut self, length: usize, operator: bool) {
        self.skip(length);
        (self.command, self.operator, self.fresh) = (true, operator, true);
    }

    /// Behind the line's end stand the bodies of the here-documents that it began. What joins commands lasts beyond it.
    fn line_end(&mut self) {
        self.skip(1);
        (self.command, self.fresh) = (true, true);
        while let Some((delimiter, tabs)) = self.here.first().cloned() {
            if self.rest.is_empty() {
                return;
            }
            let length = self.rest.find('\n').map_or(self.rest.len(), |end| end + 1);
            let line = self.rest[..length].trim_end_matches('\n');
            if delimiter == if tabs { line.trim_start_matches('\t') } else { line } {
                self.here.remove(0);
            }
            self.skip(length);
            (self.command, self.fresh) = (true, true);
        }
    }

    fn here_document(&mut self) {
        self.skip(2);
        let tabs = self.rest.starts_with('-');
        self.skip(usize::from(tabs));
        let blanks = self.rest.len() - self.rest.trim_start_matches([' ', '\t']).len();
        self.skip(blanks);
        let end = match self.rest.chars().next() {
            Some(quote @ ('\'' | '"')) => {
                self.rest[1..].find(quote).map_or(self.rest.len(), |length| length + 2)
            }
            _ => self
                .rest
                .find(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '<' | '>' | ')'))
                .unwrap_or(self.rest.len()),
        };
        let delimiter: String =
            self.rest[..end].chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
        self.skip(end);
        if !delimiter.is_empty() {
            self.here.push((delimiter, tabs));
        }
        self.word();
    }

    fn take_word(&mut self) {
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || "\\\"`$'<>;&|()".contains(c))
            .unwrap_or(self.rest.len())
            .max(1);
        let end = if self.rest.is_char_boundary(end) { end } else { self.rest.len() };
        let word = &self.rest[..end];
        let alone = self.rest[end..].chars().next().is_none_or(|c| c.is_whitespace() || ";&|()".contains(c));
        let begins = self.command && alone;
        self.skip(end);
        self.word();
        if !begins {
            return;
        }
        match word {
            "if" => self.keyword(Open::If),
            "for" | "while" | "until" | "select" => {
                self.open.push(Open::Loop);
                self.command = word != "for" && word != "select";
            }
            "case" => self.open.push(Open::Case),
            "{" => self.keyword(Open::Group),
            "then" | "do" | "else" | "elif" | "!" | "time" => self.command = true,
            "fi" => self.end(Open::If),
            "done" => self.end(Open::Loop),
            "esac" => self.end(Open::Case),
            "}" => self.end(Open::Group),
            _ => {}
        }
    }

    fn keyword(&mut self, open: Open) {
        self.open.push(open);
        self.command = true;
    }

    fn end(&mut self, open: Open) {
        if self.open.last() == Some(&open) {
            self.open.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_complete;
    use crate::platform::Shell;

    #[test]
    fn what_a_posix_shell_runs_at_once() {
        let complete = [
            "ls",
            "",
            "echo 'a b' \"c $(d 'e') `f`\" ${g:-'}",
            "if true; then echo x; fi",
            "for x in a b; do echo $x; done",
            "while read -r x\ndo echo $x\ndone <f",
            "case $x in a) echo 1;; (b|c) echo 2;; esac",
            "f() { echo if; }",
            "{ echo a; } | cat",
            "cat <<EOF\nif \"\nEOF",
            "cat <<-'E F' <<B\n\tE F\nx\nB",
            "echo done fi } esac",
            "echo a # it's",
            "echo a#'b'",
            "echo \\\n  b",
            "a &&\nb",
            "sleep 1 &",
            "echo $((1 + 2)) $(( (1) )) $((1<<2)) $(echo $((3)))",
            "((x = 1 << 2)); (true); (cd x && (true))",
            "echo $(x) done",
            "! (true)",
            "cat <<<x",
            "echo é日",
            "x=a}; echo {a,b}",
        ];
        // An apostrophe within `${…}` is taken as it is.
        for text in complete {
            assert!(is_complete(Shell::Sh, text), "{text}");
        }
        let open = [
            "echo 'a",
            "echo \"a",
            "echo \"$(b\"",
            "echo `a",
            "echo ${a",
            "echo a \\",
            "a |",
            "a ||",
            "a && # b",
            "if true",
            "if true; then echo fi",
            "for x in a; do",
            "while true; do echo done",
            "case x in a)",
            "f() {",
            "(cd x",
            "cat <<EOF\nx",
            "cat <<EOF",
            "$(",
        ];
        for text in open {
            assert!(!is_complete(Shell::Bash, text), "{text}");
        }
    }

    #[test]
    fn what_other_shells_run_at_once() {
        let cases = [
            (Shell::Fish, "if true; echo x; end", true),
            (Shell::Fish, "for x in 1 2", false),
            (Shell::Fish, "echo \\", false),
            (Shell::Cmd, "dir C:\\", true),
            (Shell::Cmd, "echo a ^", false),
            (Shell::Cmd, "if exist x (", false),
            (Shell::Cmd, "echo it's", true),
            (Shell::PowerShell, "Get-Item `", false),
            (Shell::PowerShell, "Get-Item | ", false),
            (Shell::PowerShell, "if ($true) {", false),
            (Shell::PowerShell, "if ($true) { 'a}' }", true),
        ];
        for (shell, text, expected) in cases {
            assert_eq!(is_complete(shell, text), expected, "{text}");
        }
    }
}

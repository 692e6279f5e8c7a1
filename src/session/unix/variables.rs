//! Exported variables as a shell tells them, and as commands that give them to another shell. Pure.

use std::collections::BTreeMap;

use crate::{platform::Shell, session::powershell};

/// Names and values. Values are bytes, as the system has them.
pub(super) type Variables = BTreeMap<String, Vec<u8>>;

/// What every shell keeps for itself, and what it would refuse.
const OWN: [&str; 22] = [
    "_",
    "A__z",
    "BASHOPTS",
    "BASH_ENV",
    "ENV",
    "EUID",
    "FISH_VERSION",
    "FUNCNEST",
    "IFS",
    "KSH_VERSION",
    "OLDPWD",
    "PPID",
    "PWD",
    "SHELLOPTS",
    "SHLVL",
    "UID",
    "ZSH_EVAL_CONTEXT",
    "fish_pid",
    "history",
    "pipestatus",
    "status",
    "version",
];

/// Whether a variable of this name goes from one shell to the next.
fn passes(name: &str) -> bool {
    let identifier = !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    identifier && !name.is_empty() && !name.starts_with("__tutor_") && !OWN.contains(&name)
}

/// What `shell` wrote when it was asked for its exported variables (see [`asked_by`]). Those that no child of it would
/// see, being without a value, are left out.
pub(super) fn parse(shell: Shell, told: &[u8]) -> Variables {
    let pairs = match shell {
        Shell::Zsh | Shell::Fish | Shell::PowerShell => {
            told.split(|&byte| byte == 0).filter_map(pair).collect()
        }
        _ => commands(told).into_iter().filter_map(|words| exported(&words)).collect::<Vec<_>>(),
    };
    pairs.into_iter().filter(|(name, _)| passes(name)).collect()
}

/// The commands by which `shell` writes its exported variables to `file`.
pub(super) fn asked_by(shell: Shell, file: &str) -> String {
    match shell {
        // What zsh's own `export -p` says of tied parameters is no text to be read elsewhere.
        Shell::Zsh => format!(
            "() {{ \\builtin emulate -L zsh; \\builtin local __tutor_n; \\builtin : >|\"{file}\"\n\
             for __tutor_n in ${{(k)parameters[(R)*export*]}}; do \
             \\builtin print -rN -- \"$__tutor_n=${{(P)__tutor_n}}\" >>\"{file}\"; done }}"
        ),
        // Quoted, a list is joined as it is for a child.
        Shell::Fish => format!(
            "for __tutor_n in (set -nx); builtin printf '%s=%s\\0' $__tutor_n \"$$__tutor_n\"; end >\"{file}\""
        ),
        _ => format!("\\command export -p >|\"{file}\""),
    }
}

/// The commands by which `shell`, whose exported variables are `from`, comes to have `to`; empty where it has them. A
/// variable that the shell refuses to change stays as it is.
pub(super) fn changes(shell: Shell, from: &Variables, to: &Variables) -> Vec<u8> {
    let mut text = Vec::new();
    for name in from.keys().filter(|name| passes(name) && !to.contains_key(*name)) {
        let line = match shell {
            Shell::Fish => format!("set -e -g {name}; or true\n"),
            Shell::PowerShell => format!("{}\n", powershell::removing(name)),
            Shell::Zsh => format!("[[ ${{(t){name}}} == *readonly* ]] || \\builtin unset -v {name}\n"),
            _ => format!("\\command unset -v {name} || \\command :\n"),
        };
        text.extend_from_slice(line.as_bytes());
    }
    for (name, value) in to.iter().filter(|(name, value)| passes(name) && from.get(*name) != Some(value)) {
        let (before, after) = match shell {
            Shell::Fish => (format!("set -gx {name} "), "; or true\n"),
            Shell::PowerShell => (powershell::assigning(name), "\n"),
            // zsh ends where a variable that is read-only is set.
            Shell::Zsh => (format!("[[ ${{(t){name}}} == *readonly* ]] || \\builtin export {name}="), "\n"),
            _ => (format!("\\command export {name}="), " || \\command :\n"),
        };
        text.extend_from_slice(before.as_bytes());
        text.extend_from_slice(&quoted(shell, value));
        text.extend_from_slice(after.as_bytes());
    }
    text
}

/// `value` as one word of `shell` that means just this.
pub(super) fn quoted(shell: Shell, value: &[u8]) -> Vec<u8> {
    if shell == Shell::PowerShell {
        return powershell::quoted_bytes(value);
    }
    let mut word = vec![b'\''];
    for &byte in value {
        match (shell, byte) {
            (Shell::Fish, b'\'' | b'\\') => word.extend_from_slice(&[b'\\', byte]),
            (_, b'\'') => word.extend_from_slice(br"'\''"),
            _ => word.push(byte),
        }
    }
    word.push(b'\'');
    word
}

/// `NAME=VALUE`.
fn pair(entry: &[u8]) -> Option<(String, Vec<u8>)> {
    let at = entry.iter().position(|&byte| byte == b'=')?;
    Some((String::from_utf8(entry[..at].to_vec()).ok()?, entry[at + 1..].to_vec()))
}

/// The variable that one command of `export -p` sets: `export N='v'` (dash, ksh93, mksh), `declare -x N="v"` (bash).
fn exported(words: &[Vec<u8>]) -> Option<(String, Vec<u8>)> {
    let mut words = words.iter().map(Vec::as_slice);
    if !matches!(words.next()?, b"export" | b"declare" | b"typeset") {
        return None;
    }
    let mut word = words.next()?;
    while let Some(options) = word.strip_prefix(b"-") {
        // No child sees an array.
        if options.iter().any(|option| matches!(option, b'a' | b'A' | b'T')) {
            return None;
        }
        word = words.next()?;
    }
    pair(word)
}

/// The words of each command of a text that a shell has quoted for itself: `'…'`, `"…"`, `$'…'` and `\` are undone;
/// nothing else is special there.
fn commands(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut reader = Reader { text, at: 0 };
    let (mut commands, mut words, mut word) = (Vec::new(), Vec::new(), None::<Vec<u8>>);
    while let Some(byte) = reader.next() {
        match byte {
            b'\n' | b' ' | b'\t' => {
                words.extend(word.take());
                if byte == b'\n' && !words.is_empty() {
                    commands.push(std::mem::take(&mut words));
                }
            }
            b'\'' => reader.single(word.get_or_insert_default()),
            b'"' => reader.double(word.get_or_insert_default()),
            b'$' if reader.peek() == Some(b'\'') => {
                reader.at += 1;
                reader.ansi(word.get_or_insert_default());
            }
            b'\\' => word.get_or_insert_default().extend(reader.next()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    if !words.is_empty() {
        commands.push(words);
    }
    commands
}

/// Reads quoted text.
struct Reader<'t> {
    text: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn single(&mut self, word: &mut Vec<u8>) {
        while let Some(byte) = self.next().filter(|&byte| byte != b'\'') {
            word.push(byte);
        }
    }

    fn double(&mut self, word: &mut Vec<u8>) {
        while let Some(byte) = self.next().filter(|&byte| byte != b'"') {
            match (byte, self.peek()) {
                (b'\\', Some(next @ (b'$' | b'`' | b'"' | b'\\'))) => {
                    self.at += 1;
                    word.push(next);
                }
                _ => word.push(byte),
            }
        }
    }

    /// `$'…'`, as bash, ksh93 and mksh write it.
    fn ansi(&mut self, word: &mut Vec<u8>) {
        while let Some(byte) = self.next().filter(|&byte| byte != b'\'') {
            if byte != b'\\' {
                word.push(byte);
                continue;
            }
            let Some(letter) = self.next() else { return };
            match letter {
                b'a' => word.push(7),
                b'b' => word.push(8),
                b'e' | b'E' => word.push(27),
                b'f' => word.push(12),
                b'n' => word.push(b'\n'),
                b'r' => word.push(b'\r'),
                b't' => word.push(b'\t'),
                b'v' => word.push(11),
                b'0'..=b'7' => {
                    self.at -= 1;
                    let value = self.number(8, 3);
                    word.push(u8::try_from(value & 0xff).unwrap_or(0));
                }
                b'x' => {
                    let value = self.bracketed(2);
                    word.push(u8::try_from(value & 0xff).unwrap_or(0));
                }
                b'u' | b'U' => {
                    let value = self.bracketed(if letter == b'u' { 4 } else { 8 });
                    let character = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                    word.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                b'c' => word.extend(self.next().map(|letter| letter & 0x1f)),
                other => word.push(other),
            }
        }
    }

    /// Hexadecimal digits, at most `most`; ksh93 sets them in brackets where another digit follows.
    fn bracketed(&mut self, most: usize) -> u32 {
        let open = self.peek() == Some(b'[');
        self.at += usize::from(open);
        let value = self.number(16, most);
        if open && self.peek() == Some(b']') {
            self.at += 1;
        }
        value
    }

    fn number(&mut self, radix: u32, most: usize) -> u32 {
        let mut value = 0;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(radix)) else { break };
            value = value * radix + digit;
            self.at += 1;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &[u8])]) -> Variables {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect()
    }

    /// What each shell says of the same variables.
    #[test]
    fn every_shell_is_understood() {
        let expected = variables(&[
            ("A", br#"it's "q" $x `y` \z"#),
            ("B", b"two\nlines\ttab"),
            ("C", "größe".as_bytes()),
            ("D", b""),
            ("F", b"\xff\x01x"),
            ("G", b"trail\n"),
        ]);
        let dash = b"export A='it'\"'\"'s \"q\" $x `y` \\z'\nexport B='two\nlines\ttab'\nexport C='gr\xc3\xb6\xc3\x9fe'\nexport D=''\nexport F='\xff\x01x'\nexport G='trail\n'\nexport PWD='/tmp'\nexport UNSET\n";
        let bash = b"declare -x A=\"it's \\\"q\\\" \\$x \\`y\\` \\\\z\"\ndeclare -x B=$'two\\nlines\\ttab'\ndeclare -x C=\"gr\xc3\xb6\xc3\x9fe\"\ndeclare -x D=\"\"\ndeclare -x F=$'\\377\\001x'\ndeclare -x G=$'trail\\n'\ndeclare -x OLDPWD\ndeclare -ax L=([0]=\"1\" [1]=\"2\")\ndeclare -rx SHLVL=\"1\"\n";
        let ksh = b"export A=$'it\\'s \"q\" $x `y` \\\\z'\nexport B=$'two\\nlines\\ttab'\nexport C=$'gr\\u[f6]\\u[df]e'\nexport D=''\nexport F=$'\\xff\\x01x'\nexport G=$'trail\\n'\nexport _=UNSET\n";
        let mksh = b"export A='it'\\''s \"q\" $x `y` \\z'\nexport B=$'two\\nlines\\ttab'\nexport C=gr\xc3\xb6\xc3\x9fe\nexport D=''\nexport F=$'\\377\\001x'\nexport G=$'trail\\n'\nexport HOME\n";
        let nul = b"A=it's \"q\" $x `y` \\z\0B=two\nlines\ttab\0C=gr\xc3\xb6\xc3\x9fe\0D=\0F=\xff\x01x\0G=trail\n\0PWD=/\0";
        let cases: [(Shell, &[u8]); 6] = [
            (Shell::Sh, dash),
            (Shell::Bash, bash),
            (Shell::Ksh, ksh),
            (Shell::Ksh, mksh),
            (Shell::Zsh, nul),
            (Shell::Fish, nul),
        ];
        for (shell, told) in cases {
            assert_eq!(parse(shell, told), expected, "{shell}: {}", String::from_utf8_lossy(told));
        }
    }

    #[test]
    fn only_what_differs_is_changed() {
        let from = variables(&[("A", b"1"), ("B", b"2"), ("C", b"3")]);
        let to = variables(&[("A", b"1"), ("B", b"it's"), ("D", b"\\")]);
        let cases = [
            (
                Shell::Sh,
                "\\command unset -v C || \\command :\n\\command export B='it'\\''s' || \\command :\n\\command export D='\\' || \\command :\n",
            ),
            (Shell::Fish, "set -e -g C; or true\nset -gx B 'it\\'s'; or true\nset -gx D '\\\\'; or true\n"),
            (
                Shell::PowerShell,
                "if ($true) { Remove-Item -ErrorAction Ignore -LiteralPath 'Env:C' }\n${env:B} = 'it''s'\n${env:D} = '\\'\n",
            ),
        ];
        for (shell, expected) in cases {
            assert_eq!(String::from_utf8_lossy(&changes(shell, &from, &to)), expected);
            assert_eq!(changes(shell, &to, &to), b"", "nothing to change");
        }
    }

    #[test]
    fn what_a_shell_keeps_for_itself_is_not_passed_on() {
        for name in ["PWD", "SHLVL", "_", "__tutor_k", "1A", "A-B", "BASH_FUNC_f%%", "", "IFS"] {
            assert!(!passes(name), "{name}");
        }
        for name in ["PATH", "HOME", "a", "_a", "LC_ALL"] {
            assert!(passes(name), "{name}");
        }
    }
}

//! Commands as one would type them.

/// `words` as a command line for the shell that people of this system type into, quoted only where needed.
#[must_use]
pub fn command_line<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().map(quote).collect::<Vec<_>>().join(" ")
}

fn quote(word: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || "_-./:=,+@%".contains(c) || (cfg!(windows) && c == '\\');
    if !word.is_empty() && word.chars().all(safe) {
        word.to_owned()
    } else if cfg!(windows) {
        format!("\"{}\"", word.replace('"', "\\\""))
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_where_a_shell_would_see_something_else() {
        let cases: [(&[&str], &str); 4] = [
            (&["tutor", "run", "tutorials/ssl-macos.md"], "tutor run tutorials/ssl-macos.md"),
            (&["tutor", "run", "my page.md", "--only", "a,b"], "tutor run 'my page.md' --only a,b"),
            (&["it's", ""], r"'it'\''s' ''"),
            (&["$(reboot)", "größe"], "'$(reboot)' größe"),
        ];
        for (words, expected) in cases {
            assert_eq!(command_line(words.iter().copied()), expected);
        }
    }
}

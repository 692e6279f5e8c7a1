//! What one step of the interpreter leaves to the next.

use std::collections::BTreeMap;

/// Variables, directories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::session) struct State {
    /// Names, as they were first written, and values. Windows does not tell names apart by letter case.
    pub(in crate::session) variables: BTreeMap<String, String>,
    /// The current directory; empty: where the session starts.
    pub(in crate::session) directory: String,
    /// The directories that `pushd` has left, the last one first.
    pub(in crate::session) left: Vec<String>,
}

impl State {
    /// What a step has told, by the texts of its three files. Each line of `set` is `NAME=VALUE`; one without `=` goes on
    /// with the value of the line before it.
    pub(in crate::session) fn parse(variables: &str, directory: &str, left: &str) -> Self {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        let mut last: Option<String> = None;
        for line in variables.lines() {
            // `=C:=C:\work`: the directory of a drive, no variable.
            match line.split_once('=') {
                Some((name, value)) if !name.is_empty() => {
                    found.insert(name.to_owned(), value.to_owned());
                    last = Some(name.to_owned());
                }
                Some(_) => last = None,
                None => {
                    if let Some(value) = last.as_ref().and_then(|name| found.get_mut(name)) {
                        value.push('\n');
                        value.push_str(line);
                    }
                }
            }
        }
        found.retain(|name, _| !name.starts_with("__tutor_"));
        Self {
            variables: found,
            directory: directory.trim_end().to_owned(),
            left: left
                .lines()
                .map(|line| line.trim_end().to_owned())
                .filter(|line| !line.is_empty())
                .collect(),
        }
    }

    /// Sets a variable, whatever the letter case of its name is there.
    #[cfg_attr(windows, expect(dead_code, reason = "no other shell there has anything to pass on"))]
    pub(in crate::session) fn set(&mut self, name: &str, value: &str) {
        let known = self.variables.keys().find(|known| known.eq_ignore_ascii_case(name)).cloned();
        self.variables.insert(known.unwrap_or_else(|| name.to_owned()), value.to_owned());
    }

    /// The value of a variable, whatever the letter case of its name.
    pub(in crate::session) fn variable(&self, name: &str) -> Option<&str> {
        let same = |(known, _): &(&String, &String)| known.eq_ignore_ascii_case(name);
        self.variables.iter().find(same).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn what_a_step_has_told_is_taken_in() {
        let state = State::parse(
            "A=1\r\n=C:=C:\\x\r\nB=x=y\r\nrest\r\n__tutor_s=0\r\n",
            "C:\\a b\r\n",
            "C:\\c\r\n\r\n",
        );
        let known: Vec<_> =
            state.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(known, [("A", "1"), ("B", "x=y\nrest")]);
        assert_eq!(state.variable("b"), Some("x=y\nrest"));
        assert_eq!((state.directory.as_str(), state.left), ("C:\\a b", vec!["C:\\c".to_owned()]));
    }
}

//! What a shell puts before its messages: its name and the file of the step, which is the runner's own.

use std::sync::OnceLock;

use regex::{Captures, Regex};

/// Brings the beginning of a shell's message to one form, `sh: line 3: `, whichever shell wrote it.
///
/// bash writes `DIR/bash/step: line 3: `, dash `sh: 3: DIR/sh/step: `, ksh93 `ksh: .: DIR/ksh/loop[14]: .:
/// DIR/ksh/step[3]: ` (with one `loop` more for each step that ended its shell before), zsh `DIR/zsh/step:3: ` or
/// `DIR/zsh/step:cd:3: `, fish `DIR/fish/step (line 3): ` and below it the line, with the tests that the runner put
/// into it (`session`): they are taken out.
#[derive(Debug)]
pub(super) struct ShellPrefix {
    directory: String,
    pattern: OnceLock<Option<Regex>>,
    tests: OnceLock<Option<Regex>>,
}

/// What all of the runner's own names begin with.
const OWN: &str = "__tutor_";

impl ShellPrefix {
    /// `directory` holds, for each shell, a directory of its name with its files `loop` and `step`.
    pub(super) fn new(directory: String) -> Self {
        Self { directory, pattern: OnceLock::new(), tests: OnceLock::new() }
    }

    /// The line in that form; `None` where it has no such beginning.
    pub(super) fn line(&self, line: &str) -> Option<String> {
        if line.contains(OWN) {
            return self.without_tests(line);
        }
        if !line.contains(&self.directory) {
            return None;
        }
        let pattern = self.pattern.get_or_init(|| {
            let directory = regex::escape(&self.directory);
            let name = r"(?:\b[a-z]+sh93|\b[a-z]*sh)(?:\[[0-9]+\])?: ";
            let text = format!(
                r"(?:{name})?(?:(?P<dash>[0-9]+): )?(?:\.: )?(?:{directory}/[a-z]+/loop\[[0-9]+\]: (?:\.: )?)*{directory}/(?P<shell>[a-z]+)/(?:step|ahead/[A-D])(?:\[(?P<ksh>[0-9]+)\])?(?:(?::(?P<word>[^:/ ]+))?:(?P<zsh>[0-9]+): | \(line (?P<fish>[0-9]+)\):(?: |$)|:(?: line (?P<bash>[0-9]+):)? )"
            );
            Regex::new(&text).ok()
        });
        let form = |found: &Captures<'_>| {
            let number = ["dash", "ksh", "bash", "zsh", "fish"].iter().find_map(|name| found.name(name));
            let number = number.map(|number| format!("line {}: ", number.as_str())).unwrap_or_default();
            let word = found.name("word").map(|word| format!("{}: ", word.as_str())).unwrap_or_default();
            format!("{}: {number}{word}", &found["shell"])
        };
        pattern.as_ref().map(|pattern| pattern.replace_all(line, form).into_owned())
    }

    fn without_tests(&self, line: &str) -> Option<String> {
        let tests = self.tests.get_or_init(|| {
            Regex::new(
                r"set -g __tutor_l; |(?:and|or) set -g __tutor_l 1; |set -g __tutor_l 1 (?:&&|\|\|) |; or __tutor_[ft] \$status",
            )
            .ok()
        });
        tests.as_ref().map(|tests| tests.replace_all(line, "").into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::ShellPrefix;

    #[test]
    fn every_shell_s_messages_begin_alike() {
        let prefix = ShellPrefix::new("/tmp/t/run".into());
        let cases = [
            ("/tmp/t/run/bash/step: line 3: x: not found", "bash: line 3: x: not found"),
            ("/tmp/t/run/bash/ahead/C: line 3: x: not found", "bash: line 3: x: not found"),
            ("sh: 3: /tmp/t/run/sh/step: x: not found", "sh: line 3: x: not found"),
            ("ksh: .: /tmp/t/run/ksh/loop[14]: .: /tmp/t/run/ksh/step[1]: x: no", "ksh: line 1: x: no"),
            (
                "ksh[1]: .: /tmp/t/run/ksh/loop[14]: .: /tmp/t/run/ksh/step: line 1: x: no",
                "ksh: line 1: x: no",
            ),
            (
                "/tmp/t/run/ksh/step[2]: x: inaccessible or not found",
                "ksh: line 2: x: inaccessible or not found",
            ),
            ("/tmp/t/run/zsh/step:3: x: parameter not set", "zsh: line 3: x: parameter not set"),
            ("/tmp/t/run/zsh/step:cd:3: no such file: /x", "zsh: line 3: cd: no such file: /x"),
            ("/tmp/t/run/fish/step (line 3): ", "fish: line 3: "),
            ("/tmp/t/run/fish/step (line 3): Missing end", "fish: line 3: Missing end"),
            ("a; or __tutor_f $status", "a"),
            ("set -g __tutor_l; a; and set -g __tutor_l 1; and b; or __tutor_t $status # c", "a; and b # c"),
            ("set -g __tutor_l; a || set -g __tutor_l 1 || b; or __tutor_t $status", "a || b"),
            ("sh: 1: /tmp/t/run/sh/step: sh: 1: /tmp/t/run/sh/step: x", "sh: line 1: sh: line 1: x"),
        ];
        for (line, expected) in cases {
            assert_eq!(prefix.line(line).as_deref(), Some(expected), "{line}");
        }
        assert_eq!(prefix.line("/tmp/t/home/step: line 3: x"), None);
    }
}

//! What a run hides, and the operations on whole texts.

use std::sync::OnceLock;

use regex::Regex;

use super::{Stream, encoded_pem, path, pem::Pem, port, secret::Secrets, shell::ShellPrefix};

/// What a run knows that its outputs must not show as it is.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// (value, the placeholder shown for it).
    pub secrets: Vec<(String, String)>,
    /// The directory in which the shells' own files lie, `NAME/step` of each: what shells put before their messages
    /// is brought to one form.
    pub shells: Option<String>,
    /// (a path of this run, what the page calls it), the longest first wins: scratch, home, relocated directories.
    pub paths: Vec<(String, String)>,
    /// (a port of this run, the one that the page shows for it).
    pub ports: Vec<(u16, u16)>,
    /// The page's rules, in order.
    pub rules: Vec<(Regex, String)>,
}

/// Applies all rules, in the language's order: decode, drop ANSI codes, private keys, secrets, paths back, the
/// page's rules, the built-in ones, trailing blanks dropped.
#[derive(Debug)]
pub struct Redactor {
    config: Config,
    secrets: OnceLock<Secrets>,
    shell: Option<ShellPrefix>,
}

impl Redactor {
    /// A redactor for one document's run. Cheap: nothing is compiled before it is needed.
    #[must_use]
    pub fn new(mut config: Config) -> Self {
        config.paths.retain(|(value, _)| !value.is_empty());
        config.paths.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        let shell = config.shells.clone().map(ShellPrefix::new);
        Self { config, secrets: OnceLock::new(), shell }
    }

    /// A text that comes in pieces.
    #[must_use]
    pub fn stream(&self) -> Stream<'_> {
        Stream::new(self)
    }

    /// A whole text. It ends with a newline where it did.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut stream = self.stream();
        let mut sink = |line: &str| {
            result.push_str(line);
            result.push('\n');
        };
        stream.push(text.as_bytes(), &mut sink);
        stream.finish(&mut sink);
        if !text.ends_with('\n') {
            result.pop();
        }
        result
    }

    /// Only the secrets and private keys: for messages, commands, errors.
    #[must_use]
    pub fn secrets(&self, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        if text.contains("-----") || text.contains(encoded_pem::BEGIN) {
            let mut pem = Pem::new(true);
            let mut sink = |line: &str| {
                result.push_str(line);
                result.push('\n');
            };
            text.split('\n').for_each(|line| pem.line(line, &mut sink));
            pem.finish(&mut sink);
            result.pop();
        } else {
            result.push_str(text);
        }
        self.prepared_secrets().and_then(|secrets| secrets.all(&result)).unwrap_or(result)
    }

    /// What [`Self::secrets`] does, and the page's own paths and ports for those of the run: for messages that quote a program.
    /// Other paths stay true (no `[SCRATCH]`), for the message may be about just that place.
    #[must_use]
    pub fn message(&self, text: &str) -> String {
        let text = self.secrets(text);
        let relocated = self.config.paths.iter().filter(|(_, name)| !name.starts_with('['));
        let relocated: Vec<_> = relocated.cloned().collect();
        let text = path::replace(&relocated, &text).unwrap_or(text);
        port::replace(&self.config.ports, &text).unwrap_or(text)
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn shell_prefix(&self) -> Option<&ShellPrefix> {
        self.shell.as_ref()
    }

    /// (value, name), the longest value first.
    pub(super) fn prepared_paths(&self) -> &[(String, String)] {
        &self.config.paths
    }

    /// `None` where there are no secrets.
    pub(super) fn prepared_secrets(&self) -> Option<&Secrets> {
        if self.config.secrets.is_empty() {
            return None;
        }
        Some(self.secrets.get_or_init(|| Secrets::new(&self.config.secrets)))
    }
}

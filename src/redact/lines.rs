//! The rules of one text, line after line: PEM blocks, secrets, paths, the page's rules, the built-in ones.

use std::borrow::Cow;

use super::{Redactor, builtin, path, pem::Pem, port, secret::Held};

/// Takes cleaned lines, hands redacted lines on.
#[derive(Debug)]
pub(super) struct Lines<'r> {
    redactor: &'r Redactor,
    pem: Pem,
    held: Held,
    /// A long number goes on in the next line.
    continues: bool,
}

impl<'r> Lines<'r> {
    pub(super) fn new(redactor: &'r Redactor) -> Self {
        Self { redactor, pem: Pem::new(false), held: Held::default(), continues: false }
    }

    /// Whether nothing of the lines before bears on the next one.
    pub(super) fn is_idle(&self) -> bool {
        self.pem.is_idle() && self.held.is_idle() && !self.continues
    }

    /// Whether lines have gone in that nothing has come of yet.
    pub(super) fn holds_back(&self) -> bool {
        self.pem.holds_back() || !self.held.is_idle()
    }

    /// Takes one line.
    pub(super) fn line(&mut self, line: &str, sink: &mut dyn FnMut(&str)) {
        let Self { redactor, pem, held, continues } = self;
        let secrets = redactor.prepared_secrets();
        let mut finish = |line: &str| sink(&finish(redactor, line, continues));
        match secrets {
            None if pem.is_idle() && Pem::is_plain(line) => finish(line),
            None => pem.line(line, &mut finish),
            Some(secrets) => pem.line(line, &mut |line| held.line(secrets, line, &mut finish)),
        }
    }

    /// Hands on whatever is held back.
    pub(super) fn flush(&mut self, sink: &mut dyn FnMut(&str)) {
        let Self { redactor, pem, held, continues } = self;
        let mut finish = |line: &str| sink(&finish(redactor, line, continues));
        match redactor.prepared_secrets() {
            None => pem.finish(&mut finish),
            Some(secrets) => {
                pem.finish(&mut |line| held.line(secrets, line, &mut finish));
                held.finish(secrets, &mut finish);
            }
        }
        *continues = false;
    }
}

/// What is left to do for a line once private keys and secrets are gone.
pub(super) fn finish<'t>(redactor: &Redactor, line: &'t str, continues: &mut bool) -> Cow<'t, str> {
    let config = redactor.config();
    let mut text = Cow::Borrowed(line.trim_end());
    if let Some(new) = redactor.shell_prefix().and_then(|prefix| prefix.line(&text)) {
        text = Cow::Owned(new);
    }
    if let Some(new) = path::replace(redactor.prepared_paths(), &text) {
        text = Cow::Owned(new);
    }
    if let Some(new) = port::replace(&config.ports, &text) {
        text = Cow::Owned(new);
    }
    for (rule, with) in &config.rules {
        if let Cow::Owned(new) = rule.replace_all(&text, with.as_str()) {
            text = Cow::Owned(new);
        }
    }
    if let Cow::Owned(new) = builtin::apply(&text, continues) {
        text = Cow::Owned(new);
    }
    let end = text.trim_end().len();
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    }
}

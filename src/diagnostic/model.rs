//! One finding in a text.

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The text cannot be used.
    Error,
    /// The text can be used, and probably does not mean what its author thinks.
    Warning,
}

/// Words under a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What is underlined.
    pub span: Span,
    /// What is said about it; may be empty.
    pub text: String,
}

/// A replacement that mends the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced (empty: inserted there).
    pub span: Span,
    /// By what.
    pub replacement: String,
    /// Whether it is certainly what the author meant, so that it may be applied without asking.
    pub sure: bool,
}

/// One finding: a code, a message, and the places it speaks of, the first of them the main one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name of this kind of finding, kebab-case: `unknown-attribute`.
    pub code: &'static str,
    /// What is wrong, in one lowercase sentence without a full stop.
    pub message: String,
    /// The places; the first is the main one. Never empty.
    pub labels: Vec<Label>,
    /// What to do about it, in one lowercase sentence without a full stop.
    pub help: Option<String>,
    /// A replacement that would mend it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error at `span`, with `label` under it.
    pub fn error(
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            labels: vec![Label { span, text: label.into() }],
            help: None,
            fix: None,
        }
    }

    /// A warning at `span`, with `label` under it.
    pub fn warning(
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, span, label) }
    }

    /// Points at a second place too.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: label.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says what to type instead, and that nothing else can be meant: `tutor check --fix` writes it.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into(), sure: true });
        self
    }

    /// Says what could be typed instead. The author decides: a name to be chosen, a word that is only the nearest.
    #[must_use]
    pub fn suggest(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into(), sure: false });
        self
    }
}

/// Whether one of them is an error.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// The one of `known` that is so near to `word` that it was probably meant: at most a third of its letters are off,
/// at least one where it is short, but never all of them. `None` where two are equally near, as `step-1` and `step-2`
/// are to `step-3`: a guess between them would mislead.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let length = word.chars().count();
    let limit = (length / 3).max(1).min(length.saturating_sub(1));
    let mut best: Option<(usize, &'k str)> = None;
    let mut equal = false;
    for candidate in known {
        // Each letter more or less is one off: what is too long or too short need not be looked at.
        if candidate.chars().count().abs_diff(length) > limit {
            continue;
        }
        let distance = strsim::damerau_levenshtein(word, candidate);
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, first)) if distance == least => equal |= candidate != first,
            _ if distance > limit => {}
            _ => {
                best = Some((distance, candidate));
                equal = false;
            }
        }
    }
    best.filter(|_| !equal).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_words() {
        let known = ["timeout", "exit", "in", "every", "a"];
        let cases = [
            ("timout", Some("timeout")),
            ("timeuot", Some("timeout")),
            ("exti", Some("exit")),
            ("in", Some("in")),
            ("im", Some("in")),
            ("b", None),
            ("", None),
            ("colour", None),
            ("exis", Some("exit")),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
        assert_eq!(nearest("step-3", ["step-1", "step-2"]), None);
        assert_eq!(nearest("step-3", ["step-1", "step-1"]), Some("step-1"));
        assert_eq!(nearest("step-13", ["step-1", "step-2", "step-113"]), None);
        assert_eq!(nearest("stepp-1", ["step-2", "step-3", "step-1"]), Some("step-1"));
    }
}

//! From a fence and its attributes to a block.

use std::{ops::Range, time::Duration};

use super::{
    kind::{check_attributes, feature, kind},
    language::shell,
    part::{Marks, Part},
};
use crate::{
    diagnostic::Diagnostic,
    document::{
        Answers, Block, BlockKind, ExitRule, Expect, Need, Output, OutputStream, Retry, Runner, Runs,
        ShellStep, StepId, Streams,
        attributes::{Attributes, Class, Kind},
        markdown::Fence,
        page::Page,
        unsupported::not_supported,
        values,
    },
    platform::Shell,
    source::Spanned,
};

/// Reads a fence whose group is ours.
pub(super) fn part(
    fence: Fence,
    attributes: &Attributes,
    language: Option<&Range<usize>>,
    page: Page<'_>,
    found: &mut Vec<Diagnostic>,
) -> Part {
    let mut builder = Builder { attributes, language, info: fence.info.clone(), page, found };
    let Some(kind) = kind(attributes, language, page, builder.found) else {
        return Part::Unread(builder.id(None), None);
    };
    let before = builder.found.len();
    check_attributes(kind, attributes, builder.found);
    let misplaced = builder.found.len() > before;
    let id = builder.id(Some(kind));
    if let Some(feature) = feature(kind) {
        let span = match kind {
            Kind::Class(class) => {
                attributes.classes.iter().find(|own| own.value == class).map(|own| own.span)
            }
            _ => language.map(|language| page.span(language.clone())),
        };
        builder.found.push(not_supported(span.unwrap_or(attributes.span), feature));
        return Part::Unread(id, Some(kind));
    }
    // Which step they would belong to is not known.
    let elsewhere = ["platform", "for", "stream"];
    match kind {
        Kind::Class(Class::Output | Class::Answers)
            if attributes.keys().any(|key| elsewhere.contains(&key.value.as_str())) =>
        {
            Part::Unread(None, Some(kind))
        }
        Kind::Class(Class::Output) => Part::Output(Output {
            fence: page.span(fence.line),
            text: fence.text,
            stream: OutputStream::Both,
            runs: Runs::ALL,
        }),
        Kind::Class(Class::Answers) => {
            let answers = Answers { fence: page.span(fence.line), text: fence.text, runs: Runs::ALL };
            if answers.text.text().trim().is_empty() {
                let message = "an `.answers` block without an answer";
                let error =
                    Diagnostic::error("empty-answers", message, answers.fence, "nothing is typed here");
                builder.found.push(error.help("write a line for each prompt, as a terminal shows it"));
            }
            Part::Answers(answers)
        }
        _ => builder.block(fence, kind, id, misplaced),
    }
}

struct Builder<'a, 'p> {
    attributes: &'a Attributes,
    language: Option<&'a Range<usize>>,
    info: Range<usize>,
    page: Page<'p>,
    found: &'a mut Vec<Diagnostic>,
}

impl Builder<'_, '_> {
    fn block(&mut self, fence: Fence, kind: Kind, id: Option<Spanned<StepId>>, misplaced: bool) -> Part {
        let block_kind = match kind {
            Kind::Class(Class::File) => self.file(),
            Kind::Class(Class::Files) => self
                .required("in", ".files", "`in=.` is the session's own directory")
                .map(|dir| BlockKind::Files { dir }),
            Kind::Class(Class::Skip) => Some(self.skip()),
            Kind::Class(Class::Cleanup) => {
                self.not_empty(&fence, "a cleanup block", misplaced);
                self.shell(misplaced).map(Runner::shell).map(BlockKind::Cleanup)
            }
            _ => {
                self.not_empty(&fence, "a step", misplaced);
                self.shell(misplaced).map(|shell| BlockKind::Shell(self.step(shell)))
            }
        };
        let skipped = kind == Kind::Class(Class::Skip);
        let requires = if skipped { Vec::new() } else { self.list("requires") };
        let needs = if skipped { Vec::new() } else { self.needs() };
        let timeout = if skipped { None } else { self.duration("timeout") };
        let retry = if skipped { Retry::NONE } else { self.retry() };
        let marks = Marks { snapshot: self.attributes.value("snapshot").map(|value| value.span) };
        match block_kind {
            Some(block_kind) if skipped || id.is_some() => Part::Block(
                Box::new(Block {
                    id,
                    fence: self.page.span(fence.line),
                    text: fence.text,
                    kind: block_kind,
                    runs: Runs::ALL,
                    placed: false,
                    hidden: false,
                    stops: Vec::new(),
                    requires,
                    needs,
                    timeout,
                    retry,
                }),
                marks,
            ),
            _ => Part::Unread(id, Some(kind)),
        }
    }

    /// The block's id; one that is missing, or is none, is reported.
    fn id(&mut self, kind: Option<Kind>) -> Option<Spanned<StepId>> {
        let Some(written) = &self.attributes.id else {
            if let Some(kind) = kind.filter(|kind| kind.needs_id() && !self.attributes.id_as_key) {
                let at = self.attributes.span.start + 1;
                let message = format!("{} needs an id", kind.phrase());
                let error = Diagnostic::error("missing-id", message, self.attributes.span, "no id here");
                self.found.push(
                    error.help("give it a name of its own").suggest(self.page.span(at..at), "#a-name "),
                );
            }
            return None;
        };
        if let Some(kind) = kind.filter(|kind| matches!(kind, Kind::Class(Class::Output | Class::Answers))) {
            let message = format!("{} takes no id", kind.phrase());
            let error = Diagnostic::error("unexpected-id", message, written.span, "not taken here");
            self.found.push(error.help("it belongs to the nearest step above it"));
            return None;
        }
        if let Some(id) = StepId::parse(&written.value) {
            return Some(Spanned::new(id, written.span));
        }
        let message = format!("`{}` is no id", written.value);
        let error = Diagnostic::error("bad-id", message, written.span, "not kebab-case");
        let help = "an id is lowercase letters, digits and single hyphens, a letter first";
        let kebab = kebab(&written.value);
        let meant = StepId::parse(&kebab);
        self.found.push(match &meant {
            Some(_) if written.value.is_ascii() => error.help(help).fix(written.span, format!("#{kebab}")),
            // Letters were lost on the way.
            Some(_) => error.help(help).suggest(written.span, format!("#{kebab}")),
            None => error.help(help),
        });
        // What needs the step would be called wrong as well.
        meant.map(|id| Spanned::new(id, written.span))
    }

    fn shell(&mut self, misplaced: bool) -> Option<Shell> {
        // An attribute of a `.file` on a block without that class says already what is wrong with the language.
        let mut aside = Vec::new();
        let found = if misplaced { &mut aside } else { &mut *self.found };
        shell(self.attributes, self.language, &self.info, self.page, found)
    }

    fn step(&mut self, shell: Shell) -> ShellStep {
        let exit = self.attributes.value("exit").and_then(|text| values::exit(text, self.found));
        let recorded = self.attributes.value("snapshot").and_then(|text| values::recorded(text, self.found));
        let expect = recorded.unwrap_or(Expect::Recording(Streams::All));
        ShellStep {
            runner: Runner::shell(shell),
            exit: exit.unwrap_or(ExitRule::Is(0)),
            expect,
            outputs: Vec::new(),
            answers: Vec::new(),
            tty: false,
        }
    }

    fn file(&mut self) -> Option<BlockKind> {
        let mode = self.attributes.value("mode").and_then(|text| values::mode(text, self.found));
        let path =
            self.required("path", ".file", "`path=app.yaml` writes into the session's own directory")?;
        Some(BlockKind::File { path, mode, append: false })
    }

    fn skip(&self) -> BlockKind {
        let reason = self.attributes.value("reason").map(|reason| reason.value.trim().to_owned());
        let reason = reason.filter(|reason| !reason.is_empty());
        BlockKind::Skip { reason: reason.unwrap_or_else(|| "skipped by the author".to_owned()) }
    }

    fn required(&mut self, key: &str, class: &str, help: &str) -> Option<Spanned<String>> {
        let value = self.attributes.value(key).cloned();
        // `path=` without a value was reported as that.
        if value.is_none() && !self.attributes.keys().any(|given| given.value == key) {
            let message = format!("a `{class}` block needs `{key}=`");
            let error = Diagnostic::error(
                "missing-attribute",
                message,
                self.attributes.span,
                format!("no `{key}=` here"),
            );
            self.found.push(error.help(help));
        }
        value
    }

    fn not_empty(&mut self, fence: &Fence, what: &str, misplaced: bool) {
        // The text of a block that is never closed is no step's text yet.
        if !misplaced && fence.closed && fence.text.text().trim().is_empty() {
            let message = format!("{what} without a command");
            let span = self.page.span(fence.line.clone());
            let error = Diagnostic::error("empty-step", message, span, "nothing to run");
            self.found.push(error.help("write a command, or take the id away"));
        }
    }

    fn list(&mut self, key: &str) -> Vec<Spanned<String>> {
        self.attributes.value(key).map(|text| values::list(text, key, self.found)).unwrap_or_default()
    }

    fn needs(&mut self) -> Vec<Need> {
        let mut needs = Vec::new();
        for name in self.list("needs") {
            if let Some(id) = StepId::parse(&name.value) {
                needs.push(Need { document: None, id: Spanned::new(id, name.span) });
            } else if name.value.contains('#') && !name.value.starts_with('#') {
                self.found.push(not_supported(name.span, "needs of a step of another tutorial are"));
            } else {
                let message = format!("`{}` is no id", name.value);
                let error = Diagnostic::error("bad-id", message, name.span, "not an id");
                let bare = kebab(name.value.trim_start_matches('#'));
                let meant = StepId::parse(&bare);
                needs
                    .extend(meant.clone().map(|id| Need { document: None, id: Spanned::new(id, name.span) }));
                self.found.push(match meant {
                    Some(_) => error.help("write the id as it stands, without `#`").fix(name.span, bare),
                    None => error,
                });
            }
        }
        needs
    }

    fn duration(&mut self, key: &str) -> Option<Duration> {
        self.attributes.value(key).and_then(|text| values::duration(text, key, self.found))
    }

    fn retry(&mut self) -> Retry {
        let times = self.attributes.value("retry").and_then(|text| values::attempts(text, self.found));
        let every = self.duration("every");
        let given = |name: &str| self.attributes.keys().find(|key| key.value == name);
        if let (Some(every), None) = (given("every"), given("retry")) {
            let message = "`every` has no effect without `retry`";
            let error =
                Diagnostic::error("every-without-retry", message, every.span, "nothing is tried again");
            self.found.push(error.help("say how often: `retry=5`"));
        }
        Retry { times: times.unwrap_or(0), every: every.unwrap_or(Retry::NONE.every) }
    }
}

/// The kebab-case word that was probably meant: `Make_CA` → `make-ca`.
fn kebab(word: &str) -> String {
    let mut kebab = String::with_capacity(word.len());
    let mut after_lower = false;
    for c in word.chars() {
        if c.is_ascii_uppercase() && after_lower {
            kebab.push('-');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        if c.is_ascii_alphanumeric() {
            kebab.push(c.to_ascii_lowercase());
        } else if !kebab.is_empty() && !kebab.ends_with('-') {
            kebab.push('-');
        }
    }
    kebab.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::kebab;

    #[test]
    fn kebab_case() {
        for (word, expected) in [
            ("Make_CA", "make-ca"),
            ("makeCa", "make-ca"),
            ("step--1-", "step-1"),
            ("a.b", "a-b"),
            ("-x", "x"),
            ("é", ""),
        ] {
            assert_eq!(kebab(word), expected, "{word}");
        }
    }
}

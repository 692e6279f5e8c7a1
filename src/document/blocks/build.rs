//! From a fence and its attributes to a block.

use std::{ops::Range, time::Duration};

use super::{
    context::Context,
    kind::{check_attributes, kind},
    language::{runner, shell_only},
    part::{Marks, Part, Piece},
    patch::patch,
    references::{kebab, reference},
    transcript::{Prompts, commands},
};
use crate::{
    diagnostic::Diagnostic,
    document::{
        Answers, Block, BlockKind, ExitRule, Expect, Extent, Need, Output, OutputStream, Retry, Runner, Runs,
        Service, ShellStep, StepId, Streams, Transcript,
        attributes::{Attributes, Class, Kind},
        markdown::Fence,
        page::Page,
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
    context: Context<'_>,
    found: &mut Vec<Diagnostic>,
) -> Part {
    let page = context.page;
    let mut builder = Builder { attributes, language, info: fence.info.clone(), context, page, found };
    let Some(kind) = kind(attributes, language, page, builder.found) else {
        return Part::Unread(builder.id(None), None);
    };
    let before = builder.found.len();
    check_attributes(kind, attributes, builder.found);
    let misplaced = builder.found.len() > before;
    let id = builder.id(Some(kind));
    match kind {
        Kind::Class(Class::Output) => {
            let stream = attributes.value("stream").and_then(|text| values::stream(text, builder.found));
            let stream = stream.unwrap_or(OutputStream::Both);
            let extent = extent(&fence, page);
            let line = page.span(fence.line);
            let output = Output { fence: line, extent, text: fence.text, stream, runs: Runs::ALL };
            builder.piece(Piece::Output(output), kind)
        }
        Kind::Class(Class::Answers) => {
            let extent = extent(&fence, page);
            let line = page.span(fence.line);
            let answers = Answers { fence: line, extent, text: fence.text, runs: Runs::ALL };
            if answers.text.text().trim().is_empty() {
                let message = "an `.answers` block without an answer";
                let error =
                    Diagnostic::error("empty-answers", message, answers.fence, "nothing is typed here");
                builder.found.push(error.help("write a line for each prompt, as a terminal shows it"));
            }
            builder.piece(Piece::Answers(answers), kind)
        }
        _ => builder.block(fence, kind, id, misplaced),
    }
}

/// All that the block takes up.
fn extent(fence: &Fence, page: Page<'_>) -> Extent {
    let above = fence.comment.as_ref().and_then(|inside| page.text[..inside.start].rfind("<!--"));
    let length = page.slice(fence.block.clone()).trim_end().len();
    let hidden = fence.hidden.map(|start| {
        let end = page.text[start..].find("-->").map_or(page.text.len(), |length| start + length + 3);
        page.span(start..end)
    });
    let start = fence.block.start;
    Extent { span: page.span(above.unwrap_or(start)..start + length), hidden }
}

struct Builder<'a, 'p> {
    attributes: &'a Attributes,
    language: Option<&'a Range<usize>>,
    info: Range<usize>,
    context: Context<'p>,
    page: Page<'p>,
    found: &'a mut Vec<Diagnostic>,
}

impl Builder<'_, '_> {
    fn block(&mut self, fence: Fence, kind: Kind, id: Option<Spanned<StepId>>, misplaced: bool) -> Part {
        let block_kind = self.kind(&fence, kind, misplaced);
        let skipped = kind == Kind::Class(Class::Skip);
        // Whatever else a skipped block says has no effect for now.
        let requires = if skipped { Vec::new() } else { self.list("requires") };
        let needs = if skipped { Vec::new() } else { self.references("needs") };
        let stops = if skipped { Vec::new() } else { self.references("stops") };
        let timeout = if skipped { None } else { self.duration("timeout") };
        let retry = if skipped { Retry::NONE } else { self.retry() };
        let marks = Marks { snapshot: self.attributes.value("snapshot").map(|value| value.span) };
        match block_kind {
            Some(block_kind) if skipped || id.is_some() => Part::Block(
                Box::new(Block {
                    id,
                    extent: extent(&fence, self.page),
                    fence: self.page.span(fence.line),
                    text: fence.text,
                    kind: block_kind,
                    runs: Runs::ALL,
                    tutorial: None,
                    placed: false,
                    hidden: fence.hidden.is_some(),
                    requires,
                    needs,
                    stops,
                    timeout,
                    retry,
                }),
                marks,
            ),
            _ => Part::Unread(id, Some(kind)),
        }
    }

    fn kind(&mut self, fence: &Fence, kind: Kind, misplaced: bool) -> Option<BlockKind> {
        match kind {
            Kind::Class(Class::File) => self.file(),
            Kind::Class(Class::Patch) => {
                let path = self.required(
                    "path",
                    ".patch",
                    "`path=app.yaml` changes a file of the session's own directory",
                );
                let changes = patch(&fence.text, self.page.span(fence.line.clone()), self.found);
                Some(BlockKind::Patch { path: path?, patch: changes? })
            }
            Kind::Class(Class::Files) => self
                .required("in", ".files", "`in=.` is the session's own directory")
                .map(|dir| BlockKind::Files { dir }),
            Kind::Class(Class::Skip) => Some(self.skip()),
            Kind::Class(Class::Certificate) => Some(BlockKind::Certificate { expect: self.receipt(fence) }),
            Kind::Class(Class::Probe) => Some(BlockKind::Probe { expect: self.receipt(fence) }),
            Kind::Class(Class::Service) => {
                self.not_empty(fence, "a service", misplaced);
                let ready =
                    self.required("ready", ".service", "say when the reader may go on: `ready=tcp:8080`");
                let runner = self.runner(misplaced);
                let [stop, daemon] = ["stop", "daemon"].map(|key| self.attributes.value(key).cloned());
                Some(BlockKind::Service(Service { runner: runner?, ready: ready?, stop, daemon }))
            }
            Kind::Class(Class::Cleanup) => {
                self.not_empty(fence, "a cleanup block", misplaced);
                self.runner(misplaced).map(BlockKind::Cleanup)
            }
            Kind::Transcript => self.transcript(fence).map(BlockKind::Transcript),
            Kind::Step | Kind::Class(Class::Output | Class::Answers) => {
                self.not_empty(fence, "a step", misplaced);
                self.runner(misplaced).map(|runner| BlockKind::Shell(self.step(runner)))
            }
        }
    }

    /// An `.output` or `.answers` block, and which step it belongs to where it says so.
    fn piece(&mut self, piece: Piece, kind: Kind) -> Part {
        let Some(name) = self.attributes.value("for") else { return Part::Piece(piece, None) };
        // All that is no name of a step of this page is reported there.
        match reference(name, "for", self.context, self.found) {
            Some(need) => Part::Piece(piece, Some(need.id)),
            None => Part::Unread(None, Some(kind)),
        }
    }

    /// The block's id; one that is missing, or is none, is reported.
    fn id(&mut self, kind: Option<Kind>) -> Option<Spanned<StepId>> {
        let Some(written) = &self.attributes.id else {
            if let Some(kind) = kind.filter(|kind| kind.needs_id() && !self.attributes.id_as_key) {
                let message = format!("{} needs an id", kind.phrase());
                let error = Diagnostic::error("missing-id", message, self.attributes.span, "no id here");
                self.found
                    .push(error.help("give it a name of its own").suggest(self.attributes.start, "#a-name "));
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

    fn runner(&mut self, misplaced: bool) -> Option<Runner> {
        // An attribute of a `.file` on a block without that class says already what is wrong with the language.
        let mut aside = Vec::new();
        let found = if misplaced { &mut aside } else { &mut *self.found };
        runner(self.attributes, self.language, &self.info, self.context, found)
    }

    fn step(&mut self, runner: Runner) -> ShellStep {
        let recorded = self.attributes.value("snapshot").and_then(|text| values::recorded(text, self.found));
        let shell = runner.shell;
        ShellStep {
            runner,
            exit: self.exit(shell),
            expect: recorded.unwrap_or(Expect::Recording(Streams::All)),
            outputs: Vec::new(),
            answers: Vec::new(),
            tty: self.attributes.flag("tty"),
        }
    }

    fn transcript(&mut self, fence: &Fence) -> Option<Transcript> {
        let named = self.attributes.value("shell");
        let shell = match named {
            Some(name) => Some(shell_only(name, self.context, self.found)?),
            None => None,
        };
        let span = self.page.span(fence.line.clone());
        let Some(prompts) = Prompts::of(fence.text.text()) else {
            let message = "a transcript without a command";
            let error = Diagnostic::error("no-prompt", message, span, "no line begins with a prompt");
            self.found.push(
                error.help(
                    "put `$ ` before each command, or make the block a step: `sh` instead of `console`",
                ),
            );
            return None;
        };
        let shell = shell.unwrap_or(prompts.shell());
        let before = self.found.len();
        let commands = commands(&fence.text, span, prompts, shell, self.found);
        let exit = self.exit(shell);
        let tty = self.attributes.flag("tty");
        (self.found.len() == before).then_some(Transcript { shell, exit, commands, answers: Vec::new(), tty })
    }

    fn exit(&mut self, shell: Shell) -> ExitRule {
        let of_windows = shell.is_cmd() || shell == Shell::PowerShell;
        let exit = self.attributes.value("exit").and_then(|text| values::exit(text, of_windows, self.found));
        exit.unwrap_or(ExitRule::Is(0))
    }

    fn file(&mut self) -> Option<BlockKind> {
        let mode = self.attributes.value("mode").and_then(|text| values::mode(text, self.found));
        let path =
            self.required("path", ".file", "`path=app.yaml` writes into the session's own directory")?;
        let format = self.language.map(|language| self.page.slice(language.clone()).to_ascii_lowercase());
        let append = self.attributes.flag("append");
        Some(BlockKind::File { path, mode, append, format: format.unwrap_or_default() })
    }

    /// What is recorded of a block that writes a receipt. The block itself must say something.
    fn receipt(&mut self, fence: &Fence) -> Expect {
        if fence.text.text().trim().is_empty() {
            let message = "the block says nothing";
            let span = self.page.span(fence.line.clone());
            let error = Diagnostic::error("empty-step", message, span, "nothing to do");
            self.found.push(error.help("write what it is to do, or take it away"));
        }
        let Some(text) = self.attributes.value("snapshot") else { return Expect::Recording(Streams::All) };
        let expect = values::recorded(text, self.found);
        if matches!(expect, Some(Expect::Recording(Streams::Stdout | Streams::Stderr))) {
            let message = format!("a receipt has no stream `{}`", text.value);
            let error = Diagnostic::error("bad-snapshot", message, text.span, "it is one text");
            self.found.push(error.help("the values are all and none"));
        }
        expect.unwrap_or(Expect::Recording(Streams::All))
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

    /// The steps that an attribute names.
    fn references(&mut self, key: &str) -> Vec<Need> {
        let names = self.list(key);
        names.iter().filter_map(|name| reference(name, key, self.context, self.found)).collect()
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

//! Pages made by hand, with true places: their text is written down as the blocks are.

use crate::{
    document::{
        Answers, Block, BlockKind, Document, EnvValue, ExitRule, Expect, Extent, FrontMatter, Output,
        OutputStream, Placeholder, PlaceholderValue, Retry, Runner, Runs, ShellStep, StepId, Streams,
    },
    platform::{Platform, Shell},
    source::{Fragments, SourceId, Sources, Span, Spanned},
};

/// What a fence is on such a page.
#[derive(Clone)]
pub(super) enum Fence {
    Step,
    Output,
    Answers,
    Cleanup,
    File(&'static str),
    Files(&'static str),
    Skip(&'static str),
}

/// A fence and where it stands.
struct Fenced {
    id: &'static str,
    fence: Fence,
    /// The opening fence's offset.
    at: usize,
    /// Each line's offset and text.
    lines: Vec<(usize, String)>,
}

/// A page in the making.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    fences: Vec<Fenced>,
    platforms: Vec<&'static str>,
    placeholders: Vec<(&'static str, PlaceholderValue)>,
    secrets: Vec<&'static str>,
    env: Vec<(&'static str, EnvValue)>,
    relocate: Vec<&'static str>,
}

/// A value that nothing points at.
fn nowhere<T>(value: T) -> Spanned<T> {
    let mut sources = Sources::new();
    let source = sources.add("", "");
    Spanned::new(value, Span::new(source, 0..0))
}

impl Page {
    pub(super) fn new() -> Self {
        Self::default().prose("# A page\n\nSome words.\n\n")
    }

    pub(super) fn platforms(mut self, names: &[&'static str]) -> Self {
        self.platforms.extend(names);
        self
    }

    pub(super) fn text(mut self, name: &'static str, value: &str) -> Self {
        self.placeholders.push((name, PlaceholderValue::Text(nowhere(value.to_owned()))));
        self
    }

    pub(super) fn caller(mut self, name: &'static str, variable: &str) -> Self {
        self.placeholders.push((name, PlaceholderValue::Env(nowhere(variable.to_owned()))));
        self
    }

    pub(super) fn secret(mut self, name: &'static str) -> Self {
        self.secrets.push(name);
        self
    }

    pub(super) fn env(mut self, name: &'static str, value: EnvValue) -> Self {
        self.env.push((name, value));
        self
    }

    pub(super) fn env_text(self, name: &'static str, value: &str) -> Self {
        self.env(name, EnvValue::Text(nowhere(value.to_owned())))
    }

    pub(super) fn env_env(self, name: &'static str, variable: &str) -> Self {
        self.env(name, EnvValue::Env(nowhere(variable.to_owned())))
    }

    pub(super) fn relocate(mut self, directory: &'static str) -> Self {
        self.relocate.push(directory);
        self
    }

    pub(super) fn prose(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// A fence as it stands in a list item of a file with CRLF: every line is a piece of its own.
    pub(super) fn fence(mut self, id: &'static str, fence: Fence, text: &str) -> Self {
        self.text.push_str("  ");
        let at = self.text.len();
        self.text.push_str("```sh {…}\r\n");
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            self.text.push_str("  ");
            lines.push((self.text.len(), line.to_owned()));
            self.text.push_str(line.trim_end_matches('\n'));
            self.text.push_str("\r\n");
        }
        self.text.push_str("  ```\r\n\r\nMore words.\r\n\r\n");
        self.fences.push(Fenced { id, fence, at, lines });
        self
    }

    pub(super) fn step(self, id: &'static str, text: &str) -> Self {
        self.fence(id, Fence::Step, text)
    }

    pub(super) fn finish(self) -> (Document, Sources) {
        let mut sources = Sources::new();
        let source = sources.add("page.md", self.text);
        let spanned = |text: &str| nowhere(text.to_owned());
        let mut blocks = Vec::new();
        for fenced in &self.fences {
            add(&mut blocks, source, fenced);
        }
        let platforms: Vec<Platform> =
            self.platforms.iter().filter_map(|name| Platform::parse(name)).collect();
        let front = FrontMatter {
            platforms: platforms.iter().cloned().map(nowhere).collect(),
            relocate: self.relocate.into_iter().map(spanned).collect(),
            placeholders: self
                .placeholders
                .into_iter()
                .map(|(name, value)| Placeholder { name: spanned(name), value })
                .collect(),
            secrets: self.secrets.into_iter().map(spanned).collect(),
            env: self.env.into_iter().map(|(name, value)| (spanned(name), value)).collect(),
            ..FrontMatter::empty(Span::new(source, 0..0))
        };
        (
            Document {
                source,
                front,
                merged: Vec::new(),
                platforms,
                after: Vec::new(),
                blocks,
                runnable: Vec::new(),
            },
            sources,
        )
    }
}

fn add(blocks: &mut Vec<Block>, source: SourceId, fenced: &Fenced) {
    let Fenced { id, fence, at, lines } = fenced;
    let (id, at) = (*id, *at);
    let span = Span::new(source, at..at + 3);
    let extent = Extent { span, hidden: None };
    let mut text = Fragments::new(source, at);
    for (at, line) in lines {
        text.push(line, *at);
    }
    let path = |path: &str| Spanned::new(path.to_owned(), span);
    let kind = match fence {
        Fence::Output | Fence::Answers => {
            let Some(BlockKind::Shell(step)) = blocks.last_mut().map(|block| &mut block.kind) else { return };
            if matches!(fence, Fence::Output) {
                step.outputs.push(Output {
                    fence: span,
                    extent,
                    text,
                    stream: OutputStream::Both,
                    runs: Runs::ALL,
                });
            } else {
                step.answers.push(Answers { fence: span, extent, text, runs: Runs::ALL });
            }
            return;
        }
        Fence::Step => BlockKind::Shell(ShellStep {
            runner: Runner::shell(Shell::Sh),
            exit: ExitRule::Is(0),
            expect: Expect::Recording(Streams::All),
            outputs: Vec::new(),
            answers: Vec::new(),
            tty: false,
        }),
        Fence::Cleanup => BlockKind::Cleanup(Runner::shell(Shell::Sh)),
        Fence::File(to) => {
            BlockKind::File { path: path(to), mode: None, append: false, format: String::new() }
        }
        Fence::Files(dir) => BlockKind::Files { dir: path(dir) },
        Fence::Skip(reason) => BlockKind::Skip { reason: (*reason).to_owned() },
    };
    blocks.push(Block {
        id: StepId::parse(id).map(|id| Spanned::new(id, span)),
        fence: span,
        extent,
        text,
        kind,
        requires: Vec::new(),
        needs: Vec::new(),
        stops: Vec::new(),
        runs: Runs::ALL,
        tutorial: None,
        placed: false,
        hidden: false,
        timeout: None,
        retry: Retry::NONE,
    });
}

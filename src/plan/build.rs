//! Makes a page, a platform, filters and placeholder values into the ordered steps of one run.

use std::collections::BTreeSet;

use super::{
    Action, AnswerLine, Expected, Plan, PlanError, Request, Ruling, Secret, ShellAction, Step,
    placeholder::{Missing, Placeholders, Value},
};
use crate::{
    document::{Answers, Block, BlockKind, Document, EnvValue, Expect, Output, ShellStep},
    platform::{Platform, System},
    source::{Fragments, SourceId, Sources},
};

/// Shorter secrets would hide ordinary words of an output.
const SHORTEST_SECRET: usize = 8;

/// The steps of one run of `document`, as `request` wants it. `sources` holds the texts that `document` points into.
///
/// Variables under `env` that are taken from the caller and are not set there are left out. A step that uses a
/// placeholder without a value is unverified; of the steps under `needs`, the session decides when it knows how they
/// ended.
///
/// # Errors
///
/// Where `request` asks for what the page has not, or a secret from the caller's environment could not be kept.
pub fn build(document: &Document, sources: &Sources, request: &Request<'_>) -> Result<Plan, PlanError> {
    let front = &document.front;
    let platform = platform(document, request)?;
    let filter = request.filter.resolve(&document.blocks, &request.document)?;
    let placeholders = Placeholders::new(front, request.env);
    let builder = Builder { document, sources, request, placeholders };
    let secrets = builder.secrets()?;
    let mut steps = Vec::with_capacity(document.blocks.len());
    for (index, block) in document.blocks.iter().enumerate() {
        steps.push(builder.step(block, filter.ruling(index, block)));
    }
    Ok(Plan {
        document: request.document.clone(),
        platform,
        host: request.host,
        requires: front.requires.iter().map(|requirement| requirement.program.value.clone()).collect(),
        relocate: front.relocate.iter().map(|directory| directory.value.clone()).collect(),
        env: builder.env(),
        secrets,
        redact: front.redact.clone(),
        steps,
    })
}

/// The page's platform for this run.
fn platform(document: &Document, request: &Request<'_>) -> Result<Option<Platform>, PlanError> {
    let named = || document.front.platforms.iter().map(|platform| &platform.value);
    if document.front.platforms.is_empty() {
        return Ok(None);
    }
    let found = match &request.platform {
        Some(asked) => {
            // A system asked for by its bare name is there, too, where the page has only variants of it.
            let variant =
                || named().find(|platform| asked.variant.is_none() && platform.system == asked.system);
            let found = named().find(|platform| *platform == asked).or_else(variant);
            Some(found.ok_or_else(|| PlanError::UnknownPlatform {
                asked: asked.clone(),
                document: request.document.clone(),
                named: named().cloned().collect(),
            })?)
        }
        None => of_host(named, request.host).or_else(|| named().next()),
    };
    Ok(found.cloned())
}

/// The host's platform among those of a page: the system itself before a variant of it.
fn of_host<'p, I: Iterator<Item = &'p Platform>>(
    named: impl Fn() -> I,
    host: System,
) -> Option<&'p Platform> {
    let same = || named().filter(|platform| platform.system == host);
    same().find(|platform| platform.variant.is_none()).or_else(|| same().next())
}

struct Builder<'a> {
    document: &'a Document,
    sources: &'a Sources,
    request: &'a Request<'a>,
    placeholders: Placeholders<'a>,
}

impl Builder<'_> {
    fn step(&self, block: &Block, filtered: Option<Ruling>) -> Step {
        let mut missing = Missing::default();
        let action = self.action(block, &mut missing);
        // The author's word first: a block that never runs is not "left out" by a filter.
        let ruling = match &block.kind {
            BlockKind::Skip { reason } => Some(Ruling::Skipped(reason.clone())),
            _ => filtered.or_else(|| self.placeholders.reason(&missing).map(Ruling::Unverified)),
        };
        Step {
            id: block.id.as_ref().map(|id| id.value.clone()),
            file: self.file(block.fence.source),
            line: self.sources.line(block.fence),
            shown: block.text.text().trim_end_matches('\n').to_owned(),
            action,
            requires: block.requires.iter().map(|program| program.value.clone()).collect(),
            needs: block.needs.iter().map(|id| id.value.clone()).collect(),
            timeout: block.timeout.unwrap_or(self.document.front.timeout),
            retry: block.retry,
            ruling,
        }
    }

    /// The path of a text from the root. The page's own is the request's: its source may be named as the user wrote it.
    fn file(&self, source: SourceId) -> String {
        if source == self.document.source {
            self.request.document.clone()
        } else {
            self.sources.get(source).name().to_owned()
        }
    }

    fn action(&self, block: &Block, missing: &mut Missing) -> Action {
        let mut replace = |text: &str| self.placeholders.replace(text, missing);
        match &block.kind {
            BlockKind::Shell(step) => {
                let text = replace(block.text.text());
                Action::Shell(self.shell(step, text, missing))
            }
            BlockKind::Cleanup(shell) => Action::Cleanup { shell: *shell, text: replace(block.text.text()) },
            BlockKind::File { path, mode } => {
                Action::File { path: replace(&path.value), mode: *mode, text: replace(block.text.text()) }
            }
            BlockKind::Files { dir } => {
                let dir = replace(&dir.value);
                let (names, lines) = self.names(&block.text, missing);
                Action::Files { dir, names, lines }
            }
            BlockKind::Skip { .. } => Action::Skip,
        }
    }

    fn shell(&self, step: &ShellStep, text: String, missing: &mut Missing) -> ShellAction {
        ShellAction {
            shell: step.shell,
            text,
            exit: step.exit,
            expected: match &step.expect {
                Expect::Output(output) => self.output(output, missing),
                Expect::Recording(streams) => Expected::Recording(*streams),
                Expect::Nothing => Expected::Nothing,
            },
            answers: step.answers.as_ref().map(|answers| self.answers(answers, missing)),
        }
    }

    /// A value of several lines makes several expected lines, all of them at the place of the page's one.
    fn output(&self, output: &Output, missing: &mut Missing) -> Expected {
        let (mut lines, mut places) = (Vec::new(), Vec::new());
        for (line, place) in self.lines(&output.text) {
            for part in self.placeholders.replace(line, missing).split('\n') {
                lines.push(part.to_owned());
                places.push(place);
            }
        }
        Expected::Output { lines, places, fence: self.sources.line(output.fence) }
    }

    /// Here a value of several lines stays in its line: it is typed at one prompt.
    fn answers(&self, answers: &Answers, missing: &mut Missing) -> Vec<AnswerLine> {
        let lines = self.lines(&answers.text);
        lines
            .map(|(text, line)| AnswerLine { text: self.placeholders.replace(text, missing), line })
            .collect()
    }

    /// One name a line, blanks around it trimmed, empty lines ignored; a directory's trailing `/` stays.
    fn names(&self, text: &Fragments, missing: &mut Missing) -> (Vec<String>, Vec<usize>) {
        let named = self.lines(text).filter(|(line, _)| !line.trim().is_empty());
        named.map(|(line, place)| (self.placeholders.replace(line.trim(), missing), place)).unzip()
    }

    /// The lines of a block, each with its own line in its source, from 1.
    fn lines<'t>(&'t self, text: &'t Fragments) -> impl Iterator<Item = (&'t str, usize)> {
        let mut start = 0;
        text.text().split_terminator('\n').map(move |line| {
            let place = self.sources.line(text.span(start..start));
            start += line.len() + 1;
            (line, place)
        })
    }

    fn env(&self) -> Vec<(String, String)> {
        let value = |value: &EnvValue| match value {
            EnvValue::Text(text) => Some(text.value.clone()),
            EnvValue::Env(variable) => (self.request.env)(&variable.value),
        };
        let variables = self.document.front.env.iter();
        variables.filter_map(|(name, wanted)| Some((name.value.clone(), value(wanted)?))).collect()
    }

    /// The secrets that have a value. Those written on the page itself are the document's to judge.
    fn secrets(&self) -> Result<Vec<Secret>, PlanError> {
        let mut secrets = Vec::new();
        for name in &self.document.front.secrets {
            let Some(found) = self.placeholders.value(&name.value) else { continue };
            let Some(value) = found.get() else { continue };
            if let Value::Env { variable, .. } = found {
                self.keepable(variable, &name.value, value)?;
            }
            secrets.push(Secret { name: name.value.clone(), value: value.to_owned() });
        }
        Ok(secrets)
    }

    /// Whether a secret from the caller's environment can be kept from view.
    fn keepable(&self, variable: &str, secret: &str, value: &str) -> Result<(), PlanError> {
        let (variable, secret) = (variable.to_owned(), secret.to_owned());
        if value.chars().count() < SHORTEST_SECRET {
            return Err(PlanError::ShortSecret { variable, secret });
        }
        let blocks = self.document.blocks.iter().map(|block| block.fence.source);
        let pages: BTreeSet<_> = blocks.chain([self.document.source]).collect();
        for page in pages {
            let source = self.sources.get(page);
            if let Some(at) = source.text().find(value) {
                let (file, line) = (self.file(page), source.line(at));
                return Err(PlanError::SecretOnPage { variable, secret, file, line });
            }
        }
        Ok(())
    }
}

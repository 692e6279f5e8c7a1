//! Placeholders: words that nothing declares, and declared ones that nothing uses.

use std::ops::Range;

use super::bare_words::{bare_words, word_at};
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{Block, BlockKind, Document, EnvValue, FrontMatter, Port, Runner, Runs, ShellStep},
    platform::Shell,
    source::{Fragments, Sources, Span, Spanned},
};

/// Warns of words that are no declared placeholder, of placeholders that stand in none of the `ours` fences, and of ports
/// that stand there as numbers.
pub(in crate::document) fn check(
    document: &Document,
    ours: &[Span],
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) {
    for front in document.fronts(Runs::ALL) {
        let declared = declared(front);
        for block in document.blocks_under(front) {
            undeclared(block, &declared, found);
            found.extend(front.ports.iter().filter_map(|port| as_number(block, port, &declared)));
        }
    }
    for front in document.fronts(Runs::ALL) {
        unused(front, ours, sources, found);
    }
}

/// The words that placeholders and ports declare.
fn declared(front: &FrontMatter) -> Vec<&Spanned<String>> {
    let placeholders = front.placeholders.iter().map(|placeholder| &placeholder.name);
    placeholders.chain(front.ports.iter().map(|port| &port.name)).collect()
}

fn unused(front: &FrontMatter, ours: &[Span], sources: &Sources, found: &mut Vec<Diagnostic>) {
    for name in declared(front) {
        let in_block = || ours.iter().any(|fence| sources.slice(*fence).contains(name.value.as_str()));
        let in_variable = || {
            let holds =
                |value: &EnvValue| matches!(value, EnvValue::Text(text) if text.value.contains(&name.value));
            front.env.iter().any(|(_, value)| holds(value))
        };
        if !in_block() && !in_variable() {
            let message = format!("the placeholder `{}` is used in no block", name.value);
            let unused = Diagnostic::warning("unused-placeholder", message, name.span, "never used");
            found.push(unused.help("take it away, or see whether the blocks spell it differently"));
        }
    }
}

fn undeclared(block: &Block, declared: &[&Spanned<String>], found: &mut Vec<Diagnostic>) {
    match &block.kind {
        BlockKind::Shell(ShellStep { runner, .. }) | BlockKind::Cleanup(runner) => {
            command(&block.text, runner, declared, found);
        }
        BlockKind::Transcript(transcript) => {
            let runner = Runner::shell(transcript.shell);
            transcript.commands.iter().for_each(|one| command(&one.text, &runner, declared, found));
        }
        BlockKind::Service(service) => {
            command(&block.text, &service.runner, declared, found);
            attribute(&service.ready, declared, found);
            [&service.stop, &service.daemon]
                .into_iter()
                .flatten()
                .for_each(|value| attribute(value, declared, found));
        }
        BlockKind::File { path, .. } | BlockKind::Patch { path, .. } => attribute(path, declared, found),
        BlockKind::Files { dir } => attribute(dir, declared, found),
        BlockKind::Certificate { .. } | BlockKind::Probe { .. } | BlockKind::Skip { .. } => {}
    }
}

/// The words of a command that its shell would take for redirections.
fn command(text: &Fragments, runner: &Runner, declared: &[&Spanned<String>], found: &mut Vec<Diagnostic>) {
    if runner.interpreter.is_some() || !(runner.shell.is_posix() || runner.shell == Shell::Fish) {
        return;
    }
    for word in bare_words(text.text()) {
        if !covered(text.text(), &word, declared) {
            let place = text.span(word.clone());
            found.push(warning(&text.text()[word], place, Context::Command, declared));
        }
    }
}

/// A port that stands in a command or attribute as the number that the page shows, and in no placeholder: a run uses
/// another. The number itself may be the placeholder.
fn as_number(block: &Block, port: &Port, declared: &[&Spanned<String>]) -> Option<Diagnostic> {
    let number = port.number.value.to_string();
    let stands = |text: &str| {
        text.match_indices(&number).map(|(at, _)| at).find(|&at| {
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            !digit(text[..at].chars().next_back())
                && !digit(text[at + number.len()..].chars().next())
                && !covered(text, &(at..at + number.len()), declared)
        })
    };
    let in_text = |text: &Fragments| stands(text.text()).map(|at| text.span(at..at + number.len()));
    let in_value = |value: &Spanned<String>| stands(&value.value).map(|_| value.span);
    let place = match &block.kind {
        BlockKind::Shell(_) | BlockKind::Cleanup(_) | BlockKind::File { .. } | BlockKind::Probe { .. } => {
            in_text(&block.text)
        }
        BlockKind::Transcript(transcript) => transcript.commands.iter().find_map(|one| in_text(&one.text)),
        BlockKind::Service(service) => in_text(&block.text)
            .or_else(|| in_value(&service.ready))
            .or_else(|| service.stop.as_ref().and_then(in_value)),
        BlockKind::Patch { .. }
        | BlockKind::Files { .. }
        | BlockKind::Certificate { .. }
        | BlockKind::Skip { .. } => None,
    }?;
    let message = format!("a run uses another port than {number}, and this stays as it is");
    let warning = Diagnostic::warning("port-as-number", message, place, "always this port");
    let name = &port.name.value;
    Some(
        warning
            .also(port.name.span, "declared here")
            .help(format!("write `{name}` for a port of the run's own")),
    )
}

/// The words of an attribute, which are taken as they stand.
fn attribute(value: &Spanned<String>, declared: &[&Spanned<String>], found: &mut Vec<Diagnostic>) {
    let text = value.value.as_str();
    for (at, _) in text.match_indices('<') {
        if let Some(word) = word_at(text, at).filter(|word| !covered(text, word, declared)) {
            found.push(warning(&text[word], value.span, Context::Attribute, declared));
        }
    }
}

/// Whether the word is part of a declared placeholder, as `<b>` is of `<a>.<b>`.
fn covered(text: &str, word: &Range<usize>, declared: &[&Spanned<String>]) -> bool {
    let is_in =
        |name: &str| text.match_indices(name).any(|(at, _)| at <= word.start && word.end <= at + name.len());
    declared.iter().map(|name| name.value.as_str()).any(|name| {
        // Most are the word itself; the text is searched only for those that could hold it.
        name == &text[word.clone()]
            || (name.len() > word.len() && name.contains(&text[word.clone()]) && is_in(name))
    })
}

/// Where such a word stands.
#[derive(Clone, Copy)]
enum Context {
    Command,
    Attribute,
}

fn warning(word: &str, span: Span, context: Context, declared: &[&Spanned<String>]) -> Diagnostic {
    let (label, otherwise) = match context {
        Context::Command => ("a shell redirects here", ", or put it in quotes"),
        Context::Attribute => ("taken as it stands", ""),
    };
    let message = format!("`{word}` looks like a placeholder, and nothing declares it");
    let warning = Diagnostic::warning("undeclared-placeholder", message, span, label);
    match nearest(word, declared.iter().map(|name| name.value.as_str())) {
        Some(near) => warning.help(format!("did you mean `{near}`?")),
        None => warning.help(format!("declare it under `placeholders: {{{word}: …}}`{otherwise}")),
    }
}

//! Placeholders: words that nothing declares, and declared ones that nothing uses.

use std::ops::Range;

use super::bare_words::{bare_words, word_at};
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{Block, BlockKind, Document, Placeholder, page::Page},
    source::{Span, Spanned},
};

/// Warns of words that are no declared placeholder, and of placeholders that stand in none of the `ours` fences.
pub(in crate::document) fn check(
    document: &Document,
    ours: &[Range<usize>],
    page: Page<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let declared = &document.front.placeholders;
    for block in &document.blocks {
        undeclared(block, declared, found);
    }
    for placeholder in declared {
        let name = placeholder.name.value.as_str();
        if !ours.iter().any(|fence| page.slice(fence.clone()).contains(name)) {
            let message = format!("the placeholder `{name}` is used in no block");
            let unused =
                Diagnostic::warning("unused-placeholder", message, placeholder.name.span, "never used");
            found.push(unused.help("take it away, or see whether the blocks spell it differently"));
        }
    }
}

fn undeclared(block: &Block, declared: &[Placeholder], found: &mut Vec<Diagnostic>) {
    match &block.kind {
        BlockKind::Shell(_) | BlockKind::Cleanup(_) => {
            let text = block.text.text();
            for word in bare_words(text) {
                if !covered(text, &word, declared) {
                    let place = block.text.span(word.clone());
                    found.push(warning(&text[word], place, Context::Command, declared));
                }
            }
        }
        BlockKind::File { path, .. } => attribute(path, declared, found),
        BlockKind::Files { dir } => attribute(dir, declared, found),
        _ => {}
    }
}

/// The words of an attribute, which are taken as they stand.
fn attribute(value: &Spanned<String>, declared: &[Placeholder], found: &mut Vec<Diagnostic>) {
    let text = value.value.as_str();
    for (at, _) in text.match_indices('<') {
        if let Some(word) = word_at(text, at).filter(|word| !covered(text, word, declared)) {
            found.push(warning(&text[word], value.span, Context::Attribute, declared));
        }
    }
}

/// Whether the word is part of a declared placeholder, as `<b>` is of `<a>.<b>`.
fn covered(text: &str, word: &Range<usize>, declared: &[Placeholder]) -> bool {
    let is_in =
        |name: &str| text.match_indices(name).any(|(at, _)| at <= word.start && word.end <= at + name.len());
    declared.iter().map(|placeholder| placeholder.name.value.as_str()).any(|name| {
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

fn warning(word: &str, span: Span, context: Context, declared: &[Placeholder]) -> Diagnostic {
    let (label, otherwise) = match context {
        Context::Command => ("a shell redirects here", ", or put it in quotes"),
        Context::Attribute => ("taken as it stands", ""),
    };
    let message = format!("`{word}` looks like a placeholder, and nothing declares it");
    let warning = Diagnostic::warning("undeclared-placeholder", message, span, label);
    match nearest(word, declared.iter().map(|placeholder| placeholder.name.value.as_str())) {
        Some(near) => warning.help(format!("did you mean `{near}`?")),
        None => warning.help(format!("declare it under `placeholders: {{{word}: …}}`{otherwise}")),
    }
}

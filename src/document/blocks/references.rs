//! Names of steps in attributes: of the page itself, or `prerequisites#make-ca` of a tutorial that runs before it.

use super::context::Context;
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{After, Block, BlockKind, Document, Need, StepId},
    source::{Span, Spanned},
};

/// The step that `name`, in the attribute `key`, stands for. One of the page itself is looked up later, when all blocks are
/// known. What is no name is reported.
pub(super) fn reference(
    name: &Spanned<String>,
    key: &str,
    context: Context<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Need> {
    if let Some(id) = StepId::parse(&name.value) {
        return Some(Need { document: None, id: Spanned::new(id, name.span) });
    }
    if let Some((document, id)) = name.value.split_once('#').filter(|(document, _)| !document.is_empty()) {
        if key == "for" {
            let message = "`for` names a step of this page";
            found.push(
                Diagnostic::error("bad-id", message, name.span, "a step of another tutorial")
                    .help("its outputs stand in its own file"),
            );
            return None;
        }
        let span = Span::new(name.span.source, name.span.end - id.len()..name.span.end);
        return elsewhere(name, key, (document, Spanned::new(id, span)), context, found);
    }
    let message = format!("`{}` is no id", name.value);
    let error = Diagnostic::error("bad-id", message, name.span, "not an id");
    let bare = kebab(name.value.trim_start_matches('#'));
    let help = if name.value.starts_with('#') {
        "write the id as it stands, without `#`"
    } else {
        "an id is lowercase letters, digits and single hyphens, a letter first"
    };
    let meant = StepId::parse(&bare);
    found.push(match meant {
        Some(_) => error.help(help).fix(name.span, bare),
        None => error.help(help),
    });
    // The step itself is not missing.
    meant.map(|id| Need { document: None, id: Spanned::new(id, name.span) })
}

fn elsewhere(
    name: &Spanned<String>,
    key: &str,
    (document, id): (&str, Spanned<&str>),
    context: Context<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Need> {
    let Some(other) = tutorial(document, context.after) else {
        let message = format!("no tutorial `{document}` runs before this page");
        let error = Diagnostic::error("unknown-tutorial", message, name.span, "not under `after`");
        let stems: Vec<&str> = context.after.iter().map(|after| stem(&after.written.value)).collect();
        found.push(match nearest(document, stems) {
            Some(near) => {
                let fixed = format!("{near}#{}", id.value);
                error.help(format!("did you mean `{near}`?")).suggest(name.span, fixed)
            }
            None => error.help("name it under `after` in the front matter"),
        });
        return None;
    };
    let known = || other.blocks.iter().filter_map(|block| block.id.as_ref());
    let step = StepId::parse(id.value);
    let is = |block: &&Block| block.id.as_ref().is_some_and(|known| Some(&known.value) == step.as_ref());
    if let (Some(step), Some(block)) = (step.clone(), other.blocks.iter().find(is)) {
        if key == "stops" && !matches!(block.kind, BlockKind::Service(_) | BlockKind::Skip { .. }) {
            let message = format!("`{}` is no service, so nothing of it is to be stopped", name.value);
            let error = Diagnostic::error("stops-no-service", message, name.span, "not a `.service` block");
            found.push(error.also(block.fence, "it stands here"));
        }
        return Some(Need { document: Some(other.source), id: Spanned::new(step, id.span) });
    }
    let message = format!("`{document}` has no step `{}`", id.value);
    let error = Diagnostic::error("unknown-step", message, id.span, "unknown id");
    found.push(match nearest(id.value, known().map(|known| known.value.as_str())) {
        Some(near) => error.help(format!("did you mean `{near}`?")).suggest(id.span, near),
        None => error,
    });
    None
}

/// The tutorial that an attribute calls `name`: as the front matter has it, without its extension or its directories. Those
/// that the page names itself come first.
fn tutorial<'a>(name: &str, after: &'a [After]) -> Option<&'a Document> {
    let is = |after: &&After| {
        let written = after.written.value.as_str();
        written == name || without_extension(written) == name || stem(written) == name
    };
    let own = after.iter().find(is).map(|after| &*after.document);
    own.or_else(|| after.iter().find_map(|after| tutorial(name, &after.document.after)))
}

fn without_extension(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((rest, extension)) if !extension.contains('/') => rest,
        _ => path,
    }
}

fn stem(path: &str) -> &str {
    let path = without_extension(path);
    path.rsplit('/').next().unwrap_or(path)
}

/// The kebab-case word that was probably meant: `Make_CA` → `make-ca`.
pub(super) fn kebab(word: &str) -> String {
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

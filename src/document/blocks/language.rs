//! Which shell a step runs in.

use std::ops::Range;

use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{attributes::Attributes, page::Page, unsupported::not_supported},
    platform::Shell,
    source::{Span, Spanned},
};

/// The shells of this version, by the names that `shell=` takes.
const SHELLS: [&str; 7] = ["sh", "bash", "ksh", "zsh", "fish", "cmd", "powershell"];

/// The shell that `shell=` names, else the language. What cannot run is reported.
pub(super) fn shell(
    attributes: &Attributes,
    language: Option<&Range<usize>>,
    info: &Range<usize>,
    page: Page<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Shell> {
    if let Some(name) = attributes.value("shell") {
        return named(name, found);
    }
    let Some(language) = language else {
        let message = "this block has no language, so nothing says what runs it";
        let at = page.span(info.start..info.start);
        let error = Diagnostic::error("no-language", message, attributes.span, "a step needs a language");
        found.push(error.help("put a shell's name behind the fence").suggest(at, "sh "));
        return None;
    };
    let language = page.spanned(language.clone());
    let Some(shell) = Shell::of_language(language.value) else {
        found.push(no_shell(&language, attributes));
        return None;
    };
    supported(shell, language.span, found)
}

fn supported(shell: Shell, span: Span, found: &mut Vec<Diagnostic>) -> Option<Shell> {
    if matches!(shell, Shell::Sh | Shell::Bash | Shell::Ksh) {
        return Some(shell);
    }
    let name = match shell {
        Shell::PowerShell => "PowerShell",
        Shell::Batch => "batch",
        other => other.program(),
    };
    found.push(not_supported(span, &format!("{name} steps are")));
    None
}

fn named(name: &Spanned<String>, found: &mut Vec<Diagnostic>) -> Option<Shell> {
    if let Some(shell) = Shell::of_language(&name.value).filter(|_| name.value != "console") {
        return supported(shell, name.span, found);
    }
    let message = format!("there is no shell `{}`", name.value);
    let error = Diagnostic::error("unknown-shell", message, name.span, "unknown shell");
    found.push(match nearest(&name.value, SHELLS) {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(name.span, near),
        None => error.help("the shells are sh, bash and ksh"),
    });
    None
}

/// An id on a language that is no shell's.
fn no_shell(language: &Spanned<&str>, attributes: &Attributes) -> Diagnostic {
    let lower = language.value.to_lowercase();
    let message = format!("a step's language must be a shell's, and `{}` is none", language.value);
    let error = Diagnostic::error("unknown-language", message, language.span, "cannot be run");
    let error = match &attributes.id {
        Some(id) => error.also(id.span, "the id makes it a step"),
        None => error,
    };
    // A short name of another language (`js`, `go`) is no misspelt `sh`.
    let near =
        nearest(&lower, Shell::LANGUAGES).filter(|near| lower == *near || lower.len().min(near.len()) > 3);
    match near {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(language.span, near),
        None => error.help(
            "this version runs sh, bash and ksh; take the id away, or say what the block is: `.file`, `.output`, `.skip`",
        ),
    }
}

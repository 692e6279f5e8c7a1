//! What runs a block: a shell, or the program that the settings give for its language.

use std::ops::Range;

use super::context::Context;
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{Interpreter, Runner, attributes::Attributes},
    platform::Shell,
    source::Spanned,
};

/// The shells, by the names that `shell=` takes.
const SHELLS: [&str; 7] = ["sh", "bash", "ksh", "zsh", "fish", "cmd", "powershell"];

/// What `shell=` names, else the language. What cannot run is reported.
pub(super) fn runner(
    attributes: &Attributes,
    language: Option<&Range<usize>>,
    info: &Range<usize>,
    context: Context<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Runner> {
    if let Some(name) = attributes.value("shell") {
        let known = of_name(&name.value, context).filter(|_| name.value != "console");
        if known.is_none() {
            found.push(no_name(name, context));
        }
        return known;
    }
    let Some(language) = language else {
        let message = "this block has no language, so nothing says what runs it";
        let at = context.page.span(info.start..info.start);
        let error = Diagnostic::error("no-language", message, attributes.span, "a step needs a language");
        found.push(error.help("put a shell's name behind the fence").suggest(at, "sh "));
        return None;
    };
    let language = context.page.spanned(language.clone());
    let known = of_name(language.value, context);
    if known.is_none() {
        found.push(no_language(&language, attributes, context));
    }
    known
}

/// The shell of a transcript that `shell=` names.
pub(super) fn shell_only(
    name: &Spanned<String>,
    context: Context<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Shell> {
    let shell = Shell::of_language(&name.value).filter(|_| name.value != "console");
    if shell.is_none() {
        found.push(no_name(name, Context { languages: &[], ..context }));
    }
    shell
}

fn of_name(name: &str, context: Context<'_>) -> Option<Runner> {
    if let Some(shell) = Shell::of_language(name) {
        return Some(Runner::shell(shell));
    }
    let (language, command) = context.languages.iter().find(|(language, _)| language == name)?;
    let interpreter = Interpreter { language: language.clone(), command: command.clone() };
    Some(Runner { shell: Shell::Sh, interpreter: Some(interpreter) })
}

fn no_name(name: &Spanned<String>, context: Context<'_>) -> Diagnostic {
    let message = format!("there is no shell `{}`", name.value);
    let error = Diagnostic::error("unknown-shell", message, name.span, "unknown shell");
    let known = SHELLS.into_iter().chain(context.languages.iter().map(|(language, _)| language.as_str()));
    match nearest(&name.value, known) {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(name.span, near),
        None => error.help(format!("the shells are {}", SHELLS.join(", "))),
    }
}

/// An id on a language that nothing runs.
fn no_language(language: &Spanned<&str>, attributes: &Attributes, context: Context<'_>) -> Diagnostic {
    let lower = language.value.to_lowercase();
    let message = format!("nothing says how to run `{}`", language.value);
    let error = Diagnostic::error("unknown-language", message, language.span, "cannot be run");
    let error = match &attributes.id {
        Some(id) => error.also(id.span, "the id makes it a step"),
        None => error,
    };
    // A short name of another language (`js`, `go`) is no misspelt `sh`.
    let known = context.languages.iter().map(|(language, _)| language.as_str());
    let near = nearest(&lower, Shell::LANGUAGES.into_iter().chain(known))
        .filter(|near| lower == *near || lower.len().min(near.len()) > 3);
    match near {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(language.span, near),
        None => error.help(format!(
            "give its command in `tutor.toml`, `[languages]` `{lower} = \"… {{file}}\"`, take the id away, or say what the block is: `.file`, `.output`, `.skip`",
        )),
    }
}

//! `tutor.toml`: the programs that run steps of languages that are no shell's, and where programs lie.

mod programs;

use std::{fs, io, path::Path};

use toml::de::{DeTable, DeValue};

use crate::{
    diagnostic::{Diagnostic, nearest},
    plan::Provided,
    platform::Shell,
    source::{SourceId, Sources, Span},
};

/// The name of the file, in a root.
pub(super) const NAME: &str = "tutor.toml";

/// Languages, each with the command that runs a file of it.
pub(super) type Languages = Vec<(String, String)>;

/// What the settings of a root say.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) languages: Languages,
    /// Programs for where the machine has none of that name.
    pub(super) programs: Vec<Provided>,
}

/// The tables that there can be.
const TABLES: [&str; 3] = ["languages", "programs", "stand-ins"];

/// The settings of the root `dir`, and their text; nothing where it has none. What is wrong there is reported.
pub(super) fn settings(
    dir: &Path,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> (Settings, Option<SourceId>) {
    let text = match fs::read(dir.join(NAME)).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (Settings::default(), None),
        Ok(Err(_)) => return unreadable("is not UTF-8", sources, found),
        Err(error) => return unreadable(&format!("could not be read: {error}"), sources, found),
    };
    let source = sources.add(NAME, text);
    (read(dir, source, sources.get(source).text(), found), Some(source))
}

fn unreadable(why: &str, sources: &mut Sources, found: &mut Vec<Diagnostic>) -> (Settings, Option<SourceId>) {
    let source = sources.add(NAME, "");
    let message = format!("the settings file {why}");
    found.push(Diagnostic::error("unreadable-file", message, Span::new(source, 0..0), "this file"));
    (Settings::default(), None)
}

fn read(dir: &Path, source: SourceId, text: &str, found: &mut Vec<Diagnostic>) -> Settings {
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let at = error.span().unwrap_or(0..0);
            let why = error.message().lines().next().unwrap_or_default().to_lowercase();
            let message = "the settings are not TOML";
            found.push(Diagnostic::error("settings-syntax", message, Span::new(source, at), why));
            return Settings::default();
        }
    };
    let mut settings = Settings::default();
    for (key, value) in &table {
        let (span, kind) = (Span::new(source, key.span()), key.get_ref());
        if !TABLES.contains(&&**kind) {
            found.push(unknown(kind, span));
            continue;
        }
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("`{kind}` must be a table, and is none");
            let place = Span::new(source, value.span());
            let line =
                if kind == "languages" { "python = \"python3 {file}\"" } else { "server = \"tools/server\"" };
            let help = format!("write it like `[{kind}]`, and below it `{line}`");
            found.push(Diagnostic::error("wrong-type", message, place, "not a table").help(help));
            continue;
        };
        for (name, value) in table {
            let place = Span::new(source, value.span());
            let name = Name { text: name.get_ref(), span: Span::new(source, name.span()) };
            let value = value.get_ref();
            if kind == "languages" {
                settings.languages.extend(language(&name, value, place, found));
            } else if let Some(path) = programs::path(&name, value, place, dir, found) {
                let program =
                    Provided { program: name.text.to_owned(), path, stands_in: kind == "stand-ins" };
                programs::add(&mut settings.programs, program, name.span, found);
            }
        }
    }
    settings
}

/// The name of a language, and where it stands.
struct Name<'t> {
    text: &'t str,
    span: Span,
}

fn language(
    name: &Name<'_>,
    command: &DeValue<'_>,
    place: Span,
    found: &mut Vec<Diagnostic>,
) -> Option<(String, String)> {
    let Some(command) = command.as_str() else {
        let message = format!("the command of `{}` must be a text, and is none", name.text);
        found.push(Diagnostic::error("wrong-type", message, place, "not a text"));
        return None;
    };
    if Shell::of_language(name.text).is_some() {
        let message = format!("`{}` is a shell's language, which needs no command", name.text);
        let error = Diagnostic::error("bad-interpreter", message, name.span, "runs as it is");
        found.push(error.help("take it out"));
        return None;
    }
    if !command.contains("{file}") {
        let message = format!("the command of `{}` does not say where the file goes", name.text);
        let error = Diagnostic::error("bad-interpreter", message, place, "no `{file}` here");
        found.push(error.help(format!("write it like `{} {{file}}`", command.trim())));
        return None;
    }
    Some((name.text.to_owned(), command.to_owned()))
}

fn unknown(key: &str, span: Span) -> Diagnostic {
    let message = format!("`tutor.toml` has no key `{key}`");
    let error = Diagnostic::error("unknown-key", message, span, "unknown key");
    match nearest(key, TABLES) {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(span, near),
        None => error.help("the keys are `languages`, `programs` and `stand-ins`"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::read;
    use crate::{diagnostic::draw, source::Sources};

    fn of(text: &str) -> (Vec<(String, String)>, Vec<&'static str>, String) {
        let mut sources = Sources::new();
        let source = sources.add("tutor.toml", text);
        let mut found = Vec::new();
        let languages = read(Path::new("/root"), source, text, &mut found).languages;
        let codes = found.iter().map(|found| found.code).collect();
        (languages, codes, draw(&found, &sources, false))
    }

    #[test]
    fn languages_and_what_can_be_wrong_with_them() {
        let python = ("python".to_owned(), "python3 {file}".to_owned());
        let cases: [(&str, bool, &[&str]); 9] = [
            ("", false, &[]),
            ("# nothing\n", false, &[]),
            ("[languages]\npython = \"python3 {file}\"\n", true, &[]),
            ("languages.python = 'python3 {file}'", true, &[]),
            ("[languages]\npython = \"python3\"\n", false, &["bad-interpreter"]),
            (
                "[languages]\nbash = \"bash {file}\"\npython = \"python3 {file}\"\n",
                true,
                &["bad-interpreter"],
            ),
            ("[languages]\npython = 3\n", false, &["wrong-type"]),
            ("languages = 3\nlanguage = {}\n", false, &["unknown-key", "wrong-type"]),
            ("[languages\n", false, &["settings-syntax"]),
        ];
        for (text, any, codes) in cases {
            let (languages, mut found, drawn) = of(text);
            found.sort_unstable();
            assert_eq!(found, codes, "{drawn}");
            assert_eq!(languages, if any { vec![python.clone()] } else { Vec::new() }, "{text}");
        }
        insta::assert_snapshot!(of("[language]\npython = \"python3 {file}\"\n[languages]\nruby = \"ruby\"\n").2, @r#"
        error[unknown-key]: `tutor.toml` has no key `language`
         --> tutor.toml:1:2
          |
        1 | [language]
          |  ^^^^^^^^ unknown key
          |
        help: did you mean `languages`?
          |
        1 | [languages]
          |          +

        error[bad-interpreter]: the command of `ruby` does not say where the file goes
         --> tutor.toml:4:8
          |
        4 | ruby = "ruby"
          |        ^^^^^^ no `{file}` here
          |
          = help: write it like `ruby {file}`
        "#);
    }
}

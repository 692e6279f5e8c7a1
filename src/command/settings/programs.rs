//! Where the programs of a project lie, for where the machine has none of that name.

use std::path::{Path, PathBuf};

use toml::de::DeValue;

use super::Name;
use crate::{diagnostic::Diagnostic, plan::Provided, platform::Shell, source::Span};

/// The place of a program, from the root `dir` where it is relative. It need not be there: a project may install it
/// later.
pub(super) fn path(
    name: &Name<'_>,
    value: &DeValue<'_>,
    place: Span,
    dir: &Path,
    found: &mut Vec<Diagnostic>,
) -> Option<PathBuf> {
    let Some(path) = value.as_str().filter(|path| !path.trim().is_empty()) else {
        let message = format!("the path of `{}` must be a text, and is none", name.text);
        found.push(Diagnostic::error("wrong-type", message, place, "not a path"));
        return None;
    };
    if name.text.is_empty() || name.text.contains(['/', '\\']) || name.text.trim() != name.text {
        let message = format!("`{}` is no name of a program", name.text);
        let error = Diagnostic::error("bad-program", message, name.span, "not a name");
        found.push(error.help("write the word that pages type, and the path behind the `=`"));
        return None;
    }
    if Shell::of_language(name.text).is_some() {
        let message = format!("`{}` is a shell, which must be on `PATH`", name.text);
        found.push(Diagnostic::error("bad-program", message, name.span, "a shell").help("take it out"));
        return None;
    }
    Some(dir.join(path))
}

/// Takes in a program, whose name stands at `span`.
pub(super) fn add(programs: &mut Vec<Provided>, program: Provided, span: Span, found: &mut Vec<Diagnostic>) {
    if programs.iter().any(|known| known.program == program.program) {
        let message = format!("`{}` is given twice", program.program);
        let error = Diagnostic::error("bad-program", message, span, "given in the other table too");
        found
            .push(error.help("a program is under `programs`, or what stands in for it is under `stand-ins`"));
        return;
    }
    programs.push(program);
}

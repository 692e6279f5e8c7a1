//! Certificate blocks: what can be said about those of pages without making anything, and `tutor cert`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{
    check::summary,
    error::CommandError,
    load::current_directory,
    options,
    program::{WRONG, say},
};
use crate::{
    certificate::{self, Block, Inputs, Made},
    diagnostic::{Diagnostic, draw, has_errors},
    document::{BlockKind, Document, filled, misplaced_path},
    report::{Color, Output, escape},
    session::{Cancel, Placed, place},
    source::{Fragments, Sources, Spanned},
};

/// What is wrong in the certificate blocks of `document`.
pub(super) fn findings(document: &Document) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for block in &document.blocks {
        if !matches!(block.kind, BlockKind::Certificate { .. }) {
            continue;
        }
        for front in document.fronts(block.runs) {
            let text = filled(&block.text, front);
            if let Some(made) = certificate::read(&text, &mut found) {
                let dir = Spanned::new(made.dir.value, text.span(made.dir.at));
                found.extend(misplaced_path("dir", &dir, front));
            }
        }
    }
    found
}

/// `tutor cert`: makes what a file says; the value is the exit status.
pub(super) fn cert(options: &options::Cert, color: Color) -> Result<u8, CommandError> {
    let path = &options.file;
    let read = |source| CommandError::Read { path: path.clone(), source };
    let text = String::from_utf8(fs::read(path).map_err(read)?).map_err(|error| {
        let before = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        CommandError::NotText { path: path.clone(), line: 1 + before.matches('\n').count() }
    })?;
    let mut sources = Sources::new();
    let source = sources.add(path.to_string_lossy(), text);
    let mut text = Fragments::new(source, 0);
    text.push(sources.get(source).text(), 0);
    let mut found = Vec::new();
    let block = certificate::read_file(&text, &mut found);
    let (Some(block), false) = (block, has_errors(&found)) else {
        return wrong(&found, &sources, color);
    };
    let directory = current_directory()?.join(options.dir.as_deref().unwrap_or(Path::new(&block.dir.value)));
    let made = match certificate::make(&block, &Machine { directory: &directory }, SystemTime::now()) {
        Ok(made) => made,
        Err(refusal) => {
            found.push(refusal.diagnostic(&text));
            return wrong(&found, &sources, color);
        }
    };
    let Made { files, receipt, failures, .. } = made;
    let interrupted = write(&block, &directory, files)?;
    say(&mut Output::stdout(color), &receipt, 0)?;
    found.extend(failures.iter().map(|failure| failure.diagnostic(&text)));
    if !found.is_empty() {
        let mut output = Output::stderr(color);
        let drawn = draw(&found, &sources, output.color());
        say(&mut output, &format!("\n{}\n", drawn.trim_end()), 0)?;
    }
    Ok(interrupted.unwrap_or_else(|| u8::from(!failures.is_empty())))
}

/// Says what is wrong with the file; nothing has been written.
fn wrong(found: &[Diagnostic], sources: &Sources, color: Color) -> Result<u8, CommandError> {
    let mut output = Output::stderr(color);
    let drawn = draw(found, sources, output.color());
    say(&mut output, &format!("{}\n\n{}\n", drawn.trim_end(), summary(found)), WRONG)
}

/// Writes all files or none; the exit status of an interrupt that came meanwhile and waited. (Where the system has no
/// such signals, one ends the program at once: a file under a temporary name may be left.)
fn write(
    block: &Block,
    directory: &Path,
    files: Vec<certificate::NewFile>,
) -> Result<Option<u8>, CommandError> {
    let files: Vec<Placed> = files.into_iter().map(Placed::from).collect();
    let cancel = Cancel::listen().map_err(CommandError::Listen)?;
    place(directory, &files, &|_| Ok(block.replace)).map_err(CommandError::Certificates)?;
    Ok(cancel.status())
}

/// What a block asks of this machine.
struct Machine<'d> {
    directory: &'d Path,
}

impl Machine<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

impl Inputs for Machine<'_> {
    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        match fs::read(self.path(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {error}", escape(name))),
        }
    }

    fn exists(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }
}

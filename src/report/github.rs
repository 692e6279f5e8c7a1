//! The report for GitHub Actions: a workflow command for each step that did not pass, which becomes an annotation beside its
//! line, and a summary of the job in Markdown.

use std::{
    fmt::{self, Write as _},
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    Reporter,
    by_name::by_name,
    commands::{data, property},
    listing::document_name,
    seconds::seconds,
};
use crate::outcome::{DocumentFold, Finished, Fold, Stamped, State};

/// Lines of a diff that stand in an annotation.
const DIFF_LINES: usize = 20;
/// Steps that did not pass and stand in the summary: GitHub cuts one of more than 1 MiB off whole.
const MOST_LISTED: usize = 200;

/// Writes annotations at the end, since of the first ten only GitHub shows any: errors come first.
pub struct Github {
    sink: Box<dyn Write + Send>,
    target: String,
    /// Where the job's summary goes to.
    summary: Option<PathBuf>,
    /// What stands before the names of files, which are counted from the repository's root: empty, or with `/` at its end.
    prefix: String,
    strict: bool,
    fold: Fold,
}

impl Github {
    /// To `sink`, which messages call `target`; the summary is added to the file `summary`. `strict`: a step that could not run has
    /// failed.
    #[must_use]
    pub fn new(
        sink: impl Write + Send + 'static,
        target: String,
        summary: Option<PathBuf>,
        prefix: String,
        strict: bool,
    ) -> Self {
        Self { sink: Box::new(sink), target, summary, prefix, strict, fold: Fold::default() }
    }

    fn annotations(&self) -> String {
        let documents = by_name(&self.fold.documents);
        let mut lines = [String::new(), String::new()];
        for document in &documents {
            for step in &document.steps {
                if let Some(error) = self.is_error(step) {
                    let name = document_name(&document.document, document.platform.as_deref());
                    self.annotate(&name, step, error, &mut lines[usize::from(!error)]);
                }
            }
            let told = document.steps.iter().any(|step| step.state == State::Failed);
            if document.state() == State::Failed && !told {
                let reason = document.reason.as_deref().unwrap_or("it did not come to its end");
                let file = property(&format!("{}{}", self.prefix, document.document));
                let _ = writeln!(lines[0], "::error file={file},title=failed::{}", data(reason));
            }
        }
        lines.concat()
    }

    /// Whether the step is an error (or a warning); `None` where it is neither.
    fn is_error(&self, step: &Finished) -> Option<bool> {
        match step.state {
            State::Failed => Some(true),
            State::Drifted | State::New => (!step.accepted).then_some(true),
            State::Unverified => Some(self.strict),
            State::Passed | State::Skipped | State::NotRun => None,
        }
    }

    fn annotate(&self, document: &str, step: &Finished, error: bool, out: &mut String) {
        let level = if error { "error" } else { "warning" };
        let file = property(&format!("{}{}", self.prefix, step.place.file));
        let line = step.at.unwrap_or(step.place.line);
        let id = step.place.step.as_deref().unwrap_or("a block");
        let title = property(&format!("{}: {document} › {id}", step.state));
        let mut message = step.reason.clone().unwrap_or_else(|| step.state.name().to_owned());
        if let Some(diff) = step.diff.as_deref() {
            for line in diff.lines().take(DIFF_LINES) {
                message.push('\n');
                message.push_str(line);
            }
        }
        let _ = writeln!(out, "::{level} file={file},line={line},title={title}::{}", data(&message));
    }

    /// The job's summary.
    fn markdown(&self) -> String {
        let mut out = format!("### tutor: {}\n\n", text(&self.fold.summary()));
        out.push_str("| page | state | steps | took |\n|---|---|---|---|\n");
        let documents = by_name(&self.fold.documents);
        for document in &documents {
            let name = document_name(&document.document, document.platform.as_deref());
            let counts = super::listing::added_up(document.counts(), document.steps.len());
            let took = seconds(document.seconds);
            let (name, state) = (cell(&format!("{name}, on {}", document.host)), document.state());
            let _ = writeln!(out, "| {name} | {state} | {} | {took} |", cell(&counts));
        }
        let wrong: Vec<(&DocumentFold, &Finished)> = documents
            .iter()
            .flat_map(|document| document.steps.iter().map(move |step| (*document, step)))
            .filter(|(_, step)| self.is_error(step).is_some())
            .collect();
        if !wrong.is_empty() {
            out.push_str("\n| step | state | why |\n|---|---|---|\n");
        }
        for (document, step) in wrong.iter().take(MOST_LISTED) {
            let name = document_name(&document.document, document.platform.as_deref());
            let id = step.place.step.as_deref().unwrap_or("");
            let reason = step.reason.as_deref().unwrap_or("");
            let _ = writeln!(out, "| {} › {} | {} | {} |", cell(&name), cell(id), step.state, cell(reason));
        }
        if wrong.len() > MOST_LISTED {
            let _ = writeln!(out, "\n… and {} more", wrong.len() - MOST_LISTED);
        }
        out.push('\n');
        out
    }
}

/// Text that Markdown shows as it is.
fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// The same as one line of a table.
fn cell(words: &str) -> String {
    text(words.lines().next().unwrap_or_default())
}

impl Reporter for Github {
    fn target(&self) -> &str {
        &self.target
    }

    fn event(&mut self, stamped: &Stamped) -> io::Result<()> {
        self.fold.push_stamped(stamped);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let annotations = self.annotations();
        self.sink.write_all(annotations.as_bytes())?;
        self.sink.flush()?;
        match &self.summary {
            Some(path) => append(path, &self.markdown()),
            None => Ok(()),
        }
    }
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(named)?;
    file.write_all(text.as_bytes()).map_err(named)
}

impl fmt::Debug for Github {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Github").field("target", &self.target).finish_non_exhaustive()
    }
}

//! The report in the format of `JUnit`, which most services for CI read: a suite for each page and platform, a case for each step.
//!
//! The elements and attributes are those of the schema that Jenkins publishes (`junit-10.xsd` of its xUnit plugin), with the case's
//! `file` and `line`.

use std::{
    fmt,
    fs::File,
    io::{self, Write},
    path::Path,
    time::Duration,
};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Reporter, by_name::by_name, escape::OLD_COMMAND};
use crate::outcome::{DocumentFold, Finished, Fold, Stamped, State};

/// Writes all at the end: a suite begins with its numbers.
pub struct Junit {
    sink: Box<dyn Write + Send>,
    target: String,
    strict: bool,
    fold: Fold,
}

impl Junit {
    /// To a file, which is created, or emptied where it exists. `strict`: a step that could not run has failed.
    ///
    /// # Errors
    ///
    /// Where the file can't be opened.
    pub fn create(path: &Path, strict: bool) -> io::Result<Self> {
        Ok(Self::to(File::create(path)?, path.display().to_string(), strict))
    }

    /// To standard output.
    #[must_use]
    pub fn stdout(strict: bool) -> Self {
        Self::to(io::stdout(), "standard output".to_owned(), strict)
    }

    /// To any sink; messages call it `target`.
    #[must_use]
    pub fn to(sink: impl Write + Send + 'static, target: String, strict: bool) -> Self {
        Self { sink: Box::new(sink), target, strict, fold: Fold::default() }
    }

    fn report(&self) -> Report {
        let mut report = Report::new("tutor");
        for document in by_name(&self.fold.documents) {
            report.add_test_suite(self.suite(document));
        }
        report.set_time(seconds(self.fold.seconds));
        report
    }

    fn suite(&self, document: &DocumentFold) -> TestSuite {
        let name = super::listing::document_name(&document.document, document.platform.as_deref());
        let mut suite = TestSuite::new(name.clone());
        for step in &document.steps {
            suite.add_test_case(self.case(&name, step));
        }
        // What no step says: the page's own end.
        let silent = document.state() == State::Failed
            && !document.steps.iter().any(|step| step.state == State::Failed);
        if silent {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(document.reason.as_deref().unwrap_or("it did not come to its end"));
            let mut case = TestCase::new("the page as a whole", status);
            case.set_classname(name);
            suite.add_test_case(case);
        }
        suite.set_time(seconds(document.seconds));
        suite.add_property(("host", document.host.as_str()));
        if let Some(version) = document.under_wine() {
            suite.add_property(("wine", version));
        }
        for program in document.stood_in() {
            suite.add_property(("stand-in", program.as_str()));
        }
        suite
    }

    fn case(&self, suite: &str, step: &Finished) -> TestCase {
        let name = step.place.step.clone().unwrap_or_else(|| format!("line {}", step.place.line));
        let mut case = TestCase::new(name, self.status(step));
        case.set_classname(suite);
        case.set_time(seconds(step.seconds));
        case.extra.insert("file".into(), step.place.file.as_str().into());
        case.extra.insert("line".into(), step.place.line.to_string().into());
        if step.state != State::Passed {
            if !step.stdout.is_empty() {
                case.set_system_out(&step.stdout);
            }
            if !step.stderr.is_empty() {
                case.set_system_err(&step.stderr);
            }
        }
        case
    }

    fn status(&self, step: &Finished) -> TestCaseStatus {
        let fails = match step.state {
            State::Passed => return TestCaseStatus::success(),
            State::Failed => true,
            State::Drifted | State::New => !step.accepted,
            State::Unverified => self.strict,
            State::Skipped | State::NotRun => false,
        };
        if step.accepted {
            return TestCaseStatus::success();
        }
        let reason = step.reason.as_deref().unwrap_or(step.state.name());
        if !fails {
            let mut status = TestCaseStatus::skipped();
            status.set_type(step.state.name()).set_message(reason);
            return status;
        }
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(step.state.name()).set_message(reason);
        if let Some(diff) = step.diff.as_deref().filter(|diff| !diff.is_empty()) {
            status.set_description(format!("{reason}\n\n{diff}"));
        }
        status
    }
}

/// `xml`, with what the log of a workflow would take for a command spelled out as XML has it: a line whose first text is
/// `::`, and `##[`. Whoever reads the XML reads the same text.
fn for_logs(xml: &str) -> String {
    let spelled = |line: &str| {
        let line = line.replace(OLD_COMMAND, "&#35;#[");
        let text = line.trim_start();
        let blanks = &line[..line.len() - text.len()];
        text.strip_prefix("::").map_or(line.clone(), |rest| format!("{blanks}&#58;:{rest}"))
    };
    xml.split_inclusive('\n').map(spelled).collect()
}

/// No report has room for a time that is none.
fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

impl Reporter for Junit {
    fn target(&self) -> &str {
        &self.target
    }

    fn event(&mut self, stamped: &Stamped) -> io::Result<()> {
        self.fold.push_stamped(stamped);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let mut text = Vec::new();
        self.report().serialize(&mut text).map_err(io::Error::other)?;
        self.sink.write_all(for_logs(&String::from_utf8_lossy(&text)).as_bytes())?;
        self.sink.flush()
    }
}

impl fmt::Debug for Junit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Junit").field("target", &self.target).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command_of_a_workflow() {
        let xml = "<system-out>::error::x\n  ::stop-commands::y\n\ta::b ##[group]\n::</system-out>\n";
        assert_eq!(
            for_logs(xml),
            "<system-out>::error::x\n  &#58;:stop-commands::y\n\ta::b &#35;#[group]\n&#58;:</system-out>\n"
        );
    }
}

//! `tutor check` as typed.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, error::ErrorKind};

use super::{
    super::options::{self, CheckFormat, CheckReport, Command},
    Typed,
};

pub(super) const EXAMPLES: &str = "\
Examples:
  tutor check                             all of `tutorials/`
  tutor check --fix docs                  mend what is sure in the tutorials under docs/, show the rest
  tutor check --explain bad-id            what a code means, with an example
  tutor check --min-coverage 90           fail where more than a tenth of what looks executable is untagged
  tutor check --report json=check.jsonl   also one JSON object for each finding

Exit status: 0 no errors (there may be warnings); 1 the coverage is too low; 2 a tutorial has errors, or the
command line is wrong.";

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Tutorials, and directories of them; none: all of `tutorials/`
    #[arg(value_name = "FILE or DIR")]
    pages: Vec<PathBuf>,
    /// Write the fixes that are sure into the pages, and show what is left
    #[arg(long)]
    fix: bool,
    /// Say what the code of a finding means, with an example and the way out; without CODE: list all codes
    #[arg(long, value_name = "CODE", num_args = 0..=1, exclusive = true)]
    #[allow(clippy::option_option, reason = "not given, given alone, given with a code")]
    explain: Option<Option<String>>,
    /// Fail where fewer than N percent of a platform's blocks that look executable are tagged
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,
    /// Report in `terminal`, `github` or `json`; without a path to standard output. Can be repeated
    #[arg(long, value_name = "FORMAT[=PATH]", value_parser = report)]
    report: Vec<CheckReport>,
}

impl Check {
    /// What was asked for. In GitHub Actions (`github`) its annotations need not be asked for.
    pub(super) fn resolve(self, github: bool) -> Result<Command, clap::Error> {
        if let Some(code) = self.explain {
            return Ok(Command::Explain(code));
        }
        let mut reports = self.report;
        if let Some(target) = clash(&reports) {
            let message = format!("two reports can't both go to {target}");
            return Err(Typed::command().error(ErrorKind::ArgumentConflict, message));
        }
        let given = |format| reports.iter().any(|report| report.format == format);
        let (github, terminal) = (github && !given(CheckFormat::Github), !given(CheckFormat::Terminal));
        // People come first, so that what they read does not begin with lines for a program.
        if terminal {
            reports.insert(0, CheckReport { format: CheckFormat::Terminal, path: None });
        }
        if github {
            reports.push(CheckReport { format: CheckFormat::Github, path: None });
        }
        Ok(Command::Check(options::Check {
            pages: self.pages,
            fix: self.fix,
            min_coverage: self.min_coverage,
            reports,
        }))
    }
}

/// Where two of the reports would be mixed. Annotations are lines of a log, made to stand among others.
fn clash(reports: &[CheckReport]) -> Option<String> {
    reports.iter().enumerate().find_map(|(index, report)| {
        let mixed = |other: &CheckReport| {
            let in_a_log = other.path.is_none()
                && [other.format, report.format].contains(&CheckFormat::Github)
                && [other.format, report.format].contains(&CheckFormat::Terminal);
            other.path == report.path && !in_a_log
        };
        let target = || match &report.path {
            None => "standard output".to_owned(),
            Some(path) => path.display().to_string(),
        };
        reports[..index].iter().any(mixed).then(target)
    })
}

fn report(text: &str) -> Result<CheckReport, String> {
    let (format, path) = text.split_once('=').map_or((text, None), |(format, path)| (format, Some(path)));
    if path == Some("") {
        return Err("the path is missing after `=`".to_owned());
    }
    let format = match format {
        "terminal" => CheckFormat::Terminal,
        "github" => CheckFormat::Github,
        "json" => CheckFormat::Json,
        _ => return Err("a report's format is `terminal`, `github` or `json`".to_owned()),
    };
    Ok(CheckReport { format, path: path.map(PathBuf::from) })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::command::cli::Subcommands;

    fn check(arguments: &str, github: bool) -> Result<Command, String> {
        let words = ["tutor", "check"].into_iter().chain(arguments.split_whitespace());
        let typed = Typed::try_parse_from(words).map_err(|error| error.to_string())?;
        let Subcommands::Check(check) = typed.command else { panic!("another command") };
        check.resolve(github).map_err(|error| error.to_string())
    }

    fn reports(arguments: &str, github: bool) -> String {
        let Command::Check(check) = check(arguments, github).unwrap() else { panic!("no check") };
        let one = |report: &CheckReport| match &report.path {
            None => format!("{:?}", report.format),
            Some(path) => format!("{:?}={}", report.format, path.display()),
        };
        check.reports.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn reports_that_are_on_by_themselves() {
        let cases = [
            ("", false, "Terminal"),
            ("", true, "Terminal Github"),
            ("--report json", false, "Terminal Json"),
            ("--report json", true, "Terminal Json Github"),
            ("--report github=x --report terminal=y", true, "Github=x Terminal=y"),
            ("--report github --report terminal", true, "Github Terminal"),
        ];
        for (arguments, github, expected) in cases {
            assert_eq!(reports(arguments, github), expected, "{arguments} {github}");
        }
    }

    #[test]
    fn codes_to_explain() {
        for (arguments, expected) in [("--explain", None), ("--explain bad-id", Some("bad-id"))] {
            let Command::Explain(code) = check(arguments, false).unwrap() else { panic!("{arguments}") };
            assert_eq!(code.as_deref(), expected);
        }
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("--report xml", "format is `terminal`, `github` or `json`"),
            ("--report json=", "the path is missing"),
            ("--report json --report github", "two reports can't both go to standard output"),
            ("--report json=a --report terminal=a", "two reports can't both go to a"),
            ("--min-coverage 101", "101 is not in 0..=100"),
            ("--explain bad-id --fix", "cannot be used with"),
        ];
        for (arguments, expected) in cases {
            let error = check(arguments, false).map(|_| ()).unwrap_err();
            assert!(error.contains(expected), "{arguments}: {error}");
        }
    }
}

//! The reports that were asked for, beside the one for people.

use std::{io, path::PathBuf};

use super::{
    error::CommandError,
    options::{Format, Report},
    root::{Root, slashed},
};
use crate::report::{Github, Json, Junit, Reporter};

/// The reports in their order. `root`: the directory that the names of pages are counted from; `strict`: a step that could not run has
/// failed.
///
/// # Errors
///
/// Where a file can't be created.
pub(super) fn open(
    reports: &[Report],
    root: &Root,
    strict: bool,
) -> Result<Vec<Box<dyn Reporter>>, CommandError> {
    reports.iter().map(|report| one(report, root, strict)).collect()
}

fn one(report: &Report, root: &Root, strict: bool) -> Result<Box<dyn Reporter>, CommandError> {
    let failed = |path: &PathBuf| {
        let path = path.clone();
        |source| CommandError::Report { path, source }
    };
    Ok(match (report.format, &report.path) {
        (Format::Json, None) => Box::new(Json::stdout()),
        (Format::Json, Some(path)) => Box::new(Json::create(path).map_err(failed(path))?),
        (Format::Junit, None) => Box::new(Junit::stdout(strict)),
        (Format::Junit, Some(path)) => Box::new(Junit::create(path, strict).map_err(failed(path))?),
        (Format::Github, None) => {
            let target = "standard output".to_owned();
            Box::new(Github::new(io::stdout(), target, summary(), prefix(root), strict))
        }
        (Format::Github, Some(path)) => {
            let file = std::fs::File::create(path).map_err(failed(path))?;
            Box::new(Github::new(file, path.display().to_string(), summary(), prefix(root), strict))
        }
    })
}

/// Where GitHub Actions takes the summary of a job from.
fn summary() -> Option<PathBuf> {
    std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The path from the repository's root, as GitHub Actions names it, to the root of the pages.
fn prefix(root: &Root) -> String {
    let base =
        std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from).and_then(|base| base.canonicalize().ok());
    let dir = root.dir().canonicalize().ok();
    let between = dir.as_deref().zip(base.as_deref()).and_then(|(dir, base)| dir.strip_prefix(base).ok());
    match between.map(slashed) {
        Some(path) if !path.is_empty() => path + "/",
        _ => String::new(),
    }
}

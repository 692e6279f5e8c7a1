//! `tutor list`: the steps of a run, in order, and none of them runs.

use std::fmt::Write as _;

use serde::Serialize;

use super::{
    check::summary,
    error::CommandError,
    job::{Asked, plans},
    load::{current_directory, load},
    options,
    program::{WRONG, counted, say},
};
use crate::{
    diagnostic::{draw, has_errors},
    document::StepId,
    outcome::{State, StepKind},
    plan::{Action, Filter, Plan, Ruling, Step},
    report::{Color, Output, escape, objects},
};

/// One step, with the keys of the event stream.
#[derive(Debug, Serialize)]
struct Row<'p> {
    document: &'p str,
    platform: Option<String>,
    file: &'p str,
    step: Option<&'p str>,
    line: usize,
    kind: StepKind,
    /// Where it is decided already: skipped or unverified.
    state: Option<State>,
    reason: Option<&'p str>,
    /// How long it may take, in seconds; `None` where nothing of it waits for a program.
    timeout: Option<f64>,
    command: &'p str,
}

/// Lists the pages' steps; the value is the exit status.
pub(super) fn list(options: &options::List, color: Color) -> Result<u8, CommandError> {
    let loaded = load(&options.pages, &current_directory()?)?;
    if has_errors(&loaded.diagnostics) {
        let mut output = Output::stderr(color);
        let drawn = draw(&loaded.diagnostics, &loaded.sources, output.color());
        let text = format!("{}\n\n{}\n", drawn.trim_end(), summary(&loaded.diagnostics));
        return say(&mut output, &text, WRONG);
    }
    let mut plans_of_all = Vec::new();
    let mut errors = Vec::new();
    let filter = Filter::default();
    let asked = Asked { filter: &filter, provided: &[], strange: false };
    for page in &loaded.pages {
        for plan in plans(page, &loaded.sources, &options.platforms, asked, &|port| port) {
            match plan {
                Ok(plan) => plans_of_all.push(plan),
                Err(error) => errors.push(error),
            }
        }
    }
    if let Some(error) = CommandError::of(errors) {
        return Err(error);
    }
    let mut output = Output::stdout(color);
    let text = if options.json {
        objects(plans_of_all.iter().flat_map(rows))
    } else {
        table(&plans_of_all, output.color())
    };
    say(&mut output, &text, 0)
}

/// In the order of a run: cleanup steps come last, the last of them first.
fn rows(plan: &Plan) -> Vec<Row<'_>> {
    let is_cleanup = |step: &&Step| matches!(step.action, Action::Cleanup { .. });
    let first = plan.steps.iter().filter(|step| !is_cleanup(step));
    let last = plan.steps.iter().rev().filter(is_cleanup);
    first.chain(last).map(|step| row(plan, step)).collect()
}

fn row<'p>(plan: &'p Plan, step: &'p Step) -> Row<'p> {
    let (state, reason) = match &step.ruling {
        None => (None, None),
        Some(Ruling::Skipped(reason)) => (Some(State::Skipped), Some(reason.as_str())),
        Some(Ruling::Unverified(reason)) => (Some(State::Unverified), Some(reason.as_str())),
    };
    Row {
        document: &plan.document,
        platform: plan.platform.as_ref().map(ToString::to_string),
        file: &step.file,
        step: step.id.as_ref().map(StepId::as_str),
        line: step.line,
        kind: StepKind::from(&step.action),
        state,
        reason,
        timeout: waits(&step.action).then_some(step.timeout.as_secs_f64()),
        command: &step.shown,
    }
}

/// Whether the step's time-out can end it.
fn waits(action: &Action) -> bool {
    !matches!(action, Action::File { .. } | Action::Patch { .. } | Action::Files { .. } | Action::Skip)
}

fn table(plans: &[Plan], color: bool) -> String {
    let (bold, dim) = if color {
        (anstyle::Style::new().bold(), anstyle::Style::new().dimmed())
    } else {
        (anstyle::Style::new(), anstyle::Style::new())
    };
    let mut text = String::new();
    for (index, plan) in plans.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let platform = plan.platform.as_ref().map_or_else(String::new, |platform| format!(" ({platform})"));
        let steps = counted(plan.steps.len(), "step");
        let _ = writeln!(text, "{bold}{}{platform}{bold:#}: {steps}", escape(&plan.document));
        let rows = rows(plan);
        let digits = rows.iter().map(|row| row.line.to_string().len()).max().unwrap_or(1);
        for row in rows {
            let kind = format!("{:?}", row.kind).to_lowercase();
            let _ =
                write!(text, "  {dim}{:>digits$}{dim:#}  {kind:<8} {}", row.line, row.step.unwrap_or("-"));
            if let (Some(state), Some(reason)) = (row.state, row.reason) {
                let _ = write!(text, "  {dim}{state}: {}{dim:#}", escape(reason));
            }
            text.push('\n');
        }
    }
    text
}

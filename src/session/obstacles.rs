//! Why a page or a step cannot run on this machine. That is no failure: it is unverified, and says so.

use super::{host::Machine, interpreter, requirement::Programs};
use crate::plan::{Action, ServiceAction, ShellAction, Step};

/// What keeps `step` from running on this machine; the states of other steps are not its business.
pub(super) fn of_step(machine: &Machine<'_>, programs: Programs<'_>, step: &Step) -> Option<String> {
    let runner = step.action.runner();
    if step.action.runs_programs_of_host()
        && let Some(program) = programs.missing(step)
    {
        return Some(format!("{program} not found"));
    }
    let (shell, interpreter) = runner?;
    if let Err(reason) = machine.find(shell) {
        return Some(reason);
    }
    #[cfg(unix)]
    if !step.action.runs_programs_of_host()
        && let Some(program) = step.requires.iter().find(|program| !machine.finds_under_wine(program))
    {
        return Some(format!("{program} not found under Wine"));
    }
    #[cfg(unix)]
    if let Some(reason) = given(&step.action).and_then(|(text, asks)| machine.refuses(shell, text, asks)) {
        return Some(reason);
    }
    let program = interpreter.and_then(interpreter::program)?;
    programs.find(program).is_none().then(|| format!("{program} not found"))
}

/// The text that a shell is given, and whether it needs the terminal.
#[cfg(unix)]
fn given(action: &Action) -> Option<(&str, bool)> {
    match action {
        Action::Shell(ShellAction { text, answers, tty, .. }) => Some((text, *tty || answers.is_some())),
        Action::Cleanup { text, .. } | Action::Service(ServiceAction { text, .. }) => Some((text, false)),
        _ => None,
    }
}

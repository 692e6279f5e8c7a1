//! Why a page or a step cannot run on this machine. That is no failure: it is unverified, and says so.

use std::time::Duration;

use super::{
    errand::{Errand, Found},
    host::Machine,
    interpreter,
    requirement::Programs,
};
use crate::{
    document::Ready,
    plan::{Action, Plan, ServiceAction, ShellAction, Step, TranscriptAction},
    platform::Shell,
};

/// How long a program in the sandbox may take to say its version.
const ASKING: Duration = Duration::from_secs(5);

/// What keeps `step` from running on this machine; the states of other steps are not its business.
pub(super) fn of_step(machine: &Machine<'_>, programs: Programs<'_>, step: &Step) -> Option<String> {
    let connects = match &step.action {
        Action::Service(service) => matches!(service.ready, Ready::Tcp { .. } | Ready::Http(_)),
        Action::Probe { .. } => true,
        _ => false,
    };
    if connects && let Some(reason) = machine.no_network() {
        return Some(reason);
    }
    let runner = step.action.runner();
    if step.action.runs_programs_of_host()
        && let Some(program) = programs.missing(step)
    {
        return Some(format!("{program} not found"));
    }
    let (shell, interpreter) = runner?;
    let shell = interpreter::shell(shell, interpreter);
    if let Err(reason) = machine.find(shell) {
        return Some(reason);
    }
    if shell.is_cmd()
        && let Some(reason) = step.requires.iter().find_map(|program| machine.missing_under_wine(program))
    {
        return Some(reason);
    }
    // What another interpreter is given is another language.
    let may_refuse = shell.is_cmd() || cfg!(windows) && shell == Shell::PowerShell;
    if may_refuse && interpreter.is_none() {
        let (texts, terminal) = given(&step.action);
        if let Some(reason) = machine.refuses(shell, &texts, terminal) {
            return Some(reason);
        }
    }
    let program = interpreter.and_then(interpreter::program)?;
    programs.find(program).is_none().then(|| format!("{program} not found"))
}

/// What keeps all of `plan` from running in the sandbox: versions of programs, which are asked for there. `stop` says that
/// the run is interrupted.
pub(super) fn in_sandbox(machine: &mut Machine<'_>, plan: &Plan, stop: &dyn Fn() -> bool) -> Option<String> {
    if !machine.is_sandboxed() {
        return None;
    }
    let programs = Programs::of(plan);
    let mut said = |command: &[String]| {
        let errand = Errand::Says { command: command.to_vec() };
        match machine.ask(&errand, ASKING, stop) {
            Some(Ok(Found::Says(said))) => said,
            _ => None,
        }
    };
    plan.requires.iter().find_map(|needed| programs.unmet(needed, &mut said))
}

/// The texts that a shell is given, and whether they need the terminal.
fn given(action: &Action) -> (Vec<&str>, bool) {
    match action {
        Action::Shell(ShellAction { text, answers, tty, .. }) => (vec![text], *tty || answers.is_some()),
        Action::Transcript(TranscriptAction { commands, answers, tty, .. }) => {
            let texts = commands.iter().map(|command| command.text.as_str()).collect();
            (texts, *tty || answers.is_some())
        }
        Action::Cleanup { text, .. } | Action::Service(ServiceAction { text, .. }) => (vec![text], false),
        _ => (Vec::new(), false),
    }
}

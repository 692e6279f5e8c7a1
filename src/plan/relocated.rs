//! A plan whose directories are the run's own by their names, for systems that can't give a run its own view.

use super::{Action, Plan, Relocation, Secret, Step};
use crate::document::{Ready, Stop};

impl Plan {
    /// This plan with the run's paths in all that a run uses: commands, answers, files, path attributes, `env`.
    ///
    /// Expected output stays as the page has it, since the run's output is mapped back ([`Relocation::back`]). So do
    /// the directories under `relocate`: they are the page's names. A secret that holds such a path is kept from view
    /// in both forms.
    #[must_use]
    pub fn relocated(&self, relocation: &Relocation) -> Self {
        let mut plan = self.clone();
        for (_, value) in &mut plan.env {
            *value = relocation.apply(value);
        }
        for secret in &self.secrets {
            let value = relocation.apply(&secret.value);
            if value != secret.value {
                plan.secrets.push(Secret { name: secret.name.clone(), value });
            }
        }
        plan.steps.iter_mut().for_each(|step| relocate(step, relocation));
        plan
    }
}

fn relocate(step: &mut Step, relocation: &Relocation) {
    let apply = |text: &mut String| *text = relocation.apply(text);
    match &mut step.action {
        Action::Shell(shell) => {
            apply(&mut shell.text);
            // Programs prompt with the paths that they were given, and what is typed may be one.
            shell.answers.iter_mut().flatten().for_each(|answer| apply(&mut answer.text));
        }
        Action::Transcript(transcript) => {
            transcript.commands.iter_mut().for_each(|command| apply(&mut command.text));
            transcript.answers.iter_mut().flatten().for_each(|answer| apply(&mut answer.text));
        }
        Action::Service(service) => {
            apply(&mut service.text);
            service.daemon.iter_mut().for_each(apply);
            if let Ready::File(path) = &mut service.ready {
                apply(path);
            }
            if let Stop::Command(command) = &mut service.stop {
                apply(command);
            }
        }
        Action::Patch { path, hunks } => {
            apply(path);
            hunks.iter_mut().flat_map(|hunk| &mut hunk.lines).for_each(|line| apply(&mut line.text));
        }
        Action::Cleanup { text, .. } | Action::Certificate { text, .. } | Action::Probe { text, .. } => {
            apply(text);
        }
        Action::File { path, text, .. } => {
            apply(path);
            apply(text);
        }
        Action::Files { dir, .. } => apply(dir),
        Action::Skip => {}
    }
}

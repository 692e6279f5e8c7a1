//! What a run hides from its outputs: the same for all its steps, but for the rules of the tutorial that each belongs to.

use std::sync::Arc;

use super::host::Machine;
use crate::{
    document::RedactRule,
    plan::{Plan, Step},
    redact::{Config, Redactor},
};

/// The redactors of one run.
#[derive(Debug)]
pub(super) struct Redactors {
    page: Redactor,
    /// Those of tutorials that run before the page, by their rules.
    earlier: Vec<(Arc<[RedactRule]>, Redactor)>,
}

impl Redactors {
    /// Those of a run of `plan` on `machine`.
    pub(super) fn new(plan: &Plan, machine: &Machine<'_>) -> Self {
        let config = |rules: &[RedactRule]| Config {
            secrets: plan.secrets.iter().map(|secret| (secret.value.clone(), secret.name.clone())).collect(),
            shells: Some(machine.shell_files()),
            paths: machine.paths(),
            ports: plan.ports.iter().map(|port| (port.used, port.shown)).collect(),
            rules: rules.iter().map(|rule| (rule.pattern.clone(), rule.with.clone())).collect(),
        };
        let mut earlier: Vec<(Arc<[RedactRule]>, Redactor)> = Vec::new();
        for rules in plan.steps.iter().filter_map(|step| step.redact.as_ref()) {
            if !earlier.iter().any(|(known, _)| Arc::ptr_eq(known, rules)) {
                earlier.push((Arc::clone(rules), Redactor::new(config(rules))));
            }
        }
        Self { page: Redactor::new(config(&plan.redact)), earlier }
    }

    /// The one of a step.
    pub(super) fn of(&self, step: &Step) -> &Redactor {
        let own = step.redact.as_ref().and_then(|rules| {
            self.earlier.iter().find(|(known, _)| Arc::ptr_eq(known, rules)).map(|(_, redactor)| redactor)
        });
        own.unwrap_or(&self.page)
    }
}

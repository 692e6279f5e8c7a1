//! The tutorials of one run: those that come before the page, and the page itself last.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    FileCopy, Plan, PlanError, Port, Request, Requirement, Secret,
    placeholder::{Placeholders, Value, View},
    platform,
};
use crate::{
    document::{self, Document, EnvValue, FrontMatter, RedactRule, Variant},
    platform::Platform,
    source::{SourceId, Sources, Spanned},
};

/// Shorter secrets would hide ordinary words of an output.
const SHORTEST_SECRET: usize = 8;

/// One tutorial of a run.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) document: &'a Document,
    /// What its front matter, and those of the tutorials that it includes, say for this run.
    pub(super) front: &'a FrontMatter,
    /// Its path from the root.
    pub(super) file: String,
    /// Its own platform in this run.
    pub(super) platform: Option<Platform>,
    /// Which of its runs that is.
    pub(super) variant: Variant,
    pub(super) placeholders: Arc<Placeholders>,
    /// Its rules for what varies; `None` for the page, whose rules are the plan's.
    pub(super) rules: Option<Arc<[RedactRule]>>,
    request: &'a Request<'a>,
    sources: &'a Sources,
}

/// The tutorials of a run of `page`, in their order, each once.
pub(super) fn parts<'a>(
    page: &'a Document,
    platform: Option<&Platform>,
    sources: &'a Sources,
    request: &'a Request<'a>,
) -> Result<Vec<Part<'a>>, PlanError> {
    let mut order = Vec::new();
    in_order(page, &mut order);
    let mut parts = Vec::with_capacity(order.len());
    for document in order {
        let itself = document.source == page.source;
        let file =
            if itself { request.document.clone() } else { sources.get(document.source).name().to_owned() };
        let own = if itself {
            platform.cloned()
        } else {
            platform::of_earlier(document, &file, platform, request)?
        };
        let variant = document.variant(own.as_ref()).ok_or_else(|| PlanError::UnknownPlatform {
            asked: own.clone().unwrap_or_else(|| Platform::plain(request.host)),
            document: file.clone(),
            named: document.platforms.clone(),
        })?;
        let front = document.front_on(variant);
        parts.push(Part {
            document,
            front,
            file,
            platform: own,
            variant,
            placeholders: Arc::new(Placeholders::new(front, request)),
            rules: (!itself).then(|| front.redact.clone().into()),
            request,
            sources,
        });
    }
    Ok(parts)
}

/// Those before `document` first, itself last. That none comes before itself was checked when they were read.
fn in_order<'a>(document: &'a Document, order: &mut Vec<&'a Document>) {
    for after in &document.after {
        if !order.iter().any(|known| known.source == after.document.source) {
            in_order(&after.document, order);
        }
    }
    order.push(document);
}

impl Part<'_> {
    /// Adds what this tutorial's front matter asks of the whole run. Where two want something else for one variable,
    /// the later one gets it: that is the page, in the end.
    pub(super) fn add_to(&self, plan: &mut Plan) -> Result<(), PlanError> {
        let front = self.front;
        plan.requires.extend(front.requires.iter().map(required));
        for directory in &front.relocate {
            if !plan.relocate.contains(&directory.value) {
                plan.relocate.push(directory.value.clone());
            }
        }
        for (name, wanted) in &front.env {
            let value = match wanted {
                EnvValue::Text(text) => Some(text.value.clone()),
                EnvValue::Env(variable) => {
                    let value = (self.request.env)(&variable.value);
                    if value.is_none() && !plan.unset.contains(&variable.value) {
                        plan.unset.push(variable.value.clone());
                    }
                    value
                }
            };
            let Some(value) = value else { continue };
            plan.env.retain(|(known, _)| *known != name.value);
            plan.env.push((name.value.clone(), value));
        }
        for secret in self.secrets()? {
            if !plan.secrets.contains(&secret) {
                plan.secrets.push(secret);
            }
        }
        for port in &front.ports {
            let shown = port.number.value;
            if !plan.ports.iter().any(|known| known.shown == shown) {
                plan.ports.push(Port { shown, used: (self.request.port)(shown) });
            }
        }
        for file in &front.copy {
            let copy = FileCopy { from: file.path.clone(), to: document::copied_to(&file.written.value) };
            match plan.copy.iter().find(|known| known.to == copy.to) {
                Some(known) if known.from != copy.from => {
                    return Err(PlanError::CopiedTwice { name: copy.to, document: self.file.clone() });
                }
                Some(_) => {}
                None => plan.copy.push(copy),
            }
        }
        Ok(())
    }

    /// The secrets that have a value. Those written on the page itself are the document's to judge.
    fn secrets(&self) -> Result<Vec<Secret>, PlanError> {
        let mut secrets = Vec::new();
        for name in &self.front.secrets {
            let Some(found) = self.placeholders.value(&name.value) else { continue };
            let Some(value) = found.get(View::Used) else { continue };
            if let Value::Env { variable, .. } = found {
                self.keepable(variable, &name.value, value)?;
            }
            secrets.push(Secret { name: name.value.clone(), value: value.to_owned() });
        }
        Ok(secrets)
    }

    /// Whether a secret from the caller's environment can be kept from view.
    fn keepable(&self, variable: &str, secret: &str, value: &str) -> Result<(), PlanError> {
        let (variable, secret) = (variable.to_owned(), secret.to_owned());
        if value.chars().count() < SHORTEST_SECRET {
            return Err(PlanError::ShortSecret { variable, secret });
        }
        let blocks = self.document.blocks.iter().map(|block| block.fence.source);
        let texts: BTreeSet<SourceId> = blocks.chain([self.document.source]).collect();
        for text in texts {
            let source = self.sources.get(text);
            if let Some(at) = source.text().find(value) {
                let own = text == self.document.source;
                let file = if own { self.file.clone() } else { source.name().to_owned() };
                return Err(PlanError::SecretOnPage { variable, secret, file, line: source.line(at) });
            }
        }
        Ok(())
    }
}

fn required(requirement: &document::Requirement) -> Requirement {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    Requirement {
        program: requirement.program.value.clone(),
        min: text(&requirement.min),
        run: text(&requirement.run),
        pattern: requirement.pattern.clone(),
    }
}

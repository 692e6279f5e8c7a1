//! What holds in each run of a page that includes tutorials: its own declarations with theirs.

use super::{
    collect::Input,
    places::{Place, Variants},
};
use crate::{
    diagnostic::Diagnostic,
    document::{EnvValue, FrontMatter, Placeholder, PlaceholderValue, Port, Requirement, Runs, copied_to},
    source::{SourceId, Span, Spanned},
};

/// A tutorial that a page includes.
#[derive(Debug)]
pub(super) struct Reached {
    /// Its file.
    pub(super) file: SourceId,
    /// The comment that includes it.
    pub(super) comment: Span,
    /// Where that stands.
    pub(super) outer: Place,
    /// The same, narrowed to the tutorial's own platforms.
    pub(super) inner: Place,
}

/// Which of the included tutorials no platform of the page ever reaches. Each comment of them is reported, but for those
/// in such a tutorial, and for those that are reached where their file is included once more.
pub(super) fn unreached(reached: &[Reached], variants: &Variants, found: &mut Vec<Diagnostic>) -> Vec<bool> {
    let mut dead = Vec::with_capacity(reached.len());
    for one in reached {
        // Those around it were read first.
        let around = one.outer.include.is_some_and(|include| dead[include.number]);
        let none = variants.of(&one.inner).is_empty();
        dead.push(none);
        // A tab that is never reached says so itself where it holds a block of its own; here it may hold none.
        let again = |other: &&Reached| other.comment == one.comment && !variants.of(&other.inner).is_empty();
        if !none || around || reached.iter().any(|other| again(&other)) {
            continue;
        }
        let message = "no platform of this page ever reaches this tutorial";
        let error = Diagnostic::error("unreachable", message, one.comment, "on none of the page's platforms");
        let error = match one.outer.tab {
            Some(tab) => error.also(tab, "it stands in this tab"),
            None => error,
        };
        found.push(error.help(variants.named()));
    }
    dead
}

/// For each set of runs that take in the same tutorials, what their front matter and the page's own say together. Empty
/// where the page includes none. What contradicts each other is reported.
pub(super) fn merged(
    input: Input<'_>,
    reached: &[Reached],
    variants: &Variants,
    found: &mut Vec<Diagnostic>,
) -> Vec<(Runs, FrontMatter)> {
    if reached.is_empty() {
        return Vec::new();
    }
    let runs_of: Vec<Runs> = reached.iter().map(|one| variants.of(&one.inner)).collect();
    let mut groups: Vec<(Vec<SourceId>, Runs)> = Vec::new();
    for run in variants.all.iter() {
        let mut files: Vec<SourceId> = Vec::new();
        for (one, runs) in reached.iter().zip(&runs_of) {
            if runs.contains(run) && !files.contains(&one.file) {
                files.push(one.file);
            }
        }
        match groups.iter_mut().find(|(known, _)| *known == files) {
            Some((_, runs)) => *runs = runs.or(Runs::only(run)),
            None => groups.push((files, Runs::only(run))),
        }
    }
    let mut conflicts = Vec::new();
    let mut merged = Vec::with_capacity(groups.len());
    for (files, runs) in groups {
        let mut holding = Merger { front: input.front.clone(), runs, conflicts: &mut conflicts };
        for front in files.iter().filter_map(|file| input.texts.front(*file)) {
            holding.add(front);
        }
        merged.push((runs, holding.front));
    }
    found.extend(conflicts.iter().map(|conflict| conflict.diagnostic(variants)));
    merged
}

/// Two declarations that can't both hold in a run.
struct Conflict {
    what: String,
    first: Span,
    again: Span,
    runs: Runs,
}

impl Conflict {
    fn diagnostic(&self, variants: &Variants) -> Diagnostic {
        let message =
            format!("two files of the page say different things of {}{}", self.what, variants.on(self.runs));
        Diagnostic::error("include-conflict", message, self.again, "said here")
            .also(self.first, "and something else here")
            .help("let both say the same, or take one away")
    }
}

struct Merger<'c> {
    /// What holds so far.
    front: FrontMatter,
    /// In these runs.
    runs: Runs,
    conflicts: &'c mut Vec<Conflict>,
}

impl Merger<'_> {
    /// Adds what an included tutorial says. Its title, `after` and `counterpart` stay its own.
    fn add(&mut self, other: &FrontMatter) {
        for requirement in &other.requires {
            add_new(&mut self.front.requires, requirement, same_requirement);
        }
        for directory in &other.relocate {
            add_new(&mut self.front.relocate, directory, same_text);
        }
        for secret in &other.secrets {
            add_new(&mut self.front.secrets, secret, same_text);
        }
        for pattern in &other.covers {
            add_new(&mut self.front.covers, pattern, same_text);
        }
        for exception in &other.parity {
            add_new(&mut self.front.parity, exception, |one, other| one.span() == other.span());
        }
        for mark in &other.mutants {
            add_new(&mut self.front.mutants, mark, |one, other| one.step.span == other.step.span);
        }
        self.placeholders(other);
        self.ports(other);
        self.environment(other);
        self.copies(other);
        self.redactions(other);
        match (&self.front.timeout, &other.timeout) {
            (Some(known), Some(limit)) if known.value != limit.value => {
                self.conflict("the time-out".to_owned(), known.span, limit.span);
            }
            (None, Some(limit)) => self.front.timeout = Some(limit.clone()),
            _ => {}
        }
    }

    /// Takes a contradiction down, once for each two places.
    fn conflict(&mut self, what: String, first: Span, again: Span) {
        let known = self.conflicts.iter_mut().find(|known| (known.first, known.again) == (first, again));
        match known {
            Some(known) => known.runs = known.runs.or(self.runs),
            None => self.conflicts.push(Conflict { what, first, again, runs: self.runs }),
        }
    }

    fn placeholders(&mut self, other: &FrontMatter) {
        for one in &other.placeholders {
            let name = &one.name;
            let known = self.front.placeholders.iter().find(|known| known.name.value == name.value);
            let port = self.front.ports.iter().find(|port| port.name.value == name.value);
            let first = match (known, port) {
                (Some(known), _) if same_value(known, one) => continue,
                (Some(known), _) => known.name.span,
                (None, Some(port)) => port.name.span,
                (None, None) => {
                    self.front.placeholders.push(one.clone());
                    continue;
                }
            };
            self.conflict(format!("the placeholder `{}`", name.value), first, name.span);
        }
    }

    fn ports(&mut self, other: &FrontMatter) {
        for one in &other.ports {
            let (name, number) = (&one.name, one.number.value);
            let same = |known: &&Port| known.name.value == name.value || known.number.value == number;
            let known = self.front.ports.iter().find(same);
            let placeholder = self.front.placeholders.iter().find(|known| known.name.value == name.value);
            let first = match (known, placeholder) {
                (Some(known), _) if known.name.value == name.value && known.number.value == number => {
                    continue;
                }
                (Some(known), _) => known.name.span,
                (None, Some(placeholder)) => placeholder.name.span,
                (None, None) => {
                    self.front.ports.push(one.clone());
                    continue;
                }
            };
            self.conflict(format!("the port `{}`", name.value), first, name.span);
        }
    }

    fn environment(&mut self, other: &FrontMatter) {
        for (name, value) in &other.env {
            let known = self.front.env.iter().find(|(known, _)| known.value == name.value);
            match known {
                Some((_, known)) if same_variable(known, value) => {}
                Some((known, _)) => {
                    let first = known.span;
                    self.conflict(format!("the variable `{}`", name.value), first, name.span);
                }
                None => self.front.env.push((name.clone(), value.clone())),
            }
        }
    }

    fn copies(&mut self, other: &FrontMatter) {
        for file in &other.copy {
            let to = copied_to(&file.written.value);
            let known = self.front.copy.iter().find(|known| copied_to(&known.written.value) == to);
            match known {
                Some(known) if known.path == file.path => {}
                Some(known) => {
                    let first = known.written.span;
                    self.conflict(format!("the copied `{to}`"), first, file.written.span);
                }
                None => self.front.copy.push(file.clone()),
            }
        }
    }

    fn redactions(&mut self, other: &FrontMatter) {
        for rule in &other.redact {
            let known =
                self.front.redact.iter().find(|known| known.pattern.as_str() == rule.pattern.as_str());
            match known {
                Some(known) if known.with == rule.with => {}
                Some(known) => {
                    let first = known.span;
                    self.conflict("what this pattern becomes".to_owned(), first, rule.span);
                }
                None => self.front.redact.push(rule.clone()),
            }
        }
    }
}

/// Adds what is not there yet.
fn add_new<T: Clone>(all: &mut Vec<T>, one: &T, same: impl Fn(&T, &T) -> bool) {
    if !all.iter().any(|known| same(known, one)) {
        all.push(one.clone());
    }
}

fn same_text(one: &Spanned<String>, other: &Spanned<String>) -> bool {
    one.value == other.value
}

/// Two that ask for different versions are both asked for.
fn same_requirement(one: &Requirement, other: &Requirement) -> bool {
    fn text(text: Option<&Spanned<String>>) -> Option<&str> {
        text.map(|text| text.value.as_str())
    }
    one.program.value == other.program.value
        && text(one.min.as_ref()) == text(other.min.as_ref())
        && text(one.run.as_ref()) == text(other.run.as_ref())
        && one.pattern.as_ref().map(regex::Regex::as_str) == other.pattern.as_ref().map(regex::Regex::as_str)
}

fn same_value(one: &Placeholder, other: &Placeholder) -> bool {
    match (&one.value, &other.value) {
        (PlaceholderValue::Text(one), PlaceholderValue::Text(other))
        | (PlaceholderValue::Env(one), PlaceholderValue::Env(other)) => one.value == other.value,
        _ => false,
    }
}

fn same_variable(one: &EnvValue, other: &EnvValue) -> bool {
    match (one, other) {
        (EnvValue::Text(one), EnvValue::Text(other)) | (EnvValue::Env(one), EnvValue::Env(other)) => {
            one.value == other.value
        }
        _ => false,
    }
}

//! Which blocks belong together: outputs and answers to their steps, ids, and what a step needs.

use std::{collections::HashMap, ops::Range};

use super::{
    build::part,
    part::{Marks, Part},
};
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{
        Block, BlockKind, Output, StepId,
        attributes::{Attributes, Choice, Class, Kind, choose, scan},
        markdown::{Fence, check},
        page::Page,
    },
    source::Span,
};

/// The blocks of a page.
pub(in crate::document) struct Collected {
    /// In the page's order.
    pub(in crate::document) blocks: Vec<Block>,
    /// All fences of ours, also those that could not be read, with their fences' lines.
    pub(in crate::document) ours: Vec<Range<usize>>,
}

/// Makes blocks of the fences, and reports what is wrong with each and between them.
pub(in crate::document) fn collect(
    fences: Vec<Fence>,
    page: Page<'_>,
    found: &mut Vec<Diagnostic>,
) -> Collected {
    let mut links = Links {
        blocks: Vec::new(),
        marks: Vec::new(),
        last: Last::Nothing,
        skipped: None,
        ids: HashMap::new(),
        platforms: page.text.contains("tutor:tab"),
        found,
    };
    let mut ours = Vec::new();
    for fence in fences {
        let info = scan(page.text, fence.info.clone());
        let choice = choose(&info, page, links.found);
        check(&fence, !matches!(choice, Choice::Foreign), page, links.found);
        match choice {
            Choice::Foreign => {}
            // What it would have been is not known, so neither is what belongs to it.
            Choice::Misspelt => links.last = Last::Unread,
            Choice::Ours(group) => {
                ours.push(fence.block.clone());
                let attributes = Attributes::read(group, page, links.found);
                links.platforms |= attributes.keys().any(|key| key.value == "platform");
                let part = part(fence, &attributes, info.language.as_ref(), page, links.found);
                links.add(part);
            }
        }
    }
    links.check_needs();
    Collected { blocks: links.blocks, ours }
}

/// What an output or answers block would belong to.
#[derive(Clone, Copy)]
enum Last {
    /// There is no block above.
    Nothing,
    /// The step with this index.
    Step(usize),
    /// A cleanup block, whose output is not compared.
    Cleanup(Span),
    /// A block that could not be read: reported, so nothing more is said.
    Unread,
}

struct Links<'f> {
    blocks: Vec<Block>,
    marks: Vec<Marks>,
    last: Last,
    /// The last skipped block since the last step: it does not count, which its author may not expect.
    skipped: Option<Span>,
    /// Each id with the place of its first block in the page's order, and where it stands.
    ids: HashMap<StepId, (usize, Span)>,
    /// Whether the page has blocks for single platforms, in which one id stands for one step on each. That is not
    /// supported yet, which was reported, and is no reason to call the ids wrong.
    platforms: bool,
    found: &'f mut Vec<Diagnostic>,
}

impl Links<'_> {
    fn add(&mut self, part: Part) {
        match part {
            Part::Block(block, marks) => {
                let block = *block;
                if let Some(id) = &block.id {
                    self.name(id.value.clone(), id.span);
                }
                match block.kind {
                    BlockKind::Shell(_) => {
                        self.last = Last::Step(self.blocks.len());
                        self.skipped = None;
                    }
                    BlockKind::Cleanup(_) => self.last = Last::Cleanup(block.fence),
                    BlockKind::Skip { .. } => self.skipped = Some(block.fence),
                    _ => {}
                }
                self.blocks.push(block);
                self.marks.push(marks);
            }
            Part::Output(output) => {
                if let Some(index) = self.owner(output.fence, "output") {
                    self.output(index, output);
                }
            }
            Part::Answers(answers) => {
                if let Some(index) = self.owner(answers.fence, "answers")
                    && let BlockKind::Shell(step) = &mut self.blocks[index].kind
                {
                    let (first, again) = (step.answers.first().map(|first| first.fence), answers.fence);
                    match first {
                        Some(first) => self.second("answers", index, first, again),
                        None => step.answers.push(answers),
                    }
                }
            }
            Part::Unread(id, kind) => {
                if let Some(id) = id {
                    self.name(id.value, id.span);
                }
                let between = matches!(
                    kind,
                    Some(Kind::Class(
                        Class::File | Class::Files | Class::Skip | Class::Output | Class::Answers
                    ))
                );
                if !between {
                    self.last = Last::Unread;
                }
            }
        }
    }

    fn output(&mut self, index: usize, output: Output) {
        let BlockKind::Shell(step) = &mut self.blocks[index].kind else { return };
        let again = output.fence;
        if let Some(first) = step.outputs.first() {
            let first = first.fence;
            return self.second("output", index, first, again);
        }
        step.outputs.push(output);
        if let Some(snapshot) = self.marks[index].snapshot {
            let message = "`snapshot` has no effect on a step whose output stands on the page";
            self.found.push(
                Diagnostic::warning("snapshot-with-output", message, snapshot, "no effect")
                    .also(again, "its output is compared here")
                    .help("take one of the two away"),
            );
        }
    }

    /// The step that an output or answers block belongs to.
    fn owner(&mut self, fence: Span, what: &str) -> Option<usize> {
        let code = if what == "output" { "output-without-step" } else { "answers-without-step" };
        match self.last {
            Last::Step(index) => return Some(index),
            Last::Unread => {}
            Last::Nothing => {
                let message = format!("no step stands above this `.{what}` block");
                let error = Diagnostic::error(code, message, fence, "belongs to no step");
                let error = match self.skipped {
                    Some(skipped) => error.also(skipped, "a skipped block does not count"),
                    None => error,
                };
                self.found.push(error.help("give the step an id, `{#name}`, and put this block behind it"));
            }
            Last::Cleanup(cleanup) => {
                let message = format!("a cleanup block has no `.{what}`");
                self.found.push(
                    Diagnostic::error(code, message, fence, "belongs to no step")
                        .also(cleanup, "the nearest block above it"),
                );
            }
        }
        None
    }

    /// Two outputs, or two answers, for one step.
    fn second(&mut self, what: &str, index: usize, first: Span, again: Span) {
        let code = if what == "output" { "two-outputs" } else { "two-answers" };
        let id = self.blocks[index].id.as_ref().map(|id| id.value.clone());
        let name = id.map_or_else(|| "the step".to_owned(), |id| format!("the step `{id}`"));
        let message = format!("{name} has two `.{what}` blocks");
        let error = Diagnostic::error(code, message, again, "the second one").also(first, "the first one");
        self.found.push(match self.skipped {
            Some(skipped) => error.also(skipped, "a skipped block does not count"),
            None => error.help("take one of them away, or give the step between them an id"),
        });
    }

    /// Takes an id in; a second use is reported.
    fn name(&mut self, id: StepId, span: Span) {
        let place = self.blocks.len();
        if let Some(&(_, first)) = self.ids.get(&id) {
            if self.platforms {
                return;
            }
            let message = format!("the id `{id}` is used twice");
            self.found.push(
                Diagnostic::error("duplicate-id", message, span, "used again here")
                    .also(first, "first used here")
                    .help("give each block an id of its own"),
            );
            return;
        }
        self.ids.insert(id, (place, span));
    }

    /// What a step needs must be a block above it.
    fn check_needs(&mut self) {
        for (place, block) in self.blocks.iter().enumerate() {
            for need in &block.needs {
                let name = &need.id.value;
                let own = block.id.as_ref().is_some_and(|id| id.value == *name);
                let error = match self.ids.get(name) {
                    _ if own => {
                        let message = format!("the step `{name}` needs itself");
                        Diagnostic::error("needs-itself", message, need.id.span, "its own id")
                    }
                    None => unknown(name, need.id.span, self.ids.keys()),
                    Some(&(other, there)) if other > place => {
                        let message = format!("the step `{name}` comes later");
                        Diagnostic::error("needs-later-step", message, need.id.span, "has not run by then")
                            .also(there, "it stands here")
                    }
                    Some(&(other, there)) => {
                        let cleanup = self.blocks.get(other).filter(|block| {
                            matches!(block.kind, BlockKind::Cleanup(_))
                                && block.id.as_ref().is_some_and(|id| id.value == *name)
                        });
                        if cleanup.is_none() {
                            continue;
                        }
                        let message = format!("`{name}` is a cleanup block, which runs at the end");
                        Diagnostic::error("needs-later-step", message, need.id.span, "has not run by then")
                            .also(there, "it stands here")
                    }
                };
                self.found.push(error);
            }
        }
    }
}

fn unknown<'i>(name: &StepId, span: Span, known: impl Iterator<Item = &'i StepId>) -> Diagnostic {
    let message = format!("there is no step `{name}`");
    let error = Diagnostic::error("unknown-step", message, span, "unknown id");
    match nearest(name.as_str(), known.map(StepId::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")).suggest(span, near),
        None => error.help("`needs` names ids of steps above"),
    }
}

//! Which blocks belong together: outputs and answers to their steps, ids, and the platforms that each is on.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    named::check_named,
    part::{Marks, Part, Piece},
    places::{Place, Variants},
};
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{
        Answers, Block, BlockKind, Output, Runs, StepId,
        attributes::{Class, Kind},
    },
    source::{SourceId, Span, Spanned},
};

/// A fence of ours, and where it stands.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) part: Part,
    pub(super) place: Place,
    /// The opening fence's line.
    pub(super) line: Span,
    /// Where the comment begins that hides it.
    pub(super) hidden: Option<usize>,
    /// Whether all around it is known, and reported, to be reached by no platform.
    pub(super) unreached: bool,
}

/// A use of an id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Definition {
    /// The runs in which it is that block's.
    pub(super) runs: Runs,
    /// How many blocks stand before it: its own index, where it could be read.
    pub(super) place: usize,
    pub(super) span: Span,
}

/// All ids of a page.
pub(super) type Ids = HashMap<StepId, Vec<Definition>>;

/// The blocks of `entries`, with what belongs to each. What is wrong between them is reported.
pub(super) fn link(entries: Vec<Entry>, variants: &Variants, found: &mut Vec<Diagnostic>) -> Vec<Block> {
    let mut links = Links {
        variants,
        blocks: Vec::new(),
        marks: Vec::new(),
        last: BTreeMap::new(),
        hidden: None,
        skipped: None,
        ids: HashMap::new(),
        later: Vec::new(),
        unreachable: BTreeMap::new(),
        reached: HashSet::new(),
        found,
    };
    for entry in entries {
        links.add(entry);
    }
    for (piece, runs, name) in std::mem::take(&mut links.later) {
        links.attach_to_named(&piece, runs, &name);
    }
    let Links { unreachable, reached, found, .. } = &mut links;
    found.extend(
        std::mem::take(unreachable)
            .into_iter()
            .filter(|(at, _)| !reached.contains(at))
            .map(|(_, error)| error),
    );
    check_named(&links.blocks, &links.ids, variants, links.found);
    links.blocks
}

/// What an output or answers block would belong to.
#[derive(Clone, Copy, Debug)]
enum Last {
    /// There is no block above.
    Nothing,
    /// The step with this index.
    Step(usize),
    /// A block that prints nothing which could be compared, and how it is called.
    Other(Span, &'static str),
    /// A block that could not be read: reported, so nothing more is said.
    Unread,
}

struct Links<'v, 'f> {
    variants: &'v Variants,
    blocks: Vec<Block>,
    marks: Vec<Marks>,
    /// For each file and run, what stands last.
    last: BTreeMap<SourceId, Vec<Last>>,
    /// The same within the comment that begins there: what it hides counts only in itself.
    hidden: Option<(SourceId, usize, Vec<Last>)>,
    /// The last skipped block since the last step: it does not count, which its author may not expect.
    skipped: Option<Span>,
    ids: Ids,
    /// What names its step, which may stand below.
    later: Vec<(Piece, Runs, Spanned<StepId>)>,
    /// Places that are not reached where they stand, each with what to say of it.
    unreachable: BTreeMap<Span, Diagnostic>,
    /// Places that are reached: in a file that is included twice, a place may be reached only once.
    reached: HashSet<Span>,
    found: &'f mut Vec<Diagnostic>,
}

impl Links<'_, '_> {
    fn add(&mut self, entry: Entry) {
        let Entry { part, place, line, hidden, unreached } = entry;
        let runs = self.variants.of(&place);
        if !runs.is_empty() {
            self.reached.insert(place.main(line));
        } else if !unreached {
            self.unreachable(&place, line);
        }
        match part {
            Part::Block(block, marks) => {
                let mut block = *block;
                block.runs = runs;
                block.tutorial = place.tutorial;
                let partly = || {
                    place.tutorial.is_none()
                        && place.platforms.is_some()
                        && !self.variants.all.without(runs).is_empty()
                };
                block.placed = place.placed || partly();
                if let Some(id) = &block.id {
                    self.name(&id.value, id.span, runs);
                }
                let last = match &block.kind {
                    BlockKind::Shell(_) | BlockKind::Transcript(_) => Some(Last::Step(self.blocks.len())),
                    BlockKind::Cleanup(_) => Some(Last::Other(block.fence, "a cleanup block")),
                    BlockKind::Service(_) => Some(Last::Other(block.fence, "a service")),
                    BlockKind::Certificate { .. } => Some(Last::Other(block.fence, "a certificate block")),
                    BlockKind::Probe { .. } => Some(Last::Other(block.fence, "a probe block")),
                    BlockKind::Skip { .. } => {
                        self.skipped = Some(block.fence);
                        None
                    }
                    BlockKind::File { .. } | BlockKind::Files { .. } | BlockKind::Patch { .. } => None,
                };
                if let Some(last) = last {
                    self.set_last(line.source, hidden, runs, last);
                }
                self.blocks.push(block);
                self.marks.push(marks);
            }
            Part::Piece(piece, Some(name)) => self.later.push((piece, runs, name)),
            Part::Piece(piece, None) => self.attach_to_last(&piece, runs, hidden),
            Part::Unread(id, kind) => {
                if let Some(id) = id {
                    self.name(&id.value, id.span, runs);
                }
                let between = matches!(
                    kind,
                    Some(Kind::Class(
                        Class::File
                            | Class::Files
                            | Class::Patch
                            | Class::Skip
                            | Class::Output
                            | Class::Answers
                    ))
                );
                if !between {
                    self.set_last(line.source, hidden, runs, Last::Unread);
                }
            }
        }
    }

    /// What stands last, in a file or in the comment that hides a block.
    fn lasts(&mut self, file: SourceId, hidden: Option<usize>) -> &mut Vec<Last> {
        let runs = self.variants.all.iter().count();
        let visible = self.last.entry(file).or_insert_with(|| vec![Last::Nothing; runs]);
        let Some(comment) = hidden else { return visible };
        let same = matches!(&self.hidden, Some((of, at, _)) if (*of, *at) == (file, comment));
        if !same {
            self.hidden = None;
        }
        &mut self.hidden.get_or_insert_with(|| (file, comment, visible.clone())).2
    }

    fn set_last(&mut self, file: SourceId, hidden: Option<usize>, runs: Runs, last: Last) {
        let lasts = self.lasts(file, hidden);
        for run in runs.iter() {
            if let Some(slot) = lasts.get_mut(run.index()) {
                *slot = last;
            }
        }
        if hidden.is_none() && matches!(last, Last::Step(_)) {
            self.skipped = None;
        }
    }

    /// Gives an output or answers to the nearest step above it, which may be another on each platform.
    fn attach_to_last(&mut self, piece: &Piece, runs: Runs, hidden: Option<usize>) {
        let lasts = self.lasts(piece.fence().source, hidden).clone();
        let mut owners: Vec<(usize, Runs)> = Vec::new();
        let (mut orphan, mut other) = (Runs::NONE, None);
        for run in runs.iter() {
            match lasts.get(run.index()).copied().unwrap_or(Last::Nothing) {
                Last::Step(index) => match owners.iter_mut().find(|(owner, _)| *owner == index) {
                    Some((_, own)) => *own = own.or(Runs::only(run)),
                    None => owners.push((index, Runs::only(run))),
                },
                Last::Nothing => orphan = orphan.or(Runs::only(run)),
                Last::Other(span, what) => other = Some((span, what)),
                Last::Unread => {}
            }
        }
        for (index, runs) in owners {
            self.attach(piece, index, runs);
        }
        let (class, fence) = (piece.class(), piece.fence());
        let code = if class == "output" { "output-without-step" } else { "answers-without-step" };
        if let Some((span, what)) = other {
            let message = format!("{what} has no `.{class}`");
            let error = Diagnostic::error(code, message, fence, "belongs to no step");
            self.found.push(error.also(span, "the nearest block above it"));
        } else if !orphan.is_empty() {
            let on = if orphan == runs { String::new() } else { self.variants.on(orphan) };
            let message = format!("no step stands above this `.{class}` block{on}");
            let error = Diagnostic::error(code, message, fence, "belongs to no step");
            let error = match self.skipped {
                Some(skipped) => error.also(skipped, "a skipped block does not count"),
                None => error,
            };
            self.found.push(error.help("give the step an id, `{#name}`, and put this block behind it"));
        }
    }

    /// Gives an output or answers to the step that it names.
    fn attach_to_named(&mut self, piece: &Piece, runs: Runs, name: &Spanned<StepId>) {
        let definitions = self.ids.get(&name.value).cloned().unwrap_or_default();
        if definitions.is_empty() {
            let error = unknown(&name.value, name.span, self.ids.keys());
            self.found.push(error);
            return;
        }
        let mut any = false;
        for definition in definitions {
            let own = definition.runs.and(runs);
            let block = self.blocks.get(definition.place);
            let block = block.filter(|block| block.id.as_ref().is_some_and(|id| id.value == name.value));
            any |= !own.is_empty() || block.is_none();
            match block.map(|block| &block.kind) {
                _ if own.is_empty() => {}
                Some(BlockKind::Shell(_) | BlockKind::Transcript(_)) => {
                    self.attach(piece, definition.place, own);
                }
                Some(_) => {
                    let message = format!("`{}` prints nothing that could be compared", name.value);
                    self.found.push(
                        Diagnostic::error("for-no-step", message, name.span, "no step that runs in a shell")
                            .also(definition.span, "it stands here"),
                    );
                }
                // It could not be read, which was reported.
                None => {}
            }
        }
        if !any {
            let message = format!("the step `{}` is not there{}", name.value, self.variants.on(runs));
            let error = Diagnostic::error("step-elsewhere", message, name.span, "on other platforms only");
            let first = self.ids.get(&name.value).and_then(|all| all.first());
            self.found.push(match first {
                Some(first) => error.also(first.span, "it stands here"),
                None => error,
            });
        }
    }

    /// Gives an output or answers to a step, in those of its runs.
    fn attach(&mut self, piece: &Piece, index: usize, runs: Runs) {
        let Some(block) = self.blocks.get_mut(index) else { return };
        let taken = match (&mut block.kind, piece) {
            (BlockKind::Transcript(_), Piece::Output(_)) => Some(block.fence),
            (BlockKind::Shell(step), Piece::Output(output)) => {
                let taken = step.outputs.iter().find(|known| !known.runs.and(runs).is_empty());
                let taken = taken.map(|known| known.fence);
                step.outputs.push(Output { runs, ..output.clone() });
                taken
            }
            (BlockKind::Shell(step), Piece::Answers(answers)) => add(&mut step.answers, answers, runs),
            (BlockKind::Transcript(step), Piece::Answers(answers)) => add(&mut step.answers, answers, runs),
            _ => None,
        };
        if let Some(first) = taken {
            self.second(piece, index, first, runs);
        } else if let (Piece::Output(output), Some(snapshot)) = (piece, self.marks[index].snapshot) {
            let message = "`snapshot` has no effect on a step whose output stands on the page";
            self.found.push(
                Diagnostic::warning("snapshot-with-output", message, snapshot, "no effect")
                    .also(output.fence, "its output is compared here")
                    .help("take one of the two away"),
            );
        }
    }

    /// Two outputs, or two answers, for one step.
    fn second(&mut self, piece: &Piece, index: usize, first: Span, runs: Runs) {
        let (class, again) = (piece.class(), piece.fence());
        let block = &self.blocks[index];
        let id = block.id.as_ref().map(|id| id.value.clone());
        let name = id.map_or_else(|| "the step".to_owned(), |id| format!("the step `{id}`"));
        if first == block.fence {
            let message = format!("{name} is a transcript, which shows what its commands print");
            self.found.push(
                Diagnostic::error("output-of-transcript", message, again, "a second output")
                    .also(first, "the transcript")
                    .help("put the output below its command, or take this block away"),
            );
            return;
        }
        let code = if class == "output" { "two-outputs" } else { "two-answers" };
        let message = format!("{name} has two `.{class}` blocks{}", self.variants.on(runs));
        let error = Diagnostic::error(code, message, again, "the second one").also(first, "the first one");
        self.found.push(match self.skipped {
            Some(skipped) => error.also(skipped, "a skipped block does not count"),
            None => error.help("take one of them away, or give the step between them an id"),
        });
    }

    /// Takes an id in; a second use on one platform is reported.
    fn name(&mut self, id: &StepId, span: Span, runs: Runs) {
        let place = self.blocks.len();
        let known = self.ids.entry(id.clone()).or_default();
        let first = known.iter().find(|first| !first.runs.and(runs).is_empty()).copied();
        known.push(Definition { runs, place, span });
        let Some(first) = first else { return };
        let on = self.variants.on(first.runs.and(runs));
        let message = format!("the id `{id}` is used twice{on}");
        let error = Diagnostic::error("duplicate-id", message, span, "used again here");
        self.found.push(if first.span == span {
            error.help("the file is included twice, so put its steps into tabs, or include it once")
        } else {
            error.also(first.span, "first used here").help("give each block an id of its own")
        });
    }

    /// Takes down a place that no platform of the page reaches: once for each tab, and for each attribute of its own.
    fn unreachable(&mut self, place: &Place, line: Span) {
        let main = place.main(line);
        let what = if place.attribute.is_some() { "block" } else { "tab" };
        let message = format!("no platform of this page ever reaches this {what}");
        let error = Diagnostic::error("unreachable", message, main, "on none of the page's platforms");
        let error = match place.tab {
            Some(tab) if place.attribute.is_some() => error.also(tab, "it stands in this tab"),
            _ => error,
        };
        let error = match place.include {
            Some(include) => error.also(include.comment, "included here"),
            None => error,
        };
        self.unreachable.entry(main).or_insert_with(|| error.help(self.variants.named()));
    }
}

/// Adds answers for these runs; gives the place of others that are for one of them too.
fn add(all: &mut Vec<Answers>, answers: &Answers, runs: Runs) -> Option<Span> {
    let taken = all.iter().find(|known| !known.runs.and(runs).is_empty()).map(|known| known.fence);
    all.push(Answers { runs, ..answers.clone() });
    taken
}

/// A name that no step has.
pub(super) fn unknown<'i>(name: &StepId, span: Span, known: impl Iterator<Item = &'i StepId>) -> Diagnostic {
    let message = format!("there is no step `{name}`");
    let error = Diagnostic::error("unknown-step", message, span, "unknown id");
    match nearest(name.as_str(), known.map(StepId::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")).suggest(span, near),
        None => error.help("names are ids of steps of this page, or `tutorial#id` of one under `after`"),
    }
}

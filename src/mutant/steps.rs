//! Changes of steps as a whole: one is gone, two have changed places. What belongs to a step goes with it.

use super::{Alteration, Edit, Mutant, Operator, blocks::part};
use crate::{
    document::{Block, BlockKind, Extent, StepId, Variant},
    source::{Sources, Span},
};

/// The page without the step.
pub(super) fn removed(block: &Block, sources: &Sources, run: Variant) -> Option<Mutant> {
    let step = id(block)?;
    let mut edits: Vec<Edit> = pieces(block, sources).into_iter().map(gone).collect();
    edits.sort_by_key(|edit| edit.range.start);
    Some(mutant(block, step, None, edits, run))
}

/// The page with the step and the one behind it in each other's place. `None` where they stand in different files.
pub(super) fn swapped(block: &Block, next: &Block, sources: &Sources, run: Variant) -> Option<Mutant> {
    let (step, other) = (id(block)?, id(next)?);
    let (first, second) = (pieces(block, sources), pieces(next, sources));
    let same = first.iter().chain(&second).all(|piece| piece.source == block.fence.source);
    // A file that is included twice stands behind itself.
    if !same || block.fence.start >= next.fence.start {
        return None;
    }
    // In a comment that hides something else too, no other comment can stand.
    let nested = |from: &[Span], to: &Block| {
        let hidden = to.extent.hidden.is_some_and(|hidden| hidden.start < to.extent.span.start);
        let whole = |span: &Span| to.extent.hidden == Some(*span);
        let comes = from.iter().any(|piece| sources.slice(*piece).starts_with("<!--"));
        hidden && !pieces(to, sources).iter().any(whole) && comes
    };
    if nested(&second, block) || nested(&first, next) {
        return None;
    }
    let mut edits = Vec::new();
    for (from, to) in [(&second, &first), (&first, &second)] {
        let Some((place, rest)) = to.split_first() else { continue };
        let margin = margin(*place, sources);
        let texts = from.iter().map(|piece| moved(*piece, &margin, sources)).collect::<Vec<_>>();
        // An empty line keeps them apart.
        let with = texts.join(&format!("\n{margin}\n{margin}"));
        edits.push(Edit { range: place.range(), with });
        edits.extend(rest.iter().map(|piece| gone(*piece)));
    }
    edits.sort_by_key(|edit| edit.range.start);
    let overlap = edits.windows(2).any(|pair| pair[0].range.end > pair[1].range.start);
    (!overlap).then(|| mutant(block, step, Some(other), edits, run))
}

/// The change of a step as a whole: of two that change places with the `other` one.
fn mutant(block: &Block, step: StepId, other: Option<StepId>, edits: Vec<Edit>, run: Variant) -> Mutant {
    let (operator, before, after) = match &other {
        Some(other) => (Operator::StepsSwapped, format!("{step}, {other}"), format!("{other}, {step}")),
        None => (Operator::StepRemoved, block.text.text().trim_end().to_owned(), String::new()),
    };
    let alteration = Alteration::Text(block.fence.source, edits);
    Mutant { operator, step, other, part: part(block, run), place: block.fence, before, after, alteration }
}

fn id(block: &Block) -> Option<StepId> {
    block.id.as_ref().map(|id| id.value.clone())
}

fn gone(span: Span) -> Edit {
    Edit { range: span.range(), with: String::new() }
}

/// The block, and the outputs and answers that belong to it, of whichever platform, in their order. Where a comment hides
/// these and nothing else, all of it: one that hides nothing is a mistake of its own.
fn pieces(block: &Block, sources: &Sources) -> Vec<Span> {
    let mut extents = vec![block.extent];
    match &block.kind {
        BlockKind::Shell(step) => {
            extents.extend(step.outputs.iter().map(|output| output.extent));
            extents.extend(step.answers.iter().map(|answers| answers.extent));
        }
        BlockKind::Transcript(transcript) => {
            extents.extend(transcript.answers.iter().map(|answers| answers.extent));
        }
        _ => {}
    }
    let piece = |extent: &Extent| {
        extent.hidden.filter(|comment| is_empty(*comment, &extents, sources)).unwrap_or(extent.span)
    };
    let mut pieces: Vec<Span> = extents.iter().map(piece).collect();
    pieces.sort_by_key(|piece| piece.start);
    pieces.dedup();
    pieces
}

/// Whether nothing is left of a comment without these pieces.
fn is_empty(comment: Span, pieces: &[Extent], sources: &Sources) -> bool {
    let text = sources.get(comment.source).text();
    let inside = comment.start + "<!--".len()..comment.end.saturating_sub("-->".len());
    let Some(inside_text) = text.get(inside.clone()) else { return false };
    let kept = inside_text.char_indices().filter(|(at, _)| {
        let at = inside.start + at;
        !pieces.iter().any(|piece| piece.span.source == comment.source && piece.span.range().contains(&at))
    });
    let kept: String = kept.map(|(_, char)| char).collect();
    kept.trim()
        .strip_prefix("tutor")
        .is_some_and(|rest| rest.chars().all(|char| char.is_whitespace() || char == '>'))
}

/// What stands before each further line of a block: a quote's `>`, a list's indentation.
fn margin(span: Span, sources: &Sources) -> String {
    let text = sources.slice(span);
    let last = text.rsplit('\n').next().filter(|_| text.contains('\n')).unwrap_or_default();
    let length = last.find(|char: char| !matches!(char, ' ' | '\t' | '>')).unwrap_or(last.len());
    last[..length].to_owned()
}

/// A block as it stands behind another margin.
fn moved(span: Span, margin: &str, sources: &Sources) -> String {
    let own = self::margin(span, sources);
    let mut lines = sources.slice(span).split('\n');
    let mut moved = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        moved.push('\n');
        moved.push_str(margin);
        moved
            .push_str(line.strip_prefix(own.as_str()).unwrap_or_else(|| line.trim_start_matches(['>', ' '])));
    }
    moved
}

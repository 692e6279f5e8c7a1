//! Changes of steps as a whole: one is gone, two have changed places. What belongs to a step goes with it.

use super::{Alteration, Edit, Mutant, Operator, blocks::part};
use crate::{
    document::{Block, BlockKind, Extent, StepId, Variant},
    source::{Sources, Span},
};

/// The page without the step.
pub(super) fn removed(block: &Block, sources: &Sources, run: Variant) -> Option<Mutant> {
    let step = id(block)?;
    let pieces = pieces(block);
    let mut edits: Vec<Edit> = pieces.iter().map(|piece| gone(piece.span)).collect();
    // A comment that hides nothing any more is a mistake of its own.
    for comment in pieces.iter().filter_map(|piece| piece.hidden) {
        if is_empty(comment, &pieces, sources) {
            edits.retain(|edit| edit.range.start < comment.start || edit.range.end > comment.end);
            edits.push(gone(comment));
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    Some(mutant(Operator::StepRemoved, block, step, None, String::new(), edits, run))
}

/// The page with the step and the one behind it in each other's place. `None` where they stand in different files.
pub(super) fn swapped(block: &Block, next: &Block, sources: &Sources, run: Variant) -> Option<Mutant> {
    let (step, other) = (id(block)?, id(next)?);
    let (first, second) = (pieces(block), pieces(next));
    let same = first.iter().chain(&second).all(|piece| piece.span.source == block.fence.source);
    // A file that is included twice stands behind itself.
    if !same || block.fence.start >= next.fence.start {
        return None;
    }
    let mut edits = Vec::new();
    for (from, to) in [(&second, &first), (&first, &second)] {
        let Some((place, rest)) = to.split_first() else { continue };
        let margin = margin(place.span, sources);
        let texts = from.iter().map(|piece| moved(piece.span, &margin, sources)).collect::<Vec<_>>();
        // An empty line keeps them apart.
        let with = texts.join(&format!("\n{0}\n{0}", margin));
        edits.push(Edit { range: place.span.range(), with });
        edits.extend(rest.iter().map(|piece| gone(piece.span)));
    }
    edits.sort_by_key(|edit| edit.range.start);
    let overlap = edits.windows(2).any(|pair| pair[0].range.end > pair[1].range.start);
    let after = format!("{other}, {step}");
    (!overlap).then(|| mutant(Operator::StepsSwapped, block, step, Some(other), after, edits, run))
}

fn mutant(
    operator: Operator,
    block: &Block,
    step: StepId,
    other: Option<StepId>,
    after: String,
    edits: Vec<Edit>,
    run: Variant,
) -> Mutant {
    let before = match &other {
        Some(other) => format!("{step}, {other}"),
        None => block.text.text().trim_end().to_owned(),
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

/// The block, and the outputs and answers that belong to it, of whichever platform, in their order.
fn pieces(block: &Block) -> Vec<Extent> {
    let mut pieces = vec![block.extent];
    match &block.kind {
        BlockKind::Shell(step) => {
            pieces.extend(step.outputs.iter().map(|output| output.extent));
            pieces.extend(step.answers.iter().map(|answers| answers.extent));
        }
        BlockKind::Transcript(transcript) => {
            pieces.extend(transcript.answers.iter().map(|answers| answers.extent));
        }
        _ => {}
    }
    pieces.sort_by_key(|piece| piece.span.start);
    pieces.dedup_by_key(|piece| piece.span);
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

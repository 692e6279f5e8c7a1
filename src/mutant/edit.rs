//! Edits of a text.

use super::Edit;

/// The text with these edits, which do not overlap.
#[must_use]
pub fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.range.start);
    let mut edited = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        edited.push_str(text.get(at..edit.range.start).unwrap_or_default());
        edited.push_str(&edit.with);
        at = edit.range.end.max(at);
    }
    edited.push_str(text.get(at..).unwrap_or_default());
    edited
}

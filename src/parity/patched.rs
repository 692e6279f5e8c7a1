//! A file's text after a patch, as far as that is known without a run.

use crate::document::{Change, Patch};

/// `text` after `patch`, whose lines are `line(n, m)`: the `m`-th of its `n`-th hunk, as a reader has it. `None` where a hunk
/// does not fit.
pub(super) fn patched(text: &str, patch: &Patch, line: impl Fn(usize, usize) -> String) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut moved: isize = 0;
    for (number, hunk) in patch.hunks.iter().enumerate() {
        let side = |gone: Change| -> Vec<String> {
            let here = hunk.lines.iter().enumerate().filter(|(_, line)| line.change != gone);
            here.map(|(at, _)| line(number, at)).collect()
        };
        let (old, new) = (side(Change::Add), side(Change::Remove));
        let said = hunk.old_start.saturating_sub(1).checked_add_signed(moved).unwrap_or_default();
        let at = place(&lines, &old, said)?;
        moved += isize::try_from(new.len()).ok()? - isize::try_from(old.len()).ok()?;
        lines.splice(at..at + old.len(), new);
    }
    Some(lines.join("\n") + "\n")
}

/// Where `old` stands, nearest to the line that the hunk says.
fn place(lines: &[String], old: &[String], said: usize) -> Option<usize> {
    if old.is_empty() {
        return (said <= lines.len()).then_some(said);
    }
    let fits = |at: &usize| lines.get(*at..*at + old.len()).is_some_and(|here| here == old);
    (0..lines.len()).filter(fits).min_by_key(|at| at.abs_diff(said))
}

//! Where a block ends whose opening fence is known.

/// The line (from 1) that closes the fence opened on line `fence`; the last line where nothing does.
#[must_use]
pub fn closing_fence(lines: &[&str], fence: usize) -> usize {
    let bare = |line: &str| line.trim_matches([' ', '\t', '>']).to_owned();
    let Some(opening) = fence.checked_sub(1).and_then(|at| lines.get(at)) else { return lines.len() };
    let Some(start) = opening.find("```").or_else(|| opening.find("~~~")) else { return fence };
    let mark = &opening[start..=start];
    let run = mark.repeat(opening[start..].len() - opening[start..].trim_start_matches(mark).len());
    let closes = |line: &&str| {
        let line = bare(line);
        line.starts_with(&run) && line.trim_matches(|c| mark.contains(c)).is_empty()
    };
    lines[fence..].iter().position(closes).map_or(lines.len(), |found| fence + found + 1)
}

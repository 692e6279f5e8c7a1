//! Holds a directory's names against a file list. Pure.

/// A list that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// In words.
    pub(super) reason: String,
    /// Expected against actual.
    pub(super) diff: String,
    /// The index of the first listed name that is not there.
    pub(super) missing: Option<usize>,
}

/// Compares the names that a page lists with those that a directory holds (sorted; directories end in `/`, which the
/// page may leave out). `None`: exactly these.
pub(super) fn compare(listed: &[String], found: &[String]) -> Option<Difference> {
    let bare = |name: &str| name.strip_suffix('/').unwrap_or(name).to_owned();
    // A listed `name/` claims a directory; a listed `name` claims either.
    let is = |listed: &str, found: &str| listed == found || (!listed.ends_with('/') && listed == bare(found));
    let absent: Vec<usize> =
        (0..listed.len()).filter(|&i| !found.iter().any(|name| is(&listed[i], name))).collect();
    let extra: Vec<&String> =
        found.iter().filter(|name| !listed.iter().any(|wanted| is(wanted, name))).collect();
    if absent.is_empty() && extra.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    if !absent.is_empty() {
        let names: Vec<&str> = absent.iter().map(|&index| listed[index].as_str()).collect();
        parts.push(format!("not there: {}", names.join(", ")));
    }
    if !extra.is_empty() {
        let names: Vec<&str> = extra.iter().map(|name| name.as_str()).collect();
        parts.push(format!("not in the list: {}", names.join(", ")));
    }
    let mut lines: Vec<(String, char)> = Vec::new();
    lines.extend(
        listed
            .iter()
            .enumerate()
            .map(|(i, name)| (name.clone(), if absent.contains(&i) { '-' } else { ' ' })),
    );
    lines.extend(extra.iter().map(|name| ((*name).clone(), '+')));
    lines.sort();
    let mut diff = String::new();
    for (name, sign) in &lines {
        diff.push(*sign);
        diff.push_str(name);
        diff.push('\n');
    }
    Some(Difference { reason: parts.join("; "), diff, missing: absent.first().copied() })
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn lists_are_held_against_names() {
        let cases: [(&[&str], &[&str], Option<&str>); 6] = [
            (&["a", "b"], &["a", "b"], None),
            (&["b", "a"], &["a", "b"], None),
            (&["a", "d"], &["a", "d/"], None),
            (&["a", "d/"], &["a", "d"], Some("not there: d/; not in the list: d")),
            (&["a", "b"], &["a"], Some("not there: b")),
            (&["a"], &["a", "a.srl"], Some("not in the list: a.srl")),
        ];
        for (listed, found, reason) in cases {
            let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            let difference = compare(&own(listed), &own(found));
            assert_eq!(difference.as_ref().map(|d| d.reason.as_str()), reason, "{listed:?} {found:?}");
        }
    }
}

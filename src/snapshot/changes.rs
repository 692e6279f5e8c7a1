//! Which programs are no longer those of a recording.

use std::collections::BTreeMap;

/// One line for each program whose version is known of both and differs: `openssl 1.1.1 → 3.0.19`. By name.
#[must_use]
pub fn changes(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    new.iter()
        .filter_map(|(program, now)| {
            let then = old.get(program)?;
            (then != now).then(|| format!("{program} {then} → {now}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_differences_are_told() {
        let versions = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|&(name, version)| (name.to_owned(), version.to_owned())).collect()
        };
        let old = versions(&[("openssl", "1.1.1"), ("mongosh", "2.0"), ("gone", "1")]);
        let new = versions(&[("openssl", "3.0.19"), ("mongosh", "2.0"), ("new", "1")]);
        assert_eq!(changes(&old, &new), ["openssl 1.1.1 → 3.0.19"]);
    }
}

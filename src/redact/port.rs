//! The ports of a run go back to those that its page shows.

/// Replaces each of `ports` (the run's, the page's) in `text` where it stands alone; `None` where there is none of them.
pub(super) fn replace(ports: &[(u16, u16)], text: &str) -> Option<String> {
    let mut replaced: Option<String> = None;
    for (used, shown) in ports.iter().filter(|(used, shown)| used != shown) {
        let used = used.to_string();
        let current = replaced.as_deref().unwrap_or(text);
        let (mut result, mut copied) = (String::new(), 0);
        for (at, found) in current.match_indices(&used) {
            if stands_alone(&current[..at], &current[at + found.len()..]) {
                result.push_str(&current[copied..at]);
                result.push_str(&shown.to_string());
                copied = at + found.len();
            }
        }
        if copied > 0 {
            replaced = Some(result + &current[copied..]);
        }
    }
    replaced
}

/// Whether what stands between is a number of its own: not the digits of a longer one, of a word or of a fraction.
fn stands_alone(before: &str, after: &str) -> bool {
    let mut left = before.chars().rev();
    let free = match left.next() {
        Some('.') => !left.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !(c.is_alphanumeric() || c == '_'),
        None => true,
    };
    let mut right = after.chars();
    free && match right.next() {
        Some('.') => !right.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !(c.is_alphanumeric() || c == '_'),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn only_whole_numbers_are_ports() {
        let ports = [(41234, 27017), (41235, 8080), (22, 22)];
        let cases = [
            ("listening on 127.0.0.1:41234", Some("listening on 127.0.0.1:27017")),
            ("http://localhost:41235/x, port 41234.", Some("http://localhost:8080/x, port 27017.")),
            ("mongodb-41234.sock", Some("mongodb-27017.sock")),
            ("141234 412340 x41234 1.41234 41234.5 41234s", None),
            ("port 22", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(replace(&ports, text).as_deref(), expected, "{text}");
        }
    }
}

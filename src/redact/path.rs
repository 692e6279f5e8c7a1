//! The run's own paths go back to what the page calls them.

/// Replaces each of `paths` (value, name; the longest first) in `text`; `None` where there is none of them.
pub(super) fn replace(paths: &[(String, String)], text: &str) -> Option<String> {
    let mut replaced: Option<String> = None;
    for (value, name) in paths {
        let current = replaced.as_deref().unwrap_or(text);
        let new = if is_windows(value) {
            replace_windows(value, name, current)
        } else if current.contains(value.as_str()) {
            replace_plain(value, name, current)
        } else {
            None
        };
        replaced = new.or(replaced);
    }
    replaced
}

fn replace_plain(value: &str, name: &str, text: &str) -> Option<String> {
    let (mut result, mut copied) = (String::new(), 0);
    for (at, found) in text.match_indices(value) {
        let end = at + found.len();
        if ends_component(&text[end..]) {
            result.push_str(&text[copied..at]);
            result.push_str(name);
            copied = end;
        }
    }
    (copied > 0).then(|| result + &text[copied..])
}

/// Whether a path that ends before `rest` ends with a whole component: `/tmp/run2` does not name `/tmp/run`.
fn ends_component(rest: &str) -> bool {
    let mut characters = rest.chars();
    match characters.next() {
        Some('.') => !characters.next().is_some_and(char::is_alphanumeric),
        Some(next) => !(next.is_alphanumeric() || matches!(next, '_' | '-' | '~')),
        None => true,
    }
}

/// `C:\…`: there `/`, `\` and `\\` are one, and so are small and large letters.
fn is_windows(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/')
}

fn replace_windows(value: &str, name: &str, text: &str) -> Option<String> {
    let (mut result, mut copied, mut from) = (String::new(), 0, 0);
    let drive = value.as_bytes()[0];
    while let Some(colon) = text[from..].find(':').map(|at| from + at) {
        from = colon + 1;
        let Some(at) = colon.checked_sub(1).filter(|&at| at >= copied) else { continue };
        if !text.as_bytes()[at].eq_ignore_ascii_case(&drive) {
            continue;
        }
        let Some((length, separator)) = match_windows(value, &text[at..]) else { continue };
        if ends_component(&text[at + length..]) {
            result.push_str(&text[copied..at]);
            result.push_str(&name.replace(['/', '\\'], separator));
            copied = at + length;
            from = copied;
        }
    }
    (copied > 0).then(|| result + &text[copied..])
}

/// How much of the beginning of `text` is `value`, and the separator that it uses.
fn match_windows<'t>(value: &str, text: &'t str) -> Option<(usize, &'t str)> {
    let (mut at, mut separator) = (0, None);
    for wanted in value.chars() {
        let rest = &text[at..];
        let found = rest.chars().next()?;
        let length = if matches!(wanted, '/' | '\\') {
            let length = if rest.starts_with("\\\\") { 2 } else { 1 };
            if !matches!(found, '/' | '\\') {
                return None;
            }
            separator = separator.or(Some(&rest[..length]));
            length
        } else if found == wanted || found.to_lowercase().eq(wanted.to_lowercase()) {
            found.len_utf8()
        } else {
            return None;
        };
        at += length;
    }
    Some((at, separator?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_components_go_back() {
        let scratch = ("/tmp/t-ab", "[SCRATCH]");
        let home = ("/tmp/t-ab/home", "[HOME]");
        let windows = (r"C:\Temp\t-ab\certs", r"C:\certs");
        for (paths, text, shown) in [
            (&[home, scratch][..], "in /tmp/t-ab/home/x", Some("in [HOME]/x")),
            (&[home, scratch], "/tmp/t-ab: /tmp/t-ab.", Some("[SCRATCH]: [SCRATCH].")),
            (&[home, scratch], "/tmp/t-abc /tmp/t-ab.bak /tmp/t-ab-2", None),
            (&[home, scratch], "-I/tmp/t-ab", Some("-I[SCRATCH]")),
            (&[home, scratch], "nothing", None),
            (&[windows], r"open c:\temp\T-AB\certs\a.pem", Some(r"open C:\certs\a.pem")),
            (&[windows], "open C:/Temp/t-ab/certs/a.pem", Some("open C:/certs/a.pem")),
            (&[windows], r#""C:\\Temp\\t-ab\\certs""#, Some(r#""C:\\certs""#)),
            (&[windows], r"C:\Temp\t-ab\certs2 D:\x é:", None),
        ] {
            let paths: Vec<_> = paths.iter().map(|&(v, n)| (v.to_owned(), n.to_owned())).collect();
            assert_eq!(replace(&paths, text).as_deref(), shown, "{text}");
        }
    }
}

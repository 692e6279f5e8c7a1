//! Where a page's front matter stands, and whether it makes the page a tutorial.

use std::ops::Range;

/// The front matter's place in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) struct Extent {
    /// The opening line, without its line end.
    pub(in crate::document) opening: Range<usize>,
    /// The YAML between the lines.
    pub(in crate::document) yaml: Range<usize>,
    /// Where the page's Markdown begins.
    pub(in crate::document) body: usize,
    /// Whether there is a closing line.
    pub(in crate::document) closed: bool,
    /// Whether it stands in a comment.
    pub(in crate::document) comment: bool,
}

/// The front matter of a page (without its byte-order mark); `None` where it has none.
pub(in crate::document) fn extent(text: &str) -> Option<Extent> {
    if let Some(opening) = comment_front_matter(text) {
        let end = text[opening.end..].find("-->").map(|length| opening.end + length);
        let yaml = opening.end..end.unwrap_or(text.len());
        let body = end.map_or(text.len(), |end| end + "-->".len());
        return Some(Extent { opening, yaml, body, closed: end.is_some(), comment: true });
    }
    let first = text.split_inclusive('\n').next().filter(|line| is_rule(line))?;
    let opening = 0..first.trim_end().len();
    let mut at = first.len();
    for line in text[at..].split_inclusive('\n') {
        if is_rule(line) {
            let body = at + line.len();
            return Some(Extent { opening, yaml: first.len()..at, body, closed: true, comment: false });
        }
        at += line.len();
    }
    // Without a second line it is a thematic break, unless it was plainly meant to be ours.
    let yaml = first.len()..text.len();
    key_line(&text[yaml.clone()]).then_some(Extent {
        opening,
        yaml,
        body: text.len(),
        closed: false,
        comment: false,
    })
}

/// Whether a page is a tutorial: its front matter (or the comment at its top that stands for one) has our key.
/// Reads no further than the front matter, so that a directory of many pages is cheap to look through.
#[must_use]
pub fn is_tutorial(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    extent(text).is_some_and(|extent| extent.comment || key_line(&text[extent.yaml]))
}

/// The beginning of a comment at the top that holds the front matter.
fn comment_front_matter(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let rest = text[start..].strip_prefix("<!--")?;
    let word = rest.trim_start().strip_prefix("tutor:document")?;
    word.starts_with(|c: char| c.is_whitespace() || c == '-')
        .then(|| start..text.len() - word.len())
        .or_else(|| word.is_empty().then_some(start..text.len()))
}

fn is_rule(line: &str) -> bool {
    line.trim_end() == "---"
}

/// Whether one of the lines is the key `tutor` at the left margin.
fn key_line(yaml: &str) -> bool {
    yaml.lines().any(|line| {
        ["tutor", "\"tutor\"", "'tutor'"].iter().any(|key| {
            line.strip_prefix(key)
                .and_then(|rest| rest.trim_start_matches([' ', '\t']).strip_prefix(':'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{extent, is_tutorial};

    #[test]
    fn tutorials_and_others() {
        let cases = [
            ("---\ntutor:\n---\n", true),
            ("\u{feff}---\r\ntitle: x\r\ntutor: {}\r\n---\r\n", true),
            ("---  \n\"tutor\" : {}\n---\n", true),
            ("---\ntutor:\n", true),
            ("\n<!-- tutor:document\nplatform: [linux]\n-->\n", true),
            ("<!-- tutor:documents -->\n", false),
            ("---\ntitle: tutor: x\n---\ntutor:\n", false),
            ("---\nx:\n  tutor:\n---\n", false),
            ("---\ntutorial: x\n---\n", false),
            ("---\ntutor:x\n---\n", false),
            ("# A page\n\n---\ntutor:\n---\n", false),
            ("---\n\nA rule first.\n", false),
            ("----\ntutor:\n----\n", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_tutorial(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_parts() {
        let text = "---\ntutor:\n---\nbody";
        let found = extent(text).unwrap();
        assert_eq!((&text[found.yaml], &text[found.body..], found.closed), ("tutor:\n", "body", true));
        let text = "<!-- tutor:document\ntimeout: 3s\n-->\nbody";
        let found = extent(text).unwrap();
        assert_eq!((&text[found.yaml], &text[found.body..]), ("\ntimeout: 3s\n", "\nbody"));
    }
}

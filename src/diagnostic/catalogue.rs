//! What every diagnostic means: a page for each code, in `catalogue/`, with an example that has the mistake.

/// What is said about one code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The code: `unknown-attribute`.
    pub code: &'static str,
    /// What is wrong, in one line without a full stop.
    pub title: &'static str,
    /// What it means and what to do, in lines of at most 80 columns.
    pub text: &'static str,
    /// Pages that have the mistake, and no other. None where no page can cause it.
    pub wrong: Example,
    /// Whether only a run can find it: `tutor check` says nothing of `wrong` then.
    pub in_run: bool,
    /// The same pages without it.
    pub right: Example,
}

/// An example: files with their names and texts, the page itself first.
pub type Example = Vec<(&'static str, &'static str)>;

macro_rules! pages {
    ($($code:literal)*) => {
        &[$(($code, include_str!(concat!("catalogue/", $code, ".md")))),*]
    };
}

/// The codes, in the order of the alphabet, with their pages.
const PAGES: &[(&str, &str)] = pages! {
    "after-cycle"
    "after-elsewhere"
    "answers-without-step"
    "attribute-not-taken"
    "attributes-without-block"
    "bad-address"
    "bad-copy"
    "bad-covers"
    "bad-days"
    "bad-duration"
    "bad-exception"
    "bad-exit"
    "bad-expect"
    "bad-fault"
    "bad-http"
    "bad-hunk"
    "bad-hunk-line"
    "bad-id"
    "bad-interpreter"
    "bad-mode"
    "bad-name"
    "bad-password"
    "bad-patch"
    "bad-path"
    "bad-path-length"
    "bad-pattern"
    "bad-port"
    "bad-profile"
    "bad-program"
    "bad-ready"
    "bad-relocate"
    "bad-request"
    "bad-retry"
    "bad-revoke"
    "bad-snapshot"
    "bad-stream"
    "bad-subject"
    "bad-variable"
    "bad-version"
    "block-in-html"
    "block-syntax"
    "brace-in-value"
    "certificate-not-made"
    "claim-does-not-hold"
    "different-certificates"
    "different-files"
    "duplicate-attribute"
    "duplicate-copy"
    "duplicate-id"
    "duplicate-item"
    "duplicate-key"
    "duplicate-placeholder"
    "duplicate-port"
    "empty-answers"
    "empty-command"
    "empty-comment"
    "empty-match"
    "empty-step"
    "empty-value"
    "end-without-tab"
    "every-without-retry"
    "file-exists"
    "file-twice"
    "for-no-step"
    "front-matter-syntax"
    "hunk-count"
    "hunk-order"
    "hunk-without-change"
    "include-conflict"
    "include-cycle"
    "include-without-file"
    "included-after"
    "incomplete-command"
    "indented-block"
    "issuer-cycle"
    "key-not-taken"
    "long-validity"
    "looks-secret"
    "mismatched-key"
    "misplaced-front-matter"
    "missing-attribute"
    "missing-counterpart"
    "missing-file"
    "missing-id"
    "missing-key"
    "missing-value"
    "name-not-permitted"
    "needs-itself"
    "needs-later-step"
    "nested-tab"
    "no-hunk"
    "no-language"
    "no-prompt"
    "no-steps"
    "no-tutorial"
    "not-a-ca"
    "nul-character"
    "outlives-issuer"
    "output-before-command"
    "output-of-transcript"
    "output-without-step"
    "path-not-relocated"
    "path-outside-dir"
    "pattern-over-lines"
    "port-as-number"
    "relocate-parent"
    "same-subject"
    "secret-on-page"
    "settings-syntax"
    "several-files"
    "short-secret"
    "snapshot-with-output"
    "step-elsewhere"
    "stops-no-service"
    "swallowed-block"
    "tab-without-platform"
    "too-many-includes"
    "too-many-platforms"
    "two-answers"
    "two-groups"
    "two-ids"
    "two-kinds"
    "two-outputs"
    "unclosed-comment"
    "unclosed-fence"
    "unclosed-front-matter"
    "unclosed-group"
    "unclosed-quotes"
    "unclosed-tab"
    "undeclared-placeholder"
    "unexpanded-path"
    "unexpected-id"
    "unexpected-value"
    "unknown-attribute"
    "unknown-certificate"
    "unknown-class"
    "unknown-comment"
    "unknown-group"
    "unknown-key"
    "unknown-language"
    "unknown-operator"
    "unknown-platform"
    "unknown-secret"
    "unknown-shell"
    "unknown-signal"
    "unknown-step"
    "unknown-tutorial"
    "unknown-word"
    "unreachable"
    "unreadable-file"
    "unreadable-input"
    "unset-variable"
    "untagged-block"
    "unused-exception"
    "unused-placeholder"
    "wildcard-name"
    "wrong-password"
    "wrong-type"
};

/// All entries, in the order of the alphabet.
pub fn entries() -> impl Iterator<Item = Entry> {
    PAGES.iter().map(|&(code, page)| read(code, page))
}

/// The entry of a code.
#[must_use]
pub fn entry(code: &str) -> Option<Entry> {
    PAGES.iter().find(|(known, _)| *known == code).map(|&(code, page)| read(code, page))
}

/// A page's parts: `# title`, text, `## Wrong` (or `## Wrong in a run`) and `## Right`, each with fenced files.
fn read(code: &'static str, page: &'static str) -> Entry {
    let (head, examples) = page.split_once("\n## Wrong").unwrap_or((page, ""));
    let (wrong, right) = examples.split_once("\n## Right\n").unwrap_or((examples, ""));
    let (title, text) = head.split_once('\n').unwrap_or((head, ""));
    Entry {
        code,
        title: title.trim_start_matches("# ").trim(),
        text: text.trim(),
        wrong: files(wrong),
        in_run: wrong.starts_with(" in a run\n"),
        right: files(right),
    }
}

/// A fence that no example holds itself.
const FENCE: &str = "~~~~~";

/// The files of an example: each between fences, its name behind the language.
fn files(text: &'static str) -> Example {
    let mut files = Vec::new();
    let mut rest = text;
    while let Some((_, opened)) = rest.split_once(FENCE) {
        let Some((info, body)) = opened.split_once('\n') else { break };
        let Some((file, after)) = body.split_once(FENCE) else { break };
        files.push((info.split_whitespace().nth(1).unwrap_or("page.md"), file));
        rest = after;
    }
    files
}

#[cfg(test)]
mod tests {
    use super::{PAGES, entries, entry};

    #[test]
    fn every_entry_has_all_its_parts() {
        assert!(PAGES.is_sorted(), "the codes stand in the order of the alphabet");
        for entry in entries() {
            let code = entry.code;
            assert!(!entry.title.is_empty() && !entry.title.ends_with('.'), "{code}: {}", entry.title);
            assert!(entry.title.len() <= 76, "{code}: the title is too long");
            assert!(entry.text.ends_with('.'), "{code}: {}", entry.text);
            let width = entry.text.lines().map(|line| line.chars().count()).max();
            assert!(width <= Some(80), "{code}: a line of {width:?} columns");
            assert!(entry.wrong != entry.right || entry.wrong.is_empty(), "{code}");
            if entry.wrong.is_empty() && entry.right.is_empty() {
                assert_eq!(code, "certificate-not-made", "no example");
                continue;
            }
            for example in [&entry.wrong, &entry.right] {
                assert_eq!(example.first().map(|file| file.0), Some("page.md"), "{code}");
            }
        }
    }

    #[test]
    fn an_entry_is_found_by_its_code() {
        assert_eq!(entry("bad-exit").map(|entry| entry.code), Some("bad-exit"));
        assert_eq!(entry("bad-exits"), None);
    }
}

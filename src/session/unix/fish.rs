//! The loop of a session's fish, and the tests that stand in for `-e`, which fish has not.
//!
//! Fish has no way to send its own streams elsewhere, so each step is sourced with redirections. `exit` in a sourced
//! file ends that file alone: nothing that a step says ends this shell but `exec` and signals.

use super::statements::{Chain, Job, chains};

/// The loop; see `loop_text` for its files and requests. Every command is a builtin by name, against functions.
pub(super) const LOOP: &str = r#"builtin set -g __tutor_k
builtin set -g __tutor_w 2
function __tutor_f
  builtin exit $argv[1]
end
function __tutor_t
  builtin test -n "$__tutor_l"; and builtin exit $argv[1]
  return $argv[1]
end
while builtin true
  if builtin test -n "$__tutor_k"
    builtin printf '%s %s %s\n' $__tutor_k $__tutor_s $fish_pid >"@/r"
  end
  builtin set -g __tutor_k
  builtin read -g __tutor_m <"@/q"; or builtin exit 1
  builtin set -g __tutor_k end
  switch $__tutor_m
    case t
      builtin true >"@/traps"
      builtin set -g __tutor_k trap
      builtin set -g __tutor_s 0
      continue
    case 1 2 3 4 5
      builtin set -g __tutor_w $__tutor_m
  end
  switch $__tutor_w
    case 2
      source "@/step" >"@/o" 2>"@/e" </dev/null
      builtin set -g __tutor_s $status
    case 1
      source "@/step" >"@/o" 2>&1 </dev/null
      builtin set -g __tutor_s $status
    case 4
      source "@/step" >"@/o" 2>"@/e" <"@terminal"
      builtin set -g __tutor_s $status
    case 3
      source "@/step" >"@/o" 2>&1 <"@terminal"
      builtin set -g __tutor_s $status
    case 5
      source "@/step" >"@terminal" 2>&1 <"@terminal"
      builtin set -g __tutor_s $status
  end
end
"#;

/// `text` with a test after each top-level statement whose failure nothing tests. Lines stay lines; what is put in is
/// taken out again where fish quotes a line in a message (`redact`).
pub(super) fn tested(text: &str) -> String {
    let mut added: Vec<(usize, &str)> = Vec::new();
    let mut untested = false;
    for chain in chains(text) {
        let Chain { jobs } = &chain;
        let (Some(first), Some(last)) = (jobs.first(), jobs.last()) else { continue };
        // These leave the status as it was, where nothing in them runs.
        let leaves = matches!(first.word.as_str(), "for" | "begin" | "switch");
        if untested && leaves && !text[first.start..last.end].contains("$status") {
            added.push((first.start, "builtin true; "));
        }
        if jobs.len() > 1 || last.negated {
            untested = true;
        } else if sets_status(text, last) {
            untested = false;
        }
        if !sets_status(text, last) {
            continue;
        }
        if jobs.len() == 1 {
            added.push((last.end, "; or __tutor_f $status"));
            continue;
        }
        // `set` keeps the status: it marks that the chain has come to its last part, and is otherwise not felt.
        added.push((first.start, "set -g __tutor_l; "));
        added.push(match &text[last.start..last.part] {
            lead if lead.starts_with("and") => (last.start, "and set -g __tutor_l 1; "),
            lead if lead.starts_with("or") => (last.start, "or set -g __tutor_l 1; "),
            _ if last.after_and => (last.part, "set -g __tutor_l 1 && "),
            _ => (last.part, "set -g __tutor_l 1 || "),
        });
        added.push((last.end, "; or __tutor_t $status"));
    }
    let mut out = String::with_capacity(text.len() + 24 * added.len());
    let mut at = 0;
    for (place, words) in added {
        out.push_str(&text[at..place]);
        out.push_str(words);
        at = place;
    }
    out.push_str(&text[at..]);
    out
}

/// Whether the status after a job is its own, and a failure where it is not 0.
fn sets_status(text: &str, job: &Job) -> bool {
    let words = &text[job.part..job.end];
    match job.word.as_str() {
        _ if job.negated || job.background => false,
        // `set` sets it only where it asks, or a command in it does.
        "set" => words.contains('(') || words.split_whitespace().any(is_query),
        "function" | "else" | "case" | "end" => false,
        _ => true,
    }
}

fn is_query(word: &str) -> bool {
    word == "--query" || (word.starts_with('-') && !word.starts_with("--") && word.contains('q'))
}

#[cfg(test)]
mod tests {
    use super::tested;

    #[test]
    fn what_nothing_tests_is_tested() {
        let cases = [
            ("a", "a; or __tutor_f $status"),
            ("a; b # c; d\n\n# e\n", "a; or __tutor_f $status; b; or __tutor_f $status # c; d\n\n# e\n"),
            ("a\nor b", "set -g __tutor_l; a\nor set -g __tutor_l 1; or b; or __tutor_t $status"),
            ("a && b", "set -g __tutor_l; a && set -g __tutor_l 1 && b; or __tutor_t $status"),
            (
                "a || b; c",
                "set -g __tutor_l; a || set -g __tutor_l 1 || b; or __tutor_t $status; c; or __tutor_f $status",
            ),
            ("not a", "not a"),
            ("! a; b &", "! a; b &"),
            ("a 2>&1 | b &> c", "a 2>&1 | b &> c; or __tutor_f $status"),
            ("set x 1", "set x 1"),
            ("set x (a)", "set x (a); or __tutor_f $status"),
            ("set -q x; set -gx y 2", "set -q x; or __tutor_f $status; set -gx y 2"),
            ("if a; b; else if c; d; end", "if a; b; else if c; d; end; or __tutor_f $status"),
            ("function f\n  a; or b\nend\nf", "function f\n  a; or b\nend\nf; or __tutor_f $status"),
            ("begin; a; end | b > c", "begin; a; end | b > c; or __tutor_f $status"),
            ("echo 'a; b' \"c; $(d; e)\" (f; g)", "echo 'a; b' \"c; $(d; e)\" (f; g); or __tutor_f $status"),
            ("a \\\n  b\nc", "a \\\n  b; or __tutor_f $status\nc; or __tutor_f $status"),
            ("echo end; echo if", "echo end; or __tutor_f $status; echo if; or __tutor_f $status"),
            (
                "not a\nset x 1\nfor i in $x; b; end",
                "not a\nset x 1\nbuiltin true; for i in $x; b; end; or __tutor_f $status",
            ),
            ("not a\nfor i in $x; b; end", "not a\nbuiltin true; for i in $x; b; end; or __tutor_f $status"),
            ("A=1 a", "A=1 a; or __tutor_f $status"),
            ("", ""),
            ("# only a comment", "# only a comment"),
        ];
        for (text, expected) in cases {
            assert_eq!(tested(text), expected, "{text:?}");
            assert_eq!(tested(text).lines().count(), text.lines().count(), "{text:?}");
        }
    }
}

//! Each operator, on pages made up for it.

use super::{Alteration, Mutant, Operator, edited, mutants, sample};
use crate::{
    diagnostic::{draw, has_errors},
    document::{Alone, parse},
    source::Sources,
};

/// The mutants of a page, each with the page as it is then.
fn of(page: &str) -> Vec<(Mutant, String)> {
    let mut sources = Sources::new();
    let id = sources.add("page.md", page);
    let (document, found) = parse(id, &mut sources, &mut Alone);
    assert!(!has_errors(&found), "{}", draw(&found, &sources, false));
    let document = document.unwrap();
    let run = document.variant(document.platforms.first()).unwrap();
    let all = mutants(&document, &sources, run);
    let text = |mutant: &Mutant| match &mutant.alteration {
        Alteration::Text(_, edits) => edited(page, edits),
        Alteration::Recording { .. } => panic!("of no page"),
    };
    all.into_iter().map(|mutant| (mutant.clone(), text(&mutant))).collect()
}

/// `before → after` of one operator's mutants.
fn changes(page: &str, operator: Operator) -> Vec<String> {
    let of = of(page).into_iter().filter(|(mutant, _)| mutant.operator == operator);
    of.map(|(mutant, _)| format!("{} → {}", mutant.before, mutant.after)).collect()
}

fn page(body: &str) -> String {
    format!("---\ntutor:\n  relocate: [/opt/own]\n---\n\n{body}")
}

/// A page with one step of these commands.
fn step(text: &str) -> String {
    page(&format!("```sh {{#a}}\n{text}\n```\n"))
}

#[test]
fn flags_numbers_and_paths_of_commands() {
    use Operator::{DigitChanged, FlagDropped, FlagRenamed, PathChanged};
    let cases: &[(&str, Operator, &[&str])] = &[
        ("ls -l dir", FlagRenamed, &["-l → -m"]),
        ("ls -l dir", FlagDropped, &["-l → ", "-l dir → "]),
        ("go --name=x.y -z", FlagRenamed, &["--name=x.y → --namex=x.y", "-z → -y"]),
        ("go --name=x -z", FlagDropped, &["--name=x → ", "-z → "]),
        ("go -a -b c", FlagDropped, &["-a → ", "-b → ", "-b c → "]),
        // No flags: a word that stands first, a number, a lone hyphen, what follows another command, a quoted one.
        ("-x; a -1 - ; -b; echo '-c'", FlagRenamed, &[]),
        ("go -days 365 \\\n  -out a", FlagDropped, &["-days → ", "-days 365 → ", "-out → ", "-out a → "]),
        ("kill -9 1 # -x 5 a/b", DigitChanged, &["-9 → -0", "1 → 2"]),
        ("kill -9 1 # -x 5 a/b", FlagRenamed, &[]),
        ("a 'it''s' \"x # 1\" # 2", DigitChanged, &["1\" → 2\""]),
        ("cat a.txt <<'E'\nit's 1\n# 2\nE\nb 3 # 4", DigitChanged, &["1 → 2", "3 → 4"]),
        (
            "cat a.txt ~/b/ c/d.tar.gz",
            PathChanged,
            &["a.txt → ax.txt", "~/b/ → ~/bx/", "c/d.tar.gz → c/d.tarx.gz"],
        ),
        ("x /usr/bin/y /dev/null /tmp", PathChanged, &["/usr/bin/y → /usr/bin/yx", "/tmp → /tmp/x"]),
        ("x /opt/own/a /opt/own", PathChanged, &["/opt/own/a → /opt/own/ax", "/opt/own → /opt/own/x"]),
        ("x $n.key ${n}.key *.c", PathChanged, &["$n.key → $n.keyx", "${n}.key → ${n}x.key", "*.c → *x.c"]),
        (
            "x https://h/p/q http://h 1.2.3.4 -subj /O=A/CN=b TLSv1.2 . ..",
            PathChanged,
            &["https://h/p/q → https://h/p/qx"],
        ),
        ("x --cert=a.crt p:c.key", PathChanged, &["--cert=a.crt → --cert=ax.crt", "p:c.key → p:cx.key"]),
    ];
    for (text, operator, expected) in cases {
        assert_eq!(changes(&step(text), *operator), *expected, "{text}");
    }
}

#[test]
fn lines_of_steps_and_lines_that_go_on() {
    let text = step("# a comment\nfirst \\\n  second\n\nthird # more");
    let removed = changes(&text, Operator::LineRemoved);
    assert_eq!(removed, ["first \\ → ", "second → ", "third # more → "]);
    assert_eq!(changes(&text, Operator::ContinuationLost), ["first \\ → first"]);
    assert_eq!(changes(&step("only"), Operator::LineRemoved), [""; 0], "that is the step removed");
    let windows = page("```cmd {#a}\nrem x /y 1\ndir /s ^\n  C:\\a\\b.txt\n```\n");
    assert_eq!(changes(&windows, Operator::ContinuationLost), ["dir /s ^ → dir /s"]);
    assert_eq!(changes(&windows, Operator::FlagRenamed), ["/s → /t"]);
    assert_eq!(changes(&windows, Operator::PathChanged), ["C:\\a\\b.txt → C:\\a\\bx.txt"]);
    assert_eq!(changes(&windows, Operator::LineRemoved), ["dir /s ^ → ", "C:\\a\\b.txt → "]);
}

#[test]
fn expected_lines_and_answers() {
    let text = page(
        "```sh {#a}\nx\n```\n\n```text {.answers}\nName: Ada\nSure? y\nMore:\n```\n\n\
         ```text {.output}\nhello\n...\nat [..]\n[..]\n-----\n```\n\n```text {#b .files in=d}\na.txt\n```\n",
    );
    assert_eq!(
        changes(&text, Operator::OutputRemoved),
        ["hello → ", "... → ", "at [..] → ", "[..] → ", "----- → ", "a.txt → "]
    );
    assert_eq!(
        changes(&text, Operator::OutputChanged),
        ["hello → hellp", "at [..] → au [..]", "----- → ----x", "a.txt → a.txu"]
    );
    assert_eq!(changes(&text, Operator::AnswerChanged), ["Ada → Adb", "y → z", "More: → More:x"]);
    assert_eq!(changes(&text, Operator::PathChanged), ["d → dx"]);
}

#[test]
fn lines_of_files_and_patches() {
    let text = page(
        "```yaml {#a .file path=a.yaml}\n# comment 1\nport: 80 # 2\n\nlog: 'a # b.txt'\n```\n\n\
         ```diff {#b .patch path=a.yaml}\n@@ -1,2 +1,3 @@\n x: 1\n-y: 2\n+y: 3\n+z: w\n```\n",
    );
    assert_eq!(
        changes(&text, Operator::FileLineRemoved),
        ["port: 80 # 2 → ", "log: 'a # b.txt' → ", "y: 3 → ", "z: w → "]
    );
    assert_eq!(
        changes(&text, Operator::FileLineChanged),
        ["port: 80 → port: 81", "log: 'a # b.txt' → log: 'a # b.txu'", "+y: 3 → +y: 4", "+z: w → +z: x"]
    );
    // The number at the line's end is that change already.
    assert_eq!(changes(&text, Operator::DigitChanged), [""; 0]);
    assert_eq!(
        changes(&text, Operator::PathChanged),
        ["a.yaml → ax.yaml", "b.txt' → bx.txt'", "a.yaml → ax.yaml"]
    );
    // The header of a hunk counts its lines.
    let fewer = of(&text).into_iter().find(|(mutant, _)| mutant.before == "y: 3" && mutant.after.is_empty());
    assert!(fewer.unwrap().1.contains("@@ -1,2 +1,2 @@\n x: 1\n-y: 2\n+z: w\n"));
}

#[test]
fn switches_of_batch_files_are_no_paths() {
    let of = |format: &str| {
        let text = "for /f %%k in (a.txt) do x\nexit /b 0";
        let page = page(&format!("```{format} {{#a .file path=a.bat}}\n{text}\n```\n"));
        changes(&page, Operator::PathChanged)
    };
    assert_eq!(of("bat"), ["a.bat → ax.bat", "(a.txt) → (ax.txt)"]);
    assert_eq!(of("text"), ["a.bat → ax.bat", "/f → /f/x", "(a.txt) → (ax.txt)", "/b → /b/x"]);
}

#[test]
fn commands_of_transcripts_go_with_their_outputs() {
    let text = page("```console {#a}\n$ one \\\n> -x\n1\n2\n$ two\n3\n```\n");
    let removed: Vec<String> = of(&text)
        .into_iter()
        .filter(|(mutant, _)| mutant.operator == Operator::LineRemoved)
        .map(|(_, text)| text.split("```").nth(1).unwrap().to_owned())
        .collect();
    let expected = ["$ two\n3\n", "$ one \\\n1\n2\n$ two\n3\n", "$ one \\\n> -x\n1\n2\n"];
    assert_eq!(removed, expected.map(|text| format!("console {{#a}}\n{text}")));
    assert_eq!(changes(&text, Operator::OutputRemoved), ["1 → ", "2 → ", "3 → "]);
}

/// The blocks of a page, without what stands between them.
fn blocks(page: &str) -> String {
    let mut sources = Sources::new();
    let id = sources.add("page.md", page);
    let (document, found) = parse(id, &mut sources, &mut Alone);
    assert!(!has_errors(&found), "{page}\n{}", draw(&found, &sources, false));
    let ids = document.unwrap().blocks;
    ids.iter().filter_map(|block| Some(block.id.as_ref()?.value.to_string())).collect::<Vec<_>>().join(" ")
}

#[test]
fn steps_go_and_change_places_with_what_belongs_to_them() {
    let text = page(
        "```sh {#a}\necho 1\n```\n\nWords.\n\n```text {.output}\n1\n```\n\n> - <!-- tutor #b -->\n>   ```sh\n>   echo 2\n>   ```\n>\n\
         >   ```text {.output}\n>   2\n>   ```\n\n<!-- tutor\n```sh {#c}\necho 3\n```\n-->\n\n\
         ```sh {#skipped .skip}\nx\n```\n\n```sh {#end .cleanup}\nx -y 1\n```\n",
    );
    let all = of(&text);
    let result = |operator: Operator| -> Vec<(String, String)> {
        let these = all.iter().filter(|(mutant, _)| mutant.operator == operator);
        these.map(|(mutant, page)| (mutant.step.to_string(), blocks(page))).collect()
    };
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    assert_eq!(
        result(Operator::StepRemoved),
        pairs(&[("a", "b c skipped end"), ("b", "a c skipped end"), ("c", "a b skipped end")])
    );
    assert_eq!(
        result(Operator::StepsSwapped),
        pairs(&[("a", "b a c skipped end"), ("b", "a c b skipped end")])
    );
    // Each output still belongs to its step.
    for (_, page) in all.iter().filter(|(mutant, _)| mutant.operator == Operator::StepsSwapped) {
        for (_, inner) in of(page) {
            assert!(!inner.is_empty());
        }
        let mut sources = Sources::new();
        let id = sources.add("page.md", page.as_str());
        let document = parse(id, &mut sources, &mut Alone).0.unwrap();
        for block in &document.blocks {
            let crate::document::BlockKind::Shell(step) = &block.kind else { continue };
            for output in &step.outputs {
                assert_eq!(block.text.text(), format!("echo {}", output.text.text()), "{page}");
            }
        }
    }
    assert!(all.iter().all(|(mutant, _)| !matches!(mutant.step.as_str(), "skipped" | "end")));
    assert!(all.iter().any(|(mutant, _)| mutant.step.as_str() == "c"), "hidden steps count");
}

#[test]
fn each_change_is_there_once_and_changes_the_page() {
    let text = step("a -x1 b.txt2 c/3\nd 4");
    let all = of(&text);
    let texts: std::collections::BTreeSet<&String> = all.iter().map(|(_, text)| text).collect();
    assert!(all.len() > 8 && !texts.contains(&text));
    assert_eq!(texts.len(), all.len());
}

#[test]
fn any_page_is_cut_at_characters() {
    let pieces = ["é \\\n", "# ü", "<<É\n", "'ö", "\"ß\\", "-ñ", "/ä.é", "$(", "`", "^\n", "日1", "\\"];
    for first in pieces {
        for second in pieces {
            for language in ["sh", "cmd", "powershell"] {
                let text = page(&format!("```{language} {{#a}}\nx {first} {second}\ny\n```\n"));
                let mut sources = Sources::new();
                let id = sources.add("page.md", text.as_str());
                if let (Some(document), _) = parse(id, &mut sources, &mut Alone) {
                    let run = document.variant(document.platforms.first()).unwrap();
                    let _ = mutants(&document, &sources, run);
                }
            }
        }
    }
}

#[test]
fn samples_are_the_same_for_the_same_seed() {
    assert_eq!(sample(100, 10, 7), sample(100, 10, 7));
    assert_ne!(sample(100, 10, 7), sample(100, 10, 8));
    assert_eq!(sample(3, 10, 1), [0, 1, 2]);
    let mut seen = [0; 20];
    for seed in 0..400 {
        let one = sample(20, 5, seed);
        assert!(one.len() == 5 && one.windows(2).all(|pair| pair[0] < pair[1]), "{one:?}");
        for index in one {
            seen[index] += 1;
        }
    }
    assert!(seen.iter().all(|count| (60..140).contains(count)), "none is preferred: {seen:?}");
}

#[test]
fn marks_are_about_steps_kinds_and_texts() {
    let text = "---\ntutor:\n  mutants:\n    - {step: a, operator: digit-changed, change: '5', reason: r}\n    - {step: b, reason: s}\n---\n\n\
                ```sh {#a}\nsleep 5 6 -x\n```\n\n```sh {#b}\nls\n```\n";
    let mut sources = Sources::new();
    let id = sources.add("page.md", text);
    let document = parse(id, &mut sources, &mut Alone).0.unwrap();
    let run = document.variant(None).unwrap();
    let marked: Vec<Vec<String>> = document
        .front
        .mutants
        .iter()
        .map(|mark| {
            let all = mutants(&document, &sources, run).into_iter().filter(|mutant| mutant.is_meant(mark));
            all.map(|mutant| format!("{} {}", mutant.operator, mutant.before)).collect()
        })
        .collect();
    assert_eq!(marked[0], ["digit-changed 5"]);
    assert_eq!(marked[1], ["steps-swapped a, b", "step-removed ls"]);
}

#[test]
fn lines_of_recordings() {
    use super::{Part, Stream, of_recording};
    let mut sources = Sources::new();
    let id = sources.add("page.md", "x");
    let fence = crate::source::Span::new(id, 0..1);
    let step = crate::document::StepId::parse("a").unwrap();
    let all = of_recording(&step, fence, Part::Recorded, Stream::Stderr, "one 9\n\nTWO.\n");
    let texts: Vec<_> = all.iter().map(|mutant| (mutant.before.as_str(), mutant.after.as_str())).collect();
    assert_eq!(texts, [("one 9", "one 0"), ("TWO.", "TWP.")]);
    assert_eq!(all[1].alteration, Alteration::Recording { stream: Stream::Stderr, line: 2 });
}

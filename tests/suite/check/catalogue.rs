//! Every code is explained, with an example that is true, and every explanation is of a code that exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use tutor::diagnostic::catalogue::{Example, entries};

use super::project::Project;

/// The codes that the sources name.
fn codes_of_the_sources() -> BTreeSet<String> {
    let literal = Regex::new(r#"Diagnostic::(?:error|warning)\(\s*"([a-z-]+)""#).unwrap();
    // What keeps certificates from being made: a diagnostic once its place in the page is known.
    let refusal = Regex::new(r#"(?:\bcode: |\b(?:refused|refusal)\(\s*)"([a-z-]+)""#).unwrap();
    let variable = Regex::new(r"Diagnostic::(?:error|warning)\(\s*[a-z_]").unwrap();
    let kebab = Regex::new(r#""([a-z]+(?:-[a-z]+)+)""#).unwrap();
    let known: BTreeSet<&str> = entries().map(|entry| entry.code).collect();
    let mut codes = BTreeSet::new();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        codes.extend(literal.captures_iter(code).map(|found| found[1].to_owned()));
        if path.components().any(|part| part.as_os_str() == "certificate") {
            codes.extend(refusal.captures_iter(code).map(|found| found[1].to_owned()));
        }
        let made_elsewhere = ["diagnostic/model.rs", "table/refusal.rs"];
        if variable.is_match(code) && !made_elsewhere.iter().any(|file| path.ends_with(file)) {
            // Such a code was chosen before, so all words of the file that look like one count. At least one of
            // them is a code, or the search has gone blind.
            let words: Vec<&str> =
                kebab.captures_iter(code).map(|found| found.get(1).unwrap().as_str()).collect();
            assert!(words.iter().any(|word| known.contains(word)), "no code in {}", path.display());
            codes.extend(words.into_iter().map(str::to_owned));
        }
    }
    codes
}

/// The files that are compiled into the program.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn every_code_has_an_entry_and_every_entry_a_code() {
    let codes = codes_of_the_sources();
    let explained: BTreeSet<String> = entries().map(|entry| entry.code.to_owned()).collect();
    assert!(codes.len() > 60, "the sources were not searched: {codes:?}");
    let missing: Vec<_> = codes.difference(&explained).collect();
    assert!(missing.is_empty(), "no page in src/diagnostic/catalogue/ for {missing:?}");
    let stale: Vec<_> = explained.difference(&codes).collect();
    assert!(stale.is_empty(), "no source raises {stale:?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/catalogue");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, explained, "each file of the catalogue must be listed in catalogue.rs");
}

fn project(example: &Example) -> Project {
    Project::new(example)
}

#[test]
fn the_wrong_example_has_the_mistake_and_no_other_and_the_right_one_has_none() {
    let mut problems = Vec::new();
    for entry in entries().filter(|entry| !entry.wrong.is_empty()) {
        let code = entry.code;
        let wrong: BTreeSet<String> = project(&entry.wrong).codes(&["page.md"]).into_iter().collect();
        let expected: BTreeSet<String> = (!entry.in_run).then(|| code.to_owned()).into_iter().collect();
        if wrong != expected {
            problems.push(format!("{code}: the wrong example has {wrong:?}"));
        }
        let right = project(&entry.right).codes(&["page.md"]);
        if !right.is_empty() {
            problems.push(format!("{code}: the right example has {right:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Mistakes that only a run finds: what stands before the block is run by a shell, and the block by `tutor cert`.
#[test]
#[cfg(target_os = "linux")]
fn a_run_finds_the_mistake_in_the_wrong_example_and_none_in_the_right_one() {
    let fences = Regex::new(r"(?ms)^```(sh|toml) [^\n]*\n(.*?)^```$").unwrap();
    let ran = |example: &Example| {
        let project = project(example);
        for found in fences.captures_iter(example[0].1).filter(|found| &found[1] == "sh") {
            let mut shell = std::process::Command::new("sh");
            let shell = shell.args(["-ec", &found[2]]).current_dir(project.path("."));
            let output = shell.stdin(std::process::Stdio::null()).output().unwrap();
            assert!(output.status.success(), "{output:?}");
        }
        let block = fences.captures_iter(example[0].1).find(|found| &found[1] == "toml").unwrap();
        project.write("block.toml", &block[2]);
        super::project::Ran::of(
            &project.command(&["cert", "block.toml"]).env_remove("CA_PASSWORD").output().unwrap(),
        )
    };
    let mut found = 0;
    for entry in entries().filter(|entry| entry.in_run) {
        let code = entry.code;
        let wrong = ran(&entry.wrong);
        assert!(
            wrong.code != Some(0) && wrong.stderr.contains(&format!("error[{code}]")),
            "{code}: {wrong:?}"
        );
        let right = ran(&entry.right);
        assert_eq!((right.code, right.stderr.as_str()), (Some(0), ""), "{code}: {right:?}");
        found += 1;
    }
    assert!(found >= 7, "{found}");
}

#[test]
fn a_fix_that_is_sure_mends_the_example() {
    let mut mended = 0;
    for entry in entries().filter(|entry| !entry.wrong.is_empty()) {
        let project = project(&entry.wrong);
        let findings = project.findings(&["page.md"]);
        if findings.iter().any(|found| found["fix"]["sure"] == true) {
            project.run(&["check", "--fix", "page.md"]);
            let left = project.codes(&["page.md"]);
            assert!(!left.contains(&entry.code.to_owned()), "{}: {}", entry.code, project.read("page.md"));
            mended += 1;
        } else {
            let before = project.read("page.md");
            project.run(&["check", "--fix", "page.md"]);
            assert_eq!(project.read("page.md"), before, "{}", entry.code);
        }
    }
    assert!(mended >= 10, "{mended}");
}

/// What `tutor check --explain CODE` prints: the text, the picture of the mistake, the page without it.
#[test]
fn pictures_of_all_explanations() {
    let project = Project::new(&[]);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("pictures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for entry in entries() {
            let ran = project.run(&["check", "--explain", entry.code]);
            assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", entry.code);
            insta::assert_snapshot!(entry.code, ran.stdout);
        }
    });
    let pictures = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/check/pictures"));
    let stale: Vec<String> = pictures
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !entries().any(|entry| name.split('.').next() == Some(entry.code)))
        .collect();
    assert!(stale.is_empty(), "pictures of codes that are gone: {stale:?}");
}

#[test]
fn codes_are_listed_and_near_ones_offered() {
    let project = Project::new(&[]);
    let all = project.run(&["check", "--explain"]);
    assert_eq!(all.code, Some(0));
    let listed: Vec<&str> = all.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(listed, entries().map(|entry| entry.code).collect::<Vec<_>>());
    let near = project.run(&["check", "--explain", "bad-exits"]);
    assert_eq!(near.code, Some(2));
    assert_eq!(near.stderr, "error: there is no code `bad-exits`\nhelp: did you mean `bad-exit`?\n");
    let far = project.run(&["check", "--explain", "E0308"]);
    assert_eq!(far.stderr, "error: there is no code `E0308`\nhelp: `tutor check --explain` lists them\n");
    let copied = project.run(&["check", "--explain", "error[bad-exit]"]);
    assert_eq!(copied.stdout, project.run(&["check", "--explain", "bad-exit"]).stdout);
}

//! Each word of the language and each flag stands in `docs/`, and what the texts name exists.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use regex::Regex;
use tutor::{
    document::{Alone, Stop, parse},
    platform::{Platform, Shell},
    source::Sources,
};

use super::{fences, project, texts};

/// The strings between `from` and `to` in a source of the program.
fn table(file: &str, from: &str, to: &str) -> Vec<String> {
    let source = fs::read_to_string(project().join(file)).expect("the source");
    let (_, rest) = source.split_once(from).unwrap_or_else(|| panic!("no `{from}` in {file}"));
    let (inside, _) = rest.split_once(to).unwrap_or_else(|| panic!("no `{to}` behind `{from}` in {file}"));
    let word = Regex::new(r#""([a-z_0-9]+)""#).expect("a pattern");
    word.captures_iter(inside).map(|found| found[1].to_owned()).collect()
}

const NAMES: &str = "src/document/attributes/names.rs";
const KEYS: &str = "src/document/front/keys.rs";

fn attributes() -> Vec<String> {
    table(NAMES, "const KEYS: ", ";\n\n")
}

fn flags() -> Vec<String> {
    table(NAMES, "const FLAGS: ", ";\n\n")
}

fn classes() -> Vec<String> {
    table(NAMES, "fn name(self)", "\n    }\n")
}

fn keys() -> Vec<String> {
    table(KEYS, "const KEYS: ", ";\n\n")
}

fn language() -> String {
    fs::read_to_string(project().join("docs/language.md")).expect("docs/language.md")
}

#[test]
fn each_word_of_the_language_is_described() {
    let text = language();
    let words = |words: Vec<String>, form: fn(&str) -> String, least: usize| -> Vec<String> {
        assert!(words.len() >= least, "the source was not understood: {words:?}");
        words.iter().map(|word| form(word)).collect()
    };
    let all = [
        words(attributes(), |word| format!("`{word}=`"), 19),
        words(flags(), |word| format!("`{word}`"), 2),
        words(classes(), |word| format!("`.{word}`"), 10),
        words(
            table("src/document/markdown/comment.rs", "const DIRECTIVES: ", ";\n"),
            |word| format!("tutor:{word}"),
            4,
        ),
        words(Shell::LANGUAGES.map(str::to_owned).into(), |word| format!("`{word}`"), 13),
        words(Platform::NAMES.map(str::to_owned).into(), |word| format!("`{word}`"), 4),
        words(Stop::SIGNALS.map(str::to_owned).into(), |word| format!("`{word}`"), 7),
    ];
    let missing: Vec<String> =
        all.concat().into_iter().filter(|word| !text.contains(word.as_str())).collect();
    assert!(missing.is_empty(), "docs/language.md lacks {missing:?}");
}

#[test]
fn the_table_of_keys_has_each_of_them() {
    let text = language();
    let (_, table) = text.split_once("## All keys").expect("the section");
    let row = Regex::new(r"(?m)^\| `([a-z]+)` \|").expect("a pattern");
    let rows: BTreeSet<String> = row.captures_iter(table).map(|found| found[1].to_owned()).collect();
    let keys: BTreeSet<String> = keys().into_iter().collect();
    assert!(keys.len() >= 13, "the source was not understood: {keys:?}");
    assert_eq!(rows, keys);
}

#[test]
fn each_word_of_the_language_has_an_example() {
    let fences = fences("docs/language.md", &language());
    let of = |language: &str| -> String {
        fences.iter().filter(|fence| fence.language() == language).map(|fence| fence.text.as_str()).collect()
    };
    let (pages, front) = (of("markdown"), of("yaml"));
    let info: String =
        pages.lines().filter(|line| line.contains("```") || line.contains("<!-- tutor")).collect();
    let mut missing = Vec::new();
    missing.extend(attributes().into_iter().filter(|word| !info.contains(&format!(" {word}="))));
    missing.extend(flags().into_iter().filter(|word| !info.contains(&format!(" {word}"))));
    missing.extend(classes().into_iter().filter(|word| !info.contains(&format!(".{word}"))));
    missing.extend(keys().into_iter().filter(|word| !front.contains(&format!("  {word}:"))));
    assert!(missing.is_empty(), "no example in docs/language.md has {missing:?}");
}

/// A block of each kind, but for its attributes, and what stands in it.
const KINDS: [(&str, &str, &str); 11] = [
    ("step", "sh {#x", "echo"),
    ("transcript", "console {#x", "$ echo"),
    ("output", "text {.output", "x"),
    ("answers", "text {.answers", "x"),
    ("file", "text {#x .file path=x", "x"),
    ("patch", "diff {#x .patch path=x", "@@ -1 +1 @@\n-x\n+y"),
    ("files", "text {#x .files in=x", "x"),
    ("certificate", "toml {#x .certificate", "x"),
    ("service", "sh {#x .service ready=exit", "x"),
    ("probe", "toml {#x .probe", "x"),
    ("cleanup", "sh {#x .cleanup", "echo"),
];

/// Whether a block of this kind takes the attribute.
fn takes(info: &str, body: &str, attribute: &str) -> bool {
    let given = if info.contains(&format!(" {attribute}=")) {
        String::new()
    } else if flags().contains(&attribute.to_owned()) {
        format!(" {attribute}")
    } else {
        format!(" {attribute}=x")
    };
    let mut sources = Sources::new();
    let source = sources.add("page.md", format!("---\ntutor:\n---\n```{info}{given}}}\n{body}\n```\n"));
    let (_, found) = parse(source, &mut sources, &mut Alone);
    assert!(!found.iter().any(|found| found.code.starts_with("unknown-attr")), "{attribute}");
    !found.iter().any(|found| found.code == "attribute-not-taken")
}

#[test]
fn the_table_of_attributes_says_which_block_takes_which() {
    let text = language();
    let (_, table) = text.split_once("## All attributes").expect("the section");
    let rows = table.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows: BTreeMap<String, BTreeSet<&str>> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let all = || KINDS.iter().map(|(kind, ..)| *kind);
            let kinds = match cells[2].strip_prefix("all") {
                Some(but) => all().filter(|kind| !but.contains(kind)).collect(),
                None => cells[2].split(", ").collect(),
            };
            (cells[1].trim_matches(['`', '=']).to_owned(), kinds)
        })
        .collect();
    let mut problems = Vec::new();
    for attribute in attributes().iter().chain(&flags()).filter(|attribute| *attribute != "reason") {
        let taken: BTreeSet<&str> = KINDS
            .iter()
            .filter(|(_, info, body)| takes(info, body, attribute))
            .map(|(kind, ..)| *kind)
            .collect();
        if rows.get(attribute) != Some(&taken) {
            problems
                .push(format!("{attribute}: taken by {taken:?}, the table says {:?}", rows.get(attribute)));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The long flags that a command's help names.
fn flags_of(arguments: &[&str]) -> BTreeSet<String> {
    let ran = Command::new(env!("CARGO_BIN_EXE_tutor"))
        .args(arguments)
        .arg("--help")
        .output()
        .expect("the program");
    let help = String::from_utf8_lossy(&ran.stdout).into_owned();
    let flag = Regex::new(r"(?m)^ +(?:-[a-zA-Z], )?(--[a-z-]+)").expect("a pattern");
    flag.captures_iter(&help).map(|found| found[1].to_owned()).collect()
}

/// Each command with its flags.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    let ran = Command::new(env!("CARGO_BIN_EXE_tutor")).arg("--help").output().expect("the program");
    let help = String::from_utf8_lossy(&ran.stdout).into_owned();
    let (_, list) = help.split_once("Commands:\n").expect("the commands");
    let names = list.lines().take_while(|line| line.starts_with("  "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.map(|name| (name.to_owned(), flags_of(&[name]))).collect()
}

#[test]
fn each_command_and_flag_is_described() {
    let texts: String = texts().into_iter().map(|(_, text)| text).collect();
    let commands = commands();
    assert!(commands.len() >= 7, "{commands:?}");
    let flags: BTreeSet<String> = commands.values().flatten().cloned().chain(flags_of(&[])).collect();
    assert!(flags.len() >= 20, "{flags:?}");
    let described =
        |flag: &String| Regex::new(&format!(r"{flag}[`= \],]")).expect("a pattern").is_match(&texts);
    let missing: Vec<&String> = flags.iter().filter(|flag| !described(flag)).collect();
    assert!(missing.is_empty(), "no page of docs/ names {missing:?}");
    let named = |name: &&String| texts.contains(&format!("`tutor {name}"));
    let missing: Vec<&String> = commands.keys().filter(|name| !named(name)).collect();
    assert!(missing.is_empty(), "no page of docs/ names the commands {missing:?}");
}

/// Commands in code spans and blocks name what the program has.
#[test]
fn no_text_names_a_command_or_flag_that_is_not_there() {
    let commands = commands();
    let call = Regex::new(r"(?m)(?:^|[`>]|run: |- |&& )(?:\$ )?tutor ([a-z]+)([^`\n|]*)").expect("a pattern");
    let flag = Regex::new(r"(?:^| )(--[a-z-]+)").expect("a pattern");
    let (mut seen, mut problems) = (0, Vec::new());
    for (name, text) in texts() {
        let code = Parser::new(&text).into_offset_iter().scan(false, |block, (event, _)| {
            Some(match event {
                Event::Start(Tag::CodeBlock(_)) => {
                    *block = true;
                    None
                }
                Event::End(TagEnd::CodeBlock) => {
                    *block = false;
                    None
                }
                Event::Code(code) => Some(code.to_string()),
                Event::Text(code) if *block => Some(code.to_string()),
                _ => None,
            })
        });
        for code in code.flatten() {
            for found in call.captures_iter(&code) {
                seen += 1;
                let Some(known) = commands.get(&found[1]) else {
                    problems.push(format!("{name}: {}", &found[0]));
                    continue;
                };
                let unknown = flag.captures_iter(&found[2]).find(|flag| !known.contains(&flag[1]));
                problems.extend(unknown.map(|flag| format!("{name}: {} has no {}", &found[0], &flag[1])));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(seen > 60, "the commands were not found: {seen}");
}

/// The place that a heading has in links, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect::<String>();
    kept.replace(' ', "-")
}

fn anchors(text: &str) -> BTreeSet<String> {
    let (mut anchors, mut heading) = (BTreeSet::new(), None::<String>);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                anchors.extend(heading.take().as_deref().map(anchor));
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            _ => {}
        }
    }
    anchors
}

#[test]
fn links_lead_somewhere() {
    let (mut seen, mut broken) = (0, Vec::new());
    for (name, text) in texts() {
        let here = project().join(&name);
        for event in Parser::new(&text) {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else {
                continue;
            };
            if dest_url.contains("://") {
                continue;
            }
            seen += 1;
            let (file, place) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            let target = if file.is_empty() { here.clone() } else { here.with_file_name(file) };
            let there = target.exists()
                && (place.is_empty()
                    || fs::read_to_string(&target).is_ok_and(|text| anchors(&text).contains(place)));
            if !there {
                broken.push(format!("{name}: {dest_url}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(seen > 40, "the links were not found: {seen}");
}

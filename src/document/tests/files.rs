//! Other files: included ones, tutorials that run first, files that a run needs.

use insta::assert_snapshot;

use super::{STEP, codes_among, good_among, picture_among, with_body, with_front};
use crate::document::{BlockKind, copied_to};

fn ids(document: &crate::document::Document) -> Vec<&str> {
    document.blocks.iter().filter_map(|block| block.id.as_ref()).map(|id| id.value.as_str()).collect()
}

#[test]
fn included_files_stand_where_they_are_named() {
    let files = [
        (
            "shared/install.md",
            "---\ntitle: other tools' own\n---\n```sh {#install}\nx\n```\n<!-- tutor:include ../deep/more.md -->\n",
        ),
        ("deep/more.md", "<!-- tutor:tab linux -->\n```sh {#more}\nx\n```\n<!-- tutor:end -->\n"),
    ];
    let page = with_body(
        "```sh {#first}\nx\n```\nSee [how](shared/install.md). <!-- tutor:include shared/install.md -->\n\n```sh {#last needs=more,install platform=linux}\nx\n```\n```text {.output for=install}\n1\n```\n",
    );
    let (document, sources) = good_among(&files, &page);
    assert_eq!(ids(&document), ["first", "install", "more", "last"]);
    let places: Vec<String> = document
        .blocks
        .iter()
        .map(|block| format!("{}:{}", sources.get(block.fence.source).name(), sources.line(block.fence)))
        .collect();
    assert_eq!(places, ["page.md:4", "shared/install.md:4", "deep/more.md:2", "page.md:9"]);
    assert!(matches!(&document.blocks[1].kind, BlockKind::Shell(step) if step.outputs.len() == 1));
    assert!(document.blocks[2].placed);
}

#[test]
fn outputs_belong_to_steps_of_their_own_file() {
    let files = [("a.md", "```sh {#in-a}\nx\n```\n"), ("b.md", "```text {.output}\nx\n```\n")];
    let page = with_body("```sh {#own}\nx\n```\n<!-- tutor:include a.md -->\n```text {.output}\nown\n```\n");
    let (document, _) = good_among(&files, &page);
    assert!(matches!(&document.blocks[0].kind, BlockKind::Shell(step) if step.outputs.len() == 1));
    assert_snapshot!(picture_among(&files, &with_body("```sh {#own}\nx\n```\n<!-- tutor:include b.md -->\n")), @"
    error[output-without-step]: no step stands above this `.output` block
     --> b.md:1:1
      |
    1 | ```text {.output}
      | ^^^^^^^^^^^^^^^^^ belongs to no step
      |
      = help: give the step an id, `{#name}`, and put this block behind it
    ");
}

#[test]
fn mistakes_in_included_files_are_shown_there() {
    let files = [
        (
            "d/a.md",
            "```sh {#a timout=3s}\nx\n```\n<!-- tutor:tab macos -->\n<!-- tutor:include b.md -->\n<!-- tutor:end -->\n",
        ),
        (
            "d/b.md",
            "<!-- tutor:tab linux -->\n```sh {#b}\nx <name>\n```\n<!-- tutor:end -->\n<!-- tutor:include nothing.md -->\n",
        ),
        ("d/nothin.md", ""),
    ];
    assert_snapshot!(picture_among(&files, &with_body(&format!("{STEP}<!-- tutor:include d/a.md -->\n"))), @"
    error[unknown-attribute]: there is no attribute `timout`
     --> d/a.md:1:11
      |
    1 | ```sh {#a timout=3s}
      |           ^^^^^^ unknown attribute
      |
    help: did you mean `timeout`?
      |
    1 | ```sh {#a timeout=3s}
      |              +

    error[nested-tab]: a tab stands inside of another
     --> d/b.md:1:1
      |
    1 | <!-- tutor:tab linux -->
      | ^^^^^^^^^^^^^^^^^^^^^^^^ begins inside
      |
     ::: d/a.md:4:1
      |
    4 | <!-- tutor:tab macos -->
      | ------------------------ this tab includes the file
      |
      = help: say with `platform=` which blocks of the file are for one platform

    warning[undeclared-placeholder]: `<name>` looks like a placeholder, and nothing declares it
     --> d/b.md:3:3
      |
    3 | x <name>
      |   ^^^^^^ a shell redirects here
      |
      = help: declare it under `placeholders: {<name>: …}`, or put it in quotes

    error[missing-file]: there is no file `nothing.md`
     --> d/b.md:6:20
      |
    6 | <!-- tutor:include nothing.md -->
      |                    ^^^^^^^^^^ not found
      |
    help: did you mean `d/nothin.md`?
      |
    6 - <!-- tutor:include nothing.md -->
    6 + <!-- tutor:include d/nothin.md -->
      |
    ");
    // Once, however often the file is named.
    let page = with_body(&format!("{STEP}<!-- tutor:include d/a.md -->\n<!-- tutor:include d/a.md -->\n"));
    assert_eq!(codes_among(&files, &page).iter().filter(|code| **code == "unknown-attribute").count(), 1);
}

#[test]
fn files_that_cannot_be_included() {
    let files = [
        ("a.md", "<!-- tutor:include b.md -->\n"),
        ("b.md", "```sh {#b}\nx\n```\n<!-- tutor:include a.md -->\n"),
        ("twice.md", "```sh {#twice}\nx\n```\n"),
    ];
    let page = format!(
        "{STEP}<!-- tutor:include a.md -->\n<!-- tutor:include page.md -->\n<!-- tutor:include x.bin -->\n<!-- tutor:include x.locked -->\n<!-- tutor:include twice.md -->\n<!-- tutor:include \"twice.md\" -->\n"
    );
    assert_snapshot!(picture_among(&files, &with_body(&page)), @"
    error[include-cycle]: `page.md` includes itself
     --> page.md:8:20
      |
    8 | <!-- tutor:include page.md -->
      |                    ^^^^^^^ begins again here
      |
      = help: take one of these lines out

    error[unreadable-file]: `x.bin` is not UTF-8 text
     --> page.md:9:20
      |
    9 | <!-- tutor:include x.bin -->
      |                    ^^^^^ cannot be read as a page

    error[unreadable-file]: failed to read `x.locked`: permission denied
      --> page.md:10:20
       |
    10 | <!-- tutor:include x.locked -->
       |                    ^^^^^^^^ cannot be read

    error[include-cycle]: `a.md` includes itself
     --> b.md:4:20
      |
    4 | <!-- tutor:include a.md -->
      |                    ^^^^ begins again here
      |
     ::: a.md:1:1
      |
    1 | <!-- tutor:include b.md -->
      | --------------------------- included here
      |
      = help: take one of these lines out

    error[duplicate-id]: the id `twice` is used twice
     --> twice.md:1:8
      |
    1 | ```sh {#twice}
      |        ^^^^^^ used again here
      |
      = help: the file is included twice, so put its steps into tabs, or include it once
    ");
    let tabs = "<!-- tutor:tab linux -->\n<!-- tutor:include twice.md -->\n<!-- tutor:tab macos -->\n<!-- tutor:include twice.md -->\n<!-- tutor:end -->\n";
    let (document, _) = good_among(&files, &with_body(tabs));
    assert_eq!(ids(&document), ["twice", "twice"]);
}

#[test]
fn files_that_include_others_without_end() {
    const TWO: &str = "<!-- tutor:include b.md -->\n<!-- tutor:include b.md -->\n";
    let files: Vec<(&'static str, &'static str)> = [
        ("a.md", TWO),
        ("b.md", "<!-- tutor:include c.md -->\n<!-- tutor:include c.md -->\n"),
        ("c.md", "<!-- tutor:include d.md -->\n<!-- tutor:include d.md -->\n<!-- tutor:include d.md -->\n"),
        ("d.md", "<!-- tutor:include e.md -->\n<!-- tutor:include e.md -->\n<!-- tutor:include e.md -->\n<!-- tutor:include e.md -->\n"),
        ("e.md", "words\n"),
    ]
    .to_vec();
    let body = "<!-- tutor:include a.md -->\n".repeat(20);
    assert_snapshot!(picture_among(&files, &with_body(&format!("{STEP}{body}"))), @"
    error[too-many-includes]: the page includes more than 1000 files
     --> c.md:3:1
      |
    3 | <!-- tutor:include d.md -->
      | ^^^^ one too many
    ");
}

#[test]
fn tutorials_that_run_first() {
    let files = [
        (
            "d/pre.md",
            "---\ntutor:\n  after: [base.md]\n  timeout: 3s\n---\n```sh {#make}\nx\n```\n```sh {#srv .service ready=exit}\nx\n```\n",
        ),
        ("d/base.md", "---\ntutor: {}\n---\n```sh {#root}\nx\n```\n"),
    ];
    let page = "---\ntutor:\n  after: [d/pre.md]\n---\n```sh {#make needs=pre#make,base#root,d/pre#make stops=pre#srv}\nx\n```\n";
    let (document, sources) = good_among(&files, page);
    let [after] = &document.after[..] else { panic!("one") };
    assert_eq!(ids(&after.document), ["make", "srv"]);
    assert_eq!(ids(&after.document.after[0].document), ["root"]);
    let needs: Vec<&str> =
        document.blocks[0].needs.iter().map(|need| sources.get(need.document.unwrap()).name()).collect();
    assert_eq!(needs, ["d/pre.md", "d/base.md", "d/pre.md"]);
}

#[test]
fn tutorials_that_cannot_run_first() {
    let files = [
        (
            "pre.md",
            "---\ntutor:\n  platform: [macos]\n  after: [page.md]\n---\n```sh {#make timeout=3}\nx\n```\n",
        ),
        ("notes.md", "words\n"),
    ];
    let page = "---\ntutor:\n  platform: [macos, linux]\n  after: [pre.md, notes.md, nots.md, ./pre.md]\n---\n```sh {#a}\nx\n```\n";
    assert_snapshot!(picture_among(&files, page), @"
    error[after-elsewhere]: `pre.md` is not for linux, and this page is
     --> page.md:4:11
      |
    4 |   after: [pre.md, notes.md, nots.md, ./pre.md]
      |           ^^^^^^ cannot run first there
      |
     ::: pre.md:3:14
      |
    3 |   platform: [macos]
      |              ----- its own platforms

    error[no-tutorial]: `notes.md` is no tutorial: its front matter has no `tutor` key
     --> page.md:4:19
      |
    4 |   after: [pre.md, notes.md, nots.md, ./pre.md]
      |                   ^^^^^^^^ nothing in it runs
      |
      = help: add the key there, or include the file: `<!-- tutor:include … -->`

    error[missing-file]: there is no file `nots.md`
     --> page.md:4:29
      |
    4 |   after: [pre.md, notes.md, nots.md, ./pre.md]
      |                             ^^^^^^^ not found
      |
    help: did you mean `notes.md`?
      |
    4 |   after: [pre.md, notes.md, notes.md, ./pre.md]
      |                                +

    error[duplicate-item]: `./pre.md` is listed twice
     --> page.md:4:38
      |
    4 |   after: [pre.md, notes.md, nots.md, ./pre.md]
      |           ------ first listed here   ^^^^^^^^ again here

    error[after-cycle]: `page.md` would run before itself
     --> pre.md:4:11
      |
    4 |   after: [page.md]
      |           ^^^^^^^ begins again here
      |
     ::: page.md:4:11
      |
    4 |   after: [pre.md, notes.md, nots.md, ./pre.md]
      |           ------ named here
      |
      = help: take one of these names out

    error[bad-duration]: `3` is no duration for `timeout`
     --> pre.md:6:22
      |
    6 | ```sh {#make timeout=3}
      |                      ^ not a duration
      |
    help: write it like `500ms`, `30s` or `2m`
      |
    6 | ```sh {#make timeout=3s}
      |                       +
    ");
}

#[test]
fn steps_of_earlier_tutorials_that_are_not_there() {
    let files = [("pre.md", "---\ntutor: {}\n---\n```sh {#make}\nx\n```\n")];
    let page = "---\ntutor:\n  after: [pre.md]\n---\n```sh {#a needs=per#make,pre#mak,other#x stops=pre#make}\nx\n```\n";
    assert_snapshot!(picture_among(&files, page), @"
    error[unknown-tutorial]: no tutorial `per` runs before this page
     --> page.md:5:17
      |
    5 | ```sh {#a needs=per#make,pre#mak,other#x stops=pre#make}
      |                 ^^^^^^^^ not under `after`
      |
    help: did you mean `pre`?
      |
    5 - ```sh {#a needs=per#make,pre#mak,other#x stops=pre#make}
    5 + ```sh {#a needs=pre#make,pre#mak,other#x stops=pre#make}
      |

    error[unknown-step]: `pre` has no step `mak`
     --> page.md:5:30
      |
    5 | ```sh {#a needs=per#make,pre#mak,other#x stops=pre#make}
      |                              ^^^ unknown id
      |
    help: did you mean `make`?
      |
    5 | ```sh {#a needs=per#make,pre#make,other#x stops=pre#make}
      |                                 +

    error[unknown-tutorial]: no tutorial `other` runs before this page
     --> page.md:5:34
      |
    5 | ```sh {#a needs=per#make,pre#mak,other#x stops=pre#make}
      |                                  ^^^^^^^ not under `after`
      |
      = help: name it under `after` in the front matter

    error[stops-no-service]: `pre#make` is no service, so nothing of it is to be stopped
     --> page.md:5:48
      |
    5 | ```sh {#a needs=per#make,pre#mak,other#x stops=pre#make}
      |                                                ^^^^^^^^ not a `.service` block
      |
     ::: pre.md:4:1
      |
    4 | ```sh {#make}
      | ------------- it stands here
    ");
}

#[test]
fn steps_of_other_tutorials_on_other_platforms() {
    let files =
        [("pre.md", "---\ntutor: {}\n---\n```sh {#make platform=macos}\nx\n```\n```sh {#all}\nx\n```\n")];
    let page = "---\ntutor:\n  platform: [linux, macos]\n  after: [pre.md]\n---\n```sh {#a needs=pre#all,pre#make}\nx\n```\n```sh {#b needs=pre#make platform=macos}\nx\n```\n";
    assert_snapshot!(picture_among(&files, page), @"
    error[step-elsewhere]: the step `make` is not there on linux
     --> page.md:6:29
      |
    6 | ```sh {#a needs=pre#all,pre#make}
      |                             ^^^^ on other platforms only
      |
      = help: say with `platform=` where this step is, or give the other one more platforms
    ");
}

#[test]
fn files_that_a_run_needs() {
    let files = [("data/flights.json", ""), ("x/flights.json", ""), ("other.md", ""), ("deploy/a", "")];
    let page = with_front("copy: [data/flights.json, deploy]\ncounterpart: other.md\ncovers: [src/**]");
    let (document, _) = good_among(&files, &page);
    let copies: Vec<(String, &str)> = document
        .front
        .copy
        .iter()
        .map(|file| (copied_to(&file.written.value), file.path.to_str().unwrap()))
        .collect();
    assert_eq!(
        copies,
        [("data/flights.json".to_owned(), "/d/data/flights.json"), ("deploy".to_owned(), "/d/deploy")]
    );
    assert_eq!(document.front.counterpart.unwrap().written.value, "other.md");
    assert_eq!(document.front.covers[0].value, "src/**");
    let wrong = with_front(
        "copy: [flights.json, deploy, ../deploy, ., '']\ncounterpart: othr.md\ncovers: [/src, ../x, '']",
    );
    assert_snapshot!(picture_among(&files, &wrong), @"
    error[missing-file]: there is no file `flights.json`
     --> page.md:3:10
      |
    3 |   copy: [flights.json, deploy, ../deploy, ., '']
      |          ^^^^^^^^^^^^ not found
      |
    help: did you mean `x/flights.json`?
      |
    3 |   copy: [x/flights.json, deploy, ../deploy, ., '']
      |          ++

    error[duplicate-copy]: two files are copied to `deploy`
     --> page.md:3:32
      |
    3 |   copy: [flights.json, deploy, ../deploy, ., '']
      |                        ------  ^^^^^^^^^ the second one
      |                        |
      |                        the first one
      |
      = help: a path that climbs arrives under its last name, in the scratch directory itself

    error[bad-copy]: `.` under `copy` names a directory as a whole
     --> page.md:3:43
      |
    3 |   copy: [flights.json, deploy, ../deploy, ., '']
      |                                           ^ has no name of its own
      |
      = help: name the files and directories in it that a run needs

    error[empty-value]: a file must not be empty
     --> page.md:3:46
      |
    3 |   copy: [flights.json, deploy, ../deploy, ., '']
      |                                              ^^ empty

    error[missing-file]: there is no file `othr.md`
     --> page.md:4:16
      |
    4 |   counterpart: othr.md
      |                ^^^^^^^ not found
      |
    help: did you mean `other.md`?
      |
    4 |   counterpart: other.md
      |                   +

    error[bad-covers]: `/src` under `covers` leaves the root
     --> page.md:5:12
      |
    5 |   covers: [/src, ../x, '']
      |            ^^^^ not below the root
      |
      = help: write it from the directory that holds `tutor.toml` or `.git`: `src/**`

    error[bad-covers]: `../x` under `covers` leaves the root
     --> page.md:5:18
      |
    5 |   covers: [/src, ../x, '']
      |                  ^^^^ not below the root
      |
      = help: write it from the directory that holds `tutor.toml` or `.git`: `src/**`

    error[empty-value]: a pattern must not be empty
     --> page.md:5:24
      |
    5 |   covers: [/src, ../x, '']
      |                        ^^ empty
    ");
    assert_eq!(codes_among(&files, &with_front("counterpart: ''")), ["empty-value"]);
}

#[test]
fn secrets_in_included_files() {
    let files = [("a.md", "```sh {#a}\necho correct-horse\n```\n")];
    let page = "---\ntutor:\n  placeholders: {<pw>: correct-horse}\n  secrets: [<pw>]\n---\n```sh {#b}\necho \"<pw>\"\n```\n<!-- tutor:include a.md -->\n";
    assert_snapshot!(picture_among(&files, page), @"
    error[secret-on-page]: the value of the secret `<pw>` stands on the page
     --> a.md:2:6
      |
    2 | echo correct-horse
      |      ^^^^^^^^^^^^^ everyone can read it here
      |
     ::: page.md:3:24
      |
    3 |   placeholders: {<pw>: correct-horse}
      |                        ------------- its declaration
      |
      = help: write `<pw>` there; a run puts the value in
    ");
}

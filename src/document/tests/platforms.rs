//! Tabs, `platform=`, and what belongs together on each platform.

use insta::assert_snapshot;

use super::{STEP, codes, good, picture, with_body, with_front};
use crate::{
    document::{BlockKind, Variant},
    platform::Platform,
};

/// The page's runs, each with the blocks that it has; outputs and answers as `id>text`.
fn runs(page: &str) -> Vec<String> {
    let (document, _) = good(page);
    let named = document.platforms.iter().cloned().map(Some);
    let other = document.is_for_any().then_some(None);
    named.chain(other).map(|platform| run(&document, platform.as_ref())).collect()
}

fn run(document: &crate::document::Document, platform: Option<&Platform>) -> String {
    let variant = document.variant(platform).unwrap();
    let mut words = vec![platform.map_or("other".to_owned(), ToString::to_string)];
    for block in document.blocks.iter().filter(|block| block.runs.contains(variant)) {
        let id = block.id.as_ref().map_or("-", |id| id.value.as_str());
        let mut word = format!("{id}{}", if block.placed { "*" } else { "" });
        if let BlockKind::Shell(step) = &block.kind {
            for output in step.outputs.iter().filter(|output| output.runs.contains(variant)) {
                word = word + ">" + output.text.text().trim();
            }
            for answers in step.answers.iter().filter(|answers| answers.runs.contains(variant)) {
                word = word + "<" + answers.text.text().trim();
            }
        }
        words.push(word);
    }
    words.join(" ")
}

const TABS: &str = "```sh {#a}\ntrue\n```\n\
<!-- tutor:tab windows/cmd -->\n#### cmd\n```cmd {#b}\nrem\n```\n```text {.output}\nc\n```\n\
<!-- tutor:tab windows/powershell -->\n```powershell {#b}\n1\n```\n\
<!-- tutor:tab macos, linux -->\n```sh {#b}\nx\n```\n```sh {#m platform=macos}\nx\n```\n<!-- tutor:end -->\n\
```text {.output}\nall\n```\n";

#[test]
fn tabs_attributes_and_front_matter_intersect() {
    let page = TABS
        .replace("c\n```\n<!-- tutor:tab windows/p", "c\n```\n```cmd {#z}\nx\n```\n<!-- tutor:tab windows/p");
    let expected =
        ["windows/cmd a b*>c z*>all", "windows/powershell a b*>all", "macos a b* m*>all", "linux a b*>all"];
    let front = "---\ntutor:\n  platform: [windows, unix]\n---\n";
    assert_eq!(runs(&format!("{front}{page}")), expected);
    let any = runs(&with_body(&page.replace("```text {.output}\nall\n```\n", "")));
    assert_eq!(any, ["windows/cmd a b*>c z*", "windows/powershell a b*", "macos a b* m*", "linux a b*"]);
    // A page for one of them has one run.
    let linux = "---\ntutor:\n  platform: [linux]\n---\n```sh {#a platform=unix}\nx\n```\n";
    assert_eq!(runs(linux), ["linux a*"]);
}

#[test]
fn outputs_and_answers_belong_to_the_nearest_step_of_their_platform() {
    let page = with_body(
        "```sh {#a}\nx\n```\n```text {.output platform=macos}\nm\n```\n```text {.output platform=linux}\nl\n```\n\
         ```text {.answers platform=linux}\nq\n```\n\
         <!-- tutor:tab linux -->\n```sh {#b}\nx\n```\n<!-- tutor:end -->\n```text {.answers}\np\n```\n",
    );
    assert_eq!(runs(&page), ["macos a>m<p", "linux a>l<q b*<p", "other a<p"]);
    // `for=` says otherwise, also before its step.
    let page = with_body(
        "```text {.output for=b}\n1\n```\n```sh {#a}\nx\n```\n```sh {#b}\nx\n```\n```text {.answers for=a}\n2\n```\n```text {.output for=a platform=linux}\n3\n```\n",
    );
    assert_eq!(runs(&page), ["linux a>3<2 b>1", "other a<2 b>1"]);
}

#[test]
fn which_run_a_platform_has() {
    let (document, _) = good(&with_body(TABS.split("```text {.output}\nall").next().unwrap()));
    let index = |name: &str| document.variant(Platform::parse(name).as_ref()).map(Variant::index);
    assert_eq!(
        ["windows/cmd", "windows", "windows/x", "linux", "linux/arm"].map(index),
        [Some(0), Some(0), None, Some(3), None]
    );
    assert_eq!(document.variant(None), None, "each system is named");
    let (document, _) = good(&with_front("platform: [linux]"));
    assert_eq!(document.variant(None), None);
    assert_eq!(document.variant(Some(&Platform::parse("macos").unwrap())), None);
}

#[test]
fn tabs_that_are_wrong() {
    let page = format!(
        "{STEP}<!-- tutor:tab maccos linux -->\n<!-- tutor:tab -->\n<!-- tutor:end x -->\n<!-- tutor:end -->\n<!-- tutor:end -->\n<!-- tutor:tab macos -->\n```sh {{#b}}\nx\n```\n"
    );
    assert_snapshot!(picture(&with_body(&page)), @"
    error[unknown-platform]: there is no platform `maccos`
     --> page.md:7:16
      |
    7 | <!-- tutor:tab maccos linux -->
      |                ^^^^^^ unknown platform
      |
    help: did you mean `macos`?
      |
    7 - <!-- tutor:tab maccos linux -->
    7 + <!-- tutor:tab macos linux -->
      |

    error[tab-without-platform]: the tab names no platform
     --> page.md:8:12
      |
    8 | <!-- tutor:tab -->
      |            ^^^ of which?
      |
      = help: write it like `<!-- tutor:tab macos linux -->`

    error[unexpected-value]: `tutor:end` takes nothing
     --> page.md:9:16
      |
    9 | <!-- tutor:end x -->
      |                ^ not taken here
      |
      = help: it ends all tabs before it

    error[end-without-tab]: `tutor:end` stands behind no tab
      --> page.md:11:1
       |
    11 | <!-- tutor:end -->
       | ^^^^^^^^^^^^^^^^^^ ends nothing
       |
       = help: tabs begin with a comment like `<!-- tutor:tab macos -->`

    error[unclosed-tab]: the tab is never ended
      --> page.md:12:1
       |
    12 | <!-- tutor:tab macos -->
       | ^^^^^^^^^^^^^^^^^^^^^^^^ the last tab begins here
       |
       = help: put `<!-- tutor:end -->` behind its last block
    ");
}

#[test]
fn what_no_platform_reaches() {
    let page = "---\ntutor:\n  platform: [linux, windows/cmd]\n---\n```sh {#a platform=macos}\nx\n```\n<!-- tutor:tab macos windows/powershell -->\n```sh {#b}\nx\n```\n```sh {#c}\nx\n```\n<!-- tutor:tab linux -->\n```sh {#d platform=windows}\nx\n```\n<!-- tutor:end -->\n";
    assert_snapshot!(picture(page), @"
    error[unreachable]: no platform of this page ever reaches this block
     --> page.md:5:20
      |
    5 | ```sh {#a platform=macos}
      |                    ^^^^^ on none of the page's platforms
      |
      = help: the page's platforms are linux, windows/cmd

    error[unreachable]: no platform of this page ever reaches this tab
     --> page.md:8:1
      |
    8 | <!-- tutor:tab macos windows/powershell -->
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ on none of the page's platforms
      |
      = help: the page's platforms are linux, windows/cmd

    error[unreachable]: no platform of this page ever reaches this block
      --> page.md:16:20
       |
    15 | <!-- tutor:tab linux -->
       | ------------------------ it stands in this tab
    16 | ```sh {#d platform=windows}
       |                    ^^^^^^^ on none of the page's platforms
       |
       = help: the page's platforms are linux, windows/cmd
    ");
    // Without front matter's platforms only what contradicts itself is never reached.
    let page = with_body(
        "```sh {#a platform=macos}\nx\n```\n<!-- tutor:tab linux -->\n```sh {#d platform=windows}\nx\n```\n<!-- tutor:end -->\n",
    );
    assert_eq!(codes(&page), ["unreachable"]);
}

#[test]
fn platforms_of_blocks() {
    assert_snapshot!(picture(&with_body("```sh {#a platform=linus}\nx\n```\n```sh {.skip platform=linux,}\nx\n```\n```sh {#b platform=linux/ARM}\nx\n```\n")), @"
    error[unknown-platform]: there is no platform `linus`
     --> page.md:4:20
      |
    4 | ```sh {#a platform=linus}
      |                    ^^^^^ unknown platform
      |
    help: did you mean `linux`?
      |
    4 - ```sh {#a platform=linus}
    4 + ```sh {#a platform=linux}
      |

    error[empty-value]: `platform` has an empty item
     --> page.md:7:23
      |
    7 | ```sh {.skip platform=linux,}
      |                       ^^^^^^ something is missing here
      |
      = help: separate the items by single commas: `platform=a,b`

    error[unknown-platform]: `linux/ARM` names no variant of a platform
      --> page.md:10:20
       |
    10 | ```sh {#b platform=linux/ARM}
       |                    ^^^^^^^^^ no such variant
       |
       = help: a variant is written like `windows/cmd`: lowercase letters, digits and hyphens behind the `/`
    ");
}

#[test]
fn ids_are_unique_on_each_platform() {
    let page = "```sh {#a platform=linux}\nx\n```\n```sh {#a platform=macos}\nx\n```\n```sh {#a platform=unix}\nx\n```\n```sh {#b platform=linux}\nx\n```\n```sh {#b}\nx\n```\n";
    assert_snapshot!(picture(&with_body(page)), @"
    error[duplicate-id]: the id `a` is used twice on linux
      --> page.md:10:8
       |
     4 | ```sh {#a platform=linux}
       |        -- first used here
    ...
    10 | ```sh {#a platform=unix}
       |        ^^ used again here
       |
       = help: give each block an id of its own

    error[duplicate-id]: the id `b` is used twice on linux
      --> page.md:16:8
       |
    13 | ```sh {#b platform=linux}
       |        -- first used here
    ...
    16 | ```sh {#b}
       |        ^^ used again here
       |
       = help: give each block an id of its own
    ");
}

#[test]
fn steps_that_are_there_on_other_platforms_only() {
    let page = "---\ntutor:\n  platform: [linux, macos, windows]\n---\n```sh {#a platform=linux}\nx\n```\n```sh {#a2 platform=macos}\nx\n```\n```sh {#b needs=a}\nx\n```\n```sh {#c needs=a platform=linux}\nx\n```\n```sh {#d needs=a2 platform=linux}\nx\n```\n```text {.output for=a2 platform=linux}\n```\n";
    assert_snapshot!(picture(page), @"
    error[step-elsewhere]: the step `a` is not there on macos and windows
      --> page.md:11:17
       |
     5 | ```sh {#a platform=linux}
       |        -- it stands here
    ...
    11 | ```sh {#b needs=a}
       |                 ^ on other platforms only
       |
       = help: give both the same platforms, or a step of that id to each

    error[step-elsewhere]: the step `a2` is not there on linux
      --> page.md:17:17
       |
     8 | ```sh {#a2 platform=macos}
       |        --- it stands here
    ...
    17 | ```sh {#d needs=a2 platform=linux}
       |                 ^^ on other platforms only
       |
       = help: give both the same platforms, or a step of that id to each

    error[step-elsewhere]: the step `a2` is not there on linux
      --> page.md:20:22
       |
     8 | ```sh {#a2 platform=macos}
       |        --- it stands here
    ...
    20 | ```text {.output for=a2 platform=linux}
       |                      ^^ on other platforms only
    ");
    let page = "---\ntutor:\n  platform: [linux, macos]\n---\n```sh {#a platform=linux}\nx\n```\n```text {.output}\n```\n```sh {#b}\nx\n```\n```text {.output platform=linux}\n```\n```text {.output platform=unix}\n```\n";
    assert_snapshot!(picture(page), @"
    error[output-without-step]: no step stands above this `.output` block on macos
     --> page.md:8:1
      |
    8 | ```text {.output}
      | ^^^^^^^^^^^^^^^^^ belongs to no step
      |
      = help: give the step an id, `{#name}`, and put this block behind it

    error[two-outputs]: the step `b` has two `.output` blocks
      --> page.md:15:1
       |
    13 | ```text {.output platform=linux}
       | -------------------------------- the first one
    14 | ```
    15 | ```text {.output platform=unix}
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the second one
       |
       = help: take one of them away, or give the step between them an id
    ");
}

#[test]
fn names_of_steps_for_outputs() {
    let page = "```sh {#step}\nx\n```\n```text {.output for=stepp}\n```\n```text {.output for=Step}\n```\n```text {.output for=other#step}\n```\n```sh {#clean .cleanup}\nx\n```\n```text {.answers for=clean}\nx\n```\n```text {.output for=step stream=stdin}\n```\n```text {.output for=step}\n```\n";
    assert_snapshot!(picture(&with_body(page)), @"
    error[unknown-step]: there is no step `stepp`
     --> page.md:7:22
      |
    7 | ```text {.output for=stepp}
      |                      ^^^^^ unknown id
      |
    help: did you mean `step`?
      |
    7 - ```text {.output for=stepp}
    7 + ```text {.output for=step}
      |

    error[bad-id]: `Step` is no id
     --> page.md:9:22
      |
    9 | ```text {.output for=Step}
      |                      ^^^^ not an id
      |
    help: an id is lowercase letters, digits and single hyphens, a letter first
      |
    9 - ```text {.output for=Step}
    9 + ```text {.output for=step}
      |

    error[bad-id]: `for` names a step of this page
      --> page.md:11:22
       |
    11 | ```text {.output for=other#step}
       |                      ^^^^^^^^^^ a step of another tutorial
       |
       = help: its outputs stand in its own file

    error[for-no-step]: `clean` prints nothing that could be compared
      --> page.md:16:23
       |
    13 | ```sh {#clean .cleanup}
       |        ------ it stands here
    ...
    16 | ```text {.answers for=clean}
       |                       ^^^^^ no step that runs in a shell

    error[two-outputs]: the step `step` has two `.output` blocks
      --> page.md:19:1
       |
     9 | ```text {.output for=Step}
       | -------------------------- the first one
    ...
    19 | ```text {.output for=step stream=stdin}
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the second one
       |
       = help: take one of them away, or give the step between them an id

    error[bad-stream]: there is no stream `stdin`
      --> page.md:19:34
       |
    19 | ```text {.output for=step stream=stdin}
       |                                  ^^^^^ unknown stream
       |
       = help: the streams are stdout and stderr; without `stream=` both are compared

    error[two-outputs]: the step `step` has two `.output` blocks
      --> page.md:21:1
       |
     9 | ```text {.output for=Step}
       | -------------------------- the first one
    ...
    21 | ```text {.output for=step}
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^ the second one
       |
       = help: take one of them away, or give the step between them an id
    ");
}

#[test]
fn too_many_platforms() {
    let names: Vec<String> = (0..70).map(|number| format!("linux/v{number}")).collect();
    let page = with_front(&format!("platform: [{}]", names.join(", ")));
    assert_snapshot!(picture(&page), @"
    error[too-many-platforms]: a page runs on 62 platforms at most
     --> page.md:2:1
      |
    2 | tutor:
      | ^^^^^ names more
      |
      = help: make several pages of it
    ");
}

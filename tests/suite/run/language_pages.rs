//! Pages of several files: included ones, tutorials that run first; and pages with comments of ours.

use super::harness::Room;

#[test]
fn an_included_file_shares_ids_and_recordings_with_the_page() {
    let room = Room::new();
    room.write("tutorials/shared/install.md", "# Install\n\n```sh {#install}\necho installed\n```\n");
    room.write(
        "page.md",
        "---\ntutor: {}\n---\n```sh {#a snapshot=none}\nx=1\n```\nSee [how](tutorials/shared/install.md). <!-- tutor:include tutorials/shared/install.md -->\n\n```sh {#b needs=install snapshot=none}\n[ $x = 1 ]\n```\n",
    );
    let run = room.run(&["--accept"]);
    assert_eq!(
        (run.states().as_str(), run.code),
        ("a=passed install=passed b=passed", Some(0)),
        "{}",
        run.stdout
    );
    assert_eq!(run.step("install")["file"], "tutorials/shared/install.md");
    assert_eq!((run.step("install")["line"].as_u64(), run.step("b")["line"].as_u64()), (Some(3), Some(9)));
    assert!(room.path("snapshots/page/install.snap").exists());
    // A step that drifts is shown where it stands.
    room.write("tutorials/shared/install.md", "# Install\n\n```sh {#install}\necho other\n```\n");
    let run = room.run(&[]);
    assert_eq!(run.states(), "a=passed install=drifted b=passed");
    for says in ["--> tutorials/shared/install.md:4:1", "tutor accept page/install"] {
        assert!(run.stdout.contains(says), "{says}: {}", run.stdout);
    }
}

#[test]
fn a_mistake_in_an_included_file_is_shown_there() {
    let room = Room::new();
    room.write("d/a.md", "```sh {#a timout=3s}\ntrue\n```\n<!-- tutor:include b.md -->\n");
    room.write(
        "d/b.md",
        "<!-- tutor:include a.md -->\n<!-- tutor:include c.md -->\n<!-- tutor:include ../page.md -->\n",
    );
    room.write("d/c.md", "---\ntutor:\n  timout: 3s\n---\n");
    room.write(
        "page.md",
        "---\ntutor: {}\n---\n<!-- tutor:include d/a.md -->\n<!-- tutor:include d/d.md -->\n",
    );
    let check = room.tutor(&["check", "page.md"]);
    assert_eq!(check.code, Some(2));
    for says in [
        "error[unknown-attribute]: there is no attribute `timout`\n --> d/a.md:1:11",
        "error[include-cycle]: `a.md` includes itself\n --> d/b.md:1:20",
        "error[unknown-key]: `tutor` has no key `timout`\n --> d/c.md:3:3",
        "error[include-cycle]: `../page.md` includes itself",
        "error[missing-file]: there is no file `d/d.md`\n --> page.md:5:20",
    ] {
        assert!(check.stdout.contains(says), "{says}: {}", check.stdout);
    }
    assert_eq!(room.run(&[]).code, Some(2));
}

/// A tutorial that runs by itself, and that a page takes in for its platform.
fn tutorial(platform: &str, word: &str) -> String {
    format!(
        "---\ntutor:\n  platform: [{platform}]\n  relocate: [/{word}-data]\n  placeholders: {{<word>: {word}, <secret>: {word} and more}}\n  secrets: [<secret>]\n  env: {{WORD: {word}}}\n  ports: {{<port>: 4{length}000}}\n  timeout: 1{length}s\n  redact: [{{pattern: 'x=[0-9]+', with: 'x=[{word}]'}}]\n---\n\n# On {platform}\n\n```sh {{#say}}\nmkdir /{word}-data; echo \"<word> $WORD <secret> <port> x=$$\"\n```\n\n```text {{#at .file path=/{word}-data/f}}\n<word>\n```\n\n```sh {{#read}}\ncat /{word}-data/f\n```\n\n```text {{.output}}\n{word}\n```\n",
        length = word.len()
    )
}

/// The page that takes both in.
const BOTH: &str = "---\ntutor:\n  placeholders: {<own>: page}\n---\n\n<!-- tutor:tab linux -->\n[Linux](parts/l.md) <!-- tutor:include parts/l.md -->\n<!-- tutor:tab macos -->\n[macOS](parts/m.md) <!-- tutor:include parts/m.md -->\n<!-- tutor:end -->\n\n```sh {#end}\necho \"<own> <word> $WORD\"\n```\n\n```text {.output}\npage <word> <word>\n```\n";

#[test]
fn an_included_tutorial_declares_for_the_runs_that_take_it_in() {
    let room = Room::new();
    room.write("parts/l.md", &tutorial("linux", "ell"));
    room.write("parts/m.md", &tutorial("macos", "emmm"));
    room.write("page.md", BOTH);
    assert_eq!(room.tutor(&["check", "page.md", "parts"]).code, Some(0));
    let run = room.run(&["--accept", "--platform", "all"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let states: Vec<String> = run
        .events
        .iter()
        .filter(|event| event["event"] == "step-finished")
        .map(|event| format!("{} {} {}", event["file"], event["step"], event["state"]).replace('"', ""))
        .collect();
    let of = |file: &str| {
        ["say", "at", "read"].map(|id| format!("parts/{file}.md {id} passed")).join(", ")
            + ", page.md end passed"
    };
    assert_eq!(states.join(", "), format!("{}, {}", of("l"), of("m")));
    for (file, word, port) in [("l", "ell", 43000), ("m", "emmm", 44000)] {
        let say = room.read(&format!("snapshots/parts/{file}/say.snap"));
        assert!(say.contains(&format!("{word} {word} <secret> {port} x=[{word}]")), "{say}");
        assert!(!say.contains("and more"), "{say}");
    }
    assert!(!room.path("snapshots/page").exists());
    // Each runs by itself, with the same recordings, and beside the page too.
    let alone = room.tutor(&["run", "parts/l.md"]);
    assert_eq!(alone.code, Some(0), "{}{}", alone.stdout, alone.stderr);
    let beside = room.tutor(&["run", "--platform", "all", "page.md", "parts/l.md", "parts/m.md"]);
    assert_eq!(beside.code, Some(0), "{}{}", beside.stdout, beside.stderr);
    // And is held against them: on the platform whose tutorial says something else.
    room.write("parts/m.md", &tutorial("macos", "emmm").replace("<word> $WORD", "<word>, $WORD"));
    let run = room.run(&["--platform", "all"]);
    assert_eq!(run.code, Some(1));
    let drifted: Vec<&str> = run
        .events
        .iter()
        .filter(|event| event["event"] == "step-finished" && event["state"] == "drifted")
        .filter_map(|event| event["file"].as_str())
        .collect();
    assert_eq!(drifted, ["parts/m.md"]);
}

#[test]
fn included_tutorials_that_contradict_each_other_are_refused() {
    let room = Room::new();
    room.write("parts/l.md", &tutorial("linux", "ell"));
    room.write("parts/m.md", &tutorial("macos", "emmm"));
    // One value for each platform is none of two values for one.
    let own = BOTH.replace("<own>: page}", "<own>: page, <word>: own}");
    room.write("page.md", &own);
    let run = room.run(&[]);
    assert_eq!(run.code, Some(2));
    for says in [
        "error[include-conflict]: two files of the page say different things of the placeholder `<word>` on linux\n --> parts/l.md:5:18\n",
        "of the placeholder `<word>` on macos\n --> parts/m.md:5:18\n",
        "::: page.md:3:",
    ] {
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
    }
    room.write("page.md", &BOTH.replace("tab macos", "tab windows"));
    let run = room.run(&[]);
    assert_eq!(run.code, Some(2));
    let says = "error[unreachable]: no platform of this page ever reaches this tutorial\n --> page.md:9:";
    assert!(run.stderr.contains(says), "{}", run.stderr);
}

#[test]
fn tutorials_under_after_run_first_in_the_same_session() {
    let room = Room::new();
    room.write("base.md", "---\ntutor: {}\n---\n```sh {#setup snapshot=none}\ncount=$((count + 1)); export count\n```\n```sh {#tidy .cleanup}\necho tidied\n```\n");
    room.write(
        "d/pre.md",
        "---\ntutor:\n  after: [../base.md]\n  placeholders: {<name>: pre}\n  redact: [{pattern: 'n=[0-9]', with: 'n=[N]'}]\n---\n```sh {#setup needs=base#setup}\necho \"<name> n=1\"\nmkdir -p made; cd made\n```\n",
    );
    room.write(
        "page.md",
        "---\ntutor:\n  after: [d/pre.md, base.md]\n  placeholders: {<name>: page}\n---\n```sh {#setup needs=pre#setup,base#setup}\necho \"<name> n=$count ${PWD##*/}\"\n```\n```text {.output}\npage n=1 made\n```\n",
    );
    let run = room.run(&["--accept"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let ran: Vec<String> = run
        .events
        .iter()
        .filter(|event| event["event"] == "step-finished")
        .map(|event| format!("{} {} {}", event["file"], event["step"], event["state"]).replace('"', ""))
        .collect();
    let expected =
        ["base.md setup passed", "d/pre.md setup passed", "page.md setup passed", "base.md tidy passed"];
    assert_eq!(ran, expected);
    // Its recordings are its own, under its own rules.
    assert!(room.read("snapshots/d/pre/setup.snap").contains("pre n=[N]"));
    let list = room.tutor(&["list", "page.md"]).stdout;
    assert!(list.starts_with("page.md: 4 steps"), "{list}");
}

#[test]
fn a_failure_of_an_earlier_tutorial_ends_the_page() {
    let room = Room::new();
    room.write("pre.md", "---\ntutor: {}\n---\n```sh {#setup snapshot=none}\nfalse\n```\n");
    room.write("page.md", "---\ntutor:\n  after: [pre.md]\n---\n```sh {#a snapshot=none}\ntrue\n```\n");
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("setup=failed a=not-run", Some(1)));
    assert!(run.stdout.contains("--> pre.md:5:1"), "{}", run.stdout);
    // What cannot run here makes what needs it unverified.
    room.write(
        "pre.md",
        "---\ntutor: {}\n---\n```sh {#setup snapshot=none requires=no-such-program}\ntrue\n```\n",
    );
    room.write("page.md", "---\ntutor:\n  after: [pre.md]\n---\n```sh {#a needs=pre#setup snapshot=none}\ntrue\n```\n```sh {#b snapshot=none}\ntrue\n```\n");
    let run = room.run(&[]);
    assert_eq!(run.states(), "setup=unverified a=unverified b=passed");
    assert_eq!(run.step("a")["reason"], "it needs pre#setup, which is unverified");
}

#[test]
fn tutorials_that_run_before_each_other_are_refused() {
    let room = Room::new();
    room.write("pre.md", "---\ntutor:\n  after: [page.md]\n---\n```sh {#a}\ntrue\n```\n");
    room.write("page.md", "---\ntutor:\n  after: [pre.md]\n---\n```sh {#b needs=pre#c}\ntrue\n```\n");
    let run = room.run(&[]);
    assert_eq!(run.code, Some(2));
    for says in [
        "error[after-cycle]: `page.md` would run before itself",
        "error[unknown-step]: `pre` has no step `c`",
    ] {
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
    }
}

#[test]
fn attributes_and_steps_may_stand_in_comments() {
    let room = Room::new();
    room.write(
        "page.md",
        "<!-- tutor:document\ntitle: A page for mdBook\ntimeout: 20s\n-->\n\n# Title\n\n<!-- tutor #shown snapshot=none -->\n```sh\necho $made\n```\n<!-- tutor .output -->\n```text\n\n```\n<!-- tutor\n```sh {#hidden snapshot=none}\nmade=yes\n```\n-->\n\n1. In a list:\n\n   <!-- tutor #again snapshot=none -->\n   ```sh\n   [ $made = yes ]\n   ```\n\n   <!-- tutor\n   ```sh {#in-list snapshot=none}\n   false\n   ```\n   -->\n",
    );
    let run = room.run(&[]);
    assert_eq!(run.states(), "shown=passed hidden=passed again=passed in-list=failed", "{}", run.stderr);
    assert!(run.stdout.contains("31 |    false"), "{}", run.stdout);
    let wrong = [
        ("<!-- tutor #a -->\n\n```sh\ntrue\n```\n", "error[attributes-without-block]"),
        ("<!-- tutor #a -->\n```sh {#b}\ntrue\n```\n", "error[two-groups]"),
        ("<!-- tutor timeout=3s -->\n```sh\ntrue\n```\n", "error[missing-id]"),
        ("<!-- tutor\n```sh {#a}\ntrue\n```\n", "error[unclosed-comment]"),
        ("<!-- tutor\nwords\n-->\n```sh {#a}\ntrue\n```\n", "error[empty-comment]"),
        ("```sh {#a}\ntrue\n```\n<!-- tutor:document\n-->\n", "error[misplaced-front-matter]"),
    ];
    for (body, says) in wrong {
        room.write("page.md", &format!("---\ntutor: {{}}\n---\n{body}"));
        let run = room.run(&[]);
        assert_eq!(run.code, Some(2), "{body}");
        assert!(run.stderr.contains(says), "{body}: {}", run.stderr);
    }
}

#[test]
fn the_settings_name_the_programs_of_other_languages() {
    let room = Room::new();
    room.write("page.md", "---\ntutor: {}\n---\n```python {#a snapshot=none}\nprint(1)\n```\n");
    let run = room.run(&[]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("error[unknown-language]: nothing says how to run `python`"),
        "{}",
        run.stderr
    );
    room.write("tutor.toml", "[languages]\npython = \"python3 {file}\"\n");
    assert_eq!(room.tutor(&["check", "page.md"]).code, Some(0));
    room.write("tutor.toml", "[languages]\npython = \"python3\"\n");
    let check = room.tutor(&["check", "page.md"]);
    assert!(check.stdout.contains("error[bad-interpreter]"), "{}", check.stdout);
    assert!(check.stdout.contains("--> tutor.toml:2:10"), "{}", check.stdout);
}

#[test]
fn copies_lie_in_the_scratch_directory() {
    let room = Room::new();
    room.write("docs/data/flights.json", "{}\n");
    room.write("deploy/run.sh", "#!/bin/sh\necho deployed\n");
    room.write(
        "page.md",
        "---\ntutor:\n  copy: [docs/data/flights.json, deploy]\n---\n```sh {#a}\ncat docs/data/flights.json; sh deploy/run.sh; touch docs/new\n```\n```text {.output}\n{}\ndeployed\n```\n",
    );
    let run = room.run(&[]);
    assert_eq!(run.states(), "a=passed", "{}{}", run.stdout, run.stderr);
    assert!(!room.path("docs/new").exists(), "the page's own directory is not touched");
    room.write("page.md", "---\ntutor:\n  copy: [docs/data/flight.json]\n---\n```sh {#a}\ntrue\n```\n");
    let run = room.run(&[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("help: did you mean `docs/data/flights.json`?"), "{}", run.stderr);
}

#[test]
fn a_run_has_ports_of_its_own_and_shows_the_pages() {
    let room = Room::new();
    let page = "---\ntutor:\n  ports: {<port>: 27017}\n---\n```sh {#a}\necho http://localhost:<port>/ 127017 27017\n[ <port> != 27017 ]\n```\n```text {.output}\nhttp://localhost:27017/ 127017 <port>\n```\n```sh {#b}\necho <port>\n```\n";
    room.write("page.md", page);
    let run = room.run(&["--accept"]);
    assert_eq!(run.states(), "a=passed b=passed", "{}{}", run.stdout, run.stderr);
    assert!(
        room.read("snapshots/page/b.snap").contains("-\n27017"),
        "{}",
        room.read("snapshots/page/b.snap")
    );
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("a=passed b=passed", Some(0)), "{}", run.stdout);
    room.write("page.md", &page.replace("27017}", "270170}"));
    assert!(room.run(&[]).stderr.contains("error[bad-port]"));
}

#[test]
fn outputs_and_answers_may_name_their_step() {
    let room = Room::new();
    let body = "```text {.output for=b}\nb\n```\n```sh {#a}\nread x && echo \"a $x\"\n```\n```sh {#b}\necho b\n```\n```text {.answers for=a}\nme\n```\n```text {.output for=a}\na me\n```\n";
    let page = format!("---\ntutor: {{}}\n---\n{body}");
    room.write("page.md", &page);
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("a=passed b=passed", Some(0)), "{}", run.stdout);
    room.write("page.md", &page.replace("\nb\n```\n```sh {#a}", "\nc\n```\n```sh {#a}"));
    let run = room.run(&[]);
    assert_eq!(run.states(), "a=passed b=drifted");
    assert!(run.stdout.contains("--> page.md:5:1"), "where its output stands: {}", run.stdout);
    room.write("page.md", &page.replace("for=b", "for=c"));
    assert!(room.run(&[]).stderr.contains("error[unknown-step]: there is no step `c`"));
}

#[test]
fn what_cannot_run_yet_is_checked_and_says_so() {
    let room = Room::new();
    let body = "```toml {#look .probe}\nconnect = 'localhost:1'\nexpect = 'refused'\n```\n```cmd {#win}\nrem\n```\n```sh {#after needs=win}\ntrue\n```\n```sh {#own snapshot=none}\ntrue\n```\n";
    let page = format!("---\ntutor: {{}}\n---\n{body}");
    room.write("page.md", &page);
    let run = room.run(&["--no-wine"]);
    assert_eq!(
        run.states(),
        "look=new win=unverified after=unverified own=passed",
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert_eq!(room.run(&["--accept", "--no-wine"]).code, Some(0));
    assert_eq!(
        (room.run(&["--no-wine"]).code, room.run(&["--strict", "--no-wine"]).code),
        (Some(0), Some(1))
    );
    let reasons = ["after"].map(|step| run.step(step)["reason"].as_str().unwrap().to_owned());
    let expected = ["it needs win, which is unverified"];
    assert_eq!(reasons, expected);
    room.write("page.md", &page.replace("{#look .probe}", "{#look .probe path=x}"));
    assert!(
        room.run(&[]).stderr.contains("error[attribute-not-taken]: a `.probe` block does not take `path`")
    );
}

/// The paths of an included file resolve from itself, also of one that it includes in turn.
#[test]
fn paths_of_included_files_resolve_from_themselves() {
    let room = Room::new();
    room.write("page.md", "---\ntutor: {}\n---\n<!-- tutor:include parts/one.md -->\n```sh {#last needs=two snapshot=none}\n[ $x = 2 ]\n```\n");
    room.write("parts/one.md", "[two](deep/two.md) <!-- tutor:include deep/two.md -->\n\n```sh {#one snapshot=none}\n[ $x = 2 ]\n```\n");
    room.write("parts/deep/two.md", "```sh {#two snapshot=none}\nx=2\n```\n");
    let run = room.run(&[]);
    assert_eq!(run.states(), "two=passed one=passed last=passed", "{}", run.told());
    room.write("parts/one.md", "<!-- tutor:include parts/deep/two.md -->\n");
    let run = room.run(&[]);
    assert_eq!(run.code, Some(2), "{}", run.told());
    assert!(
        run.stderr.contains("error[missing-file]") && run.stderr.contains("--> parts/one.md:1:"),
        "{}",
        run.told()
    );
}

/// A comment that holds hidden steps ends at the first `-->`, also within a block.
#[test]
fn a_hidden_step_ends_at_the_first_arrow() {
    let room = Room::new();
    let hidden = |text: &str| {
        format!(
            "---\ntutor: {{}}\n---\n<!-- tutor\n```sh {{#a snapshot=none}}\n{text}\n```\n-->\n```sh {{#b snapshot=none}}\n:\n```\n"
        )
    };
    room.write("page.md", &hidden("echo '-- >'"));
    assert_eq!(room.run(&[]).states(), "a=passed b=passed");
    room.write("page.md", &hidden("echo '-->'; touch @HERE@/ran"));
    let run = room.run(&[]);
    assert_eq!(run.code, Some(2), "{}", run.told());
    assert!(run.stderr.contains("error[unclosed-fence]"), "{}", run.told());
    assert!(!room.path("ran").exists());
}

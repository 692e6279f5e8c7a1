//! Blocks: their info strings, what each kind takes, what holds where nothing is said.

use super::harness::{Room, case, check, refused, with_body};

/// Runs pages with these bodies: name, body, states, what is said.
fn bodies(cases: &[(&str, &str, &str, &[&str])]) {
    let mut wrong = Vec::new();
    for (name, body, states, says) in cases {
        let room = Room::new();
        room.write("page.md", &with_body(body));
        let run = room.run(&[]);
        let unsaid: Vec<_> = says.iter().filter(|words| !run.stdout.contains(**words)).collect();
        if run.states() != *states || !unsaid.is_empty() {
            wrong.push(format!(
                "== {name}: wanted {states}, came {}, unsaid {unsaid:?}\n{}",
                run.states(),
                run.told()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

/// Ours is the first group that holds an id or one of our classes; words and groups of other tools pass.
#[test]
fn words_of_other_tools_pass() {
    bodies(&[
        (
            "other groups and words around ours",
            "```sh title=\"{#x}\" {1,3-5} {.numberLines startFrom=3} copy {#a snapshot=none} showLineNumbers\n[ 1 ]\n```\n",
            "a=passed",
            &[],
        ),
        (
            "title, linenos, hl_lines, data-* and foreign classes inside our group",
            "```sh {#a .line-numbers snapshot=none title=\"how to\" linenos=table hl_lines=\"1 3\" data-x=1 data-flag}\n[ 1 ]\n```\n",
            "a=passed",
            &[],
        ),
        (
            "directly behind the language, and without one",
            "```sh{#a snapshot=none}\nfalse\n```\n\n``` {.output}\n```\n",
            "a=failed",
            &["exit status 1"],
        ),
        (
            "a bare value ends at a blank or a brace; in quotes a quote is escaped, and nothing else is",
            "```sh {#a exit=3}\nexit 3\n```\n``` {.output}\n```\n```sh {.skip reason=\"it \\\"costs\\\" }C:\\x\\\\y\"}\nx\n```\n",
            "a=passed ?=skipped",
            &["it \"costs\" }C:\\x\\\\y"],
        ),
        (
            "a list splits at commas",
            "```sh {#a snapshot=none}\n:\n```\n```sh {#b snapshot=none requires=no-such-program}\n:\n```\n```sh {#c snapshot=none needs=a}\n:\n```\n```sh {#d snapshot=none needs=a,b}\n:\n```\n",
            "a=passed b=unverified c=passed d=unverified",
            &["it needs b, which is unverified"],
        ),
    ]);
    let step = |attributes: &str| with_body(&format!("```sh {{{attributes}}}\n:\n```\n"));
    refused(&[
        ("a class a letter off", &step("#a .clenup"), &["error[unknown-class]", "did you mean `.cleanup`?"]),
        ("a key given twice", &step("#a exit=1 exit=2"), &["error[duplicate-attribute]"]),
        ("two ids", &step("#a #b"), &["error[two-ids]"]),
        ("two of our classes", &step("#a .cleanup .file path=x"), &["error[two-kinds]"]),
        ("a class of ours without its id", &step(".cleanup"), &["error[missing-id]"]),
        ("two groups of ours", &with_body("```sh {#a} {.cleanup}\n:\n```\n"), &["error[two-groups]"]),
        ("no attribute", &step("#a tiemout=3s"), &["error[unknown-attribute]", "did you mean `timeout`?"]),
        ("a flag with a value", &step("#a tty=yes"), &["error[unexpected-value]"]),
        ("a key without its value", &step("#a timeout"), &["error[missing-value]"]),
        (
            "a bare value ends at a blank",
            &step(".skip reason=too long"),
            &["error[unknown-attribute]", "`long`"],
        ),
        ("quotes that stay open", &step("#a shell=\"sh"), &["error[unclosed-quotes]"]),
        ("a group that stays open", &with_body("```sh {#a\n:\n```\n"), &["error[unclosed-group]"]),
        ("a language that nobody runs", &with_body("```cobol {#a}\n:\n```\n"), &["error[unknown-language]"]),
        ("no language", &with_body("```{#a}\n:\n```\n"), &["error[no-language]"]),
        ("a language a letter off", &with_body("```bahs {#a}\n:\n```\n"), &["did you mean `bash`?"]),
    ]);
}

/// Ids are kebab-case and unique within one platform's run.
#[test]
fn ids_are_kebab_case_and_unique() {
    let two =
        |ids: [&str; 2]| with_body(&ids.map(|id| format!("```sh {{{id} snapshot=none}}\n:\n```\n")).concat());
    for id in ["#A", "#make_ca", "#-a", "#a-", "#a--b", "#2a", "#ä", "#", "#a.b"] {
        refused(&[(id, &two([id, "#ok"]), &["error[bad-id]"])]);
    }
    refused(&[("the same twice", &two(["#a", "#a"]), &["error[duplicate-id]", "first"])]);
    let room = Room::new();
    room.write("page.md", &two(["#make-ca-2", "#b"]));
    assert_eq!(room.run(&[]).states(), "make-ca-2=passed b=passed");
}

/// Every attribute is refused where it means nothing, and by every kind of block that does not take it.
#[test]
fn each_attribute_refuses_what_it_cannot_mean() {
    let bad: [(&str, &[&str]); 16] = [
        ("exit=256", &["error[bad-exit]"]),
        ("exit=some", &["error[bad-exit]"]),
        ("timeout=5", &["error[bad-duration]"]),
        ("timeout=5h", &["error[bad-duration]"]),
        ("timeout=0ms", &["error[bad-duration]"]),
        ("retry=0", &["error[bad-retry]"]),
        ("retry=x", &["error[bad-retry]"]),
        ("every=2s", &["error[every-without-retry]"]),
        ("snapshot=some", &["error[bad-snapshot]"]),
        ("shell=bsh", &["error[unknown-shell]"]),
        ("platform=linus", &["error[unknown-platform]", "did you mean `linux`?"]),
        ("needs=a", &["error[needs-itself]"]),
        ("needs=no-such-step", &["error[unknown-step]"]),
        ("needs=b", &["error[needs-later-step]"]),
        ("stops=z", &["error[stops-no-service]"]),
        ("requires=", &["error[missing-value]"]),
    ];
    for (attribute, says) in bad {
        let body = format!("```sh {{#z}}\n:\n```\n```sh {{#a {attribute}}}\n:\n```\n```sh {{#b}}\n:\n```\n");
        refused(&[(attribute, &with_body(&body), says)]);
    }
    let not_taken = [
        ("sh #a", "path=x"),
        ("sh #a", "append"),
        ("sh #a", "ready=exit"),
        ("sh #a", "stream=stdout"),
        ("console #a", "snapshot=all"),
        ("text .output", "exit=1"),
        ("text .answers", "stream=stdout"),
        ("text #f .file path=x", "exit=1"),
        ("text #f .file path=x", "timeout=3s"),
        ("diff #p .patch path=x", "mode=0644"),
        ("text #l .files in=.", "path=x"),
        ("sh #c .cleanup", "needs=first"),
        ("sh #c .cleanup", "exit=1"),
    ];
    for (info, attribute) in not_taken {
        let (language, rest) = info.split_once(' ').unwrap();
        let text = if language == "diff" { "@@ -1 +1 @@\n-a\n+b" } else { "$ true" };
        let body = format!("```sh {{#first}}\n:\n```\n```{language} {{{rest} {attribute}}}\n{text}\n```\n");
        let name = attribute.split('=').next().unwrap();
        let says = format!("does not take `{name}`");
        refused(&[(
            &format!("{info} {attribute}"),
            &with_body(&body),
            &["error[attribute-not-taken]", &says],
        )]);
    }
    for (info, attribute) in [
        ("text {#f .file}", "path"),
        ("diff {#f .patch}", "path"),
        ("text {#f .files}", "in"),
        ("sh {#f .service}", "ready"),
    ] {
        let body = format!("```sh {{#first}}\n:\n```\n```{info}\n@@ -1 +1 @@\n-a\n+b\n```\n");
        refused(&[(info, &with_body(&body), &["error[missing-attribute]", &format!("`{attribute}")])]);
    }
    let path = |path: &str| with_body(&format!("```text {{#f .file path={path}}}\nx\n```\n"));
    refused(&[
        (
            "an absolute path that is not relocated",
            &path("/opt/x"),
            &["error[path-not-relocated]", "relocate"],
        ),
        ("a path with a variable", &path("$HOME/x"), &["error[unexpanded-path]"]),
        ("a mode that is none", &path("x mode=999"), &["error[bad-mode]"]),
    ]);
}

/// Where nothing is said: exit status 0, no second try, all of exit status, stdout and stderr recorded, no terminal.
#[test]
fn what_holds_where_nothing_is_said() {
    check(
        "sh",
        &[
            case("exit status 0", &[("sh #a", "true", "-"), ("sh #b", "false", "-")], "a=passed b=failed")
                .says(&["exit status 1, expected 0"]),
            case("no second try", &[("sh #a", "echo . >>n; test $(wc -l <n) -ge 2", "-")], "a=failed"),
            case(
                "a second one, where it is asked for",
                &[("sh #a retry=1 every=10ms", "echo . >>n; test $(wc -l <n) -ge 2", "-")],
                "a=passed",
            ),
            case(
                "retries end",
                &[("sh #a retry=1 every=10ms", "echo . >>n; test $(wc -l <n) -ge 3", "-")],
                "a=failed",
            ),
            case(
                "no terminal",
                &[("sh #a", "test -t 0 || test -t 1 || test -t 2 || echo none", "none")],
                "a=passed",
            ),
            case(
                "the shell of the language",
                &[("bash #a", "echo ${BASH_VERSION:+bash}", "bash")],
                "a=passed",
            ),
            case(
                "another one",
                &[("bash #a shell=zsh", "echo ${BASH_VERSION:+bash}${ZSH_VERSION:+zsh}", "zsh")],
                "a=passed",
            ),
            case(
                "and not the language's",
                &[("bash #a shell=zsh", "echo ${BASH_VERSION:+bash}", "bash")],
                "a=drifted",
            ),
            case("shell is sh", &[("shell #a", "x=1", ""), ("sh #b", "echo $x", "1")], "a=passed b=passed"),
        ],
    );
    let room = Room::new();
    let step = "echo out; echo err >&2; exit 3";
    let told = [
        ("", true, true, true),
        (" snapshot=all", true, true, true),
        (" snapshot=stdout", true, true, false),
        (" snapshot=stderr", true, false, true),
        (" snapshot=none", false, false, false),
    ];
    for (attribute, recorded, stdout, stderr) in told {
        let _ = std::fs::remove_dir_all(room.path("snapshots"));
        room.write("page.md", &with_body(&format!("```sh {{#a exit=3{attribute}}}\n{step}\n```\n")));
        let run = room.run(&["--accept"]);
        assert_eq!(run.states(), "a=passed", "{attribute}: {}", run.told());
        let text = std::fs::read_to_string(room.path("snapshots/page/a.snap")).unwrap_or_default();
        assert_eq!(
            (
                !text.is_empty(),
                text.contains("\nexit 3\n"),
                text.contains("\nout\n"),
                text.contains("\nerr\n")
            ),
            (recorded, recorded, stdout, stderr),
            "{attribute}: {text}"
        );
        // What is not recorded may change.
        room.write("page.md", &room.read("page.md").replace("echo err", "echo other"));
        let state = if stderr { "a=drifted" } else { "a=passed" };
        assert_eq!(room.run(&[]).states(), state, "{attribute}");
    }
}

/// An `.output` block belongs to the nearest step above, across prose, headings and lists; files, lists, hidden and
/// skipped blocks in between don't count. One of each per step.
#[test]
fn outputs_and_answers_belong_to_the_nearest_step_above() {
    let between = "Words.\n\n# Heading\n\n- item\n\n```text {#f .file path=x}\ny\n```\n```text {#l .files in=.}\nx\n```\n<!-- tutor\n```sh {#hidden snapshot=none}\necho hidden\n```\n-->\n```sh {.skip}\necho skipped\n```\n";
    let ask = "```sh {#first snapshot=none}\n:\n```\n```sh {#a}\nread -r x; echo \"a $x\"\n```\n";
    let blocks = |answer: &str, output: &str| {
        format!(
            "{ask}{between}\n1. One\n\n   ```text {{.answers}}\n   {answer}\n   ```\n\n## More\n\n> ```text {{.output}}\n> {output}\n> ```\n"
        )
    };
    let states = |a: &str| format!("first=passed a={a} f=passed l=passed hidden=passed ?=skipped");
    bodies(&[
        ("far above", &blocks("me", "a me"), &states("passed"), &[]),
        ("far above, other output", &blocks("me", "a you"), &states("drifted"), &["-a you", "+a me"]),
    ]);
    let a = "```sh {#a}\necho a\n```\n";
    let out = "```text {.output}\na\n```\n";
    refused(&[
        ("two outputs", &with_body(&format!("{a}{out}{out}")), &["error[two-outputs]"]),
        (
            "two answers",
            &with_body(&format!("{a}```text {{.answers}}\na\n```\n```text {{.answers}}\nb\n```\n")),
            &["error[two-answers]"],
        ),
        ("no step above", &with_body(&format!("{out}{a}")), &["error[output-without-step]"]),
        (
            "answers without a step",
            &with_body(&format!("```text {{.answers}}\nx\n```\n{a}")),
            &["error[answers-without-step]"],
        ),
        (
            "of a transcript",
            &with_body(&format!("```console {{#t}}\n$ echo a\na\n```\n{out}")),
            &["error[output-of-transcript]"],
        ),
        (
            "`for` names no step",
            &with_body(&format!("{a}```text {{.output for=b}}\na\n```\n")),
            &["error[unknown-step]"],
        ),
    ]);
}

/// In a transcript lines after `$ ` or `% ` run, a `> ` line only where the command is incomplete.
#[test]
fn transcripts_have_prompts_and_continuation_lines() {
    let page = |lines: &str| format!("```console {{#t}}\n{lines}\n```\n");
    bodies(&[
        ("a here-document", &page("$ cat <<END\n> one\n> END\none"), "t=passed", &[]),
        ("a backslash", &page("$ echo one \\\n> two\none two"), "t=passed", &[]),
        ("open quotes", &page("$ echo 'one\n> two'\none\ntwo"), "t=passed", &[]),
        ("a complete command: the line is output", &page("$ echo '> x'\n> x"), "t=passed", &[]),
        ("and other output drifts", &page("$ echo '> x'\n> y"), "t=drifted", &["-> y", "+> x"]),
        (
            "its session is that of sh",
            &format!(
                "```sh {{#a snapshot=none}}\nx=1; mkdir d; cd d\n```\n{}",
                page("$ echo $x; basename \"$PWD\"\n1\nd")
            ),
            "a=passed t=passed",
            &[],
        ),
        ("`%` as well", &page("% echo one\none"), "t=passed", &[]),
    ]);
    refused(&[
        ("no prompt", &with_body(&page("echo one")), &["error[no-prompt]", "--> page.md"]),
        (
            "output before the first command",
            &with_body(&page("one\n$ echo two\ntwo")),
            &["error[output-before-command]"],
        ),
        ("a command that never ends", &with_body(&page("$ echo 'one\ntwo")), &["error[incomplete-command]"]),
    ]);
}

/// Skipped blocks never run, and are counted and shown as such with their reason; comments hold hidden steps.
#[test]
fn skipped_and_hidden_steps() {
    let room = Room::new();
    room.write(
        "page.md",
        &with_body("```sh {#a .skip reason=\"needs a paid account\" exit=3 tty}\ntouch @HERE@/skipped\n```\n<!-- tutor\n```sh {#b snapshot=none}\ntouch @HERE@/hidden\n```\n~~~sh {#c snapshot=none}\ntouch @HERE@/too\n~~~\n-->\n<!-- tutor: words of ours that nobody knows -->\n"),
    );
    let run = room.run(&[]);
    assert_eq!(run.code, Some(2), "{}", run.told());
    assert!(run.stderr.contains("error[unknown-comment]"), "{}", run.told());
    room.write("page.md", &room.read("page.md").replace("<!-- tutor: words", "<!-- words"));
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("a=skipped b=passed c=passed", Some(0)), "{}", run.told());
    assert!(
        run.stdout.contains("2 passed, 1 skipped") && run.stdout.contains("needs a paid account"),
        "{}",
        run.told()
    );
    assert!(room.path("hidden").exists() && room.path("too").exists() && !room.path("skipped").exists());
}

/// Rows of attributes of a `.service` block, and what is said of them; nothing where they are right.
fn services(rows: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (attributes, says) in rows {
        let room = Room::new();
        let body = format!(
            "```sh {{#first snapshot=none}}\n:\n```\n```sh {{#db .service {attributes}}}\nsleep 1\n```\n```sh {{#a stops=db snapshot=none}}\n:\n```\n"
        );
        room.write("page.md", &with_body(&body));
        let check = room.tutor(&["check", "page.md"]);
        let run = if says.is_empty() { None } else { Some(room.run(&[])) };
        let refused = run.as_ref().is_none_or(|run| run.code == Some(2) && run.states().is_empty());
        let status = if says.is_empty() { 0 } else { 2 };
        if check.code != Some(status) || !check.stdout.contains(says) || !refused {
            wrong.push(format!(
                "== {attributes}: {}{}",
                check.told(),
                run.map(|run| run.told()).unwrap_or_default()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

/// "`ready=`: `tcp:PORT`, `tcp:HOST:PORT`, `http://…`, `log:REGEX`, `file:PATH`, `exit`; required for `.service`"; "`stop=`
/// `daemon=`: signal or command that stops a service; the pid file of one that forks away"; "`timeout=`: of a service, from
/// start to ready"; "`stops=`: services that this step ends".
#[test]
fn services_say_when_they_are_ready_and_how_they_stop() {
    services(&[
        ("ready=tcp:27017", ""),
        ("ready=tcp:localhost:27017", ""),
        ("ready=http://localhost:8080/health", ""),
        ("ready=https://localhost/", ""),
        ("ready=\"log:waiting for connections\"", ""),
        ("ready=file:run/db.sock", ""),
        ("ready=exit daemon=db.pid", ""),
        ("ready=exit stop=INT timeout=2m", ""),
        ("ready=exit stop=\"db --shutdown\"", ""),
        ("", "error[missing-attribute]"),
        ("ready=udp:27017", "error[bad-ready]"),
        ("ready=tcp:db", "error[bad-ready]"),
        ("ready=tcp:70000", "error[bad-ready]"),
        ("ready=\"log:(\"", "error[bad-ready]"),
        ("ready=file:/run/db.sock", "error[path-not-relocated]"),
        ("ready=exit stop=FOO", "error[unknown-signal]"),
        ("ready=exit daemon=", "error[missing-value]"),
        ("ready=exit timeout=2h", "error[bad-duration]"),
        ("ready=exit snapshot=all", "error[attribute-not-taken]"),
        ("ready=exit exit=1", "error[attribute-not-taken]"),
    ]);
    refused(&[
        (
            "what is stopped must be a service",
            &with_body("```sh {#db}\n:\n```\n```sh {#a stops=db}\n:\n```\n"),
            &["error[stops-no-service]"],
        ),
        (
            "and must be there",
            &with_body("```sh {#db .service ready=exit}\n:\n```\n```sh {#a stops=bd}\n:\n```\n"),
            &["error[unknown-step]"],
        ),
    ]);
}

/// Each kind of block takes the attributes that are its own.
#[test]
fn each_kind_takes_its_own_attributes() {
    let taken = "platform=linux,macos requires=sh";
    let body = format!(
        "```sh {{#a {taken} shell=bash exit=nonzero timeout=9s retry=1 every=1ms snapshot=none}}\nfalse\n```\n\
         ```console {{#t {taken} needs=a shell=bash exit=any timeout=9s retry=1 every=1ms}}\n$ echo one\none\n```\n\
         ```sh {{#o tty snapshot=none}}\nread -r x; echo $x\n```\n```text {{.answers platform=linux,macos for=o}}\nAda\n```\n\
         ```text {{.output platform=linux,macos for=s stream=stderr}}\nerr\n```\n```sh {{#s}}\necho out; echo err >&2\n```\n\
         ```text {{#f .file {taken} needs=a path=x mode=0600 append}}\none\n```\n\
         ```diff {{#p .patch {taken} needs=f path=x}}\n@@ -1 +1 @@\n-one\n+two\n```\n\
         ```text {{#l .files {taken} needs=p in=.}}\nx\n```\n\
         ```sh {{#z .cleanup {taken} shell=bash timeout=9s}}\ntest \"$(cat x)\" = two\n```\n\
         ```sh {{.skip reason=why {taken} exit=1 path=x tty}}\nfalse\n```\n"
    );
    let states = "a=passed t=passed o=passed s=passed f=passed p=passed l=passed ?=skipped z=passed";
    bodies(&[("all of them", &body, states, &["why"])]);
    for (taken, other) in [("tty", "ttx"), ("mode=0600", "mod=0600"), ("stream=stderr", "stram=stderr")] {
        refused(&[(
            other,
            &with_body(&body.replace(taken, other)),
            &["error[unknown-attribute]", "did you mean"],
        )]);
    }
}

/// "sh, shell, bash, zsh, fish, ksh … `console` uses the session of `sh`": each language has a shell of its own.
#[test]
fn each_language_runs_in_its_own_shell() {
    let who = "echo ${BASH_VERSION:+bash}${ZSH_VERSION:+zsh}${KSH_VERSION:+ksh}";
    check(
        "sh",
        &[
            case("bash", &[("bash #a", who, "bash"), ("bash #b", who, "zsh")], "a=passed b=drifted"),
            case("zsh", &[("zsh #a", who, "zsh"), ("zsh #b", who, "bash")], "a=passed b=drifted"),
            case("ksh", &[("ksh #a", who, "ksh"), ("ksh #b", who, "bash")], "a=passed b=drifted"),
            case(
                "fish",
                &[("fish #a", "set -q FISH_VERSION; and echo fish", "fish"), ("fish #b", who, "fish")],
                "a=passed b=failed",
            ),
            case(
                "sh and shell are one, bash is another",
                &[("sh #a", "x=1", ""), ("shell #b", "echo $x", "1"), ("bash #c", "echo $x", "1")],
                "a=passed b=passed c=drifted",
            ),
            case(
                "console is that of sh",
                &[
                    ("sh #a", "x=1", ""),
                    ("console #b", "$ echo $x\n1", "-"),
                    ("console #c", "$ y=2", "-"),
                    ("sh #d", "echo $y", "2"),
                ],
                "a=passed b=passed c=passed d=passed",
            ),
            case(
                "and not that of bash",
                &[("bash #a", "x=1", ""), ("console #b", "$ echo \"[$x]\"\n[1]", "-")],
                "a=passed b=drifted",
            ),
        ],
    );
}

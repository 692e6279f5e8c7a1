//! Relocation by text.

use super::page::{Fence, Page};
use crate::{
    plan::{Action, Expected, Filter, Relocation, Request, Secret, build},
    platform::System,
};

fn relocation(pairs: &[(&str, &str)]) -> Relocation {
    Relocation::new(pairs.iter().map(|&(page, real)| (page.to_owned(), real.to_owned())).collect())
}

/// (page's text, run's text); the way back must give the page's text again.
fn both_ways(relocation: &Relocation, cases: &[(&str, &str)]) {
    for &(page, real) in cases {
        assert_eq!(relocation.apply(page), real, "apply {page}");
        assert_eq!(relocation.back(real), page, "back {real}");
    }
}

fn unchanged(relocation: &Relocation, cases: &[&str]) {
    for text in cases {
        assert_eq!(relocation.apply(text), *text);
    }
}

#[test]
fn whole_components_wherever_they_stand() {
    let relocation = relocation(&[("/opt/certs", "/tmp/t1/opt/certs")]);
    both_ways(
        &relocation,
        &[
            ("/opt/certs", "/tmp/t1/opt/certs"),
            ("/opt/certs/", "/tmp/t1/opt/certs/"),
            ("cd /opt/certs && ls", "cd /tmp/t1/opt/certs && ls"),
            ("file:/opt/certs", "file:/tmp/t1/opt/certs"),
            ("file:///opt/certs/a.pem", "file:///tmp/t1/opt/certs/a.pem"),
            ("'/opt/certs'", "'/tmp/t1/opt/certs'"),
            ("\"/opt/certs\"", "\"/tmp/t1/opt/certs\""),
            ("`/opt/certs`", "`/tmp/t1/opt/certs`"),
            ("x=/opt/certs", "x=/tmp/t1/opt/certs"),
            ("a:/opt/certs:b", "a:/tmp/t1/opt/certs:b"),
            ("/opt/certs,/opt/certs", "/tmp/t1/opt/certs,/tmp/t1/opt/certs"),
            ("{\"a\":\"/opt/certs\",\"b\":1}", "{\"a\":\"/tmp/t1/opt/certs\",\"b\":1}"),
            ("curl -d @/opt/certs/x", "curl -d @/tmp/t1/opt/certs/x"),
            ("cc -I/opt/certs -d\"/opt/certs\"", "cc -I/tmp/t1/opt/certs -d\"/tmp/t1/opt/certs\""),
            ("in /opt/certs.", "in /tmp/t1/opt/certs."),
            ("in /opt/certs...\n", "in /tmp/t1/opt/certs...\n"),
            ("/opt/certs/../x", "/tmp/t1/opt/certs/../x"),
            ("/opt/certs*", "/tmp/t1/opt/certs*"),
            ("/opt/certs{,.old}", "/tmp/t1/opt/certs{,.old}"),
            ("printf 'a\\n/opt/certs\\n'", "printf 'a\\n/tmp/t1/opt/certs\\n'"),
            ("s/\\/opt\\/certs\\/a/b/", "s/\\/tmp\\/t1\\/opt\\/certs\\/a/b/"),
            ("<(/opt/certs/x)", "<(/tmp/t1/opt/certs/x)"),
            ("don't say '/opt/certs'", "don't say '/tmp/t1/opt/certs'"),
            ("//opt/certs", "//tmp/t1/opt/certs"),
            ("é /opt/certs é", "é /tmp/t1/opt/certs é"),
        ],
    );
    // A doubled separator within the path is one.
    assert_eq!(relocation.apply("/opt//certs//a"), "/tmp/t1/opt/certs//a");
}

#[test]
fn other_directories_stay() {
    unchanged(
        &relocation(&[("/opt/certs", "/tmp/t1/opt/certs")]),
        &[
            "",
            "/",
            "/opt",
            "/opt/",
            "/opt/cert",
            "/opt/certs2",
            "/opt/certs-old",
            "/opt/certs_old",
            "/opt/certs~",
            "/opt/certs.bak",
            "/opt/certsé",
            "/my/opt/certs",
            "/my//opt/certs",
            "x/opt/certs",
            "é/opt/certs",
            "./opt/certs",
            "../opt/certs",
            "~/opt/certs",
            "$ROOT/opt/certs",
            "${ROOT}/opt/certs",
            "$(pwd)/opt/certs",
            "%CD%/opt/certs",
            "\"$ROOT\"/opt/certs",
            "\"${ROOT}\"/opt/certs",
            "*/opt/certs",
            "my-dir/opt/certs",
            "http://localhost:8080/opt/certs",
            "https://opt/certs",
            "https://example.com/opt/certs",
            "/OPT/certs",
            "::::",
        ],
    );
}

#[test]
fn separators_keep_their_style() {
    let windows = relocation(&[("C:\\opt\\certs", "D:\\T\\t1\\opt\\certs")]);
    both_ways(
        &windows,
        &[
            ("C:\\opt\\certs\\a", "D:\\T\\t1\\opt\\certs\\a"),
            ("C:/opt/certs/a", "D:/T/t1/opt/certs/a"),
            ("\"C:\\\\opt\\\\certs\\\\a\"", "\"D:\\\\T\\\\t1\\\\opt\\\\certs\\\\a\""),
            ("file:///C:/opt/certs", "file:///D:/T/t1/opt/certs"),
            ("x;C:\\opt\\certs;y", "x;D:\\T\\t1\\opt\\certs;y"),
            ("-IC:\\opt\\certs", "-ID:\\T\\t1\\opt\\certs"),
        ],
    );
    let cases = [
        ("c:\\OPT\\Certs", "D:\\T\\t1\\opt\\certs"),
        ("C:\\opt/certs", "D:\\T\\t1\\opt\\certs"),
        ("c:/Opt/CERTS/x", "D:/T/t1/opt/certs/x"),
    ];
    for (page, real) in cases {
        assert_eq!(windows.apply(page), real);
    }
    unchanged(
        &windows,
        &[
            "\\opt\\certs",
            "/opt/certs",
            "C:opt\\certs",
            "xC:\\opt\\certs",
            "C:\\opt\\\\certs",
            "C:\\opt\\certs2",
            "C:",
        ],
    );
    let unicode = relocation(&[("C:\\Öl", "C:\\T\\Öl")]);
    assert_eq!(unicode.apply("c:\\öl\\x"), "C:\\T\\Öl\\x");
    let posix = relocation(&[("/opt/certs", "/tmp/t1/opt/certs")]);
    both_ways(
        &posix,
        &[("\\opt\\certs", "\\tmp\\t1\\opt\\certs"), ("\\\\opt\\\\certs", "\\\\tmp\\\\t1\\\\opt\\\\certs")],
    );
    // A drive's, and a share of the host `opt`.
    unchanged(&posix, &["C:\\opt\\certs", "\\\\opt\\certs", "\\\\\\\\opt\\\\certs"]);
}

#[test]
fn the_longest_first_in_one_pass() {
    let relocation = relocation(&[
        ("/opt", "/data/opt"),
        ("/data", "/tmp/t1/data"),
        ("/opt/certs/", "/elsewhere"),
        ("/opt/certs", "/second/name"),
        ("/", "/tmp/t1/root"),
    ]);
    assert_eq!(relocation.apply("/opt/certs /opt/x /data"), "/elsewhere /data/opt/x /tmp/t1/data");
    assert_eq!(relocation.back("/elsewhere /second/name/a /data/opt"), "/opt/certs /opt/certs/a /opt");
    assert!(Relocation::new(vec![]).is_empty());
}

/// Every text of up to five such pieces: none is cut within a character, and none that was relocated once is again.
#[test]
fn no_text_is_too_odd() {
    const PIECES: [&str; 10] = ["/", "\\", ":", "C", "opt", "é", "\"", "-", ".", "n"];
    let posix = relocation(&[("/opt/é", "/tmp/opt/é"), ("/opt", "/tmp/opt")]);
    let windows = relocation(&[("C:\\opt\\é", "D:\\opt\\é"), ("C:\\opt", "D:\\opt")]);
    let mut texts = vec![String::new()];
    for _ in 0..5 {
        texts = texts.iter().flat_map(|text| PIECES.map(|piece| format!("{text}{piece}"))).collect();
        for (text, relocation) in texts.iter().flat_map(|text| [(text, &posix), (text, &windows)]) {
            let there = relocation.apply(text);
            assert_eq!(relocation.apply(&there), there, "{text}");
            assert!(relocation.back(text).len() <= text.len(), "{text}");
        }
    }
}

#[test]
fn a_relocated_plan_names_the_runs_directories() {
    let page = Page::new()
        .relocate("/opt/certs")
        .text("<pass>", "file:/opt/certs/pass")
        .secret("<pass>")
        .env_text("CERTS", "/opt/certs")
        .step("one", "ls /opt/certs <pass>\n")
        .fence("", Fence::Answers, "Overwrite /opt/certs/a?y\n")
        .fence("", Fence::Output, "/opt/certs/a\n")
        .fence("two", Fence::File("/opt/certs/conf"), "dir: /opt/certs\n")
        .fence("three", Fence::Files("/opt/certs"), "a\n")
        .fence("four", Fence::Cleanup, "rm -r /opt/certs\n")
        .fence("", Fence::Skip("paid"), "/opt/certs\n");
    let (document, sources) = page.finish();
    let request = Request {
        document: "page.md".to_owned(),
        host: System::Macos,
        platform: None,
        filter: Filter::default(),
        provided: &[],
        env: &|_| None,
        port: &|port| port,
    };
    let plan = build(&document, &sources, &request).expect("a plan");
    let plan = plan.relocated(&relocation(&[("/opt/certs", "/t/c")]));
    assert_eq!(plan.relocate, ["/opt/certs"]);
    assert_eq!(plan.env, [("CERTS".to_owned(), "/t/c".to_owned())]);
    let secret = |value: &str| Secret { name: "<pass>".to_owned(), value: value.to_owned() };
    assert_eq!(plan.secrets, [secret("file:/opt/certs/pass"), secret("file:/t/c/pass")]);
    let Action::Shell(shell) = &plan.steps[0].action else { panic!("{plan:?}") };
    assert_eq!(shell.text, "ls /t/c file:/t/c/pass\n");
    assert_eq!(shell.answers.as_ref().expect("answers")[0].text, "Overwrite /t/c/a?y");
    assert!(matches!(&shell.expected, Expected::Output { lines, .. } if lines == &["/opt/certs/a"]));
    assert_eq!(plan.steps[0].shown, "ls /opt/certs <pass>");
    let Action::File { path, text, .. } = &plan.steps[1].action else { panic!("{plan:?}") };
    assert_eq!((path.as_str(), text.as_str()), ("/t/c/conf", "dir: /t/c\n"));
    assert!(matches!(&plan.steps[2].action, Action::Files { dir, .. } if dir == "/t/c"));
    assert!(matches!(&plan.steps[3].action, Action::Cleanup { text, .. } if text == "rm -r /t/c\n"));
}

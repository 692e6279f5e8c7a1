//! Documents that run beside each other.

use std::net::TcpListener;

use super::harness::{Room, events, page};

/// Steps that prove that another document runs at the same time: each waits for what the other one makes.
fn pair(room: &Room) {
    for (own, other) in [("a", "b"), ("b", "a")] {
        let meet: &str = format!(
            "touch @HERE@/{own}.there\nfor i in $(seq 400); do [ ! -e @HERE@/{other}.there ] || exit 0; sleep 0.02; done; exit 1"
        )
        .leak();
        room.write(&format!("{own}.md"), &page("{}", &[("sh #meet", meet, "-")]));
    }
}

#[test]
fn several_run_at_once_and_one_alone_does_not() {
    let room = Room::new();
    pair(&room);
    let run = room.tutor(&["run", "--jobs", "2", "a.md", "b.md"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    room.assert_nothing_left();
    for name in ["a.there", "b.there"] {
        std::fs::remove_file(room.path(name)).unwrap();
    }
    // One after the other the first waits for ever.
    let text = room.read("a.md").replace("seq 400", "seq 10");
    room.write("a.md", &text);
    let run = room.tutor(&["run", "--jobs", "1", "a.md", "b.md"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
}

/// The first page takes longest: the others end before it, and are told of after it, as if they had waited.
#[test]
fn reports_keep_the_order_of_the_pages() {
    let room = Room::new();
    let names = ["p1.md", "p2.md", "p3.md", "p4.md"];
    for (index, name) in names.iter().enumerate() {
        let text: &str = if index == 0 { "sleep 0.4; echo 0" } else { "echo 1; exit 3" };
        room.write(name, &page("{}", &[("sh #one", text, "0"), ("sh #two", ":", "")]));
    }
    let mut told = Vec::new();
    let times = regex::Regex::new(r"in [0-9.]+ m?s").unwrap();
    for jobs in ["1", "4"] {
        let all = [&["run", "--jobs", jobs, "--report", "json=out.json"], &names[..]].concat();
        let run = room.tutor(&all);
        assert_eq!(run.code, Some(1), "{}", run.told());
        let found: Vec<(String, String, String)> = events(&room.path("out.json"))
            .iter()
            .map(|event| ["event", "document", "step"].map(|key| event[key].to_string()).into())
            .collect();
        let seqs: Vec<u64> =
            events(&room.path("out.json")).iter().map(|event| event["seq"].as_u64().unwrap()).collect();
        assert!(seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{seqs:?}");
        // Without what a clock says.
        let clean = times.replace_all(&run.stdout, "in").into_owned();
        told.push((found, clean));
    }
    assert_eq!(told[0], told[1]);
    assert!(told[0].1.contains("8 steps: 2 passed, 3 failed, 3 not-run"), "{}", told[0].1);
}

#[test]
fn documents_that_want_the_same_port_never_overlap() {
    let room = Room::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let names = ["p1.md", "p2.md", "p3.md"];
    for name in names {
        let info: &str = format!("sh #web .service ready=tcp:{port}").leak();
        let serve: &str = format!("exec python3 -m http.server {port} --bind 127.0.0.1").leak();
        room.write(name, &page("{}", &[(info, serve, "-"), ("sh #a", "sleep 0.1", "")]));
    }
    let run = room.tutor(&["run", "--jobs", "3", "p1.md", "p2.md", "p3.md"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
}

#[test]
fn an_interrupt_stops_all_of_them() {
    use rustix::process::{Pid, Signal, kill_process};
    let room = Room::new();
    for name in ["p1.md", "p2.md"] {
        let wait: &str = format!("touch @HERE@/{name}.there\nsleep @MARK@").leak();
        let done: &str = format!("touch @HERE@/{name}.cleaned").leak();
        room.write(
            name,
            &page("{}", &[("sh #wait timeout=50s", wait, "-"), ("sh #clean .cleanup", done, "-")]),
        );
    }
    let mut child = room.command(&["run", "--jobs", "2", "p1.md", "p2.md"]).spawn().unwrap();
    let there =
        |ending: &str| ["p1.md", "p2.md"].iter().all(|name| room.path(&format!("{name}.{ending}")).exists());
    assert!(super::harness::soon(|| there("there")));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(there("cleaned"));
    room.assert_nothing_left();
}

/// What went wrong in one ends the others' steps, too; they clean up, and those that have not begun never do.
#[test]
fn the_first_failure_stops_all_where_asked() {
    let room = Room::new();
    let wait = "touch @HERE@/there; sleep @MARK@";
    let clean = "touch @HERE@/cleaned";
    room.write(
        "long.md",
        &page("{}", &[("sh #wait timeout=50s", wait, "-"), ("sh #clean .cleanup", clean, "-")]),
    );
    let fail = "for i in $(seq 400); do [ ! -e @HERE@/there ] || exit 7; sleep 0.02; done";
    room.write("wrong.md", &page("{}", &[("sh #fail", fail, "-"), ("sh #later", "touch @HERE@/later", "-")]));
    room.write("more.md", &page("{}", &[("sh #more", "touch @HERE@/more", "-")]));
    let report = "json=out.json";
    let all = ["run", "--jobs", "2", "--fail-fast", "--report", report, "long.md", "wrong.md", "more.md"];
    let run = room.tutor(&all);
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert_eq!(["cleaned", "later", "more"].map(|name| room.path(name).exists()), [true, false, false]);
    let state = |step: &str| {
        let all = events(&room.path("out.json"));
        let is = |event: &&serde_json::Value| event["event"] == "step-finished" && event["step"] == step;
        all.iter().find(is).map(|event| [&event["state"], &event["reason"]].map(ToString::to_string))
    };
    let stopped = "\"stopped since something went wrong elsewhere (--fail-fast)\"";
    assert_eq!(state("wait"), Some(["\"not-run\"", stopped].map(str::to_owned)));
    assert_eq!(state("fail").unwrap()[0], "\"failed\"");
    assert_eq!(state("more"), None);
    room.assert_nothing_left();
}

#[test]
fn a_retry_that_goes_well_stops_nothing() {
    let room = Room::new();
    let twice = "[ -e @HERE@/once ] || { touch @HERE@/once; exit 1; }";
    room.write("a.md", &page("{}", &[("sh #a retry=3 every=10ms", twice, "-"), ("sh #b", "echo b", "b")]));
    room.write("c.md", &page("{}", &[("sh #c", "sleep 0.2; echo c", "c")]));
    let run = room.tutor(&["run", "--jobs", "2", "--fail-fast", "a.md", "c.md"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
}

/// A later document gets the parts of an earlier one's session, and sees nothing of it.
#[test]
fn documents_one_after_the_other_see_nothing_of_each_other() {
    let room = Room::new();
    let dirty = "mkdir -p \"$HOME/.config/x\" \"$TMPDIR/y\"; echo a > a; ln -s /etc link; chmod 500 \"$HOME/.config\"\n\
                 (trap '' HUP TERM; sleep @MARK@) & stty -F /dev/tty rows 7 -icanon < /dev/tty; exit 0";
    let look = "ls -A . \"$HOME\" \"$TMPDIR\" | grep -v : | grep . || :; stty -F /dev/tty size; stty -F /dev/tty -a | grep -o -e '-*icanon'";
    for name in ["p1.md", "p3.md"] {
        room.write(name, &page("{}", &[("sh #dirty", dirty, "-")]));
    }
    for name in ["p2.md", "p4.md"] {
        room.write(name, &page("{}", &[("sh #look", look, "24 80\nicanon")]));
    }
    let rights = "chmod 755 \"$HOME\"";
    room.write("p5.md", &page("{}", &[("sh #rights", rights, "-")]));
    room.write("p6.md", &page("{}", &[("sh #see", "stat -c %a \"$HOME\" \"$PWD\" | uniq | wc -l", "1")]));
    // A step that ends or stops the process that stands over it.
    room.write("p7.md", &page("{}", &[("sh #kill", "kill -9 $PPID; sleep 5", "-")]));
    room.write("p8.md", &page("{}", &[("sh #look", look, "24 80\nicanon")]));
    let names = ["p1.md", "p2.md", "p3.md", "p4.md", "p5.md", "p6.md", "p7.md", "p8.md"];
    let run = room.tutor(&[&["run", "--jobs", "1"], &names[..]].concat());
    assert!(run.stdout.contains("8 steps: 7 passed, 1 failed"), "{}", run.told());
    room.assert_nothing_left();
}

//! Services over the real binary: real servers of Python's standard library, real ports, real signals.

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::harness::{Room, case, check, page, soon};

/// A server that says what it is, listens on its first argument, and tells of TERM before it ends. The marker keeps it
/// findable.
const SERVER: &str = "import http.server, signal, sys\n\
    def end(*_):\n    print('asked to end', flush=True)\n    open('ended', 'w').close()\n    sys.exit(0)\n\
    signal.signal(signal.SIGTERM, end)\n\
    print('serving', flush=True)\n\
    http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()\n";

const HEAD: &str = "{ports: {<port>: 8000}}";

#[test]
fn a_service_runs_from_ready_until_the_end_and_the_page_shows_its_usual_port() {
    check(
        "sh",
        &[
            case(
                "tcp, with the session's directory and environment",
                &[
                    ("sh #prepare", "mkdir www; cd www; echo hello >index.txt; export WORD=word", "-"),
                    ("python #server .file path=server.py", SERVER, "-"),
                    (
                        "sh #web .service ready=tcp:<port>",
                        "test \"$WORD\" = word\nexec python3 server.py <port> @MARK@",
                        "-",
                    ),
                    (
                        "sh #get",
                        "curl -s http://127.0.0.1:<port>/index.txt; echo http://127.0.0.1:<port>",
                        "hello\nhttp://127.0.0.1:8000",
                    ),
                    ("sh #last .cleanup", "curl -sf http://127.0.0.1:<port>/index.txt", "-"),
                ],
                "prepare=passed server=passed web=passed get=passed last=passed",
            )
            .head(HEAD),
            case(
                "http, which is ready by its answer",
                &[
                    ("python #server .file path=server.py", SERVER, "-"),
                    (
                        "sh #web .service ready=http://127.0.0.1:<port>/server.py",
                        "python3 server.py <port> @MARK@",
                        "-",
                    ),
                    ("sh #get", "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:<port>/", "200"),
                ],
                "server=passed web=passed get=passed",
            )
            .head(HEAD),
            case(
                "http, where the answer is an error for ever",
                &[
                    ("python #server .file path=server.py", SERVER, "-"),
                    (
                        "sh #web .service ready=http://127.0.0.1:<port>/none timeout=1s",
                        "python3 server.py <port> @MARK@",
                        "-",
                    ),
                    ("sh #get", ":", "-"),
                ],
                "server=passed web=failed get=not-run",
            )
            .head(HEAD)
            .says(&["it was not ready after 1s", "answers with status 404"]),
        ],
    );
}

#[test]
fn a_service_is_ready_by_its_log_a_file_or_its_end() {
    check(
        "sh",
        &[
            case(
                "a line of its log, in two pieces",
                &[
                    (
                        "sh #web .service ready=\"log:listening on [0-9]+\"",
                        "printf 'listening '; sleep 0.05; echo on 12 >&2; sleep @MARK@",
                        "-",
                    ),
                    ("sh #next", ":", ""),
                ],
                "web=passed next=passed",
            ),
            case(
                "a file",
                &[
                    ("sh #web .service ready=file:up", "sleep 0.05; touch up; sleep @MARK@", "-"),
                    ("sh #next", "ls", "up"),
                ],
                "web=passed next=passed",
            ),
            case(
                "the end of its command",
                &[("sh #web .service ready=exit", "sleep 0.05; touch up", "-"), ("sh #next", "ls", "up")],
                "web=passed next=passed",
            ),
            case(
                "an interpreter's shell may be bash",
                &[("bash #web .service ready=file:up", "[[ 1 = 1 ]] && touch up; sleep @MARK@", "-")],
                "web=passed",
            ),
        ],
    );
}

#[test]
fn what_keeps_a_service_from_being_ready_is_told_at_once() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let info: &'static str = format!("sh #web .service ready=tcp:{port}").leak();
    let says: &'static str = format!("port {port} is taken already: another program listens there").leak();
    check(
        "sh",
        &[
            case(
                "a port that another program has",
                &[(info, "sleep @MARK@", "-"), ("sh #b", ":", "")],
                "web=failed b=not-run",
            )
            .says(vec![says].leak()),
            case(
                "an early death, with its last words",
                &[
                    ("sh #web .service ready=tcp:1 timeout=50s", "echo no configuration >&2; exit 3", "-"),
                    ("sh #b", ":", ""),
                ],
                "web=failed b=not-run",
            )
            .says(&["it ended with exit status 3 before it was ready", "no configuration"]),
            case(
                "an early death by its own shell's -e",
                &[("sh #web .service ready=tcp:1 timeout=50s", "false\nsleep @MARK@", "-")],
                "web=failed",
            )
            .says(&["it ended with exit status 1 before it was ready"]),
            case(
                "an end with status 0 is an early death too",
                &[("sh #web .service ready=file:never timeout=50s", ":", "-")],
                "web=failed",
            )
            .says(&["it ended with exit status 0 before it was ready"]),
            case(
                "by a signal",
                &[("sh #web .service ready=file:never timeout=50s", "kill -9 $$", "-")],
                "web=failed",
            )
            .says(&["it ended by signal 9 (KILL) before it was ready"]),
        ],
    );
}

#[test]
fn a_service_that_does_not_get_ready_is_told_what_it_lacks() {
    check(
        "sh",
        &[
            case(
                "too late",
                &[("sh #web .service ready=file:never timeout=300ms", "echo trying; sleep @MARK@", "-")],
                "web=failed",
            )
            .says(&["it was not ready after 300ms: there is no file never", "trying"]),
            case(
                "what went into the background ends there",
                &[(
                    "sh #web .service ready=tcp:18399 daemon=web.pid timeout=300ms",
                    "(sleep 0.01) & echo $! >web.pid",
                    "-",
                )],
                "web=failed",
            )
            .head("{ports: {18399: 18399}}")
            .says(&[
                "its command came to its end, but nothing listens on port 18399",
                "what it left in the background may say why, in its own log",
            ]),
            case(
                "what went into the background leaves no process id",
                &[(
                    "sh #web .service ready=file:up daemon=web.pid timeout=300ms",
                    "touch up; sleep @MARK@ &",
                    "-",
                )],
                "web=failed",
            )
            .says(&["there is no process id in web.pid, which `daemon=` names"]),
            case(
                "a line that never comes",
                &[("sh #web .service ready=log:^up timeout=300ms", "echo not up; sleep @MARK@", "-")],
                "web=failed",
            )
            .says(&["it wrote no line that matches `^up`"]),
            case(
                "a command that should come to its end and fails",
                &[("sh #web .service ready=exit", "exit 4", "-")],
                "web=failed",
            )
            .says(&["it ended with exit status 4 before it was ready"]),
        ],
    );
}

#[test]
fn a_service_that_dies_later_fails_the_run() {
    check(
        "sh",
        &[
            case(
                "before a step",
                &[
                    (
                        "sh #web .service ready=log:up",
                        "echo up; while [ ! -e go ]; do sleep 0.01; done; echo out of memory; exit 4",
                        "-",
                    ),
                    ("sh #a", "touch go; sleep 0.3", ""),
                    ("sh #b", ":", ""),
                    ("sh #c .cleanup", ":", "-"),
                ],
                "a=passed web=failed b=not-run c=passed",
            )
            .says(&["it was ready, and ended with exit status 4 before b", "out of memory"]),
            case(
                "after the last step",
                &[
                    (
                        "sh #web .service ready=log:up",
                        "echo up; while [ ! -e go ]; do sleep 0.01; done; exit 0",
                        "-",
                    ),
                    ("sh #a", "touch go; sleep 0.3", ""),
                ],
                "a=passed web=failed",
            )
            .says(&["it was ready, and ended with exit status 0 before the end of the page"]),
        ],
    );
}

#[test]
fn services_are_stopped_as_the_page_says() {
    check(
        "sh",
        &[
            case(
                "a step that says it ends a service finds it ended",
                &[
                    ("python #server .file path=server.py", SERVER, "-"),
                    ("sh #web .service ready=tcp:<port>", "exec python3 server.py <port> @MARK@", "-"),
                    ("sh #stopped stops=web", "ls ended; curl -s http://127.0.0.1:<port>/ || echo gone", "ended\ngone"),
                    ("sh #again .service ready=tcp:<port>", "rm ended; exec python3 server.py <port> @MARK@", "-"),
                    ("sh #b", "curl -sf -o /dev/null http://127.0.0.1:<port>/ && echo back", "back"),
                ],
                "server=passed web=passed stopped=passed again=passed b=passed",
            )
            .head(HEAD),
            case(
                "by the signal that it says",
                &[
                    ("sh #web .service ready=file:up stop=USR1", "trap 'echo usr1 >@HERE@/how; exit 0' USR1\ntouch up; while :; do sleep 0.05; done", "-"),
                    ("sh #a stops=web", "cat @HERE@/how", "usr1"),
                ],
                "web=passed a=passed",
            ),
            case(
                "by a command",
                &[
                    ("sh #web .service ready=file:up stop=\"touch down\"", "touch up; while [ ! -e down ]; do sleep 0.01; done; echo ended >how", "-"),
                    ("sh #a stops=web", "cat how", "ended"),
                ],
                "web=passed a=passed",
            ),
            case(
                "by a command that fails",
                &[
                    ("sh #web .service ready=file:up stop=\"echo cannot; false\"", "touch up; sleep @MARK@", "-"),
                    ("sh #a", ":", ""),
                ],
                "a=passed web=failed",
            )
            .says(&["the command that stops it failed: exit status 1", "cannot"]),
            case(
                "one that has become a daemon",
                &[
                    ("sh #web .service ready=exit daemon=pid", "setsid sh -c 'echo $$ >pid; trap \"echo term >how; exit\" TERM; while :; do sleep 0.05; done' @MARK@ &\nwhile [ ! -s pid ]; do sleep 0.01; done", "-"),
                    ("sh #alive", "kill -0 \"$(cat pid)\"", ""),
                    ("sh #a stops=web", "cat how", "term"),
                ],
                "web=passed alive=passed a=passed",
            ),
            case(
                "a daemon that dies",
                &[
                    ("sh #web .service ready=exit daemon=pid", "setsid sh -c 'echo $$ >pid; exec sleep @MARK@' &\nwhile [ ! -s pid ]; do sleep 0.01; done", "-"),
                    ("sh #a", "kill -9 \"$(cat pid)\"; sleep 0.2", ""),
                    ("sh #b", ":", ""),
                ],
                "a=passed web=failed b=not-run",
            )
            .says(&["it was ready, and ended by signal 9 (KILL) before b"]),
        ],
    );
}

#[test]
fn services_stop_in_reverse_order_after_cleanup() {
    let room = Room::new();
    let service = |name: &str| {
        format!("trap 'echo {name} >>@HERE@/order; exit' TERM\ntouch {name}; while :; do sleep 0.02; done")
            .leak() as &str
    };
    room.write(
        "page.md",
        &page(
            "{}",
            &[
                ("sh #one .service ready=file:one", service("one"), "-"),
                ("sh #two .service ready=file:two", service("two"), "-"),
                ("sh #a", ":", ""),
                ("sh #last .cleanup", "echo cleanup >>@HERE@/order", "-"),
            ],
        ),
    );
    let run = room.run(&[]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert_eq!(room.read("order"), "cleanup\ntwo\none\n");
}

/// What a step leaves behind at its time-out is ended; what services start meanwhile is not.
#[test]
fn a_time_out_ends_no_service() {
    check(
        "sh",
        &[case(
            "a service that starts processes while a step times out",
            &[
                (
                    "sh #web .service ready=file:up",
                    "touch up; while :; do sh -c 'sleep 0.1; echo $$ >last'; done",
                    "-",
                ),
                ("sh #a timeout=400ms", "sleep @MARK@", "-"),
                (
                    "sh #b .cleanup",
                    "rm -f last; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; [ ! -e last ] || exit 0; done; exit 1",
                    "-",
                ),
            ],
            "web=passed a=failed b=passed",
        )],
    );
}

#[test]
fn a_service_that_ignores_its_signal_is_killed() {
    let room = Room::new();
    room.write(
        "page.md",
        &page(
            "{}",
            &[
                (
                    "sh #web .service ready=file:up",
                    "trap '' TERM\n(trap '' TERM; sleep @MARK@) & touch up; sleep @MARK@",
                    "-",
                ),
                ("sh #a", ":", ""),
            ],
        ),
    );
    assert_eq!(room.run(&[]).code, Some(0));
}

#[test]
fn interrupted_while_it_waits_for_a_service() {
    use rustix::process::{Pid, Signal, kill_process};
    for (signal, code) in [(Signal::INT, Some(130)), (Signal::TERM, Some(143)), (Signal::KILL, None)] {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let room = Room::new();
        room.write("server.py", SERVER);
        let web: &str = format!("exec python3 @HERE@/server.py {free} @MARK@").leak();
        let ready: &str = format!("sh #web .service ready=tcp:{free}").leak();
        let blocks = [
            (ready, web, "-"),
            ("sh #never .service ready=file:never timeout=50s", "touch @HERE@/ready; sleep @MARK@", "-"),
            ("sh #last .cleanup", "touch @HERE@/cleaned", "-"),
        ];
        room.write("page.md", &page("{}", &blocks));
        let mut child = room.start("ready");
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), code);
        room.assert_nothing_left();
        assert_eq!(room.path("cleaned").exists(), code.is_some());
        let address = format!("127.0.0.1:{free}").parse().unwrap();
        let refused = || TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err();
        assert!(soon(refused), "port {free} is still taken");
    }
}

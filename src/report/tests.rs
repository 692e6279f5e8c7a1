//! Whole reports of hand-made events.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use super::*;
use crate::outcome::{Event, Finished, Fold, Stamped, State, StepKind, StepPlace, read_stream};

/// What was written, for the test to read.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const PAGE: &str = "tutorials/ssl-macos.md";
const TEXT: &str = "\
---
tutor:
  platform: [macos, linux]
---
# TLS

```sh {#make-ca}
openssl genrsa -aes256 -out ca.key 2048
```

```text {.answers}
Enter PEM pass phrase:secret-words
Verifying - Enter PEM pass phrase:secret-words
```

> ```sh {#list}
> ls /opt/certs
> ```

```sh {#subject}
openssl x509 -in ca.crt -noout -subject
```

```text {.output}
subject=CN = localhost
```

```sh {#serve}
mongod --config /opt/certs/mongod.conf
```
";

fn pages() -> Pages {
    let mut pages = Pages::new();
    let again = command_line(["tutor", "run", "ssl-macos.md", "--platform", "linux"]);
    let accept = Some("tutor accept STEP".to_owned());
    pages.insert(PAGE, Page { text: TEXT.to_owned(), again, accept });
    for (id, line) in [("list", 16), ("serve", 28)] {
        pages.insert_recording(step(id, line, State::New).place, format!("ssl-macos/{id}"));
    }
    pages
}

fn step(id: &str, line: usize, state: State) -> Finished {
    Finished {
        place: StepPlace {
            document: PAGE.into(),
            platform: Some("linux".into()),
            file: PAGE.into(),
            step: Some(id.into()),
            line,
        },
        attempt: u32::from(!matches!(state, State::Skipped | State::NotRun)),
        kind: StepKind::Shell,
        state,
        exit: Some(0),
        seconds: 0.0124,
        stdout: String::new(),
        stderr: String::new(),
        truncated: false,
        reason: None,
        expected: None,
        diff: None,
        at: None,
        recorded: false,
        accepted: false,
        changed: Vec::new(),
        certificates: Vec::new(),
        rewrite: None,
    }
}

/// A step of each sort.
fn steps() -> Vec<Finished> {
    vec![
        Finished {
            reason: Some("the prompt `Enter pass phrase:` is not the one on the page".into()),
            at: Some(12),
            exit: None,
            stderr: "Generating RSA private key\n".into(),
            ..step("make-ca", 7, State::Failed)
        },
        Finished {
            reason: Some("standard output is not what was recorded".into()),
            diff: Some(" ca.crt\n-ca.key\n+ca.pem\n ca.srl\n".into()),
            stdout: "ca.crt\nca.pem\nca.srl\n".into(),
            recorded: true,
            changed: vec!["openssl 1.1.1 → 3.0.19".into()],
            ..step("list", 16, State::Drifted)
        },
        Finished {
            reason: Some("the output is not what the page says".into()),
            at: Some(25),
            diff: Some("-subject=CN = localhost\n+subject=CN = localhosts\n".into()),
            stdout: "subject=CN = localhosts\n".into(),
            stderr: "warning: \u{1b}[2Jold format\n".into(),
            ..step("subject", 20, State::Drifted)
        },
        Finished {
            reason: Some("nothing is recorded yet".into()),
            recorded: true,
            attempt: 3,
            stdout: "listening\n".into(),
            ..step("serve", 28, State::New)
        },
        Finished { reason: Some("mongod not found".into()), ..step("ping", 40, State::Unverified) },
        Finished { reason: Some("mongod not found".into()), ..step("query", 44, State::Unverified) },
        Finished { reason: Some("not in --only".into()), ..step("old", 48, State::Skipped) },
        Finished { reason: Some("make-ca failed".into()), ..step("last", 52, State::NotRun) },
        step("stop", 56, State::Passed),
    ]
}

fn events(steps: Vec<Finished>, state: State, reason: Option<String>) -> Vec<Stamped> {
    let mut events = vec![
        Event::RunStarted { tutor: "0.1.0".into() },
        Event::DocumentStarted {
            document: PAGE.into(),
            platform: Some("linux".into()),
            steps: steps.len(),
            stand_ins: Vec::new(),
            wine: None,
        },
    ];
    for finished in steps {
        for attempt in 1..=finished.attempt {
            events.push(Event::StepStarted {
                place: finished.place.clone(),
                attempt,
                kind: finished.kind,
                command: String::new(),
            });
            if attempt < finished.attempt {
                let earlier = Finished { attempt, state: State::Failed, accepted: false, ..finished.clone() };
                events.push(Event::StepFinished(Box::new(earlier)));
            }
        }
        events.push(Event::StepFinished(Box::new(finished)));
    }
    events.push(Event::DocumentFinished {
        document: PAGE.into(),
        platform: Some("linux".into()),
        state,
        reason,
        scratch: None,
        unset: Vec::new(),
        seconds: 1.74,
    });
    let mut fold = Fold::new("linux");
    for event in &events {
        fold.push(event);
    }
    events.push(Event::RunFinished { counts: fold.counts(), seconds: 1.76 });
    let stamp = |(seq, event)| Stamped { event, run: "r1".into(), seq, host: "linux".into() };
    (1..).zip(events).map(stamp).collect()
}

/// Results and notes of a report.
fn report(events: &[Stamped], verbosity: Verbosity, color: bool, width: Option<usize>) -> (String, String) {
    let (results, notes) = (Sink::default(), Sink::default());
    let options = Options { verbosity, strict: false, pages: pages(), documents: 1 };
    let outputs = (Output::to(results.clone(), color, width), Output::to(notes.clone(), color, width));
    let mut terminal = Terminal::new(outputs.0, outputs.1, options);
    for stamped in events {
        terminal.event(stamped).unwrap();
    }
    terminal.finish().unwrap();
    (results.text(), notes.text())
}

#[test]
fn a_run_with_a_step_of_each_sort() {
    let events = events(steps(), State::Failed, None);
    let (results, notes) = report(&events, Verbosity::Normal, false, Some(100));
    insta::assert_snapshot!(results, @r##"
    failed: tutorials/ssl-macos.md › make-ca: the prompt `Enter pass phrase:` is not the one on the page
      --> tutorials/ssl-macos.md:12:1
       |
     7 | ```sh {#make-ca}
     8 | openssl genrsa -aes256 -out ca.key 2048
     9 | ```
    10 |
    11 | ```text {.answers}
    12 | Enter PEM pass phrase:secret-words
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    13 | Verifying - Enter PEM pass phrase:secret-words
       |
      on standard error:
        Generating RSA private key
      run again: tutor run ssl-macos.md --platform linux

    drifted: tutorials/ssl-macos.md › list: standard output is not what was recorded
      --> tutorials/ssl-macos.md:17:1
       |
    16 | > ```sh {#list}
    17 | > ls /opt/certs
       | ^^^^^^^^^^^^^^^
    18 | > ```
       |
      - expected  + came
       ca.crt
      -ca.key
      +ca.pem
       ca.srl
      changed: openssl 1.1.1 → 3.0.19 since this was recorded
      run again: tutor run ssl-macos.md --platform linux
      accept: tutor accept ssl-macos/list

    drifted: tutorials/ssl-macos.md › subject: the output is not what the page says
      --> tutorials/ssl-macos.md:25:1
       |
    20 | ```sh {#subject}
    21 | openssl x509 -in ca.crt -noout -subject
    22 | ```
    23 |
    24 | ```text {.output}
    25 | subject=CN = localhost
       | ^^^^^^^^^^^^^^^^^^^^^^ expected here
    26 | ```
       |
      - expected  + came
      -subject=CN = localhost
      +subject=CN = localhosts
      on standard error:
        warning: \x1b[2Jold format
      run again: tutor run ssl-macos.md --platform linux

    new: tutorials/ssl-macos.md › serve (attempt 3): nothing is recorded yet
      --> tutorials/ssl-macos.md:29:1
       |
    28 | ```sh {#serve}
    29 | mongod --config /opt/certs/mongod.conf
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    30 | ```
       |
      it printed:
        listening
      accept: tutor accept ssl-macos/serve

    unverified: tutorials/ssl-macos.md › ping, query: mongod not found
    skipped: tutorials/ssl-macos.md › old: not in --only
    not-run: tutorials/ssl-macos.md › last: make-ca failed
    2 recordings wait; next: tutor review, or without questions: tutor accept
    9 steps: 1 passed, 2 drifted, 1 failed, 1 new, 2 unverified (mongod not found), 1 skipped, 1 not-run
      in 1.8 s
    "##);
    insta::assert_snapshot!(notes, @"failed tutorials/ssl-macos.md (linux): 9 steps, 1 failed, 2 drifted, 1 new, 2 unverified, 1 skipped, 1 not-run in 1.7 s");
}

#[test]
fn a_narrow_terminal_wraps_words_and_loses_nothing() {
    let events = events(steps(), State::Failed, None);
    let narrow = report(&events, Verbosity::Normal, false, Some(60)).0;
    let wide = report(&events, Verbosity::Normal, false, None).0;
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&narrow), words(&wide));
    assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    insta::assert_snapshot!(narrow.lines().next_back().unwrap(), @"  (mongod not found), 1 skipped, 1 not-run in 1.8 s");
}

#[test]
fn quiet_says_what_did_not_pass_and_verbose_says_each_step() {
    let events = events(steps(), State::Failed, None);
    let (results, notes) = report(&events, Verbosity::Quiet, false, None);
    assert_eq!(notes, "");
    assert!(!results.contains("mongod not found\n") && !results.contains("recordings wait"), "{results}");
    assert_eq!(results.matches("run again: ").count(), 3);
    let passing = vec![
        Finished { stdout: "Hello\tworld\n".into(), ..step("first", 7, State::Passed) },
        Finished { accepted: true, recorded: true, attempt: 2, ..step("second", 16, State::Passed) },
        Finished { reason: Some("needs a paid account".into()), ..step("third", 20, State::Skipped) },
    ];
    let events = self::events(passing, State::Passed, None);
    insta::assert_snapshot!(report(&events, Verbosity::Normal, false, None).0, @r##"
    recorded: tutorials/ssl-macos.md › second
    skipped: tutorials/ssl-macos.md › third: needs a paid account
    3 steps: 2 passed, 1 skipped in 1.8 s
    "##);
    insta::assert_snapshot!(report(&events, Verbosity::Outputs, false, None).0, @r##"
    tutorials/ssl-macos.md (linux)
      passed     first 12 ms
        it printed:
          Hello	world
      failed     second 12 ms, attempt 1, tried again
      passed     second 12 ms, attempt 2, recorded
      skipped    third: needs a paid account
    skipped: tutorials/ssl-macos.md › third: needs a paid account
    3 steps: 2 passed, 1 skipped in 1.8 s
    "##);
}

#[test]
fn much_output_is_shown_from_both_ends() {
    // (state, lines printed, lines shown, the line between them)
    let cases = [
        (State::Failed, 33, 33, ""),
        (State::Failed, 34, 32, "    … 2 lines left out …\n"),
        (State::New, 60, 12, "    … 48 lines left out …\n"),
    ];
    for (state, count, shown, between) in cases {
        let finished = Finished { stdout: "a line\n".repeat(count), ..step("serve", 28, state) };
        let results = report(&events(vec![finished], state, None), Verbosity::Normal, false, None).0;
        assert_eq!(results.matches("    a line\n").count(), shown, "{results}");
        assert!(results.contains(between), "{results}");
    }
}

#[test]
fn a_document_that_broke_off_says_why() {
    let events = events(vec![step("first", 7, State::Passed)], State::Failed, Some("interrupted".into()));
    insta::assert_snapshot!(report(&events, Verbosity::Quiet, false, None).0, @r##"
    failed: tutorials/ssl-macos.md (linux): interrupted
    1 step: 1 passed, 1 document failed (interrupted) in 1.8 s
    "##);
}

#[test]
fn colours_are_only_added() {
    let events = events(steps(), State::Failed, None);
    let colored = report(&events, Verbosity::Normal, true, Some(80)).0;
    let plain = report(&events, Verbosity::Normal, false, Some(80)).0;
    let mut stripped = String::new();
    for (index, piece) in colored.split('\u{1b}').enumerate() {
        let text = if index == 0 { piece } else { piece.split_once('m').unwrap().1 };
        stripped.push_str(text);
    }
    assert_eq!(stripped, plain);
    assert!(
        colored.contains("\u{1b}[31m-subject=CN = \u{1b}[0m\u{1b}[1m\u{1b}[4m\u{1b}[31mlocalhost"),
        "{colored:?}"
    );
}

#[test]
fn untrusted_words_are_shown_and_not_sent() {
    let evil = "a\u{1b}]0;b\u{7}\u{9b}2J\u{202e}";
    let finished = Finished {
        reason: Some(evil.into()),
        stdout: evil.into(),
        stderr: evil.into(),
        diff: Some(format!("-{evil}\n+{evil}x\n")),
        changed: vec![evil.into()],
        place: StepPlace { step: Some(evil.into()), file: evil.into(), ..step("x", 1, State::Failed).place },
        recorded: true,
        ..step("x", 1, State::Drifted)
    };
    for state in [State::Drifted, State::Failed, State::New, State::Unverified, State::Passed] {
        let events = events(vec![Finished { state, ..finished.clone() }], state, Some(evil.into()));
        for verbosity in [Verbosity::Quiet, Verbosity::Outputs] {
            let (results, notes) = report(&events, verbosity, false, Some(70));
            let sent = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            assert!(!results.contains(sent) && !notes.contains(sent), "{results:?} {notes:?}");
        }
    }
}

#[test]
fn the_event_stream_reads_back() {
    let events = events(steps(), State::Failed, None);
    let sink = Sink::default();
    let mut json = Json::to(sink.clone(), "a buffer".into());
    for stamped in &events[..events.len() - 2] {
        json.event(stamped).unwrap();
    }
    assert_eq!(sink.text(), "", "lines are not sent one by one");
    for stamped in &events[events.len() - 2..] {
        json.event(stamped).unwrap();
        assert!(sink.text().ends_with("}\n"), "but at the end of a document");
    }
    assert_eq!(read_stream(&sink.text()).unwrap(), events);
}

#[test]
fn a_report_that_can_not_be_created_is_an_error() {
    let scratch = tempfile::tempdir().unwrap();
    assert!(Json::create(&scratch.path().join("missing/run.json")).is_err());
    let path = scratch.path().join("run.json");
    let mut json = Json::create(&path).unwrap();
    json.event(&events(Vec::new(), State::Passed, None)[0]).unwrap();
    json.finish().unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("{\"event\":\"run-started\""));
}

#[test]
fn a_strict_run_says_what_failed_it() {
    let unverified =
        Finished { reason: Some("mongod not found".into()), ..step("ping", 7, State::Unverified) };
    let events = events(vec![step("first", 7, State::Passed), unverified], State::Unverified, None);
    let results = Sink::default();
    let options = Options { verbosity: Verbosity::Quiet, strict: true, pages: pages(), documents: 1 };
    let outputs = (Output::to(results.clone(), false, None), Output::to(Sink::default(), false, None));
    let mut terminal = Terminal::new(outputs.0, outputs.1, options);
    for stamped in &events {
        terminal.event(stamped).unwrap();
    }
    insta::assert_snapshot!(results.text(), @r##"
    unverified: tutorials/ssl-macos.md › ping: mongod not found
    a strict run, as it is where `CI` is set, fails where a step is unverified
    2 steps: 1 passed, 1 unverified (mongod not found) in 1.8 s
    "##);
}

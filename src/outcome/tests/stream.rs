//! The stream as written and read.

use super::made::{begin, end, finished, place};
use crate::outcome::{Counts, Event, Finished, Stamped, State, StepKind, read_stream};

fn stamped(seq: u64, event: Event) -> Stamped {
    Stamped { event, run: "r1".to_owned(), seq, host: "linux".to_owned() }
}

/// One of each, with the lines that are promised for them.
fn promised() -> Vec<(Stamped, &'static str)> {
    let passed = Finished {
        exit: Some(0),
        seconds: 0.012,
        stdout: "a \"b\"\n".to_owned(),
        ..finished("make-ca", State::Passed)
    };
    let drifted = Finished {
        attempt: 2,
        exit: Some(1),
        seconds: 0.5,
        stderr: "é".to_owned(),
        truncated: true,
        reason: Some("not as recorded".to_owned()),
        expected: Some("a".to_owned()),
        diff: Some("-a\n+b".to_owned()),
        at: Some(36),
        recorded: true,
        accepted: true,
        changed: vec!["openssl 1.1.1 → 3.0.19".to_owned()],
        ..finished("make-ca", State::Drifted)
    };
    let skipped =
        Finished { kind: StepKind::Skip, reason: Some("paid".to_owned()), ..finished("", State::Skipped) };
    let counts = Counts { passed: 12, unverified: 1, ..Counts::default() };
    let events = [
        (
            Event::RunStarted { tutor: "0.1.0".to_owned() },
            r#"{"event":"run-started","run":"r1","seq":1,"host":"linux","tutor":"0.1.0"}"#,
        ),
        (
            begin(None),
            r#"{"event":"document-started","run":"r1","seq":2,"host":"linux","document":"tutorials/ssl-macos.md","platform":null,"steps":3}"#,
        ),
        (
            Event::StepStarted {
                place: place("make-ca"),
                attempt: 1,
                kind: StepKind::Shell,
                command: "openssl genrsa".to_owned(),
            },
            r#"{"event":"step-started","run":"r1","seq":3,"host":"linux","document":"tutorials/ssl-macos.md","platform":"linux","file":"tutorials/ssl-macos.md","step":"make-ca","line":34,"attempt":1,"kind":"shell","command":"openssl genrsa"}"#,
        ),
        (
            Event::StepFinished(Box::new(passed)),
            r#"{"event":"step-finished","run":"r1","seq":4,"host":"linux","document":"tutorials/ssl-macos.md","platform":"linux","file":"tutorials/ssl-macos.md","step":"make-ca","line":34,"attempt":1,"kind":"shell","state":"passed","exit":0,"seconds":0.012,"stdout":"a \"b\"\n","stderr":"","truncated":false,"reason":null}"#,
        ),
        (
            Event::StepFinished(Box::new(drifted)),
            r#"{"event":"step-finished","run":"r1","seq":5,"host":"linux","document":"tutorials/ssl-macos.md","platform":"linux","file":"tutorials/ssl-macos.md","step":"make-ca","line":34,"attempt":2,"kind":"shell","state":"drifted","exit":1,"seconds":0.5,"stdout":"","stderr":"é","truncated":true,"reason":"not as recorded","expected":"a","diff":"-a\n+b","at":36,"recorded":true,"accepted":true,"changed":["openssl 1.1.1 → 3.0.19"]}"#,
        ),
        (
            Event::StepFinished(Box::new(skipped)),
            r#"{"event":"step-finished","run":"r1","seq":6,"host":"linux","document":"tutorials/ssl-macos.md","platform":"linux","file":"tutorials/ssl-macos.md","step":null,"line":34,"attempt":0,"kind":"skip","state":"skipped","exit":null,"seconds":0.0,"stdout":"","stderr":"","truncated":false,"reason":"paid"}"#,
        ),
        (
            end(Some("linux"), State::Passed, None),
            r#"{"event":"document-finished","run":"r1","seq":7,"host":"linux","document":"tutorials/ssl-macos.md","platform":"linux","state":"passed","seconds":1.7}"#,
        ),
        (
            end(Some("linux"), State::Failed, Some("interrupted")),
            r#"{"event":"document-finished","run":"r1","seq":8,"host":"linux","document":"tutorials/ssl-macos.md","platform":"linux","state":"failed","seconds":1.7,"reason":"interrupted"}"#,
        ),
        (
            Event::DocumentFinished {
                document: "a.md".to_owned(),
                platform: None,
                state: State::Passed,
                reason: None,
                scratch: Some("/tmp/tutor-x".to_owned()),
                unset: vec!["A".to_owned()],
                seconds: 0.5,
            },
            r#"{"event":"document-finished","run":"r1","seq":9,"host":"linux","document":"a.md","platform":null,"state":"passed","seconds":0.5,"scratch":"/tmp/tutor-x","unset":["A"]}"#,
        ),
        (
            Event::RunFinished { counts, seconds: 1.9 },
            r#"{"event":"run-finished","run":"r1","seq":10,"host":"linux","passed":12,"drifted":0,"failed":0,"new":0,"unverified":1,"skipped":0,"not_run":0,"seconds":1.9}"#,
        ),
    ];
    (1..).zip(events).map(|(seq, (event, line))| (stamped(seq, event), line)).collect()
}

#[test]
fn each_event_is_written_as_promised() {
    for (event, line) in promised() {
        assert_eq!(serde_json::to_string(&event).expect("a line"), line);
    }
}

#[test]
fn what_was_written_reads_back_equal() {
    let (events, lines): (Vec<_>, Vec<_>) = promised().into_iter().unzip();
    assert_eq!(read_stream(&lines.join("\n")).expect("a stream"), events);
    assert_eq!(read_stream(&format!("\n{}\r\n\n", lines.join("\r\n"))).expect("a stream"), events);
}

#[test]
fn every_word_is_the_same_written_and_read() {
    let kinds = [
        StepKind::Shell,
        StepKind::Transcript,
        StepKind::Service,
        StepKind::File,
        StepKind::Patch,
        StepKind::Files,
        StepKind::Certificate,
        StepKind::Probe,
        StepKind::Cleanup,
        StepKind::Skip,
    ];
    for kind in kinds {
        let word = serde_json::to_string(&kind).expect("a word");
        assert_eq!(serde_json::from_str::<StepKind>(&word).expect("a kind"), kind);
    }
    for state in State::ALL {
        let word = serde_json::to_string(&state).expect("a word");
        assert_eq!(serde_json::from_str::<State>(&word).expect("a state"), state);
    }
}

#[test]
fn more_keys_may_be_added_and_ours_beyond_the_promise_may_lack() {
    let lines = [
        r#"{"seq":1,"run":"r1","later":{"a":[1]},"host":"linux","event":"run-started","tutor":"9.0.0"}"#,
        r#"{"event":"document-started","run":"r1","seq":2,"host":"linux","document":"a.md","platform":"linux"}"#,
        r#"{"event":"step-finished","run":"r1","seq":3,"host":"linux","document":"a.md","platform":null,"file":"a.md","step":"x","line":1,"attempt":1,"kind":"shell","state":"not-run","exit":null,"seconds":1,"stdout":"","stderr":"","truncated":false,"reason":null,"later":1}"#,
    ];
    assert_eq!(read_stream(&lines.join("\n")).expect("a stream").len(), 3);
}

#[test]
fn a_line_that_is_no_event_is_named() {
    let good = r#"{"event":"run-started","run":"r1","seq":1,"host":"linux","tutor":"0.1.0"}"#;
    let cases = [
        (format!("{good}\n\nnonsense\n{good}"), Some(3)),
        (format!("{good}\n{{\"event\":\"dance\",\"run\":\"\",\"seq\":1,\"host\":\"\"}}"), Some(2)),
        (format!("{}\n{good}", &good[..40]), Some(1)),
        // The end of a killed run's stream.
        (format!("{good}\n{}", &good[..40]), None),
        (String::new(), None),
    ];
    for (text, line) in cases {
        let error = read_stream(&text).err();
        assert_eq!(error.as_ref().map(|error| error.line), line, "{text}: {error:?}");
        if let (Some(error), Some(line)) = (error, line) {
            assert!(error.to_string().starts_with(&format!("line {line} is no event of a run: ")), "{error}");
        }
    }
}

//! What events add up to.

use super::made::{PAGE, begin, end, finished, place};
use crate::outcome::{Counts, Event, Finished, Fold, Stamped, State, StepKind, StepPlace};

fn step(step: Finished) -> Event {
    Event::StepFinished(Box::new(step))
}

fn over() -> Event {
    Event::RunFinished { counts: Counts::default(), seconds: 1.9 }
}

/// A whole run of one page on Linux, with these steps.
fn run(platform: Option<&str>, steps: &[Finished], ended: State, reason: Option<&str>) -> Fold {
    let mut fold = Fold::new("linux");
    fold.push(&Event::RunStarted { tutor: "0.1.0".to_owned() });
    fold.push(&begin(platform));
    for finished in steps {
        let mut finished = finished.clone();
        finished.place.platform = platform.map(str::to_owned);
        fold.push(&step(finished));
    }
    fold.push(&end(platform, ended, reason));
    fold.push(&over());
    fold
}

fn because(state: State, reason: &str) -> Finished {
    Finished { reason: Some(reason.to_owned()), ..finished("x", state) }
}

#[test]
fn summary_and_exit_status() {
    use State::{Drifted, Failed, New, NotRun, Passed, Skipped, Unverified};
    let ok = finished("x", Passed);
    let accepted = |state| Finished { accepted: true, ..finished("x", state) };
    let cleanup = |state| Finished { kind: StepKind::Cleanup, ..finished("x", state) };
    let mut fourteen = vec![ok.clone(); 12];
    fourteen.extend([finished("x", Drifted), because(Unverified, "mongod not found")]);
    // (steps, the document's own end, summary, exit status, exit status under --strict)
    let cases = [
        (fourteen, Drifted, "14 steps: 12 passed, 1 drifted, 1 unverified (mongod not found)", 1, 1),
        (vec![ok.clone()], Passed, "1 step: 1 passed", 0, 0),
        (vec![ok.clone(), finished("x", Unverified)], Unverified, "2 steps: 1 passed, 1 unverified", 0, 1),
        (vec![ok.clone(), finished("x", New)], New, "2 steps: 1 passed, 1 new", 1, 1),
        (
            vec![ok.clone(), accepted(New), accepted(Drifted)],
            Drifted,
            "3 steps: 1 passed, 1 drifted, 1 new",
            0,
            0,
        ),
        (
            vec![ok.clone(), finished("x", Failed), finished("x", NotRun), cleanup(Passed)],
            Failed,
            "4 steps: 2 passed, 1 failed, 1 not-run",
            1,
            1,
        ),
        (vec![ok.clone(), cleanup(Failed)], Failed, "2 steps: 1 passed, 1 failed", 1, 1),
        (vec![ok.clone(), finished("", Skipped)], Passed, "2 steps: 1 passed, 1 skipped", 0, 0),
        // Nothing ran, and cleanup alone is nothing.
        (vec![], Passed, "0 steps: nothing ran", 1, 1),
        (vec![finished("x", Skipped)], Skipped, "1 step: 1 skipped, nothing ran", 1, 1),
        (
            vec![because(Unverified, "zsh not found"), cleanup(Passed)],
            Unverified,
            "2 steps: 1 passed, 1 unverified (zsh not found), nothing ran",
            1,
            1,
        ),
        (
            ["a", "b", "a", "c", "d", "e"]
                .map(|reason| because(Unverified, reason))
                .into_iter()
                .chain([ok])
                .collect(),
            Unverified,
            "7 steps: 1 passed, 6 unverified (a; b; c; 2 more)",
            0,
            1,
        ),
    ];
    for (steps, ended, summary, code, strict) in cases {
        let fold = run(Some("linux"), &steps, ended, None);
        assert_eq!(fold.summary(), summary);
        assert_eq!((fold.exit_code(false), fold.exit_code(true)), (code, strict), "{summary}");
        assert_eq!(fold.documents[0].state(), ended, "{summary}");
        assert_eq!(fold.counts().total(), steps.len(), "{summary}");
    }
}

#[test]
fn a_document_can_fail_without_a_failed_step() {
    let fold = run(Some("linux"), &[finished("x", State::Passed)], State::Failed, Some("interrupted"));
    assert_eq!(fold.summary(), "1 step: 1 passed, 1 document failed (interrupted)");
    assert_eq!((fold.documents[0].state(), fold.exit_code(false)), (State::Failed, 1));
}

#[test]
fn a_document_is_at_least_as_bad_as_its_worst_step() {
    let fold = run(None, &[finished("x", State::Drifted)], State::Passed, None);
    assert_eq!(fold.documents[0].state(), State::Drifted);
}

#[test]
fn a_page_for_another_platform_is_named() {
    let passed = [finished("x", State::Passed)];
    let cases = [
        (None, "1 step: 1 passed"),
        (Some("linux/x86"), "1 step: 1 passed"),
        (Some("macos"), "1 step: 1 passed (macos page on linux)"),
        (Some("windows/cmd"), "1 step: 1 passed (windows/cmd page on linux)"),
    ];
    for (platform, summary) in cases {
        assert_eq!(run(platform, &passed, State::Passed, None).summary(), summary);
    }
    let mut both = run(Some("macos"), &passed, State::Passed, None);
    for platform in ["windows", "macos"] {
        both.push(&begin(Some(platform)));
        both.push(&end(Some(platform), State::Passed, None));
    }
    assert_eq!(both.summary(), "1 step: 1 passed (macos page on linux, windows page on linux)");
}

#[test]
fn a_step_is_its_last_attempt() {
    let attempt = |name: &str, attempt, state| Finished { attempt, ..finished(name, state) };
    let steps = [
        attempt("a", 1, State::Failed),
        attempt("a", 2, State::Failed),
        attempt("a", 3, State::Passed),
        attempt("b", 1, State::Passed),
    ];
    let fold = run(Some("linux"), &steps, State::Passed, None);
    let states: Vec<_> = fold.steps().map(|step| (step.attempt, step.state)).collect();
    assert_eq!(states, [(3, State::Passed), (1, State::Passed)]);
    assert_eq!((fold.summary().as_str(), fold.exit_code(true)), ("2 steps: 2 passed", 0));
}

#[test]
fn a_stream_without_an_end_counts_as_failed() {
    let mut fold = Fold::new("linux");
    fold.push(&Event::RunStarted { tutor: "0.1.0".to_owned() });
    fold.push(&begin(Some("linux")));
    fold.push(&step(finished("a", State::Passed)));
    let started =
        Event::StepStarted { place: place("b"), attempt: 1, kind: StepKind::Shell, command: String::new() };
    fold.push(&started);
    assert_eq!(fold.documents[0].running, Some(place("b")));
    assert_eq!((fold.documents[0].state(), fold.documents[0].is_finished()), (State::Failed, false));
    assert_eq!((fold.is_finished(), fold.exit_code(false)), (false, 1));
    assert_eq!(fold.summary(), "1 step: 1 passed, the run did not come to its end");
    fold.push(&step(finished("b", State::Passed)));
    fold.push(&end(Some("linux"), State::Passed, None));
    assert_eq!((fold.documents[0].state(), fold.documents[0].running.as_ref()), (State::Passed, None));
    assert_eq!(fold.exit_code(false), 1);
    fold.push(&over());
    assert_eq!((fold.exit_code(false), fold.summary().as_str()), (0, "2 steps: 2 passed"));
}

#[test]
fn outputs_are_kept_only_where_someone_looks() {
    let steps = State::ALL.map(|state| Finished {
        stdout: "out".to_owned(),
        diff: Some("-a".to_owned()),
        reason: Some("why".to_owned()),
        ..finished("x", state)
    });
    for step in run(None, &steps, State::Failed, None).steps() {
        let kept = matches!(step.state, State::Drifted | State::Failed | State::New);
        assert_eq!((!step.stdout.is_empty(), step.diff.is_some()), (kept, kept), "{}", step.state);
        assert_eq!(step.reason.as_deref(), Some("why"));
    }
}

#[test]
fn mixed_streams_of_two_machines_stay_apart() {
    let stamped =
        |run: &str, host: &str, event| Stamped { event, run: run.to_owned(), seq: 1, host: host.to_owned() };
    let mut fold = Fold::default();
    let events = [
        Event::RunStarted { tutor: "0.1.0".to_owned() },
        begin(Some("linux")),
        step(finished("a", State::Passed)),
        end(Some("linux"), State::Passed, None),
        over(),
    ];
    for event in &events[..4] {
        for (run, host) in [("1", "linux"), ("2", "macos")] {
            fold.push_stamped(&stamped(run, host, event.clone()));
        }
    }
    let documents: Vec<_> = fold
        .documents
        .iter()
        .map(|fold| (fold.document.as_str(), fold.host.as_str(), fold.steps.len()))
        .collect();
    assert_eq!(documents, [(PAGE, "linux", 1), (PAGE, "macos", 1)]);
    fold.push_stamped(&stamped("1", "linux", over()));
    assert_eq!(fold.exit_code(false), 1, "the second run has no end");
    fold.push_stamped(&stamped("2", "macos", over()));
    assert_eq!(fold.exit_code(false), 0);
    assert_eq!(fold.summary(), "2 steps: 2 passed (linux page on macos)");
}

/// Two pages at once, of which one fails without a failed step, one is unverified and beside a stand-in, and none is
/// kept by the brief fold.
#[test]
fn a_brief_fold_adds_up_to_the_same() {
    let of = |event: Event, page: &str| match event {
        Event::DocumentStarted { platform, steps, wine, .. } => Event::DocumentStarted {
            document: page.to_owned(),
            platform,
            steps,
            stand_ins: vec!["mongod".to_owned()],
            wine,
        },
        Event::DocumentFinished { platform, state, reason, scratch, unset, seconds, .. } => {
            Event::DocumentFinished {
                document: page.to_owned(),
                platform,
                state,
                reason,
                scratch,
                unset,
                seconds,
            }
        }
        event => event,
    };
    let ends = |page: &str, finished: Finished| {
        let place =
            StepPlace { document: page.to_owned(), platform: Some("macos".to_owned()), ..finished.place };
        step(Finished { place, ..finished })
    };
    let macos = Some("macos");
    let events = [
        Event::RunStarted { tutor: "0.1.0".to_owned() },
        of(begin(macos), "a.md"),
        of(begin(macos), "b.md"),
        ends("b.md", because(State::Unverified, "mongod not found")),
        ends("a.md", finished("x", State::Passed)),
        ends("b.md", finished("y", State::Passed)),
        of(end(macos, State::Failed, Some("interrupted")), "a.md"),
        of(end(macos, State::Unverified, None), "b.md"),
        over(),
    ];
    let (mut whole, mut brief) = (Fold::new("linux"), Fold::new("linux").brief());
    for event in &events {
        assert!(whole.push(event).is_none());
        let ended = brief.push(event).map(|document| (document.document.clone(), document.counts().passed));
        let page = match event {
            Event::DocumentFinished { document, .. } => Some((document.clone(), 1)),
            _ => None,
        };
        assert_eq!(ended, page);
        assert_eq!(brief.summary(), whole.summary());
        assert_eq!(brief.worst(), whole.worst());
        for strict in [false, true] {
            assert_eq!(brief.exit_code(strict), whole.exit_code(strict), "{event:?}");
        }
    }
    assert_eq!((whole.documents.len(), brief.documents.len()), (2, 0));
    assert_eq!(
        brief.summary(),
        "3 steps: 2 passed, 1 unverified (mongod not found), 1 document failed (interrupted) \
         (macos page on linux) (stand-in: mongod)"
    );
}

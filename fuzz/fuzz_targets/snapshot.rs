//! Any bytes as a recording: what is read, is written and read again the same.
#![no_main]

use tutor::snapshot::Recording;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    // As a file, behind a header that is right, and as the output of a step.
    for file in [text.to_string(), format!("---\nsource: page.md\nexpression: a\n---\n{text}")] {
        let Ok(recording) = Recording::parse(&file) else { continue };
        same(&recording);
    }
    // Redacted text has no control characters but tabs, and no blanks at a line's end.
    let shown: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\0')).collect();
    let (stdout, stderr) = shown.split_once('\u{0}').unwrap_or((&shown, ""));
    let stream = |text: &str| {
        Some(text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect::<String>().replace('\u{0}', ""))
    };
    same(&Recording {
        tutorial: "page.md".to_owned(),
        step: "a".to_owned(),
        platform: "linux".to_owned(),
        command: text.replace('\u{0}', ""),
        exit: Some(0),
        stdout: stream(stdout),
        stderr: stream(stderr),
        ..Recording::default()
    });
});

fn same(recording: &Recording) {
    let written = recording.render();
    let again = Recording::parse(&written);
    assert_eq!(again.as_ref().ok(), Some(recording), "{written:?}: {again:?}");
    assert_eq!(again.map(|again| again.render()).ok(), Some(written));
}

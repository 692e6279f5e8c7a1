//! Any bytes as an event stream: what is read, is written and read again the same, and adds up without panicking.
#![no_main]

use tutor::outcome::{Fold, read_stream};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let Ok(events) = read_stream(&text) else { return };
    let mut fold = Fold::default();
    let mut written = String::new();
    for event in &events {
        fold.push_stamped(event);
        written += &serde_json::to_string(event).expect("an event can be written");
        written.push('\n');
    }
    let _ = (fold.summary(), fold.exit_code(true), fold.counts());
    let again = read_stream(&written);
    assert_eq!(again.ok().as_ref(), Some(&events), "{written}");
});

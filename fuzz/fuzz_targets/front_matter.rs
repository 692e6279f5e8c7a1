//! Any bytes as front matter: of a tutorial, of a key in it, in a comment. Neither panics nor hangs.
#![no_main]

#[path = "../../tests/suite/check/page.rs"]
mod page;

const STEP: &str = "\n```sh {#a}\necho '<a>' /opt/x\n```\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    page::read(&format!("---\n{text}\n---\n{STEP}"));
    page::read(&format!("<!--\n---\ntutor:\n  {}\n---\n-->\n{STEP}", text.replace('\n', "\n  ")));
    for key in ["placeholders", "redact", "platform", "env", "copy", "ports", "parity", "mutants", "requires"] {
        page::read(&format!("---\ntutor:\n  {key}: {text}\n---\n{STEP}"));
    }
});

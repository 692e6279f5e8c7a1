//! Any bytes as attributes: behind a fence's language, in a comment above a fence, as a comment of ours.
#![no_main]

#[path = "../../tests/suite/check/page.rs"]
mod page;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for body in [
        format!("```sh {{#a {text}}}\ntrue\n```\n"),
        format!("```sh {{#a}}\ntrue\n```\n\n```text {{.output {text}}}\nx\n```\n"),
        format!("> - ~~~{text}\n>   true\n>   ~~~\n"),
        format!("<!-- tutor: {text} -->\n```sh\ntrue\n```\n"),
        format!("<!-- tutor:{text} -->\n```sh {{#a}}\ntrue\n```\n<!-- tutor:end -->\n"),
        format!("```console {{#a {text}}}\n$ true\n```\n"),
        format!("```text {{#a .file {text}}}\nx\n```\n"),
        format!("```sh {{#a .service {text}}}\ntrue\n```\n"),
    ] {
        page::read(&format!("---\ntutor:\n---\n{body}"));
    }
});

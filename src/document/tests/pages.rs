//! What is read from pages without mistakes.

use std::time::Duration;

use super::{STEP, codes, good, with_body, with_front};
use crate::{
    document::{
        Alone, Block, BlockKind, EnvValue, ExitRule, Expect, PlaceholderValue, Retry, ShellStep, Streams,
        is_tutorial, parse,
    },
    platform::{Shell, System},
    source::Sources,
};

/// A page that uses all of the language that this version has.
pub(super) const FULL: &str = r#"---
title: "Configure TLS — é"
weight: 3
tutor:
  platform: [unix, windows/cmd]
  requires: [openssl, {program: bash}]
  relocate: [/opt/certs]
  placeholders:
    <username>: reportUser
    <port>: 27017
    <password>: {env: BI_PASSWORD}
    <key-words>: "correct horse"
  secrets: [<password>, <key-words>]
  env: {KUBECONFIG: {env: KUBECONFIG}, MODE: test}
  timeout: 90s
  redact:
    - {pattern: 'session ([0-9a-f]+)', with: 'session [ID]'}
---

# Title

- In a list:

  ```sh {#make-ca timeout=500ms exit=1 retry=5 every=2s requires=openssl,bash}
  openssl genrsa \
    -out ca.key
  ```

  ```text {.answers}
  Enter PEM pass phrase:<key-words>
  ```

> In a quote:
>
> ~~~~text {.output}
> ok <username>
>
> ~~~
> ~~~~

```yaml title="app.yaml" {1,3-5} {#conf .file path=/opt/certs/app.yaml mode=0640 data-x=1 linenos}
port: <port>
password: <password>
```

```text {#have .files in="/opt/certs"}
app.yaml
```

```bash {#show needs=make-ca,conf snapshot=stdout exit=nonzero .numberLines}
ls
```

```console {#x .skip reason="needs a \"paid\" account" tty}
$ ls
```

```ksh {#stop .cleanup shell=sh}
true
```

```sh
prose
```
"#;

fn shell(block: &Block) -> &ShellStep {
    let BlockKind::Shell(step) = &block.kind else { panic!("{:?} is no step", block.kind) };
    step
}

#[test]
fn the_front_matter() {
    let (document, sources) = good(FULL);
    let front = &document.front;
    assert_eq!(front.title.as_deref(), Some("Configure TLS — é"));
    let platforms: Vec<String> = front.platforms.iter().map(|platform| platform.value.to_string()).collect();
    assert_eq!(platforms, ["macos", "linux", "windows/cmd"]);
    assert_eq!(front.platforms[0].value.system, System::Macos);
    let programs: Vec<&str> = front.requires.iter().map(|need| need.program.value.as_str()).collect();
    assert_eq!(programs, ["openssl", "bash"]);
    assert_eq!(sources.slice(front.relocate[0].span), "/opt/certs");
    let values: Vec<(&str, String)> = front
        .placeholders
        .iter()
        .map(|placeholder| {
            assert_eq!(sources.slice(placeholder.name.span), placeholder.name.value);
            let value = match &placeholder.value {
                PlaceholderValue::Text(text) => text.value.clone(),
                PlaceholderValue::Env(name) => format!("${}", name.value),
            };
            (placeholder.name.value.as_str(), value)
        })
        .collect();
    let expected = [
        ("<username>", "reportUser"),
        ("<port>", "27017"),
        ("<password>", "$BI_PASSWORD"),
        ("<key-words>", "correct horse"),
    ];
    assert_eq!(values, expected.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(front.secrets.len(), 2);
    assert!(matches!(&front.env[0], (name, EnvValue::Env(_)) if name.value == "KUBECONFIG"));
    assert!(matches!(&front.env[1], (_, EnvValue::Text(text)) if text.value == "test"));
    assert_eq!(front.step_timeout(), Duration::from_secs(90));
    assert_eq!(front.redact[0].with, "session [ID]");
    assert_eq!(sources.slice(front.span), "tutor");
}

#[test]
fn the_blocks() {
    let (document, sources) = good(FULL);
    let ids: Vec<&str> =
        document.blocks.iter().filter_map(|block| block.id.as_ref()).map(|id| id.value.as_str()).collect();
    assert_eq!(ids, ["make-ca", "conf", "have", "show", "x", "stop"]);
    let [ca, conf, have, show, skip, stop] = &document.blocks[..] else { panic!("six blocks") };

    assert_eq!(ca.text.text(), "openssl genrsa \\\n  -out ca.key\n");
    assert_eq!(
        sources.slice(ca.fence),
        "```sh {#make-ca timeout=500ms exit=1 retry=5 every=2s requires=openssl,bash}"
    );
    assert_eq!(ca.timeout, Some(Duration::from_millis(500)));
    assert_eq!(ca.retry, Retry { times: 5, every: Duration::from_secs(2) });
    assert_eq!(ca.requires.iter().map(|name| name.value.as_str()).collect::<Vec<_>>(), ["openssl", "bash"]);
    assert_eq!(shell(ca).exit, ExitRule::Is(1));
    assert_eq!(shell(ca).runner.shell, Shell::Sh);
    let answers = shell(ca).answers.first().unwrap();
    assert_eq!(answers.text.text(), "Enter PEM pass phrase:<key-words>\n");
    let output = shell(ca).outputs.first().unwrap();
    assert_eq!(output.text.text(), "ok <username>\n\n~~~\n");
    assert_eq!(sources.slice(output.fence), "~~~~text {.output}");

    assert!(
        matches!(&conf.kind, BlockKind::File { path, mode: Some(0o640), append: false, .. } if path.value == "/opt/certs/app.yaml")
    );
    assert!(matches!(&have.kind, BlockKind::Files { dir } if sources.slice(dir.span) == "/opt/certs"));
    assert_eq!(
        show.needs.iter().map(|need| sources.slice(need.id.span)).collect::<Vec<_>>(),
        ["make-ca", "conf"]
    );
    assert_eq!(shell(show).expect, Expect::Recording(Streams::Stdout));
    assert_eq!(shell(show).exit, ExitRule::Nonzero);
    assert!(matches!(&skip.kind, BlockKind::Skip { reason } if reason == "needs a \"paid\" account"));
    assert!(matches!(&stop.kind, BlockKind::Cleanup(runner) if runner.shell == Shell::Sh));
}

#[test]
fn defaults() {
    let (document, _) =
        good(&with_body("~~~bash {#a}\ntrue\n~~~\n\n```{.skip}\n```\n\n```{#f .file path=x}\n```\n"));
    let [step, skip, file] = &document.blocks[..] else { panic!("three blocks") };
    assert_eq!(document.front.step_timeout(), Duration::from_secs(60));
    assert_eq!(shell(step).exit, ExitRule::Is(0));
    assert_eq!(shell(step).expect, Expect::Recording(Streams::All));
    assert_eq!((step.retry, step.timeout), (Retry::NONE, None));
    assert!(matches!(&skip.kind, BlockKind::Skip { reason } if reason == "skipped by the author"));
    assert!(matches!(file.kind, BlockKind::File { mode: None, .. }));
    assert_eq!(file.text.text(), "");
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let (plain, _) = good(FULL);
    let crlf = format!("\u{feff}{}", FULL.replace('\n', "\r\n"));
    let (document, sources) = good(&crlf);
    assert_eq!(document.blocks.len(), plain.blocks.len());
    for (block, other) in document.blocks.iter().zip(&plain.blocks) {
        assert_eq!(block.text.text(), other.text.text());
        let at = block.text.text().find("-out").or(block.text.text().find("app.yaml"));
        if let Some(at) = at {
            assert_eq!(sources.slice(block.text.span(at..at + 4)), &block.text.text()[at..at + 4]);
        }
    }
    assert_eq!(document.front.title, plain.front.title);
}

#[test]
fn fences_in_any_place() {
    let cases = [
        ("   ```sh {#a}\n   x\n     y\n z\n   ```\n", "x\n  y\nz\n"),
        ("1. x\n\n   > ```sh {#a}\n   > x\n   >\n   >\ty\n   > ```\n", "x\n\n   y\n"),
        ("-\t```sh {#a}\n\tx\n\t\ty\n\t```\n", "x\n\ty\n"),
        ("[^1]: note\n\n    ```sh {#a}\n    x\n    ```\n", "x\n"),
        ("``````sh {#a}\nx\n`````\n``````\n", "x\n`````\n"),
        ("~~~ sh {#a} ~~~\nx\n~~~~~\n", "x\n"),
        ("```sh {#a}\r\nx\r\n```\n", "x\n"),
        ("```sh &amp; \\# {#a}\nx\n```\n", "x\n"),
        ("<details>\n\n```sh {#a}\nx\n```\n\n</details>\n", "x\n"),
        ("````md\n```sh {#b}\ny\n```\n````\n\n```sh {#a}\nx\n```", "x\n"),
    ];
    for (markdown, expected) in cases {
        let (document, _) = good(&with_body(markdown));
        assert_eq!(document.blocks[0].text.text(), expected, "{markdown}");
    }
}

#[test]
fn an_output_belongs_to_the_nearest_step_above() {
    let between =
        "```text {#f .file path=x}\n```\n```text {#l .files in=.}\n```\n```sh {.skip}\nx\n```\n# Heading\n";
    let page = with_body(&format!("{STEP}{between}- item\n\n  ```text {{.output}}\n  ```\n"));
    let (document, _) = good(&page);
    assert!(shell(&document.blocks[0]).outputs[0].text.text().is_empty());
}

#[test]
fn pages_that_are_no_tutorial() {
    for page in
        ["", "# Title\n", "---\ntitle: [\n---\n```sh {#A timout=x}\n", "---\n", "---\nx:\n  tutor:\n---\n"]
    {
        let mut sources = Sources::new();
        let id = sources.add("page.md", page);
        let (document, found) = parse(id, &mut sources, &mut Alone);
        assert!(document.is_none() && found.is_empty() && !is_tutorial(page), "{page}");
    }
}

#[test]
fn a_page_with_mistakes_still_gives_its_blocks() {
    let page = with_front("timout: 3s") + "```sh {#b exit=x}\ntrue\n```\n";
    let mut sources = Sources::new();
    let id = sources.add("page.md", page.as_str());
    assert_eq!(parse(id, &mut sources, &mut Alone).0.unwrap().blocks.len(), 2);
    assert_eq!(codes(&page), ["unknown-key", "bad-exit"]);
}

#[test]
fn other_tools_keep_their_words() {
    let page = "```sh title=\"{#no .file}\" {1,3-5} {.sh .numberLines startFrom=1}\nx\n```\n```{r, echo=FALSE}\n```\n```{code-block} sh\n```\n```{.python}\n```\n";
    assert_eq!(codes(&with_body(page)), ["no-steps"]);
}

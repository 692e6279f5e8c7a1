//! Transcripts: commands, what each prints, and what can be wrong with them.

use insta::assert_snapshot;

use super::{codes, good, picture, with_body};
use crate::{
    document::{BlockKind, ExitRule, Transcript},
    platform::Shell,
};

fn transcript(block: &str) -> Transcript {
    let (document, _) = good(&with_body(block));
    let BlockKind::Transcript(transcript) = document.blocks[0].kind.clone() else { panic!("a transcript") };
    transcript
}

fn commands(block: &str) -> Vec<(String, String)> {
    let own = |text: &crate::source::Fragments| text.text().to_owned();
    transcript(block).commands.iter().map(|command| (own(&command.text), own(&command.output))).collect()
}

#[test]
fn commands_and_what_they_print() {
    let block = "```console {#a}\n$ echo 1\n1\n$ cat <<E\n> $ x\n> E\n$ x\n% echo \\\n> 2\n2\n> no command\n$not one\n\n$ true\n```\n";
    let expected = [
        ("echo 1\n", "1\n"),
        ("cat <<E\n$ x\nE\n", ""),
        ("x\n", ""),
        ("echo \\\n2\n", "2\n> no command\n$not one\n\n"),
        ("true\n", ""),
    ];
    assert_eq!(commands(block), expected.map(|(text, output)| (text.to_owned(), output.to_owned())));
    let crlf = block.replace('\n', "\r\n");
    assert_eq!(commands(&crlf), commands(block));
    let quoted = format!("> {}", block.trim_end().replace('\n', "\n> "));
    assert_eq!(commands(&quoted), commands(block));
}

#[test]
fn places_shells_and_attributes() {
    let (document, sources) = good(&with_body(
        "- ```console {#a exit=2 tty retry=2}\n  $ echo 'a\n  > b'\n  a\n  ```\n  ```text {.answers}\n  q:a\n  ```\n",
    ));
    let block = &document.blocks[0];
    let BlockKind::Transcript(transcript) = &block.kind else { panic!("a transcript") };
    assert_eq!((transcript.shell, transcript.exit, transcript.tty), (Shell::Sh, ExitRule::Is(2), true));
    assert_eq!(transcript.answers[0].text.text(), "q:a\n");
    assert_eq!(block.retry.times, 2);
    let command = &transcript.commands[0];
    assert_eq!(sources.slice(command.text.span(0..4)), "echo");
    assert_eq!(sources.line(command.text.span(8..9)), 6);
    assert_eq!(sources.line(command.output.span(0..1)), 7);

    let windows = transcript_shell("```console {#a}\nC:\\data>dir\n x\nC:\\>echo ^\n> 1\n```\n");
    assert_eq!(windows, (Shell::Cmd, vec!["dir".to_owned(), "echo ^\n1".to_owned()]));
    let powershell = transcript_shell("```console {#a}\nPS C:\\data> ls |\n>> sort\nPS> dir\n```\n");
    assert_eq!(powershell, (Shell::PowerShell, vec!["ls |\nsort".to_owned(), "dir".to_owned()]));
    assert_eq!(transcript_shell("```console {#a shell=bash}\n$ x\n```\n").0, Shell::Bash);
}

fn transcript_shell(block: &str) -> (Shell, Vec<String>) {
    let transcript = transcript(block);
    let texts = transcript.commands.iter().map(|command| command.text.text().trim_end().to_owned());
    (transcript.shell, texts.collect())
}

#[test]
fn transcripts_that_are_wrong() {
    let page = "```console {#a}\nls\n```\n```console {#b}\nout\n$ ls\n$\n$ echo 'x\ny'\n```\n```console {#c shell=python}\n$ x\n```\n```console {#d snapshot=none}\n$ x\n```\n```console {#e}\n$ x\n```\n```text {.output}\ny\n```\n";
    assert_snapshot!(picture(&with_body(page)), @"
    error[no-prompt]: a transcript without a command
     --> page.md:4:1
      |
    4 | ```console {#a}
      | ^^^^^^^^^^^^^^^ no line begins with a prompt
      |
      = help: put `$ ` before each command, or make the block a step: `sh` instead of `console`

    error[output-before-command]: the transcript begins with an output
     --> page.md:8:1
      |
    7 | ```console {#b}
      | --------------- the transcript
    8 | out
      | ^^^ no command stands above it
      |
      = help: put the prompt `$ ` before the command

    error[empty-command]: a prompt without a command
      --> page.md:10:1
       |
    10 | $
       | ^ nothing to run
       |
       = help: write a command behind it, or take the line away

    error[incomplete-command]: the command is not complete
      --> page.md:11:1
       |
    11 | $ echo 'x
       | ^^^^^^^^^ the shell would ask for more
       |
       = help: put `> ` before each line that it goes on with, as the shell shows it

    error[unknown-shell]: there is no shell `python`
      --> page.md:14:22
       |
    14 | ```console {#c shell=python}
       |                      ^^^^^^ unknown shell
       |
       = help: the shells are sh, bash, ksh, zsh, fish, cmd, powershell

    error[attribute-not-taken]: a transcript does not take `snapshot`
      --> page.md:17:16
       |
    17 | ```console {#d snapshot=none}
       |                ^^^^^^^^ not taken here
       |
       = help: steps, `.certificate` blocks and `.probe` blocks take it

    error[output-of-transcript]: the step `e` is a transcript, which shows what its commands print
      --> page.md:23:1
       |
    20 | ```console {#e}
       | --------------- the transcript
    ...
    23 | ```text {.output}
       | ^^^^^^^^^^^^^^^^^ a second output
       |
       = help: put the output below its command, or take this block away
    ");
    assert_eq!(codes(&with_body("```console {#a}\n$ cat <<E\n> x\n```\n")), ["incomplete-command"]);
    assert_eq!(codes(&with_body("```console\n$ x\n```\n```sh {#a}\nx\n```\n")), [""; 0]);
}

#[test]
fn placeholders_in_commands() {
    let page = "---\ntutor:\n  ports: {<port>: 8080}\n---\n```console {#a}\n$ curl http://<host>:<port> 8080\n8080 <x>\n```\n";
    assert_snapshot!(picture(page), @"
    warning[undeclared-placeholder]: `<host>` looks like a placeholder, and nothing declares it
     --> page.md:6:15
      |
    6 | $ curl http://<host>:<port> 8080
      |               ^^^^^^ a shell redirects here
      |
      = help: did you mean `<port>`?

    warning[port-as-number]: a run uses another port than 8080, and this stays as it is
     --> page.md:6:29
      |
    3 |   ports: {<port>: 8080}
      |           ------ declared here
    ...
    6 | $ curl http://<host>:<port> 8080
      |                             ^^^^ always this port
      |
      = help: write `<port>` for a port of the run's own
    ");
}

#[test]
fn a_port_as_a_number_is_right_where_the_number_is_the_placeholder_or_in_one() {
    let page = |ports: &str| {
        format!(
            "---\ntutor:\n  ports: {{{ports}}}\n---\n```sh {{#a}}\ncurl :8080 '<port-8080>'\n```\n```sh {{#s .service ready=tcp:8080}}\nx\n```\n"
        )
    };
    let warned = |ports| picture(&page(ports)).matches("warning[port-as-number]").count();
    assert_eq!(warned("8080: 8080"), 0);
    assert_eq!(warned("'8080': 8080"), 0);
    assert_eq!(warned("<port-8080>: 8080"), 2, "`:8080` and `tcp:8080`");
    assert_eq!(warned("<port>: 8080"), 2);
    let within = "---\ntutor:\n  ports: {<port-8080>: 8080}\n---\n```sh {#a}\ncurl '<port-8080>'\n```\n";
    assert_eq!(picture(within), "");
}

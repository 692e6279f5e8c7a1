//! Services: when they are ready, how they stop, what can be wrong.

use insta::assert_snapshot;

use super::{good, picture, with_body, with_front};
use crate::{document::BlockKind, platform::Shell};

#[test]
fn services() {
    let page = with_front("ports: {<port>: 27017}\nrelocate: [/data]\nplaceholders: {<host>: {env: HOST}}")
        + "```sh {#a .service ready=tcp:<port> timeout=90s}\nmongod --port <port>\n```\n```bash {#b .service ready=exit daemon=/data/pid stop=\"mongod --shutdown\"}\nx\n```\n```sh {#c .service ready=http://<host>/ stop=INT}\nx\n```\n```sh {#d stops=a,b}\nx\n```\n";
    let (document, _) = good(&page);
    let [_, a, b, c, d] = &document.blocks[..] else { panic!("five blocks") };
    let service = |block: &crate::document::Block| match &block.kind {
        BlockKind::Service(service) => service.clone(),
        kind => panic!("{kind:?}"),
    };
    assert_eq!(service(a).ready.value, "tcp:<port>");
    assert_eq!(service(b).runner.shell, Shell::Bash);
    assert_eq!(service(b).daemon.unwrap().value, "/data/pid");
    assert_eq!(service(c).stop.unwrap().value, "INT");
    assert_eq!(d.stops.iter().map(|need| need.id.value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn ports_that_are_wrong() {
    let page = with_front("ports: {<port>: 27017, <other>: 27017, <zero>: 0, <word>: x, <list>: [1], '': 3}")
        + "```sh {#b}\nx --port 27017 <port>\n```\n";
    assert_snapshot!(picture(&page), @"
    error[duplicate-port]: the port 27017 is given to two words
     --> page.md:3:35
      |
    3 |   ports: {<port>: 27017, <other>: 27017, <zero>: 0, <word>: x, <list>: [1], '': 3}
      |                   -----           ^^^^^ again here
      |                   |
      |                   first here
      |
      = help: in outputs one could not be told from the other

    error[bad-port]: `0` is no port
     --> page.md:3:50
      |
    3 |   ports: {<port>: 27017, <other>: 27017, <zero>: 0, <word>: x, <list>: [1], '': 3}
      |                                                  ^ not a number from 1 to 65535
      |
      = help: write the port that the page shows: `<zero>: 8080`

    error[bad-port]: `x` is no port
     --> page.md:3:61
      |
    3 |   ports: {<port>: 27017, <other>: 27017, <zero>: 0, <word>: x, <list>: [1], '': 3}
      |                                                             ^ not a number from 1 to 65535
      |
      = help: write the port that the page shows: `<word>: 8080`

    error[wrong-type]: the port `<list>` must be a number, and is a list
     --> page.md:3:72
      |
    3 |   ports: {<port>: 27017, <other>: 27017, <zero>: 0, <word>: x, <list>: [1], '': 3}
      |                                                                        ^^^ not a number

    error[empty-value]: the name of a port must not be empty
     --> page.md:3:77
      |
    3 |   ports: {<port>: 27017, <other>: 27017, <zero>: 0, <word>: x, <list>: [1], '': 3}
      |                                                                             ^^ empty

    warning[port-as-number]: a run uses another port than 27017, and this stays as it is
     --> page.md:9:10
      |
    3 |   ports: {<port>: 27017, <other>: 27017, <zero>: 0, <word>: x, <list>: [1], '': 3}
      |           ------ declared here
    ...
    9 | x --port 27017 <port>
      |          ^^^^^ always this port
      |
      = help: write `<port>` for a port of the run's own
    ");
}

#[test]
fn services_that_are_wrong() {
    let page = with_body(
        "```sh {#a .service}\nx\n```\n```sh {#b .service ready=27017}\nx\n```\n```sh {#c .service ready=http:localhost}\nx\n```\n```sh {#d .service ready=tcp:x}\nx\n```\n```sh {#e .service ready=exit}\n```\n```sh {#f .service ready=log:(}\nx\n```\n```sh {#h .service ready=lgo:x}\nx\n```\n```text {.output}\n```\n",
    );
    assert_snapshot!(picture(&page), @"
    error[missing-attribute]: a `.service` block needs `ready=`
     --> page.md:4:7
      |
    4 | ```sh {#a .service}
      |       ^^^^^^^^^^^^^ no `ready=` here
      |
      = help: say when the reader may go on: `ready=tcp:8080`

    error[bad-ready]: `27017` does not say when the service is ready
     --> page.md:7:26
      |
    7 | ```sh {#b .service ready=27017}
      |                          ^^^^^ not understood
      |
    help: a port is written with `tcp:`
      |
    7 | ```sh {#b .service ready=tcp:27017}
      |                          ++++

    error[bad-ready]: `http:localhost` does not say when the service is ready
      --> page.md:10:26
       |
    10 | ```sh {#c .service ready=http:localhost}
       |                          ^^^^^^^^^^^^^^ not understood
       |
       = help: the forms are tcp:PORT, tcp:HOST:PORT, http://…, log:REGEX, file:PATH and exit

    error[bad-ready]: `x` is no port
      --> page.md:13:26
       |
    13 | ```sh {#d .service ready=tcp:x}
       |                          ^^^^^ not understood
       |
       = help: a port is a number from 1 to 65535: `tcp:8080`

    error[empty-step]: a service without a command
      --> page.md:16:1
       |
    16 | ```sh {#e .service ready=exit}
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing to run
       |
       = help: write a command, or take the id away

    error[bad-ready]: the pattern is not a regular expression: unclosed group
      --> page.md:18:26
       |
    18 | ```sh {#f .service ready=log:(}
       |                          ^^^^^ not understood
       |
       = help: the forms are tcp:PORT, tcp:HOST:PORT, http://…, log:REGEX, file:PATH and exit

    error[bad-ready]: `lgo:x` does not say when the service is ready
      --> page.md:21:26
       |
    21 | ```sh {#h .service ready=lgo:x}
       |                          ^^^^^ not understood
       |
    help: did you mean `log`?
       |
    21 - ```sh {#h .service ready=lgo:x}
    21 + ```sh {#h .service ready=log:x}
       |

    error[output-without-step]: a service has no `.output`
      --> page.md:24:1
       |
    21 | ```sh {#h .service ready=lgo:x}
       | ------------------------------- the nearest block above it
    ...
    24 | ```text {.output}
       | ^^^^^^^^^^^^^^^^^ belongs to no step
    ");
}

#[test]
fn what_stops_services_and_is_wrong() {
    let page = with_body(
        "```sh {#a .service ready=exit stop=SIGTREM daemon=/var/pid}\nx\n```\n```sh {#b .service ready=file:/x stop=ABCDEF}\nx\n```\n```sh {#step}\nx\n```\n```sh {#g stops=a,step,h,k}\nx\n```\n```sh {#h .service ready=exit}\nx\n```\n",
    );
    assert_snapshot!(picture(&page), @"
    error[unknown-signal]: `SIGTREM` is no signal that a service can be stopped with
     --> page.md:4:36
      |
    4 | ```sh {#a .service ready=exit stop=SIGTREM daemon=/var/pid}
      |                                    ^^^^^^^ unknown signal
      |
    help: did you mean `TERM`?
      |
    4 - ```sh {#a .service ready=exit stop=SIGTREM daemon=/var/pid}
    4 + ```sh {#a .service ready=exit stop=TERM daemon=/var/pid}
      |

    error[path-not-relocated]: `/var/pid` lies outside of what the page relocates
     --> page.md:4:51
      |
    4 | ```sh {#a .service ready=exit stop=SIGTREM daemon=/var/pid}
      |                                                   ^^^^^^^^ would touch this machine
      |
      = help: add `/var` to `relocate`, or write the path from the session's current directory

    error[path-not-relocated]: `/x` lies outside of what the page relocates
     --> page.md:7:26
      |
    7 | ```sh {#b .service ready=file:/x stop=ABCDEF}
      |                          ^^^^^^^ would touch this machine
      |
      = help: write the path from the session's current directory

    error[unknown-signal]: `ABCDEF` is no signal that a service can be stopped with
     --> page.md:7:39
      |
    7 | ```sh {#b .service ready=file:/x stop=ABCDEF}
      |                                       ^^^^^^ unknown signal
      |
      = help: the signals are TERM, INT, QUIT, HUP, KILL, USR1, USR2

    error[stops-no-service]: `step` is no service, so nothing of it is to be stopped
      --> page.md:13:19
       |
    10 | ```sh {#step}
       |        ----- it stands here
    ...
    13 | ```sh {#g stops=a,step,h,k}
       |                   ^^^^ not a `.service` block

    error[needs-later-step]: the step `h` comes later
      --> page.md:13:24
       |
    13 | ```sh {#g stops=a,step,h,k}
       |                        ^ has not run by then
    ...
    16 | ```sh {#h .service ready=exit}
       |        -- it stands here

    error[unknown-step]: there is no step `k`
      --> page.md:13:26
       |
    13 | ```sh {#g stops=a,step,h,k}
       |                          ^ unknown id
       |
       = help: names are ids of steps of this page, or `tutorial#id` of one under `after`
    ");
}

#[test]
fn a_word_is_a_placeholder_or_a_port() {
    let page =
        "---\ntutor:\n  placeholders: {<port>: 1}\n  ports: {<port>: 27017}\n---\n```sh {#a}\n<port>\n```\n";
    assert_snapshot!(picture(page), @"
    error[duplicate-placeholder]: `<port>` is both a placeholder and a port
     --> page.md:4:11
      |
    3 |   placeholders: {<port>: 1}
      |                  ------ a placeholder here
    4 |   ports: {<port>: 27017}
      |           ^^^^^^ a port here
      |
      = help: keep one of them
    ");
}

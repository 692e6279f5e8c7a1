//! Certificates that differ.

use insta::assert_snapshot;

use super::{messages, platforms, tabs};

const FRONT: &str = "relocate: ['C:\\opt\\certs', /opt/certs]";

const BLOCK: &str = "dir = '/opt/certs'\n\n[ca.root]\ncn = 'Test CA'\nsubject = { O = 'Example' }\ndays = 730\n\n[leaf.web]\nissuer = 'root'\ncn = 'localhost'\nnames = ['localhost', '127.0.0.1']\nuse = ['server', 'client']\ndays = 90\n\n[[expect]]\nverify = 'web'\nhost = 'localhost'\n";

/// A page with a block on each side, the second one with something changed.
fn changed(from: &str, to: &str) -> String {
    assert!(BLOCK.contains(from), "{from}");
    blocks(BLOCK, &BLOCK.replace(from, to))
}

fn blocks(windows: &str, unix: &str) -> String {
    let windows = windows.replace("'/opt/certs'", "'C:\\opt\\certs'");
    tabs(
        FRONT,
        &format!("```toml {{#pki .certificate}}\n{windows}```\n"),
        &format!("```toml {{#pki .certificate}}\n{unix}```\n"),
    )
}

#[test]
fn what_an_author_chose() {
    assert_eq!(messages(&blocks(BLOCK, BLOCK)), [""; 0]);
    assert_eq!(messages(&changed("'localhost', '127.0.0.1'", "'127.0.0.1', 'localhost'")), [""; 0]);
    let web = "the certificate `web` is not the same on macos and linux as on windows: ";
    let root = "the certificate `root` is not the same on macos and linux as on windows: ";
    for (from, to, expected) in [
        ("'127.0.0.1'", "'127.0.0.2'", vec![format!("{web}`names`")]),
        ("cn = 'localhost'", "cn = 'other'", vec![format!("{web}`subject`")]),
        ("use = ['server', 'client']", "use = ['server']", vec![format!("{web}`use`")]),
        ("days = 90", "days = 91", vec![format!("{web}`validity`")]),
        ("days = 90", "days = 90\nkey = 'p256'", vec![format!("{web}`key`")]),
        ("days = 90", "days = 90\npassword = 'long enough'", vec![format!("{web}`key file`")]),
        ("host = 'localhost'", "host = '127.0.0.1'", vec![format!("{web}`expect`")]),
        ("O = 'Example'", "O = 'Other'", vec![format!("{root}`subject`")]),
        ("days = 730", "days = 730\npermit = ['localhost', '127.0.0.1']", vec![format!("{root}`permit`")]),
        (
            "days = 730",
            "days = 730\nkey = 'p384'",
            vec![format!("{root}`key` and `signed`"), format!("{web}`signed`")],
        ),
    ] {
        assert_eq!(messages(&changed(from, to)), expected, "{to}");
    }
}

#[test]
fn a_certificate_that_differs_is_shown_at_both_places() {
    assert_snapshot!(platforms(&changed("days = 90", "days = 91\nkey = 'p256'")), @"
    warning[different-certificates]: the certificate `web` is not the same on macos and linux as on windows: `key` and `validity`
      --> page.md:16:7
       |
    16 | [leaf.web]
       |       ^^^ key: RSA-2048; validity: 90 days
    ...
    38 | [leaf.web]
       |       --- key: P-256; validity: 91 days
       |
       = help: let both say the same, or say why not under `parity`: `{certificate: web, only: [key], reason: …}`
    ");
}

#[test]
fn certificates_that_one_side_lacks() {
    let more = format!("{BLOCK}\n[leaf.more]\nissuer = 'root'\ncn = 'more'\nuse = ['client']\n");
    assert_snapshot!(platforms(&blocks(BLOCK, &more)), @"
    warning[different-certificates]: the certificate `more` is there on macos and linux and not on windows
      --> page.md:49:7
       |
    49 | [leaf.more]
       |       ^^^^ there
       |
       = help: let both have the same, or say why not under `parity`: `{certificate: more, reason: …}`
    ");
    // Where it stands in the list, a command has made it.
    let list = |dir: &str, names: &str| format!("```text {{#have .files in={dir}}}\n{names}\n```\n");
    let both = |windows: &str| {
        let names = "root.key\nroot.crt\nweb.key\nweb.crt\nmore.key\nmore.crt";
        let page = blocks(BLOCK, &more).replace(
            "\n<!-- tutor:tab macos",
            &format!("\n{}\n<!-- tutor:tab macos", list("C:\\opt\\certs", windows)),
        );
        page.replace("\n<!-- tutor:end", &format!("\n{}\n<!-- tutor:end", list("/opt/certs", names)))
    };
    assert_eq!(messages(&both("root.key\nroot.crt\nweb.key\nweb.crt\nmore.key\nmore.crt")), [""; 0]);
    assert_eq!(
        messages(&both("root.key\nroot.crt\nweb.key\nweb.crt")),
        ["the certificate `more` is there on macos and linux and not on windows"]
    );
}

#[test]
fn files_of_a_block_against_those_of_commands() {
    // One side makes them by commands: what its list says is compared, and nothing guessed.
    let block =
        format!("```toml {{#pki .certificate}}\n{}```\n", BLOCK.replace("'/opt/certs'", "'C:\\opt\\certs'"));
    let step = "```sh {#pki}\nopenssl …\n```\n";
    let list = |names: &str| format!("```text {{#have .files in=/opt/certs}}\n{names}\n```\n");
    let own = "```text {#have .files in=C:\\opt\\certs}\nroot.key\nroot.crt\nweb.key\nweb.crt\n```\n";
    assert_eq!(messages(&tabs(FRONT, &block, step)), [""; 0]);
    let page = |names: &str| tabs(FRONT, &format!("{block}{own}"), &format!("{step}{}", list(names)));
    assert_eq!(messages(&page("root.key\nroot.crt\nweb.key\nweb.crt")), [""; 0]);
    assert_eq!(
        messages(&page("root.key\nroot.crt\nweb.key\nroot.srl")),
        [
            "the file `web.crt` is there on windows and not on macos and linux",
            "the file `root.srl` is there on macos and linux and not on windows",
        ]
    );
}

#[test]
fn an_authority_that_is_there_already() {
    let existing =
        BLOCK.replace("cn = 'Test CA'\nsubject = { O = 'Example' }\ndays = 730\n", "existing = true\n");
    assert_eq!(messages(&blocks(BLOCK, &existing)), [""; 0]);
    let other = existing.replace("days = 90", "days = 91");
    assert_eq!(messages(&blocks(BLOCK, &other)).len(), 1);
}

#[test]
fn what_is_excepted() {
    let except = |page: &str, what: &str| {
        page.replace("tutor:\n", &format!("tutor:\n  parity: [{{certificate: {what}, reason: it is so}}]\n"))
    };
    let days = changed("days = 90", "days = 91");
    for what in ["web", "'w*'", "web, only: [validity]"] {
        assert_eq!(messages(&except(&days, what)), [""; 0], "{what}");
    }
    for what in ["root", "web, only: [names]", "web, only: [valid]"] {
        assert_eq!(
            messages(&except(&days, what)).len(),
            2,
            "{what}: the difference, and that nothing is excepted"
        );
    }
    let more = format!("{BLOCK}\n[leaf.more]\nissuer = 'root'\ncn = 'more'\nuse = ['client']\n");
    assert_eq!(messages(&except(&blocks(BLOCK, &more), "more")), [""; 0], "nor are its files told");
}

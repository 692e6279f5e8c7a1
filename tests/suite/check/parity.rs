//! Parity in depth over the real program: pages of one platform each, and a page that includes them.

use serde_json::Value;

use super::project::Project;

/// What the pair of pages has in common: certificates, a configuration, a list.
const BODY: &str = "# Page\n\n```toml {#pki .certificate}\ndir = '@certs'\n\n[ca.root]\ncn = 'Test CA'\nsubject = { O = 'Example' }\n\n[leaf.web]\nissuer = 'root'\ncn = 'localhost'\ndays = 90\n```\n\n```yaml {#conf .file path=@certs|app.conf}\nlog: '@data|app.log'\nport: 8080\nuser: <user>\n```\n\n```text {#have .files in=@certs}\napp.conf\nroot.crt\nroot.key\nweb.crt\nweb.key\n```\n";

/// A page of one system that names the other as its counterpart.
fn page(platform: &str, counterpart: &str, parity: &str) -> String {
    let windows = platform.starts_with("windows");
    let (certs, data, separator) =
        if windows { ("C:\\opt\\certs", "D:\\logs", "\\") } else { ("/opt/certs", "/data", "/") };
    let body = BODY.replace("@certs", certs).replace("@data", data).replace('|', separator);
    let user = if windows { "ann" } else { "bob" };
    format!(
        "---\ntutor:\n  platform: [{platform}]\n  relocate: ['{certs}', '{data}']\n  placeholders: {{<user>: {user}}}\n  counterpart: {counterpart}\n{parity}---\n\n{body}"
    )
}

/// Both pages, which name each other, with these exceptions.
fn pair(windows: &str, macos: &str) -> Project {
    Project::new(&[
        ("windows.md", &page("windows", "macos.md", windows)),
        ("macos.md", &page("macos, linux", "windows.md", macos)),
    ])
}

/// `windows.md:3: message (macos.md:4)`, with the places that a finding also names.
fn told(project: &Project, arguments: &[&str]) -> Vec<String> {
    let place = |value: &Value| Some(format!("{}:{}", value["file"].as_str()?, value["line"]));
    let one = |line: &Value| {
        let also: Vec<String> = line["also"].as_array()?.iter().filter_map(place).collect();
        Some(format!("{}: {} ({})", place(line)?, line["message"].as_str()?, also.join(", ")))
    };
    project.findings(arguments).iter().filter(|line| line["event"] == "finding").filter_map(one).collect()
}

/// Changes the page for macOS.
fn mutated(from: &str, to: &str) -> Project {
    let project = pair("", "");
    let text = project.read("macos.md");
    assert!(text.contains(from), "{from}: {text}");
    project.write("macos.md", &text.replace(from, to));
    project
}

#[test]
fn counterparts_come_to_the_same() {
    let project = pair("", "");
    for pages in [&["windows.md"][..], &["macos.md"], &["windows.md", "macos.md"]] {
        assert_eq!(told(&project, pages), [""; 0], "{pages:?}");
    }
    assert_eq!(project.run(&["check", "."]).stdout, "checked 2 tutorials: no mistakes\n");
    for (from, to, expected) in [
        (
            "port: 8080",
            "port: 8081",
            "windows.md:24: the file `app.conf` is not the same on `macos.md` as on this page: `port` (macos.md:24)",
        ),
        (
            "/data/app.log",
            "/data/other.log",
            "windows.md:24: the file `app.conf` is not the same on `macos.md` as on this page: `log` (macos.md:24)",
        ),
        (
            "days = 90",
            "days = 30",
            "windows.md:18: the certificate `web` is not the same on `macos.md` as on this page: `validity` (macos.md:18)",
        ),
        (
            "[leaf.web]\n",
            "[leaf.web]\nkey = 'p256'\n",
            "windows.md:18: the certificate `web` is not the same on `macos.md` as on this page: `key` (macos.md:18)",
        ),
        (
            "\nweb.crt\nweb.key\n",
            "\nroot.srl\nweb.crt\nweb.key\n",
            "windows.md:6: the file `root.srl` is there on `macos.md` and not on this page (macos.md:34, windows.md:30)",
        ),
    ] {
        let project = mutated(from, to);
        let found = told(&project, &["windows.md"]);
        assert_eq!(found, [expected], "{to}");
        // Once, though both are asked.
        assert_eq!(told(&project, &["windows.md", "macos.md"]).len(), 1, "{to}");
        let of_macos = told(&project, &["macos.md"]);
        assert!(of_macos.len() == 1 && of_macos[0].starts_with("macos.md:"), "{of_macos:?}");
        assert_eq!(project.run(&["check", "."]).code, Some(0), "a warning");
    }
}

#[test]
fn exceptions_hold_on_both_pages() {
    let exception = "  parity:\n    - {file: app.conf, only: [port], reason: 8080 is taken there}\n";
    for (windows, macos) in [(exception, ""), ("", exception)] {
        let project = pair(windows, macos);
        let own = project.read("macos.md");
        let unused = told(&project, &["windows.md", "macos.md"]);
        assert_eq!(unused.len(), 1, "{unused:?}");
        assert!(unused[0].contains("the exception for `app.conf` excepts nothing"), "{unused:?}");
        project.write("macos.md", &own.replace("port: 8080", "port: 8081"));
        for pages in [&["windows.md"][..], &["macos.md"], &["windows.md", "macos.md"]] {
            assert_eq!(told(&project, pages), [""; 0], "{pages:?}");
        }
        // It excepts the port, and no more.
        project.write("macos.md", &own.replace("port: 8080", "port: 8081\ntls: true"));
        let found = told(&project, &["windows.md"]);
        assert!(found.len() == 1 && found[0].contains("on this page: `tls`"), "{found:?}");
        // Of a page with a mistake it is not known what differs.
        project.write("macos.md", &own.replace("{#have", "{#Have"));
        let found = told(&project, &["windows.md", "macos.md"]);
        assert!(found.iter().all(|one| !one.contains("excepts nothing")), "{found:?}");
    }
    // Those of a page that names no counterpart are no matter of the page that names it.
    let project = pair("", exception);
    let macos = project
        .read("macos.md")
        .replace("  counterpart: windows.md\n", "")
        .replace("port: 8080", "port: 8081");
    project.write("macos.md", &macos);
    assert_eq!(told(&project, &["windows.md"]).len(), 1);
}

#[test]
fn included_tutorials_are_checked_where_they_stand() {
    let step = "```sh {#say}\necho '<who>'\n```\n";
    let part = |platform: &str, who: &str, more: &str| {
        format!(
            "---\ntutor:\n  platform: [{platform}]\n  placeholders: {{<who>: {who}}}\n{more}---\n\n{step}"
        )
    };
    let page = |own: &str| {
        format!(
            "---\ntutor:\n{own}---\n\n<!-- tutor:tab macos -->\n<!-- tutor:include parts/m.md -->\n<!-- tutor:tab linux -->\n<!-- tutor:include parts/l.md -->\n<!-- tutor:end -->\n\n```sh {{#end}}\necho '<who>'\n```\n"
        )
    };
    let project = Project::new(&[
        ("page.md", &page("")),
        ("parts/m.md", &part("macos", "ann", "")),
        ("parts/l.md", &part("linux", "bob", "")),
    ]);
    assert_eq!(told(&project, &["page.md", "parts"]), [""; 0]);
    project.write("page.md", &page("  timeout: 5s\n  placeholders: {<who>: bob}\n"));
    project.write("parts/l.md", &part("linux", "bob", "  timeout: 6s\n"));
    project.write("parts/m.md", &part("macos", "ann", "  requires: openssl\n"));
    assert_eq!(
        told(&project, &["page.md", "parts"]),
        [
            "parts/m.md:4: two files of the page say different things of the placeholder `<who>` on macos (page.md:4)",
            "parts/m.md:5: `requires` must be a list, and is a text ()",
            "parts/l.md:5: two files of the page say different things of the time-out on linux (page.md:3)",
        ]
    );
    assert_eq!(project.run(&["check", "page.md"]).code, Some(2));
    assert_eq!(project.run(&["check", "parts/l.md"]).code, Some(0));
    assert_eq!(project.run(&["check", "--fix", "page.md"]).code, Some(2));
    assert!(project.read("parts/m.md").contains("  requires: [openssl]\n"), "mended where it stands");
}

#[test]
fn a_page_that_includes_both() {
    let exception = "  parity:\n    - {file: app.conf, only: [port], reason: 8080 is taken there}\n    - {file: none, reason: told of this page alone}\n";
    let project = pair(exception, "");
    project.write(
        "page.md",
        "---\ntutor:\n---\n\n<!-- tutor:tab windows -->\n<!-- tutor:include windows.md -->\n<!-- tutor:tab macos linux -->\n<!-- tutor:include macos.md -->\n<!-- tutor:end -->\n",
    );
    assert_eq!(told(&project, &["page.md"]), [""; 0]);
    let macos = project.read("macos.md");
    project.write("macos.md", &macos.replace("port: 8080", "port: 8081"));
    assert_eq!(told(&project, &["page.md"]), [""; 0], "the exception of the included page holds");
    project.write("macos.md", &macos.replace("port: 8080", "port: 8080\ntls: true"));
    let found = told(&project, &["page.md"]);
    assert_eq!(
        found,
        [
            "windows.md:27: the file `app.conf` is not the same on macos and linux as on windows: `tls` (macos.md:24)"
        ]
    );
    project.write("macos.md", &macos.replace("days = 90", "days = 30"));
    let found = told(&project, &["page.md"]);
    assert!(found.len() == 1 && found[0].contains("certificate `web`"), "{found:?}");
}

//! What a page still can do in the sandbox; and what it cannot, told by name.

use super::host::{Host, page};

fn run(head: &str, text: &str, flags: &[&str]) -> super::host::Told {
    let host = Host::new();
    host.write("project/page.md", &page(head, text));
    let flags: Vec<&str> = ["--sandbox"].iter().chain(flags).copied().collect();
    host.run(&flags)
}

#[test]
fn shells_files_and_answers() {
    let mut text = String::new();
    for shell in ["sh", "bash", "ksh", "zsh", "fish"] {
        let installed =
            std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|dir| dir.join(shell).exists());
        if installed {
            let block = "```@ {#in-@ snapshot=none}\ntest -d /usr\necho @ >>shells\ncd ..\ncd work\n```\n\n";
            text += &block.replace('@', shell);
        }
    }
    text += "```text {#file .file path=deep.txt}\nhello\n```\n\n```bash {#look}\ncat deep.txt; grep -c sh shells >/dev/null\n```\n\n```text {.output}\nhello\n```\n\n\
             ```bash {#ask snapshot=none}\nread -p 'Name: ' name; test \"$name\" = Ada; tty\n```\n\n```text {.answers}\nName: Ada\n```\n\n\
             ```bash {#state snapshot=none}\nx=1; f() { echo $x; }; export y=2\n```\n\n```bash {#dies snapshot=none exit=3}\nx=5; exit 3\n```\n\n```bash {#lives}\nf; echo $y; cat < /dev/null > /tmp/mine; echo $HOME | wc -l\n```\n\n```text {.output}\n5\n2\n1\n```\n";
    let told = run("{}", &text, &[]);
    assert_eq!(told.code, Some(0), "{}", told.text);
}

#[test]
fn directories_of_its_own() {
    let text = "```bash {#a}\nmkdir -p /opt/certs /srv/app && echo key > /opt/certs/k && echo x > /srv/app/x && cat /opt/certs/k\n```\n\n```text {.output}\nkey\n```\n\n\
                ```text {#b .file path=/opt/certs/conf}\nfile\n```\n\n```text {#c .files in=/opt/certs}\nconf\nk\n```\n";
    let told = run("{relocate: [/opt/certs, /srv/app]}", text, &[]);
    assert_eq!(told.code, Some(0), "{}", told.text);
    assert!(!std::path::Path::new("/opt/certs").exists() && !std::path::Path::new("/srv/app").exists());
}

#[test]
fn services_without_a_network() {
    let text = "```bash {#s .service ready=log:up}\necho up; exec sleep 60\n```\n\n```bash {#a snapshot=none}\ntrue\n```\n";
    let told = run("{}", text, &[]);
    assert_eq!(told.code, Some(0), "{}", told.text);
}

#[test]
fn certificates() {
    let text = "```toml {#certs .certificate snapshot=none}\ndir = \"certs\"\n\n[ca.one]\ncn = \"A CA\"\n```\n\n```bash {#a snapshot=none}\nopenssl x509 -in certs/one.crt -noout\n```\n";
    let told = run("{}", text, &[]);
    assert_eq!(told.code, Some(0), "{}", told.text);
}

#[test]
fn versions_that_are_asked_for_inside() {
    let text = "```bash {#a snapshot=none}\ntrue\n```\n";
    let told = run("{requires: [{program: perl, min: \"5\"}]}", text, &["--strict"]);
    assert_eq!(told.code, Some(0), "{}", told.text);
    let told = run("{requires: [{program: perl, min: \"99\"}]}", text, &["--strict"]);
    assert!(told.code == Some(1) && told.says("perl too old"), "{}", told.text);
}

#[test]
fn what_does_not_run_there_is_told() {
    let text = "```cmd {#a snapshot=none}\necho hi\n```\n";
    let told = run("{}", text, &["--strict"]);
    assert!(told.code == Some(1) && told.says("sandbox"), "{}", told.text);
}

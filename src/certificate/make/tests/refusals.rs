//! What a run is refused for before any key is made.

use super::{Machine, made_on, place, refused};

const TEXT: &str = "[ca.root]\ncn = \"Root\"\nkey = \"p256\"\n\
    [leaf.web]\nissuer = \"root\"\ncn = \"web.example.com\"\nkey = \"p256\"\nemit = [\"key\", \"crt\", \"pem\"]\npassword = { env = \"WEB\" }\n\
    [bad.old]\nfrom = \"web\"\nfault = \"expired\"\n[crl.root]\n";

#[test]
fn no_file_is_replaced_unless_the_block_says_so() {
    for name in
        ["root.key", "root.crt", "web.key", "web.crt", "web.pem", "old.key", "old.crt", "old.pem", "root.crl"]
    {
        let machine = Machine::default().file(name, "mine").variable("WEB", "a password");
        let refusal = refused(TEXT, &machine);
        assert_eq!(refusal.code, "file-exists");
        assert_eq!(refusal.message, format!("`{name}` is there already"));
        assert!(refusal.at.end <= TEXT.len() && !refusal.at.is_empty());
    }
    let machine = Machine::default().file("web.key", "mine").variable("WEB", "a password");
    made_on(&format!("replace = true\n{TEXT}"), &machine);
    made_on(TEXT, &Machine::default().file("other.key", "mine").variable("WEB", "a password"));
}

#[test]
fn a_variable_must_be_set() {
    let refusal = refused(TEXT, &Machine::default());
    assert_eq!((refusal.code, refusal.label.as_str()), ("unset-variable", "read from there"));
    assert!(place(TEXT, &refusal).contains("WEB"), "{}", place(TEXT, &refusal));
    let refusal = refused(TEXT, &Machine::default().variable("WEB", ""));
    assert_eq!((refusal.code, refusal.label.as_str()), ("wrong-password", "read from there"));
}

#[test]
fn nothing_secret_is_in_what_is_told() {
    let made = made_on(TEXT, &Machine::default().variable("WEB", "pass-of-the-key"));
    let told = format!("{made:?}{}", made.receipt);
    assert!(!told.contains("pass-of-the-key"));
    for file in &made.files {
        let text = String::from_utf8_lossy(&file.bytes);
        for line in text.lines().filter(|line| line.len() > 20 && !line.starts_with("-----")) {
            assert!(!told.contains(line), "{}: {line}", file.name);
        }
    }
}

#[test]
fn a_fault_that_nothing_can_have_is_refused() {
    let text = "[ca.root]\ncn = \"Root\"\nkey = \"p256\"\npermit = [\"127.0.0.1\"]\n\
        [leaf.web]\nissuer = \"root\"\ncn = \"Web\"\nkey = \"p256\"\nnames = [\"127.0.0.1\"]\n\
        [bad.other]\nfrom = \"web\"\nfault = \"wrong-host\"\n";
    let refusal = refused(text, &Machine::default());
    assert_eq!((refusal.code, place(text, &refusal)), ("certificate-not-made", "other"));
    assert!(refusal.message.contains("permits no other name"), "{}", refusal.message);
}

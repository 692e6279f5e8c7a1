//! Where mistakes are shown: in a fence in a list or quote, with CRLF; and what a placeholder without a value hides.

use super::of;
use crate::{
    certificate::{Kind, Name, read, read_plain},
    diagnostic::draw,
    document::{Alone, BlockKind, parse},
    source::{Fragments, Sources},
};

/// What is wrong in the certificate blocks of a page, as codes with the words that they point at, and as a picture.
fn of_page(page: &str) -> (Vec<(&'static str, String)>, String) {
    let mut sources = Sources::new();
    let source = sources.add("page.md", page);
    let (document, _) = parse(source, &mut sources, &mut Alone);
    let document = document.expect("a tutorial");
    let mut found = Vec::new();
    for block in document.blocks.iter().filter(|block| matches!(block.kind, BlockKind::Certificate { .. })) {
        read(&block.text, &mut found);
    }
    let places = found.iter().map(|found| (found.code, sources.slice(found.labels[0].span).to_owned()));
    (places.collect(), draw(&found, &sources, false))
}

#[test]
fn mistakes_in_lists_and_quotes_with_other_line_ends() {
    let block = [
        "```toml {#pki .certificate}",
        "[ca.ca]",
        "cn = 'Tëst CA'",
        "keys = 'p256'",
        "[leaf.web]",
        "issuer = 'cä'",
        "names = [",
        "\t'localhost',",
        "\t'bücher.example' ]",
        "cn = 'My Server'",
        "days = 0",
        "```",
    ];
    let expected = [
        ("unknown-key", "keys"),
        ("bad-days", "0"),
        ("bad-name", "'bücher.example'"),
        ("unknown-certificate", "'cä'"),
    ];
    let expected = expected.map(|(code, words)| (code, words.to_owned()));
    for (first, other) in
        [("", ""), ("- ", "  "), ("> ", "> "), ("1. > ", "   > "), ("> - ", ">   "), ("  ", "  ")]
    {
        for end in ["\n", "\r\n"] {
            let lines = block
                .iter()
                .enumerate()
                .map(|(index, line)| format!("{}{line}{end}", if index == 0 { first } else { other }));
            let page = format!("---{end}tutor:{end}---{end}{end}{}", lines.collect::<String>());
            let (places, drawn) = of_page(&page);
            assert_eq!(places, expected, "{page:?}\n{drawn}");
        }
    }
}

#[test]
fn a_picture_within_a_list() {
    let page = "---\ntutor:\n---\n\n1. Make them:\n\n   ```toml {#pki .certificate}\n   [ca.ca]\n   cn = 'Test CA'\n   permit = ['example.com']\n\n   [leaf.web]\n   issuer = 'ca'\n   cn = 'www.example.org'\n   ```\n";
    insta::assert_snapshot!(of_page(page).1, @r"
    error[name-not-permitted]: `www.example.org` is not among the names that `ca` permits
      --> page.md:14:9
       |
    10 |    permit = ['example.com']
       |              ------------- the nearest that it permits
    ...
    14 |    cn = 'www.example.org'
       |         ^^^^^^^^^^^^^^^^^ not permitted
       |
       = help: add it to the `permit` of `ca`, or take the name out
    ");
}

#[test]
fn a_placeholder_without_a_value_may_be_anything() {
    let cases = [
        "[ca.a]\ncn = '<a name that is far longer than the sixty-four characters that it may have>'\n",
        "[ca.a]\ncn = 'A'\npermit = ['<domain>']\n[leaf.b]\nissuer = 'a'\ncn = 'www.example.com'\nnames = ['<fqdn>', 'www.<domain>']\n",
        "[ca.a]\ncn = 'A'\npermit = ['example.com']\n[leaf.b]\nissuer = 'a'\ncn = '<step-3-fqdn>'\nprofile = 'mongodb-member'\nuse = ['server', 'client']\nsubject = { O = '<org>', C = '<country>', E = '<mail>' }\n",
        "dir = '<dir>'\n[ca.a]\ncn = 'A'\nkey_file = '<dir>/../a.key'\npassword = '<password>'\ndays = <days>\npath_length = <n>\nkey = '<key>'\n",
        "[ca.a]\ncn = <name>\ndays = 365 # <not this one>\n[leaf.'<host>']\nissuer = 'a'\ncn = 'x'\ncrt_file = '''<x>'''\nnames = <names>\nuse = ['<use>']\n",
        "replace = <flag>\n[ca.a]\ncn = \"a \\\" <b>\"\ndays = <days>\n[[expect]]\nverify = '<id>'\nhost = '<host>'\nerror = '<error>'\n[[expect]]\nverify = <id>\n",
        "[ca.a]\ncn = 'A'\n[leaf.b]\nissuer = '<ca>'\ncn = 'b'\n[bad.c]\nfrom = '<leaf>'\nfault = '<fault>'\n[crl.a]\nrevoke = ['<leaf>']\n",
        "[ca.a]\ncn = 'A'\n[leaf.b]\nissuer = 'a'\ncsr = '<file>.csr'\nsubject = <subject>\n",
        "[ca.a]\ncn = 'A'\ndays = <days>\n[leaf.b]\nissuer = 'a'\ncn = 'b'\ndays = 500\nuse = ['<use>']\nemit = <emit>\nsubject = { O = 'x' }\nprofile = 'mongodb-member'\npem_file = 'x'\n",
    ];
    for (index, text) in cases.iter().enumerate() {
        let (block, found, drawn) = of(text);
        let codes: Vec<&str> = found.iter().map(|found| found.code).collect();
        let expected: &[&str] = if index == 7 { &["key-not-taken"] } else { &[] };
        assert_eq!(codes, expected, "{text}\n{drawn}");
        let open = [5, 6, 7].contains(&index);
        assert_eq!(block.is_none(), open, "{text}");
    }
    // Those that are wrong whatever stands there.
    for text in
        ["[ca.a]\ncn = < name>\n", "[ca.a]\ncn = 'A'\ndays = <days\n", "[ca.a]\ncn = 'A'\ndays = 3 <days>\n"]
    {
        let (block, found, drawn) = of(text);
        assert!(block.is_none() && found[0].code == "block-syntax", "{drawn}");
    }
}

#[test]
fn in_a_run_a_word_in_angle_brackets_is_text() {
    let block = read_plain("[ca.a]\ncn = '<name>'\npassword = '<x>'\n").expect("a block");
    assert!(matches!(&block.items[0].kind, Kind::Ca(ca) if ca.subject.0[0].1 == "<name>"));
    let refusal =
        read_plain("[ca.a]\ncn = 'A'\n[leaf.b]\nissuer = 'a'\ncn = 'b'\nnames = ['<host>']\n").unwrap_err();
    assert_eq!((refusal.code, refusal.at), ("bad-name", 56..64));
    let refusal = read_plain("[ca.a]\ncn = 'A'\ndays = <days>\n").unwrap_err();
    assert_eq!((refusal.code, refusal.at.start), ("block-syntax", 23));
    let open = of("[ca.a]\ncn = 'A'\n[leaf.b]\nissuer = 'a'\ncn = '<host>'\n").0.expect("a block");
    assert!(
        matches!(&open.items[1].kind, Kind::Leaf(leaf) if leaf.names[0].value == Name::Dns("<host>".into()))
    );
}

#[test]
fn the_first_mistake_of_a_block_that_stands_alone() {
    let text = "\u{feff}[ca.a]\ncn = 'A'\ndays = 0\n[leaf.b]\nissuer = 'c'\ncn = 'b'\n";
    let refusal = read_plain(text.trim_start_matches('\u{feff}')).unwrap_err();
    assert_eq!((refusal.code, refusal.at.clone(), refusal.line(text)), ("bad-days", 23..24, 2));
    assert_eq!(refusal.label, "less than a day");
    assert_eq!(refusal.message, "`days` must be at least 1");
    assert!(refusal.help.is_some());
    // A warning is none.
    assert!(
        read_plain("[ca.a]\ncn = 'A'\ndays = 900\n[leaf.b]\nissuer = 'a'\ncn = 'b'\ndays = 900\n").is_ok()
    );
}

#[test]
fn no_fix_is_written_over_a_placeholder() {
    let page = "[ca.a]\ncn = 'A'\n[leaf.b]\nissuer = 'a'\ncn = 'b'\nnames = ['<host>', 'localhost ']\n";
    let mut sources = Sources::new();
    let source = sources.add("page.md", page);
    let at = page.find("<host>").expect("the placeholder");
    let mut text = Fragments::new(source, 0);
    text.push(&page[..at], 0);
    text.push_for(" bücher.example", at..at + 6);
    text.push(&page[at + 6..], at + 6);
    let mut found = Vec::new();
    assert!(read(&text, &mut found).is_none());
    let fixes: Vec<bool> = found.iter().map(|found| found.fix.is_some()).collect();
    assert_eq!(fixes, [false, true], "{}", draw(&found, &sources, false));
    assert_eq!(sources.slice(found[0].labels[0].span), "'<host>'");
}

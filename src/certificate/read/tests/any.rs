//! Any text, and any block that is right.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::of;
use crate::{
    certificate::{Kind, read, read_plain},
    diagnostic::{apply, draw, has_errors},
    source::{Fragments, Sources},
};

/// Reads a text in each way. Nothing panics, all places are in it, and there is a block or an error.
fn hold(text: &str) -> Result<(), TestCaseError> {
    let mut sources = Sources::new();
    // Every line behind a quote's mark, so that places in the text and in the page differ.
    let page = text.split_inclusive('\n').fold(String::new(), |page, line| page + "> " + line);
    let source = sources.add("page.md", page.as_str());
    let mut fragments = Fragments::new(source, 0);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        fragments.push(line, at + 2);
        at += line.len() + 2;
    }
    let mut found = Vec::new();
    let block = read(&fragments, &mut found);
    for place in found.iter().flat_map(|found| {
        found.labels.iter().map(|label| label.span).chain(found.fix.as_ref().map(|fix| fix.span))
    }) {
        prop_assert!(page.get(place.range()).is_some(), "{place:?} in {text:?}");
    }
    for found in &found {
        prop_assert!(!found.message.is_empty() && !found.message.contains('\n'), "{found:?}");
    }
    let open = text.contains('<');
    prop_assert!(block.is_some() != has_errors(&found) || open, "{text:?}: {found:?}");
    prop_assert_eq!(draw(&found, &sources, false).is_empty(), found.is_empty());
    if let Some(fixed) = apply(&found, source, &sources) {
        prop_assert!(!fixed.done.is_empty());
    }
    match read_plain(text) {
        Ok(plain) => prop_assert!(block == Some(plain) || open),
        Err(refusal) => {
            prop_assert!(text.get(refusal.at.clone()).is_some(), "{refusal:?} in {text:?}");
            prop_assert!(!refusal.message.is_empty() && refusal.line(text) <= text.lines().count());
        }
    }
    Ok(())
}

/// A block that is right, and how many items it has.
fn right() -> impl Strategy<Value = (String, usize)> {
    let key = prop_oneof![
        Just("rsa-2048"),
        Just("rsa-3072"),
        Just("rsa-4096"),
        Just("p256"),
        Just("p384"),
        Just("ed25519")
    ];
    let ca = (key.clone(), 400..4000_u32, any::<bool>(), any::<prop::sample::Index>());
    let name = prop_oneof![
        "[a-z]{1,10}(\\.[a-z]{1,10}){0,3}\\.example\\.com",
        "\\*\\.[a-z]{1,10}\\.example\\.com",
        any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
        any::<std::net::Ipv6Addr>().prop_map(|address| address.to_string()),
        "[a-z.]{1,9}x@example\\.com",
        "spiffe://example\\.com/[a-z/]{0,20}",
    ];
    let names = prop::collection::hash_set(name, 1..6);
    let leaf = (names, key, 1..400_u32, 0..8_u8, 0..6_u8, any::<prop::sample::Index>());
    let fault = prop_oneof![
        Just("expired"),
        Just("future"),
        Just("wrong-eku"),
        Just("mismatch"),
        Just("self-signed")
    ];
    let bad = prop::collection::vec((fault, any::<prop::sample::Index>()), 0..4);
    (prop::collection::vec(ca, 1..6), prop::collection::vec(leaf, 1..6), bad).prop_map(
        |(cas, leaves, bads)| {
            let mut text = "defaults = { subject = { O = 'Example' } }\n".to_owned();
            let permit =
                "permit = ['example.com', '0.0.0.0/0', '::/0', 'email:example.com', 'uri:example.com']\n";
            for (index, (key, days, permits, above)) in cas.iter().enumerate() {
                let _ = write!(text, "[ca.ca{index}]\ncn = 'CA {index}'\nkey = '{key}'\n");
                if index > 0 && above.index(2) == 0 {
                    // As long as the shortest, so that none outlives another.
                    let _ = write!(text, "issuer = 'ca{}'\ndays = 400\n", above.index(index));
                } else {
                    let _ = writeln!(text, "days = {days}");
                }
                text.push_str(if *permits { permit } else { "" });
            }
            for (index, (names, key, days, uses, emit, ca)) in leaves.iter().enumerate() {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let ca = ca.index(cas.len());
                let _ = write!(
                    text,
                    "[leaf.'leaf.{index}']\nissuer = \"ca{ca}\"\ncn = 'Leaf {index}'\ndays = {days}\n"
                );
                let _ = write!(text, "names = {names:?}\nkey = '{key}'\n");
                text.push_str(
                    ["", "use = ['server']\n", "use = ['client', 'server']\n", "use = ['client']\n"]
                        [usize::from(uses % 4)],
                );
                text.push_str(
                    ["", "emit = ['pem']\n", "emit = ['p12', 'chain']\npassword = 'x'\n"]
                        [usize::from(emit % 3)],
                );
                let _ = write!(text, "[[expect]]\nverify = 'leaf.{index}'\n");
            }
            for (index, (fault, from)) in bads.iter().enumerate() {
                let _ = write!(
                    text,
                    "[bad.bad{index}]\nfrom = 'leaf.{}'\nfault = '{fault}'\n",
                    from.index(leaves.len())
                );
            }
            (text, cas.len() + leaves.len() + bads.len())
        },
    )
}

/// Words that blocks are made of, in any order.
fn soup() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(vec![
            "[ca.a]\n",
            "[ca.b]\n",
            "[leaf.c]\n",
            "[bad.d]\n",
            "[crl.a]\n",
            "[[expect]]\n",
            "cn = ",
            "issuer = ",
            "names = [",
            "]\n",
            "'a'\n",
            "'b'\n",
            "'c'\n",
            "\"d\"\n",
            "days = ",
            "1\n",
            "99999999999999999999\n",
            "-1\n",
            "from = ",
            "fault = ",
            "'revoked'\n",
            "'constraint'\n",
            "revoke = [",
            "'a', ",
            "'c', ",
            "verify = ",
            "permit = [",
            "'example.com', ",
            "'10.0.0.0/8', ",
            "'::1', ",
            "subject = { ",
            "O = 'x', ",
            " }\n",
            "use = ['client']\n",
            "csr = 'x'\n",
            "profile = 'mongodb-member'\n",
            "existing = true\n",
            "path_length = ",
            "emit = ['p12']\n",
            "password = ",
            "{ env = 'X' }\n",
            "<x>\n",
            "'<x>'\n",
            "dir = '.'\n",
            "key_file = ",
            "'../x'\n",
            "'ü', ",
            "'''",
            "\"\"\"",
            "\\",
            "#",
            "\r\n",
            "defaults = ",
            "{ days = 3 }\n",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,4}",
    ];
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_block_or_an_error(text in any::<String>()) {
        hold(&text)?;
    }

    #[test]
    fn any_words_of_blocks_are_a_block_or_an_error(text in soup()) {
        hold(&text)?;
    }

    #[test]
    fn a_block_that_is_right_is_read((text, items) in right()) {
        let (block, found, drawn) = of(&text);
        prop_assert!(!has_errors(&found), "{text}\n{drawn}");
        let block = block.expect("a block");
        prop_assert_eq!(block.items.len(), items);
        for item in &block.items {
            prop_assert!(text[item.id.at.clone()].contains(&item.id.value));
            if let Kind::Leaf(leaf) = &item.kind {
                prop_assert!(leaf.issuer.value < block.items.len() && !leaf.files.is_empty() && !leaf.uses.is_empty());
                prop_assert!(leaf.files.is_sorted_by_key(|file| file.output));
            }
        }
        hold(&text)?;
    }

    #[test]
    fn a_block_that_was_hurt_is_a_block_or_an_error(
        (text, _) in right(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, "\\PC{0,3}"), 1..4),
    ) {
        let mut text = text;
        for (at, length, instead) in cuts {
            let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let start = at.index(ends.len());
            let end = (start + length).min(ends.len() - 1);
            text.replace_range(ends[start]..ends[end], &instead);
        }
        hold(&text)?;
    }
}

/// A thousand of everything, right and wrong: quadratic parts would make this take minutes.
#[test]
fn a_large_block() {
    let mut text = "[ca.ca]\ncn = 'CA'\npermit = ['example.com']\n[crl.ca]\n".to_owned();
    for index in 0..1000 {
        let _ = write!(
            text,
            "[leaf.leaf{index}]\nissuer = 'ca'\ncn = 'host{index}.example.com'\n[bad.bad{index}]\nfrom = 'leaf{index}'\nfault = 'revoked'\n[[expect]]\nverify = 'bad{index}'\nerror = 'revoked'\n"
        );
    }
    assert_eq!(of(&text).0.map(|block| (block.items.len(), block.expects.len())), Some((2002, 1000)));
    let wrong =
        text.replace("from = 'leaf", "from = 'laef").replace("example.com'\n[bad", "example.org'\n[bad");
    let (block, found, _) = of(&wrong);
    assert!(block.is_none());
    assert_eq!(found.len(), 2000);
}

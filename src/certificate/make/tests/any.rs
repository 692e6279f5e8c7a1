//! Any right block yields certificates that verify.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{made, openssl::Files};

/// A leaf: which CA signs it, its algorithm, its names, whether it is a server, a client or both, its days.
type Leaf = (usize, usize, Vec<usize>, usize, u32);

const KEYS: [&str; 3] = ["p256", "ed25519", "p384"];
const NAMES: [&str; 6] =
    ["a.example.com", "*.b.example.com", "localhost", "127.0.0.1", "2001:db8::1", "x_y.example.com"];
const USES: [&str; 3] = ["\"server\"", "\"client\"", "\"server\", \"client\""];

fn leaves() -> impl Strategy<Value = Vec<Leaf>> {
    let names = proptest::sample::subsequence((0..NAMES.len()).collect::<Vec<_>>(), 1..NAMES.len());
    proptest::collection::vec((0..4_usize, 0..3_usize, names, 0..3_usize, 1..400_u32), 1..4)
}

/// A root and up to three CAs, each below one before it; some list what they permit.
fn block(parents: &[(usize, usize, bool)], leaves: &[Leaf]) -> String {
    let mut text = "[ca.ca0]\ncn = \"CA 0\"\nkey = \"p256\"\ndays = 400\n".to_owned();
    for (index, (parent, key, permits)) in parents.iter().enumerate() {
        let (id, parent, key) = (index + 1, parent % (index + 1), KEYS[*key]);
        let _ = write!(
            text,
            "[ca.ca{id}]\ncn = \"CA {id}\"\nissuer = \"ca{parent}\"\nkey = \"{key}\"\ndays = 400\n"
        );
        if *permits {
            text.push_str("permit = [\"example.com\", \"localhost\", \"127.0.0.0/8\", \"2001:db8::/32\"]\n");
        }
    }
    for (index, (ca, key, names, uses, days)) in leaves.iter().enumerate() {
        let names: Vec<String> = names.iter().map(|name| format!("\"{}\"", NAMES[*name])).collect();
        let (ca, key, uses) = (ca % (parents.len() + 1), KEYS[*key], USES[*uses]);
        let _ = write!(
            text,
            "[leaf.leaf{index}]\nissuer = \"ca{ca}\"\ncn = \"Leaf {index}\"\nkey = \"{key}\"\nnames = [{}]\nuse = [{uses}]\n\
             days = {days}\nemit = [\"key\", \"csr\", \"crt\", \"chain\"]\n[[expect]]\nverify = \"leaf{index}\"\n",
            names.join(", ")
        );
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_a_right_block_verifies(
        parents in proptest::collection::vec((0..3_usize, 0..3_usize, any::<bool>()), 0..4),
        leaves in leaves(),
    ) {
        let text = block(&parents, &leaves);
        let made = made(&text);
        prop_assert_eq!(&made.failures, &[], "{}", text);
        let files = Files::of(&made);
        for (index, (_, _, _, uses, _)) in leaves.iter().enumerate() {
            let purposes: &[&str] = [&["sslserver"][..], &["sslclient"], &["sslserver", "sslclient"]][*uses];
            for purpose in purposes {
                files.ok(&format!(
                    "verify -x509_strict -purpose {purpose} -CAfile ca0.crt -untrusted leaf{index}-chain.crt leaf{index}.crt"
                ));
            }
            files.ok(&format!("req -verify -noout -in leaf{index}.csr"));
        }
    }
}

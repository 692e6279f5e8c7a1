//! What a block says of each certificate, field by field, in the words of the receipt: for who holds two blocks against
//! each other.

use super::{
    Algorithm, At, Block, Ca, Expect, Item, Kind, Leaf, Request, Use,
    make::receipt::{days, host, key, names, signature, subject},
};

/// What a block says of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The kind of table: `ca`, `leaf`, `bad`, `crl`.
    pub kind: &'static str,
    /// Its id, and where that stands.
    pub id: At<String>,
    /// Fields with their texts, in the order of the receipt. Nothing secret.
    pub fields: Vec<(&'static str, String)>,
    /// Whether more is true of it than the block says: it is there already, or a request says the rest.
    pub open: bool,
    /// Its files, as paths from the block's directory.
    pub files: Vec<String>,
}

/// What `block` says of its items, in their order.
#[must_use]
pub fn described(block: &Block) -> Vec<Described> {
    block.items.iter().enumerate().map(|(index, item)| of(block, index, item)).collect()
}

fn of(block: &Block, index: usize, item: &Item) -> Described {
    let mut fields = Vec::new();
    let names = |files: &[super::File]| files.iter().map(|file| file.name.value.clone()).collect();
    let (kind, open, files) = match &item.kind {
        Kind::Ca(ca) => {
            authority(block, ca, &mut fields);
            ("ca", ca.existing, vec![ca.key_file.value.clone(), ca.crt_file.value.clone()])
        }
        Kind::Leaf(leaf) => {
            certificate(block, leaf, &mut fields);
            ("leaf", matches!(leaf.request, Request::Csr(_)), names(&leaf.files))
        }
        Kind::Bad(bad) => {
            fields.push(("from", id(block, bad.from.value)));
            fields.push(("fault", bad.fault.value.word().to_owned()));
            ("bad", false, names(&bad.files))
        }
        Kind::Crl(crl) => {
            let mut revoked: Vec<String> = crl.revoke.iter().map(|item| id(block, item.value)).collect();
            revoked.sort();
            fields.push(("revoke", revoked.join(", ")));
            fields.push(("validity", days(crl.days.value)));
            ("crl", false, vec![crl.file.value.clone()])
        }
    };
    let mut claims: Vec<String> =
        block.expects.iter().filter(|claim| claim.verify.value == index).map(claimed).collect();
    claims.sort();
    if !claims.is_empty() {
        fields.push(("expect", claims.join("; ")));
    }
    Described { kind, id: item.id.clone(), fields, open, files }
}

fn authority(block: &Block, ca: &Ca, fields: &mut Vec<(&'static str, String)>) {
    if ca.existing {
        return;
    }
    fields.push(("subject", subject(&ca.subject)));
    fields.push(("issuer", ca.issuer.map_or("self".to_owned(), |issuer| id(block, issuer))));
    fields.push(("key", key(Some(ca.key)).to_owned()));
    fields.push(("key file", if ca.password.is_some() { "encrypted" } else { "plain" }.to_owned()));
    let signer = ca.issuer.map_or(Some(ca.key), |issuer| key_of(block, issuer));
    fields.extend(signer.map(|signer| ("signed", signature(Some(signer)).to_owned())));
    fields.push(("validity", days(ca.days.value)));
    fields.push(("path length", ca.path_length.to_string()));
    let mut permit: Vec<String> = ca.permit.iter().map(|name| names([&name.value])).collect();
    permit.sort();
    fields.push(("permit", permit.join(", ")));
}

fn certificate(block: &Block, leaf: &Leaf, fields: &mut Vec<(&'static str, String)>) {
    if let Request::New { subject: named, key: algorithm, password } = &leaf.request {
        fields.push(("subject", subject(named)));
        fields.push(("key", key(Some(*algorithm)).to_owned()));
        fields.push(("key file", if password.is_some() { "encrypted" } else { "plain" }.to_owned()));
        // Their order means nothing to a client.
        let mut all: Vec<String> = leaf.names.iter().map(|name| names([&name.value])).collect();
        all.sort();
        fields.push(("names", all.join(", ")));
    }
    fields.push(("issuer", id(block, leaf.issuer.value)));
    let signer = key_of(block, leaf.issuer.value);
    fields.extend(signer.map(|signer| ("signed", signature(Some(signer)).to_owned())));
    fields.push(("validity", days(leaf.days.value)));
    let mut uses: Vec<&str> = leaf.uses.iter().map(|one| used(*one)).collect();
    uses.sort_unstable();
    fields.push(("use", uses.join(", ")));
    fields.push(("profile", if leaf.mongodb_member { "mongodb-member" } else { "" }.to_owned()));
}

/// The key with which an item signs; `None` where only a run can tell.
fn key_of(block: &Block, item: usize) -> Option<Algorithm> {
    match &block.items.get(item)?.kind {
        Kind::Ca(ca) if !ca.existing => Some(ca.key),
        _ => None,
    }
}

fn id(block: &Block, item: usize) -> String {
    block.items.get(item).map(|item| item.id.value.clone()).unwrap_or_default()
}

fn used(one: Use) -> &'static str {
    match one {
        Use::Server => "server",
        Use::Client => "client",
    }
}

/// `ok as server for localhost`, `rejected as client: wrong-eku`.
fn claimed(claim: &Expect) -> String {
    let asked = claim.host.as_ref().map(|name| format!(" for {}", host(&name.value))).unwrap_or_default();
    let role = used(claim.as_);
    match &claim.error {
        Some(fault) => format!("rejected as {role}{asked}: {}", fault.value.word()),
        None => format!("ok as {role}{asked}"),
    }
}

#[cfg(test)]
mod tests {
    use super::described;
    use crate::{certificate::read, source::Fragments, source::Sources};

    #[test]
    fn all_that_a_block_says() {
        let toml = "dir = '/c'\n[ca.root]\ncn = 'Root'\nkey = 'p256'\npassword = 'not shown'\npermit = ['example.com']\n[ca.old]\nexisting = true\n[leaf.web]\nissuer = 'root'\ncn = 'web'\nnames = ['b.example.com', 'a.example.com']\ndays = 30\nuse = ['server', 'client']\n[leaf.signed]\nissuer = 'old'\ncsr = 'x.csr'\n[bad.web-old]\nfrom = 'web'\nfault = 'expired'\n[crl.root]\nrevoke = ['web']\n[[expect]]\nverify = 'web'\n[[expect]]\nverify = 'web'\nhost = 'x.org'\nerror = 'wrong-host'\n";
        let mut sources = Sources::new();
        let mut text = Fragments::new(sources.add("p.md", toml), 0);
        text.push(toml, 0);
        let mut found = Vec::new();
        let block = read(&text, &mut found).unwrap_or_else(|| panic!("{found:?}"));
        let lines: Vec<String> = described(&block)
            .into_iter()
            .map(|one| {
                let fields: Vec<String> =
                    one.fields.iter().map(|(name, text)| format!("{name}={text}")).collect();
                let open = if one.open { " open" } else { "" };
                format!(
                    "{} {}{open}: {} | {}",
                    one.kind,
                    one.id.value,
                    fields.join("; "),
                    one.files.join(" ")
                )
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        ca root: subject=CN=Root; issuer=self; key=P-256; key file=encrypted; signed=ecdsa-with-SHA256; validity=365 days; path length=0; permit=DNS:example.com | root.key root.crt
        ca old open:  | old.key old.crt
        leaf web: subject=CN=web; key=RSA-2048; key file=plain; names=DNS:a.example.com, DNS:b.example.com; issuer=root; signed=ecdsa-with-SHA256; validity=30 days; use=client, server; profile=; expect=ok as server; rejected as server for x.org: wrong-host | web.key web.crt
        leaf signed open: issuer=old; validity=365 days; use=server; profile= | signed.crt
        bad web-old: from=web; fault=expired | web-old.key web-old.crt web-old.pem
        crl root: revoke=web; validity=30 days | root.crl
        ");
    }
}

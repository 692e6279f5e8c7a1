//! How mistakes look, many in one block.

use super::of;

const CASES: [(&str, &str); 11] = [
    ("syntax", "[ca.a]\ncn = Test CA\nkey = 'p256\n[ca.b]\ncn = 'B'\ncn = 'C'\n[ca.b]\ncn = 'B'\n"),
    (
        "tables",
        "dirs = '/opt'\npermit = ['a']\n[ca]\ncn = 'A'\n[leaf.www.example.com]\nissuer = 'a'\n[leaf.'a b']\nissuer = 'c'\ncn = 'localhost'\n[ca.c]\ncn = 'C'\npathlen = 1\npath_length = 1\n[ca.d]\nexisting = true\ncn = 'D'\n",
    ),
    (
        "types",
        "[ca.a]\ncn = 5\ndays = '365'\npermit = 'example.com'\npath_length = 300\npassword = ''\n[leaf.b]\nissuer = 'a'\ncn = 'localhost'\nuse = 'server'\ndays = 0\nkey = 'prime256v1'\nemit = ['key', 'pfx']\nsubject = 'O=Example, C=US'\n",
    ),
    (
        "subject",
        "[ca.a]\ncn = 'A'\nsubject = { C = 'USA', CN = 'B', o = 'Example', OU = 'this name of an organizational unit is longer than sixty-four characters' }\n[leaf.b]\nissuer = 'a'\ncn = 'a'\nsubject = { E = 'x@y', emailAddress = 'a@example.com', foo = '' }\n",
    ),
    (
        "names",
        "[ca.a]\ncn = 'A'\n[leaf.b]\nissuer = 'a'\ncn = 'My Server'\nnames = [\n  'bücher.example',\n  'https://example.com:443/',\n  'DNS:localhost',\n  'localhost 127.0.0.1',\n  'localhost:27017',\n  '*.com',\n  '127.0.0.256',\n  '10.0.0.0/8',\n  'localhost',\n  'LOCALHOST',\n]\n[leaf.c]\nissuer = 'a'\ncn = 'My Server'\n",
    ),
    (
        "permit",
        "[ca.a]\ncn = 'A'\npermit = ['localhost', 'example.com', '10.0.0.0/8']\n[ca.b]\nissuer = 'a'\ncn = 'B'\npermit = ['example.org']\n[leaf.c]\nissuer = 'b'\ncn = 'mongod.example.net'\n[leaf.d]\nissuer = 'a'\ncn = 'mongod.example.net'\nnames = ['mongod.example.net', '127.0.0.1']\n",
    ),
    (
        "issuers",
        "[ca.a]\ncn = 'A'\nissuer = 'b'\n[ca.b]\ncn = 'B'\nissuer = 'a'\n[ca.root]\ncn = 'Root'\ndays = 30\npath_length = 0\n[ca.sub]\nissuer = 'root'\ncn = 'Root'\ndays = 30\n[ca.below]\nissuer = 'sub'\ncn = 'Below'\ndays = 30\n[leaf.x]\nissuer = 'rot'\ncn = 'x'\n[leaf.y]\nissuer = 'x'\ncn = 'y'\n[leaf.z]\nissuer = 'root'\ncn = 'z'\n",
    ),
    (
        "files",
        "dir = ''\n[ca.a]\ncn = 'A'\nkey_file = '/etc/a.key'\ncrt_file = '..\\a.crt'\n[leaf.b]\nissuer = 'a'\ncn = 'b'\nkey_file = 'keys\\b.key'\npem_file = 'b.pem'\n[leaf.B]\nissuer = 'a'\ncn = 'b'\n[leaf.c]\nissuer = 'a'\ncn = 'b'\ncrt_file = 'b.key'\n",
    ),
    (
        "requests",
        "[ca.a]\ncn = 'A'\n[leaf.b]\nissuer = 'a'\ncsr = 'b.csr'\ncn = 'b'\nemit = ['key', 'crt']\nprofile = 'mongodb-member'\n[leaf.c]\nissuer = 'a'\ncn = 'c'\nemit = ['p12']\n",
    ),
    (
        "faults",
        "[ca.a]\ncn = 'A'\n[leaf.b]\nissuer = 'a'\ncn = 'b'\n[bad.b1]\nfrom = 'b'\nfault = 'exprired'\n[bad.b2]\nfrom = 'b1'\nfault = 'revoked'\n[bad.b3]\nfrom = 'b'\nfault = 'revoked'\n[bad.b4]\nfrom = 'b'\nfault = 'constraint'\n[ca.o]\ncn = 'O'\n[crl.o]\nrevoke = ['b', 'b5']\n[[expect]]\nverify = 'a'\nhost = 'https://b'\nerror = 'unknown-ca'\n",
    ),
    (
        "member",
        "defaults = { days = 1000 }\n[ca.a]\ncn = 'A'\n[leaf.b]\nissuer = 'a'\ncn = 'b.example.com'\nnames = ['localhost']\nuse = ['server']\nprofile = 'mongodb-member'\n[leaf.c]\nissuer = 'a'\ncn = 'c.example.com'\ndays = 1001\n",
    ),
];

#[test]
fn pictures() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("pictures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, text) in CASES {
            insta::assert_snapshot!(name, of(text).2);
        }
    });
}

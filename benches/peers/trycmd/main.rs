//! trycmd is a library for a crate's own tests; this is the smallest program around it.
//!
//! usage: trycmd-peer DOCUMENT...

use std::path::Path;

fn main() {
    let cases = trycmd::TestCases::new();
    // It runs no shell, and only programs that are named to it.
    for name in ["echo", "true", "sleep", "bash"] {
        cases.register_bin(name, Path::new("/bin").join(name));
    }
    for document in std::env::args_os().skip(1) {
        cases.case(document);
    }
    // The documents run when `cases` is dropped; one that fails is a panic (exit status 101).
}

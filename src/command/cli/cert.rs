//! `tutor cert` as typed.

use std::path::PathBuf;

use clap::Args;

use super::super::options::{self, Command};

pub(super) const EXAMPLES: &str = "\
Examples:
  tutor cert pki.toml               make what pki.toml says, in the directory that it names (else in this one)
  tutor cert pki.toml --dir certs   make it in certs/

A file of three lines makes a CA and a server certificate for localhost:
  [ca.ca]
  cn = \"Test CA\"
  [leaf.server]
  issuer = \"ca\"
  cn = \"localhost\"

No file is ever replaced unless the file says `replace = true`, and no trust store is touched.

Exit status: 0 made; 1 made, and an `[[expect]]` does not hold; 2 the file is wrong, and nothing was made.";

#[derive(Debug, Args)]
pub(super) struct Cert {
    /// What to make: the text of a tutorial's certificate block, as a file
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    /// Where to; default: the file's `dir`, else the current directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Cert {
    pub(super) fn resolve(self) -> Command {
        Command::Cert(options::Cert { file: self.file, dir: self.dir })
    }
}

//! From a block to its files and its receipt.

mod authority;
mod existing;
mod given;
mod keys;
mod params;
mod product;
pub(super) mod receipt;
mod request;
mod signed;
#[cfg(test)]
mod tests;
mod verify;
mod workshop;

use std::time::SystemTime;

use super::{At, Block, Refusal};

/// What a block needs of the machine.
pub trait Inputs {
    /// A variable of the caller.
    fn env(&self, name: &str) -> Option<String>;

    /// What the file `name`, a path from the block's directory, holds; `None` where there is none.
    ///
    /// # Errors
    /// In the system's own words.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String>;

    /// Whether something of that name is there.
    fn exists(&self, name: &str) -> bool;
}

/// All that a block makes. Nothing of it is written yet.
#[derive(Debug)]
pub struct Made {
    /// The files, in the order of the receipt.
    pub files: Vec<NewFile>,
    /// What a person sees, and what is recorded: nothing that varies, nothing secret.
    pub receipt: String,
    /// What varies of the certificates, for programs that ask.
    pub certificates: Vec<Issued>,
    /// Claims that don't hold, in the order of the page.
    pub failures: Vec<Refusal>,
}

/// A file that is to be written whole or not at all.
pub struct NewFile {
    /// Its path from the block's directory, with `/`.
    pub name: String,
    /// Permission bits: 0600 where it holds a private key.
    pub mode: u32,
    /// What it holds.
    pub bytes: zeroize::Zeroizing<Vec<u8>>,
}

/// What varies of a certificate. All of it is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The id of its table.
    pub id: String,
    /// Its serial number, hex, in pairs of digits.
    pub serial: String,
    /// From when, RFC 3339, UTC.
    pub not_before: String,
    /// Until when, RFC 3339, UTC.
    pub not_after: String,
    /// SHA-256 of the whole certificate, hex.
    pub sha256: String,
}

/// Makes all that `block` says, as of `now`.
///
/// Several keys are made at once, on threads. No file is read but those that the block names, and none is written.
///
/// # Errors
/// What only a run can know: a file that is there, an unset variable, a request that can't be signed, a password that
/// does not fit, a certificate that does not fit its key.
pub fn make(block: &Block, inputs: &dyn Inputs, now: SystemTime) -> Result<Made, Refusal> {
    workshop::Workshop::open(block, inputs, now)?.make()
}

/// A file that another step made.
fn read(inputs: &dyn Inputs, file: &At<String>) -> Result<zeroize::Zeroizing<Vec<u8>>, Refusal> {
    let refused = |message: String, help: Option<&str>| Refusal {
        code: "unreadable-input",
        message,
        at: file.at.clone(),
        label: "this file".to_owned(),
        help: help.map(str::to_owned),
    };
    match inputs.read(&file.value) {
        Ok(Some(bytes)) => Ok(zeroize::Zeroizing::new(bytes)),
        Ok(None) => {
            let help = "a step before this one makes it, in the block's `dir`";
            Err(refused(format!("there is no file `{}`", file.value), Some(help)))
        }
        Err(why) => Err(refused(format!("`{}` could not be read: {why}", file.value), None)),
    }
}

impl std::fmt::Debug for NewFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, mode) = (&self.name, format_args!("{:o}", self.mode));
        formatter.debug_struct("NewFile").field("name", name).field("mode", &mode).finish_non_exhaustive()
    }
}

//! What blocks make, held against OpenSSL itself.

mod any;
mod artefacts;
mod faults;
mod given;
mod openssl;
mod receipts;
mod refusals;

use std::{collections::HashMap, time::SystemTime};

use super::{Inputs, Made, make};
use crate::certificate::{Block, Refusal, read_plain};

/// A machine with some files and variables.
#[derive(Default)]
struct Machine {
    files: HashMap<String, Vec<u8>>,
    variables: HashMap<String, String>,
}

impl Machine {
    fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(name.to_owned(), bytes.into());
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl Inputs for Machine {
    fn env(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        match self.files.get(name) {
            Some(bytes) if bytes == b"unreadable" => Err("Permission denied (os error 13)".to_owned()),
            found => Ok(found.cloned()),
        }
    }

    fn exists(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }
}

fn block(text: &str) -> Block {
    read_plain(text).unwrap_or_else(|error| panic!("{}: {}\n{text}", error.code, error.message))
}

fn made(text: &str) -> Made {
    made_on(text, &Machine::default())
}

fn made_on(text: &str, machine: &Machine) -> Made {
    make(&block(text), machine, SystemTime::now())
        .unwrap_or_else(|error| panic!("{}: {} ({:?})\n{text}", error.code, error.message, error.help))
}

fn refused(text: &str, machine: &Machine) -> Refusal {
    match make(&block(text), machine, SystemTime::now()) {
        Ok(made) => panic!("it was made:\n{}", made.receipt),
        Err(refusal) => refusal,
    }
}

/// What a refusal points at.
fn place<'t>(text: &'t str, refusal: &Refusal) -> &'t str {
    &text[refusal.at.clone()]
}

//! What varies or must not be shown gets a name. Text in, text out.

mod builtin;
mod clean;
mod encoded_pem;
mod forms;
mod hex;
mod lines;
mod long;
mod path;
mod pattern;
mod pem;
mod port;
mod redactor;
mod search;
mod secret;
mod shell;
mod stream;
mod suggest;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use long::left_out_mark;
pub use redactor::{Config, Redactor};
pub use stream::Stream;
pub use suggest::{Rule, suggest};

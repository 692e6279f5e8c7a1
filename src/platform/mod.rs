//! Operating systems, their variants, and the shells of the language.

mod shell;
mod system;

pub use shell::Shell;
pub use system::{Platform, System};

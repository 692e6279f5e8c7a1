//! The subcommands: each wires the other modules together.

/// The whole program: reads the arguments, does what they say.
#[must_use]
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}

//! The `tutor` program: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A session's supervisor is this same program, and must neither read nor print anything of its own.
    tutor::session::supervise_if_asked().map_or_else(tutor::command::main, ExitCode::from)
}

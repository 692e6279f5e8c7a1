//! The whole program: reads the arguments, does what they say, and says what went wrong.

use std::process::ExitCode;

use super::{
    accept, certificates, check, cli, error::CommandError, explain, list, merge, mutants, options::Command,
    reject, review, run,
};
use crate::report::{Color, Output};

/// The exit status where the command line, a tutorial or the machine is at fault.
pub(super) const WRONG: u8 = 2;

/// The whole program: reads the arguments, does what they say. The value is the exit status of the process:
/// 0 all well, 1 a tutorial did not pass, 2 the command line or a tutorial is wrong, 130 interrupted,
/// 143 terminated.
#[must_use]
pub fn main() -> ExitCode {
    let request = match cli::read(std::env::args_os()) {
        Ok(request) => request,
        Err(status) => return ExitCode::from(status),
    };
    let color = request.color;
    let done = match request.command {
        Command::Run(options) => run::run(&options, color),
        Command::Check(options) => check::check(&options, color),
        Command::Explain(code) => explain::explain(code.as_deref(), color),
        Command::List(options) => list::list(&options, color),
        Command::Mutants(options) => mutants::mutants(&options, color),
        Command::Merge(options) => merge::merge(&options, color),
        Command::Accept(options) => accept::accept(&options, color),
        Command::Reject(options) => reject::reject(&options, color),
        Command::Review(options) => review::review(&options, color),
        Command::Cert(options) => certificates::cert(&options, color),
        Command::Print(bytes) => print(&bytes, color),
    };
    ExitCode::from(done.unwrap_or_else(|error| {
        let mut output = Output::stderr(color);
        // Where standard error is gone too, the status has to say it alone.
        let _ = output.write(&error.drawn(output.color()));
        WRONG
    }))
}

/// Writes the last text of a command that ends with `status`. A reader who has closed the pipe has read enough.
pub(super) fn say(output: &mut Output, text: &str, status: u8) -> Result<u8, CommandError> {
    match output.write(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(CommandError::Write { target: output.name(), source: error })
        }
        _ => Ok(status),
    }
}

/// Writes what is for programs to read, without a line for people.
fn print(bytes: &[u8], color: Color) -> Result<u8, CommandError> {
    say(&mut Output::stdout(color), &String::from_utf8_lossy(bytes), 0)
}

/// `1 tutorial`, `2 tutorials`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

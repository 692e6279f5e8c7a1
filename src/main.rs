//! The `tutor` program: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    tutor::command::main()
}

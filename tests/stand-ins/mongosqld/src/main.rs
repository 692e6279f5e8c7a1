//! A stand-in for mongosqld, the MongoDB Connector for BI: MySQL's protocol in front, MongoDB's behind.

use std::process::ExitCode;

use crate::config::{ConfigError, Request};
use crate::log::{Component, Log};

mod catalog;
mod config;
mod error;
mod log;
mod pem;
mod server;
mod session;
mod sql;
mod upstream;
mod wire;

/// What `--version` and SQL clients are told.
pub(crate) const VERSION: &str = concat!("stand-in ", env!("CARGO_PKG_VERSION"));

/// The exit code for wrong options and configurations.
const BAD_OPTIONS: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let config = match config::read(&arguments) {
        Ok(Request::Serve(config)) => config,
        Ok(Request::Print(text)) => {
            say(&mut std::io::stdout(), &text);
            return ExitCode::SUCCESS;
        }
        Err(error @ ConfigError::Unusable(_)) => {
            say(&mut std::io::stderr(), &error.to_string());
            return ExitCode::FAILURE;
        }
        Err(error) => {
            say(&mut std::io::stderr(), &format!("{error}\ntry 'mongosqld --help' for more information"));
            return ExitCode::from(BAD_OPTIONS);
        }
    };
    match serve(*config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            say(&mut std::io::stderr(), &reason);
            ExitCode::FAILURE
        }
    }
}

/// Prints; a reader that has gone is no concern.
fn say(output: &mut impl std::io::Write, text: &str) {
    let _ = writeln!(output, "{text}");
}

/// Serves until a signal. Errors are of the start, in full.
fn serve(config: config::Config) -> Result<(), String> {
    let log = Log::open(&config.log).map_err(|error| format!("error opening log file: {error}"))?;
    let starting = format!("mongosqld starting: version={VERSION} pid={}", std::process::id());
    log.info(Component::Control, "initandlisten", &starting);
    log.info(Component::Control, "initandlisten", "this is a stand-in for mongosqld, not MongoDB's program");
    log.info(Component::Control, "initandlisten", &format!("options: {{{}}}", config.summary));
    if !config.security.enabled {
        log.info(
            Component::Control,
            "initandlisten",
            "** WARNING: Access control is not enabled for mongosqld.",
        );
    }
    let result = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("error starting server: {error}"))
        .and_then(|runtime| runtime.block_on(server::run(config, log.clone())));
    if let Err(reason) = &result {
        log.fatal(Component::Control, "initandlisten", reason);
    }
    result
}

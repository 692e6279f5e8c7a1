//! The command line.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::keys::{KEYS, Kind};
use super::settings::{Settings, Value, split};
use super::{ConfigError, settings};

/// What the command line asks for.
pub(super) enum Parsed {
    Print(String),
    Options(Flags),
}

/// The options of the command line.
#[derive(Default)]
pub(super) struct Flags {
    pub(super) config: Option<PathBuf>,
    pub(super) settings: Settings,
}

pub(super) fn parse(arguments: &[String]) -> Result<Parsed, ConfigError> {
    let mut flags = Flags::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let (name, given) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let mut value = || {
            given
                .clone()
                .or_else(|| rest.next().cloned())
                .ok_or_else(|| wrong(format!("expected argument for flag `{name}'")))
        };
        match name {
            "-h" | "--help" => return Ok(Parsed::Print(usage())),
            "--version" => {
                return Ok(Parsed::Print(format!("mongosqld ({}), not MongoDB's program", crate::VERSION)));
            }
            "--config" => flags.config = Some(PathBuf::from(value()?)),
            "--addr" => listen(&mut flags.settings, &value()?)?,
            _ if name.len() > 1 && name.trim_start_matches('-').trim_matches('v').is_empty() => {
                let level = i64::try_from(name.len() - 1).unwrap_or(1);
                flags.settings.set("systemLog.verbosity", Value::Number(level));
            }
            _ => {
                let known = KEYS.iter().find(|(.., flag)| {
                    !flag.is_empty() && name.strip_prefix("--").is_some_and(|name| name == *flag)
                });
                let Some((key, kind, _)) = known else {
                    return Err(wrong(format!("unknown flag `{}'", name.trim_start_matches('-'))));
                };
                let text = if *kind == Kind::Flag { "true".to_owned() } else { value()? };
                flags.settings.set(key, convert(name, *kind, text)?);
            }
        }
    }
    Ok(Parsed::Options(flags))
}

fn wrong(reason: String) -> ConfigError {
    ConfigError::Arguments(reason)
}

fn convert(name: &str, kind: Kind, text: String) -> Result<Value, ConfigError> {
    Ok(match kind {
        Kind::Text => Value::Text(text),
        Kind::Flag => Value::Flag(true),
        Kind::List => Value::List(split(&text)),
        Kind::Number => text
            .parse()
            .map(Value::Number)
            .map_err(|_| wrong(format!("invalid argument for flag `{name}' (expected int): {text}")))?,
    })
}

/// `--addr` names addresses and, at each or none, the one port.
fn listen(settings: &mut settings::Settings, text: &str) -> Result<(), ConfigError> {
    let mut hosts = Vec::new();
    for part in split(text) {
        let (host, port) = match part.rsplit_once(':') {
            Some((host, port)) => (host.trim_matches(['[', ']']).to_owned(), Some(port)),
            None => (part.clone(), None),
        };
        if let Some(port) = port {
            let number = port.parse().map_err(|_| wrong(format!("invalid port in `--addr': {part}")))?;
            settings.set("net.port", Value::Number(number));
        }
        hosts.push(host);
    }
    settings.set("net.bindIp", Value::List(hosts));
    Ok(())
}

fn usage() -> String {
    let mut text = format!(
        "mongosqld ({}): stands in for the MongoDB Connector for BI where tutorials are run.\n\
         It is not MongoDB's program, and answers simple SQL only.\n\n\
         Usage: mongosqld <options>\n\n\
         Options, and what they are called in a configuration file:",
        crate::VERSION
    );
    let own = [
        ("-h, --help", "this text"),
        ("--version", "the version of the stand-in"),
        ("--config <file>", "a configuration in YAML"),
        ("--addr <host:port>,…", "net.bindIp and net.port"),
        ("-v, -vv", "systemLog.verbosity: 1 or 2"),
    ];
    let of_keys = KEYS.iter().filter(|(.., flag)| !flag.is_empty()).map(|(key, kind, flag)| {
        (format!("--{flag}{}", if *kind == Kind::Flag { "" } else { " <value>" }), *key)
    });
    let all = own.iter().map(|(flag, meaning)| ((*flag).to_owned(), *meaning)).chain(of_keys);
    for (flag, meaning) in all {
        let _ = write!(text, "\n  {flag:<44} {meaning}");
    }
    text
}

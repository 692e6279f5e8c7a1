//! The configuration: what mongosqld's YAML file and flags say, checked as mongosqld checks it.

use std::path::{Path, PathBuf};

use crate::log::LogConfig;
use crate::pem::{PemError, ServerTls};
use crate::upstream::MongoConfig;

mod flags;
mod keys;
mod settings;

pub(crate) use settings::Settings;

/// What is wrong with the options, in one line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("error parsing command line options: {0}")]
    Arguments(String),
    #[error("unable to read configuration file: {}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: std::io::Error },
    #[error("unable to parse configuration file: {0}")]
    File(String),
    #[error("invalid options: {0}")]
    Invalid(String),
    #[error("error starting server: {0}")]
    Unusable(#[from] PemError),
}

impl From<String> for ConfigError {
    fn from(reason: String) -> Self {
        Self::Invalid(reason)
    }
}

/// What the command line asks for.
pub(crate) enum Request {
    /// To print a text and leave.
    Print(String),
    /// To serve.
    Serve(Box<Config>),
}

/// All that the program is told.
pub(crate) struct Config {
    pub(crate) log: LogConfig,
    pub(crate) addresses: Vec<String>,
    pub(crate) port: u16,
    pub(crate) tls: TlsMode,
    pub(crate) security: Security,
    pub(crate) mongodb: MongoConfig,
    pub(crate) sample: Sample,
    /// The settings that were given, without passwords, for the log.
    pub(crate) summary: String,
}

/// Whether SQL clients may, or must, encrypt.
#[derive(Clone)]
pub(crate) enum TlsMode {
    Disabled,
    Allowed(ServerTls),
    Required(ServerTls),
}

/// How SQL clients authenticate.
#[derive(Debug, Clone)]
pub(crate) struct Security {
    pub(crate) enabled: bool,
    pub(crate) mechanism: String,
    pub(crate) source: String,
}

/// From what the schema is made.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    /// Documents of a collection.
    pub(crate) size: i64,
    pub(crate) namespaces: Vec<String>,
    /// Seconds until the next sampling; 0 for none.
    pub(crate) refresh_seconds: u64,
}

/// Reads the command line, and the file that it names.
pub(crate) fn read(arguments: &[String]) -> Result<Request, ConfigError> {
    let flags = match flags::parse(arguments)? {
        flags::Parsed::Print(text) => return Ok(Request::Print(text)),
        flags::Parsed::Options(flags) => flags,
    };
    let mut settings = Settings::default();
    if let Some(path) = &flags.config {
        let text = std::fs::read_to_string(path)
            .map_err(|reason| ConfigError::Unreadable { path: path.clone(), reason })?;
        settings = settings::parse(&text).map_err(ConfigError::File)?;
    }
    settings.overlay(flags.settings);
    build(&settings).map(|config| Request::Serve(Box::new(config)))
}

fn build(settings: &Settings) -> Result<Config, ConfigError> {
    refuse(settings)?;
    let security = Security {
        enabled: settings.flag("security.enabled"),
        mechanism: settings.text_or("security.defaultMechanism", "SCRAM-SHA-1"),
        source: settings.text_or("security.defaultSource", "admin"),
    };
    let port = settings.number_or("net.port", 3307);
    Ok(Config {
        log: LogConfig {
            path: settings.text("systemLog.path").map(PathBuf::from),
            append: settings.flag("systemLog.logAppend"),
            quiet: settings.flag("systemLog.quiet"),
            verbosity: settings.number_or("systemLog.verbosity", 0),
        },
        addresses: settings.list_or("net.bindIp", &["127.0.0.1"]),
        port: u16::try_from(port).map_err(|_| format!("invalid port: {port}"))?,
        tls: tls_mode(settings)?,
        mongodb: MongoConfig::read(settings, &security)?,
        security,
        sample: sample(settings)?,
        summary: settings.summary(),
    })
}

/// What mongosqld can do and the stand-in can't: refused, not ignored.
fn refuse(settings: &Settings) -> Result<(), String> {
    if settings.flag("net.unixDomainSocket.enabled") {
        return Err("the stand-in can't listen on a socket of Unix: net.unixDomainSocket.enabled".to_owned());
    }
    if settings.flag("schema.sample.prejoin") {
        return Err("the stand-in can't map arrays: schema.sample.prejoin".to_owned());
    }
    match settings.text("schema.sample.uuidSubtype3Encoding") {
        None | Some("old") => {}
        Some(other) => return Err(format!("the stand-in can't read UUIDs of the encoding {other}")),
    }
    match settings.text("schema.sample.mode") {
        None | Some("read") => {}
        Some("write") => return Err("the stand-in can't store a schema: schema.sample.mode".to_owned()),
        Some(other) => return Err(format!("invalid schema sample mode: {other}")),
    }
    match settings.text("systemLog.logRotate") {
        None | Some("rename") => Ok(()),
        Some("reopen") if settings.flag("systemLog.logAppend") => Ok(()),
        Some("reopen") => Err("When using 'reopen' log rotation strategy, logAppend must be turned on with \
             --logAppend or in a configuration file at systemLog.logAppend"
            .to_owned()),
        Some(other) => Err(format!("Unsupported log rotation strategy '{other}'")),
    }
}

fn tls_mode(settings: &Settings) -> Result<TlsMode, ConfigError> {
    let mode = settings.text("net.ssl.mode").unwrap_or("disabled");
    if mode == "disabled" {
        if settings.any_below("net.ssl.", "net.ssl.mode") {
            return Err("when specifying SSL options, SSL must be enabled with --sslMode or in a \
                 configuration file at 'net.ssl.mode'"
                .to_owned()
                .into());
        }
        return Ok(TlsMode::Disabled);
    }
    if mode != "allowSSL" && mode != "requireSSL" {
        return Err(format!("invalid sslMode {mode}").into());
    }
    let key_file = settings
        .text("net.ssl.PEMKeyFile")
        .ok_or_else(|| "need sslPEMKeyFile when SSL is enabled".to_owned())?;
    minimum_version(settings, "net.ssl.minimumTLSVersion", "client")?;
    let authority = (!settings.flag("net.ssl.allowInvalidCertificates"))
        .then(|| settings.text("net.ssl.CAFile"))
        .flatten();
    let tls = ServerTls::load(
        key_file.as_ref(),
        settings.text("net.ssl.PEMKeyPassword"),
        authority.map(Path::new),
    )?;
    Ok(if mode == "requireSSL" { TlsMode::Required(tls) } else { TlsMode::Allowed(tls) })
}

/// Older versions than 1.2 are never spoken, whatever the configuration allows.
pub(crate) fn minimum_version(settings: &Settings, key: &'static str, side: &str) -> Result<(), String> {
    match settings.text(key) {
        None | Some("TLS1_0" | "TLS1_1" | "TLS1_2") => Ok(()),
        Some(other) => Err(format!("unsupported {side} minimum TLS version '{other}'")),
    }
}

fn sample(settings: &Settings) -> Result<Sample, String> {
    let size = settings.number_or("schema.sample.size", 1000);
    if size < 0 {
        return Err(format!("invalid sample size: {size}"));
    }
    let namespaces = settings.list_or("schema.sample.namespaces", &["*.*"]);
    for namespace in &namespaces {
        if !namespace.contains('.') {
            return Err(format!("invalid specification: '{namespace}' is no <database>.<collection>"));
        }
    }
    let old = settings.number_or("schema.sample.refreshIntervalSecs", 0);
    let refresh = settings.number_or("schema.refreshIntervalSecs", old);
    let refresh_seconds =
        u64::try_from(refresh).map_err(|_| format!("invalid refresh interval: {refresh}"))?;
    Ok(Sample { size, namespaces, refresh_seconds })
}

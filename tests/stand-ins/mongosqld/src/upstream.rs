//! The way to MongoDB: one client for sampling, and one for each SQL client, with that client's rights.

use std::path::PathBuf;
use std::time::Duration;

use mongodb::bson::doc;
use mongodb::options::{AuthMechanism, ClientOptions, Credential, Tls, TlsOptions};
use mongodb::{Client, error::Error};

use crate::config::{ConfigError, Security, Settings, minimum_version};
use crate::pem;

/// How long to look for a server to sample: soon enough for a reader of the log, for it is tried again.
const SAMPLING: Duration = Duration::from_secs(3);
/// How long a client waits at most.
const LOGIN: Duration = Duration::from_secs(10);

/// Where MongoDB is, and who the program is there.
#[derive(Debug, Clone)]
pub(crate) struct MongoConfig {
    pub(crate) uri: String,
    tls: Option<TlsOptions>,
    login: Option<Login>,
}

/// A user of MongoDB.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) source: String,
    pub(crate) mechanism: AuthMechanism,
}

impl MongoConfig {
    /// Reads and checks the settings below `mongodb`, and the files that they name.
    pub(crate) fn read(settings: &Settings, security: &Security) -> Result<Self, ConfigError> {
        let connections = settings.number_or("mongodb.net.numConnectionsPerSession", 2);
        if !(2..=10).contains(&connections) {
            return Err(format!(
                "invalid number of MongoDB connections: {connections} (must be between 2 and 10)"
            )
            .into());
        }
        let uri = settings.text_or("mongodb.net.uri", "mongodb://localhost:27017");
        let uri = if uri.contains("://") { uri } else { format!("mongodb://{uri}") };
        Ok(Self { uri, tls: tls(settings)?, login: admin(settings, security)? })
    }

    /// A client that samples: the user of the configuration, if there is one.
    pub(crate) async fn admin(&self) -> Result<Client, Error> {
        self.open(self.login.as_ref(), SAMPLING).await
    }

    /// A client with the rights of a user, or with none where nobody has to authenticate.
    ///
    /// # Errors
    ///
    /// Those of the driver: a server that can't be reached, TLS that fails, a user who is refused.
    pub(crate) async fn connect(&self, login: Option<&Login>) -> Result<Client, Error> {
        self.open(login, LOGIN).await
    }

    async fn open(&self, login: Option<&Login>, patience: Duration) -> Result<Client, Error> {
        let mut options = ClientOptions::parse(&self.uri).await?;
        options.app_name = Some(format!("mongosqld {}", crate::VERSION));
        options.server_selection_timeout = Some(patience);
        options.connect_timeout = Some(patience);
        options.direct_connection = Some(options.hosts.len() == 1);
        if let Some(tls) = &self.tls {
            options.tls = Some(Tls::Enabled(tls.clone()));
        }
        options.credential = login.map(|login| {
            Credential::builder()
                .username(login.user.clone())
                .password(login.password.clone())
                .source(login.source.clone())
                .mechanism(login.mechanism.clone())
                .build()
        });
        let client = Client::with_options(options)?;
        // Nothing is sent before the first command.
        client.database("admin").run_command(doc! { "ping": 1 }).await?;
        Ok(client)
    }
}

/// A mechanism by its name, of those where a password is known.
pub(crate) fn mechanism(name: &str) -> Option<AuthMechanism> {
    match name {
        "SCRAM-SHA-1" => Some(AuthMechanism::ScramSha1),
        "SCRAM-SHA-256" => Some(AuthMechanism::ScramSha256),
        "PLAIN" => Some(AuthMechanism::Plain),
        _ => None,
    }
}

fn admin(settings: &Settings, security: &Security) -> Result<Option<Login>, String> {
    let user = settings.text("mongodb.net.auth.username");
    let password = settings.text("mongodb.net.auth.password");
    let name = settings.text_or("mongodb.net.auth.mechanism", &security.mechanism);
    let mechanism =
        mechanism(&name).ok_or_else(|| format!("unsupported sample authentication mechanism '{name}'"))?;
    match (security.enabled, user, password) {
        (false, None, None) => Ok(None),
        (false, ..) => Err("when specifying admin authentication credentials, auth must be enabled with \
             --auth or in a config file at 'security.enabled'"
            .to_owned()),
        (true, Some(user), Some(password)) => Ok(Some(Login {
            user: user.to_owned(),
            password: password.to_owned(),
            source: settings.text_or("mongodb.net.auth.source", &security.source),
            mechanism,
        })),
        (true, ..) => Err("when authentication is enabled, admin credentials must be provided with \
             --mongo-username and --mongo-password or in a config file at 'mongodb.net.auth'"
            .to_owned()),
    }
}

fn tls(settings: &Settings) -> Result<Option<TlsOptions>, ConfigError> {
    if !settings.flag("mongodb.net.ssl.enabled") {
        if settings.any_below("mongodb.net.ssl.", "mongodb.net.ssl.enabled") {
            return Err("when specifying MongoDB SSL options, SSL must be enabled with --mongo-ssl or in a \
                 configuration file at 'mongodb.net.ssl.enabled'"
                .to_owned()
                .into());
        }
        return Ok(None);
    }
    minimum_version(settings, "mongodb.net.ssl.minimumTLSVersion", "mongo")?;
    let authority = settings.text("mongodb.net.ssl.CAFile").map(PathBuf::from);
    if let Some(path) = &authority {
        pem::load_authority(path)?;
    }
    // Without an authority the server is taken as it is, as mongosqld does.
    let invalid = settings.flag("mongodb.net.ssl.allowInvalidCertificates") || authority.is_none();
    if settings.flag("mongodb.net.ssl.allowInvalidHostnames") && !invalid {
        return Err("the stand-in can't check a certificate but for its host: \
             mongodb.net.ssl.allowInvalidHostnames"
            .to_owned()
            .into());
    }
    let key_file = settings.text("mongodb.net.ssl.PEMKeyFile").map(PathBuf::from);
    let password = settings.text("mongodb.net.ssl.PEMKeyPassword");
    if let Some(path) = &key_file {
        pem::load_pair(path, password)?;
    }
    Ok(Some(
        TlsOptions::builder()
            .allow_invalid_certificates(invalid)
            .ca_file_path(authority)
            .cert_key_file_path(key_file)
            .tls_certificate_key_file_password(password.map(|password| password.as_bytes().to_vec()))
            .build(),
    ))
}

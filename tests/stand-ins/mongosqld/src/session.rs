//! One SQL client, from its first packet to its last.

use std::io;
use std::sync::Arc;

use mongodb::Client;
use percent_encoding::percent_decode_str;

use crate::catalog::Catalog;
use crate::config::TlsMode;
use crate::error::{SqlError, is_authentication, reason};
use crate::log::Component;
use crate::pem::{ServerTls, TlsFacts};
use crate::server::Service;
use crate::sql::{self, Answer, Statement};
use crate::upstream::{Login, mechanism};
use crate::wire::{Output, Response, Stream, Wire, greeting, parse_response, wants_tls};

/// The version of MySQL that clients take this for.
pub(crate) const MYSQL_VERSION: &str = concat!("5.7.12 mongosqld stand-in ", env!("CARGO_PKG_VERSION"));
/// How passwords come: as they are.
const CLEAR_PASSWORD: &str = "mysql_clear_password";
/// What mongosqld offers first. Clients that don't have it wait to be asked for another way.
const MONGOSQL_AUTH: &str = "mongosql_auth";

/// Bytes that open commands.
mod command {
    pub(super) const QUIT: u8 = 0x01;
    pub(super) const INIT_DB: u8 = 0x02;
    pub(super) const QUERY: u8 = 0x03;
    pub(super) const FIELD_LIST: u8 = 0x04;
    pub(super) const PING: u8 = 0x0e;
    pub(super) const PREPARE: u8 = 0x16;
}

/// A client that may ask.
struct Session<'a> {
    service: &'a Service,
    context: String,
    number: u32,
    user: String,
    client: Client,
    /// What the client's user may read.
    catalog: Catalog,
    database: Option<String>,
    tls: Option<TlsFacts>,
}

/// Serves a client. The error is for the log; the client has been told.
pub(crate) async fn serve(stream: Stream, number: u32, service: &Service) -> Result<(), String> {
    let wire = Wire::new(stream);
    let (mut wire, begun) =
        begin(wire, number, service).await.map_err(|error| format!("handshake error: {error}"))?;
    let mut session = match begun {
        Ok(session) => session,
        Err(Refusal { error, log }) => {
            let sent = wire.error(&error).await;
            wire.close().await;
            sent.map_err(|error| format!("handshake error: {error}"))?;
            return Err(format!("handshake error: {log}"));
        }
    };
    let result = session.run(&mut wire).await;
    session.client.clone().shutdown().await;
    wire.close().await;
    result.map_err(|error| format!("client read error: {error}"))
}

/// Why a client may not ask: what it is told, and what the log is.
struct Refusal {
    error: SqlError,
    log: String,
}

impl From<SqlError> for Refusal {
    fn from(error: SqlError) -> Self {
        let log = format!("ERROR {} ({}): {}", error.code, error.state, error.message);
        Self { error, log }
    }
}

type Begun<'a> = Result<Session<'a>, Refusal>;

/// The handshake, encryption and authentication.
async fn begin(mut wire: Wire, number: u32, service: &Service) -> io::Result<(Wire, Begun<'_>)> {
    let tls = match &service.config.tls {
        TlsMode::Disabled => None,
        TlsMode::Allowed(tls) | TlsMode::Required(tls) => Some(tls),
    };
    let plugin = if service.config.security.enabled { MONGOSQL_AUTH } else { "mysql_native_password" };
    wire.send(&greeting(number, MYSQL_VERSION, plugin, tls.is_some())).await?;
    let mut packet = read(&mut wire).await?;
    let wrong = |reason: &str| {
        Refusal::from(SqlError::handshake(&format!("recv handshake response error: {reason}")))
    };
    let encrypted = match wants_tls(&packet) {
        Ok(encrypted) => encrypted,
        Err(reason) => return Ok((wire, Err(wrong(reason)))),
    };
    let mut facts = None;
    match tls {
        Some(tls) if encrypted => {
            let (secured, agreed) = encrypt(wire, tls).await?;
            (wire, facts) = (secured, Some(agreed));
            packet = read(&mut wire).await?;
        }
        None if encrypted => {
            return Ok((wire, Err(wrong("SSL handshake received but server is started without SSL"))));
        }
        _ if matches!(service.config.tls, TlsMode::Required(_)) => {
            return Ok((wire, Err(wrong("This server is configured to only allow SSL connections"))));
        }
        _ => {}
    }
    let response = match parse_response(&packet) {
        Ok(response) => response,
        Err(reason) => return Ok((wire, Err(wrong(reason)))),
    };
    let begun = admit(&mut wire, response, facts, number, service).await?;
    Ok((wire, begun))
}

/// A packet that has to come.
async fn read(wire: &mut Wire) -> io::Result<Vec<u8>> {
    wire.read().await?.ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "EOF"))
}

async fn encrypt(wire: Wire, tls: &ServerTls) -> io::Result<(Wire, TlsFacts)> {
    let (stream, sequence) = wire.into_parts();
    let stream = tls
        .acceptor
        .accept(stream)
        .await
        .map_err(|error| io::Error::other(format!("ssl configuration error: {error}")))?;
    let facts = TlsFacts::of(stream.get_ref().1);
    Ok((Wire::resume(Box::new(stream), sequence), facts))
}

/// Lets a client in, with the rights of its user.
async fn admit<'a>(
    wire: &mut Wire,
    response: Response,
    tls: Option<TlsFacts>,
    number: u32,
    service: &'a Service,
) -> io::Result<Begun<'a>> {
    let Some(all) = service.catalog() else {
        return Ok(Err(SqlError::handshake("MongoDB schema not yet available").into()));
    };
    let security = &service.config.security;
    let context = format!("conn{number}");
    let login = if security.enabled {
        if tls.is_none() {
            return Ok(Err(SqlError::plain_password().into()));
        }
        let password = password(wire, &response).await?;
        match login(&response.user, password, service) {
            Ok(login) => Some(login),
            Err(log) => return Ok(Err(Refusal { error: SqlError::access_denied(&response.user), log })),
        }
    } else {
        None
    };
    let user = login.as_ref().map(|login| login.user.clone()).unwrap_or_default();
    let client = match service.config.mongodb.connect(login.as_ref()).await {
        Ok(client) => client,
        Err(error) => {
            let told = if is_authentication(&error) {
                SqlError::access_denied(&response.user)
            } else {
                SqlError::no_connection()
            };
            return Ok(Err(Refusal { error: told, log: reason(&error) }));
        }
    };
    if let Some(login) = &login {
        let message = format!("successfully authenticated as principal {} on {}", login.user, login.source);
        service.log.admin(Component::Network, &context, &message);
    }
    let catalog = match all.readable(&client).await {
        Ok(catalog) => catalog,
        Err(error) => {
            let reason = format!("error retrieving information from MongoDB: {}", reason(&error));
            return Ok(Err(SqlError::handshake(&reason).into()));
        }
    };
    let mut session = Session { service, context, number, user, client, catalog, database: None, tls };
    if let Some(name) = &response.database
        && let Err(error) = session.select(name)
    {
        let reason = format!("error using database {name}: {}", error.message);
        return Ok(Err(SqlError::handshake(&reason).into()));
    }
    wire.ok().await?;
    Ok(Ok(session))
}

/// The client's password, asked for again where it came in another form.
async fn password(wire: &mut Wire, response: &Response) -> io::Result<String> {
    let mut password = response.password.clone();
    if response.plugin != CLEAR_PASSWORD || password.is_empty() {
        wire.switch_plugin(CLEAR_PASSWORD).await?;
        password = read(wire).await?;
    }
    if password.last() == Some(&0) {
        password.pop();
    }
    Ok(String::from_utf8_lossy(&password).into_owned())
}

/// The user of MongoDB that a name such as `ann?source=admin&mechanism=SCRAM-SHA-256` means.
fn login(name: &str, password: String, service: &Service) -> Result<Login, String> {
    let security = &service.config.security;
    let mut login = Login {
        user: name.to_owned(),
        password,
        source: security.source.clone(),
        mechanism: mechanism(&security.mechanism).ok_or("unsupported default authentication mechanism")?,
    };
    let Some((user, options)) = name.split_once('?') else {
        return Ok(login);
    };
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    login.user = decode(user);
    for option in options.split('&') {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        let value = decode(value);
        match key.to_lowercase().as_str() {
            "source" => login.source = value,
            "mechanism" => {
                login.mechanism =
                    mechanism(&value).ok_or_else(|| format!("unsupported mechanism {value:?}"))?;
            }
            "servicename" | "servicerealm" => {}
            _ => return Err(format!("unknown authentication option {key:?}")),
        }
    }
    Ok(login)
}

impl Session<'_> {
    async fn run(&mut self, wire: &mut Wire) -> io::Result<()> {
        loop {
            wire.restart();
            let Some(packet) = wire.read().await? else {
                return Ok(());
            };
            let Some((&command, content)) = packet.split_first() else {
                wire.error(&SqlError::unknown_command()).await?;
                continue;
            };
            if command == command::QUIT {
                return Ok(());
            }
            self.answer(wire, command, content).await?;
        }
    }

    async fn answer(&mut self, wire: &mut Wire, command: u8, content: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(content);
        let result = match command {
            command::PING => return wire.ok().await,
            command::INIT_DB => self.select(&text).map(|()| Answer::Done),
            command::QUERY => self.query(&text).await,
            command::FIELD_LIST => match self.fields(&text) {
                Ok(columns) => return wire.fields(&columns).await,
                Err(error) => Err(error),
            },
            command::PREPARE => Err(SqlError::no_prepared_statements()),
            _ => Err(SqlError::unknown_command()),
        };
        match result {
            Ok(Answer::Done) => wire.ok().await,
            Ok(Answer::Rows(rows)) => wire.rows(&rows).await,
            Err(error) => {
                let message =
                    format!("dispatch error: ERROR {} ({}): {}", error.code, error.state, error.message);
                self.service.log.admin(Component::Network, &self.context, &message);
                wire.error(&error).await
            }
        }
    }

    async fn query(&mut self, text: &str) -> Result<Answer, SqlError> {
        self.service.log.developer(Component::Executor, &self.context, &format!("executing query: {text}"));
        match sql::parse(text)? {
            Statement::Use(name) => self.select(&name).map(|()| Answer::Done),
            Statement::FlushSample => self.flush().await.map(|()| Answer::Done),
            Statement::Other(statement) => {
                let asker = sql::Asker {
                    catalog: &self.catalog,
                    client: &self.client,
                    database: self.database.as_deref(),
                    user: &self.user,
                    number: self.number,
                    tls: self.tls.as_ref(),
                };
                asker.run(&statement).await
            }
        }
    }

    /// Samples anew, for all clients that come from now on, and for this one.
    async fn flush(&mut self) -> Result<(), SqlError> {
        let all: Arc<Catalog> =
            self.service.sample(&self.context).await.map_err(|reason| SqlError::handshake(&reason))?;
        self.catalog = all.readable(&self.client).await.map_err(|error| SqlError::mongodb(&error))?;
        Ok(())
    }

    /// Takes a database as the current one.
    fn select(&mut self, name: &str) -> Result<(), SqlError> {
        let known = self.catalog.databases.keys().find(|known| known.eq_ignore_ascii_case(name));
        let own = sql::OWN_DATABASES.iter().find(|own| own.eq_ignore_ascii_case(name));
        let found = known.cloned().or_else(|| own.map(|&own| own.to_owned()));
        self.database = Some(found.ok_or_else(|| SqlError::unknown_database(name))?);
        Ok(())
    }

    /// The columns of a table of the current database.
    fn fields(&self, content: &str) -> Result<Vec<Output>, SqlError> {
        let name = content.split('\0').next().unwrap_or_default();
        let database = self.database.as_deref().ok_or_else(SqlError::no_database)?;
        sql::table(&self.catalog, database, name).map(|(_, table)| sql::outputs(table))
    }
}

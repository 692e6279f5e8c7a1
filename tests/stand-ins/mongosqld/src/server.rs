//! The service: listens, samples the schema, and ends on a signal.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio::sync::mpsc;

use crate::catalog::Catalog;
use crate::config::Config;
use crate::error::reason;
use crate::log::{Component, Log};
use crate::session;

/// How long to wait before trying again to sample.
const RETRY: Duration = Duration::from_secs(5);

/// What all connections share.
pub(crate) struct Service {
    pub(crate) config: Config,
    pub(crate) log: Log,
    catalog: RwLock<Option<Arc<Catalog>>>,
    open: AtomicUsize,
    last: AtomicU32,
}

impl Service {
    /// The schema, once it is there.
    pub(crate) fn catalog(&self) -> Option<Arc<Catalog>> {
        self.catalog.read().ok().and_then(|catalog| catalog.clone())
    }

    /// Samples, and keeps what is found. Errors are told in a line.
    pub(crate) async fn sample(&self, context: &str) -> Result<Arc<Catalog>, String> {
        self.log.info(Component::Schema, context, "sampling MongoDB for schema...");
        let uri = &self.config.mongodb.uri;
        let connected = self.config.mongodb.admin().await;
        let client = connected
            .map_err(|error| format!("failed to connect to MongoDB at {uri}: {}", reason(&error)))?;
        let sampled = Catalog::sample(&client, &self.config.sample).await;
        client.shutdown().await;
        let catalog = Arc::new(sampled.map_err(|error| reason(&error))?);
        self.log.info(Component::Schema, context, &catalog.summary());
        if let Ok(mut kept) = self.catalog.write() {
            *kept = Some(Arc::clone(&catalog));
        }
        Ok(catalog)
    }

    fn entered(&self) -> usize {
        self.open.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn left(&self) -> usize {
        self.open.fetch_sub(1, Ordering::Relaxed).saturating_sub(1)
    }
}

/// Serves until a signal. The error says why there is nothing to serve.
pub(crate) async fn run(config: Config, log: Log) -> Result<(), String> {
    let mut signals = signals().map_err(|error| format!("error starting server: {error}"))?;
    let mut listeners = Vec::new();
    for address in &config.addresses {
        listeners.push(listen(address, config.port).await?);
    }
    let service = Arc::new(Service {
        config,
        log,
        catalog: RwLock::default(),
        open: AtomicUsize::new(0),
        last: AtomicU32::new(0),
    });
    for listener in listeners {
        let address = listener.local_addr().map_err(|error| format!("error starting server: {error}"))?;
        let message = format!("waiting for connections at {address}");
        service.log.info(Component::Network, "initandlisten", &message);
        tokio::spawn(accept(listener, Arc::clone(&service)));
    }
    tokio::spawn(keep_sampled(Arc::clone(&service)));
    let signal = signals.recv().await.unwrap_or("no");
    let message = format!("got {signal} signal, now exiting...");
    service.log.info(Component::Network, "initandlisten", &message);
    service.log.info(Component::Network, "initandlisten", "shutting down with code 0");
    Ok(())
}

/// Listens on the first of a name's addresses, those of version 4 before others.
async fn listen(host: &str, port: u16) -> Result<TcpListener, String> {
    let start = |what: &str| format!("error starting server: listen tcp {host}:{port}: {what}");
    let found = lookup_host((host, port)).await.map_err(|error| start(&error.to_string()))?;
    let mut addresses: Vec<SocketAddr> = found.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    let address = addresses.first().ok_or_else(|| start("no such host"))?;
    TcpListener::bind(address).await.map_err(|error| start(&format!("bind: {error}")))
}

async fn keep_sampled(service: Arc<Service>) {
    loop {
        let wait = match service.sample("sampler").await {
            Ok(_) if service.config.sample.refresh_seconds == 0 => return,
            Ok(_) => Duration::from_secs(service.config.sample.refresh_seconds),
            Err(reason) => {
                let message = format!("unable to initialize schema: {reason}");
                service.log.error(Component::Schema, "sampler", &message);
                RETRY
            }
        };
        tokio::time::sleep(wait).await;
    }
}

async fn accept(listener: TcpListener, service: Arc<Service>) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                tokio::spawn(attend(stream, address, Arc::clone(&service)));
            }
            Err(error) => {
                let message = format!("unable to accept connection: {error}");
                service.log.error(Component::Network, "initandlisten", &message);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn attend(stream: TcpStream, address: SocketAddr, service: Arc<Service>) {
    let number = service.last.fetch_add(1, Ordering::Relaxed) + 1;
    let context = format!("conn{number}");
    let count = service.entered();
    let plural = if count == 1 { "connection" } else { "connections" };
    let message = format!("connection #{number} accepted from {address} ({count} {plural} now open)");
    service.log.info(Component::Network, &context, &message);
    // Small packets are meant to be sent at once; where that can't be said, they come later.
    let _ = stream.set_nodelay(true);
    if let Err(error) = session::serve(Box::new(stream), number, &service).await {
        service.log.error(Component::Network, &context, &error);
    }
    let count = service.left();
    let plural = if count == 1 { "connection" } else { "connections" };
    let message = format!("connection #{number} closed ({count} {plural} now open)");
    service.log.info(Component::Network, &context, &message);
}

/// The signals that end the program, by their names.
#[cfg(unix)]
fn signals() -> std::io::Result<mpsc::Receiver<&'static str>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (sender, receiver) = mpsc::channel(1);
    let kinds = [
        (SignalKind::terminate(), "terminated"),
        (SignalKind::interrupt(), "interrupt"),
        (SignalKind::quit(), "quit"),
    ];
    for (kind, name) in kinds {
        let mut stream = signal(kind)?;
        let sender = sender.clone();
        tokio::spawn(async move {
            if stream.recv().await.is_some() {
                // Nobody listens where the program ends already.
                let _ = sender.send(name).await;
            }
        });
    }
    Ok(receiver)
}

#[cfg(not(unix))]
fn signals() -> std::io::Result<mpsc::Receiver<&'static str>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = sender.send("interrupt").await;
        }
    });
    Ok(receiver)
}

//! The log, in mongosqld's form: `<time> <severity> <component> [<context>] <message>`.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use jiff::Zoned;

/// Where and how much is logged.
#[derive(Debug, Default, Clone)]
pub(crate) struct LogConfig {
    pub(crate) path: Option<PathBuf>,
    pub(crate) append: bool,
    pub(crate) quiet: bool,
    pub(crate) verbosity: i64,
}

/// What a message is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Component {
    Control,
    Network,
    Schema,
    Executor,
}

impl Component {
    fn name(self) -> &'static str {
        match self {
            Self::Control => "CONTROL",
            Self::Network => "NETWORK",
            Self::Schema => "SCHEMA",
            Self::Executor => "EXECUTOR",
        }
    }
}

/// The verbosity from which messages for administrators appear.
const ADMIN: i64 = 1;
/// The verbosity from which each step appears.
const DEVELOPER: i64 = 2;

/// The log; clones write to the same place.
#[derive(Clone)]
pub(crate) struct Log {
    output: Arc<Mutex<Box<dyn Write + Send>>>,
    quiet: bool,
    verbosity: i64,
}

impl Log {
    /// Opens the file, or takes standard error where there is none.
    ///
    /// # Errors
    ///
    /// A file that can't be opened, with its name.
    pub(crate) fn open(config: &LogConfig) -> Result<Self, String> {
        let output: Box<dyn Write + Send> = match &config.path {
            None => Box::new(io::stderr()),
            Some(path) => {
                let mut options = OpenOptions::new();
                options.create(true).write(true).append(config.append).truncate(!config.append);
                restrict(&mut options);
                let file = options.open(path).map_err(|error| format!("open {}: {error}", path.display()))?;
                Box::new(file)
            }
        };
        Ok(Self { output: Arc::new(Mutex::new(output)), quiet: config.quiet, verbosity: config.verbosity })
    }

    /// What everybody wants to know.
    pub(crate) fn info(&self, component: Component, context: &str, message: &str) {
        self.write('I', component, context, message);
    }

    /// What an administrator wants to know.
    pub(crate) fn admin(&self, component: Component, context: &str, message: &str) {
        if self.verbosity >= ADMIN {
            self.write('D', component, context, message);
        }
    }

    /// Each step.
    pub(crate) fn developer(&self, component: Component, context: &str, message: &str) {
        if self.verbosity >= DEVELOPER {
            self.write('D', component, context, message);
        }
    }

    /// What went wrong, and may go right later.
    pub(crate) fn error(&self, component: Component, context: &str, message: &str) {
        self.write('E', component, context, message);
    }

    /// What ends the program.
    pub(crate) fn fatal(&self, component: Component, context: &str, message: &str) {
        self.write('F', component, context, message);
    }

    fn write(&self, severity: char, component: Component, context: &str, message: &str) {
        if self.quiet {
            return;
        }
        let time = Zoned::now().strftime("%Y-%m-%dT%H:%M:%S%.3f%z").to_string();
        let line = format!("{time} {severity} {:<10} [{context}] {message}\n", component.name());
        if let Ok(mut output) = self.output.lock() {
            // A log that can't be written must not end the service.
            let _ = output.write_all(line.as_bytes()).and_then(|()| output.flush());
        }
    }
}

/// The log may hold names of users: it is the owner's alone.
#[cfg(unix)]
fn restrict(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn restrict(_options: &mut OpenOptions) {}

//! What stands at the other end of a connection: whether something listens, answers, and what it says of itself.

mod http;
mod model;
mod read;
mod run;
mod tcp;
mod words;

pub use http::status;
pub use model::{Address, Expect, Http, Probe, StartTls, Tls, Version};
pub use read::{read, read_plain};
pub use run::{Failure, Inputs, Report, run};
pub use tcp::listens;

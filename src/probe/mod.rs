//! What stands at the other end of a connection: whether something listens, answers, and what it says of itself.

mod http;
mod tcp;

pub use http::status;
pub use tcp::listens;

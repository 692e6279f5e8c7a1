//! MySQL's protocol, the server's side, as far as clients without prepared statements use it.
//!
//! The protocol is spoken here, and not by the crate opensrv-mysql, since that one always answers a wrong
//! password with error 1698 instead of 1045, and brings a second and older rustls.

mod handshake;
mod packet;
mod reply;

pub(crate) use handshake::{Response, greeting, parse_response, wants_tls};
pub(crate) use packet::{Stream, Wire};
pub(crate) use reply::{Cell, Kind, Output, ResultSet};

//! What is wrong in a text, shown like a compiler shows it: place, underlined words, what to type instead.

pub mod catalogue;
mod draw;
mod fix;
mod model;
mod order;

pub use draw::{Excerpt, draw, draw_excerpt, draw_within};
pub use fix::{Fixed, apply};
pub use model::{Diagnostic, Fix, Label, Severity, has_errors, nearest};
pub use order::in_order;

//! What is wrong in a text, shown like a compiler shows it: place, underlined words, what to type instead.

mod draw;
mod model;

pub use draw::{Excerpt, draw, draw_excerpt};
pub use model::{Diagnostic, Fix, Label, Severity, has_errors, nearest};

//! Pages of strangers that try to do what they must not. Each is run twice: with `--sandbox`, where it must come to
//! nothing on this side, and without it, where the same page does come to something, so that the first half says anything.
//!
//! Where this system refuses user namespaces every test here fails, and says so: none passes unseen.

mod bounds;
mod connecting;
mod fooling;
mod host;
mod inside;
mod processes;
mod reading;
mod writing;

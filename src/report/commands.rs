//! Workflow commands of GitHub Actions, as its toolkit (`@actions/core`, `command.ts`) writes them.

/// What stands behind the `::`: `%` and line ends are written as GitHub decodes them.
pub(super) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which also ends at `:` and `,`.
pub(super) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

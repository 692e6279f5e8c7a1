//! Files and directories as the session sees them: written and listed by the supervisor, inside its view.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// Writes `text` to `path` (relative paths start from `base`), over what was there, with exactly these permission bits.
///
/// # Errors
///
/// The system's own words, in the order of a shell's message.
pub(super) fn write(base: &Path, path: &Path, mode: u32, text: &str) -> Result<(), String> {
    let place = base.join(path);
    let wrong = |error: std::io::Error| format!("{}: {}", path.display(), words(&error));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&place).map_err(wrong)?;
    file.set_permissions(fs::Permissions::from_mode(mode)).map_err(wrong)?;
    file.write_all(text.as_bytes()).map_err(wrong)
}

/// The names in `directory`, sorted; those of directories end in `/`.
///
/// # Errors
///
/// The system's own words.
pub(super) fn list(base: &Path, directory: &Path) -> Result<Vec<String>, String> {
    let wrong = |error: std::io::Error| format!("{}: {}", directory.display(), words(&error));
    let mut names = Vec::new();
    for entry in fs::read_dir(base.join(directory)).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let mut name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().map_err(wrong)?.is_dir() {
            name.push('/');
        }
        names.push(name);
    }
    names.sort();
    Ok(names)
}

/// The system's words without Rust's "(os error 2)".
fn words(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

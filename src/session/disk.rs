//! Files and directories as the session sees them: read, written and listed by whoever sees what the session sees (on
//! Unix its supervisor).

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use super::placement::words;

/// The permission bits of a file for which a page says none.
const MODE: u32 = 0o644;

/// The longest text that is read, in bytes, and the most entries of a directory that is listed.
const MOST_TEXT: u64 = 64 << 20;
const MOST_NAMES: usize = 100_000;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Way {
    /// Over what was there.
    Anew,
    /// After what is there.
    Append,
    /// Over what was there, of which it is a new version: its permissions stay.
    Change,
}

/// What a session may write over.
#[derive(Debug)]
pub(super) struct Ground {
    /// Directories that are the run's own.
    own: Vec<PathBuf>,
    /// Whether the whole machine is.
    all: bool,
    since: SystemTime,
}

impl Ground {
    /// `own` are the run's directories, `all` says that it may write anywhere; what comes into being from now on is its
    /// own as well.
    pub(super) fn new(own: &[PathBuf], all: bool) -> Self {
        let real = |path: &PathBuf| fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let own: Vec<PathBuf> = own.iter().map(real).collect();
        // By the file system's clock, which is some milliseconds behind: a file made at once would seem older than now.
        let born = |path: &PathBuf| fs::metadata(path).and_then(|data| data.created()).ok();
        let since = own.iter().filter_map(born).max().unwrap_or_else(SystemTime::now);
        Self { own, all, since }
    }

    /// Whether the file at `place`, with its links followed, may be changed. One that does not exist yet may be made.
    fn allows(&self, place: &Path) -> bool {
        let Ok(real) = fs::canonicalize(place) else { return true };
        let young =
            || fs::metadata(&real).and_then(|data| data.created()).is_ok_and(|born| born >= self.since);
        self.all || self.own.iter().any(|own| real.starts_with(own)) || young()
    }

    /// That the file at `place` may be replaced.
    ///
    /// # Errors
    ///
    /// Why it may not.
    pub(super) fn may_replace(&self, place: &Path) -> Result<bool, String> {
        if self.allows(place) { Ok(true) } else { Err(not_ours(place)) }
    }
}

fn not_ours(path: &Path) -> String {
    format!(
        "{}: it was there before this run, outside its scratch directory and `relocate`, and is left as it is",
        path.display()
    )
}

/// The bytes of the file at `path`; `None` where there is none. One of more than `most` bytes is an error.
///
/// # Errors
///
/// The system's own words; or that it is too long.
pub(super) fn read_bytes(base: &Path, path: &Path, most: u64) -> Result<Option<Vec<u8>>, String> {
    let wrong = |error: &io::Error| format!("{}: {}", path.display(), words(error));
    let file = match open_file(&base.join(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(&error)),
    };
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| wrong(&error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > most) {
        return Err(format!("{}: it has more than {most} bytes", path.display()));
    }
    Ok(Some(bytes))
}

/// Writes `text` to `path` (relative paths start from `base`). `mode` are the permission bits that the file then has;
/// `None`: 0644 for a new one and for one that is written anew.
///
/// # Errors
///
/// The system's own words, in the order of a shell's message; or that the file is not the run's to change.
pub(super) fn write(
    ground: &Ground,
    base: &Path,
    path: &Path,
    (way, mode): (Way, Option<u32>),
    text: &str,
) -> Result<(), String> {
    let place = base.join(path);
    let wrong = |error: io::Error| format!("{}: {}", path.display(), words(&error));
    if !ground.allows(&place) {
        return Err(not_ours(path));
    }
    let is_new = !place.exists();
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    with_mode(&mut options, mode.unwrap_or(MODE));
    never_waiting(&mut options);
    match way {
        Way::Append => options.append(true),
        Way::Anew | Way::Change => options.truncate(true),
    };
    let mut file = options.open(&place).map_err(wrong)?;
    if !file.metadata().map_err(wrong)?.is_file() {
        return Err(format!("{}: it is no file", path.display()));
    }
    let bits = if is_new || way == Way::Anew { Some(mode.unwrap_or(MODE)) } else { mode };
    if let Some(bits) = bits {
        permit(&file, bits).map_err(wrong)?;
    }
    file.write_all(text.as_bytes()).map_err(wrong)
}

/// The text of the file at `path`; `None` where there is none.
///
/// # Errors
///
/// The system's own words; or that it is no text.
pub(super) fn read(base: &Path, path: &Path) -> Result<Option<String>, String> {
    match read_bytes(base, path, MOST_TEXT)?.map(String::from_utf8) {
        Some(Ok(text)) => Ok(Some(text)),
        Some(Err(_)) => Err(format!("{}: it is no UTF-8 text", path.display())),
        None => Ok(None),
    }
}

/// Opens a file to read it. What is none, a pipe or a device, could keep its reader for ever.
fn open_file(place: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.read(true);
    never_waiting(&mut options);
    let file = options.open(place)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is no file")) }
}

/// The names in `directory`, sorted; those of directories end in `/`.
///
/// # Errors
///
/// The system's own words.
pub(super) fn list(base: &Path, directory: &Path) -> Result<Vec<String>, String> {
    let wrong = |error: io::Error| format!("{}: {}", directory.display(), words(&error));
    let mut names = Vec::new();
    for entry in fs::read_dir(base.join(directory)).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let mut name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().map_err(wrong)?.is_dir() {
            name.push('/');
        }
        names.push(name);
        if names.len() > MOST_NAMES {
            return Err(format!("{}: it has more than {MOST_NAMES} entries", directory.display()));
        }
    }
    names.sort();
    Ok(names)
}

/// Copies the file or directory `from`, with all that is in it, to `to`. Links are made again as they are.
///
/// # Errors
///
/// The system's own words, with the place.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let at = |error: io::Error| io::Error::other(format!("{}: {}", from.display(), words(&error)));
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(at)?;
    }
    // What the page itself names may be a link; what it holds stays what it is.
    if fs::metadata(from).map_err(at)?.is_dir() {
        fs::create_dir_all(to).map_err(at)?;
        for entry in fs::read_dir(from).map_err(at)? {
            let entry = entry.map_err(at)?;
            let target = to.join(entry.file_name());
            if entry.file_type().map_err(at)?.is_symlink() {
                link(&entry.path(), &target).map_err(at)?;
            } else {
                copy(&entry.path(), &target)?;
            }
        }
        return Ok(());
    }
    fs::copy(from, to).map(drop).map_err(at)
}

/// Writes a text that another program than a shell is to run, and tells where.
///
/// # Errors
///
/// The system's words.
pub(super) fn script(directory: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(directory)?;
    let path = directory.join(name);
    fs::write(&path, text)?;
    Ok(path)
}

#[cfg(unix)]
fn with_mode(options: &mut OpenOptions, mode: u32) {
    std::os::unix::fs::OpenOptionsExt::mode(options, mode);
}

/// To open what is no file must not wait for somebody at its other end.
#[cfg(unix)]
fn never_waiting(options: &mut OpenOptions) {
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags);
}

#[cfg(unix)]
pub(super) fn permit(file: &fs::File, mode: u32) -> io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn never_waiting(_: &mut OpenOptions) {}

#[cfg(not(unix))]
fn with_mode(_: &mut OpenOptions, _: u32) {}

/// Gives a file its permission bits. On systems that have none, a file has what its directory gives it.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(super) fn permit(_: &fs::File, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    let target = fs::read_link(from)?;
    if from.is_dir() {
        std::os::windows::fs::symlink_dir(target, to)
    } else {
        std::os::windows::fs::symlink_file(target, to)
    }
}

//! Prefixes of Wine: how a fresh one is made, kept, and copied for each run.

use std::{
    ffi::OsStr,
    fs::{self, Permissions},
    io,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
};

use super::{
    scratch::at,
    wine::{Installed, LOCALES, environment},
};

/// Libraries of Wine from this size on are not copied for each run: together they are some 600 MB.
const SHARED_BYTES: u64 = 64 * 1024;

/// The file in a kept prefix that says how many files are shared and how many bytes they have.
const TALLY: &str = "tutor-shared";

/// The C library's own UTF-8 locale, by which those are had on a machine that has not generated them.
const ANY_LOCALE: &str = "/usr/lib/locale/C.utf8";

/// What in a prefix of `tutor`'s tells that `&&` and `||` do what they should.
pub(super) const MODERN: &str = "tutor-modern";

/// The commands, for `sh`, that make a prefix at `prefix`. It takes some ten seconds. What they need is in their environment; see
/// [`making`].
pub(super) const MAKE: &str = r#"set -e
mkdir "$WINEPREFIX"
if [ -d "$LOCALE" ]; then
  mkdir "$WINEPREFIX/locale"
  for name in $LOCALES; do ln -s "$LOCALE" "$WINEPREFIX/locale/$name"; done
fi
"$WINE" wineboot.exe --init
# What links to the user's own directories would not be the run's own.
for link in "$WINEPREFIX"/drive_c/users/*/*; do
  if [ -L "$link" ]; then rm "$link"; mkdir "$link"; fi
done
rm -f "$WINEPREFIX"/dosdevices/[!cz]:* "$WINEPREFIX"/dosdevices/com* "$WINEPREFIX"/dosdevices/lpt*
printf '@echo off\r\ncmd /c exit 1 && exit 1\r\ncmd /c exit 0 || exit 1\r\nexit 0\r\n' > "$WINEPREFIX/drive_c/probe.bat"
if "$WINE" cmd.exe /d /c 'C:\probe.bat'; then : > "$WINEPREFIX/@modern"; fi
rm "$WINEPREFIX/drive_c/probe.bat"
# Only when Wine's server ends it writes the registry.
for server in "${WINE%/*}/wineserver64" "${WINE%/*}/wineserver" wineserver; do
  if command -v "$server" > /dev/null; then "$server" -k || :; "$server" -w; break; fi
done
test -s "$WINEPREFIX/system.reg"
"#;

/// The text of [`MAKE`] and its environment.
pub(super) fn making(installed: &Installed, prefix: &Path) -> (String, Vec<(String, String)>) {
    let mut variables = environment(prefix);
    variables.push(("WINE".to_owned(), installed.program.to_string_lossy().into_owned()));
    variables.push(("LOCALE".to_owned(), ANY_LOCALE.to_owned()));
    variables.push(("LOCALES".to_owned(), LOCALES.join(" ")));
    (MAKE.replace("@modern", MODERN), variables)
}

/// Files that are shared: how many, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    files: u64,
    bytes: u64,
}

impl Tally {
    fn text(self) -> String {
        format!("{} {}\n", self.files, self.bytes)
    }
}

/// Makes a run's prefix at `to` from the one that is kept at `kept`, whose libraries it shares. False: that one is not whole,
/// and there is nothing at `to`. (Windows' `del`, where it is told to delete what can't be written, deletes what a
/// link leads to.)
///
/// # Errors
///
/// The system's words, with the place.
pub(super) fn clone(kept: &Path, to: &Path) -> io::Result<bool> {
    let mut tally = Tally::default();
    let copied = copy(kept, to, true, &mut tally);
    let whole = fs::read_to_string(kept.join(TALLY)).is_ok_and(|text| text == tally.text());
    if copied.is_ok() && whole {
        return Ok(true);
    }
    fs::remove_dir_all(to).map_err(at(to))?;
    Ok(false)
}

/// Keeps a copy of the fresh prefix `from` at `to` for later runs, in place of what is there. Another run may do the same at the same
/// time; then one of both is kept.
///
/// # Errors
///
/// The system's words, with the place.
pub(super) fn keep(from: &Path, to: &Path) -> io::Result<()> {
    let parent = to.parent().unwrap_or(to);
    fs::create_dir_all(parent).map_err(at(parent))?;
    let part = tempfile::Builder::new().prefix(".wine-").tempdir_in(parent).map_err(at(parent))?;
    let copied = part.path().join("prefix");
    let mut tally = Tally::default();
    copy(from, &copied, false, &mut tally)?;
    fs::write(copied.join(TALLY), tally.text())?;
    if to.exists() {
        fs::rename(to, part.path().join("old")).map_err(at(to))?;
    }
    fs::rename(&copied, to).map_err(at(to))
}

fn copy(from: &Path, to: &Path, share: bool, tally: &mut Tally) -> io::Result<()> {
    fs::create_dir(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry?;
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        let about = fs::symlink_metadata(&old).map_err(at(&old))?;
        // A program must be a file to be found, and deleted, by itself.
        let apart = [Some(OsStr::new("exe")), Some(OsStr::new("reg"))].contains(&old.extension());
        let shared = about.is_file() && about.size() >= SHARED_BYTES && !apart;
        if shared {
            tally.files += 1;
            tally.bytes += about.size();
        }
        if about.is_symlink() {
            symlink(fs::read_link(&old).map_err(at(&old))?, &new).map_err(at(&new))?;
        } else if about.is_dir() {
            copy(&old, &new, share, tally)?;
        } else if shared && share {
            symlink(&old, &new).map_err(at(&new))?;
        } else if about.is_file() && entry.file_name() != TALLY {
            fs::copy(&old, &new).map_err(at(&old))?;
            if shared {
                fs::set_permissions(&new, Permissions::from_mode(0o444)).map_err(at(&new))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{clone, keep};

    #[test]
    fn a_kept_prefix_that_is_not_whole_is_not_used() {
        let room = tempfile::tempdir().unwrap();
        let path = |name: &str| room.path().join(name);
        fs::create_dir_all(path("fresh/a")).unwrap();
        for (name, length) in
            [("a/big.dll", 70_000), ("a/small.dll", 10), ("a/big.exe", 70_000), ("system.reg", 70_000)]
        {
            fs::write(path("fresh").join(name), vec![b'x'; length]).unwrap();
        }
        keep(&path("fresh"), &path("kept")).unwrap();
        assert!(clone(&path("kept"), &path("one")).unwrap());
        let linked = |name: &str| path("one").join(name).is_symlink();
        assert_eq!(
            ["a/big.dll", "a/small.dll", "a/big.exe", "system.reg"].map(linked),
            [true, false, false, false]
        );
        assert!(!path("one/tutor-shared").exists());

        fs::remove_file(path("kept/a/big.dll")).unwrap();
        assert!(!clone(&path("kept"), &path("two")).unwrap());
        assert!(!path("two").exists());

        // Kept anew, it is whole again.
        keep(&path("fresh"), &path("kept")).unwrap();
        assert!(clone(&path("kept"), &path("two")).unwrap());
        assert_eq!(fs::read_dir(room.path()).unwrap().count(), 4);
    }
}

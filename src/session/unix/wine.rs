//! Wine, under which the steps of Windows' command interpreter run on other systems: its directory (the *prefix*), which
//! is a run's own, and how paths are called inside and outside.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs, io,
    os::unix::{ffi::OsStrExt, fs::symlink},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::{
    prefix::MODERN,
    scratch::{Scratch, at},
    variables::quoted,
};
use crate::{
    plan::Plan,
    platform::Shell,
    session::{
        Settings,
        batch::{Dialect, State},
        requirement::find,
        versions,
    },
};

/// A locale that is UTF-8 on Windows too, so that its programs speak UTF-8; and one whose messages are English.
pub(super) const LOCALES: [&str; 2] = ["ka_GE.UTF-8", "en_US.UTF-8"];

/// Wine as it is on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Installed {
    pub(super) program: PathBuf,
    /// `8.0`.
    pub(super) version: String,
}

/// The Wine of this machine, where it has one that says its version. Asked once.
pub(super) fn installed() -> Option<&'static Installed> {
    static FOUND: OnceLock<Option<Installed>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            // Debian's `wine` is a script that first tells of what is missing for other programs.
            let debian = PathBuf::from("/usr/lib/wine/wine64");
            let program =
                find("wine64").or_else(|| debian.is_file().then_some(debian)).or_else(|| find("wine"))?;
            let answer = versions::said(&[program.to_string_lossy().into_owned(), "--version".to_owned()])?;
            let version = versions::version(&answer)?.to_owned();
            Some(Installed { program, version })
        })
        .as_ref()
}

/// The Wine that a run of `plan` wants and may have; else why its steps of Windows' command interpreter can't run.
pub(super) fn wanted(plan: &Plan, settings: &Settings) -> Result<&'static Installed, String> {
    let steps = plan.steps.iter().filter(|step| step.ruling.is_none());
    let mut shells = steps.filter_map(|step| step.action.runner()).map(|(shell, _)| shell);
    if !shells.any(Shell::is_cmd) {
        return Err("no step needs it".to_owned());
    }
    if settings.sandbox.is_some() {
        return Err("cmd is on Windows alone, and Wine does not run in the sandbox".to_owned());
    }
    if !settings.wine {
        return Err("cmd is on Windows alone, and Wine is not to be used".to_owned());
    }
    installed().ok_or_else(|| "cmd is on Windows alone, and there is no Wine here to run it under".to_owned())
}

/// The version of the Wine that a run of `plan` is to use.
pub(in crate::session) fn version(plan: &Plan, settings: &Settings) -> Option<String> {
    wanted(plan, settings).ok().map(|installed| installed.version.clone())
}

/// A prefix of a run's own, and what the last step in it has left.
#[derive(Debug)]
pub(super) struct Wine {
    installed: &'static Installed,
    prefix: PathBuf,
    /// The run's name in it: steps start in the directory of that name.
    name: String,
    /// The user's directory, as Windows writes it.
    home: Option<String>,
    pub(super) dialect: Dialect,
    pub(super) state: State,
    /// The variables that Wine itself sets, once they are known.
    pub(super) base: BTreeMap<String, String>,
}

impl Wine {
    /// Where a prefix that runs are copied from is kept, or is to be kept: one for each version, in the user's cache directory.
    pub(super) fn kept(installed: &Installed) -> Option<PathBuf> {
        let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let caches = named("XDG_CACHE_HOME").filter(|path| path.is_absolute());
        let caches = caches.or_else(|| Some(named("HOME")?.join(".cache")))?;
        let version: String = installed
            .version
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
            .collect();
        Some(caches.join("tutor").join(format!("wine-{version}")))
    }

    /// The prefix of a run.
    pub(super) fn place(scratch: &Scratch) -> PathBuf {
        scratch.root().join("wine")
    }

    /// Makes what stands in the scratch directory, a fresh prefix or a copy of one, the run's own.
    ///
    /// # Errors
    ///
    /// The system's words, with the place.
    pub(super) fn open(installed: &'static Installed, scratch: &Scratch) -> io::Result<Self> {
        let prefix = Self::place(scratch);
        let name = scratch.root().file_name().and_then(OsStr::to_str).unwrap_or("tutor").to_owned();
        let modern = prefix.join(MODERN).exists();
        let users = fs::read_dir(prefix.join("drive_c/users")).map_err(at(&prefix))?.flatten();
        let mut users = users.filter_map(|user| user.file_name().into_string().ok());
        let user = users.find(|user| user != "Public");
        let wine = Self {
            installed,
            prefix,
            name,
            home: user.map(|user| format!("C:\\users\\{user}")),
            dialect: if modern { Dialect::Windows } else { Dialect::OldWine },
            state: State::default(),
            base: BTreeMap::new(),
        };
        let work = wine.drive().join(&wine.name);
        symlink(scratch.work(), &work).map_err(at(&work))?;
        Ok(wine)
    }

    pub(super) fn program(&self) -> PathBuf {
        self.installed.program.clone()
    }

    /// The run's own paths as Windows writes them, and what reports call them.
    pub(super) fn paths(&self, scratch: &Scratch) -> Vec<(String, String)> {
        let mut paths =
            vec![(self.work(), "[SCRATCH]".to_owned()), (outer(&scratch.work()), "[SCRATCH]".to_owned())];
        paths.push((self.drive().to_string_lossy().into_owned(), "C:".to_owned()));
        paths.extend(self.home.clone().map(|home| (home, "[HOME]".to_owned())));
        paths
    }

    fn drive(&self) -> PathBuf {
        self.prefix.join("drive_c")
    }

    /// Where steps start, as Windows writes it.
    pub(super) fn work(&self) -> String {
        format!("C:\\{}", self.name)
    }

    /// The command, for `sh`, that runs a batch file with these variables besides Wine's own.
    pub(super) fn command(&self, file: &Path, variables: &[(String, String)]) -> Vec<u8> {
        let all = variables.iter().cloned().chain(environment(&self.prefix));
        let mut words: Vec<Vec<u8>> =
            all.map(|(name, value)| format!("{name}={value}").into_bytes()).collect();
        words.push(self.installed.program.as_os_str().as_bytes().to_vec());
        words.extend([b"cmd.exe".to_vec(), b"/d".to_vec(), b"/c".to_vec(), outer(file).into_bytes()]);
        let mut text = b"/usr/bin/env -i".to_vec();
        for word in words {
            text.push(b' ');
            text.extend(quoted(Shell::Sh, &word));
        }
        text
    }

    /// The variables that the next process is given by its environment, and the names of those that its batch file has
    /// to set: what Wine sets anew in each process, and what it takes for itself.
    pub(super) fn variables(&self) -> (Vec<(String, String)>, Vec<&str>) {
        let (mut given, mut set) = (Vec::new(), Vec::new());
        for (name, value) in &self.state.variables {
            if self.base.get(name) == Some(value) {
                continue;
            }
            let kept =
                ["PATH", "PWD", "HOME", "TEMP", "TMP"].iter().any(|known| name.eq_ignore_ascii_case(known))
                    || ["LC_", "LD_", "QT_", "VK_", "WINE", "XDG_", "LOCPATH", "LANG"]
                        .iter()
                        .any(|start| name.starts_with(start));
            if kept || self.base.contains_key(name) {
                set.push(name.as_str());
            } else {
                given.push((name.clone(), value.clone()));
            }
        }
        (given, set)
    }

    /// The path by which this system knows what Windows calls `path`. Letter case counts for nothing there. A relative path
    /// stays one, with `/`.
    pub(super) fn inner(&self, path: &str) -> PathBuf {
        let path = path.replace('\\', "/");
        let (mut place, rest) = match path.as_bytes() {
            [drive, b':', ..] if drive.is_ascii_alphabetic() => {
                let drive = drive.to_ascii_lowercase();
                let root = if drive == b'c' {
                    self.drive()
                } else {
                    self.prefix.join("dosdevices").join(format!("{}:", char::from(drive)))
                };
                (root, &path[2..])
            }
            [b'/', ..] => (self.drive(), path.as_str()),
            _ => return PathBuf::from(path),
        };
        for part in rest.split('/').filter(|part| !part.is_empty() && *part != ".") {
            let exact = place.join(part);
            place =
                if part == ".." || exact.symlink_metadata().is_ok() { exact } else { alike(&place, part) };
        }
        place
    }

    /// Whether the interpreter would find a program of this name.
    pub(super) fn finds(&self, program: &str) -> bool {
        const PATH: &str = r"C:\windows\system32;C:\windows";
        let path = self.state.variable("PATH").unwrap_or(PATH);
        let endings: &[&str] = if program.contains('.') { &[""] } else { &[".com", ".exe", ".bat", ".cmd"] };
        let places = path.split(';').filter(|place| !place.is_empty()).map(|place| self.inner(place));
        let mut places = places.chain([self.directory()]);
        // Letter case counts for nothing in the name either.
        places
            .any(|place| endings.iter().any(|ending| alike(&place, &format!("{program}{ending}")).is_file()))
    }

    /// The current directory, as this system calls it.
    pub(super) fn directory(&self) -> PathBuf {
        let directory = &self.state.directory;
        self.inner(if directory.is_empty() { self.work() } else { directory.clone() }.as_str())
    }

    /// What Windows calls the directory `path` of this system.
    pub(super) fn called(&self, path: &Path, scratch: &Scratch) -> String {
        let inside = |root: PathBuf, name: &str| {
            let rest = path.strip_prefix(root).ok()?.to_string_lossy().replace('/', "\\");
            Some(format!("{name}\\{rest}").trim_end_matches('\\').to_owned())
        };
        inside(self.drive(), "C:")
            .or_else(|| inside(scratch.work(), &self.work()))
            .unwrap_or_else(|| outer(path))
    }
}

/// The entry of `directory` that is `name` but for letter case; else `name` itself.
fn alike(directory: &Path, name: &str) -> PathBuf {
    let lower = name.to_lowercase();
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut known = entries
        .map(|entry| entry.file_name())
        .filter(|known| known.to_string_lossy().to_lowercase() == lower);
    directory.join(known.next().as_deref().unwrap_or(OsStr::new(name)))
}

/// A path of this system as Wine calls it.
pub(super) fn outer(path: &Path) -> String {
    format!("Z:{}", path.to_string_lossy().replace('/', "\\"))
}

/// What Wine itself needs.
pub(super) fn environment(prefix: &Path) -> Vec<(String, String)> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let mut variables = vec![
        ("PATH".to_owned(), super::environment::path()),
        ("HOME".to_owned(), text(prefix)),
        ("WINEPREFIX".to_owned(), text(prefix)),
        ("WINEDEBUG".to_owned(), "-all".to_owned()),
        // No menu entries on the user's desktop, no offers to install .NET and a browser.
        ("WINEDLLOVERRIDES".to_owned(), "winemenubuilder.exe=;mscoree=;mshtml=".to_owned()),
    ];
    let locales = prefix.join("locale");
    if locales.is_dir() {
        variables.push(("LOCPATH".to_owned(), text(&locales)));
        variables.push(("LC_CTYPE".to_owned(), LOCALES[0].to_owned()));
        variables.push(("LC_MESSAGES".to_owned(), LOCALES[1].to_owned()));
    }
    variables
}

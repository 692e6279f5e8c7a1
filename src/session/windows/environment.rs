//! The environment of a session: what a run sets, what Windows can't do without, the page's own variables, and nothing
//! else.

use std::{collections::BTreeMap, path::PathBuf};

use super::{scratch::Scratch, system};

/// What programs of Windows expect to find, of the machine's own.
const OF_SYSTEM: [&str; 24] = [
    "ALLUSERSPROFILE",
    "CommonProgramFiles",
    "CommonProgramFiles(x86)",
    "CommonProgramW6432",
    "COMPUTERNAME",
    "ComSpec",
    "DriverData",
    "NUMBER_OF_PROCESSORS",
    "OS",
    "PATH",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROCESSOR_IDENTIFIER",
    "PROCESSOR_LEVEL",
    "PROCESSOR_REVISION",
    "ProgramData",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "ProgramW6432",
    "PUBLIC",
    "SystemDrive",
    "SystemRoot",
    "USERNAME",
    "windir",
];

/// What Wine's own parts are told by.
const OF_WINE: [&str; 4] = ["WINEDEBUG", "WINEDLLOVERRIDES", "WINEPREFIX", "WINELOADER"];

/// The directory of the system's own programs.
pub(super) fn system_programs() -> PathBuf {
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    PathBuf::from(root).join("System32")
}

/// All variables of a session; `programs` are directories of programs that the machine has not, and the page's `own`
/// variables come last and win.
pub(super) fn variables(
    scratch: &Scratch,
    programs: &[PathBuf],
    own: &[(String, String)],
) -> BTreeMap<String, String> {
    let of_wine = if system::wine().is_some() { &OF_WINE[..] } else { &[] };
    let mut variables = BTreeMap::new();
    for name in OF_SYSTEM.iter().chain(of_wine) {
        if let Ok(value) = std::env::var(name) {
            variables.insert((*name).to_owned(), value);
        }
    }
    let path = variables.entry("PATH".to_owned()).or_insert_with(|| {
        let (system, root) = (system_programs(), system_programs());
        format!("{};{}", system.display(), root.parent().unwrap_or(&root).display())
    });
    // Programs that the machine has come first.
    for directory in programs {
        path.push(';');
        path.push_str(&directory.to_string_lossy());
    }
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let home = text(scratch.home());
    let set = [
        ("HOME", home.clone()),
        ("USERPROFILE", home.clone()),
        ("APPDATA", text(scratch.home().join("AppData").join("Roaming"))),
        ("LOCALAPPDATA", text(scratch.home().join("AppData").join("Local"))),
        ("TEMP", text(scratch.temporary())),
        ("TMP", text(scratch.temporary())),
        ("TZ", "UTC".to_owned()),
        ("NO_COLOR", "1".to_owned()),
        ("TERM", "dumb".to_owned()),
    ];
    variables.extend(set.map(|(name, value)| (name.to_owned(), value)));
    if let Some((drive, rest)) = home.split_once(':') {
        variables.insert("HOMEDRIVE".to_owned(), format!("{drive}:"));
        variables.insert("HOMEPATH".to_owned(), rest.to_owned());
    }
    for (name, value) in own {
        variables.retain(|known, _| !known.eq_ignore_ascii_case(name));
        variables.insert(name.clone(), value.clone());
    }
    variables
}

//! Mounts below a directory: bound there, and made such that nobody writes to them.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::ffi::OsStringExt,
    path::{Path, PathBuf},
};

use rustix::{
    io::Errno,
    mount::{MountFlags, mount, mount_bind, mount_bind_recursive, mount_remount},
};

/// Makes the directory `from`, with what is mounted below it, appear at `to` too.
pub(super) fn bind(from: &Path, to: &Path) -> io::Result<()> {
    mount_bind_recursive(from, to).map_err(at(to))
}

/// Makes the file or directory `from` alone appear at `to` too.
pub(super) fn bind_one(from: &Path, to: &Path) -> io::Result<()> {
    mount_bind(from, to).map_err(at(to))
}

/// A fresh file system of this kind at `to`.
pub(super) fn fresh(kind: &str, to: &Path, options: &std::ffi::CStr) -> io::Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    let flags = if kind == "devpts" { flags.difference(MountFlags::NODEV) } else { flags };
    mount(kind, to, kind, flags, options).map_err(at(to))
}

/// Makes all mounts at and below `place` such that nobody writes to them, and no program there gives a privilege.
pub(super) fn seal_all(place: &Path) -> io::Result<()> {
    seal_those(&|mounted| mounted.starts_with(place))
}

/// The same with those below `place` alone.
pub(super) fn seal_below(place: &Path) -> io::Result<()> {
    seal_those(&|mounted| mounted.starts_with(place) && mounted != place)
}

fn seal_those(chosen: &dyn Fn(&Path) -> bool) -> io::Result<()> {
    let table = fs::read("/proc/self/mountinfo")?;
    for mounted in table.split(|&byte| byte == b'\n').filter_map(Mounted::parse) {
        if chosen(&mounted.place) {
            match seal(&mounted) {
                // Nobody in the sandbox can reach what is below a directory that this user may not enter.
                Ok(()) | Err(Errno::ACCESS) => {}
                Err(errno) => return Err(at(&mounted.place)(errno)),
            }
        }
    }
    Ok(())
}

fn seal(mounted: &Mounted) -> Result<(), Errno> {
    let more = MountFlags::BIND | MountFlags::RDONLY | MountFlags::NOSUID;
    mount_remount(&mounted.place, mounted.flags | more, "")
}

/// A line of `/proc/PID/mountinfo`: `proc_pid_mountinfo(5)`.
struct Mounted {
    place: PathBuf,
    /// Those that a remount must not take away.
    flags: MountFlags,
}

impl Mounted {
    fn parse(line: &[u8]) -> Option<Self> {
        let mut words = line.split(|&byte| byte == b' ');
        let place = PathBuf::from(OsString::from_vec(unescaped(words.nth(4)?)));
        let mut flags = MountFlags::empty();
        for option in words.next()?.split(|&byte| byte == b',') {
            flags |= match option {
                b"ro" => MountFlags::RDONLY,
                b"nosuid" => MountFlags::NOSUID,
                b"nodev" => MountFlags::NODEV,
                b"noexec" => MountFlags::NOEXEC,
                b"noatime" => MountFlags::NOATIME,
                b"nodiratime" => MountFlags::NODIRATIME,
                b"relatime" => MountFlags::RELATIME,
                _ => MountFlags::empty(),
            };
        }
        Some(Self { place, flags })
    }
}

/// A path in which blanks, line ends and backslashes stand as three octal digits.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        let octal = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()).filter(|_| first == b'\\');
        bytes.push(octal.unwrap_or(first));
        rest = if octal.is_some() { &after[3..] } else { after };
    }
    bytes
}

/// The system's words with the place.
pub(super) fn at(place: &Path) -> impl Fn(Errno) -> io::Error {
    move |errno| {
        let error = io::Error::from(errno);
        io::Error::new(error.kind(), format!("the sandbox fails at {}: {error}", place.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_table() {
        let line = b"36 35 98:0 /mnt1 /mnt\\0402\\134x rw,noatime,nodev master:1 - ext3 /dev/root rw,errors=continue";
        let mounted = Mounted::parse(line).unwrap();
        assert_eq!(mounted.place, Path::new("/mnt 2\\x"));
        assert_eq!(mounted.flags, MountFlags::NOATIME | MountFlags::NODEV);
        assert!(Mounted::parse(b"").is_none());
    }
}

//! Paths as a page writes them, of any system, without touching one.

/// An absolute path, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PagePath {
    /// Empty for `/`, else a drive like `c:`.
    drive: String,
    components: Vec<String>,
}

impl PagePath {
    /// The parts of an absolute path, of Windows or of others; `None` for a relative one.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let bytes = path.as_bytes();
        let drive = match bytes {
            [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic() => &path[..2],
            [b'/' | b'\\', ..] => "",
            _ => return None,
        };
        let components = path[drive.len()..]
            .split(['/', '\\'])
            .filter(|part| !part.is_empty() && *part != ".")
            .map(str::to_owned)
            .collect();
        Some(Self { drive: drive.to_ascii_lowercase(), components })
    }

    /// Whether it is `/` or a whole drive.
    pub(super) fn is_root(&self) -> bool {
        self.components.is_empty()
    }

    /// Whether it holds `..`.
    pub(super) fn climbs(&self) -> bool {
        self.components.iter().any(|part| part == "..")
    }

    /// Whether it is `directory` or lies in it, once each `..` has been followed.
    pub(super) fn is_in(&self, directory: &Self) -> bool {
        let mut resolved: Vec<&str> = Vec::new();
        for part in &self.components {
            if part == ".." {
                resolved.pop();
            } else {
                resolved.push(part);
            }
        }
        let same = |(ours, theirs): (&&str, &String)| {
            if self.drive.is_empty() { *ours == theirs } else { ours.to_lowercase() == theirs.to_lowercase() }
        };
        self.drive == directory.drive
            && resolved.len() >= directory.components.len()
            && resolved.iter().zip(&directory.components).all(same)
    }

    /// The directories above it, the nearest first, without the root; just the root where there is no other.
    pub(super) fn parents(&self) -> Vec<String> {
        let depth = self.components.len();
        if depth < 2 {
            return vec![format!("{}/", self.drive)];
        }
        (1..depth)
            .rev()
            .map(|length| format!("{}/{}", self.drive, self.components[..length].join("/")))
            .collect()
    }
}

/// Where a file that a page names under `copy` goes, from the scratch directory: a path below the page keeps its
/// directories, so that it is true in a run as it is for a reader who stands beside the page; one that climbs has only its
/// last name there.
#[must_use]
pub fn copied_to(written: &str) -> String {
    let slashed = written.replace('\\', "/");
    let parts: Vec<&str> = slashed.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let climbs = parts.contains(&"..") || PagePath::parse(&slashed).is_some();
    match parts.last() {
        Some(last) if climbs => (*last).to_owned(),
        _ => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::{PagePath, copied_to};

    #[test]
    fn where_copies_go() {
        let cases =
            [("a.json", "a.json"), ("./d//a.json", "d/a.json"), ("../../deploy", "deploy"), ("/x/y", "y")];
        for (written, expected) in cases {
            assert_eq!(copied_to(written), expected, "{written}");
        }
    }

    #[test]
    fn absolute_and_relative() {
        for path in ["/opt", "/", "C:\\x", "c:/x", "\\x", "\\\\server\\share"] {
            assert!(PagePath::parse(path).is_some(), "{path}");
        }
        for path in ["opt", "", "./x", "C:x", "C:", "~/x", "<dir>/x"] {
            assert!(PagePath::parse(path).is_none(), "{path}");
        }
    }

    #[test]
    fn inside_of_a_directory() {
        let cases = [
            ("/opt/certs", "/opt/certs", true),
            ("/opt//certs/./x", "/opt/certs/", true),
            ("/opt/certs2", "/opt/certs", false),
            ("/opt", "/opt/certs", false),
            ("/opt/certs/../x", "/opt/certs", false),
            ("/x/../opt/certs/y", "/opt/certs", true),
            ("/OPT/certs", "/opt/certs", false),
            ("C:\\Data\\x", "c:/data", true),
            ("D:\\data\\x", "c:/data", false),
            ("/data", "c:/data", false),
        ];
        for (path, directory, expected) in cases {
            let (path, directory) = (PagePath::parse(path).unwrap(), PagePath::parse(directory).unwrap());
            assert_eq!(path.is_in(&directory), expected, "{path:?} {directory:?}");
        }
    }

    #[test]
    fn parents() {
        assert_eq!(PagePath::parse("/a/b/c").unwrap().parents(), ["/a/b", "/a"]);
        assert_eq!(PagePath::parse("/data").unwrap().parents(), ["/"]);
        assert_eq!(PagePath::parse("C:\\a\\b").unwrap().parents(), ["c:/a"]);
    }
}

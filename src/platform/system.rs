//! Operating systems, and the platforms that a page names.

use std::fmt;

/// An operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Windows.
    Windows,
    /// macOS.
    Macos,
    /// Linux, and (for want of a name of their own) the other Unixes.
    Linux,
}

impl System {
    /// The system that this program was built for.
    pub const HOST: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::Macos
    } else {
        Self::Linux
    };

    /// All of them.
    pub const ALL: [Self; 3] = [Self::Windows, Self::Macos, Self::Linux];

    /// The name that pages, flags and reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Macos => "macos",
            Self::Linux => "linux",
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A platform as a page names it: a system, or a variant of one (`windows/cmd`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// The system.
    pub system: System,
    /// What stands after the `/`.
    pub variant: Option<String>,
}

impl Platform {
    /// The system itself.
    #[must_use]
    pub fn plain(system: System) -> Self {
        Self { system, variant: None }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.variant {
            Some(variant) => write!(f, "{}/{variant}", self.system),
            None => self.system.fmt(f),
        }
    }
}

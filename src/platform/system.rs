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

    /// The system of that name; `None` for any other word, also in other letter case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.name() == name)
    }

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
    /// The words that [`Platform::expand`] knows, without variants: for "did you mean".
    pub const NAMES: [&str; 4] = ["windows", "macos", "linux", "unix"];

    /// The system itself.
    #[must_use]
    pub fn plain(system: System) -> Self {
        Self { system, variant: None }
    }

    /// The one platform that `text` names: `linux`, `windows/cmd`. A variant is kebab-case. `None` for all else, also
    /// for `unix`, which is two.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('/') {
            None => System::parse(text).map(Self::plain),
            Some((system, variant)) => {
                let system = System::parse(system)?;
                is_variant(variant).then(|| Self { system, variant: Some(variant.to_owned()) })
            }
        }
    }

    /// All platforms that one word of a page names: `unix` is macOS and Linux (`unix/x` their variants `x`), any other
    /// word the one platform that it names. `None` where it names none.
    #[must_use]
    pub fn expand(text: &str) -> Option<Vec<Self>> {
        let variant = match text.split_once('/') {
            None if text == "unix" => None,
            Some(("unix", variant)) if is_variant(variant) => Some(variant.to_owned()),
            _ => return Self::parse(text).map(|platform| vec![platform]),
        };
        let of = |system| Self { system, variant: variant.clone() };
        Some(vec![of(System::Macos), of(System::Linux)])
    }
}

/// Kebab-case, as ids are.
fn is_variant(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.variant {
            Some(variant) => write!(f, "{}/{variant}", self.system),
            None => self.system.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_names_one_platform_or_two() {
        let cases: &[(&str, &[&str])] = &[
            ("windows", &["windows"]),
            ("macos", &["macos"]),
            ("linux", &["linux"]),
            ("unix", &["macos", "linux"]),
            ("windows/cmd", &["windows/cmd"]),
            ("unix/x86-64", &["macos/x86-64", "linux/x86-64"]),
        ];
        for (word, expected) in cases {
            let named: Vec<String> =
                Platform::expand(word).into_iter().flatten().map(|platform| platform.to_string()).collect();
            assert_eq!(named, *expected, "{word}");
            let one = Platform::parse(word).map(|platform| platform.to_string());
            assert_eq!(one.as_deref(), (expected.len() == 1).then_some(*word), "{word}");
        }
    }

    #[test]
    fn other_words_name_none() {
        let cases = [
            "",
            "Linux",
            "win",
            "any",
            "windows/",
            "/cmd",
            "windows/Cmd",
            "windows/a/b",
            "unix/",
            "linux/a--b",
        ];
        for word in cases {
            assert_eq!(Platform::expand(word), None, "{word}");
        }
    }
}

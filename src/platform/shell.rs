//! The shells that the language knows, and the fence languages that stand for them.

use std::fmt;

use super::System;

/// A shell in which steps run. Each is one session of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shell {
    /// The system's `sh`: languages `sh`, `shell`, `console`.
    Sh,
    /// GNU bash.
    Bash,
    /// The Korn shell.
    Ksh,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
    /// Windows' command interpreter, as one types into it.
    Cmd,
    /// The same, as a batch file.
    Batch,
    /// PowerShell.
    PowerShell,
}

impl Shell {
    /// The shell that a fence language stands for; `None` for a language that is no shell's.
    #[must_use]
    pub fn of_language(language: &str) -> Option<Self> {
        Some(match language {
            "sh" | "shell" | "console" => Self::Sh,
            "bash" => Self::Bash,
            "ksh" => Self::Ksh,
            "zsh" => Self::Zsh,
            "fish" => Self::Fish,
            "cmd" => Self::Cmd,
            "bat" | "batch" => Self::Batch,
            "powershell" | "ps1" | "pwsh" => Self::PowerShell,
            _ => return None,
        })
    }

    /// Every fence language that is a shell's.
    pub const LANGUAGES: [&str; 13] = [
        "sh",
        "shell",
        "console",
        "bash",
        "ksh",
        "zsh",
        "fish",
        "cmd",
        "bat",
        "batch",
        "powershell",
        "ps1",
        "pwsh",
    ];

    /// The program's name, for messages and for looking it up.
    #[must_use]
    pub fn program(self) -> &'static str {
        match self {
            Self::Sh => "sh",
            Self::Bash => "bash",
            Self::Ksh => "ksh",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Cmd | Self::Batch => "cmd",
            Self::PowerShell => "pwsh",
        }
    }

    /// Whether it can be had on `system` at all: Windows' own interpreter is nowhere else, while PowerShell and the shells
    /// of Unix have come to all of them.
    #[must_use]
    pub fn can_be_on(self, system: System) -> bool {
        !self.is_cmd() || system == System::Windows
    }

    /// Whether it is Windows' own interpreter.
    #[must_use]
    pub fn is_cmd(self) -> bool {
        matches!(self, Self::Cmd | Self::Batch)
    }

    /// Whether it reads the POSIX shell language (zsh nearly does): one loop serves these.
    #[must_use]
    pub fn is_posix(self) -> bool {
        matches!(self, Self::Sh | Self::Bash | Self::Ksh | Self::Zsh)
    }
}

impl fmt::Display for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_own_interpreter_is_nowhere_else() {
        for language in Shell::LANGUAGES {
            let shell = Shell::of_language(language).unwrap();
            let systems = System::ALL.map(|system| shell.can_be_on(system));
            let elsewhere = !["cmd", "bat", "batch"].contains(&language);
            assert_eq!(systems, [true, elsewhere, elsewhere], "{language}");
        }
    }

    #[test]
    fn every_listed_language_is_a_shells_and_no_other() {
        for language in Shell::LANGUAGES {
            assert!(Shell::of_language(language).is_some(), "{language}");
        }
        for language in ["", "python", "Bash", "SH", "text", "yaml"] {
            assert_eq!(Shell::of_language(language), None, "{language}");
        }
    }
}

//! The names of the language: classes, kinds of blocks, and the attributes that each kind takes.

/// A class of ours: what stands behind the dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) enum Class {
    Output,
    Answers,
    File,
    Patch,
    Files,
    Certificate,
    Service,
    Probe,
    Cleanup,
    Skip,
}

impl Class {
    pub(in crate::document) const ALL: [Self; 10] = [
        Self::Output,
        Self::Answers,
        Self::File,
        Self::Patch,
        Self::Files,
        Self::Certificate,
        Self::Service,
        Self::Probe,
        Self::Cleanup,
        Self::Skip,
    ];

    pub(in crate::document) fn name(self) -> &'static str {
        match self {
            Self::Output => "output",
            Self::Answers => "answers",
            Self::File => "file",
            Self::Patch => "patch",
            Self::Files => "files",
            Self::Certificate => "certificate",
            Self::Service => "service",
            Self::Probe => "probe",
            Self::Cleanup => "cleanup",
            Self::Skip => "skip",
        }
    }

    pub(in crate::document) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// The class that `name` is a letter or two off: one where either is short, since `.fish` is not `.file`.
    pub(in crate::document) fn near(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        Self::ALL
            .into_iter()
            .map(|class| (strsim::damerau_levenshtein(&lower, class.name()), class))
            .filter(|&(distance, class)| {
                distance <= if lower.chars().count().min(class.name().len()) <= 4 { 1 } else { 2 }
            })
            .min_by_key(|&(distance, _)| distance)
            .map(|(_, class)| class)
    }
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) enum Kind {
    Step,
    Transcript,
    Class(Class),
}

impl Kind {
    /// How a message calls such a block, with its article.
    pub(in crate::document) fn phrase(self) -> &'static str {
        match self {
            Self::Step => "a step",
            Self::Transcript => "a transcript",
            Self::Class(Class::Output) => "an `.output` block",
            Self::Class(Class::Answers) => "an `.answers` block",
            Self::Class(Class::File) => "a `.file` block",
            Self::Class(Class::Patch) => "a `.patch` block",
            Self::Class(Class::Files) => "a `.files` block",
            Self::Class(Class::Certificate) => "a `.certificate` block",
            Self::Class(Class::Service) => "a `.service` block",
            Self::Class(Class::Probe) => "a `.probe` block",
            Self::Class(Class::Cleanup) => "a `.cleanup` block",
            Self::Class(Class::Skip) => "a `.skip` block",
        }
    }

    /// Whether it is one of the blocks that a run shows under an id.
    pub(in crate::document) fn needs_id(self) -> bool {
        !matches!(self, Self::Class(Class::Output | Class::Answers | Class::Skip))
    }

    /// The attributes that it takes.
    pub(in crate::document) fn takes(self, attribute: &str) -> bool {
        let names: &[&str] = match self {
            Self::Step => &[
                "platform", "shell", "requires", "needs", "stops", "exit", "timeout", "retry", "every",
                "snapshot", "tty",
            ],
            Self::Transcript => &[
                "platform", "shell", "requires", "needs", "stops", "exit", "timeout", "retry", "every", "tty",
            ],
            Self::Class(Class::Output) => &["platform", "for", "stream"],
            Self::Class(Class::Answers) => &["platform", "for"],
            Self::Class(Class::File) => &["platform", "requires", "needs", "stops", "path", "mode", "append"],
            Self::Class(Class::Patch) => &["platform", "requires", "needs", "stops", "path"],
            Self::Class(Class::Files) => &["platform", "requires", "needs", "in"],
            Self::Class(Class::Certificate | Class::Probe) => {
                &["platform", "requires", "needs", "stops", "timeout", "retry", "every", "snapshot"]
            }
            Self::Class(Class::Service) => {
                &["platform", "shell", "requires", "needs", "stops", "timeout", "ready", "stop", "daemon"]
            }
            Self::Class(Class::Cleanup) => &["platform", "shell", "requires", "timeout"],
            // A block that is skipped for now keeps what it said before, so it takes everything.
            Self::Class(Class::Skip) => return true,
        };
        names.contains(&attribute)
    }

    /// The kinds that take an attribute.
    pub(in crate::document) fn that_take(attribute: &str) -> Vec<Self> {
        [Self::Step, Self::Transcript]
            .into_iter()
            .chain(Class::ALL.into_iter().map(Self::Class))
            .filter(|kind| kind.takes(attribute))
            // `.skip` takes all; naming it would lead astray, but for what is its own.
            .filter(|kind| *kind != Self::Class(Class::Skip) || attribute == "reason")
            .collect()
    }
}

/// Attributes with a value.
pub(in crate::document) const KEYS: [&str; 19] = [
    "platform", "shell", "requires", "needs", "stops", "exit", "timeout", "retry", "every", "snapshot",
    "stream", "ready", "stop", "daemon", "reason", "path", "mode", "in", "for",
];

/// Attributes without one.
pub(in crate::document) const FLAGS: [&str; 2] = ["tty", "append"];

/// Attributes that other tools want in the same group.
pub(in crate::document) fn foreign(name: &str) -> bool {
    matches!(name, "title" | "linenos" | "hl_lines") || name.starts_with("data-")
}

#[cfg(test)]
mod tests {
    use super::{Class, FLAGS, KEYS, Kind};

    #[test]
    fn every_attribute_is_taken_by_some_kind_and_every_taken_one_is_known() {
        for name in KEYS.iter().chain(&FLAGS) {
            assert!(!Kind::that_take(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn near_misses() {
        let cases = [
            ("ouput", Some(Class::Output)),
            ("Output", Some(Class::Output)),
            ("outputs", Some(Class::Output)),
            ("clean-up", Some(Class::Cleanup)),
            ("answer", Some(Class::Answers)),
            ("skpi", Some(Class::Skip)),
            ("fil", Some(Class::File)),
            ("fish", None),
            ("numberLines", None),
            ("python", None),
            ("sh", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(Class::near(name), expected, "{name}");
        }
    }
}

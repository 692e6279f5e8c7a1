//! A tutorial as its author wrote it: Markdown and front matter to blocks, and every check that needs no machine.

mod id;
mod model;

pub use id::StepId;
pub use model::{
    Answers, Block, BlockKind, Document, EnvValue, ExitRule, Expect, FrontMatter, Output, Placeholder,
    PlaceholderValue, RedactRule, Requirement, Retry, ShellStep, Streams,
};

//! A tutorial as its author wrote it: Markdown and front matter to blocks, and every check that needs no machine.

mod attributes;
mod blocks;
mod checks;
mod front;
mod id;
mod markdown;
mod model;
mod page;
mod parse;
mod paths;
#[cfg(test)]
mod tests;
mod unsupported;
mod values;

pub use checks::relocation_warnings;
pub use front::is_tutorial;
pub use id::StepId;
pub use model::{
    Answers, Block, BlockKind, Document, EnvValue, ExitRule, Expect, FrontMatter, Output, Placeholder,
    PlaceholderValue, RedactRule, Requirement, Retry, ShellStep, Streams,
};
pub use parse::parse;

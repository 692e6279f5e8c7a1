//! A tutorial as its author wrote it: Markdown and front matter to blocks, and every check that needs no machine.

mod attributes;
mod blocks;
mod checks;
mod coverage;
mod fill;
mod front;
mod id;
mod markdown;
mod model;
mod page;
mod parse;
mod paths;
mod rewrite;
#[cfg(test)]
mod tests;
mod texts;
mod values;
mod workspace;

pub use checks::{misplaced_path, relocation_warnings};
pub use coverage::{Coverage, Runnable, coverage, untagged_blocks};
pub use fill::filled;
pub use front::is_tutorial;
pub use id::StepId;
pub use model::{
    After, Answers, Block, BlockKind, Change, Command, Document, EnvValue, Exception, ExceptionOf, ExitRule,
    Expect, Extent, FileRef, FrontMatter, Hunk, HunkLine, Interpreter, Mark, Need, Output, OutputStream,
    Patch, Placeholder, PlaceholderValue, Port, Ready, ReadyError, RedactRule, Requirement, Retry, Runner,
    Runs, Service, ShellStep, Stop, Streams, Transcript, Variant,
};
pub use parse::parse;
pub use paths::copied_to;
pub use rewrite::{BlockChange, BlockChangeError, block_text, rewrite_blocks};
pub use workspace::{Absent, Alone, Workspace};

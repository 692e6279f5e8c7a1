//! What is asked of a plan: everything that decides a run and does not stand on the page.

use std::fmt;

use super::{Filter, Provided};
use crate::platform::{Platform, System};

/// What is asked of a plan.
pub struct Request<'a> {
    /// The page, from the root, with `/`.
    pub document: String,
    /// The machine's system.
    pub host: System,
    /// `--platform`. None: the host's where the page has it, else the page's first. A page that names no platform is
    /// for any, so it takes every request.
    pub platform: Option<Platform>,
    /// `--only`, `--skip`, `--from`.
    pub filter: Filter,
    /// Programs that the page's project has for where the machine has none of that name.
    pub provided: &'a [Provided],
    /// The caller's environment: the value of a variable where it is set.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// The free port that this run uses for a port that pages show.
    pub port: &'a dyn Fn(u16) -> u16,
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("document", &self.document)
            .field("host", &self.host)
            .field("platform", &self.platform)
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

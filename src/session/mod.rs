//! Runs a plan: shells, files, answers, time-outs, cleanup. Emits events, and never talks to the outside itself.

mod answers;
mod attempt;
mod batch;
mod cancel;
mod certificates;
mod disk;
mod errand;
mod evaluate;
#[cfg(any(windows, test))]
mod exchange;
mod files;
mod interpreter;
mod obstacles;
mod output;
mod patch;
mod placement;
mod powershell;
mod probes;
mod redactors;
mod relocated;
mod requirement;
mod rewriting;
mod runner;
#[cfg(any(windows, test))]
mod screen;
mod services;
mod settings;
mod stage;
mod transcript;
mod versions;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as host;
#[cfg(windows)]
use windows as host;

#[cfg(fuzzing)]
pub use batch::fuzzed as fuzzed_batch;
pub use cancel::Cancel;
pub use placement::{Placed, place};
pub use requirement::version_of;
pub use runner::run;
pub use settings::{Limits, Network, Recorded, Recordings, Relocate, Settings};

/// Whether this process was started as a session's supervisor: then it has done that work, and this is its exit
/// status. To be called first in `main`, before anything is printed or read.
#[must_use]
pub fn supervise_if_asked() -> Option<u8> {
    host::supervise_if_asked()
}

/// Gets ready for runs that are about to come, while their pages are read. When the value is dropped, what stood by for
/// a next run ends.
#[must_use]
pub fn prepare() -> StandingBy {
    host::start_early();
    StandingBy(())
}

/// What stands by for runs to come, as long as this lives.
#[derive(Debug)]
pub struct StandingBy(());

impl StandingBy {
    /// Says how many documents will run: after the last ones nothing need stand by.
    pub fn announce(&self, documents: usize) {
        host::announce(documents);
    }
}

impl Drop for StandingBy {
    fn drop(&mut self) {
        host::dismiss();
    }
}

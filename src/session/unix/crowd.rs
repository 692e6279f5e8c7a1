//! How many sessions run at once: whether a processor is free for one who waits without sleeping.

use std::{
    num::NonZero,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

static SESSIONS: AtomicUsize = AtomicUsize::new(0);

/// How many sessions are still to begin, as far as anybody has said.
static TO_COME: AtomicUsize = AtomicUsize::new(usize::MAX);

/// So many sessions are to come.
pub(in crate::session) fn announce(count: usize) {
    TO_COME.store(count, Ordering::Relaxed);
}

/// Whether another session is to come.
pub(super) fn is_another_to_come() -> bool {
    TO_COME.load(Ordering::Relaxed) > 0
}

/// A session that runs, as long as this lives.
#[derive(Debug)]
pub(super) struct Present(());

impl Present {
    pub(super) fn new() -> Self {
        SESSIONS.fetch_add(1, Ordering::Relaxed);
        let one_less = |count: usize| (count < usize::MAX).then(|| count.saturating_sub(1));
        let _ = TO_COME.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        Self(())
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        SESSIONS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether each session can have two processors: its shell's, and one for who waits for it.
pub(super) fn is_roomy() -> bool {
    static PROCESSORS: OnceLock<usize> = OnceLock::new();
    let processors = PROCESSORS.get_or_init(|| std::thread::available_parallelism().map_or(1, NonZero::get));
    SESSIONS.load(Ordering::Relaxed) * 2 <= *processors
}

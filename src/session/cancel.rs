//! Ctrl-C and SIGTERM, as every running document sees them.

#[cfg(unix)]
pub use unix::Cancel;

#[cfg(windows)]
pub use windows::Cancel;

/// Why a step or a document has no end of its own.
pub(super) const INTERRUPTED: &str = "interrupted";

fn reason(alone: bool) -> &'static str {
    if alone { "stopped since something went wrong elsewhere (--fail-fast)" } else { INTERRUPTED }
}

#[cfg(unix)]
mod unix {
    use std::{
        io,
        os::fd::{AsFd, BorrowedFd},
        os::unix::net::UnixStream,
        sync::{
            Arc, Mutex, MutexGuard, PoisonError, Weak,
            atomic::{AtomicBool, AtomicU8, Ordering},
        },
    };

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    /// Tells running documents to stop. Shared by all of them; signals can come at any time.
    ///
    /// The first signal asks every document to stop what runs and to clean up, the second to end at once.
    #[derive(Debug)]
    pub struct Cancel {
        level: AtomicU8,
        status: AtomicU8,
        /// Whether it was stopped by itself before anything else.
        alone: AtomicBool,
        /// For each level an end that becomes readable when it is reached, and stays so: all documents see it.
        wake: [UnixStream; 2],
        /// The other ends of those levels that are still to come, the first one last, and who is to be told too.
        rest: Mutex<Rest>,
    }

    #[derive(Debug)]
    struct Rest {
        ends: Vec<UnixStream>,
        within: Vec<Weak<Cancel>>,
    }

    impl Cancel {
        /// Starts to listen for SIGINT, SIGTERM and SIGHUP.
        ///
        /// # Errors
        ///
        /// Where the system refuses the handler, a descriptor or the thread.
        pub fn listen() -> io::Result<Arc<Self>> {
            let cancel = Self::never()?;
            let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
            let shared = Arc::clone(&cancel);
            std::thread::Builder::new().name("signals".into()).spawn(move || {
                for signal in &mut signals {
                    let status = 128 + u8::try_from(signal).unwrap_or(0);
                    let _ = shared.status.compare_exchange(0, status, Ordering::SeqCst, Ordering::SeqCst);
                    shared.raise();
                }
            })?;
            Ok(cancel)
        }

        /// One that no signal reaches.
        ///
        /// # Errors
        ///
        /// Where the system has no descriptor left.
        pub fn never() -> io::Result<Arc<Self>> {
            let (first, first_end) = UnixStream::pair()?;
            let (second, second_end) = UnixStream::pair()?;
            let rest = Rest { ends: vec![second_end, first_end], within: Vec::new() };
            Ok(Arc::new(Self {
                level: AtomicU8::new(0),
                status: AtomicU8::new(0),
                alone: AtomicBool::new(false),
                wake: [first, second],
                rest: Mutex::new(rest),
            }))
        }

        /// One that can be stopped by itself ([`Cancel::stop`]), and is where `outer` is.
        ///
        /// # Errors
        ///
        /// Where the system has no descriptor left.
        pub fn within(outer: &Self) -> io::Result<Arc<Self>> {
            let cancel = Self::never()?;
            let mut rest = outer.rest();
            rest.within.retain(|known| known.strong_count() > 0);
            rest.within.push(Arc::downgrade(&cancel));
            for _ in 0..outer.level() {
                cancel.raise();
            }
            drop(rest);
            Ok(cancel)
        }

        /// Asks all documents under it to stop what runs and to clean up, as the first signal does.
        pub fn stop(&self) {
            if self.level() == 0 {
                self.alone.store(true, Ordering::SeqCst);
                self.raise();
            }
        }

        /// Why documents stop, in words.
        #[must_use]
        pub fn reason(&self) -> &'static str {
            super::reason(self.alone.load(Ordering::SeqCst))
        }

        fn raise(&self) {
            let mut rest = self.rest();
            let level = self.level.load(Ordering::SeqCst).saturating_add(1);
            self.level.store(level.min(2), Ordering::SeqCst);
            // Dropping an end makes the other one readable.
            drop(rest.ends.pop());
            for inner in rest.within.iter().filter_map(Weak::upgrade) {
                // One that was stopped by itself is cleaning up already.
                if inner.level() < level {
                    inner.raise();
                }
            }
        }

        fn rest(&self) -> MutexGuard<'_, Rest> {
            self.rest.lock().unwrap_or_else(PoisonError::into_inner)
        }

        /// The exit status that the first signal asks for: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP;
        /// `None` before any.
        #[must_use]
        pub fn status(&self) -> Option<u8> {
            match self.status.load(Ordering::SeqCst) {
                0 => None,
                status => Some(status),
            }
        }

        /// How many signals have come: 0, 1 (stop and clean up), 2 (end at once).
        #[must_use]
        pub fn level(&self) -> u8 {
            self.level.load(Ordering::SeqCst)
        }

        /// Becomes readable when the level rises over `seen` (0 or 1).
        pub(in crate::session) fn over(&self, seen: u8) -> BorrowedFd<'_> {
            self.wake[usize::from(seen.min(1))].as_fd()
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::{
        io,
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
    };

    use crate::session::host;

    /// Tells running documents to stop. Shared by all of them; Ctrl-C can come at any time.
    ///
    /// The first one asks every document to stop what runs and to clean up, the second to end at once. So do Ctrl-Break,
    /// the closing of the console's window, and the end of the user's session, before which Windows leaves only some
    /// seconds.
    #[derive(Debug)]
    pub struct Cancel {
        listens: bool,
        stopped: AtomicBool,
    }

    impl Cancel {
        /// Starts to listen.
        ///
        /// # Errors
        ///
        /// Where the system refuses the handler.
        pub fn listen() -> io::Result<Arc<Self>> {
            host::listen()?;
            Ok(Arc::new(Self { listens: true, stopped: AtomicBool::new(false) }))
        }

        /// One that nothing reaches.
        ///
        /// # Errors
        ///
        /// None.
        pub fn never() -> io::Result<Arc<Self>> {
            Ok(Arc::new(Self { listens: false, stopped: AtomicBool::new(false) }))
        }

        /// One that stops with `outer`, and can be stopped by itself.
        ///
        /// # Errors
        ///
        /// None.
        pub fn within(outer: &Self) -> io::Result<Arc<Self>> {
            Ok(Arc::new(Self { listens: outer.listens, stopped: AtomicBool::new(false) }))
        }

        /// Asks all documents under it to stop.
        pub fn stop(&self) {
            self.stopped.store(true, Ordering::SeqCst);
        }

        /// Why documents stop, in words.
        #[must_use]
        pub fn reason(&self) -> &'static str {
            let heard = self.listens && host::level() > 0;
            super::reason(!heard && self.stopped.load(Ordering::SeqCst))
        }

        /// The exit status that the first one asks for: 130 for a key, 143 for what ends the program from outside;
        /// `None` before any.
        #[must_use]
        pub fn status(&self) -> Option<u8> {
            host::status().filter(|_| self.listens)
        }

        /// How many have come: 0, 1 (stop and clean up), 2 (end at once).
        #[must_use]
        pub fn level(&self) -> u8 {
            let heard = if self.listens { host::level() } else { 0 };
            heard.max(u8::from(self.stopped.load(Ordering::SeqCst)))
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn one_within_another_stops_alone_and_is_stopped_with_it() {
        use super::Cancel;

        let outer = Cancel::never().unwrap();
        let (first, second) = (Cancel::within(&outer).unwrap(), Cancel::within(&outer).unwrap());
        first.stop();
        first.stop();
        assert_eq!([&outer, &first, &second].map(|cancel| cancel.level()), [0, 1, 0]);
        outer.stop();
        assert_eq!([&outer, &first, &second].map(|cancel| cancel.level()), [1, 1, 1], "it still cleans up");
        // One that comes later is where the others are.
        assert_eq!(Cancel::within(&outer).unwrap().level(), 1);
        assert_eq!(second.status(), None, "no signal came");
        assert!(first.reason().contains("--fail-fast") && second.reason() == "interrupted");
    }
}

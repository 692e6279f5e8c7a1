//! Consoles: one that a step has in the place of a window, and what the user's own one says (Ctrl-C). With `system.rs`
//! the only file of Windows with `unsafe`.
#![expect(unsafe_code, reason = "these calls have no safe form")]

use std::{
    fs::File,
    io::{self, Write},
    os::windows::io::AsRawHandle,
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};

use windows_sys::Win32::System::Console::{
    COORD, CTRL_BREAK_EVENT, CTRL_C_EVENT, ClosePseudoConsole, CreatePseudoConsole, HPCON,
    SetConsoleCtrlHandler,
};

use super::system::{check, pipe, read_now};

/// The key that asks a program to end.
const CONTROL_C: u8 = 3;

/// The rows of a step's console. It is wide, since the system cuts lines that are longer.
pub(super) const ROWS: i16 = 100;
const COLUMNS: i16 = 1000;

/// A console that no window shows: what is written to it can be read here, and what is written here is typed there.
#[derive(Debug)]
pub(super) struct PseudoConsole {
    console: HPCON,
    keys: File,
    screen: File,
}

impl PseudoConsole {
    /// Opens one.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(super) fn open() -> io::Result<Self> {
        let ((their_keys, keys), (screen, their_screen)) = (pipe()?, pipe()?);
        let mut console: HPCON = 0;
        // SAFETY: two handles that live, and a place for the console; the system copies the handles.
        let result = unsafe {
            CreatePseudoConsole(
                COORD { X: COLUMNS, Y: ROWS },
                their_keys.as_raw_handle(),
                their_screen.as_raw_handle(),
                0,
                &raw mut console,
            )
        };
        if result < 0 {
            return Err(io::Error::other(format!("the system opens no pseudo-console ({result:#010x})")));
        }
        drop(their_screen);
        Ok(Self { console, keys: File::from(keys), screen })
    }

    pub(super) fn raw(&self) -> HPCON {
        self.console
    }

    /// Reads what has been drawn since.
    pub(super) fn read_now(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_now(&mut self.screen, buffer)
    }

    /// Types `text`: a newline is the Enter key, and Control-D, which means nothing here, is the end of the input.
    pub(super) fn type_text(&mut self, text: &[u8]) -> io::Result<()> {
        let mut keys = Vec::with_capacity(text.len() + 1);
        for &byte in text {
            match byte {
                b'\n' => keys.push(b'\r'),
                4 => keys.extend([0x1a, b'\r']),
                byte => keys.push(byte),
            }
        }
        self.keys.write_all(&keys)
    }

    /// Presses Control-C: programs that listen to it close their files and end.
    pub(super) fn interrupt(&mut self) -> io::Result<()> {
        self.keys.write_all(&[CONTROL_C])
    }

    /// Lets nobody who writes to it wait, from now on.
    pub(super) fn is_not_read(&self) {
        if let Ok(mut screen) = self.screen.try_clone() {
            let reading = move || io::copy(&mut screen, &mut io::sink());
            let _ = std::thread::Builder::new().name("screen".into()).spawn(reading);
        }
    }
}

impl Drop for PseudoConsole {
    fn drop(&mut self) {
        // The system waits until what it draws last has been read.
        self.is_not_read();
        // SAFETY: it is closed once.
        unsafe { ClosePseudoConsole(self.console) };
    }
}

static LEVEL: AtomicU8 = AtomicU8::new(0);
static STATUS: AtomicU8 = AtomicU8::new(0);

/// Starts to listen for Ctrl-C, Ctrl-Break, the closing of the window, the end of the user's session.
///
/// # Errors
///
/// The system's words.
pub(in crate::session) fn listen() -> io::Result<()> {
    // SAFETY: the function lives for ever, and does only what any thread may do.
    check(unsafe { SetConsoleCtrlHandler(Some(heard), 1) })
}

/// How often that has come, at most 2.
pub(in crate::session) fn level() -> u8 {
    LEVEL.load(Ordering::SeqCst).min(2)
}

/// The exit status that the first one asks for.
pub(in crate::session) fn status() -> Option<u8> {
    Some(STATUS.load(Ordering::SeqCst)).filter(|status| *status != 0)
}

unsafe extern "system" fn heard(event: u32) -> windows_sys::core::BOOL {
    let is_key = matches!(event, CTRL_C_EVENT | CTRL_BREAK_EVENT);
    let status = if is_key { 130 } else { 143 };
    let _ = STATUS.compare_exchange(0, status, Ordering::SeqCst, Ordering::SeqCst);
    let _ = LEVEL.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |level| Some((level + 1).min(2)));
    if !is_key {
        // The system ends this process when this function returns, and after some seconds anyway: until then the
        // documents clean up.
        std::thread::sleep(Duration::from_secs(60));
    }
    1
}

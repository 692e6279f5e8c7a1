//! The terminal: keys in, rows out, and afterwards everything as it was. Only this file knows `crossterm`.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use crossterm::{
    cursor::{Hide, MoveTo, MoveToColumn, Show},
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    queue,
    style::Print,
    terminal::{
        self, Clear, ClearType, DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen,
    },
};

use super::{
    item::Item,
    line::{Piece, Row},
    screen::Size,
    state::{Desk, Ended, Key, Outcome, State},
};

/// How often one looks whether a signal has come.
const TICK: Duration = Duration::from_millis(50);

/// Whether there is a terminal to review on: input and output are one, and it can do more than print.
#[must_use]
pub fn is_possible() -> bool {
    let dumb = match std::env::var("TERM") {
        Ok(term) => term == "dumb",
        // Windows' consoles name none.
        Err(_) => cfg!(unix),
    };
    !dumb && io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Shows `items`, of which there is at least one, until all are decided or the review is ended. `signalled` says
/// whether a signal has come that ends it, and with which exit status.
///
/// # Errors
///
/// Where the terminal refuses something.
pub fn review(
    items: Vec<Item>,
    desk: &mut dyn Desk,
    color: bool,
    signalled: &dyn Fn() -> Option<u8>,
) -> io::Result<Outcome> {
    let mut state = State::new(items, color, size());
    let screen = Screen::enter()?;
    let ended = watch(&mut state, desk, color, signalled);
    drop(screen);
    // A terminal that has gone takes no text either: that is no news.
    let ended = match ended {
        Err(_) if signalled().is_some() || !io::stdin().is_terminal() => Ended::Lost,
        ended => ended?,
    };
    let ended = signalled().map_or(ended, Ended::Signal);
    Ok(Outcome { ended, decisions: state.decisions() })
}

fn watch(
    state: &mut State,
    desk: &mut dyn Desk,
    color: bool,
    signalled: &dyn Fn() -> Option<u8>,
) -> io::Result<Ended> {
    let keys = keys()?;
    let mut seen = Vec::new();
    show(&state.draw(), &mut seen, color)?;
    loop {
        if let Some(status) = signalled() {
            return Ok(Ended::Signal(status));
        }
        match keys.recv_timeout(TICK) {
            Ok(Ok(Input::Key(key))) => {
                if let Some(ended) = state.press(key, desk) {
                    return Ok(ended);
                }
            }
            Ok(Ok(Input::Resized)) => {
                state.resize(size());
                seen.clear();
            }
            Ok(Err(error)) => return Err(error),
            Err(RecvTimeoutError::Timeout) if io::stdin().is_terminal() => continue,
            Err(_) => return Ok(Ended::Lost),
        }
        show(&state.draw(), &mut seen, color)?;
    }
}

enum Input {
    Key(Key),
    Resized,
}

/// What is typed. It is read by a thread of its own: where the terminal has gone, `crossterm` reads for ever.
fn keys() -> io::Result<Receiver<io::Result<Input>>> {
    let (sender, keys) = mpsc::channel();
    std::thread::Builder::new().name("keys".into()).spawn(move || {
        loop {
            let input = match event::read() {
                Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                    Ok(Input::Key(self::key(key.code, key.modifiers)))
                }
                Ok(Event::Resize(..)) => Ok(Input::Resized),
                Ok(_) => continue,
                Err(error) => Err(error),
            };
            let failed = input.is_err();
            if sender.send(input).is_err() || failed {
                break;
            }
        }
    })?;
    Ok(keys)
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Key {
    match code {
        KeyCode::Char('c') if modifiers.contains(KeyModifiers::CONTROL) => Key::Interrupt,
        KeyCode::Char(char) if !modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
            Key::Char(char)
        }
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => Key::Other,
    }
}

fn size() -> Size {
    match terminal::size() {
        Ok((width, height)) if width > 0 && height > 0 => Size { width: width.into(), height: height.into() },
        _ => Size { width: 80, height: 24 },
    }
}

/// Writes the rows that are not those seen already: the way to a terminal may be long.
fn show(rows: &[Row], seen: &mut Vec<Row>, color: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if seen.is_empty() {
        queue!(out, Clear(ClearType::All))?;
    }
    for (number, row) in rows.iter().enumerate() {
        if seen.get(number) == Some(row) {
            continue;
        }
        queue!(out, MoveTo(0, column(number)), Clear(ClearType::CurrentLine))?;
        for piece in row.pieces() {
            match piece {
                Piece::Column(at) => {
                    queue!(out, MoveToColumn(column(*at)))?;
                }
                Piece::Text(style, text) if color => {
                    queue!(out, Print(style), Print(text), Print(style.render_reset()))?;
                }
                Piece::Text(_, text) => {
                    queue!(out, Print(text))?;
                }
            }
        }
    }
    *seen = rows.to_vec();
    out.flush()
}

fn column(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// The terminal while it is ours; it is given back when this is dropped, and before the message of a panic.
struct Screen;

static OURS: AtomicBool = AtomicBool::new(false);

impl Screen {
    fn enter() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        OURS.store(true, Ordering::SeqCst);
        let screen = Self;
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        let mut out = io::stdout().lock();
        queue!(out, EnterAlternateScreen, DisableLineWrap, Hide)?;
        out.flush()?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Once only: what leaves the other screen a second time moves the cursor.
fn give_back() {
    if OURS.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout();
        // A terminal that has gone needs nothing any more.
        let _ = queue!(out, Show, EnableLineWrap, LeaveAlternateScreen);
        let _ = out.flush();
        let _ = terminal::disable_raw_mode();
    }
}

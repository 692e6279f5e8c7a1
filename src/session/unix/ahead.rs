//! Steps that are handed to a shell before it has come to them, so that it need not wait between two of them.
//!
//! Only tame steps, which leave their shell as it is and end no run but by ending it: where one fails, the copy of the
//! shell that goes on passes over what was handed to its predecessor. Each has a file of its own in a directory that can
//! be taken away at once, and streams of its own, so that what it writes is known to be its own.

use std::{
    collections::VecDeque,
    fs::OpenOptions,
    io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use super::{
    scratch::hand_on,
    shell::{StepFile, fifo},
};

/// How many steps may be on their way, the one that runs among them.
const SLOTS: [u8; 4] = *b"ABCD";

/// A place for a step, and the streams of whatever step is in it.
#[derive(Debug)]
pub(super) struct Slot {
    name: u8,
    file: StepFile,
    pub(super) stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
}

/// The places, and what is in them.
#[derive(Debug)]
pub(super) struct Ahead {
    place: PathBuf,
    slots: Vec<Slot>,
    /// The steps that were handed over and have not begun as far as is known, each with its slot and streams.
    queue: VecDeque<(usize, String, bool)>,
    /// The slot of the step that runs, where it is in one.
    current: Option<usize>,
    next: usize,
    revoked: bool,
}

impl Ahead {
    /// Makes the places below `directory`, where those of an earlier time may be left.
    pub(super) fn make(directory: &Path) -> io::Result<Self> {
        let place = directory.join("ahead");
        match std::fs::create_dir(&place) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => hand_on(&place)?,
        }
        let slots =
            SLOTS.into_iter().map(|name| Slot::make(directory, &place, name)).collect::<io::Result<_>>()?;
        Ok(Self { place, slots, queue: VecDeque::new(), current: None, next: 0, revoked: false })
    }

    /// How many steps wait.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Whether one more may be handed over.
    pub(super) fn has_room(&self) -> bool {
        self.queue.len() + 1 < self.slots.len() && !self.revoked
    }

    /// Puts a step into the next place; returns the request for it.
    pub(super) fn hand(&mut self, text: &str, merged: bool) -> io::Result<[u8; 2]> {
        let index = self.next;
        self.next = (self.next + 1) % self.slots.len();
        let slot = &mut self.slots[index];
        slot.file.write(text)?;
        self.queue.push_back((index, text.to_owned(), merged));
        // Both streams in one, or apart.
        Ok([slot.name + if merged { 0 } else { b'E' - b'A' }, b'\n'])
    }

    /// The step that is next is this one: from now on its streams are read. False where it was not handed over.
    pub(super) fn begin(&mut self, text: &str, merged: bool) -> bool {
        let next =
            self.queue.front().is_some_and(|(_, handed, streams)| handed == text && *streams == merged);
        self.current = if next { self.queue.pop_front().map(|(slot, _, _)| slot) } else { None };
        next
    }

    /// The streams of the step that runs, where it is in a slot.
    pub(super) fn current(&self) -> Option<&Slot> {
        self.current.and_then(|index| self.slots.get(index))
    }

    /// The slots that no step is in: what comes from them was started by an earlier one.
    pub(super) fn idle(&self) -> impl Iterator<Item = &Slot> {
        let busy = |index: usize| {
            self.current == Some(index) || self.queue.iter().any(|(slot, _, _)| *slot == index)
        };
        self.slots.iter().enumerate().filter(move |(index, _)| !busy(*index)).map(|(_, slot)| slot)
    }

    /// Takes back what has not begun: the shell finds no file and dies of it.
    pub(super) fn revoke(&mut self) -> io::Result<()> {
        if self.queue.is_empty() || self.revoked {
            return Ok(());
        }
        self.revoked = true;
        let gone = self.place.with_extension("gone");
        std::fs::rename(&self.place, &gone)?;
        std::fs::remove_dir_all(&gone)
    }
}

impl Slot {
    fn make(directory: &Path, place: &Path, name: u8) -> io::Result<Self> {
        let letter = char::from(name);
        let stream = |stream: &str| {
            let path = directory.join(format!("{stream}{letter}"));
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => fifo(&path),
            }
        };
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(place.join(letter.to_string()))?;
        Ok(Self { name, file: StepFile::new(file), stdout: stream("o")?, stderr: stream("e")? })
    }
}

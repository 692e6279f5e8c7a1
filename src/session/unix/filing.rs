//! Files as the runner has them read, written and listed: by the supervisor, which sees what the session sees.

use std::{io, path::PathBuf};

use super::{
    link::{Base, Reply, Request},
    machine::Machine,
    scratch::hand_on,
};
use crate::{
    plan::FileCopy,
    platform::Shell,
    session::{
        disk::{self, Way},
        placement::Placed,
    },
};

impl Machine<'_> {
    /// What relative paths start from: the directory of the shell that ran last.
    pub(super) fn base(&mut self) -> Base {
        let now = match (self.last, &self.wine) {
            // Its own processes have ended.
            (Some(Shell::Cmd), Ok(wine)) => Some(wine.directory()),
            (Some(shell), _) => self.directory_of(shell),
            (None, _) => None,
        };
        let directory = now.or_else(|| self.seen.directory.clone());
        Base::Directory(directory.unwrap_or_else(|| self.scratch.work()))
    }

    /// The current directory of a shell; `None` where the system does not tell or it is gone.
    pub(super) fn directory_of(&mut self, shell: Shell) -> Option<PathBuf> {
        let pid = self.shells.get(&shell)?.pid;
        if !self.is_sandboxed() {
            return std::fs::read_link(format!("/proc/{pid}/cwd")).ok();
        }
        // Its number is another one here.
        match self.keeper.ask(&Request::Where { pid }) {
            Ok(Reply::Place(place)) => place,
            _ => None,
        }
    }

    /// A path of the page as this system writes it.
    fn path(&self, path: &str) -> PathBuf {
        match &self.wine {
            Ok(wine) if self.of_windows => wine.inner(path),
            _ if self.of_windows => path.replace('\\', "/").into(),
            _ => path.into(),
        }
    }

    /// Writes a file as the session sees it, over what was there or after it. `mode`: the permission bits, where the
    /// page says them.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn write(
        &mut self,
        path: &str,
        mode: Option<u32>,
        append: bool,
        text: &str,
    ) -> Result<(), String> {
        let way = if append { Way::Append } else { Way::Anew };
        self.put(path, (way, mode), text)
    }

    /// Writes a new version of a file.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn rewrite(&mut self, path: &str, text: &str) -> Result<(), String> {
        self.put(path, (Way::Change, None), text)
    }

    fn put(&mut self, path: &str, (way, mode): (Way, Option<u32>), text: &str) -> Result<(), String> {
        let (base, text) = (self.base(), text.to_owned());
        match self.keeper.ask(&Request::Write { base, path: self.path(path), way, mode, text }) {
            Ok(Reply::Done) => Ok(()),
            other => Err(trouble(other)),
        }
    }

    /// The text of a file as the session sees it; `None` where there is none.
    ///
    /// # Errors
    ///
    /// The system's words, or that it is no text.
    pub(in crate::session) fn read(&mut self, path: &str) -> Result<Option<String>, String> {
        let base = self.base();
        let request = Request::Read { base, path: self.path(path) };
        match self.keeper.ask(&request) {
            Ok(Reply::Text(text)) => Ok(text),
            other => Err(trouble(other)),
        }
    }

    /// The bytes of a file as the session sees it, at most so many; `None` where there is none.
    ///
    /// # Errors
    ///
    /// The system's words, or that there are more.
    pub(in crate::session) fn read_bytes(
        &mut self,
        path: &str,
        most: u64,
    ) -> Result<Option<Vec<u8>>, String> {
        let base = self.base();
        let request = Request::ReadBytes { base, path: self.path(path), most };
        match self.keeper.ask(&request) {
            Ok(Reply::Bytes(bytes)) => Ok(bytes),
            other => Err(trouble(other)),
        }
    }

    /// Whether the session sees something of that name.
    pub(in crate::session) fn exists(&mut self, path: &str) -> bool {
        let base = self.base();
        let request = Request::Exists { base, path: self.path(path) };
        matches!(self.keeper.ask(&request), Ok(Reply::There(true)))
    }

    /// Writes `files` into `directory` as the session sees it, all or none; over what is there where `replace` says so.
    ///
    /// # Errors
    ///
    /// The system's words, or that a file is there.
    pub(in crate::session) fn place(
        &mut self,
        directory: &str,
        files: Vec<Placed>,
        replace: bool,
    ) -> Result<(), String> {
        let base = self.base();
        let request = Request::Place { base, directory: self.path(directory), files, replace };
        match self.keeper.ask(&request) {
            Ok(Reply::Done) => Ok(()),
            other => Err(trouble(other)),
        }
    }

    /// The names in a directory as the session sees it; those of directories end in `/`.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn list(&mut self, directory: &str) -> Result<Vec<String>, String> {
        let base = self.base();
        let request = Request::List { base, directory: self.path(directory) };
        match self.keeper.ask(&request) {
            Ok(Reply::Names(names)) => Ok(names),
            other => Err(trouble(other)),
        }
    }

    /// Copies what the page wants beside it into the scratch directory.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn copy(&self, wanted: &[FileCopy]) -> io::Result<()> {
        wanted.iter().try_for_each(|copy| disk::copy(&copy.from, &self.scratch.work().join(&copy.to)))?;
        self.sandbox.and_then(|sandbox| sandbox.owner).map_or(Ok(()), |owner| self.scratch.give_to(owner))
    }

    /// Writes a text that another program than a shell is to run, and tells where. `directory` and `name` are the
    /// runner's own words.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn script(&self, directory: &str, name: &str, text: &str) -> io::Result<PathBuf> {
        let directory = self.scratch.shells().join(directory);
        let file = disk::script(&directory, name, text)?;
        hand_on(&directory)?;
        hand_on(&file)?;
        Ok(file)
    }
}

fn trouble(reply: io::Result<Reply>) -> String {
    match reply {
        Ok(Reply::Failed { message }) => message,
        Ok(other) => format!("the session's supervisor answered {other:?}"),
        Err(error) => error.to_string(),
    }
}

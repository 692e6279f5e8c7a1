//! Files as the session sees them: what it sees is what this process sees.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::machine::Machine;
use crate::{
    plan::FileCopy,
    session::{
        disk::{self, Way},
        placement::{Placed, place},
    },
};

impl Machine<'_> {
    /// Writes a file, over what was there or after it.
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
        disk::write(&self.ground, &self.directory(), Path::new(path), (way, mode), text)
    }

    /// Writes a new version of a file.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn rewrite(&mut self, path: &str, text: &str) -> Result<(), String> {
        disk::write(&self.ground, &self.directory(), Path::new(path), (Way::Change, None), text)
    }

    /// The text of a file; `None` where there is none.
    ///
    /// # Errors
    ///
    /// The system's words, or that it is no text.
    pub(in crate::session) fn read(&mut self, path: &str) -> Result<Option<String>, String> {
        disk::read(&self.directory(), Path::new(path))
    }

    /// The bytes of a file, at most so many; `None` where there is none.
    ///
    /// # Errors
    ///
    /// The system's words, or that there are more.
    pub(in crate::session) fn read_bytes(
        &mut self,
        path: &str,
        most: u64,
    ) -> Result<Option<Vec<u8>>, String> {
        disk::read_bytes(&self.directory(), Path::new(path), most)
    }

    /// Whether there is something of that name.
    pub(in crate::session) fn exists(&mut self, path: &str) -> bool {
        self.directory().join(path).symlink_metadata().is_ok()
    }

    /// Writes `files` into `directory`, all or none; over what is there where `replace` says so.
    ///
    /// # Errors
    ///
    /// The system's words, or that a file is there.
    #[expect(clippy::needless_pass_by_value, reason = "as on Unix")]
    pub(in crate::session) fn place(
        &mut self,
        directory: &str,
        files: Vec<Placed>,
        replace: bool,
    ) -> Result<(), String> {
        let may_replace = |path: &Path| if replace { self.ground.may_replace(path) } else { Ok(false) };
        place(&self.directory().join(directory), &files, &may_replace)
    }

    /// The names in a directory; those of directories end in `/`.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn list(&mut self, directory: &str) -> Result<Vec<String>, String> {
        disk::list(&self.directory(), Path::new(directory))
    }

    /// Copies what the page wants beside it into the scratch directory.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn copy(&self, wanted: &[FileCopy]) -> io::Result<()> {
        wanted.iter().try_for_each(|copy| disk::copy(&copy.from, &self.scratch.work().join(&copy.to)))
    }

    /// Writes a text that another program than a shell is to run, and tells where. `directory` and `name` are the
    /// runner's own words.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn script(&self, directory: &str, name: &str, text: &str) -> io::Result<PathBuf> {
        disk::script(&self.scratch.shells().join(directory), name, text)
    }
}

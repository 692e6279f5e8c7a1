//! How relocated directories are made the run's own: by a view of the file system, or by other names for them.

use std::{io, path::PathBuf};

use super::{
    environment,
    keeper::{Idle, Keeper},
    link::{Start, View},
    scratch::Scratch,
    terminal::Terminal,
    wine::{Installed, Wine},
};
use crate::session::{Relocate, relocated::stand_ins};

/// The directories under `relocate`, by how they are made the run's own.
pub(super) struct Directories {
    /// Those that this system can have.
    here: Vec<String>,
    /// Those of Windows, `C:\data`: no view can have them, so their names are replaced whatever is asked for.
    windows: Vec<String>,
    way: Relocate,
    /// Programs of the project, which must stay in sight.
    programs: Vec<PathBuf>,
}

impl Directories {
    pub(super) fn new(relocate: &[String], way: Relocate, programs: Vec<PathBuf>) -> Self {
        let (windows, here) = relocate.iter().cloned().partition(|path| !path.starts_with('/'));
        Self { here, windows, way, programs }
    }

    /// Says that the steps will run under this Wine: the prefix that theirs is copied from must stay in sight.
    pub(super) fn under_wine(&mut self, installed: Option<&Installed>) {
        self.programs.extend(installed.and_then(Wine::kept));
    }

    /// Whether a view of the file system is wanted.
    fn by_view(&self) -> bool {
        !self.here.is_empty() && matches!(self.way, Relocate::Auto | Relocate::Mount)
    }

    /// Makes a session's parts: its scratch directory, its terminal, and its supervisor, with a view of its own where
    /// directories are to be relocated and the system can.
    pub(super) fn supervise(&self) -> io::Result<(Idle, Option<View>)> {
        let start = |scratch: &Scratch, terminal: &Terminal, view: Option<View>| Start {
            scratch: scratch.root().to_owned(),
            shells: scratch.shells().to_owned(),
            terminal: terminal.path().to_owned(),
            own: (self.way != Relocate::InPlace).then(|| own_directories(scratch, view.as_ref())),
            view,
        };
        while !self.by_view()
            && let Some(mut idle) = Idle::take()
        {
            if idle.keeper.begin_again(&start(&idle.scratch, &idle.terminal, None)).is_ok() {
                return Ok((idle, None));
            }
            idle.keeper.dismiss();
        }
        let scratch = Scratch::make()?;
        let terminal = Terminal::open()?;
        if self.by_view() {
            let view = view(&scratch, &self.here, &self.programs);
            match Keeper::start(&start(&scratch, &terminal, Some(view.clone()))) {
                Ok(keeper) => return Ok((Idle { keeper, terminal, scratch }, Some(view))),
                Err(error) if self.way == Relocate::Mount => {
                    let message =
                        format!("directories cannot be relocated by a mount namespace here: {error}");
                    return Err(io::Error::other(message));
                }
                Err(_) => {}
            }
        }
        let keeper = Keeper::start(&start(&scratch, &terminal, None))?;
        Ok((Idle { keeper, terminal, scratch }, None))
    }

    /// Makes the parents of those whose names are replaced; returns (the page's path, the run's).
    pub(super) fn replaced(
        &self,
        scratch: &Scratch,
        view: Option<&View>,
        wine: Option<&Wine>,
    ) -> io::Result<Vec<(String, String)>> {
        let here: &[String] = if view.is_none() { &self.here } else { &[] };
        if let Some(wine) = wine {
            for page in &self.windows {
                let own = wine.inner(page);
                std::fs::create_dir_all(own.parent().unwrap_or(&own))?;
            }
        }
        if self.way == Relocate::InPlace {
            return Ok(Vec::new());
        }
        let windows: &[String] = if wine.is_none() { &self.windows } else { &[] };
        stand_ins(&scratch.tree(), here.iter().chain(windows))
    }
}

/// The directories in which a session may write over what it finds.
fn own_directories(scratch: &Scratch, view: Option<&View>) -> Vec<PathBuf> {
    let mut own = vec![scratch.root().to_owned()];
    if let Some(view) = view {
        own.extend(view.relocate.iter().cloned());
        own.extend(view.home.iter().map(|(home, _)| home.clone()));
    }
    own
}

/// The view in which the directories of `relocate` are the run's own.
fn view(scratch: &Scratch, relocate: &[String], programs: &[PathBuf]) -> View {
    let relocate: Vec<PathBuf> = relocate.iter().map(PathBuf::from).collect();
    let real = environment::real_home().filter(|home| !relocate.iter().any(|path| path.starts_with(home)));
    View {
        tree: scratch.tree(),
        relocate,
        programs: real.as_deref().map(|home| environment::programs_in(home, programs)).unwrap_or_default(),
        home: real.map(|real| (real, scratch.home())),
    }
}

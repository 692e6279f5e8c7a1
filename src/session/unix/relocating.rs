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
#[cfg(target_os = "linux")]
use super::{link::Sandbox, sandbox};
use crate::session::{Network, Relocate, Settings, relocated::stand_ins};

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

/// A session's parts, and what is known of it.
pub(super) struct Started {
    pub(super) idle: Idle,
    pub(super) view: Option<View>,
    pub(super) sandbox: Option<Inner>,
    /// Where the session finds its terminal.
    pub(super) inner_terminal: PathBuf,
}

impl Started {
    /// One without a view of its own.
    fn plain(idle: Idle) -> Self {
        let inner_terminal = idle.terminal.path().to_owned();
        Self { idle, view: None, sandbox: None, inner_terminal }
    }
}

/// What keeps a session from the rest of the machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inner {
    pub(super) network: Network,
    /// Who its processes are to the machine, where that is not this user.
    pub(super) owner: Option<u32>,
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

    /// Whether the session needs no view of the file system and is not kept from the machine: then it can have what an
    /// earlier one has left.
    fn is_plain(&self, settings: &Settings) -> bool {
        let by_view = !self.here.is_empty() && matches!(self.way, Relocate::Auto | Relocate::Mount);
        !by_view && settings.sandbox.is_none()
    }

    /// Makes a session's parts: its scratch directory, its terminal, and its supervisor, with a view of its own where
    /// directories are to be relocated and the system can, and where the run is to be kept from the rest of the machine.
    pub(super) fn supervise(&self, settings: &Settings) -> io::Result<Started> {
        let start = |scratch: &Scratch, terminal: &Terminal, view: Option<View>| Start {
            scratch: scratch.root().to_owned(),
            shells: scratch.shells().to_owned(),
            terminal: terminal.path().to_owned(),
            own: (self.way != Relocate::InPlace).then(|| own_directories(scratch, view.as_ref())),
            view,
            sandbox: None,
            limits: settings.limits,
        };
        while self.is_plain(settings)
            && let Some(mut idle) = Idle::take()
        {
            if idle.keeper.begin_again(&start(&idle.scratch, &idle.terminal, None)).is_ok() {
                return Ok(Started::plain(idle));
            }
            idle.keeper.dismiss();
        }
        let scratch = Scratch::make()?;
        let terminal = Terminal::open()?;
        if let Some(network) = settings.sandbox {
            let start = start(&scratch, &terminal, None);
            return self.sandboxed(scratch, terminal, start, network);
        }
        if !self.is_plain(settings) {
            let view = view(&scratch, &self.here, &self.programs);
            match Keeper::start(&start(&scratch, &terminal, Some(view.clone()))) {
                Ok(keeper) => {
                    let idle = Idle { keeper, terminal, scratch };
                    return Ok(Started { view: Some(view), ..Started::plain(idle) });
                }
                Err(error) if self.way == Relocate::Mount => {
                    let message =
                        format!("directories cannot be relocated by a mount namespace here: {error}");
                    return Err(io::Error::other(message));
                }
                Err(_) => {}
            }
        }
        let keeper = Keeper::start(&start(&scratch, &terminal, None))?;
        Ok(Started::plain(Idle { keeper, terminal, scratch }))
    }

    /// Starts the supervisor in a sandbox.
    #[cfg(target_os = "linux")]
    fn sandboxed(
        &self,
        scratch: Scratch,
        terminal: Terminal,
        start: Start,
        network: Network,
    ) -> io::Result<Started> {
        let here: &[String] = if self.way == Relocate::Text { &[] } else { &self.here };
        let relocate = here.iter().map(PathBuf::from).collect();
        let home = environment::real_home().map(|real| (real, scratch.home()));
        let view = View { tree: scratch.inside(), relocate, home, programs: Vec::new() };
        let owner = sandbox::stranger();
        if let Some(owner) = owner {
            scratch.give_to(owner)?;
            std::os::unix::fs::lchown(&start.terminal, Some(owner), None)?;
        }
        let programs = environment::kept_in_sight(&self.programs);
        let own = own_directories(&scratch, Some(&view));
        let start = Start {
            own: Some(own),
            view: Some(view.clone()),
            sandbox: Some(Sandbox { network, owner, programs }),
            ..start
        };
        let keeper = Keeper::start(&start)?;
        let inner_terminal = PathBuf::from(sandbox::TERMINAL);
        let view = (!view.relocate.is_empty()).then_some(view);
        let idle = Idle { keeper, terminal, scratch };
        Ok(Started { idle, view, sandbox: Some(Inner { network, owner }), inner_terminal })
    }

    /// There is none on this system.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "as on Linux")]
    fn sandboxed(&self, _: Scratch, _: Terminal, _: Start, _: Network) -> io::Result<Started> {
        Err(io::Error::other("there is no sandbox on this system: it is made of namespaces of Linux"))
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

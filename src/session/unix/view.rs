//! A view of the file system of the session's own (Linux): relocated directories are the run's, all else the machine's.
//!
//! A relocated directory's parent is replaced by a private directory into which the machine's other entries are bound.
//! Where that parent is `/`, the whole root is replaced. See `mount_namespaces(7)`, `user_namespaces(7)`.

#![expect(
    unsafe_code,
    reason = "unshare is `unsafe` in rustix for the sake of CLONE_FILES, which is not used here; descriptors that others left open have no owner in this program"
)]

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    os::fd::{BorrowedFd, RawFd},
    path::{Component, Path, PathBuf},
};

use rustix::{
    mount::{MountPropagationFlags, UnmountFlags, mount_bind_recursive, mount_change, unmount},
    thread::UnshareFlags,
};

use super::link::View;

/// A directory on the way to a relocated one, or (without children) a relocated one itself.
#[derive(Debug, Default)]
struct Node {
    children: BTreeMap<OsString, Node>,
}

impl Node {
    fn is_relocated(&self) -> bool {
        self.children.is_empty()
    }

    /// Whether `path`, which this node stands for, must be replaced by a private directory: one of its entries is the
    /// run's own, or is to lead there and does not exist.
    fn wants_private(&self, path: &Path) -> bool {
        self.children.iter().any(|(name, child)| child.is_relocated() || !path.join(name).is_dir())
    }
}

/// Gives this process the view. It must have one thread only.
pub(super) fn enter(view: &View) -> io::Result<()> {
    let step = |what: &'static str| move |error: io::Error| io::Error::other(format!("{what}: {error}"));
    own_mounts().map_err(step("a mount namespace"))?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
        .map_err(|errno| step("private mounts")(errno.into()))?;
    let tree = tree_of(&view.relocate);
    let mut builder = Builder { view, top: 0 };
    if tree.wants_private(Path::new("/")) {
        // A parent is `/` itself: a new root.
        let root = builder.next_top()?;
        bind(&root, &root)?;
        // Or binding the directory that the tree lies in would mount the tree into itself.
        mount_change(&root, MountPropagationFlags::UNBINDABLE)?;
        builder.fill(Path::new("/"), &root, &tree)?;
        cover_home(view, &root)?;
        change_root(&root).map_err(step("a new root"))?;
        mount_change("/", MountPropagationFlags::PRIVATE)?;
    } else {
        builder.replace_tops(Path::new("/"), &tree)?;
        cover_home(view, Path::new("/"))?;
    }
    // What stood in a directory that is covered now must be looked up anew.
    std::env::set_current_dir("/")
}

/// Leaves the namespaces of these kinds. This process must have one thread only.
pub(super) fn unshare(flags: UnshareFlags) -> io::Result<()> {
    // SAFETY: no descriptor table is unshared.
    Ok(unsafe { rustix::thread::unshare_unsafe(flags.difference(UnshareFlags::FILES)) }?)
}

/// Makes all descriptors but the standard ones end where another program begins, also those that whoever started `tutor`
/// left open.
pub(super) fn close_at_exec() -> io::Result<()> {
    let open: Vec<RawFd> = fs::read_dir("/proc/self/fd")?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|&number| number > 2)
        .collect();
    for number in open {
        // SAFETY: it is looked at in this call alone; where it is closed meanwhile, that is an error and nothing else.
        let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
        let _ = rustix::io::fcntl_setfd(descriptor, rustix::io::FdFlags::CLOEXEC);
    }
    Ok(())
}

/// Makes the directories of `view` that are the run's own, and what leads there, private below `root`, where the rest of
/// the machine is bound already. Whether entries of `root` itself are to be made by steps.
pub(super) fn relocate_within(view: &View, root: &Path) -> io::Result<bool> {
    let mut tree = tree_of(&view.relocate);
    let writable = tree.wants_private(root);
    let mut builder = Builder { view, top: 0 };
    tree.children.retain(|_, child| !child.is_relocated());
    for (name, child) in &tree.children {
        let path = root.join(name);
        if !path.is_dir() {
            fs::create_dir_all(&path)?;
            builder.fill(&path, &path, child)?;
        }
    }
    builder.replace_tops(root, &tree)?;
    Ok(writable)
}

/// Leaves the machine's mount namespace. Without the right to do so, in a user namespace where this user stays itself.
fn own_mounts() -> io::Result<()> {
    if rustix::process::geteuid().is_root() && unshare(UnshareFlags::NEWNS).is_ok() {
        return Ok(());
    }
    let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNS)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}

/// The relocated directories as a tree below `/`. One that lies in another relocated one is the run's own anyway.
fn tree_of(relocate: &[PathBuf]) -> Node {
    let mut root = Node::default();
    let mut sorted: Vec<PathBuf> = relocate.iter().map(|path| resolve_parent(path)).collect();
    sorted.sort();
    sorted.dedup();
    let mut kept: Vec<PathBuf> = Vec::new();
    for path in sorted {
        if kept.iter().any(|shorter| path.starts_with(shorter)) {
            continue;
        }
        let mut node = &mut root;
        for component in path.components() {
            if let Component::Normal(name) = component {
                node = node.children.entry(name.to_owned()).or_default();
            }
        }
        kept.push(path);
    }
    root
}

/// `path` with the links in its existing parents resolved: a mount would not stay where a link points from.
fn resolve_parent(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut parent = path;
    while let (Some(up), Some(name)) = (parent.parent(), parent.file_name()) {
        missing.push(name.to_owned());
        parent = up;
        if let Ok(real) = fs::canonicalize(parent) {
            return missing.iter().rev().fold(real, |path, name| path.join(name));
        }
    }
    path.to_owned()
}

struct Builder<'v> {
    view: &'v View,
    top: usize,
}

impl Builder<'_> {
    /// A fresh private directory.
    fn next_top(&mut self) -> io::Result<PathBuf> {
        let path = self.view.tree.join(self.top.to_string());
        self.top += 1;
        fs::create_dir_all(&path)?;
        Ok(path)
    }

    /// Replaces, below `directory`, every topmost directory that holds a relocated one.
    fn replace_tops(&mut self, directory: &Path, node: &Node) -> io::Result<()> {
        for (name, child) in &node.children {
            let path = directory.join(name);
            if child.wants_private(&path) {
                let private = self.next_top()?;
                self.fill(&path, &private, child)?;
                bind(&private, &path)?;
            } else {
                self.replace_tops(&path, child)?;
            }
        }
        Ok(())
    }

    /// Fills the private directory `private`, which stands for `real`: the machine's entries are bound in, those on
    /// the way to a relocated directory are private in turn, relocated ones are left out.
    fn fill(&self, real: &Path, private: &Path, node: &Node) -> io::Result<()> {
        if let Ok(entries) = fs::read_dir(real) {
            for entry in entries.flatten() {
                let (from, to) = (entry.path(), private.join(entry.file_name()));
                if !node.children.contains_key(&entry.file_name()) && from != self.view.tree {
                    bind_entry(&from, &to).map_err(|error| at(&from, &error))?;
                }
            }
        }
        for (name, child) in node.children.iter().filter(|(_, child)| !child.is_relocated()) {
            let (from, to) = (real.join(name), private.join(name));
            fs::create_dir_all(&to).map_err(|error| at(&to, &error))?;
            self.fill(&from, &to, child)?;
        }
        Ok(())
    }
}

/// Makes `to` what `from` is: links are made again, all else is mounted.
fn bind_entry(from: &Path, to: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    if kind.is_dir() {
        fs::create_dir(to)?;
    } else {
        fs::write(to, "")?;
    }
    match bind(from, to) {
        // Some other user's private mount, for example: not in sight is better than no view at all.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}

/// Puts the run's home over the machine's, below `root`; directories of programs stay in sight.
fn cover_home(view: &View, root: &Path) -> io::Result<()> {
    let Some((real, own)) = &view.home else { return Ok(()) };
    for path in &view.programs {
        if let Ok(inside) = path.strip_prefix(real) {
            let to = own.join(inside);
            fs::create_dir_all(&to)?;
            bind(path, &to)?;
        }
    }
    bind(own, &below(root, real)).map_err(|error| at(real, &error))
}

/// Makes `root`, on which something is mounted, this process's root, and lets go of the old one.
pub(super) fn change_root(root: &Path) -> io::Result<()> {
    std::env::set_current_dir(root)?;
    // The old root is stacked on the new one and taken off again: pivot_root(2), "pivot_root(".", ".")".
    rustix::process::pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    Ok(())
}

fn bind(from: &Path, to: &Path) -> io::Result<()> {
    Ok(mount_bind_recursive(from, to)?)
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}

//! What a sandbox's processes may not: no capability, no program that gives one, and bounds that the kernel holds.

use std::io;

use rustix::{
    io::Errno,
    process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit},
    thread::{
        CapabilitySet, CapabilitySets, capabilities, clear_ambient_capability_set,
        configure_capability_in_ambient_set, remove_capability_from_bounding_set, set_capabilities,
        set_no_new_privs,
    },
};

use crate::session::unix::{holding::tasks, link::Start};

/// Gives up all privileges, for ever and for all that this process starts.
pub(super) fn give_up(start: &Start) -> io::Result<()> {
    // What is in a sandbox counts by itself, so that this bound is its own; and without privileges it holds. It is for
    // threads as well: the watch over processes, which says what is wrong, comes first.
    bound(Resource::Nproc, tasks(start.limits.processes))?;
    bound(Resource::Core, 0)?;
    for number in 0..u64::BITS {
        match remove_capability_from_bounding_set(CapabilitySet::from_bits_retain(1 << number)) {
            // No capability of this number.
            Ok(()) | Err(Errno::INVAL) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    clear_ambient_capability_set()?;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    set_no_new_privs(true)?;
    // No step can look into this process or take what it has open.
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// Makes the program that this process starts next have the privileges that it has itself: those over its own namespaces.
/// One that is started by no root loses them else.
pub(super) fn hand_over() -> io::Result<()> {
    let own = capabilities(None)?;
    set_capabilities(None, CapabilitySets { inheritable: own.permitted, ..own })?;
    for capability in own.permitted.iter() {
        configure_capability_in_ambient_set(capability, true)?;
    }
    Ok(())
}

fn bound(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

//! What a sandbox's processes may not: no capability, no program that gives one, and bounds that the kernel holds.

use std::io;

use rustix::{
    io::Errno,
    process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit},
    thread::{
        CapabilitySet, CapabilitySets, clear_ambient_capability_set, remove_capability_from_bounding_set,
        set_capabilities, set_no_new_privs,
    },
};

use crate::session::unix::link::Start;

/// Gives up all privileges, for ever and for all that this process starts.
pub(super) fn give_up(start: &Start) -> io::Result<()> {
    // A process in a sandbox counts by itself, so that this bound is its own; and without privileges it holds.
    bound(Resource::Nproc, start.limits.processes)?;
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

fn bound(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

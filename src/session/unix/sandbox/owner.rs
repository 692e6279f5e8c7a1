//! Who a sandbox's processes are on this machine where `tutor` runs as root: a user that nothing belongs to.

use std::{
    fs,
    hash::{BuildHasher, Hasher},
    io,
};

use rustix::{
    process::{Gid, Uid, geteuid},
    thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid},
};

/// User ids that no system gives to anybody: above those of `systemd`'s containers (`UIDS-GIDS.md`), below what is signed.
const FIRST: u32 = 0x7000_0000;
const COUNT: u32 = 0x0800_0000;

/// The user id for a new sandbox, where this process is root and there is another one to be had.
pub(in crate::session::unix) fn stranger() -> Option<u32> {
    if !geteuid().is_root() {
        return None;
    }
    let map = fs::read_to_string("/proc/self/uid_map").ok()?;
    pick(&map, chance())
}

/// One of the ids of `map` (`uid_map` in `user_namespaces(7)`), in which not all need be there.
fn pick(map: &str, chance: u32) -> Option<u32> {
    let wanted = FIRST + chance % COUNT;
    let ranges = map.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace().map(str::parse::<u32>);
        let (first, _, count) = (words.next()?.ok()?, words.next()?.ok()?, words.next()?.ok()?);
        Some((first, count))
    });
    let ranges: Vec<(u32, u32)> = ranges.collect();
    if ranges.iter().any(|(first, count)| wanted >= *first && wanted - first < *count) {
        return Some(wanted);
    }
    // The last ones are the least likely to be anybody's.
    let (first, count) =
        ranges.iter().copied().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 1)?;
    Some(first + count - 1 - chance % (count / 2).min(1000))
}

/// A number that is another one each time.
fn chance() -> u32 {
    let hash = std::collections::hash_map::RandomState::new().build_hasher().finish();
    u32::try_from(hash & 0xffff_ffff).unwrap_or(0)
}

/// Becomes this user, who is in no group but the one of the same number.
pub(super) fn become_it(owner: u32) -> io::Result<()> {
    let (user, group) = (Uid::from_raw(owner), Gid::from_raw(owner));
    set_thread_groups(&[])?;
    set_thread_res_gid(group, group, group)?;
    Ok(set_thread_res_uid(user, user, user)?)
}

#[cfg(test)]
mod tests {
    use super::{FIRST, pick};

    #[test]
    fn the_id_is_one_that_there_is_and_seldom_anybodys() {
        assert_eq!(pick("         0          0 4294967295\n", 7), Some(FIRST + 7));
        assert_eq!(pick("0 100000 65536\n", 7), Some(65_528));
        assert_eq!(pick("0 1000 1\n1 100000 65536\n", 0), Some(65_536));
        assert_eq!(pick("0 1000 1\n", 7), None);
        assert_eq!(pick("", 7), None);
    }
}

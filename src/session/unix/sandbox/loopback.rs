//! The loopback interface of a fresh network namespace, which is down at first: `rtnetlink(7)`.

use std::io;

use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, netlink, recv, sendto, socket_with};

/// `RTM_NEWLINK`, `NLM_F_REQUEST | NLM_F_ACK`, `NLMSG_ERROR`, `IFF_UP`: `linux/rtnetlink.h`, `linux/netlink.h`, `linux/if.h`.
const NEW_LINK: u16 = 16;
const REQUEST_AND_ANSWER: u16 = 1 | 4;
const ERROR: u16 = 2;
const UP: u32 = 1;

/// A namespace's loopback is its first interface.
const FIRST: i32 = 1;

/// Brings it up.
pub(super) fn up() -> io::Result<()> {
    // The protocol is `NETLINK_ROUTE`, 0, which is what none means.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    sendto(&socket, &message(), SendFlags::empty(), &netlink::SocketAddrNetlink::new(0, 0))?;
    let mut answer = [0; 256];
    let (length, _) = recv(&socket, &mut answer, rustix::net::RecvFlags::empty())?;
    match error_of(&answer[..length]) {
        Some(0) => Ok(()),
        Some(number) => Err(io::Error::from_raw_os_error(-number)),
        None => Err(io::Error::other("no answer of the kernel's")),
    }
}

/// A header (`nlmsghdr`), and an `ifinfomsg`.
fn message() -> Vec<u8> {
    let mut message = Vec::with_capacity(32);
    message.extend(32_u32.to_ne_bytes());
    message.extend(NEW_LINK.to_ne_bytes());
    message.extend(REQUEST_AND_ANSWER.to_ne_bytes());
    // The sequence number and the sender.
    message.extend([0; 8]);
    // Family, padding and type of the interface.
    message.extend([0; 4]);
    message.extend(FIRST.to_ne_bytes());
    // The flags, and which of them are to change.
    message.extend(UP.to_ne_bytes());
    message.extend(UP.to_ne_bytes());
    message
}

/// The number in the answer; 0 for success.
fn error_of(answer: &[u8]) -> Option<i32> {
    let kind = u16::from_ne_bytes(answer.get(4..6)?.try_into().ok()?);
    let number = i32::from_ne_bytes(answer.get(16..20)?.try_into().ok()?);
    (kind == ERROR).then_some(number)
}

//! Attempts to connect: to what listens on this machine, and to whoever knows names.

use std::{
    io::ErrorKind,
    net::{TcpListener, UdpSocket},
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixListener},
    },
};

use super::host::{Host, Told, commands, page};

/// Runs the page in each of these ways: whether `reached` says that it got here.
fn tried(
    blocks: &str,
    fill: &dyn Fn(&str) -> String,
    reached: &mut dyn FnMut(&Host) -> bool,
    prepare: &dyn Fn(&Host),
) {
    let ways: [(&[&str], bool); 4] = [
        (&["--sandbox"], false),
        (&["--sandbox", "--network", "none"], false),
        (&["--sandbox", "--network", "loopback"], false),
        (&[], true),
    ];
    for (flags, expected) in ways {
        let host = Host::new();
        prepare(&host);
        host.write("project/page.md", &page("{}", &fill(blocks)));
        let Told { text, .. } = host.run(flags);
        assert!(!text.contains("the session could not start"), "no sandbox can be had here: {text}");
        assert_eq!(reached(&host), expected, "{flags:?}: {text}");
    }
}

fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    (listener, port)
}

/// Whether somebody has come.
fn taken(listener: &TcpListener) -> bool {
    match listener.accept() {
        Ok(_) => true,
        Err(error) if error.kind() == ErrorKind::WouldBlock => false,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_port_of_this_machine() {
    let (listener, port) = listener();
    let text = commands("(exec 3<>/dev/tcp/127.0.0.1/@PORT@) 2>/dev/null");
    tried(&text, &|text| text.replace("@PORT@", &port), &mut |_| taken(&listener), &|_| {});
}

#[test]
fn a_port_of_this_machine_by_a_probe() {
    let (listener, port) = listener();
    let text = "```toml {#p .probe snapshot=none}\nconnect = \"127.0.0.1:@PORT@\"\nexpect = \"ok\"\n```\n";
    tried(text, &|text| text.replace("@PORT@", &port), &mut |_| taken(&listener), &|_| {});
}

#[test]
fn a_port_of_this_machine_by_a_service() {
    let (listener, port) = listener();
    let text = "```bash {#s .service ready=http://127.0.0.1:@PORT@/ timeout=1s}\nsleep 60\n```\n";
    tried(text, &|text| text.replace("@PORT@", &port), &mut |_| taken(&listener), &|_| {});
}

#[test]
fn a_datagram_to_who_knows_names() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let port = socket.local_addr().unwrap().port().to_string();
    let text = commands("echo secret > /dev/udp/127.0.0.1/@PORT@");
    let mut reached = |_: &Host| socket.recv(&mut [0; 100]).is_ok();
    tried(&text, &|text| text.replace("@PORT@", &port), &mut reached, &|_| {});
}

/// Connects to the socket that `@NAME@` packs.
const CONNECT: &str =
    "perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); connect(S, @NAME@) or print \"no\\n\"'";

#[test]
fn a_socket_without_a_file() {
    let name = format!("tutor-attack-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(name.as_bytes()).unwrap();
    let listener = UnixListener::bind_addr(&address).unwrap();
    listener.set_nonblocking(true).unwrap();
    // `pack_sockaddr_un` of Perl takes a name that begins with a zero byte as such.
    let packed = format!("pack_sockaddr_un(\"\\0{name}\")");
    let text = commands(CONNECT).replace("@NAME@", &packed);
    tried(&text, &str::to_owned, &mut |_| listener.accept().is_ok(), &|_| {});
}

#[test]
fn a_socket_in_tmp() {
    let room = tempfile::tempdir_in("/tmp").unwrap();
    let path = room.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    listener.set_nonblocking(true).unwrap();
    let text = commands(CONNECT).replace("@NAME@", &format!("pack_sockaddr_un(\"{}\")", path.display()));
    tried(&text, &str::to_owned, &mut |_| listener.accept().is_ok(), &|_| {});
}

#[test]
fn loopback_is_there_where_it_was_asked_for() {
    let host = Host::new();
    let text = "```bash {#s .service ready=tcp:18080}\nperl -MSocket -e 'socket(S, AF_INET, SOCK_STREAM, 0); bind(S, pack_sockaddr_in(18080, INADDR_LOOPBACK)) or die; listen(S, 5); while (accept(C, S)) { close C }'\n```\n\n\
                ```toml {#p .probe snapshot=none}\nconnect = \"localhost:18080\"\nexpect = \"ok\"\n```\n\n\
                ```bash {#c snapshot=none}\nexec 3<>/dev/tcp/127.0.0.1/18080\n```\n";
    host.write("project/page.md", &page("{}", text));
    let told = host.run(&["--sandbox", "--network", "loopback"]);
    assert_eq!(told.code, Some(0), "{}", told.text);
    let told = host.run(&["--sandbox", "--strict"]);
    assert!(told.code == Some(1) && told.says("`--network loopback`"), "{}", told.text);
}

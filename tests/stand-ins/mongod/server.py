"""The server: SecantusDB's, with mongod's rules for who may connect and how."""

from __future__ import annotations

import contextlib
import errno
import itertools
import selectors
import socket
import ssl
import threading

import secantus.server
from secantus.server import SecantusDBServer

from access import Access, Document
from encryption import Encryption
from errors import listener
from log import Log, enter_connection
from settings import Settings

_HANDSHAKE_SECONDS = 30.0
_CLIENT_HELLO = b"\x16"  # a TLS record of the handshake; no message of MongoDB begins so


class Mongod(SecantusDBServer):
    """Listens on all addresses, encrypts or refuses to go without, and logs who comes and goes."""

    _socket: socket.socket | None
    _thread: threading.Thread | None

    def __init__(self, settings: Settings, encryption: Encryption | None, log: Log, started_with: Document) -> None:
        """Opens the data. Raises what SecantusDB raises for data that it can't open."""
        super().__init__(
            host="",
            port=settings.port,
            storage_path=str(settings.data),
            replica_set_name=None,
            require_auth=settings.authorization,
            enable_test_commands=False,
            client_idle_timeout_s=24 * 3600.0,
            max_connections=settings.max_connections,
            cache_size=f"{max(1, round(settings.cache_gigabytes * 1024))}M",
            session_max=settings.max_connections + 100,
        )
        self._settings = settings
        self._encryption = encryption
        self._log = log
        self._numbers = itertools.count(1)
        self._listeners: list[socket.socket] = []
        self._wake, self._woken = socket.socketpair()
        self._access = Access(secantus.server.dispatch, log, encryption, settings.x509_members, started_with)
        # Each connection's thread looks the function up here.
        secantus.server.dispatch = self._access

    def start(self) -> None:
        """Begins to listen. Raises StartFailure for an address that is taken or unknown."""
        self._listeners = [self._listen(*target) for target in self._targets()]
        self._socket = self._listeners[0]
        self._thread = threading.Thread(target=self._accept, name="listener", daemon=True)
        self._thread.start()
        for listening in self._listeners:
            self._log.write(
                "I", "NETWORK", 23015, "Listening on", context="listener", address=listening.getsockname()[0]
            )
        encrypted = "on" if self._encryption is not None else "off"
        self._log.write(
            "I", "NETWORK", 23016, "Waiting for connections", context="listener", port=self.port, ssl=encrypted
        )

    def stop(self) -> None:
        """Closes all connections, then the data."""
        self._stop_event.set()
        self._wake.close()
        if self._thread is not None:
            self._thread.join()
        for listening in self._listeners:
            listening.close()
        self._socket = None
        self._thread = None
        super().stop()

    def _targets(self) -> list[tuple[socket.AddressFamily, str]]:
        """What to listen on, by family and address, none twice."""
        targets: dict[tuple[socket.AddressFamily, str], None] = {}
        wanted = 0 if self._settings.ipv6 else socket.AF_INET
        for name in self._settings.addresses:
            family = wanted if ":" not in name else socket.AF_INET6
            try:
                found = socket.getaddrinfo(name, self.port, family, socket.SOCK_STREAM)
            except OSError as error:
                raise listener(f"{name}: {error.strerror}") from error
            targets.update(((entry[0], str(entry[4][0])), None) for entry in found)
        return list(targets)

    def _listen(self, family: socket.AddressFamily, address: str) -> socket.socket:
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind((address, self.port))
            listening.listen()
        except OSError as error:
            listening.close()
            taken = error.errno == errno.EADDRINUSE
            raise listener("Address already in use" if taken else f"{address}: {error.strerror}") from error
        return listening

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            for listening in (*self._listeners, self._woken):
                selector.register(listening, selectors.EVENT_READ)
            while not self._stop_event.is_set():
                for key, _ in selector.select():
                    if key.fileobj is self._woken or not isinstance(key.fileobj, socket.socket):
                        return
                    with contextlib.suppress(OSError):
                        connection, address = key.fileobj.accept()
                        self._begin(connection, address)

    def _begin(self, connection: socket.socket, address: tuple[str, int]) -> None:
        """Gives a connection a thread of its own before anything is read: no client can hold up another."""
        with self._active_conns_lock:
            full = self._active_conns >= self.max_connections
            self._active_conns += 0 if full else 1
            count = self._active_conns
        if full:
            self._log.write(
                "I",
                "NETWORK",
                22942,
                "Connection refused because there are too many open connections",
                context="listener",
                connectionCount=count,
            )
            connection.close()
            return
        number = next(self._numbers)
        threading.Thread(
            target=self._serve, args=(connection, address, number, count), name=f"secantus-conn-{number}", daemon=True
        ).start()

    def _serve(self, connection: socket.socket, address: tuple[str, int], number: int, count: int) -> None:
        host, port = address[0], address[1]
        remote = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        enter_connection(number)
        self._access.enter(remote)
        if not self._log.quiet:
            self._log.write(
                "I",
                "NETWORK",
                22943,
                "Connection accepted",
                context="listener",
                remote=remote,
                connectionId=number,
                connectionCount=count,
            )
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(_HANDSHAKE_SECONDS)
        try:
            secured = self._secure(connection)
        except OSError as error:
            self._turn_away(connection, remote, error)
            with self._active_conns_lock:
                self._active_conns -= 1
        else:
            secured.settimeout(self.client_idle_timeout_s)
            # Counts the connection out when it ends.
            self._handle_client(secured, address)
        if not self._log.quiet:
            self._log.write("I", "NETWORK", 22944, "Connection ended", remote=remote, connectionId=number)

    def _secure(self, connection: socket.socket) -> socket.socket:
        """The connection as it may be used. Raises OSError for one that must not be."""
        first = connection.recv(1, socket.MSG_PEEK)
        if not first:
            raise ConnectionResetError("connection closed by peer")
        if self._encryption is None:
            if first == _CLIENT_HELLO:
                raise ssl.SSLError("SSL handshake received but server is started without SSL support")
            return connection
        if first != _CLIENT_HELLO:
            if self._encryption.required:
                raise ssl.SSLError("The server is configured to only allow SSL connections")
            return connection
        secured = self._encryption.context.wrap_socket(connection, server_side=True)
        if self._encryption.client_certificate and not secured.getpeercert(binary_form=True):
            _end(secured)
            raise ssl.SSLError("no SSL certificate provided by peer; connection rejected")
        return secured

    def _turn_away(self, connection: socket.socket, remote: str, error: OSError) -> None:
        _end(connection)
        if isinstance(error, ConnectionResetError) and self._log.quiet:
            return
        reason = {"code": 6, "codeName": "HostUnreachable", "errmsg": str(error)}
        if isinstance(error, ssl.SSLCertVerificationError):
            failed = f"SSL peer certificate validation failed: {error.verify_message}"
            reason = {"code": 141, "codeName": "SSLHandshakeFailed", "errmsg": failed}
        elif isinstance(error, ssl.SSLError):
            words = error.args[0] if len(error.args) == 1 else (error.reason or str(error)).replace("_", " ").lower()
            reason = {"code": 141, "codeName": "SSLHandshakeFailed", "errmsg": words}
        self._log.write(
            "I",
            "NETWORK",
            22988,
            "Error receiving request from client. Ending connection from remote",
            error=reason,
            remote=remote,
        )


def _end(connection: socket.socket) -> None:
    """Closes a connection after the client's first words: left unread, they would make the system reset it."""
    with contextlib.suppress(OSError):
        connection.settimeout(0.5)
        connection.recv(1 << 16)
    connection.close()

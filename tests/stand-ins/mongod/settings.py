"""What the options mean together: checked as mongod checks them, with mongod's words where they contradict."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from errors import OptionError, StartFailure, initialization
from options import Options

MODES = {
    "tls": ("disabled", "allowTLS", "preferTLS", "requireTLS"),
    "ssl": ("disabled", "allowSSL", "preferSSL", "requireSSL"),
}
CLUSTER_AUTH_MODES = ("keyFile", "sendKeyFile", "sendX509", "x509")
PROTOCOLS = ("TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3")


@dataclass(frozen=True)
class TlsSettings:
    """How connections are encrypted. The paths are absolute."""

    required: bool
    certificate_key_file: Path
    password: str | None
    ca_file: Path | None
    crl_file: Path | None
    cluster_file: Path | None
    cluster_password: str | None
    certificates_optional: bool
    disabled_protocols: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """All that the server is told. The paths are absolute."""

    addresses: tuple[str, ...]
    ipv6: bool
    port: int
    max_connections: int
    cache_gigabytes: float
    tls: TlsSettings | None
    data: Path
    log: Path | None
    log_append: bool
    quiet: bool
    verbosity: int
    fork: bool
    pid_file: Path | None
    authorization: bool
    x509_members: bool


def settle(options: Options) -> Settings:
    """Turns options into settings.

    Raises OptionError where a value or a combination is refused, StartFailure where mongod refuses it later.
    """
    if "replication.replSetName" in options:
        raise OptionError(
            "the stand-in can't run a replica set, for its database is a single one: replication.replSetName"
        )
    port = _int(options, "net.port", 27017)
    if not 1 <= port <= 65535:
        raise OptionError(f"BadValue: error: port number must be between 1 and 65535, is {port}")
    max_connections = _int(options, "net.maxIncomingConnections", 1000)
    if max_connections < 5:
        raise OptionError("BadValue: maxConns has to be at least 5")
    log = _log(options)
    fork = "processManagement.fork" in options
    if fork and log is None:
        raise OptionError("BadValue: --fork has to be used with --logpath or --syslog")
    cluster = _text(options, "security.clusterAuthMode")
    if cluster is not None and cluster not in CLUSTER_AUTH_MODES:
        raise OptionError(f"BadValue: unsupported value for clusterAuthMode {cluster}")
    key_file = _path(options, "security.keyFile")
    authorization = _text(options, "security.authorization")
    tls = _tls(options, cluster)
    if key_file is not None:
        _check_key_file(key_file)
    ipv6 = "net.ipv6" in options
    return Settings(
        addresses=_addresses(options, ipv6),
        ipv6=ipv6,
        port=port,
        max_connections=max_connections,
        cache_gigabytes=float(options.get("storage.wiredTiger.engineConfig.cacheSizeGB", 0.25)),
        tls=tls,
        data=_path(options, "storage.dbPath") or Path("/data/db"),
        log=log,
        log_append="systemLog.logAppend" in options,
        quiet="systemLog.quiet" in options,
        verbosity=_int(options, "systemLog.verbosity", 0),
        fork=fork,
        pid_file=_path(options, "processManagement.pidFilePath"),
        # A way for members to authenticate turns authorization on, unless it is turned off by name.
        authorization=authorization == "enabled"
        or (authorization is None and (cluster is not None or key_file is not None)),
        x509_members=cluster in ("x509", "sendX509", "sendKeyFile"),
    )


def _text(options: Options, name: str) -> str | None:
    return cast("str | None", options.get(name))


def _int(options: Options, name: str, default: int) -> int:
    return cast(int, options.get(name, default))


def _path(options: Options, name: str) -> Path | None:
    text = _text(options, name)
    return None if text is None else Path(os.path.abspath(text))


def _addresses(options: Options, ipv6: bool) -> tuple[str, ...]:
    text = _text(options, "net.bindIp")
    everywhere = "net.bindIpAll" in options
    if everywhere and text is not None:
        raise OptionError("BadValue: net.bindIpAll is not allowed when net.bindIp is specified")
    if everywhere or text == "*":
        return ("0.0.0.0", "::") if ipv6 else ("0.0.0.0",)
    return tuple(part.strip() for part in (text or "localhost").split(",") if part.strip())


def _log(options: Options) -> Path | None:
    destination = _text(options, "systemLog.destination")
    path = _path(options, "systemLog.path")
    if destination == "syslog":
        raise OptionError("the stand-in can't write to syslog: systemLog.destination")
    if destination == "file" and path is None:
        raise OptionError("BadValue: systemLog.path is required if systemLog.destination is to a file")
    if destination is None and path is not None:
        raise OptionError("BadValue: Can only use systemLog.path if systemLog.destination is to a file")
    return path


def _mode(options: Options) -> str:
    """The mode in the words of TLS."""
    given = {kind: _text(options, f"net.{kind}.mode") for kind in MODES}
    if given["tls"] is not None and given["ssl"] is not None:
        raise OptionError("BadValue: net.tls.mode is not allowed when net.ssl.mode is specified")
    for kind, mode in given.items():
        if mode is None:
            continue
        if mode not in MODES[kind]:
            raise initialization(2, "BadValue", f"unsupported value for {kind}Mode {mode}")
        return MODES["tls"][MODES[kind].index(mode)]
    return "disabled"


def _tls(options: Options, cluster: str | None) -> TlsSettings | None:
    mode = _mode(options)
    by_certificate = cluster in ("sendKeyFile", "sendX509", "x509")
    if mode == "disabled":
        # Rules for the names of servers bind no server.
        given = [name for name in options if name.startswith("net.tls.") and name != "net.tls.mode"]
        if any(name != "net.tls.allowInvalidHostnames" for name in given):
            raise _contradiction(
                "need to enable TLS via the sslMode/tlsMode flag when using TLS configuration parameters"
            )
        if by_certificate:
            raise _contradiction("need to enable TLS via the tlsMode flag")
        return None
    certificate = _path(options, "net.tls.certificateKeyFile")
    if certificate is None:
        raise _contradiction("need tlsCertificateKeyFile or certificateSelector when TLS is enabled")
    authority = _path(options, "net.tls.CAFile")
    crl = _path(options, "net.tls.CRLFile")
    if crl is not None and authority is None:
        raise _contradiction("need tlsCAFile with tlsCRLFile")
    if authority is None and cluster == "x509":
        raise _contradiction(
            "No TLS certificate validation can be performed since no CA file has been provided; "
            "please specify an tlsCAFile parameter"
        )
    if mode == "allowTLS" and cluster in ("sendX509", "x509"):
        raise _contradiction("cannot have x.509 cluster authentication in allowTLS mode")
    if "net.tls.allowInvalidCertificates" in options:
        raise OptionError("the stand-in can't accept invalid certificates of clients: net.tls.allowInvalidCertificates")
    return TlsSettings(
        required=mode == "requireTLS",
        certificate_key_file=certificate,
        password=_text(options, "net.tls.certificateKeyFilePassword"),
        ca_file=authority,
        crl_file=crl,
        cluster_file=_path(options, "net.tls.clusterFile"),
        cluster_password=_text(options, "net.tls.clusterPassword"),
        certificates_optional="net.tls.allowConnectionsWithoutCertificates" in options,
        disabled_protocols=_disabled_protocols(options),
    )


def _contradiction(reason: str) -> StartFailure:
    return initialization(2, "BadValue", reason)


def _disabled_protocols(options: Options) -> tuple[str, ...]:
    text = _text(options, "net.tls.disabledProtocols")
    if text is None or text == "none":
        return ()
    protocols = tuple(part.strip() for part in text.split(","))
    for protocol in protocols:
        if protocol.removeprefix("no") not in PROTOCOLS:
            raise _contradiction(f"Unrecognized disabledProtocols '{protocol}'")
    return tuple(protocol for protocol in protocols if not protocol.startswith("no"))


def _check_key_file(path: Path) -> None:
    """The key that members share: there is no member here, so it is only read as mongod reads it."""
    try:
        permissions = stat.S_IMODE(path.stat().st_mode)
        content = "".join(path.read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError) as error:
        reason = f"Error reading file {path}: {error.strerror if isinstance(error, OSError) else error.reason}"
        raise _unusable_key(path, reason) from error
    if permissions & 0o077:
        raise _unusable_key(path, f"permissions on {path} are too open")
    if not 6 <= len(content) <= 1024:
        raise _unusable_key(path, f"security key in {path} has length {len(content)}, must be between 6 and 1024 chars")


def _unusable_key(path: Path, reason: str) -> StartFailure:
    attributes = {"path": str(path), "error": reason}
    return StartFailure(1, 20254, "Read security file failed", attributes, "I", "ACCESS", "main")

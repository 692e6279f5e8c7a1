"""Options of mongod: their names in YAML and on the command line, their types, and how both are read.

The words of the errors are mongod's own, since a tutorial shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import yaml

from errors import OptionError

Value = str | int | bool
Options = dict[str, Value]


class Kind(Enum):
    """How an option's value is read. A switch on the command line takes no value."""

    STRING = "string"
    INT = "int"
    DOUBLE = "double"
    BOOL = "bool"
    SWITCH = "switch"


@dataclass(frozen=True)
class Option:
    """An option that the stand-in honours: its full name, its type, its flag, the values it may have."""

    name: str
    kind: Kind
    flag: str = ""
    choices: tuple[str, ...] = ()


_STRING, _INT, _SWITCH = Kind.STRING, Kind.INT, Kind.SWITCH

OPTIONS = {
    option.name: option
    for option in (
        Option("net.port", _INT, "port"),
        Option("net.bindIp", _STRING, "bind_ip"),
        Option("net.bindIpAll", _SWITCH, "bind_ip_all"),
        Option("net.ipv6", _SWITCH, "ipv6"),
        Option("net.maxIncomingConnections", _INT, "maxConns"),
        Option("net.tls.mode", _STRING, "tlsMode"),
        Option("net.ssl.mode", _STRING, "sslMode"),
        Option("net.tls.certificateKeyFile", _STRING, "tlsCertificateKeyFile"),
        Option("net.tls.certificateKeyFilePassword", _STRING, "tlsCertificateKeyFilePassword"),
        Option("net.tls.CAFile", _STRING, "tlsCAFile"),
        Option("net.tls.clusterFile", _STRING, "tlsClusterFile"),
        Option("net.tls.clusterPassword", _STRING, "tlsClusterPassword"),
        Option("net.tls.CRLFile", _STRING, "tlsCRLFile"),
        Option("net.tls.allowConnectionsWithoutCertificates", _SWITCH, "tlsAllowConnectionsWithoutCertificates"),
        Option("net.tls.allowInvalidCertificates", _SWITCH, "tlsAllowInvalidCertificates"),
        Option("net.tls.allowInvalidHostnames", _SWITCH, "tlsAllowInvalidHostnames"),
        Option("net.tls.disabledProtocols", _STRING, "tlsDisabledProtocols"),
        Option("storage.dbPath", _STRING, "dbpath"),
        Option("storage.wiredTiger.engineConfig.cacheSizeGB", Kind.DOUBLE, "wiredTigerCacheSizeGB"),
        Option("systemLog.destination", _STRING, choices=("syslog", "file")),
        Option("systemLog.path", _STRING, "logpath"),
        Option("systemLog.logAppend", _SWITCH, "logappend"),
        Option("systemLog.quiet", _SWITCH, "quiet"),
        Option("systemLog.verbosity", _INT),
        Option("processManagement.fork", _SWITCH, "fork"),
        Option("processManagement.pidFilePath", _STRING, "pidfilepath"),
        Option("processManagement.timeZoneInfo", _STRING, "timeZoneInfo"),
        Option("security.authorization", _STRING, choices=("disabled", "enabled")),
        Option("security.clusterAuthMode", _STRING, "clusterAuthMode"),
        Option("security.keyFile", _STRING, "keyFile"),
        Option("replication.replSetName", _STRING, "replSet"),
    )
}

# Names that mongod has besides, which mean the same.
ALIASES = {
    "net.ssl.PEMKeyFile": "net.tls.certificateKeyFile",
    "net.ssl.PEMKeyPassword": "net.tls.certificateKeyFilePassword",
    **{
        f"net.ssl.{name}": f"net.tls.{name}"
        for name in (
            "CAFile",
            "CRLFile",
            "clusterFile",
            "clusterPassword",
            "allowConnectionsWithoutCertificates",
            "allowInvalidCertificates",
            "allowInvalidHostnames",
            "disabledProtocols",
        )
    },
}

# What mongod knows and the stand-in does not: whole sections, or single options. Refused, not ignored.
UNABLE = (
    "auditLog.",
    "cloud.",
    "net.compression.",
    "net.listenBacklog",
    "net.serviceExecutor",
    "net.tls.FIPSMode",
    "net.tls.certificateSelector",
    "net.tls.clusterAuthX509",
    "net.tls.clusterCAFile",
    "net.tls.clusterCertificateSelector",
    "net.tls.logVersions",
    "net.ssl.FIPSMode",
    "net.unixDomainSocket.",
    "net.wireObjectCheck",
    "operationProfiling.",
    "processManagement.windowsService.",
    "replication.",
    "security.authenticationMechanisms",
    "security.clusterIpSourceAllowlist",
    "security.enableEncryption",
    "security.encryption",
    "security.javascriptEnabled",
    "security.kmip.",
    "security.ldap.",
    "security.redactClientLogData",
    "security.sasl.",
    "security.transitionToAuth",
    "setParameter.",
    "sharding.",
    "storage.directoryPerDB",
    "storage.engine",
    "storage.journal.",
    "storage.oplogMinRetentionHours",
    "storage.syncPeriodSecs",
    "storage.wiredTiger.",
    "systemLog.component.",
    "systemLog.logRotate",
    "systemLog.syslogFacility",
    "systemLog.timeStampFormat",
    "systemLog.traceAllExceptions",
)

# Flags that are no option of the configuration.
ACTIONS = {"help": False, "version": False, "shutdown": False, "auth": False, "noauth": False, "config": True}
SHORT = {"f": "config", "h": "help"}


def read_yaml(path: Path) -> Options:
    """The options of a configuration file, under their full names.

    Raises OptionError, in mongod's words, for what is no YAML, no option, or no value of an option's type.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise OptionError(f"Error opening config file: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OptionError(f"Error reading config file: {error.reason}") from error
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise OptionError(f"Error parsing YAML config file: {_place(error)}") from error
    options: Options = {}
    if root is None:
        return options
    if not isinstance(root, yaml.MappingNode):
        raise OptionError("Error parsing YAML config file: the file holds no map of options")
    _flatten(root, "", options)
    return options


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"error at line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else problem


def _flatten(node: yaml.MappingNode, prefix: str, options: Options) -> None:
    for key, value in node.value:
        name = f"{prefix}{key.value}"
        if isinstance(value, yaml.MappingNode):
            _flatten(value, f"{name}.", options)
            continue
        option = _find(name)
        if not isinstance(value, yaml.ScalarNode):
            raise OptionError(f"Option: {name} is of type {option.kind.value}, but value in YAML config is a list")
        if option.name in options:
            raise OptionError(f"Error parsing YAML config file: duplicate key: {name}")
        converted = convert(option, value.value, name, "in config file")
        if converted is not None:
            options[option.name] = converted


def _unable(name: str) -> bool:
    return any(name == known or (known.endswith(".") and f"{name}.".startswith(known)) for known in UNABLE)


def _find(name: str) -> Option:
    option = OPTIONS.get(ALIASES.get(name, name))
    if option is not None:
        return option
    if _unable(name):
        raise OptionError(f"the stand-in can't honour this option of mongod: {name}")
    raise OptionError(f"Unrecognized option: {name}")


def convert(option: Option, text: str, name: str, where: str) -> Value | None:
    """An option's value from its text; None for a switch that is off, which counts as not given."""
    match option.kind:
        case Kind.SWITCH | Kind.BOOL:
            if text not in ("true", "false"):
                what = "boolean switch" if option.kind is Kind.SWITCH else "boolean"
                raise OptionError(f"Expected {what} but found string: {text} for option: {name}")
            return True if text == "true" else None
        case Kind.INT | Kind.DOUBLE:
            try:
                return int(text, 0) if option.kind is Kind.INT else float(text)  # type: ignore[return-value]
            except ValueError:
                kind = option.kind.value
                raise OptionError(
                    f'Error parsing option "{name}" as {kind} {where}: Did not consume whole string.'
                ) from None
        case Kind.STRING:
            if option.choices and text not in option.choices:
                raise OptionError(f"{name} must be a string of the format: ({'/'.join(option.choices)})")
            return text


def read_arguments(arguments: list[str]) -> tuple[dict[str, str], Options]:
    """Splits the command line into actions (`--shutdown`, `--config` and the like) and options.

    Raises OptionError for what mongod does not know either.
    """
    flags = {option.flag: option for option in OPTIONS.values() if option.flag}
    actions: dict[str, str] = {}
    options: Options = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name, equals, text = word.partition("=")
        name = SHORT.get(name[1:], name[1:]) if not name.startswith("--") else name[2:]
        if not word.startswith("-") or (name not in ACTIONS and name not in flags and (name.strip("v") or not name)):
            raise OptionError(
                f"Error parsing command line: unrecognised option '{word}'"
                if word.startswith("-")
                else "Error parsing command line: too many positional options have been specified on the command line"
            )
        if name not in ACTIONS and name not in flags:
            options["systemLog.verbosity"] = len(name)
            continue
        takes_value = ACTIONS[name] if name in ACTIONS else flags[name].kind is not Kind.SWITCH
        if takes_value and not equals:
            if not rest:
                raise OptionError(f"Error parsing command line: the required argument for option '--{name}' is missing")
            text = rest.pop(0)
        if name in ACTIONS:
            actions[name] = text
        else:
            value = convert(flags[name], text if takes_value else "true", flags[name].name, "on the command line")
            if value is not None:
                options[flags[name].name] = value
    return actions, options

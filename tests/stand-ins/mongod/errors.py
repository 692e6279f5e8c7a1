"""What keeps the server from starting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class OptionError(Exception):
    """A wrong option: said on standard error, with the pointer to `--help`; exit code 2."""


@dataclass
class StartFailure(Exception):
    """A server that cannot start: one entry of the log, and the exit code that mongod has for it."""

    exit_code: int
    id: int
    message: str
    attributes: dict[str, Any] = field(default_factory=dict)
    severity: str = "E"
    component: str = "CONTROL"
    context: str = "initandlisten"

    def __str__(self) -> str:
        return f"{self.message}: {self.attributes.get('error', '')}"


def initialization(code: int, name: str, reason: str) -> StartFailure:
    """What goes wrong before there is a database: TLS, the log, contradictory options."""
    error = {"code": code, "codeName": name, "errmsg": reason}
    return StartFailure(1, 20574, "Error during global initialization", {"error": error}, "F", context="main")


def exception(reason: str) -> StartFailure:
    """What goes wrong with the directory of the data."""
    return StartFailure(100, 20557, "DBException in initAndListen, terminating", {"error": reason})


def listener(reason: str) -> StartFailure:
    """An address that can't be listened on."""
    error = {"code": 9001, "codeName": "SocketException", "errmsg": reason}
    return StartFailure(48, 20568, "Error setting up listener", {"error": error})

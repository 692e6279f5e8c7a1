"""The log: one JSON document a line, in the form that mongod has had since 4.4.

The entries have mongod's messages and ids where mongod has such an entry, and the id 0 where it has not.
"""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from errors import StartFailure, initialization

_here = threading.local()


def enter_connection(number: int) -> None:
    """Names the connection that this thread serves in what it logs from now on."""
    _here.context = f"conn{number}"


class Log:
    """Where the server says what it does: a file, or standard output."""

    def __init__(self, path: Path | None, append: bool, output: TextIO, quiet: bool) -> None:
        """Opens the log. Raises StartFailure for a file that can't be written."""
        self._lock = threading.Lock()
        self._path = path
        self._stream = output
        self.quiet = quiet
        if path is None:
            return
        if path.is_dir():
            raise _not_open(f'logpath "{path}" should name a file, not a directory.')
        continued = append and path.exists()
        try:
            if not append and path.is_file():
                path.rename(f"{path}.{_now().strftime('%Y-%m-%dT%H-%M-%S')}")
            self._stream = path.open("a", encoding="utf-8", buffering=1)
        except OSError as error:
            reason = f"Can't initialize rotatable log file :: caused by :: Failed to open {path}"
            raise _not_open(f"{reason}: {error.strerror}") from error
        if continued:
            self.write("I", "CONTROL", 20698, "***** SERVER RESTARTED *****", context="-")

    def write(
        self, severity: str, component: str, number: int, message: str, context: str = "", **attributes: Any
    ) -> None:
        """Writes an entry. Without a context it is that of this thread's connection."""
        context = context or getattr(_here, "context", "initandlisten")
        line = (
            f'{{"t":{{"$date":"{_now().isoformat(timespec="milliseconds")}"}},'
            f'"s":{_padded(severity, 5)} "c":{_padded(component, 11)} "id":{str(number) + ",":<8} '
            f'"ctx":{json.dumps(context)},"msg":{json.dumps(message)}'
        )
        if attributes:
            line += f',"attr":{json.dumps(attributes, ensure_ascii=False, default=str, separators=(",", ":"))}'
        with self._lock:
            self._stream.write(line + "}\n")
            self._stream.flush()

    def fail(self, failure: StartFailure) -> None:
        """Writes why the server does not start."""
        self.write(
            failure.severity,
            failure.component,
            failure.id,
            failure.message,
            context=failure.context,
            **failure.attributes,
        )

    def rotate(self) -> None:
        """Renames the file of the log and starts it anew, as mongod does for SIGUSR1."""
        if self._path is None:
            return
        with self._lock:
            self._stream.close()
            self._path.rename(f"{self._path}.{_now().strftime('%Y-%m-%dT%H-%M-%S')}")
            self._stream = self._path.open("a", encoding="utf-8", buffering=1)


class Bridge(logging.Handler):
    """Brings what SecantusDB logs into the log."""

    def __init__(self, log: Log, verbosity: int) -> None:
        super().__init__(logging.DEBUG if verbosity else logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one record, with the stack where there is one."""
        severity = "E" if record.levelno >= logging.ERROR else "W" if record.levelno >= logging.WARNING else "D1"
        attributes = {} if record.exc_info is None else {"stack": logging.Formatter().formatException(record.exc_info)}
        self._log.write(severity, "-", 0, record.getMessage(), **attributes)


def _now() -> datetime:
    return datetime.now().astimezone()


def _padded(text: str, width: int) -> str:
    return f"{json.dumps(text)},".ljust(width)


def _not_open(reason: str) -> StartFailure:
    return initialization(38, "FileNotOpen", reason)

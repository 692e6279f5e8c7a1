"""The server as a process: in the background, known by its process id, ended by `--shutdown`."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

from errors import exception, initialization

_READY = b"ready"


class Parent:
    """The end of a pipe on which the process in the foreground waits; none without `--fork`."""

    def __init__(self, pipe: int | None = None) -> None:
        self._pipe = pipe

    def ready(self) -> None:
        """Lets the process in the foreground end with success."""
        if self._pipe is not None:
            os.write(self._pipe, _READY)
            os.close(self._pipe)
            self._pipe = None


def go_to_background(log: Path) -> Parent:
    """Returns in a new process, without terminal and standard streams.

    The calling process waits until that one is ready or has ended, says so, and exits.
    """
    print("about to fork child process, waiting until server is ready for connections.", flush=True)
    reading, writing = os.pipe()
    child = os.fork()
    if child != 0:
        os.close(writing)
        print(f"forked process: {child}", flush=True)
        sys.exit(_await(child, reading, log))
    os.close(reading)
    os.setsid()
    os.chdir("/")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    return Parent(writing)


def _await(child: int, pipe: int, log: Path) -> int:
    if os.read(pipe, len(_READY)) == _READY:
        print("child process started successfully, parent exiting", flush=True)
        return 0
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    code = 50 if code < 0 else code
    print(f"ERROR: child process failed, exited with {code}")
    print('To see additional information in this output, start without the "--fork" option.', flush=True)
    print(f"mongod (stand-in): the reason is at the end of {log}", file=sys.stderr)
    return code


def lock_data(directory: Path) -> IO[str]:
    """Claims a directory of data; its lock file says who has it.

    Raises StartFailure for a directory that is not there, not writable, or claimed.
    """
    if not directory.is_dir():
        raise exception(
            f"NonExistentPath: Data directory {directory} not found. Create the missing directory or specify another "
            "path using (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the "
            "configuration file."
        )
    path = directory / "mongod.lock"
    try:
        lock = path.open("a+", encoding="ascii")
    except OSError as error:
        if not os.access(directory, os.W_OK):
            reason = f"IllegalOperation: Attempted to create a lock file on a read-only directory: {directory}"
            raise exception(reason) from error
        raise exception(f"DBPathInUse: Unable to create/open the lock file: {path} ({error.strerror})") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise exception(
            f"DBPathInUse: Unable to lock the lock file: {path} ({error.strerror}). "
            f"Another mongod instance is already running on the {directory} directory"
        ) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def write_pid(path: Path) -> None:
    """Leaves the process id in a file, which stays there after the end, as mongod's does."""
    try:
        path.write_text(f"{os.getpid()}\n", encoding="ascii")
        path.chmod(0o644)
    except OSError as error:
        reason = f"Could not write PID file {path}: {error.strerror}"
        raise initialization(38, "FileStreamFailed", reason) from error


def shut_down(directory: Path) -> int:
    """Ends the server that has a directory of data, and waits for it. Returns the exit code."""
    path = directory / "mongod.lock"
    try:
        process = int(path.read_text(encoding="ascii") or "0")
    except (OSError, ValueError):
        process = 0
    if process == 0 or not _runs(path):
        print(f"There doesn't seem to be a server running with dbpath: {directory}", file=sys.stderr)
        return 1
    print(f"killing process with pid: {process}", flush=True)
    try:
        os.kill(process, signal.SIGTERM)
    except OSError as error:
        print(f"failed to kill process: {error.strerror}", file=sys.stderr)
        return 1
    while _runs(path):
        time.sleep(0.02)
    return 0


def _runs(lock: Path) -> bool:
    """Whether somebody holds the lock. A process id alone may be that of another program by now."""
    with lock.open("r", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        return False

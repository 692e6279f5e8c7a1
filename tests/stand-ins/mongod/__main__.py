"""A stand-in for MongoDB's mongod, for running tutorials where the real one is not to be had.

It reads mongod's configuration and starts SecantusDB, a database that speaks MongoDB's protocol, accordingly.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import process
from errors import OptionError, StartFailure
from log import Bridge, Log
from options import OPTIONS, Kind, Options, read_arguments, read_yaml
from settings import Settings, settle

BAD_OPTIONS = 2
ENDING = (signal.SIGTERM, signal.SIGINT)
ROTATING = (signal.SIGUSR1,)


def main(arguments: list[str]) -> int:
    """Runs the program. Returns its exit code."""
    os.umask(0o077)
    try:
        actions, options = read_arguments(arguments)
        if "help" in actions:
            print(usage())
            return 0
        if "version" in actions:
            print(f"mongod (stand-in): SecantusDB {version('SecantusDB')}, not MongoDB's server")
            return 0
        if "config" in actions:
            options = {**read_yaml(Path(actions["config"])), **options}
        if "auth" in actions or "noauth" in actions:
            options["security.authorization"] = "disabled" if "noauth" in actions else "enabled"
        if "systemLog.path" in options and "--logpath" in " ".join(arguments):
            options.setdefault("systemLog.destination", "file")
        if "shutdown" in actions:
            return process.shut_down(Path(os.path.abspath(str(options.get("storage.dbPath", "/data/db")))))
        return run(settle(options), options, arguments)
    except OptionError as error:
        print(error, file=sys.stderr)
        print("try 'mongod --help' for more information", file=sys.stderr)
        return BAD_OPTIONS
    except StartFailure as failure:
        Log(None, False, sys.stdout, False).fail(failure)
        return failure.exit_code


def run(settings: Settings, options: Options, arguments: list[str]) -> int:
    """Serves until a signal, in the background where the settings say so. Returns the exit code."""
    # Before there is a second process, so that a log that can't be written is said on the terminal.
    log = Log(settings.log, settings.log_append, sys.stdout, settings.quiet)
    parent = process.Parent()
    if settings.fork and settings.log is not None:
        parent = process.go_to_background(settings.log)
    # All threads to come inherit this: only the main one takes signals, and only where it waits for them.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING + ROTATING)
    try:
        return serve(settings, log, parent, {"argv": ["mongod", *arguments], "parsed": nested(options)})
    except StartFailure as failure:
        log.fail(failure)
        log.write("I", "CONTROL", 23138, "Shutting down", exitCode=failure.exit_code)
        return failure.exit_code


def serve(settings: Settings, log: Log, parent: process.Parent, started_with: dict[str, Any]) -> int:
    """Starts the server, waits for a signal, and stops it. Raises StartFailure."""
    name = f"SecantusDB {version('SecantusDB')}"
    log.write("I", "CONTROL", 0, f"This is a stand-in for mongod: {name}, not MongoDB's server", context="main")
    # Only now, since these take most of the start: a wrong option is told at once.
    from encryption import set_up

    encryption = None if settings.tls is None else set_up(settings.tls, log)
    if settings.pid_file is not None:
        process.write_pid(settings.pid_file)
    log.write(
        "I", "CONTROL", 4615611, "MongoDB starting", pid=os.getpid(), port=settings.port, dbPath=str(settings.data)
    )
    log.write("I", "CONTROL", 21951, "Options set by command line", options=started_with["parsed"])
    lock = process.lock_data(settings.data)
    from server import Mongod

    bridged = logging.getLogger("secantus")
    bridged.addHandler(Bridge(log, settings.verbosity))
    bridged.setLevel(logging.DEBUG if settings.verbosity else logging.WARNING)
    if not settings.authorization:
        log.write(
            "W",
            "CONTROL",
            22120,
            "Access control is not enabled for the database. "
            "Read and write access to data and configuration is unrestricted",
        )
    server = Mongod(settings, encryption, log, started_with)
    try:
        server.start()
    except StartFailure:
        server.storage.close()
        raise
    parent.ready()
    while (received := signal.sigwait(ENDING + ROTATING)) in ROTATING:
        log.rotate()
    log.write(
        "I",
        "CONTROL",
        23377,
        "Received signal",
        context="SignalHandler",
        signal=int(received),
        error=signal.strsignal(received),
    )
    server.stop()
    lock.truncate(0)
    lock.close()
    log.write("I", "CONTROL", 20565, "Now exiting", context="SignalHandler")
    log.write("I", "CONTROL", 23138, "Shutting down", context="SignalHandler", exitCode=0)
    return 0


def nested(options: Options) -> dict[str, Any]:
    """The options as getCmdLineOpts tells them: in sections, without passwords."""
    tree: dict[str, Any] = {}
    for name, value in options.items():
        *sections, last = name.split(".")
        section = tree
        for part in sections:
            section = section.setdefault(part, {})
        section[last] = "<password>" if "assword" in last else value
    return tree


def usage() -> str:
    """The text of `--help`."""
    flags = [
        ("-h [ --help ]", "this text"),
        ("--version", "the version of the stand-in"),
        ("-f [ --config ] arg", "a configuration in YAML"),
        ("--shutdown", "end the server of --dbpath or --config"),
        ("--auth", "security.authorization: enabled"),
        ("-v [ --verbose ]", "systemLog.verbosity: 1; -vv: 2, …"),
    ]
    flags += [
        (f"--{option.flag}{'' if option.kind is Kind.SWITCH else ' arg'}", option.name)
        for option in OPTIONS.values()
        if option.flag
    ]
    lines = [f"  {flag:<46} {meaning}" for flag, meaning in flags]
    intro = f"{__doc__.strip()}\n\nUsage: mongod [options]\n\nOptions, and what they are called in a configuration:\n"
    return intro + "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

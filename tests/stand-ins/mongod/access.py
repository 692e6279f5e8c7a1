"""Who may do what, where SecantusDB does not decide it as mongod does.

SecantusDB checks passwords, roles and the certificates of users. Added here: the exception for clients on the same
machine while there is no user, cluster members that authenticate by certificate, the two SCRAM mechanisms that a
new user gets, and commands that concern the server as a process.
"""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from secantus.auth import MONGODB_X509, SCRAM_SHA_1, SCRAM_SHA_256, ConnectionAuth
from secantus.commands import CommandContext, command_name
from secantus.rbac import A_FIND, A_FSYNC, check_privilege

from encryption import Encryption
from log import Log

Document = dict[str, Any]
Dispatch = Callable[[Document, CommandContext], Document]

EXTERNAL = "$external"
_UNAUTHORIZED = 13
_FIRST_STEPS = frozenset({"createUser", "createRole", "grantRolesToUser"})
_AUTHENTICATING = frozenset({"saslStart", "saslContinue", "authenticate"})


class Access:
    """Stands between a connection's commands and SecantusDB."""

    def __init__(
        self, dispatch: Dispatch, log: Log, encryption: Encryption | None, members: bool, started_with: Document
    ) -> None:
        self._dispatch = dispatch
        self._log = log
        self._encryption = encryption if members else None
        self._started_with = started_with
        self._here = threading.local()

    def enter(self, address: str) -> None:
        """Tells where the client of this thread's connection is."""
        self._here.address = address

    def __call__(self, document: Document, context: CommandContext) -> Document:
        """Answers a command."""
        name = command_name(document)
        if name in _AUTHENTICATING:
            return self._authenticate(name, document, context)
        if name == "shutdown":
            return self._shut_down(context)
        if name == "createUser":
            refusal = self._prepare_user(document, context)
            if refusal is not None:
                return refusal
        if name in _FIRST_STEPS and self._excepted(context):
            context = replace(context, require_auth=False)
        answer = self._dispatch(document, context)
        if answer.get("code") == _UNAUTHORIZED:
            if name == "listDatabases" and context.connection_auth and context.connection_auth.is_authenticated:
                return self._list_readable(document, context, context.connection_auth)
            return self._refuse(name, document, context)
        if name == "getCmdLineOpts" and answer.get("ok"):
            return {**self._started_with, "ok": 1.0}
        if name in ("hello", "isMaster", "ismaster"):
            self._greet(document)
        return answer

    def _greet(self, document: Document) -> None:
        client = document.get("client")
        if isinstance(client, dict) and not self._log.quiet:
            self._log.write("I", "NETWORK", 51800, "client metadata", remote=self._here.address, doc=client)

    def _refuse(self, name: str, document: Document, context: CommandContext) -> Document:
        """Says in mongod's words what SecantusDB refuses; what is refused is the command, not its documents."""
        self._log.write("I", "ACCESS", 20436, "Checking authorization failed", remote=self._here.address, command=name)
        if context.connection_auth is None or not context.connection_auth.is_authenticated:
            return _error(_UNAUTHORIZED, "Unauthorized", f"Command {name} requires authentication")
        plain = {key: value for key, value in document.items() if isinstance(value, str | bool | int | float)}
        command = ", ".join(f"{key}: {json.dumps(value)}" for key, value in plain.items())
        return _error(
            _UNAUTHORIZED,
            "Unauthorized",
            f"not authorized on {context.db_name} to execute command {{ {command} }}",
        )

    def _list_readable(self, document: Document, context: CommandContext, connection: ConnectionAuth) -> Document:
        """Lists what a user may read, for one who may not list all databases."""
        answer = self._dispatch(document, replace(context, require_auth=False))
        readable = [
            entry
            for entry in answer.get("databases", ())
            if check_privilege(
                connection.effective_roles, A_FIND, target_db=entry["name"], role_resolver=context.storage.get_role
            )
        ]
        if "totalSize" in answer:
            answer["totalSize"] = sum(entry.get("sizeOnDisk", 0) for entry in readable)
        return {**answer, "databases": readable}

    def _excepted(self, context: CommandContext) -> bool:
        """The localhost exception: the first user or role, in `admin` or for a certificate, by a local client."""
        authenticated = context.connection_auth is not None and context.connection_auth.is_authenticated
        return (
            context.require_auth
            and not authenticated
            and context.db_name in ("admin", EXTERNAL)
            and ipaddress.ip_address(self._here.address.rpartition(":")[0].strip("[]")).is_loopback
            and not context.storage.list_users()
            and not context.storage.list_roles()
        )

    def _prepare_user(self, document: Document, context: CommandContext) -> Document | None:
        subject = str(document["createUser"])
        if context.db_name != EXTERNAL:
            document.setdefault("mechanisms", [SCRAM_SHA_1, SCRAM_SHA_256])
            return None
        document.setdefault("mechanisms", [MONGODB_X509])
        if self._encryption is not None and self._encryption.is_member(subject):
            return _error(
                2,
                "BadValue",
                "Cannot create an x.509 user with a subjectname that would be recognized as an internal cluster member",
            )
        return None

    def _authenticate(self, name: str, document: Document, context: CommandContext) -> Document:
        subject = context.peer_cert_dn
        mechanism = str(document.get("mechanism", ""))
        connection = context.connection_auth
        user = subject if mechanism == MONGODB_X509 else connection and connection.scram and connection.scram.username
        if mechanism == MONGODB_X509 and self._encryption is not None and self._encryption.is_member(subject):
            answer = self._admit_member(name, str(subject), context)
        else:
            answer = self._dispatch(document, context)
        attributes = {"mechanism": mechanism, "principalName": user, "remote": self._here.address}
        if not answer.get("ok"):
            error = f"{answer.get('codeName')}: {answer.get('errmsg')}"
            # The reason is for the log; a client is not told whether the user or the password is wrong.
            answer = _error(18, "AuthenticationFailed", "Authentication failed.")
            self._log.write("I", "ACCESS", 20249, "Authentication failed", **attributes, error=error)
        elif answer.get("done") or name == "authenticate":
            self._log.write("I", "ACCESS", 20250, "Authentication succeeded", **attributes)
        return answer

    def _admit_member(self, name: str, subject: str, context: CommandContext) -> Document:
        """A member of the cluster may do anything."""
        if context.connection_auth is not None:
            context.connection_auth.authenticated_principals.append((EXTERNAL, subject))
            context.connection_auth.add_principal_roles([{"role": "root", "db": "admin"}])
        if name == "authenticate":
            return {"dbname": EXTERNAL, "user": subject, "ok": 1.0}
        return {"conversationId": 1, "done": True, "payload": b"", "ok": 1.0}

    def _shut_down(self, context: CommandContext) -> Document:
        if context.db_name != "admin":
            return _error(_UNAUTHORIZED, "Unauthorized", "shutdown may only be run against the admin database.")
        if context.require_auth:
            connection = context.connection_auth
            if connection is None or not connection.is_authenticated:
                return _error(_UNAUTHORIZED, "Unauthorized", "Command shutdown requires authentication")
            # SecantusDB has no right of this name; fsync is granted to the same roles.
            if not check_privilege(connection.effective_roles, A_FSYNC, cluster=True):
                return _error(
                    _UNAUTHORIZED, "Unauthorized", "not authorized on admin to execute command { shutdown: 1 }"
                )
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
        return {"ok": 1.0}


def _error(code: int, name: str, reason: str) -> Document:
    return {"ok": 0.0, "errmsg": reason, "code": code, "codeName": name}

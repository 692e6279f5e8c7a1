"""TLS of the server: its certificate, the authority of its clients, and who is a member of its cluster."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from errors import StartFailure, initialization
from log import Log
from settings import TlsSettings

_MEMBERS_SHARE = (NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.DOMAIN_COMPONENT)
_DISABLING = {
    "TLS1_0": ssl.OP_NO_TLSv1,
    "TLS1_1": ssl.OP_NO_TLSv1_1,
    "TLS1_2": ssl.OP_NO_TLSv1_2,
    "TLS1_3": ssl.OP_NO_TLSv1_3,
}

Unit = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Encryption:
    """What a connection needs to be encrypted, and to be taken for a member's."""

    context: ssl.SSLContext
    required: bool
    client_certificate: bool
    unit: Unit

    def is_member(self, subject: str | None) -> bool:
        """Whether a client's subject (RFC 4514) has the organization, units and domain of the server's own."""
        if subject is None or not self.unit:
            return False
        try:
            return _unit(x509.Name.from_rfc4514_string(subject)) == self.unit
        except ValueError:
            return False


def set_up(settings: TlsSettings, log: Log) -> Encryption:
    """Reads keys and certificates. Raises StartFailure, after logging which file is the cause and why."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _load_pair(context, settings.certificate_key_file, settings.password, log)
    if settings.cluster_file is not None:
        # For connections to other members, of which there are none: read, so that a wrong one is found.
        _load_pair(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), settings.cluster_file, settings.cluster_password, log)
    if settings.ca_file is not None:
        _load_authority(context, settings.ca_file, "CA", log)
        # Whoever shows none is turned away after the handshake, as by mongod.
        context.verify_mode = ssl.CERT_OPTIONAL
    if settings.crl_file is not None:
        _load_authority(context, settings.crl_file, "CRL", log)
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    for protocol in settings.disabled_protocols:
        context.options |= _DISABLING[protocol]
    certificate = x509.load_pem_x509_certificate(settings.certificate_key_file.read_bytes())
    _check_certificate(certificate, log)
    return Encryption(
        context=context,
        required=settings.required,
        client_certificate=settings.ca_file is not None and not settings.certificates_optional,
        unit=_unit(certificate.subject),
    )


def _load_pair(context: ssl.SSLContext, path: Path, password: str | None, log: Log) -> None:
    try:
        # Without a password, an encrypted key is an error and no question on the terminal.
        context.load_cert_chain(path, password=password if password is not None else "")
    except OSError as error:  # ssl.SSLError is one
        log.write(
            "E",
            "NETWORK",
            23248,
            "Cannot read certificate file",
            context="main",
            keyFile=str(path),
            error=_words(error),
        )
        raise initialization(140, "InvalidSSLConfiguration", "Can not set up PEM key file.") from error


def _load_authority(context: ssl.SSLContext, path: Path, kind: str, log: Log) -> None:
    try:
        context.load_verify_locations(cafile=path)
    except OSError as error:
        log.write(
            "E",
            "NETWORK",
            0,
            f"Cannot read {kind} file",
            context="main",
            **{f"{kind}File": str(path)},
            error=_words(error),
        )
        raise initialization(140, "InvalidSSLConfiguration", f"Can not set up {kind} file.") from error


def _words(error: OSError) -> str:
    if not isinstance(error, ssl.SSLError):
        return error.strerror or str(error)
    reason = (error.reason or "").replace("_", " ").lower()
    if not reason:
        return "no key, no certificate, or a key under another pass phrase"
    return reason


def _check_certificate(certificate: x509.Certificate, log: Log) -> None:
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise StartFailure(
            14,
            23259,
            "The provided SSL certificate is expired or not yet valid",
            {
                "notBefore": certificate.not_valid_before_utc.isoformat(),
                "notAfter": certificate.not_valid_after_utc.isoformat(),
            },
            "F",
            "NETWORK",
            "main",
        )
    try:
        certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    except x509.ExtensionNotFound:
        log.write(
            "W",
            "NETWORK",
            551190,
            "Server certificate has no compatible Subject Alternative Name. "
            "This may prevent TLS clients from connecting",
            context="main",
        )


def _unit(name: x509.Name) -> Unit:
    return frozenset(
        (attribute.oid.dotted_string, str(attribute.value)) for attribute in name if attribute.oid in _MEMBERS_SHARE
    )

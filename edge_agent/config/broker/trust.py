"""TLS to a broker or a camera as a site says it: whom we believe, how we show who we are, and why that fails."""

from __future__ import annotations

import ssl
from base64 import b64encode
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate

from edge_agent.ports import LoginRefusedError

if TYPE_CHECKING:
    from edge_agent.config.broker.tls import Tls

# OpenSSL's X509_V_ERR_*, as it has had them for twenty years.
_VERIFY: Final = {
    9: "its certificate is not valid yet; is the clock of this box right?",
    10: "its certificate has expired",
    18: "its certificate is signed by itself and not by an authority we know; name it as tls.ca",
    19: "its certificate comes from an authority we do not know; name that one as tls.ca",
    20: "its certificate comes from an authority we do not know; name that one as tls.ca",
    21: "its certificate comes from an authority we do not know; name that one as tls.ca",
    62: "its certificate is for another host name",
    64: "its certificate is for another address",
}


class _Socket(ssl.SSLSocket):
    """One that does not stay open behind a handshake that failed; paho would forget it."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is in the library
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def tls_context(tls: Tls, name: str) -> ssl.SSLContext:
    """What a connection is opened with: TLS 1.2 or newer, the broker's certificate and host name checked.

    Raises:
        LoginRefusedError: A file cannot be used; a person must look at it.
    """
    context = ssl.create_default_context() if tls.ca is None else _trusting(tls.ca, name)
    if tls.pin and tls.ca is None:  # the pin says more than any authority, and needs neither name nor clock
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.alpn:
        context.set_alpn_protocols(list(tls.alpn))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _Socket
    if tls.certificate is not None and tls.key is not None:
        try:
            context.load_cert_chain(tls.certificate, tls.key, password=_no_password)
        except (OSError, ValueError) as error:
            raise LoginRefusedError(f"{name}: {_unusable(tls.certificate, tls.key, error)}") from error
    return context


def check_pin(tls: Tls, name: str, certificate: bytes) -> None:
    """Hold the certificate that a broker has shown, as DER, against the pins.

    Raises:
        LoginRefusedError: It is another; what its key's pin would be is said, for whoever changed it.
    """
    try:
        key = load_der_x509_certificate(certificate).public_key()
        shown = sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    except ValueError as error:
        raise LoginRefusedError(f"{name}: shows a certificate that cannot be read") from error
    whole = sha256(certificate)
    if not any(
        compare_digest(pin.digest, shown.hexdigest() if pin.of == "key" else whole.hexdigest()) for pin in tls.pin
    ):
        fault = f"its key is sha256//{b64encode(shown.digest()).decode()}, which no tls.pin names"
        raise LoginRefusedError(f"{name}: {fault}; is it the right broker?")


def _trusting(ca: Path, name: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca))
    except OSError as error:
        reason = "is no certificate" if isinstance(error, ssl.SSLError) else f"cannot be read: {error.strerror}"
        raise LoginRefusedError(f"{name}: tls.ca {ca} {reason}") from error


def _no_password() -> str:
    """Instead of OpenSSL asking at the terminal."""
    raise ValueError("the key wants a password; expected one without, readable by the agent alone")


def _unusable(certificate: Path, key: Path, error: OSError | ValueError) -> str:
    if isinstance(error, ssl.SSLError):
        if error.reason == "KEY_VALUES_MISMATCH":
            return f"tls.key {key} does not belong to tls.certificate {certificate}"
        return f"tls.certificate {certificate} or tls.key {key} is not in PEM format"
    if isinstance(error, OSError):
        unreadable = next((path for path in (certificate, key) if not _readable(path)), certificate)
        return f"{unreadable} cannot be read: {error.strerror}"
    return f"tls.key {key}: {error}"


def _readable(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def distrust(error: ssl.SSLError, name: str) -> LoginRefusedError:
    """Why a connection by TLS did not come about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = _VERIFY.get(error.verify_code, f"its certificate cannot be trusted: {error.verify_message}")
    elif error.reason in {"WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING", "RECORD_LAYER_FAILURE"}:
        reason = "speaks no TLS on this port"
    else:
        reason = f"no common TLS: {error.reason or error}"
    return LoginRefusedError(f"{name}: {reason}")

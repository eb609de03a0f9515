"""Ed25519 keys: the private one made at first use and shown to nobody, the public one for whoever verifies."""

from __future__ import annotations

import logging
import os
from hashlib import sha256
from stat import S_IMODE
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from pathlib import Path

ALGORITHM: Final = "Ed25519"
PRIVATE: Final = "private.pem"
OTHERS: Final = 0o077
_log = logging.getLogger(__name__)


class Ed25519Signer:
    """Signs with the private key in ``folder``; as `Signer`.

    A missing key is made, of mode 0600 in a folder of mode 0700; its public key lies beside it as ``public-<id>.pem``,
    and stays there when the private one is replaced.

    Raises:
        BadInputError: The key is no Ed25519 key, or others may read it.
        OutsideError: The folder cannot be read or written.
    """

    algorithm = ALGORITHM

    def __init__(self, folder: Path) -> None:
        path = folder / PRIVATE
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                earlier = len(list(folder.glob("public-*.pem")))
                _make(path)
                if earlier:
                    _log.warning(
                        "key %s: was not there, a new one was made; give its public key to all who verify", path
                    )
            mode, content = S_IMODE(path.stat().st_mode), path.read_bytes()
        except OSError as error:
            raise unwritten(error, f"key {path}: cannot be read or made: {error.strerror}") from error
        if mode & OTHERS:
            raise BadInputError(f"key {path}: others may read it (mode {mode:04o}), expected mode 0600")
        self._private = _private(content, path)
        public = self._private.public_key()
        self.key = _id(public)
        self.public = folder / f"public-{self.key[:16]}.pem"
        try:
            if not self.public.exists():
                write_whole(self.public, public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        except OSError as error:
            raise unwritten(error, f"key {self.public}: cannot be written: {error.strerror}") from error

    def sign(self, content: bytes) -> bytes:
        """The signature of ``content``."""
        return self._private.sign(content)


class Ed25519Verifier:
    """Knows the public key in a PEM file; as `Verifier`.

    Raises:
        BadInputError: The file cannot be read, or holds no public Ed25519 key.
    """

    algorithm = ALGORITHM

    def __init__(self, path: Path) -> None:
        try:
            public = load_pem_public_key(path.read_bytes())
        except OSError as error:
            raise BadInputError(f"key {path}: cannot be read: {error.strerror}") from error
        except (ValueError, UnsupportedAlgorithm) as error:
            raise BadInputError(f"key {path}: is no public key, expected an Ed25519 one in PEM") from error
        if not isinstance(public, Ed25519PublicKey):
            raise BadInputError(f"key {path}: is a key of another kind, expected an Ed25519 one")
        self._public = public
        self.key = _id(public)

    def verifies(self, content: bytes, signature: bytes) -> bool:
        """Whether ``signature`` is one of ``content`` by this key."""
        try:
            self._public.verify(signature, content)
        except InvalidSignature:
            return False
        return True


def _make(path: Path) -> None:
    """A new key, whole or not at all, never readable by others."""
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _private(content: bytes, path: Path) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadInputError(
            f"key {path}: is no private key, expected an Ed25519 one in PEM without a password"
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadInputError(f"key {path}: is a key of another kind, expected an Ed25519 one")
    return private


def _id(public: Ed25519PublicKey) -> str:
    return sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

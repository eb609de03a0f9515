"""The store that evidence is uploaded to: whatever Apache OpenDAL knows, from a folder to the object stores of clouds.

A file counts as stored once it was read back with the SHA-256 that it was sent with.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from opendal import Operator

    from edge_agent.config.site.evidence_store import EvidenceStoreSettings

EXTRA: Final = "the extra 'store' (pip install 'edge-agent[store]')"
_STATUS: Final = re.compile(r"status: (\d{3})")
_MEANING: Final = {"401": "the login is refused", "403": "writing is not allowed", "507": "it is full"}


class OpendalStore:
    """A store as the site names it; its options are read again at every file, for passwords change.

    Raises:
        BadInputError: OpenDAL is not installed, or does not take the options.
    """

    def __init__(self, settings: EvidenceStoreSettings) -> None:
        self._settings = settings
        self._name = f"evidence store {settings.service}"
        self._operator()

    def put(self, path: str, content: bytes, media_type: str) -> None:
        """Keep the content under that path, whatever was there; when this returns it was read back.

        Raises:
            OutsideError: The store is away, refuses, is full, hangs, or gives back something else.
        """
        try:
            operator = self._operator()
            if operator.capability().write_with_content_type:
                operator.write(path, content, content_type=media_type)
            else:
                operator.write(path, content)
            back = bytes(operator.read(path))
        except _errors() as error:
            raise OutsideError(f"{self._name}: {path}: {_why(error)}") from None  # its own text shows addresses
        if sha256(back).digest() != sha256(content).digest():
            raise OutsideError(f"{self._name}: {path}: gives back other bytes than it was sent")

    def _operator(self) -> Operator:
        try:
            import opendal  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise BadInputError(f"{self._name}: OpenDAL is not installed, expected {EXTRA}") from error
        options = {name: value.reveal() for name, value in self._settings.options.items()}
        try:
            made = opendal.Operator(self._settings.service, **options)
        except _errors() as error:
            raise BadInputError(f"{self._name}: its options are not taken: {_first_line(error)}") from None
        limit = float(self._settings.timeout_s)
        return made.layer(opendal.layers.TimeoutLayer(timeout=limit, io_timeout=limit))


def _errors() -> tuple[type[Exception], ...]:
    """All errors of OpenDAL: they have no common base of their own."""
    from opendal import exceptions  # noqa: PLC0415 - an extra

    return tuple(each for each in vars(exceptions).values() if isinstance(each, type) and issubclass(each, Exception))


def _why(error: Exception) -> str:
    """What went wrong, in our words where we have some."""
    text = str(error)
    if "timeout reached" in text:
        return "does not answer in time"
    if "send http request" in text:
        return "cannot be reached"
    match = _STATUS.search(text)
    if match:
        return _MEANING.get(match[1], f"answers {match[1]}")
    if "No space left" in text or "StorageFull" in text:
        return _MEANING["507"]
    return f"refuses ({type(error).__name__})"


def _first_line(error: Exception) -> str:
    return str(error).partition("=>")[2].strip().partition("\n")[0]

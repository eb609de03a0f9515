"""Evidence that boxes have brought to a store of the city's: fetched when somebody looks at it, by Apache OpenDAL.

A message names a file by an address below ``addresses``; what follows is its path in the store, and begins with the id
of the box that wrote it. What is fetched is shown only where it has the SHA-256 of the message.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from centre.errors import BadInputError, OutsideError

SERVICES: Final = ("s3", "oss", "obs", "cos", "webdav", "fs")
LARGEST: Final = 64 * 1024 * 1024  # bytes; it is held in memory to be compared
SEGMENT: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
TIMEOUT_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class OutsideStore:
    """A store, by OpenDAL's names: a service and its options. ``addresses`` begins the addresses of messages."""

    service: str
    options: dict[str, str] = field(repr=False)
    addresses: str

    def path_of(self, url: str | None, agent: str) -> str | None:
        """Where in the store the file of an address lies; None where it is no file of that box in this store."""
        if url is None or not url.startswith(self.addresses):
            return None
        names = unquote(url.removeprefix(self.addresses)).strip("/").split("/")
        good = len(names) > 1 and names[0] == agent and all(SEGMENT.fullmatch(name) for name in names)
        return "/".join(names) if good else None

    def fetch(self, path: str, sha256: str) -> bytes:
        """The file, as it was when its box named it.

        Raises:
            OutsideError: The store is away or refuses, the file is too large, or it is another one now.
        """
        operator = self._operator()
        try:
            size = operator.stat(path).content_length
            content = bytes(operator.read(path)) if size <= LARGEST else None
        except Exception as error:
            if type(error).__module__.split(".")[0] != "opendal":
                raise
            raise OutsideError(
                f"evidence store {self.service}: {path}: {_why(error)}"
            ) from None  # its text shows addresses
        if content is None:
            raise OutsideError(f"evidence store {self.service}: {path}: {size} bytes, expected at most {LARGEST}")
        if hashlib.sha256(content).hexdigest() != sha256:
            raise OutsideError(f"evidence store {self.service}: {path}: found another file, expected SHA-256 {sha256}")
        return content

    def _operator(self) -> Any:  # noqa: ANN401 - its wheel carries no types
        try:
            import opendal  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise BadInputError("--evidence: OpenDAL is not installed, expected edge-agent[centre,store]") from error
        made = opendal.Operator(self.service, **self.options)
        return made.layer(opendal.layers.TimeoutLayer(timeout=TIMEOUT_S, io_timeout=TIMEOUT_S))


def outside_store(where: str, addresses: str, secrets: dict[str, str]) -> OutsideStore:
    """Read ``s3://bucket/root?endpoint=https://...&region=...``; ``secrets`` are options that nobody should see.

    Raises:
        BadInputError: It is not such an address, or no addresses of messages are named.
    """
    parts = urlsplit(where)
    if parts.scheme not in SERVICES:
        raise BadInputError(f"--evidence: found {parts.scheme or 'no'} service, expected one of {', '.join(SERVICES)}")
    if not addresses.endswith("/"):
        raise BadInputError(
            f"--evidence-urls {addresses!r}: expected what begins the addresses of messages, up to a '/'"
        )
    options = dict(parse_qsl(parts.query)) | secrets
    if parts.netloc:
        options["bucket"] = parts.netloc
    options["root"] = parts.path or "/"
    return OutsideStore(parts.scheme, options, addresses)


def _why(error: Exception) -> str:
    kind = type(error).__name__
    return {"NotFound": "is not there", "PermissionDenied": "may not be read"}.get(kind, f"cannot be read ({kind})")

"""The answer to a camera's challenge: digest (RFC 2617, 7616, 8760), else basic (RFC 7617) where it is allowed.

A digest proves that one knows the password without sending it. Its client nonce, which the standard wants random, is
made of the server's: it protects a client against a server that chooses nonces to learn the password by tables, and for
that it has to differ from box to box and nonce to nonce, not to be drawn.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import algorithms_available, blake2b, md5, new, sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# Begun only where a word begins: tried from each of its letters, one long word of a camera would stop the box.
_FIELD: Final = re.compile(r'(?<![\w-])([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _sha512_256(text: str) -> str:
    return new("sha512_256", text.encode()).hexdigest()


_HASHES: Final[dict[str, Callable[[str], str]]] = {
    "md5": _md5,
    "sha-256": _sha256,
    **({"sha-512-256": _sha512_256} if "sha512_256" in algorithms_available else {}),
}  # the weakest first
_RANK: Final = tuple(_HASHES)


@dataclass(slots=True)
class Login:
    """Answers the challenges of one connection.

    ``openly`` allows basic, which hands the password over as it is; ``only_basic`` says that nothing else was wanted.
    """

    user: str
    password: str = field(repr=False)
    openly: bool = field(kw_only=True)
    only_basic: bool = field(default=False, init=False)
    _told: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    _basic: bool = field(default=False, init=False, repr=False)
    _count: int = field(default=0, init=False, repr=False)

    def challenged(self, challenges: tuple[str, ...]) -> bool:
        """Take the best of a reply's challenges; False where there is no login, or none that can be answered."""
        digests = [digest for digest in map(_digest, challenges) if digest is not None]
        self.only_basic = not digests and any(text.lower().startswith("basic") for text in challenges)
        self._basic = self.only_basic and self.openly
        self._told = max(digests, key=lambda digest: _RANK.index(digest["algorithm"].lower()), default={})
        self._count = 0
        return bool(self.user) and (self._basic or bool(self._told))

    def answer(self, method: str, url: str) -> str:
        """The value of ``Authorization`` for a request; empty before any challenge."""
        if self._basic:
            return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()
        return self._answer(method, url) if self._told else ""

    def _answer(self, method: str, url: str) -> str:
        digest = self._told
        hashed = _HASHES[digest["algorithm"].lower()]
        secret = hashed(f"{self.user}:{digest['realm']}:{self.password}")
        way = hashed(f"{method}:{url}")
        given = {"username": _escaped(self.user), "realm": digest["realm"], "nonce": digest["nonce"], "uri": url}
        if "opaque" in digest:
            given["opaque"] = digest["opaque"]
        quoted = ", ".join(f'{name}="{value}"' for name, value in given.items())
        if digest["algorithm"] != "MD5":
            quoted += f", algorithm={digest['algorithm']}"
        if "auth" not in digest.get("qop", "").replace(",", " ").split():
            response = hashed(f"{secret}:{digest['nonce']}:{way}")
            return f'Digest {quoted}, response="{response}"'
        self._count += 1
        count = f"{self._count:08x}"
        ours = blake2b(f"{secret}:{digest['nonce']}:{count}".encode(), digest_size=8).hexdigest()
        response = hashed(f"{secret}:{digest['nonce']}:{count}:{ours}:auth:{way}")
        return f'Digest {quoted}, qop=auth, nc={count}, cnonce="{ours}", response="{response}"'


def _digest(challenge: str) -> dict[str, str] | None:
    """The fields of a digest challenge that we can answer."""
    scheme, _, fields = challenge.partition(" ")
    field_pairs = {name.lower(): (quoted or plain) for name, quoted, plain in _FIELD.findall(fields)}
    digest = {"algorithm": "MD5", "realm": "", **field_pairs}
    known = scheme.lower() == "digest" and digest["algorithm"].lower() in _HASHES and "nonce" in digest
    return digest if known else None


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')

"""The door of a `BackchannelCamera`: digest of three kinds, or basic; a nonce may be good for a few requests only."""

from __future__ import annotations

import re
from base64 import b64decode
from hashlib import md5, sha256
from typing import Final

REALM: Final = "street, north"
_FIELD: Final = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


class Door:
    """Lets in who knows the login, as ``scheme`` says: ``digest`` (RFC 2069), ``qop``, ``sha-256`` or ``basic``."""

    def __init__(self, user: str, password: str, scheme: str = "qop", *, good_for: int = 1000) -> None:
        self._user = user
        self._password = password
        self._scheme = scheme
        self._good_for = good_for
        self._round = 1
        self._used = 0
        self._counts: set[tuple[str, str]] = set()

    def refusal(self, method: str, url: str, headers: dict[str, str]) -> str:
        """The headers of a refusal; empty where the request may pass."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic" == self._scheme and b64decode(given).decode() == f"{self._user}:{self._password}":
            return ""
        if scheme.lower() == "digest" and self._knows(method, url, given):
            self._used += 1
            if self._used <= self._good_for:
                return ""
        self._round, self._used = self._round + 1, 0
        return self._challenge()

    def _challenge(self) -> str:
        digest = f'WWW-Authenticate: Digest realm="{REALM}", nonce="{self._nonce}", opaque="o"'
        more = {"digest": "", "qop": ', qop="auth,auth-int"', "sha-256": ", algorithm=SHA-256, qop=auth"}
        if self._scheme == "basic":
            return f'WWW-Authenticate: Basic realm="{REALM}"\r\n'
        return f"{digest}{more[self._scheme]}\r\n"

    @property
    def _nonce(self) -> str:
        return f"n{self._round}=="

    def _knows(self, method: str, url: str, given: str) -> bool:
        fields = {name: quoted or plain for name, quoted, plain in _FIELD.findall(given)}
        hashed = _sha256 if self._scheme == "sha-256" else _md5
        secret, way = hashed(f"{self._user}:{REALM}:{self._password}"), hashed(f"{method}:{url}")
        middle = [fields.get("nonce", "")]
        if self._scheme != "digest":
            use = (fields.get("nonce", ""), fields.get("nc", ""))
            if use in self._counts:
                return False
            self._counts.add(use)
            middle += [fields.get("nc", ""), fields.get("cnonce", ""), "auth"]
        right = hashed(":".join([secret, *middle, way]))
        return fields.get("response") == right and fields.get("nonce") == self._nonce and fields.get("uri") == url


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()

"""A server's side of a login, as RFC 7616 and RFC 7617 have it: what it asks for, and what it makes of the answer."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HASHES: Final = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_PAIR: Final = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


class Verdict(Enum):
    """What became of a login."""

    RIGHT = "right"
    WRONG = "wrong"
    STALE = "stale"


@dataclass(slots=True, kw_only=True)
class Doorkeeper:
    """Lets one user in; ``way`` is what it asks for, ``lasting`` how many requests a nonce is good for."""

    username: str = "agent"
    password: str = "correct horse"  # noqa: S105 - a made-up one
    way: str = "digest"
    algorithms: tuple[str, ...] = ("MD5",)
    lasting: int = 1000
    realm: str = "street"
    answered: list[Verdict] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)

    def challenges(self, *, stale: bool) -> list[str]:
        """The values of WWW-Authenticate, with a nonce that was never given before."""
        if self.way == "basic":
            return [f'Basic realm="{self.realm}"']
        nonce = hashlib.md5(f"{len(self.counted)}".encode(), usedforsecurity=False).hexdigest()
        self.counted[nonce], self.used[nonce] = 0, 0
        flag = f", stale={'true' if stale else 'false'}"
        return [
            f'Digest realm="{self.realm}", nonce="{nonce}", qop="auth", algorithm={each}{flag}'
            for each in self.algorithms
        ]

    def judge(self, headers: Mapping[str, str], method: str, target: str) -> Verdict | None:
        """Whether the request may pass; None where it does not say who it is."""
        shown = headers.get("Authorization")
        if shown is None:
            return None
        verdict = self._basic(shown) if shown.startswith("Basic ") else self._digest(shown, method, target)
        self.answered.append(verdict)
        return verdict

    def _basic(self, shown: str) -> Verdict:
        right = b64encode(f"{self.username}:{self.password}".encode()).decode()
        return Verdict.RIGHT if self.way == "basic" and shown == f"Basic {right}" else Verdict.WRONG

    def _digest(self, shown: str, method: str, target: str) -> Verdict:
        fields = {name: quoted or bare for name, quoted, bare in _PAIR.findall(shown)}
        if fields["uri"] != target or fields["username"] != self.username or fields["qop"] != "auth":
            return Verdict.WRONG
        count, nonce = int(fields["nc"], 16), fields["nonce"]
        if nonce not in self.counted:
            return Verdict.STALE
        if fields["response"] != self._response(fields, method):
            return Verdict.WRONG
        if count <= self.counted[nonce]:
            return Verdict.WRONG  # somebody has listened, and says it once more
        self.counted[nonce] = count
        self.used[nonce] += 1
        if self.used[nonce] > self.lasting:
            del self.counted[nonce]
            return Verdict.STALE
        return Verdict.RIGHT

    def _response(self, fields: Mapping[str, str], method: str) -> str:
        def digest(text: str) -> str:
            return HASHES[fields.get("algorithm", "MD5")](text.encode()).hexdigest()

        who = digest(f"{self.username}:{self.realm}:{self.password}")
        what = digest(f"{method}:{fields['uri']}")
        return digest(f"{who}:{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:{fields['qop']}:{what}")

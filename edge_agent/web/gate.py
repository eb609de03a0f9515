"""The gate: who may ask the studio anything.

A page on the loopback is reached by every program of the machine, and by every web page that a person on it opens.
Against the latter::

    Host        names this server: an address, or a name it was told. A name that an attacker lets point here
                (DNS rebinding) is none of these; an address cannot be rebound
    Origin      and Sec-Fetch-Site, where a browser sends them, say that this very page asks
    X-Edge-Agent  comes with whatever changes something: a foreign page cannot send it without being allowed to (CORS)

On any other address than the loopback a token is asked for besides: given once in the address or on the sign-in page,
kept in a cookie that no script reads and no other site sends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hmac import compare_digest
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from edge_agent.web.exchange import Reply, refused

if TYPE_CHECKING:
    from edge_agent.config.fields.secret import Secret
    from edge_agent.web.exchange import Request

COOKIE: Final = "edge-agent-studio"
HEADER: Final = "x-edge-agent"
_HOST: Final = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")  # no login, path or fragment beside it
OURS: Final = frozenset({"same-origin", "none"})  # none: the person typed the address


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a browser must show: the ``token`` once, then the ``session`` that its cookie was given for it."""

    token: Secret
    session: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Lets in whoever asks this server by its own name and, where there are ``keys``, has shown the token.

    ``names`` are host names it may be asked by besides addresses; on the ``loopback`` only addresses of it count.
    """

    loopback: bool
    names: frozenset[str] = frozenset()
    keys: Keys | None = None

    def refusal(self, request: Request) -> Reply | None:
        """Why ``request`` is not answered at all, or None."""
        host = request.headers.get("host", "")
        if not self._is_ours(host):
            return refused(HTTPStatus.MISDIRECTED_REQUEST, f"host {host[:80]!r}: expected the address of this server")
        if _is_foreign(request, host):
            return refused(HTTPStatus.FORBIDDEN, "asked by another page, expected the studio's own")
        if request.method != "GET" and request.headers.get(HEADER) is None:
            return refused(HTTPStatus.FORBIDDEN, f"nothing in the header {HEADER}, expected it to be set")
        return None

    def knows(self, request: Request) -> bool:
        """Whether the one who asks has shown the token, or needs none."""
        if self.keys is None:
            return True
        try:
            cookie = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and _same(cookie.value, self.keys.session)

    def signed_in(self, token: str) -> Reply | None:
        """The way in for who shows the right token: to the page, with the cookie; None for who does not."""
        if self.keys is None or not _same(token, self.keys.token.reveal()):
            return None
        cookie = f"{COOKIE}={self.keys.session}; Path=/; HttpOnly; SameSite=Strict"
        return Reply(status=HTTPStatus.SEE_OTHER, headers={"Location": "/", "Set-Cookie": cookie})

    def _is_ours(self, host: str) -> bool:
        if not _HOST.fullmatch(host):
            return False
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        if name in self.names or name == "localhost":
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not self.loopback


def _is_foreign(request: Request, host: str) -> bool:
    """Whether a browser says that something else than our own page asks."""
    origin = request.headers.get("origin")
    if origin is not None and origin not in {f"http://{host}", f"https://{host}"}:  # with TLS by a proxy before us
        return True
    if request.path == "/" and request.method == "GET":
        return False  # a link to the page may stand anywhere
    return request.headers.get("sec-fetch-site", "none") not in OURS


def _same(given: str, right: str) -> bool:
    """Compare in a time that tells nothing about where they differ."""
    return compare_digest(given.encode("utf-8", "replace"), right.encode())

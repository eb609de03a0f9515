"""A device on the network that is spoken to over HTTP: one login, one time limit, and every failure in a sentence.

Nothing is kept between two announcements, which are minutes apart: a visit has its own connection and its own answer to
the challenge of the login. Redirects are not followed, for the password would go along; proxies and ``.netrc`` of the
machine are not asked.

What I dislike about it: the time limit is for each silence, not for the whole; a device that sends its headers letter
by letter could hold a visit for long.
"""

from __future__ import annotations

import logging
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from edge_agent.adapters.speakers.http.faults import DeviceRefusedError, no_answer, refused
from edge_agent.adapters.speakers.http.login import HttpLogin
from edge_agent.config.fields.secret import Secret
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from requests import Response

LARGEST: Final = 64 * 1024  # bytes of an answer that are looked at
PORTS: Final = {"http": 80, "https": 443}

# Below this it writes down addresses, which may hold secrets.
logging.getLogger("urllib3").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """An answer: its status, and the beginning of its body."""

    status: int
    body: bytes = b""
    onward: str = ""


class Device:
    """Where it is and how it is entered.

    Args:
        kind: The word for it in messages.
        address: ``http://host``, ``https://host:port``, or the host alone.
        username: Whom it knows us as; empty for a device without a login, or with one in its address.
        password: Goes to nobody else.
        seconds: How long it may say nothing.
        openly: Whether the password may be sent in the clear where it asks for that.
        ca: Whose certificates are believed, instead of the system's authorities.

    Raises:
        BadInputError: The address is none.
    """

    def __init__(
        self,
        *,
        kind: str,
        address: str,
        seconds: float,
        username: str = "",
        password: Secret | None = None,
        openly: bool = False,
        ca: Path | None = None,
    ) -> None:
        self.parts = _split(kind, address)
        self.seconds = seconds
        if password is None and self.parts.username is not None:
            username, password = unquote(self.parts.username), Secret("address", unquote(self.parts.password or ""))
        self.username = username if password is not None else ""
        self._password = password
        self._openly = openly or self.parts.scheme == "https"
        self._ca = ca
        host = self.host if ":" not in self.host else f"[{self.host}]"
        shown = host if self.port == PORTS[self.parts.scheme] else f"{host}:{self.port}"
        self.name = f"{kind} {shown}"
        self.root = f"{self.parts.scheme}://{host}:{self.port}"

    @property
    def host(self) -> str:
        """The name or number of its machine."""
        return self.parts.hostname or ""

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.parts.port or PORTS[self.parts.scheme]

    @cached_property
    def trust(self) -> ssl.SSLContext | None:
        """Whom we believe to be it; None where nobody can be asked.

        Raises:
            BadInputError: The file of its authority cannot be used.
        """
        if self.parts.scheme == "http":
            return None
        try:
            return ssl.create_default_context(cafile=self._ca)
        except OSError as error:
            raise BadInputError(f"{self.name}: ca {self._ca}: expected certificates in PEM format") from error

    @contextmanager
    def visit(self) -> Iterator[Visit]:
        """Some requests one after the other."""
        login = None
        if self._password is not None:
            login = HttpLogin(self.username, self._password, openly=self._openly)
        with _Session() as session:
            session.trust_env = False
            for scheme in PORTS:
                session.mount(f"{scheme}://", _Way(self.trust))
            yield Visit(device=self, session=session, login=login)


@dataclass(slots=True, kw_only=True)
class Visit:
    """Requests to one device; made by ``Device.visit``."""

    device: Device
    session: Session = field(repr=False)
    login: HttpLogin | None = field(repr=False)

    def ask(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str | bytes] | None = None
    ) -> HttpReply:
        """Send one request; returns any answer, whatever its status.

        Raises:
            OutsideError: There was none.
        """
        try:
            with self.session.request(
                method,
                self.device.root + path,
                data=body,
                headers=headers,
                auth=self.login,
                timeout=self.device.seconds,
                allow_redirects=False,
                stream=True,
            ) as response:
                return HttpReply(status=response.status_code, body=_beginning(response), onward=_onward(response))
        except (OSError, HTTPError, HTTPException, ValueError) as error:  # what the library makes of odd answers
            raise no_answer(error, self.device.name, self.device.seconds) from error

    def need(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str | bytes] | None = None
    ) -> bytes:
        """Send one request and have what it is answered.

        Raises:
            RefusedError: The answer is no.
            OutsideError: There was none.
        """
        reply = self.ask(method, path, body=body, headers=headers)
        if 200 <= reply.status < 300:  # noqa: PLR2004 - HTTP's statuses of success
            return reply.body
        raise self.refused(reply, f"{method} {path}")

    def refused(self, reply: HttpReply, asked: str) -> DeviceRefusedError:
        """The error of an answer that is no."""
        return refused(
            self.device.name,
            reply.status,
            asked=asked.partition("?")[0],
            body=reply.body,
            user=self.device.username,
            onward=reply.onward,
        )


class _Session(Session):
    """The library's session, which looks at no redirect: it would stumble over odd ones and leave the answer open."""

    def get_redirect_target(self, resp: Response) -> str | None:  # noqa: ARG002 - whatever it is
        """None."""
        return None


class _Way(HTTPAdapter):
    """The library's way to a server, with our idea of whom to trust, and of when to hang up."""

    def __init__(self, trust: ssl.SSLContext | None) -> None:
        self._trust = trust
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the library's own
        """Open connections with our context."""
        super().init_poolmanager(*args, ssl_context=self._trust, **kwargs)

    def cert_verify(self, conn: object, url: str, verify: object, cert: object) -> None:
        """Add nobody to those whom our context trusts."""

    def close(self) -> None:
        """Hang up now; the library would do so when it is collected."""
        pools = self.poolmanager.pools
        for key in pools.keys():  # noqa: SIM118 - it cannot be iterated
            pools[key].close()
        super().close()


def _split(kind: str, address: str) -> SplitResult:
    expected = "expected http://HOST or https://HOST, with a port where it is another than usual"
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        parts.port  # noqa: B018 - raises where it is no port
    except ValueError as error:
        raise BadInputError(f"{kind}: the address is none, {expected}") from error
    if parts.fragment:
        raise BadInputError(f"{kind} {parts.hostname}: a '#' in the address, expected it to be written as %23")
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadInputError(f"{kind}: address '{parts.scheme}://{parts.hostname or ''}', {expected}")
    return parts


def _beginning(response: Response) -> bytes:
    body = b""
    for piece in response.iter_content(LARGEST):
        body += piece
        if len(body) >= LARGEST:
            break
    return body[:LARGEST]


def _onward(response: Response) -> str:
    """The host that a redirect names; its path may hold a secret."""
    if not response.is_redirect:
        return ""
    try:
        return urlsplit(response.headers["location"]).hostname or "another page"
    except ValueError:
        return "an address that is none"

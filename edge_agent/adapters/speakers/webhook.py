"""A hook: anything on the network that is told what to say by one HTTP request; horns, LED boards, go2rtc.

It is taken at its word: an answer that is accepted counts as played.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from requests.exceptions import ConnectTimeout

from edge_agent.adapters.speakers import template
from edge_agent.adapters.speakers.answering import MidwayError, answer, forgotten
from edge_agent.adapters.speakers.http.device import Device, Visit
from edge_agent.adapters.speakers.http.faults import UnansweredError, no_answer
from edge_agent.config.fields.addresses import named
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from edge_agent.config.fields.secret import Secret
    from edge_agent.ports import SpeakerAnswer
    from edge_agent.ports.outlets import Announcement

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


class WebhookOutlet:
    """One request for each announcement; one for each of its languages where ``{text}`` or ``{language}`` is named.

    Args:
        url: Where to; may hold a login. Its path and query may have holes, see `edge_agent.config.fields.addresses`.
        method: GET, POST, PUT, PATCH or DELETE.
        headers: Sent along; their values may have holes.
        body: Sent along; its holes are filled as its Content-Type wants it, which is JSON or XML where it begins so.
        accepts: The statuses that mean that it was done.
        username: For a hook with a login, by digest or basic, as it asks for.
        password: Goes to nobody else.
        seconds: How long it may say nothing.
        ca: Whose certificates are believed over https, instead of the system's authorities.

    Raises:
        BadInputError: A setting cannot be used.
    """

    def __init__(  # noqa: PLR0913 - one setting each
        self,
        *,
        url: str,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        body: str = "",
        accepts: tuple[int, ...] = (200, 201, 202, 204),
        username: str | None = None,
        password: Secret | None = None,
        seconds: float = 5.0,
        ca: Path | None = None,
    ) -> None:
        self._device = Device(
            kind="webhook",
            address=url,
            username=username or "",
            password=password,
            seconds=seconds,
            openly=True,
            ca=ca,
        )
        if method not in METHODS:
            raise BadInputError(f"{self._device.name}: method '{method}', expected one of {', '.join(METHODS)}")
        self._method = method
        self._path = path_of(url)
        self._headers = dict(headers or {})
        self._type = next((v for k, v in self._headers.items() if k.lower() == "content-type"), "")
        if body and not self._type:
            self._type = self._headers["Content-Type"] = template.type_of(body)
        self._body = body
        self._accepts = frozenset(accepts)
        for where, words in (("url", self._path), ("body", body), *self._headers.items()):
            template.check(f"{self._device.name}: {where}", words)

    def play(self, announcement: Announcement) -> SpeakerAnswer:
        """Tell it; failed where it refused the first request, unknown where it was silent or refused a later one."""
        return answer(lambda: self._tell(announcement))

    def recall(self, announcement: Announcement) -> SpeakerAnswer:  # noqa: ARG002 - nothing is kept
        """It cannot tell."""
        return forgotten(self._device.name)

    def probe(self) -> str:
        """Whether anything listens there; the hook itself is not called, for that would be heard."""
        reach(self._device)
        return f"something listens on {self._device.host}:{self._device.port}; the hook was not called"

    def close(self) -> None:
        """Nothing is held between announcements."""

    def _tell(self, announcement: Announcement) -> None:
        spoken = named(" ".join((self._path, self._body, *self._headers.values()))) & template.SPOKEN
        languages = tuple(announcement.text) if spoken else ("",)
        with self._device.visit() as visit:
            for done, language in enumerate(languages or ("",)):
                try:
                    self._call(visit, template.values(announcement, language))
                except UnansweredError as error:
                    raise MidwayError(f"{error} (it may have done it)") from error
                except OutsideError as error:
                    raise (MidwayError(f"{error} (after {done} of its languages)") if done else error) from error

    def _call(self, visit: Visit, fields: dict[str, str]) -> None:
        reply = visit.ask(
            self._method,
            template.filled(self._path, fields, template.in_an_address),
            body=template.filled(self._body, fields, template.writer(self._type)).encode(),
            headers={
                name: template.filled(value, fields, template.in_an_address).encode()
                for name, value in self._headers.items()
            },
        )
        if reply.status not in self._accepts:
            raise visit.refused(reply, f"its {self._method}")


def path_of(url: str) -> str:
    """Path and query, as they are sent."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def reach(device: Device) -> None:
    """Connect and hang up.

    Raises:
        OutsideError: Nobody is there.
    """
    try:
        with socket.create_connection((device.host, device.port), timeout=device.seconds) as connection:
            if device.trust is not None:
                device.trust.wrap_socket(connection, server_hostname=device.host).close()
    except TimeoutError as error:
        raise no_answer(ConnectTimeout(), device.name, device.seconds) from error
    except OSError as error:
        raise no_answer(error, device.name, device.seconds) from error

"""Logging in to a device over HTTP: by digest, or in the clear where that was asked for and may be.

A device that asks for a password in the clear over a plain connection may be another one in its place. So basic
authentication is answered over TLS only, unless a person said that it may be.
"""

from __future__ import annotations

import re
from base64 import b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from requests.auth import HTTPDigestAuth
from requests.utils import parse_dict_header

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

    from edge_agent.config.fields.secret import Secret

UNAUTHORIZED: Final = 401
_DIGEST: Final = re.compile("digest ", re.IGNORECASE)


class HttpLogin(HTTPDigestAuth):
    """Answers the challenge of one device; to be used for one visit.

    Args:
        username: Whom the device knows us as.
        password: Shown to nobody but the device.
        openly: Whether the password itself may be sent where the device wants it so.
    """

    def __init__(self, username: str, password: Secret, *, openly: bool) -> None:
        super().__init__(username, password.reveal())
        self._basic = f"Basic {b64encode(f'{username}:{password.reveal()}'.encode()).decode()}"
        self._openly = openly
        self._way = ""

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Sign a request; called by the library for every one of them."""
        signed = super().__call__(r)
        if self._way == "basic":
            signed.headers["Authorization"] = self._basic
        return signed

    def challenged(self, challenge: str) -> None:
        """Take up a challenge that came by another way than the library's."""
        self._way = "digest" if "digest" in challenge.lower() else self._way
        self.init_per_thread_state()
        self._thread_local.chal = parse_dict_header(_DIGEST.sub("", challenge, count=1))

    def header(self, method: str, url: str) -> str | None:
        """What signs a request that goes by another way; None where nothing was ever asked for."""
        match self._way:
            case "digest":
                with suppress(KeyError):  # a challenge that lacks what it must have
                    return self.build_digest_header(method, url)
                return None
            case "basic":
                return self._basic
            case _:
                return None

    def handle_401(self, r: Response, **kwargs: Any) -> Response:  # noqa: ANN401 - the library's own
        """Ask again with what was wanted; called by the library for every answer."""
        try:
            return self._answered(r, **kwargs)
        except Exception:
            r.close()  # the library leaves it open where its body cannot be read
            raise

    def _answered(self, r: Response, **kwargs: Any) -> Response:  # noqa: ANN401 - the library's own
        challenge = r.headers.get("www-authenticate", "").lower()
        if r.status_code == UNAUTHORIZED and "digest" in challenge:
            self._way = "digest"
            with suppress(KeyError):  # a challenge that lacks what it must have
                return super().handle_401(r, **kwargs)
            return r
        if r.status_code == UNAUTHORIZED and "basic" in challenge and self._openly and self._way != "basic":
            self._way = "basic"
            return self._again(r, **kwargs)
        return super().handle_401(r, **kwargs)

    def _again(self, r: Response, **kwargs: Any) -> Response:  # noqa: ANN401 - the library's own
        r.content  # noqa: B018 - read, so that the connection can be used again
        r.close()
        request = r.request.copy()
        request.headers["Authorization"] = self._basic
        answer = r.connection.send(request, **kwargs)
        answer.history.append(r)
        answer.request = request
        return answer

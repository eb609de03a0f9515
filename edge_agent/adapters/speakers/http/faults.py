"""What goes wrong with a device on the network, in sentences that name it; never an address that may hold a login."""

from __future__ import annotations

import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from requests.exceptions import ConnectTimeout, RequestException, Timeout

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING", "RECORD_LAYER_FAILURE"})


class DeviceRefusedError(OutsideError):
    """The device answered, and the answer was no; ``status`` is HTTP's, ``body`` what it said with it."""

    def __init__(self, sentence: str, *, status: int, body: bytes = b"") -> None:
        super().__init__(sentence)
        self.status = status
        self.body = body


class UnansweredError(OutsideError):
    """The request was sent, and nothing came back: whether it was done is unknown."""


def no_answer(error: Exception, name: str, seconds: float) -> OutsideError:
    """Why there was no answer, or none that can be read."""
    if isinstance(error, ConnectTimeout):
        return OutsideError(f"{name}: cannot be reached: no connection within {seconds:g} s")
    if isinstance(error, TimeoutError | Timeout):
        return UnansweredError(f"{name}: said nothing for {seconds:g} s, expected an answer")
    root = next((each for each in _roots(error) if isinstance(each, OSError)), None)
    match root:
        case ssl.SSLError():
            return OutsideError(f"{name}: {_distrust(root)}")
        case ConnectionResetError() | BrokenPipeError():
            return UnansweredError(f"{name}: hung up without an answer")
        case OSError(strerror=str(reason)):
            return OutsideError(f"{name}: cannot be reached: {reason}")
        case _:
            return OutsideError(f"{name}: answered something that is not HTTP")


def refused(
    name: str, status: int, *, asked: str, body: bytes = b"", user: str = "", onward: str = ""
) -> DeviceRefusedError:
    """An answer other than the one that was hoped for; ``asked`` is the request, without its query."""
    match status:
        case HTTPStatus.UNAUTHORIZED if user:
            why = f"does not let '{user}' in (HTTP 401), expected the right user name and password"
        case HTTPStatus.UNAUTHORIZED:
            why = "wants a login (HTTP 401), expected a user name and password in the settings"
        case HTTPStatus.FORBIDDEN:
            why = f"forbids '{user}' {asked} (HTTP 403), expected a user who may use its loudspeaker"
        case HTTPStatus.SERVICE_UNAVAILABLE:
            why = "is busy (HTTP 503), expected nobody else to use it"
        case HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
            why = "does not take the kind of sound it was given (HTTP 415)"
        case _ if onward:
            why = f"sends us on to {onward} (HTTP {status}), expected it to answer itself"
        case _:
            why = f"answered HTTP {status} to {asked}, expected 200"
    return DeviceRefusedError(f"{name}: {why}", status=status, body=body)


def _roots(error: BaseException) -> Iterator[BaseException]:
    """What lies under an error of the library, nearest to the ground first."""
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in chain:
        chain.append(step)
        step = step.__cause__ or step.__context__
    return (each for each in reversed(chain) if not isinstance(each, RequestException))


def _distrust(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if error.reason in NO_TLS:
        return "speaks no TLS on this port, expected https there or an address with http"
    return f"no common TLS: {error.reason or 'broken off'}"

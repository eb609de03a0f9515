"""What FFmpeg says, translated once: why a stream gives no pictures, in a sentence without the login.

FFmpeg's own texts end with the address as it was given, password and all, so none of them is repeated, and none of
its exceptions is kept as the cause of ours.
"""

from __future__ import annotations

from typing import Final

from av import error as av_error

from edge_agent.config.fields.stream_address import advice, shown_address
from edge_agent.core.stream.pictures import StreamFault
from edge_agent.ports import StreamError

ELSEWHERE: Final = "the camera sends us to another host, which is not followed; name that one as source"


def unopened(address: str, error: Exception) -> StreamError:
    """Why ``address`` could not be opened."""
    reason, fault = _why_unopened(error)
    return StreamError(reason, f"{shown_address(address)}: {fault}")


def broken_off(address: str, error: Exception) -> StreamError:
    """Why the stream of ``address`` ended that had been opened."""
    here = shown_address(address)
    if isinstance(error, av_error.TimeoutError | av_error.ExitError):
        return StreamError(StreamFault.STALLED, f"{here}: connected, but nothing came for too long")
    return StreamError(StreamFault.BROKEN, f"{here}: the connection broke off ({_reason(error)})")


def unusable(address: str, error: Exception) -> StreamError:
    """Why the pictures of ``address`` are of no use, though they came and could be decoded."""
    return StreamError(StreamFault.BROKEN, f"{shown_address(address)}: its pictures cannot be used ({_reason(error)})")


def ended(address: str) -> StreamError:
    """No more will come: FFmpeg does not tell a camera that closes the stream from a connection that breaks off."""
    fault = "the stream ended (the camera closed it, or the connection broke off)"
    return StreamError(StreamFault.ENDED, f"{shown_address(address)}: {fault}")


def not_an_address(address: str) -> StreamError:
    """Nothing to connect to."""
    fault = "is no address of a camera, expected rtsp://host/path or rtsp://host:port/path"
    if escapes := advice(address):
        fault += f"; {escapes}"
    return StreamError(StreamFault.NO_CONNECTION, f"{shown_address(address)}: {fault}")


def in_the_clear(address: str) -> StreamError:
    """The camera wants the password as it is, over a connection that anybody can read."""
    fault = "asks for the password in the clear (Basic); where that may be, set basic_auth: true"
    return StreamError(StreamFault.REFUSED_LOGIN, f"{shown_address(address)}: {fault}")


def redirected(address: str) -> StreamError:
    """The camera sends us to another host."""
    return StreamError(StreamFault.NO_VIDEO, f"{shown_address(address)}: {ELSEWHERE}")


def untrusted(address: str, fault: str) -> StreamError:
    """The camera's certificate is not one to believe."""
    return StreamError(StreamFault.REFUSED_LOGIN, f"{shown_address(address)}: {fault}")


def without_video(address: str) -> StreamError:
    """There is a stream, but no pictures in it."""
    return StreamError(StreamFault.NO_VIDEO, f"{shown_address(address)}: the stream holds no video")


def undecodable(address: str) -> StreamError:
    """There is video, of a coding that nobody here can read."""
    fault = "its video is coded in a way that cannot be read, expected H.264 or H.265"
    return StreamError(StreamFault.NO_VIDEO, f"{shown_address(address)}: {fault}")


def without_keyframe(address: str, seconds: float, *, sends: bool) -> StreamError:
    """It was waited for a picture, and none came that can be shown."""
    fault = (
        "sends, but no keyframe; set its keyframe interval (GOP) to 2 s" if sends else "connected, but sends nothing"
    )
    return StreamError(StreamFault.STALLED, f"{shown_address(address)}: {fault} (waited {seconds:g} s)")


def _why_unopened(error: Exception) -> tuple[StreamFault, str]:
    match error:
        case av_error.HTTPUnauthorizedError() | av_error.HTTPForbiddenError():
            why = StreamFault.REFUSED_LOGIN, "the camera refuses the login"
        case av_error.HTTPNotFoundError():
            why = StreamFault.NO_SUCH_STREAM, "the camera has no stream of that name"
        case av_error.HTTPOtherClientError():  # nothing of video in its offer, not over TCP, or too many viewers
            why = StreamFault.NO_VIDEO, "the camera plays no video there"
        case TimeoutError() | av_error.ExitError():
            why = StreamFault.NO_CONNECTION, "the camera does not answer in time"
        case av_error.InvalidDataError() | av_error.EOFError():  # also where the answer breaks off
            why = StreamFault.NO_CONNECTION, "the camera gives no answer that can be understood"
        case OSError():
            why = StreamFault.NO_CONNECTION, f"the camera cannot be reached ({_reason(error)})"
        case _:
            why = StreamFault.BROKEN, f"the stream cannot be opened ({_reason(error)})"
    return why


def _reason(error: Exception) -> str:
    """The system's words for the error, which name no address."""
    return getattr(error, "strerror", None) or type(error).__name__

"""A session that fails says why, without a login; one that is closed ends at once and leaves nothing behind."""

from __future__ import annotations

import os
import traceback
from dataclasses import replace
from threading import Event, Thread, active_count
from typing import TYPE_CHECKING, Any, Final

import av
import pytest

from edge_agent.adapters.rtsp.first_picture import first_picture
from edge_agent.adapters.rtsp.gate import CameraConnection
from edge_agent.config.fields.secret import Secret
from edge_agent.core.stream.pictures import StreamFault
from edge_agent.ports import StreamError
from tests.adapters.rtsp.watching import HASTY, PATIENT, SECONDS, fault_of, now, session, watch
from tests.cameras.faults import Cut, Refuse, Stall
from tests.cameras.fuzz_camera import FuzzCamera
from tests.cameras.locked import LockedCamera
from tests.feed.waiting import wait_for

if TYPE_CHECKING:
    from tests.cameras.fault_proxy import FaultProxy
    from tests.cameras.server import CameraServer


P_SLICE: Final = b"\x41\xe0"  # of H.264: a picture that refers to others


def test_a_login_is_used(camera: CameraServer) -> None:
    """The name and the password of the address, by digest; neither is sent in the clear."""
    with LockedCamera(camera.port, "admin:p@ss word") as locked:
        frames = watch(session(camera.url("street.mp4", port=locked.port, login="admin:p%40ss%20word")), 1)
    assert len(frames) == 1


@pytest.mark.parametrize("login", ["admin:wrong-secret", "somebody:p", ""])
def test_a_wrong_login_is_its_own_fault(camera: CameraServer, login: str) -> None:
    """Waiting does not help: a person must look at it."""
    with LockedCamera(camera.port, "admin:p") as locked:
        error = fault_of(session(camera.url("street.mp4", port=locked.port, login=login)))
    assert error.reason == StreamFault.REFUSED_LOGIN
    assert "refuses the login" in str(error)


@pytest.mark.parametrize("clip", ["street.mp4", "none.mp4"])
def test_no_login_is_ever_shown(camera: CameraServer, clip: str, caplog: pytest.LogCaptureFixture) -> None:
    """Not by the error, not by what caused it, not by FFmpeg's own log, whoever has switched that on."""
    caplog.set_level(1)
    caplog.set_level(1, "libav")
    av.logging.set_level(av.logging.TRACE)
    url = camera.url(clip, plays=1, login="admin:hunter2") + "?password=hunter3"
    watched = session(url)
    error = fault_of(watched)
    text = "".join(traceback.format_exception(error)) + repr(watched) + repr(error)
    assert error.__context__ is None
    assert error.__cause__ is None
    assert "hunter" not in text + caplog.text
    assert str(error).startswith(f"rtsp://***@127.0.0.1:{camera.port}/…: ")


def test_every_way_to_have_no_pictures_is_named(camera: CameraServer, network: FaultProxy) -> None:
    """Nobody there, nobody answers, no such stream, no pictures in it, no address at all."""
    behind = camera.url("street.mp4", port=network.port)
    assert fault_of(session(camera.url("none.mp4"))).reason == StreamFault.NO_SUCH_STREAM
    assert fault_of(session(camera.url("sound.wav"))).reason == StreamFault.NO_VIDEO
    assert fault_of(session("rtsp://no-such-camera.invalid/")).reason == StreamFault.NO_CONNECTION
    assert fault_of(session("rtsp://:99999")).reason == StreamFault.NO_CONNECTION
    network.fault = Stall()
    assert fault_of(session(behind, options=HASTY)).reason == StreamFault.NO_CONNECTION
    network.fault = Refuse()
    error = fault_of(session(behind))
    assert (error.reason, str(error)) == (
        StreamFault.NO_CONNECTION,
        f"rtsp://127.0.0.1:{network.port}/…: the camera cannot be reached (Connection refused)",
    )


def test_a_camera_without_keyframes_is_waited_for_no_longer_than_told() -> None:
    """Doorbells send one a minute, cameras that refresh by strips none at all; who looks once is told what to set."""
    with FuzzCamera(1, only=P_SLICE) as strips, pytest.raises(StreamError, match="but no keyframe; set its") as error:
        first_picture(Secret("a test", strips.url), clock=now, options=PATIENT, patience_s=1.5)
    assert error.value.reason == StreamFault.STALLED
    assert "(waited 1.5 s)" in str(error.value)


def test_the_first_picture_comes_with_what_the_stream_holds(camera: CameraServer) -> None:
    """As for any session."""
    held, frame = first_picture(Secret("a test", camera.url("street.mp4")), clock=now, options=PATIENT)
    assert (held.codec, frame.keyframe, frame.size) == ("h264", True, held.size)


def test_a_coding_that_nobody_can_read_is_no_error_of_ours() -> None:
    """Offers of cameras gone mad, and of cameras for which FFmpeg has no decoder."""
    with FuzzCamera(1, coding="SMPTE336M") as odd:
        error = fault_of(session(odd.url))
    assert error.reason == StreamFault.NO_VIDEO


def test_a_stream_that_breaks_off_says_so(camera: CameraServer, network: FaultProxy) -> None:
    """What came before has been given."""
    watched = session(camera.url("street.mp4", port=network.port))
    watched.open()
    frames = watched.frames()
    next(frames)
    network.fault = Cut()
    with pytest.raises(StreamError) as caught:
        list(frames)
    assert caught.value.reason in {StreamFault.ENDED, StreamFault.BROKEN}


def test_a_stream_that_falls_silent_is_stalled(camera: CameraServer, network: FaultProxy) -> None:
    """The connection stands, and nothing comes."""
    watched = session(camera.url("street.mp4", port=network.port), options=replace(PATIENT, silence_s=3))
    watched.open()
    frames = watched.frames()
    next(frames)
    network.fault = Stall()
    with pytest.raises(StreamError) as caught:
        list(frames)
    assert caught.value.reason == StreamFault.STALLED


def test_closing_ends_a_read_that_waits(camera: CameraServer, network: FaultProxy) -> None:
    """The camera is silent and the timeout two minutes away; the thread that reads ends all the same."""
    watched = session(camera.url("street.mp4", port=network.port))
    watched.open()
    reading, ended = Event(), Event()

    def read() -> None:
        for _ in watched.frames():
            network.fault = Stall()
            reading.set()
        ended.set()

    thread = Thread(target=read)
    thread.start()
    assert reading.wait(SECONDS)
    watched.close()
    thread.join(SECONDS)
    assert ended.is_set()


def test_closing_ends_an_opening_that_waits(camera: CameraServer, network: FaultProxy) -> None:
    """Connected, but no answer: whoever opens is told that it is over."""
    network.fault = Stall()
    watched = session(camera.url("street.mp4", port=network.port))
    errors: list[StreamError] = []

    def open_it() -> None:
        try:
            watched.open()
        except StreamError as error:
            errors.append(error)

    thread = Thread(target=open_it)
    thread.start()
    while not network.accepted:
        thread.join(0.01)
    while thread.is_alive():  # the connection stands a moment before it can be found
        watched.close()
        thread.join(0.1)
    assert len(errors) == 1


def test_closing_ends_an_opening_that_has_not_connected_yet(
    camera: CameraServer, network: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had begun, and there was no connection yet that could be ended: none is made."""

    def closed_meanwhile(*words: Any, **options: Any) -> CameraConnection:  # noqa: ANN401 - those of the real one
        watched.close()
        return CameraConnection(*words, **options)

    monkeypatch.setattr("edge_agent.adapters.rtsp.session.CameraConnection", closed_meanwhile)
    network.fault = Stall()
    watched = session(camera.url("street.mp4", port=network.port), options=HASTY)
    with pytest.raises(StreamError):
        watched.open()
    assert network.accepted == 0


def test_closing_one_session_leaves_the_others_alone(camera: CameraServer) -> None:
    """Main and sub stream come from one address; each session has hung up its own connection only."""
    pair = [session(camera.url("street.mp4")), session(camera.url("small.mp4"))]
    openers = [Thread(target=each.open) for each in pair]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join()
    streams = [each.frames() for each in pair]
    assert [next(stream).size for stream in streams] == [(640, 360), (320, 180)]
    pair[0].close()
    assert list(streams[0]) == []
    assert next(streams[1]).size == (320, 180)
    pair[1].close()
    assert list(streams[1]) == []


def test_a_closed_session_stays_closed(camera: CameraServer) -> None:
    """Before it was opened, after it, and twice."""
    watched = session(camera.url("street.mp4"))
    watched.close()
    with pytest.raises(StreamError):
        watched.open()
    assert list(watched.frames()) == []
    opened = session(camera.url("street.mp4"))
    opened.open()
    opened.close()
    opened.close()
    assert list(opened.frames()) == []


def test_nothing_is_left_open(camera: CameraServer, network: FaultProxy) -> None:
    """Sessions that were read, abandoned, refused or cut leave no file and no thread behind."""
    url = camera.url("street.mp4", port=network.port)
    watch(session(url), 1)
    files, threads = len(os.listdir("/proc/self/fd")), active_count()  # noqa: PTH208 - only how many
    for _ in range(3):
        watch(session(url), 1)
        fault_of(session(camera.url("none.mp4")))
        abandoned = session(url)
        abandoned.open()
        abandoned.close()
    network.stop()
    # What was hung up on ends on threads of its own, a moment later.
    wait_for(lambda: active_count() <= threads and len(os.listdir("/proc/self/fd")) <= files)  # noqa: PTH208 - only how many

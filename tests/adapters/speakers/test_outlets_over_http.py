"""Every outlet that speaks HTTP keeps one contract: it answers honestly, in a sentence, and shows no secret."""

from __future__ import annotations

import logging
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from tests.adapters.speakers.http_device import HOST, Answers, Babbles, Dies, Fault, Silent
from tests.adapters.speakers.listening import WRONG, announcement
from tests.adapters.speakers.loudspeakers import CHANNELS, PARAM
from tests.adapters.speakers.outlets import HASTY, MAKES, SECONDS, Make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.ports import SpeakerAnswer
    from tests.adapters.speakers.conftest import Papers

ALL = pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
SECRETS = ("correct horse", "battery staple", "hidden", "Digest ", "Basic ")


@contextmanager
def listening(*, answering: bool) -> Iterator[str]:
    """An address where a connection is taken and nothing is ever said, or where none is taken."""
    with socket.create_server((HOST, 0)) as server:
        if not answering:
            server.close()
        yield f"http://{HOST}:{server.getsockname()[1]}" if answering else "http://127.0.0.1:9"


def assert_answer(answer: SpeakerAnswer, result: Result, *words: str) -> None:
    """The answer is that, its reason has these words and no secret."""
    assert answer.result is result, answer
    for word in words:
        assert word in answer.reason
    for secret in SECRETS:
        assert secret not in answer.reason


@ALL
def test_a_device_that_does_as_it_is_told_has_played(make: Make) -> None:
    """By digest, and no reason is given."""
    with make.installed() as device:
        outlet = make.before(device.address)
        answer = outlet.play(announcement())
        outlet.close()
    assert answer.result is Result.PLAYED
    assert answer.reason == ""
    assert device.requests


@ALL
def test_a_device_that_is_away_has_not(make: Make) -> None:
    """Nobody listens on its port."""
    with listening(answering=False) as address:
        assert_answer(make.before(address).play(announcement()), Result.FAILED, "cannot be reached: Connection refused")


@ALL
def test_a_device_that_is_half_open_has_not(make: Make) -> None:
    """It takes the connection, and says nothing: a hook may have done it, the others ask something harmless first."""
    with listening(answering=True) as address:
        answer = make.before(address, seconds=HASTY).play(announcement())
        assert_answer(answer, make.unanswered, f"said nothing for {HASTY:g} s")


@ALL
def test_the_wrong_password_is_said_so_and_not_shown(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    """The user is named, and the device was asked twice and no more: many lock out who tries often."""
    caplog.set_level(logging.DEBUG)
    with make.installed() as device:
        outlet = make.before(device.address, password=WRONG)
        assert_answer(outlet.play(announcement()), Result.FAILED, "does not let 'agent' in (HTTP 401)")
    tries = [path for _, path in device.attempts if path.partition("?")[0] == make.first]
    assert len(tries) == 2
    for secret in SECRETS:
        assert secret not in repr(outlet)
        assert secret not in caplog.text


WRONG_ANSWERS = {
    "busy": (Answers(503), "is busy (HTTP 503)"),
    "broken": (Answers(500), "answered HTTP 500 to"),
    "forbidden": (Answers(403), "forbids 'agent'"),
    "elsewhere": (Answers(302, location="http://elsewhere.example/hidden"), "sends us on to elsewhere.example"),
    "babbling": (Babbles(), "answered something that is not HTTP"),
}
UNANSWERED = {"silent": (Silent(), "said nothing for"), "hangs up": (Dies(after=0), "hung up without an answer")}


@ALL
@pytest.mark.parametrize(("fault", "words"), WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_another_answer_than_was_hoped_for_is_no(make: Make, fault: Fault, words: str) -> None:
    """At the first request, before anything is heard."""
    with make.installed() as device:
        device.faults[make.first] = fault
        assert_answer(make.before(device.address).play(announcement()), Result.FAILED, words)


@ALL
def test_nothing_that_is_written_down_holds_a_secret(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    """Not even where everything is."""
    caplog.set_level(logging.DEBUG)
    with make.installed() as device:
        outlet = make.before(device.address)
        outlet.play(announcement())
        outlet.probe()
    for secret in SECRETS:
        assert secret not in caplog.text
        assert secret not in repr(outlet)


@ALL
def test_a_proxy_of_the_machine_is_not_asked(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loudspeakers are beside the box, and a login must not pass through others."""
    with listening(answering=False) as nowhere:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, nowhere)
        monkeypatch.setenv("no_proxy", "")
        with make.installed() as device:
            assert make.before(device.address).play(announcement()).result is Result.PLAYED


@ALL
@pytest.mark.parametrize(("fault", "words"), UNANSWERED.values(), ids=UNANSWERED)
def test_no_answer_is_no_or_unknown(make: Make, fault: Fault, words: str) -> None:
    """Unknown where the request itself may have been heard."""
    with make.installed() as device:
        device.faults[make.first] = fault
        seconds = HASTY if isinstance(fault, Silent) else SECONDS
        assert_answer(make.before(device.address, seconds=seconds).play(announcement()), make.unanswered, words)


@ALL
def test_a_device_that_can_prove_who_it_is_is_believed(make: Make, papers: Papers) -> None:
    """By the authority that was named."""
    with make.installed(tls=papers.context) as device:
        assert make.before(device.address, ca=papers.ca).play(announcement()).result is Result.PLAYED


@ALL
def test_a_device_that_cannot_is_not(make: Make, papers: Papers) -> None:
    """Its authority was not named; nothing is sent to it, and so no password."""
    with make.installed(tls=papers.context) as device:
        assert_answer(
            make.before(device.address).play(announcement()), Result.FAILED, "its certificate is not trusted:"
        )
    assert device.attempts == []


@ALL
def test_a_device_without_tls_is_said_so(make: Make) -> None:
    """The address has https, and there is plain HTTP."""
    with make.installed() as device:
        address = device.address.replace("http:", "https:")
        assert_answer(make.before(address).play(announcement()), Result.FAILED, "speaks no TLS on this port")


@ALL
def test_a_password_goes_in_the_clear_over_tls(make: Make, papers: Papers) -> None:
    """Basic authentication, where the device has proven who it is."""
    with make.installed(tls=papers.context, way="basic") as device:
        assert make.before(device.address, ca=papers.ca).play(announcement()).result is Result.PLAYED


@pytest.mark.parametrize("name", ["isapi", "axis"])
def test_a_password_does_not_go_in_the_clear_else(name: str) -> None:
    """A loudspeaker that asks for that over a plain connection may be another in its place."""
    with MAKES[name].installed(way="basic") as device:
        assert_answer(MAKES[name].before(device.address).play(announcement()), Result.FAILED, "HTTP 401")
    assert device.doorkeeper is not None
    assert device.doorkeeper.answered == []


@ALL
def test_two_kinds_of_digest_are_a_choice(make: Make) -> None:
    """Newer devices offer SHA-256 beside MD5."""
    with make.installed() as device:
        assert device.doorkeeper is not None
        device.doorkeeper.algorithms = ("SHA-256", "MD5")
        assert make.before(device.address).play(announcement()).result is Result.PLAYED


@ALL
def test_a_device_without_a_login_is_not_told_one(make: Make) -> None:
    """Nobody was asked who they are."""
    with make.installed() as device:
        device.doorkeeper = None
        assert make.before(device.address).play(announcement()).result is Result.PLAYED
    assert all("Authorization" not in each.headers for each in device.requests)


@ALL
def test_a_challenge_gone_stale_is_answered_anew(make: Make) -> None:
    """Every nonce is good for one request only."""
    with make.installed() as device:
        assert device.doorkeeper is not None
        device.doorkeeper.lasting = 1
        assert make.before(device.address).play(announcement()).result is Result.PLAYED


@ALL
def test_what_a_power_cut_left_is_unknown(make: Make) -> None:
    """No device keeps a record of what it played."""
    with make.installed() as device:
        assert_answer(make.before(device.address).recall(announcement()), Result.UNKNOWN, "cannot tell")


@ALL
def test_a_probe_makes_no_sound(make: Make) -> None:
    """It says what is there; no session, no sound, no light."""
    with make.installed() as device:
        assert make.before(device.address).probe()
        assert all(method == "GET" and path.startswith((CHANNELS, PARAM)) for method, path in device.attempts)


@ALL
def test_a_probe_over_tls_looks_who_it_is(make: Make, papers: Papers) -> None:
    """And says that it does not believe it."""
    with make.installed(tls=papers.context) as device:
        assert make.before(device.address, ca=papers.ca).probe()
        with pytest.raises(OutsideError, match="its certificate is not trusted"):
            make.before(device.address).probe()


@ALL
def test_a_probe_says_that_nobody_is_there(make: Make) -> None:
    """As the reason of a failure would."""
    with listening(answering=False) as address, pytest.raises(OutsideError, match="cannot be reached"):
        make.before(address).probe()

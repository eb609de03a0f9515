"""A hook is told in its own words: what was meant arrives, whatever the words have in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.speakers import template
from edge_agent.adapters.speakers.webhook import WebhookOutlet
from edge_agent.config.fields.secret import Secret
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Result
from tests.adapters.speakers.digest import Doorkeeper
from tests.adapters.speakers.http_device import Answers, DeviceRequest, HttpDevice
from tests.adapters.speakers.listening import PASSWORD, announcement

if TYPE_CHECKING:
    from collections.abc import Iterator


class Board(HttpDevice):
    """A hook that takes so many requests and refuses the others."""

    def __init__(self, *, takes: int = 1000, status: int = 200) -> None:
        super().__init__()
        self.takes = takes
        self.status = status

    def answer(self, request: DeviceRequest) -> Answers:  # noqa: ARG002 - whatever it is
        """While it has patience."""
        return Answers(self.status if len(self.requests) < self.takes else 500)


@pytest.fixture
def board() -> Iterator[Board]:
    """A board of light over the street."""
    with Board() as device:
        yield device


def hook(board: HttpDevice, path: str = "/", **words: object) -> WebhookOutlet:
    """An outlet before it."""
    return WebhookOutlet(url=f"{board.address}{path}", seconds=2, **words)  # type: ignore[arg-type]


def test_a_body_of_json_says_what_was_meant(board: Board) -> None:
    """Quotes and Chinese in a text are no part of the JSON; a request for each language, in their order."""
    body = '{"say": "{text}", "in": "{language}", "where": {"zone": "{zone}"}, "n": {n}, "loud": {volume}}'
    assert hook(board, body=body).play(announcement(volume=0.5)).result is Result.PLAYED
    assert [json.loads(each.body) for each in board.requests] == [
        {"say": "请驶离", "in": "zh-CN", "where": {"zone": "kerb"}, "n": 2, "loud": 0.5},
        {"say": 'Please "move" on', "in": "en", "where": {"zone": "kerb"}, "n": 2, "loud": 0.5},
    ]
    assert board.requests[0].headers["Content-Type"] == "application/json"


def test_a_hook_that_has_no_words_is_called_once(board: Board) -> None:
    """A strobe, or a clip by its number, wants one request whatever the languages."""
    outlet = hook(board, "/clip/{kind}/{n}?incident={incident}", method="GET")
    assert outlet.play(announcement()).result is Result.PLAYED
    assert [(each.method, each.target) for each in board.requests] == [
        ("GET", "/clip/illegal_parking/2?incident=i-1"),
    ]


def test_a_body_of_another_kind_is_written_as_that(board: Board) -> None:
    """A form, XML and plain text, each with its own way to write a quotation mark."""
    announcement_made = announcement(text={"en": 'a "b" & c=<d>'})
    for kind in ("application/x-www-form-urlencoded", "text/xml; charset=utf-8", "text/plain"):
        hook(board, headers={"content-type": kind}, body="t={text}").play(announcement_made)
    form, xml, plain = (each.body.decode() for each in board.requests)
    assert parse_qs(form) == {"t": ['a "b" & c=<d>']}
    assert xml == "t=a &quot;b&quot; &amp; c=&lt;d&gt;"
    assert plain == 't=a "b" & c=<d>'


@given(st.text())
def test_whatever_is_said_stays_inside_its_place(text: str) -> None:
    """No text can end the string, the value or the path that it stands in."""
    announcement_made = announcement(text={"en": text.encode(errors="replace").decode()})
    fields = template.values(announcement_made, "en")
    body = template.filled('{"t": "{text}"}', fields, template.writer("application/json"))
    assert json.loads(body) == {"t": fields["text"]}
    address = template.filled("http://h/a/{text}/b?t={text}&u=1", fields, template.in_an_address)
    parts = urlsplit(address)
    assert parts.path.count("/") == 3
    assert parse_qs(parts.query, keep_blank_values=True) == {"t": [fields["text"]], "u": ["1"]}
    assert parts.fragment == ""


def test_go2rtc_is_told_which_clip_to_play_where(board: Board) -> None:
    """Its own documented request, the '#' of its sources written as %23."""
    path = "/api/streams?dst=gate&src=ffmpeg:/clips/{kind}-{n}.wav%23audio=pcma%23input=file"
    hook(board, path).play(announcement())
    assert parse_qs(urlsplit(board.requests[0].target).query) == {
        "dst": ["gate"],
        "src": ["ffmpeg:/clips/illegal_parking-2.wav#audio=pcma#input=file"],
    }


def test_headers_are_sent_and_cannot_be_broken_out_of(board: Board) -> None:
    """A zone with a line break in its name is one header all the same."""
    announcement_made = announcement()
    hook(board, headers={"X-Key": "k 1", "X-Zone": "{text}"}, method="GET").play(
        announcement(text={"en": "a\r\nX-Other: b"})
    )
    assert announcement_made.zone == "kerb"
    headers = board.requests[0].headers
    assert headers["X-Key"] == "k 1"
    assert headers["X-Zone"] == "a%0D%0AX-Other%3A%20b"
    assert "X-Other" not in headers


@pytest.mark.parametrize(("status", "result"), [(200, Result.PLAYED), (202, Result.FAILED), (404, Result.FAILED)])
def test_only_what_is_accepted_counts(status: int, result: Result) -> None:
    """A hook that answers 202 may have forgotten it by the time it comes to it."""
    with Board(status=status) as board:
        assert hook(board, accepts=(200,)).play(announcement()).result is result


def test_a_hook_that_breaks_between_two_languages_is_unknown() -> None:
    """One was said, the other not: saying it all again would say one twice."""
    with Board(takes=1) as board:
        answer = hook(board, body="{text}").play(announcement())
    assert answer.result is Result.UNKNOWN
    assert answer.reason.endswith("answered HTTP 500 to its POST, expected 200 (after 1 of its languages)")


def test_an_announcement_without_words_is_still_a_call(board: Board) -> None:
    """There may be a sound only."""
    assert hook(board, body="{text}").play(announcement(text={})).result is Result.PLAYED
    assert board.requests[0].body == b""


def test_a_hook_with_a_login_gets_it_as_it_asks(board: Board) -> None:
    """In the clear too: a person who writes the address has chosen so."""
    board.doorkeeper = Doorkeeper(way="basic")
    outlet = hook(board, body="{text}", username="agent", password=PASSWORD)
    assert outlet.play(announcement()).result is Result.PLAYED
    assert len(board.attempts) == 3  # the second request says it beforehand


def test_a_login_may_stand_in_a_secret_address(board: Board) -> None:
    """Where the whole address is one; it is shown nowhere."""
    board.doorkeeper = Doorkeeper(password="p@ss/word")  # noqa: S106 - a made-up one
    address = board.address.replace("http://", "http://agent:p%40ss%2Fword@")
    assert WebhookOutlet(url=f"{address}/").play(announcement()).result is Result.PLAYED
    board.doorkeeper.password = "another"  # noqa: S105 - a made-up one
    answer = WebhookOutlet(url=f"{address}/").play(announcement())
    assert answer.reason.startswith(f"webhook 127.0.0.1:{board.port}: does not let 'agent' in")
    assert "word" not in answer.reason.replace("password", "")


def test_a_hook_that_wants_a_login_says_so(board: Board) -> None:
    """Where none was given."""
    board.doorkeeper = Doorkeeper()
    assert (
        hook(board)
        .play(announcement())
        .reason.endswith("wants a login (HTTP 401), expected a user name and password in the settings")
    )


def test_a_challenge_that_lacks_its_parts_is_a_refusal(board: Board) -> None:
    """A device that asks for a digest of nothing."""

    class Careless(Doorkeeper):
        def challenges(self, *, stale: bool) -> list[str]:  # noqa: ARG002 - it does not care
            return ["Digest qop=auth"]

    board.doorkeeper = Careless()
    assert "HTTP 401" in hook(board, username="agent", password=PASSWORD).play(announcement()).reason


SETTINGS: dict[str, tuple[dict[str, object], str]] = {
    "a field": ({"body": '{"say": "{txt}"}'}, r"body: unknown field {txt}, expected one of {text}, {language}"),
    "a field of a header": ({"headers": {"X-A": "{shop}"}}, r"X-A: unknown field {shop}"),
    "a field of the address": ({"url": "http://h/{plate}"}, r"url: unknown field {plate}"),
    "a method": ({"method": "SAY"}, r"method 'SAY', expected one of GET, POST"),
    "a fragment behind a login": ({"url": "http://agent:hidden@h/#a"}, r"webhook h: a '#' in the address"),
    "a fragment": ({"url": "http://h/a?src=b#audio=pcma"}, r"a '#' in the address, expected it to be written as %23"),
    "another scheme": ({"url": "rtsp://h/a"}, r"address 'rtsp://h', expected http://HOST or https://HOST"),
    "no host": ({"url": "http:///a"}, r"expected http://HOST"),
    "a port": ({"url": "http://h:99999/"}, r"the address is none"),
}


@pytest.mark.parametrize(("settings", "words"), SETTINGS.values(), ids=SETTINGS)
def test_a_setting_that_cannot_be_used_is_refused(settings: dict[str, object], words: str) -> None:
    """At once, naming the thing and what is expected, and no secret."""
    with pytest.raises(BadInputError, match=words) as refusal:
        WebhookOutlet(**{"url": "http://h/", **settings})  # type: ignore[arg-type]
    assert "hidden" not in str(refusal.value)


def test_braces_that_are_no_field_stay(board: Board) -> None:
    """JSON is written as it is read."""
    hook(board, body='{"a": {"b": [{}]}, "c": "{N}"}').play(announcement())
    assert board.requests[0].body == b'{"a": {"b": [{}]}, "c": "{N}"}'


def test_an_authority_that_is_none_is_refused(board: Board, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The file has no certificate in it."""
    ca = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.write_text("no certificate")
    outlet = WebhookOutlet(url=f"https://127.0.0.1:{board.port}/", ca=ca, password=Secret("a test", "x"))
    answer = outlet.play(announcement())
    assert answer.result is Result.FAILED
    assert answer.reason.endswith(f"ca {ca}: expected certificates in PEM format")

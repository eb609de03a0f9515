"""The gate: who is let in, and who is told why not."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Final

import pytest

from edge_agent.config.fields.secret import Secret
from edge_agent.web.exchange import Method, Request
from edge_agent.web.gate import Gate, Keys
from tests.cli.streets import street
from tests.web.asking import OPEN, answer_to, desk, json_of

TOKEN: Final = "a-token-for-this-test"  # noqa: S105
KEYS: Final = Keys(token=Secret("this test", TOKEN), session="a-session-for-this-test")
LOCKED: Final = Gate(loopback=False, names=frozenset({"box-01.local"}), keys=KEYS)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that nobody changes."""
    return street(tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize("host", ["127.0.0.1:8960", "localhost:8960", "[::1]:8960", "127.0.0.1"])
def test_the_loopback_is_asked_by_its_own_names(site: Path, host: str) -> None:
    """With or without a port."""
    with desk(site) as open_desk:
        assert answer_to(open_desk, "GET", "/api/site", headers={"host": host}).status is HTTPStatus.OK


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:8960", "192.0.2.1", "[::1", "127.0.0.1.evil.example"]
)
def test_a_name_that_an_attacker_lets_point_here_is_refused(site: Path, host: str) -> None:
    """DNS rebinding: the browser believes that it asks the attacker's own server."""
    with desk(site) as open_desk:
        reply = answer_to(open_desk, "GET", "/", headers={"host": host})
    assert reply.status is HTTPStatus.MISDIRECTED_REQUEST
    assert b"zone" not in reply.body


@pytest.mark.parametrize(("host", "ours"), [("box-01.local:80", True), ("192.0.2.1", True), ("other.local", False)])
def test_on_the_network_addresses_and_the_names_told_are_ours(site: Path, host: str, *, ours: bool) -> None:
    """An address cannot be rebound."""
    with desk(site, replace(LOCKED, keys=None)) as open_desk:
        assert (answer_to(open_desk, "GET", "/", headers={"host": host}).status is HTTPStatus.OK) == ours


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/api/site"), ("PUT", "/api/cameras/c1/zones")])
def test_another_page_cannot_ask(site: Path, method: Method, path: str, headers: dict[str, str]) -> None:
    """Neither to read nor to write (CSRF)."""
    with desk(site) as open_desk:
        reply = answer_to(open_desk, method, path, {}, headers=headers)
    assert reply.status is HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8960", "https://127.0.0.1:8960"])
def test_our_own_page_may_ask_also_through_tls(site: Path, origin: str) -> None:
    """A proxy that adds TLS keeps the name that it was asked by."""
    with desk(site) as open_desk:
        ours = {"origin": origin, "sec-fetch-site": "same-origin"}
        assert answer_to(open_desk, "GET", "/api/site", headers=ours).status is HTTPStatus.OK


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/cameras/c1/seen"), ("PUT", "/api/cameras/c1/zones")])
def test_nothing_is_changed_without_the_header(site: Path, method: Method, path: str) -> None:
    """A form of another page cannot send it."""
    bare = Request(method=method, path=path, headers={"host": "127.0.0.1"}, body=b"{}")
    with desk(site) as open_desk:
        assert open_desk.answer(bare).status is HTTPStatus.FORBIDDEN


def test_behind_a_token_nothing_is_told_without_it(site: Path) -> None:
    """But for the sign-in page itself."""
    with desk(site, LOCKED) as locked:
        for path in ("/api/site", "/api/cameras/c1/picture", "/static/main.js", "/static/index.html"):
            assert answer_to(locked, "GET", path).status is HTTPStatus.UNAUTHORIZED, path
        assert answer_to(locked, "PUT", "/api/cameras/c1/zones", {}).status is HTTPStatus.UNAUTHORIZED
        assert b"sign-in" in answer_to(locked, "GET", "/").body


def test_the_token_is_shown_once_and_a_cookie_let_in_from_then_on(site: Path) -> None:
    """A cookie that no script reads and no other site sends, which is not the token."""
    with desk(site, LOCKED) as locked:
        reply = answer_to(locked, "POST", "/api/sign-in", {"token": TOKEN})
        cookie = reply.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert TOKEN not in cookie
        let_in = answer_to(locked, "GET", "/api/site", headers={"cookie": cookie.partition(";")[0]})
        assert json_of(let_in)["agent"] == "box-01"
        by_address = answer_to(locked, "GET", "/", query={"token": TOKEN})
        assert (by_address.status, by_address.headers["Location"]) == (HTTPStatus.SEE_OTHER, "/")


@pytest.mark.parametrize("token", ["", "a-token", TOKEN + "x", "ünïcode", None, 5, {}])
def test_a_wrong_token_opens_nothing(site: Path, token: object) -> None:
    """Whatever it is."""
    with desk(site, LOCKED) as locked:
        reply = answer_to(locked, "POST", "/api/sign-in", {"token": token})
    assert reply.status is HTTPStatus.UNAUTHORIZED
    assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize("cookie", ["edge-agent-studio=wrong", "edge-agent-studio=", "=;;;", "edge-agent-studio"])
def test_a_wrong_cookie_opens_nothing(site: Path, cookie: str) -> None:
    """Nor does a broken one break anything."""
    with desk(site, LOCKED) as locked:
        assert answer_to(locked, "GET", "/api/site", headers={"cookie": cookie}).status is HTTPStatus.UNAUTHORIZED


def test_secrets_are_never_shown() -> None:
    """Neither the token nor the session."""
    assert TOKEN not in repr(LOCKED)
    assert KEYS.session not in repr(LOCKED)
    assert OPEN.keys is None

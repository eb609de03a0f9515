"""Every question is answered, or told in one sentence why not."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from edge_agent.web.exchange import Method, Request
from edge_agent.web.routes import Router, static_pages
from tests.cli.streets import street
from tests.web.asking import OURS, answer_to, desk, json_of

ZONE = {"id": "kerb", "polygon": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], "kinds": {"illegal_parking": {}}}
DRAWN = {"version": 1, "camera": "c1", "zones": [ZONE]}


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Router]:
    """A desk that may be asked anything."""
    with desk(street(tmp_path)) as desk_made:
        yield desk_made


@pytest.mark.parametrize("name", static_pages())
def test_every_file_of_the_page_is_served(asking: Router, name: str) -> None:
    """By its name, as what it is."""
    reply = answer_to(asking, "GET", f"/static/{name}")
    assert reply.body
    assert reply.type.startswith(("text/", "image/"))


@pytest.mark.parametrize(
    "path",
    [
        "/static/../routes.py",
        "/static/..%2froutes.py",
        "/static/%2e%2e/routes.py",
        "/static/",
        "/static//etc/passwd",
        "/site.yaml",
        "/api/cameras/../site",
        "/api/cameras/nobody",
        "/api/cameras/c1/nothing",
        "/api/cameras/c1/picture/more",
        "/" + "a" * 5000,
    ],
)
def test_nothing_else_can_be_reached(asking: Router, path: str) -> None:
    """There is no way from an address to a file."""
    reply = answer_to(asking, "GET", path)
    assert reply.status is HTTPStatus.NOT_FOUND
    assert len(json_of(reply)["error"]) < 200


@pytest.mark.parametrize("at", ["-1", "x", "nan", "inf", "1e99", ""])
def test_a_moment_that_is_none_is_refused(asking: Router, at: str) -> None:
    """In words."""
    reply = answer_to(asking, "GET", "/api/cameras/c1/picture", query={"at": at})
    assert reply.status is HTTPStatus.BAD_REQUEST
    assert "expected seconds" in json_of(reply)["error"]


def test_a_picture_is_a_jpeg(asking: Router) -> None:
    """Of any moment of the recording, and there is none after its end."""
    reply = answer_to(asking, "GET", "/api/cameras/c1/picture", query={"at": "7.5"})
    assert (reply.type, reply.body[:2]) == ("image/jpeg", b"\xff\xd8")
    beyond = answer_to(asking, "GET", "/api/cameras/c1/picture", query={"at": "7.999"})
    assert beyond.status is HTTPStatus.BAD_GATEWAY
    assert "no picture at 7.999 s" in json_of(beyond)["error"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"zones": NaN}', b'{"zones": "\\ud800"}', b"\xff", b"[" * 100_000]
)
@pytest.mark.parametrize(("method", "path"), [("POST", "fold"), ("POST", "zones/compare"), ("PUT", "zones")])
def test_a_body_that_is_no_object_is_refused(asking: Router, method: Method, path: str, body: bytes) -> None:
    """And breaks nothing."""
    request = Request(method=method, path=f"/api/cameras/c1/{path}", headers=OURS, body=body)
    assert asking.answer(request).status is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "zones", [None, [], "zones", 5, {}, {"zones": []}, DRAWN | {"zones": [{}]}, DRAWN | {"more": 1}]
)
def test_zones_that_cannot_be_are_told_with_their_fields(asking: Router, zones: object) -> None:
    """The same problems as `check` finds; nothing is folded or written."""
    saved = answer_to(
        asking,
        "PUT",
        "/api/cameras/c1/zones",
        {"zones": zones, "base": json_of(answer_to(asking, "GET", "/api/cameras/c1"))["zones"]["base"]},
    )
    assert saved.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    folded = answer_to(asking, "POST", "/api/cameras/c1/fold", {"zones": zones, "page": "p", "number": 1})
    if saved.status is HTTPStatus.UNPROCESSABLE_ENTITY:
        assert json_of(folded)["problems"]
        assert json_of(folded)["problems"] == json_of(saved)["problems"]


def test_a_problem_names_its_field(asking: Router) -> None:
    """So that it can be told where it is typed."""
    zone = ZONE | {"kinds": {"illegal_parking": {"dwell": "soon"}}, "hours": "always"}
    answer = json_of(
        answer_to(
            asking, "POST", "/api/cameras/c1/fold", {"zones": DRAWN | {"zones": [zone]}, "page": "p", "number": 1}
        )
    )
    fields = {problem["field"] for problem in answer["problems"]}
    assert fields == {"zones[0].hours", "zones[0].kinds.illegal_parking.dwell"}

"""One camera's page: its zones over its last picture, and a picture that is asked for."""

from __future__ import annotations

import json

import psycopg
import requests
from playwright.sync_api import expect

from centre.ingest.keep import Arrived, keep
from centre.web.cameras import points
from tests.centre.asking import Visitor
from tests.centre.box import Box
from tests.centre.console import Console
from tests.centre.stories import SOURCE, START
from tests.centre.test_console import console  # noqa: F401 - a fixture

EVIL = "<script>document.title='taken'</script>"
SITE = {
    "agent": "box-01",
    "cameras": [{"id": "campus", "name": {"en": EVIL}, "position": {"lonlat": [119.97, 31.81]}}],
    "zones": [
        {"id": "kerb", "camera": "campus", "name": {"en": "the kerb"}, "polygon": [[0.1, 0.2], [0.9, 0.2], [0.5, 0.8]]},
    ],
}
PATH = "/camera/320402/box-01/campus"


def described(connection: psycopg.Connection) -> None:
    """The box has said what it watches."""
    keep(connection, [Arrived(f"{SOURCE}/site", json.dumps(SITE).encode())], START)


def test_zones_are_drawn_in_fractions_of_the_picture() -> None:
    """As SVG wants them."""
    assert points([[0.1, 0.2], [0.9, 0.2], [0.5, 0.8]]) == "0.1000,0.2000 0.9000,0.2000 0.5000,0.8000"


def test_the_page_shows_zones_without_a_picture(visitor: Visitor, connection: psycopg.Connection) -> None:
    """As they were drawn; and the map leads there."""
    described(connection)
    page = visitor.get(PATH).text
    assert page.count("<polygon") == 1
    assert EVIL not in page
    assert visitor.get(f"{PATH}/picture").status_code == requests.codes.not_found
    assert visitor.get("/map/places").json()["cameras"][0]["path"] == PATH
    assert visitor.get("/camera/320402/box-01/none").status_code == requests.codes.not_found


def test_a_picture_is_asked_for_and_shown(console: Console, box: Box, connection: psycopg.Connection) -> None:  # noqa: F811
    """By a dispatcher; it is there without a reload."""
    described(connection)
    console.enters("wang.fang")
    console.page.goto(console.url + PATH)
    console.page.locator("#camera form button").click()
    expect(console.page.locator("#camera img.large")).to_have_js_property("naturalWidth", 320)
    (heard,) = [each for each in box.heard if each["verb"] == "look"]
    assert heard["camera"] == "campus"


def test_somebody_of_another_district_sees_no_camera(pages: str, connection: psycopg.Connection) -> None:
    """Nor may a viewer ask for a picture."""
    described(connection)
    for name in ("elsewhere", "viewer"):
        asking = Visitor(pages)
        asking.enters(name)
        answer = asking.get(PATH) if name == "elsewhere" else asking.post(f"{PATH}/look")
        assert answer.status_code == requests.codes.forbidden

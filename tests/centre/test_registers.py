"""The registers, the map, the strike ledger, the record and the read API, asked for without a browser."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
import requests

from centre.cases.shift import to_gcj02
from centre.cases.strikes import StrikeRule, colour, key_of
from centre.ingest.keep import Arrived, keep
from centre.web.api import digest
from tests.centre.asking import Visitor
from tests.centre.stories import SOURCE, START, Street
from tests.centre.test_keep import arrived, plate

PERMITS = 2000


def permits() -> dict[str, Any]:
    """So many permits as a city's own map has them."""
    outline = {"type": "Polygon", "coordinates": [[[119.97, 31.81], [119.98, 31.81], [119.98, 31.82], [119.97, 31.81]]]}
    features = [
        {
            "type": "Feature",
            "id": f"p-{n:04}",
            "geometry": outline if n % 2 else None,
            "properties": {
                "id": f"p-{n:04}",
                "source": SOURCE,
                "zone": "kerb",
                "holder": f"摊主 {n}",
                "valid_from": None,
                "valid_to": "2026-12-31T10:00:00+00:00",
                "kinds": "illegal_parking",
                "shop": "",
            },
        }
        for n in range(PERMITS)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    return {"type": "FeatureCollection", "crs": crs, "features": features}


def test_two_thousand_permits_go_in_and_out_unchanged(visitor: Visitor) -> None:
    """As GeoJSON, and then as CSV."""
    bring(visitor, "/registers/permits.geojson", json.dumps(permits()).encode())
    assert visitor.get("/registers/permits.geojson").json() == permits()
    before = visitor.get("/registers/permit.csv").content
    bring(visitor, "/registers/permit/bring", before)
    assert visitor.get("/registers/permit.csv").content == before
    assert before.count(b"\n") == PERMITS + 1


def bring(visitor: Visitor, path: str, content: bytes) -> requests.Response:
    """Send a file."""
    token = visitor.get("/").text.partition('name="csrf" value="')[2].partition('"')[0]
    return visitor.session.post(f"{visitor.url}{path}", {"csrf": token}, files={"file": ("file", content)}, timeout=60)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "FeatureCollection"),
        (json.dumps(permits() | {"crs": {"properties": {"name": "GCJ-02"}}}).encode(), "GCJ-02"),
        (b'{"features": [{"properties": {"id": "p"}, "geometry": {"type": "Point"}}]}', "Polygon"),
        (b"x" * 5_000_000, "bytes"),
    ],
    ids=["broken", "gcj02", "point", "giant"],
)
def test_geojson_that_cannot_be_used_is_refused(visitor: Visitor, content: bytes, reason: str) -> None:
    """With the reason, and nothing of it is taken in."""
    answer = bring(visitor, "/registers/permits.geojson", content)
    assert answer.status_code in {requests.codes.bad_request, requests.codes.request_entity_too_large}
    assert reason in answer.text or answer.status_code == requests.codes.request_entity_too_large
    assert visitor.get("/registers/permits.geojson").json()["features"] == []


def test_a_permit_is_granted_to_its_box(visitor: Visitor, connection: psycopg.Connection) -> None:
    """As a command, by whoever has granted it."""
    form = {"id": "p-1", "source": SOURCE, "zone": "kerb", "holder": "李", "valid_to": "2026-12-31T18:00+08:00"}
    visitor.post("/registers/permit", **form, kinds="illegal_parking, exposed_garbage", valid_from="", shop="")
    visitor.post("/registers/permit/tell", id="p-1", verb="grant")
    verb, by, payload = connection.execute("SELECT verb, by, payload FROM command").fetchone() or ()
    payload_of = json.loads(payload)
    assert (verb, by) == ("grant", "manager")
    assert payload_of["valid_to"] == "2026-12-31T10:00:00Z"
    assert payload_of["kinds"] == ["illegal_parking", "exposed_garbage"]
    assert {"valid_from", "shop"}.isdisjoint(payload_of)


def test_a_register_refuses_in_words(visitor: Visitor) -> None:
    """A row that cannot be, a column that is unknown; and a manager may not set up channels."""
    assert "must not be empty" in visitor.post("/registers/shop", name="x").text
    assert "per_minute" not in visitor.post("/registers/strike_rule", by="weather", window_days="3", steps="{red}").text
    assert "violates" in visitor.post("/registers/strike_rule", by="weather", window_days="3", steps="{red}").text
    assert "colour" in bring(visitor, "/registers/shop/bring", b"code,colour\n1,2\n").text
    assert visitor.post("/registers/channel", name="x", kind="wecom", url="http://x").status_code == 403
    assert visitor.get("/registers/account").status_code == 404


def test_the_secrets_of_a_channel_are_never_shown(visitor: Visitor, connection: psycopg.Connection) -> None:
    """Neither on the page nor in the file."""
    connection.execute("INSERT INTO channel (name, kind, url, secret) VALUES ('r', 'wecom', 'https://x/?key=K1', 'S1')")
    for path in ("/registers/channel", "/registers/channel.csv"):
        assert "K1" not in visitor.get(path).text
        assert "S1" not in visitor.get(path).text


def test_the_map_has_what_is_open_and_zones_whose_boxes_know_degrees(
    visitor: Visitor, connection: psycopg.Connection
) -> None:
    """What is drawn on a picture alone is no place."""
    zones = [
        {"id": "a", "camera": "c", "polygon": [[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]},
        {
            "id": "b",
            "camera": "c",
            "polygon": [[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]],
            "outline": {"lonlats": [[119.97, 31.81], [119.98, 31.81], [119.98, 31.82]], "left_out_m": 0.1},
            "name": {"en": "kerb"},
        },
    ]
    site = Arrived(f"{SOURCE}/site", json.dumps({"agent": "box-01", "cameras": [], "zones": zones}).encode())
    keep(connection, [site, *arrived(Street("inc-1").opened())], START)
    places = visitor.get("/map/places?days=800").json()
    corners = [[31.81, 119.97], [31.81, 119.98], [31.82, 119.98]]
    assert places["zones"] == [{"outline": corners, "text": "kerb"}]
    assert [(each["at"], each["path"]) for each in places["open"]] == [([31.8106, 119.9742], "/d/320402/box-01/inc-1")]
    assert places["heat"] == [{"at": [31.8106, 119.9742], "n": 1}]
    assert visitor.get("/map/places?weekday=9").status_code == 400


def test_gcj02_is_as_far_off_as_is_known() -> None:
    """Tiananmen, by the points in public use; and nothing moves outside China."""
    assert to_gcj02(116.3912, 39.9075) == pytest.approx((116.39744, 39.90890), abs=2e-5)
    assert to_gcj02(2.35, 48.85) == (2.35, 48.85)


def test_the_colour_of_a_strike() -> None:
    """The first, the second, the third; the last stays. A shop counts before a plate, a plate before a place."""
    rule = StrikeRule(by="shop", window_days=30, steps=("green", "yellow", "red"))
    assert [colour(rule, times) for times in range(5)] == [None, "green", "yellow", "red", "red"]
    assert key_of(shop="s", plate="p", source="x", zone="z") == ("shop", "s")
    assert key_of(shop=None, plate="p", source="x", zone="z") == ("plate", "p")
    assert key_of(shop=None, plate=None, source="x", zone="z") == ("place", "x/z")


def test_strikes_are_counted_across_boxes_and_forgiven_with_a_reason(
    visitor: Visitor, connection: psycopg.Connection
) -> None:
    """The same shop seen by two boxes; what was rejected or is older than the window does not count."""
    other = "cityops/v1/320402/box-02"
    more = {"shop": "S-1"}
    streets = [
        Street("inc-1", more=more),
        Street("inc-2", source=other, more=more),
        Street("inc-3", more=more | {"opened": "2026-09-01T00:00:00Z"}),
        Street("inc-4", more={"shop": "S-2"}),
    ]
    rejected = Street("inc-5", more=more)
    keep(connection, arrived(*(s.opened() for s in streets), rejected.opened()), START)
    keep(connection, arrived(rejected.event("cancelled", 1, by="officer-1", verb="reject")), START)
    path = "/d/320402/box-01/inc-1"
    assert 'class="strike yellow"' in visitor.get(path).text
    assert "Say why" in visitor.post(f"{path}/forgive", reason="").text
    page = visitor.post(f"{path}/forgive", reason="the awning was ours").text
    assert 'class="strike green"' in page
    assert "the awning was ours" in page
    assert "forgive" in visitor.get("/record").text
    ((verb, payload),) = connection.execute("SELECT verb, payload FROM command WHERE incident = 'inc-1'").fetchall()
    document = payload if isinstance(payload, dict) else json.loads(payload)
    assert (verb, document["incident"], document["reason"]) == ("forgive", "inc-1", "the awning was ours")


def test_the_read_api_gives_every_message_once(visitor: Visitor, connection: psycopg.Connection) -> None:
    """Page by page; a token of one district sees that alone; without one, nothing."""
    for number in range(3):
        keep(connection, arrived(*Street(f"inc-{number}").ladder()), START)
    keep(connection, arrived(Street("far", source="cityops/v1/110101/box-9").opened()), START)
    for name, districts in (("all", None), ("one", ["110101"])):
        row = (digest(name), name, districts)
        connection.execute("INSERT INTO api_token (digest, name, districts) VALUES (%s, %s, %s)", row)
    assert [ids(visitor, token)[0] for token in ("all", "one")] == [37, 1]
    assert ids(visitor, "all")[1] == 37
    assert ask(visitor, "nobody").status_code == 401
    for query in ("limit=0", "limit=9999", "after=x", "after=99999999999999999999.a.b"):
        assert ask(visitor, "all", query).status_code == 400
    cases = visitor.session.get(f"{visitor.url}/api/v1/cases?open=1", headers=bearer("all"), timeout=60).json()
    assert [case["incident"] for case in cases["cases"]] == ["far"]
    assert cases["cases"][0]["national"]["SXDM"] == "32040209009"


def bearer(token: str) -> dict[str, str]:
    """The header of a program."""
    return {"authorization": f"Bearer {token}"}


def ask(visitor: Visitor, token: str, query: str = "") -> requests.Response:
    """One page of messages."""
    return visitor.session.get(f"{visitor.url}/api/v1/messages?{query}", headers=bearer(token), timeout=60)


def ids(visitor: Visitor, token: str) -> tuple[int, int]:
    """How many messages there are by all pages, and how many different ones."""
    ids_seen, after = [], "0.."
    while True:
        page = ask(visitor, token, f"limit=10&after={after}").json()
        ids_seen += [each["id"] for each in page["messages"]]
        if not page["more"]:
            return len(ids_seen), len(set(ids_seen))
        after = page["next"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    "path",
    ["/", "/?state=closed", "/map", "/boxes", "/figures", "/record", "/d/320402/box-01/inc-1"]
    + [f"/registers/{name}" for name in ("person", "party", "shop", "permit", "channel", "recipient", "strike_rule")],
)
def test_every_page_says_everything_in_both_languages(
    visitor: Visitor, connection: psycopg.Connection, path: str, language: str
) -> None:
    """No page fails, and none shows a key instead of a word."""
    keep(connection, arrived(*Street("inc-1").ladder()[:7]), START)
    visitor.session.cookies.set("lang", language)
    answer = visitor.get(path)
    assert answer.status_code == requests.codes.ok
    assert f'lang="{language}"' in answer.text


def test_five_thousand_open_incidents_are_a_small_page(visitor: Visitor, connection: psycopg.Connection) -> None:
    """Forty to a page, and the rest behind it."""
    for first in range(0, 5000, 500):
        keep(connection, arrived(*(Street(f"inc-{n}").opened() for n in range(first, first + 500))), START)
    answer = visitor.get("/")
    assert "<strong>5000</strong>" in answer.text
    assert len(answer.content) < 100_000
    assert visitor.get("/?first=4960").text.count('class="entry') == 40


def test_the_page_says_whose_plate_it_is_and_whether_its_province_is_sure(
    visitor: Visitor, connection: psycopg.Connection
) -> None:
    """Hashes of two boxes are under two keys: that they are equal says nothing, and they are not counted together."""
    hashed = {"plate": plate("hmac-sha256:00ff", hashed=True)}
    streets = [
        Street("clear", more={"plate": plate("苏D12345")}),
        Street("unsure", more={"plate": plate("皖D54321", province_sure=False)}),
        Street("hashed", more=hashed),
        Street("same", more=hashed),
        Street("other", source="cityops/v1/320402/box-02", more=hashed),
    ]
    keep(connection, arrived(*(each.opened() for each in streets)), START)
    assert "苏D12345" in visitor.get("/d/320402/box-01/clear").text
    assert "皖D54321 <span" in visitor.get("/d/320402/box-01/unsure").text
    assert 'class="strike yellow"' in visitor.get("/d/320402/box-01/hashed").text
    assert 'class="strike green"' in visitor.get("/d/320402/box-02/other").text

"""Reports carry what the box knows beside an event: names, party, place, model; and nothing where it knows nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from edge_agent.app.feed.messages import messages
from edge_agent.app.feed.order_reports import order_report
from edge_agent.app.feed.reports import CameraModel, incident_report
from edge_agent.core.effects import OpenWorkOrder, PublishIncident, UpdateWorkOrder
from edge_agent.core.feed.incidents import National
from edge_agent.core.geometry import Box, Point
from edge_agent.core.site.frontages import Shop
from edge_agent.ports import StoredFile, StoredPictures, Thumbnail
from tests.core_run import CoreRun, tell
from tests.feed.story import calibration
from tests.site import PARKING, TRADING, site, zone
from tests.street import looks, stands

SHOP: Final = Shop(id="s1", name="李记水果", frontage=(Point(0, 0.3), Point(1, 0.3)))
NAMED: Final = replace(zone(TRADING, shops=(SHOP,)), name={"zh-CN": "门前"}, responsible={TRADING: "街道"})


def climbed() -> CoreRun:
    """A car that stays until it has a work order, and leaves."""
    return tell(looks(stands("car", 0, 1000), until=1100), site())


def test_a_zone_a_shop_and_a_party_are_told_by_name() -> None:
    """As the zone's file has them."""
    here = site(NAMED)
    (first, *_) = tell(looks(stands("goods", 0, 200), until=200), here).events
    report = incident_report(first, here)
    assert (report.zone_name, report.shop_name, report.responsible) == ({"zh-CN": "门前"}, "李记水果", "街道")
    assert (report.id, report.seq, report.shop) == (first.id, 1, "s1")


def test_of_a_zone_that_is_drawn_no_more_only_its_id_is_left() -> None:
    """And of a kind that no policy knows any more; the district's code alone says nothing."""
    event = replace(climbed().events[0], kind="unknown", zone="gone")
    report = incident_report(event, site())
    assert (report.zone, report.zone_name, report.shop_name, report.responsible) == ("gone", None, None, None)
    assert report.national == National()


def test_a_zone_of_the_same_id_on_another_camera_is_another_zone() -> None:
    """Ids of zones are unique within their camera."""
    elsewhere = replace(zone(camera="c2"), name={"en": "elsewhere"})
    assert incident_report(climbed().events[0], site(elsewhere, zone())).zone_name is None


def test_model_and_place_are_told_where_they_are_known() -> None:
    """By the camera's sight; a thing beyond what was measured has no position."""
    event = climbed().events[0]
    sight = CameraModel(model_sha256="5f" * 32, calibration=calibration())
    near, far = (incident_report(replace(event, box=box), site(), sight) for box in (event.box, Box(0, 0.9, 0.02, 1)))
    assert near.model_sha256 == far.model_sha256 == "5f" * 32
    assert near.position is not None
    assert far.position is None
    blind = incident_report(event, site())
    assert (blind.model_sha256, blind.position) == (None, None)


def test_an_order_is_told_by_its_own_messages() -> None:
    """Opened, verified, closed: numbered within the order, each with an id of its own."""
    effects = climbed().effects
    reports = [order_report(each, site()) for each in effects if isinstance(each, OpenWorkOrder | UpdateWorkOrder)]
    assert [(each.type, each.status, each.seq) for each in reports] == [
        ("work_order.opened", "opened", 1),
        ("work_order.updated", "verified", 2),
        ("work_order.updated", "closed", 3),
    ]
    assert {each.kind for each in reports} == {PARKING}
    assert len({each.id for each in reports}) == 3
    assert len({each.work_order for each in reports}) == 1


def test_pictures_are_named_by_their_hashes_and_small_ones_can_be_switched_off() -> None:
    """What was kept of an event stands in its message; without any, no key says that there is none."""
    effects = climbed().effects
    file = StoredFile(role="annotated", media_type="image/jpeg", bytes=9, sha256="ab" * 32, width=4, height=3)
    pictures = StoredPictures(files=(file,), thumbnail=Thumbnail(width=1, height=1, data="AAAA"))
    events = [each.event for each in effects if isinstance(each, PublishIncident)]
    shown = {each.id: pictures for each in events} | {events[0].incident: pictures}
    for thumbnails in (True, False):
        sent = messages(effects, replace(site(), thumbnails=thumbnails), shown=shown)
        for data in [json.loads(each.payload)["data"] for each in sent if "/notify/" not in each.topic]:
            assert [each["sha256"] for each in data["evidence"]] == ["ab" * 32]
            assert ("thumbnail" in data) is thumbnails
    for data in [json.loads(each.payload)["data"] for each in messages(effects, site())]:
        assert {"evidence", "thumbnail"}.isdisjoint(data)


def test_an_order_of_an_older_version_has_no_place() -> None:
    """It was stored before orders carried one; it is told all the same."""
    (opened, *_) = [each for each in climbed().effects if isinstance(each, OpenWorkOrder)]
    sight = CameraModel(calibration=calibration())
    assert order_report(opened, site(), sight).position is not None
    old = replace(opened, order=replace(opened.order, box=None))
    assert order_report(old, site(), sight).position is None
    assert order_report(replace(old, order=replace(old.order, kind="gone")), site()).title is None

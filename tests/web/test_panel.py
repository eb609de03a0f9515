"""The panel beside the picture: everything a zone file can say about a zone, and the moment that is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Dialog, expect

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.app.replay.studio.camera_bench import Wanted
from tests.cli.streets import IMPATIENT, street
from tests.config.samples import SITE, ZONES
from tests.street import START, looks, stands
from tests.web.browsing import Studio, served

TWO: Final = SITE + "  c2: {source: road.mp4, zones: zones/c2.yaml}\n"


@pytest.fixture
def opened(tmp_path: Path, studio: Studio) -> Iterator[Studio]:
    """The page of a site with one zone."""
    with served(street(tmp_path)) as url:
        studio.open(url)
        yield studio


def test_kinds_are_chosen_and_their_settings_are_written_only_where_they_differ(opened: Studio) -> None:
    """An empty field leaves the setting to the policy; a number is a number in the file."""
    page = opened.page
    page.get_by_label("Exposed garbage").check()
    opened.field("zones[0].kinds.exposed_garbage.dwell").fill("90s")
    opened.field("zones[0].kinds.exposed_garbage.warnings").fill("2")
    opened.field("zones[0].kinds.illegal_parking.dwell").fill("")
    page.get_by_text("More settings").nth(1).click()
    opened.field("zones[0].kinds.exposed_garbage.undelivered").select_option("hold")
    assert opened.zones()[0]["kinds"] == {
        "illegal_parking": {},
        "exposed_garbage": {"dwell": "90s", "warnings": 2, "undelivered": "hold"},
    }
    page.get_by_label("Illegal parking").uncheck()
    assert list(opened.zones()[0]["kinds"]) == ["exposed_garbage"]


def test_names_hours_party_and_place_are_written(opened: Studio) -> None:
    """A name that is emptied is left out, and so is the last of them."""
    for field, text in (
        ("name.en", ""),
        ("name.zh-CN", ""),
        ("hours", "Mo-Su 07:00-22:00"),
        ("responsible", "Street office"),
        ("address", "1 Main Street"),
        ("grid", "320402001000001"),
    ):
        opened.field(f"zones[0].{field}").fill(text)
    (zone,) = opened.zones()
    assert "name" not in zone
    fields = {key: zone[key] for key in ("hours", "responsible", "address", "grid")}
    assert fields == {
        "hours": "Mo-Su 07:00-22:00",
        "responsible": "Street office",
        "address": "1 Main Street",
        "grid": "320402001000001",
    }
    expect(opened.page.locator("#problems")).to_be_hidden()


def test_a_party_for_each_kind(opened: Studio) -> None:
    """What was one for all is the first answer for each."""
    opened.page.get_by_label("Exposed garbage").check()
    opened.field("zones[0].responsible").fill("Street office")
    opened.field("zones[0].responsible").blur()
    opened.page.get_by_label("Prohibited stall").check()
    opened.press("One for each kind")
    opened.field("zones[0].responsible.exposed_garbage").fill("Sanitation")
    assert opened.zones()[0]["responsible"] == {
        "illegal_parking": "Street office",
        "exposed_garbage": "Sanitation",
        "prohibited_stall": "Street office",
    }


def test_a_permit_is_given_with_its_days_hours_and_area(opened: Studio) -> None:
    """And what is wrong with it is told at its field, in the part that was folded up."""
    page = opened.page
    page.get_by_text("Permits (0)").click()
    opened.press("Add a permit")
    at = "zones[0].permits[0]"
    opened.field(f"{at}.holder").fill("Li's fruit")
    opened.field(f"{at}.valid_from").fill("2026-11-30")
    opened.field(f"{at}.valid_to").fill("2026-11-01")
    expect(opened.field(f"{at}.valid_to").locator("xpath=following-sibling::small")).to_contain_text("a later date")
    opened.field(f"{at}.valid_to").fill("2026-12-31")
    opened.press("Draw the area")
    opened.click((0.3, 0.3), (0.5, 0.3), (0.4, 0.5))
    opened.press("Finish")
    (permit,) = opened.zones()[0]["permits"]
    assert (permit["holder"], permit["valid_to"], len(permit["polygon"])) == ("Li's fruit", "2026-12-31", 3)
    expect(page.locator("#problems")).to_be_hidden()


def test_the_slider_shows_the_moment_and_what_was_seen_then(opened: Studio) -> None:
    """The picture of that look, its detections, and the time of day at the site."""
    page = opened.page
    opened.press("Detect")
    opened.wait_for_lines(2)
    before = page.locator("#picture").get_attribute("src")
    page.locator("#later").click()
    expect(page.locator("#clock")).to_contain_text("0:01")
    expect(page.locator("#picture")).not_to_have_attribute("src", str(before))
    expect(page.locator(".seen-box")).to_have_count(1)
    page.locator(".mark.warned").click()
    expect(page.locator("#clock")).to_contain_text("0:05 · 01/01, 08:00:05")
    page.locator("#show-seen").uncheck()
    expect(page.locator(".seen-box")).to_have_count(0)


def test_a_long_log_is_told_in_pieces_to_its_end(tmp_path: Path, studio: Studio) -> None:
    """What comes early is seen before the rest is folded."""
    log = tmp_path / "c1.detections.jsonl"
    with LogWriter(log, LogHeader(camera="c1", size=(64, 64), model="0" * 64, started=START)) as writer:
        for event in looks(stands("car", 0, 100), until=4000):
            writer.append(event)
    with served(street(tmp_path), Wanted(log=log)) as url:
        studio.open(url)
        expect(studio.page.locator("#fold-words")).to_contain_text("4001 looks: incidents 1")
        expect(studio.page.locator("#detect")).to_be_hidden()


def test_another_camera_is_chosen_and_nothing_is_lost_by_mistake(tmp_path: Path, studio: Studio) -> None:
    """Changes that are not saved are asked about."""
    site = street(tmp_path, site=TWO)
    (tmp_path / "zones" / "c2.yaml").write_text(ZONES.replace("c1", "c2").replace("id: kerb", "id: rim"), "utf-8")
    with served(site) as url:
        studio.open(url)
        studio.field("zones[0].id").fill("edge")
        requests: list[str] = []

        def stay(dialog: Dialog) -> None:
            requests.append(dialog.message)
            dialog.dismiss()

        studio.page.on("dialog", stay)
        studio.page.locator("#camera").select_option("c2")
        assert "not saved" in requests[0]
        assert studio.zones()[0]["id"] == "edge"
        expect(studio.page.locator("#camera")).to_have_value("c1")
        studio.page.keyboard.press("Control+z")
        studio.page.locator("#camera").select_option("c2")
        expect(studio.page.locator("#zone-list")).to_contain_text("the kerb")
        expect(studio.field("zones[0].id")).to_have_value("rim")


def test_a_site_that_begins_has_no_zones_and_says_how_to_draw_one(tmp_path: Path, studio: Studio) -> None:
    """No error, no fold."""
    site = street(tmp_path, zones=IMPATIENT)
    (tmp_path / "zones" / "c1.yaml").unlink()
    with served(site) as url:
        studio.open(url)
        expect(studio.page.locator("#hint")).to_contain_text("There is no zone yet")
        assert studio.zones() == []
        studio.draw_zone((0.1, 0.1), (0.9, 0.1), (0.9, 0.9))
        studio.save()
    assert (tmp_path / "zones" / "c1.yaml").read_text(encoding="utf-8").startswith("# Fractions of the picture")


def test_a_zone_is_deleted_when_the_question_is_answered(opened: Studio) -> None:
    """Not before; one of many corners goes without a question, and undo brings a zone back."""
    requests: list[str] = []
    answers = [False, True]

    def answer(dialog: Dialog) -> None:
        requests.append(dialog.message)
        dialog.accept() if answers.pop(0) else dialog.dismiss()

    opened.page.on("dialog", answer)
    opened.press("Delete")
    assert len(opened.zones()) == 1
    opened.press("Delete")
    assert opened.zones() == []
    assert requests == 2 * ["Delete zone kerb with everything that is written of it? Undo brings it back."]
    opened.page.keyboard.press("Control+z")
    assert len(opened.zones()) == 1


def test_a_new_zone_is_asked_for_its_name(opened: Studio) -> None:
    """In the language of the page; without an answer it has none, as before."""
    opened.page.once("dialog", lambda dialog: dialog.accept("  North gate "))
    opened.draw_zone((0.1, 0.1), (0.3, 0.1), (0.3, 0.3))
    assert opened.zones()[-1]["name"] == {"en": "North gate"}
    opened.page.once("dialog", lambda dialog: dialog.dismiss())
    opened.draw_zone((0.5, 0.5), (0.7, 0.5), (0.7, 0.7))
    assert "name" not in opened.zones()[-1]


def test_a_recording_is_played_to_its_end(opened: Studio) -> None:
    """And stopped by the same button; the axis says what time it is at the site."""
    page = opened.page
    opened.press("Detect")
    opened.wait_for_lines(2)
    ticks = page.locator("#axis .tick")
    expect(ticks.first).to_have_text("08:00:00")
    assert ticks.count() >= 4
    play = page.locator("#play")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#clock")).to_contain_text("0:08")
    expect(play).to_have_attribute("aria-pressed", "false")  # at the end
    page.locator("#at").fill("0")
    play.click()
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")

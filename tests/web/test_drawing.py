"""Drawing on the page: by mouse, by touch and by keyboard, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cli.streets import IMPATIENT, street
from tests.config.samples import SHOP_ZONE
from tests.web.browsing import Studio, served

SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
TRIANGLE = ((0.2, 0.2), (0.4, 0.2), (0.3, 0.4))


@pytest.fixture
def opened(tmp_path: Path, studio: Studio) -> Iterator[Studio]:
    """The page of a site with one zone."""
    with served(street(tmp_path)) as url:
        studio.open(url)
        yield studio


def near(points: list[list[float]], expected: list[list[float]]) -> bool:
    """Whether points lie where they should, to a few pixels of a large screen."""
    return len(points) == len(expected) and all(
        abs(a[axis] - b[axis]) < 0.01 for a, b in zip(points, expected, strict=True) for axis in (0, 1)
    )


def test_a_zone_drawn_with_the_mouse_lies_where_it_was_clicked(opened: Studio) -> None:
    """Fractions of the picture, whatever the size of the screen."""
    opened.draw_zone(*TRIANGLE)
    _, drawn = opened.zones()
    assert near(drawn["polygon"], [list(corner) for corner in TRIANGLE])
    assert drawn["kinds"] == {"illegal_parking": {}}


def test_a_double_click_or_the_first_corner_finishes_a_zone(opened: Studio) -> None:
    """And adds no corner of its own."""
    opened.press("Draw zone")
    opened.click(*TRIANGLE[:2])
    opened.page.mouse.dblclick(*opened.at(TRIANGLE[2]))
    opened.press("Draw zone")
    opened.click((0.6, 0.6), (0.8, 0.6), (0.7, 0.8), (0.6, 0.6))
    assert [len(zone["polygon"]) for zone in opened.zones()] == [4, 3, 3]


def test_escape_leaves_nothing_of_what_was_begun(opened: Studio) -> None:
    """Nor is there anything to take back."""
    opened.press("Draw zone")
    opened.click(*TRIANGLE[:2])
    opened.page.keyboard.press("Escape")
    assert len(opened.zones()) == 1
    expect(opened.page.locator("#undo")).to_be_disabled()


def test_a_corner_is_dragged_inserted_and_deleted_and_each_step_taken_back(opened: Studio) -> None:
    """Undo and redo go through the same drawings."""
    keyboard = opened.page.keyboard
    opened.click((0.2, 0.85))
    opened.drag((0.9, 0.9), (0.8, 0.7))
    moved = [[0.1, 0.1], [0.9, 0.1], [0.8, 0.7], [0.1, 0.9]]
    assert near(opened.zones()[0]["polygon"], moved)
    opened.drag((0.5, 0.1), (0.5, 0.2))
    inserted = [[0.1, 0.1], [0.5, 0.2], *moved[1:]]
    assert near(opened.zones()[0]["polygon"], inserted)
    keyboard.press("Delete")
    assert near(opened.zones()[0]["polygon"], moved)
    keyboard.press("Control+z")
    assert near(opened.zones()[0]["polygon"], inserted)
    keyboard.press("Control+z")
    keyboard.press("Control+z")
    assert opened.zones()[0]["polygon"] == SQUARE
    keyboard.press("Control+y")
    assert near(opened.zones()[0]["polygon"], moved)


def test_a_triangle_keeps_its_corners_and_goes_as_a_whole(opened: Studio) -> None:
    """Delete takes the zone where a corner cannot be spared, and asks."""
    opened.draw_zone(*TRIANGLE)
    opened.click(TRIANGLE[0])
    opened.page.once("dialog", lambda dialog: dialog.accept())
    opened.page.keyboard.press("Delete")
    assert len(opened.zones()) == 1


def test_a_zone_is_drawn_and_moved_by_the_keyboard_alone(opened: Studio) -> None:
    """Arrows, Space and Enter do what the mouse does."""
    page = opened.page
    page.get_by_role("button", name="Draw zone").focus()
    page.keyboard.press("Enter")
    for keys in (["ArrowUp"], ["Shift+ArrowRight"], ["Shift+ArrowDown"]):
        for key in keys:
            page.keyboard.press(key)
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    drawn = opened.zones()[1]["polygon"]
    assert len(drawn) == 3
    page.locator('[data-key="c0"]').focus()
    page.keyboard.press("ArrowLeft")
    assert opened.zones()[1]["polygon"][0][0] < drawn[0][0]
    assert opened.zones()[1]["polygon"][1:] == drawn[1:]


def test_a_corner_snaps_to_that_of_another_zone(opened: Studio) -> None:
    """Neighbours share it to the digit; with Alt it lies where it was let go."""
    opened.draw_zone((0.3, 0.3), (0.6, 0.3), (0.6, 0.6))
    x, y = opened.at((0.9, 0.9))
    opened.page.mouse.move(*opened.at((0.6, 0.6)))
    opened.page.mouse.down()
    opened.page.mouse.move(x - 6, y - 5, steps=3)
    opened.page.mouse.up()
    assert opened.zones()[1]["polygon"][2] == [0.9, 0.9]


def test_a_corner_snaps_to_an_edge_and_not_with_alt(opened: Studio) -> None:
    """It lies on the line that it was let go beside, or just there."""
    opened.draw_zone((0.3, 0.3), (0.6, 0.3), (0.6, 0.6))
    mouse, keyboard = opened.page.mouse, opened.page.keyboard
    x, y = opened.at((0.45, 0.1))
    for held in (False, True):
        mouse.move(*opened.at(tuple(opened.zones()[1]["polygon"][0])))
        mouse.down()
        if held:
            keyboard.down("Alt")
        mouse.move(x + held, y + 4, steps=3)
        mouse.up()
        keyboard.up("Alt")
        assert (opened.zones()[1]["polygon"][0][1] == 0.1) is not held


def test_a_shop_s_line_and_an_exempt_area_are_drawn_into_the_chosen_zone(opened: Studio) -> None:
    """The line has two ends and needs no finishing."""
    opened.press("Draw frontage")
    opened.click((0.2, 0.3), (0.8, 0.3))
    opened.press("Draw exempt")
    opened.click(*TRIANGLE)
    opened.press("Finish")
    (zone,) = opened.zones()
    assert near(zone["shops"][0]["frontage"], [[0.2, 0.3], [0.8, 0.3]])
    assert zone["shops"][0]["id"] == "shop-1"
    side = zone["shops"][0]["street"]  # said at once, by how the zone lies; the arrow shows it
    assert opened.page.locator(f'[data-street="{side}"]').count() == 1
    other = "left" if side == "right" else "right"
    opened.page.locator('details[data-part="shops"] > summary').click()
    opened.field("zones[0].shops[0].street").select_option(other)
    assert opened.page.locator(f'[data-street="{other}"]').count() == 1
    assert opened.zones()[0]["shops"][0]["street"] == other
    assert near(zone["exempt"][0], [list(corner) for corner in TRIANGLE])


def test_a_zone_is_drawn_and_changed_by_touch(browser: Browser, tmp_path: Path) -> None:
    """Taps set corners, a tap on the first one finishes; a finger drags a corner."""
    context = browser.new_context(locale="en-GB", has_touch=True, viewport={"width": 900, "height": 1200})
    page: Page = context.new_page()
    studio = Studio(page)
    with served(street(tmp_path)) as url:
        studio.open(url)
        page.get_by_role("button", name="Draw zone").tap()
        for corner in (*TRIANGLE, TRIANGLE[0]):
            page.touchscreen.tap(*studio.at(corner))
        assert near(studio.zones()[1]["polygon"], [list(corner) for corner in TRIANGLE])
        touch(page, studio.at(TRIANGLE[2]), studio.at((0.35, 0.6)))
        assert near(studio.zones()[1]["polygon"][2:], [[0.35, 0.6]])
    context.close()


def touch(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Put a finger down at one place of the screen and lift it at another."""
    session = page.context.new_cdp_session(page)
    for kind, at in (("touchStart", start), ("touchMove", end), ("touchEnd", None)):
        points = [] if at is None else [{"x": at[0], "y": at[1]}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_what_a_file_says_that_the_page_has_no_field_for_is_kept(tmp_path: Path, studio: Studio) -> None:
    """Only what was changed is written."""
    site = street(tmp_path, zones=IMPATIENT + SHOP_ZONE.replace("  - id", "  # the front\n  - id"))
    with served(site) as url:
        studio.open(url)
        studio.page.locator("#zone-list button").nth(1).click()
        studio.field("zones[1].hours").fill("Mo-Su 08:00-20:00")
        studio.press("Save")
        diff = studio.page.locator("#diff")
        expect(diff).to_contain_text("Mo-Su 08:00-20:00")
        changed = [
            line
            for line in (diff.text_content() or "").splitlines()
            if line[:1] in "+-" and line[:3] not in ("+++", "---")
        ]
    assert changed == ["-    hours: Mo-Su 07:00-22:00", "+    hours: Mo-Su 08:00-20:00"]


def test_a_part_of_the_picture_is_ignored_whatever_the_zones(opened: Studio) -> None:
    """Drawn without a zone being chosen, changed like any shape, saved with the zones, taken out again."""
    opened.press("Draw ignored")
    opened.click(*TRIANGLE)
    opened.page.keyboard.press("Enter")
    (ignored,) = opened.drawn()["ignore"]
    assert near(ignored, [list(corner) for corner in TRIANGLE])
    opened.drag(TRIANGLE[2], (0.3, 0.5))
    assert near(opened.drawn()["ignore"][0], [[0.2, 0.2], [0.4, 0.2], [0.3, 0.5]])
    opened.press("Draw exempt")
    expect(opened.page.locator("#hint")).to_have_text("Choose a zone first.")
    opened.page.locator(".ignore .outline").focus()
    opened.page.keyboard.press("Delete")
    assert "ignore" not in opened.drawn()
    opened.page.keyboard.press("Control+z")
    assert len(opened.drawn()["ignore"]) == 1

"""The rest of the page: its languages, what it refuses and where it says so, two people at one file, calibration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from edge_agent.config.fields.secret import Secret
from tests.cli.streets import done, street
from tests.config.samples import CALIBRATED, write_calibration
from tests.web.browsing import LOOPBACK, Studio, served

DWELL = "zones[0].kinds.illegal_parking.dwell"
TOKEN = "open-the-studio-for-me"  # noqa: S105 - of this test


def detected(studio: Studio, url: str) -> None:
    """Open the page and let the detector see all of the recording."""
    studio.open(url)
    studio.press("Detect")
    studio.wait_for_lines(2)


def test_the_page_speaks_the_browser_s_language_and_the_other_one(browser: Browser, tmp_path: Path) -> None:
    """What was drawn stays, and the choice is remembered."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    studio = Studio(page)
    with served(street(tmp_path)) as url:
        studio.open(url)
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        expect(page.get_by_role("button", name="画区域", exact=True)).to_be_visible()
        expect(page.locator("#zone-list")).to_contain_text("机动车违停")
        studio.field("zones[0].id").fill("kerb-2")
        page.locator("#language").select_option("en")
        expect(page.get_by_role("button", name="Draw zone", exact=True)).to_be_visible()
        assert studio.zones()[0]["id"] == "kerb-2"
        page.on("dialog", lambda dialog: dialog.accept())
        studio.open(url)
        expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()


def test_a_bad_number_is_told_at_its_field_and_never_saved(tmp_path: Path, studio: Studio) -> None:
    """The last good fold stays to be seen; the dialog says what is wrong, and has nothing to press."""
    site = street(tmp_path)
    before = (tmp_path / "zones" / "c1.yaml").read_bytes()
    with served(site) as url:
        detected(studio, url)
        studio.field(DWELL).fill("5")
        expect(studio.field(DWELL)).to_have_attribute("aria-invalid", "true")
        problem = studio.field(DWELL).locator("xpath=..").locator(".problem")
        expect(problem).to_contain_text("such as 90s, 5m or 1h30m")
        assert len(studio.lines()) == 2
        studio.press("Save")
        expect(studio.page.locator("#saving-problems")).to_contain_text(DWELL)
        expect(studio.page.locator("#saving-yes")).to_be_disabled()
        studio.press("Back")
        studio.field(DWELL).fill("3s")
        expect(problem).to_be_hidden()
    assert (tmp_path / "zones" / "c1.yaml").read_bytes() == before


def test_dragging_a_corner_changes_the_incidents_before_the_button_is_let_go(tmp_path: Path, studio: Studio) -> None:
    """The car stands in the middle; a zone drawn away from it has no incident, and drawn back has it again."""
    with served(street(tmp_path)) as url:
        detected(studio, url)
        page = studio.page
        studio.click((0.85, 0.15))
        for corner in ((0.1, 0.9), (0.9, 0.9)):
            studio.drag(corner, (corner[0], 0.3))
        studio.wait_for_lines(0)
        page.mouse.move(*studio.at((0.1, 0.3)))
        page.mouse.down()
        page.mouse.move(*studio.at((0.1, 0.95)), steps=3)
        page.mouse.move(*studio.at((0.12, 0.95)))
        page.mouse.up()
        page.mouse.move(*studio.at((0.9, 0.3)))
        page.mouse.down()
        page.mouse.move(*studio.at((0.9, 0.95)), steps=3)
        studio.wait_for_lines(2)
        page.mouse.up()


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(tmp_path: Path, studio: Studio) -> None:
    """The page says so; after a look at the new diff it can be saved knowingly."""
    file = tmp_path / "zones" / "c1.yaml"
    with served(street(tmp_path)) as url:
        studio.open(url)
        studio.field(DWELL).fill("7s")
        theirs = file.read_text(encoding="utf-8").replace("en: the kerb", "en: the other kerb")
        file.write_text(theirs, encoding="utf-8")
        studio.press("Save")
        studio.page.locator("#saving-yes").click()
        expect(studio.page.locator("#saving-words")).to_contain_text("was changed by somebody else")
        assert file.read_text(encoding="utf-8") == theirs
        studio.press("Compare with the file as it is now")
        expect(studio.page.locator("#diff")).to_contain_text("-    name: {zh-CN: 路边, en: the other kerb}")
        studio.page.locator("#saving-yes").click()
        expect(studio.page.locator("#state")).to_have_text("Saved")
    assert "dwell: 7s" in file.read_text(encoding="utf-8")


def test_a_server_that_cannot_be_reached_is_told_and_the_drawing_stays(tmp_path: Path, studio: Studio) -> None:
    """Nothing that was drawn is lost with it; once it is back, all is well."""
    with served(street(tmp_path)) as url:
        studio.open(url)
        studio.page.context.set_offline(offline=True)
        studio.field(DWELL).fill("7s")
        expect(studio.page.locator("#trouble")).to_contain_text("does not answer")
        assert studio.zones()[0]["kinds"]["illegal_parking"] == {"dwell": "7s"}
        studio.page.context.set_offline(offline=False)
        studio.field(DWELL).fill("8s")
        expect(studio.page.locator("#trouble")).to_be_hidden()


def test_a_token_is_asked_for_and_let_in_by(tmp_path: Path, page: Page, studio: Studio) -> None:
    """A wrong one is told; the right one leaves the address clean."""
    address = replace(LOOPBACK, token=Secret("this test", TOKEN))
    with served(street(tmp_path), address=address) as url:
        page.goto(url)
        page.get_by_label("Token").fill("a-token-of-somebody-else")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#wrong")).to_be_visible()
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("body[data-ready]")).to_have_count(1)
        page.context.clear_cookies()
        studio.open(f"{url}?token={TOKEN}")
        assert page.url == url
        assert page.context.cookies()[0]["httpOnly"]


def test_a_calibration_is_judged_while_it_is_measured(tmp_path: Path, studio: Studio) -> None:
    """Every pair with its error, the metres over the picture; one that is off is named, and refused."""
    site = street(tmp_path, site=CALIBRATED)
    file = write_calibration(tmp_path)
    page = studio.page
    with served(site) as url:
        studio.open(url)
        page.get_by_role("tab", name="Calibration").click()
        verdict = page.locator("#verdict")
        expect(verdict).to_contain_text("Can be believed")
        expect(page.locator(".pair .worth")).to_have_count(6)
        expect(page.locator(".pair .worth").first).to_contain_text("Left out 0.0")
        expect(page.locator(".metre.bold").first).to_be_attached()
        studio.field("pairs[2].ground[0]").fill("9.68")
        expect(verdict).to_contain_text("cannot be believed")
        expect(page.locator(".pair").nth(2).locator(".problem:visible")).to_contain_text(
            "from where the other pairs put it"
        )
        studio.press("Save")
        expect(page.locator("#saving-yes")).to_be_disabled()
        studio.press("Back")
        studio.field("pairs[2].ground[0]").fill("7.2")
        expect(verdict).to_contain_text("Can be believed")
        studio.save()
    assert "  - {image: [0.8, 0.4], ground: [7.2, 16.05]}\n" in file.read_text(encoding="utf-8")
    assert "no problems" in done("check", site)


def test_a_calibration_is_made_from_nothing(tmp_path: Path, studio: Studio) -> None:
    """Points are clicked, their places typed; the page says which line the site file lacks."""
    site = street(tmp_path)
    page = studio.page
    with served(site) as url:
        studio.open(url)
        page.get_by_role("tab", name="Calibration").click()
        expect(page.locator("#verdict")).to_have_text("0 pairs, six are needed.")
        for n, (image, ground) in enumerate(PAIRS):
            studio.click(image)
            for axis in (0, 1):
                studio.field(f"pairs[{n}].ground[{axis}]").fill(str(ground[axis]))
        expect(page.locator("#verdict")).to_contain_text("Can be believed")
        studio.save()
        expect(page.locator("#state")).to_contain_text("cameras.c1.calibration: calibration/c1.yaml")
    assert done("calibrate", tmp_path / "calibration" / "c1.yaml")


PAIRS = (
    ((0.2, 0.4), (-7.18, 16.05)),
    ((0.5, 0.4), (0.0, 16.05)),
    ((0.8, 0.4), (7.18, 16.05)),
    ((0.2, 0.75), (-4.19, 8.22)),
    ((0.5, 0.75), (0.0, 8.22)),
    ((0.8, 0.75), (4.19, 8.22)),
)

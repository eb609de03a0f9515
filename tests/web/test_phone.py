"""The studio in a hand: nothing is cut off, nothing is drawn out of shape, and the words are Chinese where it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.app.replay.studio.camera_bench import Wanted
from tests.architecture import ROOT
from tests.docs.pages import text
from tests.web.browsing import Studio, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

PHONE: Final = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser, logged: tuple[Path, Path]) -> Iterator[Studio]:
    """A page in Chinese on a screen that is touched, of a camera with a log."""
    site, log = logged
    context = browser.new_context(locale="zh-CN", viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    with served(site, Wanted(log=log)) as url:
        studio = Studio(context.new_page())
        studio.open(url)
        yield studio
    context.close()


def test_the_page_fits_a_phone(phone: Studio) -> None:
    """It does not scroll sideways, marks are round, and the corners of a zone leave it to be seen."""
    page = phone.page
    expect(page.locator(".mark").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    # In one go: the page draws its marks anew when an answer comes in, and a mark of before has no size any more.
    boxes = "[...document.querySelectorAll('.mark')].map((mark) => mark.getBoundingClientRect().toJSON())"
    marks = page.evaluate(boxes)
    assert marks
    for mark in marks:
        assert mark["width"] > 0
        assert mark["width"] == pytest.approx(mark["height"], abs=1)
    corner, outline, overlay = (
        f"document.querySelector('{each}')" for each in (".corner", ".polygon .outline", "#overlay")
    )
    radius, zone, shown, view = page.evaluate(
        f"[Number({corner}.getAttribute('r')), {outline}.getBoundingClientRect().toJSON(), "
        f"{overlay}.getBoundingClientRect().toJSON(), {overlay}.getAttribute('viewBox')]"
    )
    scale = float(view.split()[2]) / shown["width"]
    assert 2 * radius / scale <= max(8, min(zone["width"], zone["height"]) * 0.45)


def test_it_speaks_chinese_and_says_the_labels(phone: Studio) -> None:
    """Of what was seen too."""
    expect(phone.page.locator(".seen-word").first).to_have_text(re.compile("^小汽车 0"))
    expect(phone.page.locator("#fold-words")).to_contain_text("次查看")


def test_what_is_wrong_is_said_in_chinese(phone: Studio) -> None:
    """At its field, with what a person wrote as it was written."""
    phone.field("zones[0].kinds.illegal_parking.dwell").fill("abc")
    wrong = phone.page.locator('[aria-invalid="true"] + small')
    expect(wrong).to_have_text("现为 'abc'，应为 时长，如 90s、5m 或 1h30m")


def test_every_label_of_the_shipped_model_has_a_chinese_word() -> None:
    """A label without one is shown as the model has it, and that is for models of others."""
    words = set(re.findall(r'^  "([^"]+)": "', text("edge_agent/web/static/labels.js"), re.MULTILINE))
    assert OnnxDetector(ROOT / "models" / "street.onnx").labels <= words


WORDS: Final = text("edge_agent/web/static/words.js")
GLOSSARY: Final = dict(re.findall(r"^\| `?([^|`]+?)`? \| ([^|]+?) \|", text("docs/glossary.md"), re.MULTILINE))


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("dwell", "dwell"),
        ("leave_grace", "leave grace"),
        ("bridge", "bridge"),
        ("candidate", "candidate"),
        ("confirming", "second look"),
        ("suppressed", "suppressed"),
        ("cancelled", "cancelled"),
        ("calibration", "calibration"),
        ("camera", "camera"),
        ("responsible", "responsible party"),
        ("shops", "shop"),
        ("permits", "permit"),
        ("hours", "hours"),
        ("kinds", "kind"),
        ("pairs", "pair"),
        ("near_miss", "near miss"),
        ("ordered", "work order"),
        ("draw_frontage", "frontage"),
        ("left_out_error", "left out"),
    ],
)
def test_one_thing_has_one_word(key: str, word: str) -> None:
    """What the page calls it in Chinese is what the glossary does."""
    (chinese,) = re.findall(rf'^  {key}: \["([^"]+)"', WORDS, re.MULTILINE)
    assert GLOSSARY[word] in chinese

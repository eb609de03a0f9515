"""Messages: what is said aloud, and what the centre reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from edge_agent.core.incidents import Happening
from edge_agent.core.messages import event_text, order_text, shop_name, warning_text
from edge_agent.core.policy import Rule
from edge_agent.core.zones import Shop
from tests.site import KINDS, PARKING, WHOLE, zone

SHOPS = (Shop(id="li", name="Li's fruit", frontage=(WHOLE[0], WHOLE[1])),)
HERE = replace(zone(shops=SHOPS), name={"en": "Elm Street"})


def test_the_last_template_is_repeated() -> None:
    """A fourth warning says what the third said; a zone without a name in a language is called by its id."""
    texts = [warning_text(KINDS[PARKING], HERE, Rule(warnings=4), n=n, shop=None) for n in (1, 2, 3, 4)]
    assert [text["en"] for text in texts] == ["warning 1 at Elm Street, 3 left", "again", "last", "last"]
    assert texts[3]["zh-CN"] == "第4次"


def test_a_warning_can_say_how_long_is_left() -> None:
    """Until the next one, or, in the last, until somebody is called."""
    timed = replace(KINDS[PARKING], words=replace(KINDS[PARKING].words, warnings={"en": ("{minutes} min, {shop}",)}))
    rule = Rule(warnings=2, final_grace=Rule().dwell)
    assert warning_text(timed, HERE, rule, n=1, shop="li") == {"en": "5 min, Li's fruit"}
    assert warning_text(timed, HERE, rule, n=2, shop=None) == {"en": "1 min, "}


@pytest.mark.parametrize("happening", Happening)
def test_every_happening_has_a_line(happening: Happening) -> None:
    """In each language of the kind; in English words where that language is not known."""
    french = replace(KINDS[PARKING], title={"fr": "stationnement", "zh-CN": "违停"})
    text = event_text(french, HERE, happening, n=2, shop="li")
    assert text["fr"].startswith("z Li's fruit: ")
    assert text.keys() == {"fr", "zh-CN"}
    assert text["zh-CN"] != text["fr"]


def test_an_opening_names_the_kind_once() -> None:
    """Where, what."""
    assert event_text(KINDS[PARKING], HERE, Happening.OPENED, n=None, shop=None)["en"] == (
        "Elm Street: illegal parking found"
    )


def test_a_shop_that_is_not_known_has_no_name() -> None:
    """Nor has no shop."""
    assert (shop_name(HERE, "wu"), shop_name(HERE, None), shop_name(HERE, "li")) == ("", "", "Li's fruit")


def test_an_order_says_how_long_the_thing_has_stood() -> None:
    """In whole minutes of dwell, in the words of the policy."""
    worded = replace(KINDS[PARKING], words=replace(KINDS[PARKING].words, order={"en": "{zone}, {shop}: {minutes} min"}))
    text = order_text(worded, HERE, Rule(), stood=timedelta(seconds=961), shop="li")
    assert text == {"en": "Elm Street, Li's fruit: 16 min"}


def test_chinese_lines_have_chinese_punctuation() -> None:
    """A full-width colon and comma; other languages keep their own."""
    chinese = replace(KINDS[PARKING], title={"zh-CN": "违停"})
    assert event_text(chinese, HERE, Happening.RESOLVED, n=None, shop=None) == {"zh-CN": "z：违停，已恢复"}

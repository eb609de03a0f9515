"""Messages: what is said aloud, and what the centre reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from edge_agent.core.feed.incidents import Happening
from edge_agent.core.site.frontages import Shop
from edge_agent.core.site.policy import Kind, Rule, Wording, Words
from edge_agent.core.speak.messages import event_text, foreseen_texts, order_text, shop_name, warning_text
from tests.site import KINDS, PARKING, WHOLE, Until, zone
from tests.street import at as second

SHOPS = (Shop(id="li", name="Li's fruit", frontage=(WHOLE[0], WHOLE[1])),)
HERE = replace(zone(shops=SHOPS), name={"en": "Elm Street"})
NOON = datetime(2026, 11, 2, 12, 5, tzinfo=UTC)


def saying(*templates: str | Wording) -> Kind:
    """Parking, warned of in English in these words."""
    return replace(KINDS[PARKING], words=replace(KINDS[PARKING].words, warnings={"en": templates}))


def sentence(kind: Kind, n: int = 1, at: datetime = NOON) -> str:
    """The English of a warning here."""
    return warning_text(kind, HERE, Rule(), n=n, shop=None, at=at)["en"]


def test_the_last_template_is_repeated() -> None:
    """A fourth warning says what the third said; a zone without a name in a language is called by its id."""
    texts = [warning_text(KINDS[PARKING], HERE, Rule(warnings=4), n=n, shop=None, at=NOON) for n in (1, 2, 3, 4)]
    assert [text["en"] for text in texts] == ["warning 1 at Elm Street, 3 left", "again", "last", "last"]
    assert texts[3]["zh-CN"] == "第4次"


def test_a_warning_can_say_how_long_is_left() -> None:
    """Until the next one, or, in the last, until somebody is called."""
    timed = replace(KINDS[PARKING], words=replace(KINDS[PARKING].words, warnings={"en": ("{minutes} min, {shop}",)}))
    rule = Rule(warnings=2, final_grace=Rule().dwell)
    assert warning_text(timed, HERE, rule, n=1, shop="li", at=NOON) == {"en": "5 min, Li's fruit"}
    assert warning_text(timed, HERE, rule, n=2, shop=None, at=NOON) == {"en": "1 min, "}


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
    text = order_text(worded, HERE, Rule(), stood=timedelta(seconds=961), shop="li", at=NOON)
    assert text == {"en": "Elm Street, Li's fruit: 16 min"}


def test_chinese_lines_have_chinese_punctuation() -> None:
    """A full-width colon and comma; other languages keep their own."""
    chinese = replace(KINDS[PARKING], title={"zh-CN": "违停"})
    assert event_text(chinese, HERE, Happening.RESOLVED, n=None, shop=None) == {"zh-CN": "z：违停，已恢复"}


def test_a_warning_can_say_what_time_it_is() -> None:
    """By the clock on the wall of the zone, not by ours."""
    there = replace(HERE, timezone=timezone(timedelta(hours=8)))
    timed = saying("{time}, that is {hour} o'clock{plate}")
    assert warning_text(timed, there, Rule(), n=1, shop=None, at=NOON) == {"en": "20:05, that is 20 o'clock"}
    assert sentence(timed) == "12:05, that is 12 o'clock"


def test_other_hours_have_other_words() -> None:
    """The first hours that run have the word; where none do, the text holds; each warning has its own."""
    night = Wording(text="day", at_hours=((Until(10), "night"), (Until(20), "morning {n}")))
    kind = saying(night, "again")
    assert [sentence(kind, at=second(when)) for when in (9, 10, 20)] == ["night", "morning 1", "day"]
    assert sentence(kind, n=2, at=second(9)) == "again"


def test_a_zone_has_the_last_word() -> None:
    """Its own words are said instead of the kind's, to the people and to whoever gets the order."""
    own = replace(HERE, words={PARKING: Words(warnings={"en": ("this is a fire lane",)}, order={"en": "fire lane"})})
    assert warning_text(KINDS[PARKING], own, Rule(), n=3, shop=None, at=NOON) == {"en": "this is a fire lane"}
    assert order_text(KINDS[PARKING], own, Rule(), stood=timedelta(0), shop=None, at=NOON) == {"en": "fire lane"}


def test_what_is_foreseen_is_what_will_be_said() -> None:
    """Every warning at every hour and of every shop can be made ready, unless it names the moment."""
    kind = saying("{shop}, please", Wording(text="again {n}", at_hours=((Until(9), "hush {n}"),)), "it is {time}")
    two = replace(HERE, shops=(*SHOPS, Shop(id="wu", name="Wu", frontage=SHOPS[0].frontage)))
    foreseen = {text for _, text in foreseen_texts(kind, two, Rule(warnings=4), NOON)}
    assert foreseen == {"Li's fruit, please", "Wu, please", "again 2", "hush 2"}
    later = {sentence(kind, n=n, at=second(8)) for n in (1, 2)} - {", please"}
    assert later <= foreseen


def test_a_zone_without_shops_foresees_as_much() -> None:
    """As many as there are warnings, in each language."""
    alone = list(foreseen_texts(KINDS[PARKING], replace(HERE, shops=()), Rule(), NOON))
    assert [language for language, _ in alone] == ["en"] * 3 + ["zh-CN"] * 3

"""Words in files: other words at other hours, a zone's own words, and the languages that are spoken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from edge_agent.config.policy.message_words import Template
from edge_agent.core.site.policy import Rule, Words
from edge_agent.core.site.zones import Zone
from edge_agent.core.speak.messages import warning_text
from tests.config.samples import SITE, ZONES, load, problems, write_site
from tests.site import KINDS, PARKING, WHOLE

if TYPE_CHECKING:
    from pathlib import Path

WITH_POLICY = f"{SITE}policy: policy.yaml\n"
NIGHTLY = """\
version: 1
kinds:
  illegal_parking:
    words:
      warnings:
        en:
          - text: No parking at {zone}.
            at_hours:
              "Mo-Su 22:00-06:00": "{zone}, {time}"
          - Please go.
"""
AFTERNOON = datetime(2026, 11, 2, 8, 5, tzinfo=UTC)  # in Shanghai 16:05
NIGHT = datetime(2026, 11, 2, 15, 5, tzinfo=UTC)  # 23:05


def texts_of(path: Path, at: datetime = AFTERNOON, n: int = 1) -> dict[str, str]:
    """What warning ``n`` of the sample's zone says."""
    site = load(path).site
    (zone,) = site.zones
    ((name, rule),) = zone.rules.items()
    return warning_text(site.policy.kinds[name], zone, rule, n=n, shop=None, at=at)


def test_a_text_of_the_night_is_said_at_night(tmp_path: Path) -> None:
    """By the site's own time zone; the warnings after it, and the other languages, stay as they were."""
    path = write_site(tmp_path, site=WITH_POLICY, policy=NIGHTLY)
    assert texts_of(path)["en"] == "No parking at the kerb."
    assert texts_of(path, NIGHT)["en"] == "the kerb, 23:05"
    assert texts_of(path, NIGHT, n=2)["en"] == "Please go."
    assert texts_of(path, NIGHT)["zh-CN"] == texts_of(path)["zh-CN"] == "您好，路边禁止停车，请您尽快驶离，谢谢配合。"


def test_a_zone_overrides_language_by_language(tmp_path: Path) -> None:
    """What it does not say is said as everywhere; its list is taken whole, and so is its order."""
    words = "    words: {illegal_parking: {warnings: {en: [Fire lane.]}, order: {en: Clear the fire lane.}}}\n"
    path = write_site(tmp_path, zones=ZONES + words)
    assert texts_of(path, n=3) == {"zh-CN": texts_of(write_site(tmp_path), n=3)["zh-CN"], "en": "Fire lane."}
    (zone,) = load(write_site(tmp_path, zones=ZONES + words)).site.zones
    assert zone.words["illegal_parking"].order["en"] == "Clear the fire lane."


def test_a_site_chooses_its_languages(tmp_path: Path) -> None:
    """Only these are spoken, in this order; the centre goes on reading all."""
    path = write_site(tmp_path, site=WITH_POLICY, policy="version: 1\nlanguages: [en, zh-CN]\n")
    assert list(texts_of(path)) == ["en", "zh-CN"]
    path = write_site(tmp_path, site=WITH_POLICY, policy="version: 1\nlanguages: [zh-CN]\n")
    assert list(texts_of(path)) == ["zh-CN"]
    assert set(load(path).site.policy.kinds["illegal_parking"].words.order) == {"zh-CN", "en"}


def test_a_zone_chooses_its_languages(tmp_path: Path) -> None:
    """By a school English first, elsewhere as the site says."""
    path = write_site(tmp_path, zones=ZONES + "    languages: [en]\n")
    assert list(texts_of(path)) == ["en"]
    assert list(texts_of(write_site(tmp_path))) == ["zh-CN", "en"]


def test_a_zone_that_says_nothing_has_no_words_of_its_own(tmp_path: Path) -> None:
    """It keeps following the policy."""
    assert load(write_site(tmp_path)).site.zones[0].words == {}


FIELDS = "expected only {zone}, {shop}, {n}, {left}, {minutes}, {plate}, {vehicle}, {hour}, {time}, {strike}"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (
            "words: {illegal_parking: {warnings: {en: ['{plaza}']}}}",
            f"8:47 zones[0].words.illegal_parking.warnings.en[0]: found the unknown field {{plaza}}, {FIELDS}",
        ),
        (
            "words: {exposed_garbage: {order: {en: Sweep.}}}",
            (
                "8:30 zones[0].words.exposed_garbage: found 'exposed_garbage', which the zone is not watched for, "
                "expected one of its kinds"
            ),
        ),
        (
            "languages: [zh-CN, fr]",
            (
                "8:24 zones[0].languages[1]: found 'fr', in which some kind of the zone has no warnings, "
                "expected a language in which each has some"
            ),
        ),
        (
            "languages: [Mandarin]",
            "8:17 zones[0].languages[0]: found 'Mandarin', expected a language tag such as zh-CN",
        ),
    ],
)
def test_what_is_wrong_with_a_zones_words_is_said(tmp_path: Path, written: str, says: str) -> None:
    """One slip, one sentence, where it stands."""
    assert problems(write_site(tmp_path, zones=f"{ZONES}    {written}\n")) == [f"zones/c1.yaml:{says}"]


def test_a_language_of_the_zones_own_may_be_chosen(tmp_path: Path) -> None:
    """Where it has the words for it."""
    own = "    words: {illegal_parking: {warnings: {fr: [Circulez.]}}}\n    languages: [fr]\n"
    assert texts_of(write_site(tmp_path, zones=ZONES + own)) == {"fr": "Circulez."}


PIECES = st.one_of(
    st.sampled_from(["{{", "}}", "您好", " ", "!", "{", "}"]),
    st.builds(
        "{{{}{}{}}}".format,
        st.sampled_from(["zone", "shop", "n", "left", "minutes", "plate", "hour", "time", "place", "n[0]", ""]),
        st.sampled_from(["", "!r", "!s", "!x"]),
        st.sampled_from(["", ":", ":>8", ":02d", ":.2f", ":c", ":{n}", ":{shop}", ":%H"]),
    ),
)
HERE = Zone(id="z", camera="c1", polygon=WHOLE, rules={})


@given(st.lists(PIECES, min_size=1, max_size=5).map("".join))
def test_what_is_taken_can_be_said(template: str) -> None:
    """A template that `check` accepts fails on no street: with no shop and no plate, at any hour, at any number."""
    try:
        taken = TypeAdapter(Template).validate_python(template)
    except ValidationError:
        return
    kind = replace(KINDS[PARKING], words=Words(warnings={"en": (taken,)}, order={}))
    for n, at in ((1, AFTERNOON), (99, NIGHT)):
        warning_text(kind, HERE, Rule(warnings=99), n=n, shop=None, at=at)

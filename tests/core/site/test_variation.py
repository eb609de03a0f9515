"""Turning the knobs of a site: what changes, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.site.polygons import grown
from edge_agent.core.site.variation import KNOBS, Turned, grid, sees_otherwise, todays, varied
from tests.site import PARKING, STALL, WHOLE, site, zone
from tests.street import span

MIDDLE = tuple(grown(WHOLE, -0.2))
SITE = site(zone(PARKING, polygon=MIDDLE), zone(STALL, ident="y"))
TURNED = Turned(zone="z", kind=PARKING)


def test_a_rule_is_changed_in_its_own_zone_alone() -> None:
    """Everything else is as it was."""
    changed = varied(SITE, TURNED, (("dwell", span(30)), ("warnings", 2)))
    rule = replace(SITE.zones[0].rules[PARKING], dwell=span(30), warnings=2)
    assert changed == replace(SITE, zones=(replace(SITE.zones[0], rules={PARKING: rule}), SITE.zones[1]))


def test_how_cameras_see_is_changed_for_all() -> None:
    """And that is known of the setting."""
    changed = varied(SITE, TURNED, (("min_score", 0.5),))
    assert changed.policy.seeing == replace(SITE.policy.seeing, min_score=0.5)
    assert changed.zones == SITE.zones
    assert sees_otherwise((("dwell", span(1)), ("min_score", 0.5)))
    assert not sees_otherwise((("dwell", span(1)), ("grow", 0.1)))


def test_a_polygon_is_grown() -> None:
    """Of the turned zone alone."""
    changed = varied(SITE, TURNED, (("grow", 0.02),))
    assert [each.polygon for each in changed.zones] == [grown(MIDDLE, 0.02), WHOLE]


def test_what_cannot_be_is_refused() -> None:
    """A ladder that cannot be climbed."""
    with pytest.raises(ValueError, match="confirm: expected 1 to 3"):
        varied(SITE, TURNED, (("confirm", 4),))


def test_todays_setting_changes_nothing() -> None:
    """Whatever is asked for."""
    assert varied(SITE, TURNED, todays(SITE, TURNED, tuple(KNOBS))) == SITE


def test_a_grid_is_every_combination() -> None:
    """The last knob turns fastest."""
    settings = grid((("dwell", (span(1), span(2))), ("confirm", (1, 2, 3))))
    assert len(settings) == 6
    assert settings[1] == (("dwell", span(1)), ("confirm", 2))
    assert grid(()) == ((),)


def test_knobs_are_numbers_and_spans() -> None:
    """Nothing that is chosen from a list, and nothing that needs the pictures."""
    assert {"dwell", "leave_grace", "confirm", "min_score", "settle", "grow"} <= set(KNOBS)
    assert not {"undelivered", "handle_within", "confirm_of"} & set(KNOBS)

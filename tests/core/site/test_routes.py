"""Routes: a zone's own, or every loudspeaker of the site; lamps alone where it is light."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.core.site.zones import Stations
from tests.site import zone

SITE = Stations(("gate", "lamp", "square"), frozenset({"lamp"}))
HERE = zone()


def test_a_zone_speaks_by_what_it_names_in_its_order() -> None:
    """A lamp may be among them; what the site does not know any more is left out."""
    assert SITE.route(replace(HERE, speakers=("square", "lamp", "gone"))) == ("square", "lamp")


def test_a_zone_that_names_nothing_speaks_by_every_loudspeaker() -> None:
    """In the order of the site; a site of lamps alone speaks by these. So does a zone that is not drawn any more."""
    assert SITE.route(HERE) == ("gate", "square")
    assert SITE.route(None) == ("gate", "square")
    assert Stations(("lamp",), frozenset({"lamp"})).route(HERE) == ("lamp",)


def test_light_is_for_lamps_alone() -> None:
    """Those of the route, or of the site; there may be none."""
    assert SITE.route(HERE, light=True) == ("lamp",)
    assert SITE.route(replace(HERE, speakers=("gate", "lamp")), light=True) == ("lamp",)
    assert SITE.route(replace(HERE, speakers=("gate",)), light=True) == ()

"""Folding: an event and every answer to it, in the order in which they came about."""

from __future__ import annotations

from edge_agent.app.folding import fold
from edge_agent.app.replay.replay import Assumed
from edge_agent.core.effects import Effect, LookAgain, Speak
from edge_agent.core.events import Event, FrameSeen, LookedAgain, WarningAnswered
from edge_agent.core.incident.world import World
from edge_agent.core.step import run, step
from tests.site import SHORT, site, zone
from tests.street import looks, stands

SITE = site(zone(rule=SHORT))
LOOKS = looks(stands("car", 0, 20), until=20)


def silence(_effect: Effect) -> Event | None:
    """Answers nothing."""
    return None


def test_without_answers_it_is_one_step() -> None:
    """The event itself and its effects."""
    world = run(World(camera="c1"), LOOKS[:-1], SITE).world
    folded = fold(world, LOOKS[-1], SITE, silence)
    assert (folded.world, folded.effects) == step(world, LOOKS[-1], SITE)
    assert folded.events == (LOOKS[-1],)


def test_answers_are_folded_until_nothing_is_asked() -> None:
    """The look asks for a second one, that for a warning, and the warning's answer ends it."""
    world = run(World(camera="c1"), LOOKS[:-1], SITE).world
    folded = fold(world, LOOKS[-1], SITE, Assumed().respond)
    assert [type(event) for event in folded.events] == [FrameSeen, LookedAgain, WarningAnswered]
    requests = [effect for effect in folded.effects if isinstance(effect, LookAgain | Speak)]
    assert [type(effect) for effect in requests] == [LookAgain, Speak]
    assert run(world, folded.events, SITE) == (folded.world, folded.effects)

"""Law 5: the ladder's table is all there is: every entry is taken by some story, and no other transition by any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings

from edge_agent.core.commands import Cancel, Confirm, Dispatch, ForCamera
from edge_agent.core.events import Command
from edge_agent.core.incident.ladder import EDGES
from edge_agent.core.incident.ladder_states import Asking, Candidate
from edge_agent.core.site.hours_and_permits import Hours, Permit
from edge_agent.core.site.policy import Rule
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.site.site import Site
from tests.core_run import CoreRun, Edge, Speaker, mute, tell, works
from tests.golden.examples import EXAMPLES, Example
from tests.golden.test_examples import run_of as told_example
from tests.laws.streets import BEFORE, FIRST, Shell, Street, shells, sites, streets, walk
from tests.site import SHORT, STALL, Between, Until, permit, site, zone
from tests.street import at, looks, span, stands, together

Story = Callable[[], CoreRun]


def stall(
    *stays: tuple[float, float],
    until: float = 200,
    speaker: Speaker = works,
    second_look: bool | None = True,
    hours: Hours | None = None,
    permits: tuple[Permit, ...] = (),
    rule: Rule = SHORT,
) -> CoreRun:
    """A stall that stands now and then, under the short ladder."""
    things = together(*(stands("stall", first, last) for first, last in stays))
    where = site(zone(STALL, rule=rule, hours=hours, permits=permits))
    return tell(looks(things, until=until), where, speaker=speaker, second_look=second_look)


def cancelled(second: int, speaker: Speaker = works, rule: Rule = SHORT) -> CoreRun:
    """A stall whose incident the centre rejects at ``second``."""
    events = looks(stands("stall", 0, 200), until=200)
    where = site(zone(STALL, rule=rule))
    before = tell(events[:second], where, speaker=speaker)
    order = Command(at=at(second), id="cmd", what=Cancel(incident=before.incidents[0]))
    after = tell((order, *events[second:]), where, speaker=speaker, world=before.world)
    return replace(after, edges=before.edges | after.edges, effects=before.effects + after.effects)


def reviewed(
    rule: Rule, second: int, what: Callable[[str], ForCamera] | None = None, *, speaker: Speaker = works
) -> CoreRun:
    """A stall that stands 0–200 under a rule with a review, of which somebody says something at ``second``."""
    events = looks(stands("stall", 0, 200), until=200)
    where = site(zone(STALL, rule=rule))
    before = tell(events[:second], where, speaker=speaker)
    commands_given = (
        () if what is None else (Command(at=at(second), id="cmd", by="Li", what=what(before.incidents[0])),)
    )
    after = tell((*commands_given, *events[second:]), where, world=before.world, speaker=speaker)
    return replace(after, edges=before.edges | after.edges, effects=before.effects + after.effects)


def doubted_then_allowed() -> CoreRun:
    """A second look disagrees; the dwell is then set higher, and a permit comes and goes before that is reached."""
    events = looks(stands("stall", 0, 200), until=200)
    before = tell(events[:25], site(zone(STALL, rule=SHORT)), second_look=False)
    patient = site(zone(STALL, rule=replace(SHORT, dwell=span(150)), permits=(permit(0, hours=Between(30, 60)),)))
    after = tell(events[25:], patient, world=before.world)
    return replace(after, edges=before.edges | after.edges, effects=before.effects + after.effects)


SILENT: Final = replace(SHORT, silent=True)
RECORDED: Final = replace(SHORT, warnings=0)

# What takes each edge, in one line each. The short ladder opens at 20, warns at 20 and 50 and orders at 80.
STORIES: Final[dict[str, Story]] = {
    "the whole ladder": lambda: stall((0, 150)),
    "leaves when asked": lambda: stall((0, 30)),
    "leaves while it is asked": lambda: stall((0, 25), speaker=mute),
    "comes back when asked": lambda: stall((0, 30), (60, 200)),
    "comes back while it is asked": lambda: stall((0, 25), (50, 200), speaker=mute),
    "comes back after the order": lambda: stall((0, 90), (130, 200)),
    "nobody answers the speaker": lambda: stall((0, 150), speaker=mute),
    "the second look disagrees": lambda: stall((0, 100), second_look=False),
    "the second look is silent": lambda: stall((0, 100), second_look=None),
    "a permit begins before anything is said": lambda: stall(
        (0, 100), second_look=None, permits=(permit(0, hours=Between(25, 60)),)
    ),
    "it begins in hours so quiet that nobody is asked": lambda: stall(
        (0, 100), rule=replace(SHORT, quiet=Quiet.ORDER, quiet_hours=Until(25))
    ),
    "a permit covers what a second look doubted": doubted_then_allowed,
    "a permit ends": lambda: stall((0, 100), permits=(permit(40),)),
    "the hours end while it is asked": lambda: stall((0, 100), hours=Until(25), speaker=mute),
    "the hours end after a warning": lambda: stall((0, 100), hours=Until(30)),
    "the hours end after the order": lambda: stall((0, 150), hours=Until(100)),
    "nobody is spoken to, and a person is called": lambda: stall((0, 100), rule=SILENT),
    "it is only recorded": lambda: stall((0, 30), rule=RECORDED),
    "comes back to where it is only recorded": lambda: stall((0, 30), (60, 200), rule=RECORDED),
    "the hours end where it is only recorded": lambda: stall((0, 100), hours=Until(30), rule=RECORDED),
    "cancelled where nobody is spoken to": lambda: cancelled(30, rule=SILENT),
    "cancelled while it is asked": lambda: cancelled(25, mute),
    "cancelled after a warning": lambda: cancelled(30),
    "cancelled after the order": lambda: cancelled(100),
    "confirmed before its warning": lambda: reviewed(FIRST, 30, lambda inc: Confirm(incident=inc)),
    "confirmed before its order": lambda: reviewed(BEFORE, 60, lambda inc: Confirm(incident=inc)),
    "rejected before its warning": lambda: reviewed(FIRST, 30, lambda inc: Cancel(incident=inc)),
    "nobody confirms its order": lambda: reviewed(BEFORE, 60),
    "somebody is sent before its warning": lambda: reviewed(FIRST, 30, lambda inc: Dispatch(incident=inc, to="Wang")),
    "a broken speaker, and nobody confirms its order": lambda: reviewed(BEFORE, 60, speaker=mute),
    "nobody is spoken to, and nobody confirms its order": lambda: reviewed(replace(BEFORE, silent=True), 60),
    "comes back before its warning is confirmed": lambda: stall((0, 30), (60, 100), rule=FIRST),
    "comes back before its order is confirmed": lambda: stall((0, 60), (90, 150), rule=BEFORE),
    "the hours end before its warning is confirmed": lambda: stall((0, 100), hours=Until(30), rule=FIRST),
    "the hours end before its order is confirmed": lambda: stall((0, 100), hours=Until(60), rule=BEFORE),
}


def names(edges: frozenset[Edge]) -> set[str]:
    """Edges in words."""
    return {f"{before.__name__} -> {after.__name__}" for before, after in edges}


def in_the_table(edge: Edge) -> bool:
    """Whether one look may take it.

    That is an entry; or two, by way of a candidate whose dwell is over already, or of a warning that is due in hours in
    which nobody is asked.
    """
    before, after = edge
    return edge in EDGES or any({(before, between), (between, after)} <= EDGES for between in (Candidate, Asking))


def test_every_edge_is_taken() -> None:
    """The stories together take the whole table."""
    taken = frozenset(edge for story in STORIES.values() for edge in story().edges)
    assert names(EDGES - taken) == set()


@pytest.mark.parametrize("name", STORIES)
def test_no_story_leaves_the_table(name: str) -> None:
    """Each of them takes entries of the table only."""
    assert all(in_the_table(edge) for edge in STORIES[name]().edges), name


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_no_worked_example_leaves_the_table(example: Example) -> None:
    """Nor does any worked example."""
    assert all(in_the_table(edge) for edge in told_example(example, 0.5).edges)


@settings(max_examples=150)
@given(street=streets, site=sites, shell=shells)
def test_no_other_edge_is_taken(street: Street, site: Site, shell: Shell) -> None:
    """Whatever happens on the street, and whoever answers or commands what."""
    assert names(frozenset(e for e in walk(street, site, shell=shell).run.edges if not in_the_table(e))) == set()

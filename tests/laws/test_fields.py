"""Law: what is built anew from another of its class, field by field, loses no field of it.

Five values are built so, since ``replace`` costs more in each look; all others use ``replace``, which cannot forget.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields, make_dataclass, replace
from typing import Any, Final

import pytest

from edge_agent.core.events import FrameSeen
from edge_agent.core.geometry import iou
from edge_agent.core.incident.cases import joined, opened_case
from edge_agent.core.incident.perception import perceive
from edge_agent.core.incident.world import World
from edge_agent.core.step import _looked
from edge_agent.core.track.presence import Presence, Sighting, _seen, first_seen
from edge_agent.core.track.spot import Spot
from edge_agent.core.track.spots import _sighted
from edge_agent.core.track.tracker import Track, _continued
from tests.architecture import ROOT
from tests.site import site
from tests.street import BUS, KERB, at, detection, span

SITE: Final = site()
TRACK: Final = Track(id=7, family="car", label="car", score=0.5, box=KERB, at=at(9))
SPOT: Final = Spot(
    id="s", family="car", label="car", place=KERB, presence=first_seen(at(0)), track=7, still=at(0), arrived=True
)
CASE: Final = opened_case(camera="c1", zone="kerb", kind="stall", spots=(SPOT,), founder=SPOT, shop="12")
LOOK: Final = FrameSeen(at=at(10), detections=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilding:
    """A function that builds a value anew, one that it may be given, and the fields that it computes or begins anew."""

    where: str
    value: Any
    build: Callable[[Any], Any]
    anew: frozenset[str]


REBUILDINGS: Final = (
    Rebuilding(
        where="core/step.py _looked World",
        value=World(camera="c1"),
        build=lambda world: _looked(world, perceive(World(camera="c1"), LOOK, SITE), at(10), SITE).world,
        anew=frozenset({"at", "lost", "memory", "spots", "cases", "departed", "shifts"}),
    ),
    Rebuilding(
        where="core/incident/cases.py joined Case",
        value=CASE,
        build=lambda case: joined(case, (SPOT,), presence=first_seen(at(10)), sighting=Sighting.PRESENT, min_score=0.3),
        anew=frozenset({"members", "place", "presence", "score", "sighting", "unsure"}),
    ),
    Rebuilding(
        where="core/track/presence.py _seen Presence",
        value=first_seen(at(9)),
        build=lambda presence: _seen(presence, at(10), max_gap=span(15), bridge=span(60)),
        anew=frozenset(each.name for each in fields(Presence)) - {"since", "causes"},
    ),
    Rebuilding(
        where="core/track/tracker.py _continued Track",
        value=TRACK,
        build=lambda track: _continued(track, detection(place=BUS), at(10), iou),
        anew=frozenset({"label", "score", "box", "at", "velocity", "moving", "stood"}),
    ),
    Rebuilding(
        where="core/track/spots.py _sighted Spot",
        value=SPOT,
        build=lambda spot: _sighted(spot, replace(TRACK, label="truck", box=BUS), at(10), SITE.policy.seeing, iou),
        anew=frozenset(
            {"label", "calls", "votes", "place", "presence", "track", "still", "sighting", "score", "moved"}
        ),
    ),
)
"""Reviewed by hand: a field that is added to one of the classes is either carried over, or added to its ``anew``."""


def lost_fields(rebuilding: Rebuilding) -> frozenset[str]:
    """The fields that do not come out as they went in."""
    return frozenset(each.name for each in fields(rebuilding.value) if not _carried(rebuilding, each))


def _carried(rebuilding: Rebuilding, each: Field[Any]) -> bool:
    """Whether a value that is found nowhere else comes through; where only real ones can be worked with, a real one."""
    marker, value = object(), getattr(rebuilding.value, each.name)
    try:
        built = rebuilding.build(replace(rebuilding.value, **{each.name: marker}))
    except (TypeError, AttributeError):
        comes_through: bool = getattr(rebuilding.build(rebuilding.value), each.name, None) == value
    else:
        return getattr(built, each.name, None) is marker
    return comes_through and value != each.default


def rebuilt(source: str, where: str) -> set[str]:
    """The calls of a module that build a value from a parameter of the same class: file, function and class."""
    places = set[str]()
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        given = {
            each.arg: ast.unparse(each.annotation)
            for each in (*function.args.args, *function.args.kwonlyargs)
            if each.annotation is not None
        }
        places |= {f"{where} {function.name} {name}" for name in _carrying(function, given)}
    return places


def _carrying(function: ast.FunctionDef, given: dict[str, str]) -> set[str]:
    """The classes whose fields are carried over one by one from a parameter that is annotated with the class."""
    return {
        call.func.id
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        for each in call.keywords
        if isinstance(each.value, ast.Attribute)
        and isinstance(each.value.value, ast.Name)
        and each.value.attr == each.arg
        and given.get(each.value.value.id) == call.func.id
    }


@pytest.mark.parametrize("rebuilding", REBUILDINGS, ids=lambda each: each.where.split()[-1])
def test_no_field_is_lost_but_what_begins_anew(rebuilding: Rebuilding) -> None:
    """Whatever the field holds."""
    assert lost_fields(rebuilding) <= rebuilding.anew


@pytest.mark.parametrize("rebuilding", REBUILDINGS, ids=lambda each: each.where.split()[-1])
def test_a_field_that_is_added_and_forgotten_is_found(rebuilding: Rebuilding) -> None:
    """Planted in a class that is else the same, as the function has never heard of it."""
    value = rebuilding.value
    kind: Any = make_dataclass(
        type(value).__name__,
        [("planted", str, field(default=""))],
        bases=(type(value),),
        frozen=True,
        slots=True,
        kw_only=True,
    )
    grown = kind(**{each.name: getattr(value, each.name) for each in fields(value)})
    assert lost_fields(replace(rebuilding, value=grown)) - rebuilding.anew == {"planted"}


def test_these_are_all_that_build_field_by_field() -> None:
    """Of the whole core; what is added to them is added here."""
    core = ROOT / "edge_agent" / "core"
    places = set[str]()
    for path in core.rglob("*.py"):
        places |= rebuilt(path.read_text(encoding="utf-8"), path.relative_to(core.parent).as_posix())
    assert places == {each.where for each in REBUILDINGS}


@pytest.mark.parametrize(
    ("source", "carries"),
    [
        ("def f(case: Case) -> Case:\n    return Case(id=case.id, seen=True)", {"m f Case"}),
        ("def f(*, case: Case) -> Case:\n    return Case(id=1, zone=case.zone)", {"m f Case"}),
        ("def f(case: Case) -> Case:\n    return replace(case, id=2)", set()),
        ("def f(spot: Spot) -> Case:\n    return Case(id=spot.id)", set()),
        ("def f(case: Case) -> Case:\n    return Case(id=case.zone)", set()),
    ],
)
def test_building_field_by_field_is_known_when_seen(source: str, carries: set[str]) -> None:
    """From a parameter of the same class, and nothing else."""
    assert rebuilt(source, "m") == carries

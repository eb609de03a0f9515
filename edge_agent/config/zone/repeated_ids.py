"""Ids that are taken twice: the records of a site name zones, shops and permits by id alone."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent.config.yaml.source import Loc, PlaceInFile, Problem
from edge_agent.config.zone.zone_entry import ZoneEntry
from edge_agent.config.zone.zone_file import Drawn

_Named = tuple[str, str, Loc]  # what it is, its id, where it stands


def repeated_ids(drawn: tuple[Drawn, ...]) -> tuple[Problem, ...]:
    """A problem for every zone, shop or permit whose id another of its sort has already, across all files."""
    taken: dict[tuple[str, str], PlaceInFile] = {}
    problems = []
    for each in drawn:
        for what, name, loc in _ids(each):
            mark = each.source.mark(loc)
            first = taken.setdefault((what, name), mark)
            if first != mark:
                value = f"the {what} id '{name}' again (first at {first.file}:{first.line})"
                problems.append(each.source.problem(loc, value, "an id of its own"))
    return tuple(problems)


def _ids(drawn: Drawn) -> Iterator[_Named]:
    for index, entry in drawn.entries():
        yield from _ids_of_zone(("zones", index), entry)


def _ids_of_zone(loc: Loc, entry: ZoneEntry) -> Iterator[_Named]:
    yield "zone", entry.id, (*loc, "id")
    for number, shop in enumerate(entry.shops):
        yield "shop", shop.id, (*loc, "shops", number, "id")
    for number, permit in enumerate(entry.permits):
        yield "permit", permit.id, (*loc, "permits", number, "id")

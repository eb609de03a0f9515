"""Stories: what became of everything that stood in a zone, from what was logged of it. It cannot act.

A live agent's log is a row of files, one an hour; the recording of one is a single file. Both are folded anew, by the
zones and rules as they are now: an explanation is what the core says again, not what somebody remembered of it.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from edge_agent.adapters.detection_log import read_events, read_header
from edge_agent.app.replay.replay import accounted, assumed_of_all
from edge_agent.core.errors import BadInputError
from edge_agent.core.explain.stories import Story, gathered_stories

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.events import Event

ENDS = ("*.detections.jsonl", "*.detections.jsonl.gz")


def logs_in(place: Path) -> dict[str, tuple[Path, ...]]:
    """The detection logs at ``place``, a file or a folder, by camera and in the order of their first events.

    Raises:
        BadInputError: There is none.
    """
    log_files = [place] if not place.is_dir() else sorted(chain.from_iterable(place.glob(end) for end in ENDS))
    if not log_files:
        raise BadInputError(f"{place}: no detection log in it, expected files named *.detections.jsonl")
    begun = sorted(((read_header(path), path) for path in log_files), key=lambda each: (each[0].started, each[1]))
    logs: dict[str, tuple[Path, ...]] = {}
    for header, path in begun:
        logs[header.camera] = (*logs.get(header.camera, ()), path)
    return logs


def camera_logs(loaded: LoadedSite, place: Path, camera: str | None) -> tuple[str, tuple[Path, ...]]:
    """The camera whose log lies at ``place`` and the files of it; raises BadInputError where that is not one."""
    logs = logs_in(place)
    name = camera or next(iter(logs))
    if name not in logs or (camera is None and len(logs) > 1):
        raise BadInputError(f"{place}: holds logs of {', '.join(logs)}, expected --camera to name one of them")
    if name not in loaded.cameras:
        raise BadInputError(f"{place}: the log is of camera '{name}', expected one of: {', '.join(loaded.cameras)}")
    return name, logs[name]


def stories_of(place: Path, loaded: LoadedSite, camera: str | None = None) -> tuple[Story, ...]:
    """What became of everything logged at ``place``, of one camera or of all, by their first moments.

    Raises:
        BadInputError: There is no log of such a camera, or the site has no such camera.
    """
    logs = logs_in(place)
    if camera is not None and camera not in logs:
        raise BadInputError(f"{place}: no log of camera '{camera}', expected one of: {', '.join(logs)}")
    stories: list[Story] = []
    for each, paths in logs.items():
        if camera in {None, each}:
            if each not in loaded.cameras:
                known = ", ".join(loaded.cameras)
                raise BadInputError(f"{place}: the log is of camera '{each}', expected one of the site's: {known}")
            stories.extend(gathered_stories(accounted(events_of(paths), each, loaded.site, assumed_of_all(paths))))
    return tuple(sorted(stories, key=lambda story: story.began))


def events_of(paths: tuple[Path, ...]) -> Iterator[Event]:
    """The events of the files of one log, as they come."""
    return chain.from_iterable(map(read_events, paths))


def chosen(stories: tuple[Story, ...], name: str) -> Story:
    """The one story whose incident, or else whose case, begins with ``name``.

    Raises:
        BadInputError: There is none, or more than one.
    """
    for names in ([story.incident or "" for story in stories], [story.case for story in stories]):
        matches = [story for story, each in zip(stories, names, strict=True) if _begins(each, name)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise BadInputError(f"explain: '{name}' may be {_listed(matches)}: expected one of them")
    incidents = [story for story in stories if story.incident is not None]
    there = f"expected one of: {_listed(incidents)}" if incidents else "there are none"
    raise BadInputError(f"explain: no incident begins with '{name}', {there}")


def _begins(ident: str, name: str) -> bool:
    return ident.startswith(name) or ident.partition("-")[2].startswith(name)


def _listed(stories: Iterable[Story]) -> str:
    return ", ".join(story.incident or story.case for story in stories)

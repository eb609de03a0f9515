"""What a store has kept tells the same stories as the effects that were put into it, as far as it was told them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.adapters.store import SqliteStore
from edge_agent.adapters.store.history import history
from edge_agent.app.feed.messages import messages
from edge_agent.core.effects import Effect, Note, PublishIncident
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Tick
from edge_agent.core.explain.stories import Story, gathered_stories
from edge_agent.core.incident.world import World
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import at, looks, lost, stands, together

SITE = site(zone(rule=SHORT))
CARS = together(stands("car", 0, 60), stands("car", 150, 162))


def stored(folder: Path, effects: tuple[Effect, ...]) -> Path:
    """A store with these effects, told to the centre as well."""
    path = folder / "agent.db"
    store = SqliteStore(path)
    store.commit(World(camera="c1", at=at(0)), effects=effects, messages=messages(effects, SITE), events=(Tick(at(0)),))
    store.close()
    return path


def words(stories: tuple[Story, ...]) -> list[tuple[str, list[str]]]:
    """What each story says, without its work orders and without what hid a thing."""
    return [
        (
            story.outcome,
            [
                moment.text["en"].partition(" unobservable")[0]
                for moment in story.moments
                if moment.what != "work_order"
            ],
        )
        for story in stories
    ]


def test_the_stories_are_those_of_the_effects(tmp_path: Path) -> None:
    """An incident, and a near miss with all that explains it."""
    effects = tell(lost(looks(CARS, until=240), 155, 158), SITE).effects
    stories, whole = gathered_stories(history(stored(tmp_path, effects))), gathered_stories(effects)
    assert words(stories) == words(whole)
    assert stories[1] == whole[1]
    assert stories[1].moments[0].hidden_by == {"no_connection": 3}


def test_a_remark_finds_its_incident(tmp_path: Path) -> None:
    """The id of an incident follows from its case's, so that a doubt before it began is told with it."""
    car = looks(stands("car", 0, 60), until=120)
    doubted = tell(car[:25], SITE, second_look=False)
    believed = tell(car[25:], SITE, world=doubted.world)
    (story,) = gathered_stories(history(stored(tmp_path, (*doubted.effects, *believed.effects))))
    assert [moment.what for moment in story.moments][:3] == ["disagreed", "opened", "warned"]


def test_a_remark_of_an_older_version_is_read(tmp_path: Path) -> None:
    """With what that version knew."""
    (note,) = tell(looks(stands("car", 0, 15), until=60), SITE).of(Note)
    path = stored(tmp_path, (note,))
    store = SqliteStore(path)
    store._connection.execute("UPDATE notes SET told = NULL")  # noqa: SLF001 - as an older agent would have left it
    store.close()
    plain = replace(note, box=None, since=None, last_seen=None)
    assert history(path) == (plain,)


def test_what_is_no_message_of_the_feed_is_refused(tmp_path: Path) -> None:
    """In one sentence; messages of other things are passed over."""
    effects = tell(lost(looks(stands("car", 0, 30), until=40), 20, 25), SITE).effects
    path = stored(tmp_path, effects)
    assert all(isinstance(each, PublishIncident) for each in history(path))
    store = SqliteStore(path)
    store._connection.execute("UPDATE outbox SET payload = ?", (b'{"type": "incident.opened"}',))  # noqa: SLF001
    store.close()
    with pytest.raises(BadInputError, match="stored message: expected one of the feed, got"):
        history(path)

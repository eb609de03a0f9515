"""What became of incidents is kept with the step that decided it, over restarts, and longer than its messages."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.store.outcomes import read_outcomes
from edge_agent.adapters.store.sqlite import SqliteStore
from edge_agent.app.feed.messages import messages
from edge_agent.core.effects import PublishIncident
from edge_agent.core.errors import BadInputError
from edge_agent.core.feed.incidents import Happening, ReviewStatus
from edge_agent.core.incident.world import World
from edge_agent.core.score.outcomes import Judged, outcome_of
from edge_agent.core.site.policy import Review
from tests.core_run import CoreRun, tell
from tests.site import SHORT, site, zone
from tests.street import at, looks, stands

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.feed.incidents import IncidentEvent

SITE = site(zone(rule=SHORT))
YEAR = timedelta(days=366)


def story() -> CoreRun:
    """A car that leaves after its second warning."""
    return tell(looks(stands("car", 0, 60), until=120), SITE)


def keep(store: SqliteStore, *events: IncidentEvent) -> None:
    """Commit a step with these events, and their messages."""
    effects = tuple(PublishIncident(event) for event in events)
    store.commit(World(camera="c1", at=events[-1].at), (), effects, messages(effects, SITE))


def test_an_outcome_is_that_of_the_last_event(tmp_path: Path) -> None:
    """Commit by commit, also when the store is opened again in between."""
    run = story()
    for event in run.events:
        store = SqliteStore(tmp_path / "agent.db")
        keep(store, event)
        assert store.outcomes(at(0)) == (outcome_of(event),)
        store.close()
    (outcome,) = read_outcomes(tmp_path / "agent.db", None)
    assert (outcome.heard, outcome.how, outcome.to_leave) == (2, "left", timedelta(seconds=10))


def test_a_persons_word_is_kept_with_it(tmp_path: Path) -> None:
    """The last one counts; what waits for it is told of what is open; what is forgotten goes with its incident."""
    result = tell(looks(stands("car", 0, 60), until=40), site(zone(rule=replace(SHORT, review=Review.BEFORE_WARNING))))
    referred = result.events[-1]
    store = SqliteStore(tmp_path / "agent.db")
    keep(store, *result.events)
    assert [each.judged for each in store.outcomes(at(0))] == [None]
    assert [each.review for each in store.open.incidents()] == [ReviewStatus.BEFORE_WARNING]
    confirmed = replace(referred, type=Happening.CONFIRMED, seq=3, review=ReviewStatus.CONFIRMED, review_until=None)
    keep(store, confirmed)
    keep(store, referred)  # once more, after a power cut
    assert [each.judged for each in store.outcomes(at(0))] == [Judged.CONFIRMED]
    rejected = replace(confirmed, type=Happening.CANCELLED, seq=4, verb="reject", reason="not_there")
    keep(store, rejected)
    assert store.outcomes(at(0)) == (outcome_of(rejected),)
    while store.forget(referred.at + 2 * YEAR):
        pass
    assert store.outcomes(at(0)) == ()
    store.close()
    with closing(sqlite3.connect(tmp_path / "agent.db")) as connection:
        assert connection.execute("SELECT count(*) FROM reviews").fetchone() == (0,)


def test_an_event_that_is_committed_again_changes_nothing(tmp_path: Path) -> None:
    """After a power cut a look may be made twice; what is older never wins."""
    store = SqliteStore(tmp_path / "agent.db")
    run = story()
    keep(store, *run.events)
    keep(store, run.events[0])
    assert store.outcomes(at(0)) == (outcome_of(run.events[-1]),)
    store.close()


def test_another_program_reads_while_the_agent_works(tmp_path: Path) -> None:
    """Those that opened since an instant, the oldest first."""
    store = SqliteStore(tmp_path / "agent.db")
    last = story().events[-1]
    later = replace(last, incident="i-later", opened=last.opened + timedelta(hours=1))
    keep(store, later, last)
    assert [each.incident for each in read_outcomes(tmp_path / "agent.db", None)] == [last.incident, "i-later"]
    since = last.opened + timedelta(seconds=1)
    assert [each.incident for each in read_outcomes(tmp_path / "agent.db", since)] == ["i-later"]
    store.close()


def test_outcomes_outlive_their_messages_by_a_year(tmp_path: Path) -> None:
    """And no longer."""
    store = SqliteStore(tmp_path / "agent.db")
    run = story()
    keep(store, *run.events)
    store.delivered(tuple(each.order for each in store.pending(100)))
    end = run.events[-1].end
    assert end is not None
    while store.forget(end + timedelta(hours=1)):
        pass
    assert len(store.outcomes(at(0))) == 1
    assert store.forget(end + YEAR + timedelta(hours=1)) == 1
    assert store.outcomes(at(0)) == ()
    store.close()


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    """Its tables may be others."""
    store = SqliteStore(tmp_path / "agent.db")
    store._connection.execute("PRAGMA user_version = 3")  # noqa: SLF001 - as an older agent would have left it
    store.close()
    with pytest.raises(BadInputError, match="schema 3, expected"):
        read_outcomes(tmp_path / "agent.db", None)

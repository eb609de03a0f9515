"""The strike ledger in the store: entered with its step, kept over restarts, and counted for statistics."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.store import SqliteStore
from edge_agent.adapters.store.strikes import read_strikes
from edge_agent.core.effects import RecordStrike, Speak
from edge_agent.core.feed.strikes import Strike, StrikesBy
from edge_agent.core.incident.world import World
from edge_agent.core.score.strikes import counted_strikes
from tests.cli.streets import done
from tests.config.samples import write_site
from tests.street import at

if TYPE_CHECKING:
    from pathlib import Path

FIRST = Strike(
    incident="inc-1",
    camera="c1",
    zone="z",
    kind="out_of_store_trading",
    by=StrikesBy.SHOP,
    party="fruit",
    n=1,
    step="green",
    at=at(60),
)
SECOND = replace(FIRST, incident="inc-2", n=2, step="yellow", at=at(1060))
OTHER = replace(FIRST, incident="inc-3", party="noodles", at=at(2000))


def kept(path: Path, *strikes: Strike) -> None:
    """Commit a step with these entries."""
    store = SqliteStore(path)
    store.commit(World(camera="c1", at=at(3000)), (), tuple(RecordStrike(each) for each in strikes))
    store.close()


def test_entries_are_kept_and_read_again(tmp_path: Path) -> None:
    """In the order in which they came; the same again changes nothing, and why one is void is kept."""
    path = tmp_path / "agent.db"
    kept(path, FIRST, SECOND)
    kept(path, FIRST, replace(SECOND, void="a funeral"))
    assert read_strikes(path, None) == (FIRST, replace(SECOND, void="a funeral"))
    assert read_strikes(path, at(1000)) == (replace(SECOND, void="a funeral"),)


def test_an_entry_that_is_counted_anew_is_kept_so(tmp_path: Path) -> None:
    """With what other boxes have counted."""
    path = tmp_path / "agent.db"
    anew = replace(FIRST, n=3, step="red", elsewhere=2)
    kept(path, FIRST)
    kept(path, anew)
    assert read_strikes(path, None) == (anew,)


def test_an_entry_of_an_older_store_has_nothing_elsewhere(tmp_path: Path) -> None:
    """A store that was made before boxes were told reads on, with its sums."""
    path = tmp_path / "agent.db"
    kept(path, FIRST)
    with closing(sqlite3.connect(path)) as old:
        old.execute("ALTER TABLE strikes DROP COLUMN elsewhere")
        old.execute("PRAGMA user_version = 12")
        old.commit()
    kept(path)
    assert read_strikes(path, None) == (FIRST,)


def test_the_camera_of_an_old_incident_is_known_by_its_strike(tmp_path: Path) -> None:
    """Or nobody could forgive what no picture is kept of."""
    kept(tmp_path / "agent.db", FIRST)
    store = SqliteStore(tmp_path / "agent.db")
    assert store.commands.camera_of("inc-1") == "c1"
    assert store.commands.camera_of("inc-9") is None
    store.close()


def test_strikes_are_forgotten_with_the_outcomes(tmp_path: Path) -> None:
    """Not with what is told in a month."""
    path = tmp_path / "agent.db"
    kept(path, FIRST)
    store = SqliteStore(path)
    assert store.forget(at(90 * 86_400)) == 0
    assert store.forget(at(4000 * 86_400)) == 1
    store.close()


def test_a_warning_remembers_its_step_over_a_power_cut(tmp_path: Path) -> None:
    """What is said at a step is in no recording, after a restart neither."""
    store = SqliteStore(tmp_path / "agent.db")
    request = Speak(
        id="say-1",
        at=at(1),
        incident="inc-1",
        zone="z",
        kind="k",
        n=1,
        attempt=1,
        expires_at=at(31),
        text={"en": "first"},
        step="green",
    )
    store.commit(World(camera="c1", at=at(1)), (), (request, replace(request, id="say-2", attempt=2, step="")))
    assert [each.step for each in store.unanswered("c1")] == ["green", ""]
    store.close()


def test_who_never_repeats_is_counted() -> None:
    """Of two parties one came again; what is forgiven counts for nobody."""
    counts = counted_strikes([FIRST, SECOND, OTHER, replace(OTHER, incident="inc-4", void="x")])
    assert (counts.parties, counts.once, counts.twice, counts.more, counts.forgiven) == (2, 1, 1, 0, 1)
    assert counts.never_again == 0.5
    assert counts.steps == {"green": 2, "yellow": 1}
    assert counted_strikes([]).never_again is None


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("--lang", "en"),
            "1 never again (50%), 1 twice, 0 three times or more; by step green 2, yellow 1; 0 forgiven.",
        ),
        (
            ("--lang", "zh-CN"),
            "记录：2 个对象，1 个未再犯（50%），1 个两次，0 个三次及以上；各级次数 green 2, yellow 1；不计入 0 次。",
        ),
    ],
)
def test_stats_says_who_never_repeats(tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    """In one line, in both languages."""
    kept(tmp_path / "state" / "agent.db", FIRST, SECOND, OTHER)
    assert line in done("stats", write_site(tmp_path), *words)


def test_a_machine_reads_who_never_repeats(tmp_path: Path) -> None:
    """With the same counts."""
    kept(tmp_path / "state" / "agent.db", FIRST, SECOND, OTHER)
    strikes = json.loads(done("stats", write_site(tmp_path), "--json"))["strikes"]
    assert (strikes["parties"], strikes["once"], strikes["never_again"]) == (2, 1, 0.5)

"""One log under many sites: what each would have told alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from edge_agent.app.replay.replay import Assumed, Speaking, assumed_of, replay
from edge_agent.app.replay.tune.parameter_sweep import recounted, swept
from edge_agent.core.effects import LookAgain, PublishIncident
from edge_agent.core.events import Event, LookedAgain
from tests.cli.replay.test_score import log_of
from tests.site import PARKING, SHORT, site, zone
from tests.street import looks, lost, nothing, stands, together

STREET = lost(looks(together(stands("car", 0, 300), nothing), until=400), 100, 120)
SITES = (site(), site(zone(PARKING, rule=SHORT)), site(zone(PARKING, polygon=zone().polygon[:3])))


def test_each_site_is_told_what_it_would_be_told_alone() -> None:
    """In their order; none of them hears of the others."""
    alone = tuple(tuple(replay(STREET, "c1", each, Assumed())) for each in SITES)
    assert tuple(swept(iter(STREET), "c1", SITES, Assumed())) == alone
    assert alone[0] != alone[1]


def test_no_site_is_told_nothing() -> None:
    """And the log need not be read for it."""
    assert tuple(swept(STREET, "c1", (), Assumed())) == ()


def voted(folder: Path, agreed: int, of: int) -> tuple[Path, tuple[Event, ...]]:
    """The log of a car for which a second look found ``agreed`` of ``of`` pictures to show it."""
    (request,) = (each for each in replay(STREET, "c1", SITES[0], Assumed()) if isinstance(each, LookAgain))
    answer = LookedAgain(at=request.at, case=request.case, confirmed=agreed >= 2, agreed=agreed, of=of)
    place = next(n for n, event in enumerate(STREET) if event.at > request.at)
    events = (*STREET[:place], answer, *STREET[place:])
    return log_of(folder, events), events


def opened(events: tuple[Event, ...], assumed: Assumed, confirm: int) -> bool:
    """Whether the car becomes an incident where so many pictures must agree."""
    rule = replace(SITES[0].zones[0].rules[PARKING], confirm=confirm)
    (effects,) = swept(events, "c1", (site(zone(PARKING, rule=rule)),), assumed)
    return any(isinstance(effect, PublishIncident) and effect.event.dwell_s < 70 for effect in effects)


def test_votes_are_counted_anew(tmp_path: Path) -> None:
    """One of three agreed: enough where one must, not enough where two must."""
    log, events = voted(tmp_path, 1, 3)
    assumed = recounted(assumed_of(log, None), log)
    assert [opened(events, assumed, confirm) for confirm in (1, 2, 3)] == [True, False, False]
    assert [opened(events, assumed_of(log, None), confirm) for confirm in (1, 2)] == [False, False]


def test_without_votes_the_answer_of_the_log_stands(tmp_path: Path) -> None:
    """No picture was kept to look at, so nothing can be counted; where the log says nothing a look agrees."""
    log, events = voted(tmp_path, 0, 0)
    assert not opened(events, recounted(assumed_of(log, None), log), 1)
    silent = log_of(tmp_path, STREET, "silent")
    assert opened(STREET, recounted(assumed_of(silent, None), silent), 3)


def test_the_speaker_is_assumed_as_before(tmp_path: Path) -> None:
    """Counting votes changes nothing else."""
    log, _ = voted(tmp_path, 3, 3)
    assumed = recounted(assumed_of(log, Speaking.FAILS), log)
    assert assumed.speaking is Speaking.FAILS
    assert len(assumed.votes) == 1

"""The matrix of warnings: how speakers work and fail, and what exactly the ladder makes of it.

A car stands from second 100 to 620 before a live camera. The camera's own loop, the announcer, its mouths and their
manners run as they do on the street; only the outlets are simulated, and time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from edge_agent.app.announcer import SpeakerAnnouncer, quietness
from edge_agent.app.mouth import Mouth, Voice
from edge_agent.app.notebook import Notebook
from edge_agent.app.speaker_health import SpeakerHealth
from edge_agent.core.events import Result
from edge_agent.core.manners import Manners
from edge_agent.core.policy import Rule, Undelivered
from edge_agent.core.quiet import Quiet
from edge_agent.core.routes import Stations
from edge_agent.ports import Answer, Sound
from tests.app.live.simulation import Simulation
from tests.app.outlets import PLAYED, SimulatedOutlet, failed
from tests.site import Between, site, zone
from tests.street import at, second_of, span, stands

if TYPE_CHECKING:
    from edge_agent.core.effects import Speak
    from tests.app.live.waiting import Agenda

    Story = list[tuple[str, float]]
    Attempts = list[tuple[int, str, str | None]]

RULE: Final = Rule(dwell=span(60), interval=span(60), warnings=3, final_grace=span(60), leave_grace=span(45))
FIRST, LAST, END = 100.0, 620.0, 720.0
SWEEP: Final = 2.2  # seconds from look to look, and the picture on which a decision falls
GATHER: Final = 1.0  # before a speaker begins: neighbours may join
SOUND: Final = {"en": Sound(rate=8000, samples=b"\0\x10" * 8)}

DIED: Final = Answer(result=Result.UNKNOWN, reason="the connection ended in the middle of the message")
UNREACHABLE: Final = failed("192.168.1.64 cannot be reached: no route to host")
REFUSED: Final = failed("192.168.1.64 refuses the login: wrong username or password")
BUSY: Final = failed("192.168.1.64 is busy: another session is open")


@dataclass(slots=True)
class OwnClock:
    """The clock of one speaker: while it plays it is ahead of the world, which goes on without it."""

    agenda: Agenda
    ahead: float = 0.0

    def now(self) -> datetime:
        """The present instant of this speaker."""
        return at(self.agenda.second + self.ahead)

    def sleep(self, seconds: float) -> None:
        """Be busy."""
        self.ahead += seconds


class PacedMouth(Mouth):
    """A mouth without a thread: what it answers is heard when it has been played, and not before."""

    clock: OwnClock
    playing = False

    def ask(self, request: Speak, answered: Callable[[Answer], None]) -> None:
        """Have it said, some time."""
        agenda = self.clock.agenda
        super().ask(request, lambda told: agenda.put(second_of(self.clock.now()), partial(answered, told)))
        agenda.put(agenda.second, self.take_turn)

    def take_turn(self) -> None:
        """Do what is due, unless a message is being played."""
        if self.playing:
            return
        until, agenda = self.turn(), self.clock.agenda
        if self.clock.ahead:
            self.playing = True
            agenda.put(agenda.second + self.clock.ahead, self.has_played)
        elif until is not None:
            agenda.put(second_of(until), self.take_turn)

    def has_played(self) -> None:
        """The world has caught up."""
        self.playing, self.clock.ahead = False, 0.0
        self.take_turn()


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A speaker of the site: what it answers, the last for ever, each after so many seconds; how it is to behave."""

    answers: tuple[Answer, ...] = (PLAYED,)
    seconds: float = 0.0
    manners: Manners = field(default_factory=Manners)
    lamp: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the matrix: the speakers in the order of the route, the rule, and what must come of them.

    ``attempts`` are result and speaker of every warning that was asked for; ``why`` is said of the first that failed;
    ``begun`` is how often each speaker began.
    """

    speakers: dict[str, Speaker]
    story: Story
    attempts: Attempts
    begun: dict[str, int]
    rule: Rule = RULE
    why: str = ""


def climbs(first: float = 160, *, every: float = 60.0, late: float = 0.0) -> Story:
    """The whole ladder from its opening on, each warning heard ``late`` after it was asked for."""
    opened, heard = first, first + late
    second = heard + every + late
    third = second + every + late
    return [
        ("opened", opened),
        ("warned 1", heard),
        ("warned 2", second),
        ("warned 3", third),
        ("escalated", third + every),
        ("resolved", 665),
    ]


def gives_up(*heard: float) -> Story:
    """Some warnings are heard; five minutes after the next was asked for in vain, a person is sent."""
    warned = [(f"warned {n}", second) for n, second in enumerate(heard, start=1)]
    asked = heard[-1] + 60 if heard else 160
    return [("opened", 160), *warned, ("escalated", asked + 300), ("resolved", 665)]


def each(result: str, speaker: str | None) -> Attempts:
    """All three warnings, each asked for once."""
    return [(n, result, speaker) for n in (1, 2, 3)]


IN_VAIN: Final[Attempts] = [(1, "failed", None)] * 5  # asked for every minute, for five
GATE: Final = "gate"
NIGHT: Final = Between(0, 1000)

ROWS: Final = {
    "works": Row(speakers={GATE: Speaker()}, story=climbs(late=GATHER), attempts=each("played", GATE), begun={GATE: 3}),
    "takes its time": Row(
        speakers={GATE: Speaker(seconds=20)},
        story=climbs(late=GATHER + 20),
        attempts=each("played", GATE),
        begun={GATE: 3},
    ),
    "unreachable": Row(
        speakers={GATE: Speaker(answers=(UNREACHABLE,))},
        story=gives_up(),
        attempts=IN_VAIN,
        begun={GATE: 10},
        why="gate: 192.168.1.64 cannot be reached: no route to host",
    ),
    "wrong password": Row(
        speakers={GATE: Speaker(answers=(REFUSED,))},
        story=gives_up(),
        attempts=IN_VAIN,
        begun={GATE: 10},
        why="gate: 192.168.1.64 refuses the login: wrong username or password",
    ),
    "slow beyond the expiry": Row(
        speakers={GATE: Speaker(answers=(failed("no answer within 40 s"),), seconds=40)},
        story=gives_up(),
        attempts=IN_VAIN,
        begun={GATE: 5},
        why="gate: no answer within 40 s",
    ),
    "slow, and the next is too late": Row(
        speakers={GATE: Speaker(answers=(failed("no answer within 40 s"),), seconds=40), "square": Speaker()},
        story=gives_up(),
        attempts=IN_VAIN,
        begun={GATE: 5, "square": 0},
        why="gate: no answer within 40 s; square: too late to be said",
    ),
    "busy, and free when it is tried again": Row(
        speakers={GATE: Speaker(answers=(BUSY, PLAYED, BUSY, PLAYED, BUSY, PLAYED))},
        story=climbs(late=GATHER + 2),
        attempts=each("played", GATE),
        begun={GATE: 6},
    ),
    "fails, and the next of the route plays": Row(
        speakers={GATE: Speaker(answers=(UNREACHABLE,)), "square": Speaker()},
        story=climbs(late=GATHER + 2),
        attempts=each("played", "square"),
        begun={GATE: 6, "square": 3},
    ),
    "dies in the middle of every message": Row(
        speakers={GATE: Speaker(answers=(DIED,)), "square": Speaker()},
        story=gives_up(),
        attempts=[(1, "unknown", GATE)] * 5,
        begun={GATE: 5, "square": 0},
        why="the connection ended in the middle of the message",
    ),
    "dies once": Row(
        speakers={GATE: Speaker(answers=(DIED, PLAYED))},
        story=[("opened", 160), *climbs(first=220, late=GATHER)[1:]],
        attempts=[(1, "unknown", GATE), *each("played", GATE)],
        begun={GATE: 4},
        why="the connection ended in the middle of the message",
    ),
    "all fail": Row(
        speakers={GATE: Speaker(answers=(UNREACHABLE,)), "lamp": Speaker(answers=(BUSY,), lamp=True)},
        story=gives_up(),
        attempts=IN_VAIN,
        begun={GATE: 10, "lamp": 10},
        why=f"gate: {UNREACHABLE.reason}; lamp: {BUSY.reason}",
    ),
    "all fail, and nobody is to be sent": Row(
        speakers={GATE: Speaker(answers=(UNREACHABLE,))},
        rule=replace(RULE, undelivered=Undelivered.HOLD),
        story=[("opened", 160), ("resolved", 665)],
        attempts=[(1, "failed", None)] * 8,
        begun={GATE: 16},
    ),
    "works once, and then no more": Row(
        speakers={GATE: Speaker(answers=(PLAYED, UNREACHABLE))},
        story=gives_up(160 + GATHER),
        attempts=[(1, "played", GATE), *[(2, "failed", None)] * 5],
        begun={GATE: 11},
    ),
    "may speak only once an hour": Row(
        speakers={GATE: Speaker(manners=Manners(hourly_cap=1))},
        story=gives_up(160 + GATHER),
        attempts=[(1, "played", GATE), *[(2, "failed", None)] * 5],
        begun={GATE: 1},
        why="gate: it has spoken 1 times within an hour, as often as it may",
    ),
    "may speak only once an hour, and the next plays": Row(
        speakers={GATE: Speaker(manners=Manners(hourly_cap=1)), "square": Speaker()},
        story=climbs(late=GATHER),
        attempts=[(1, "played", GATE), (2, "played", "square"), (3, "played", "square")],
        begun={GATE: 1, "square": 2},
    ),
    "is silent at this hour": Row(
        speakers={GATE: Speaker(manners=Manners(silent=NIGHT))},
        story=gives_up(),
        attempts=IN_VAIN,
        begun={GATE: 0},
        why="gate: it is silent at this hour",
    ),
    "quiet: light, and a lamp": Row(
        speakers={GATE: Speaker(), "lamp": Speaker(lamp=True)},
        rule=replace(RULE, quiet=Quiet.LIGHT, quiet_hours=NIGHT),
        story=climbs(late=GATHER),
        attempts=each("played", "lamp"),
        begun={GATE: 0, "lamp": 3},
    ),
    "quiet: light, and a lamp that is out": Row(
        speakers={GATE: Speaker(), "lamp": Speaker(answers=(UNREACHABLE,), lamp=True)},
        rule=replace(RULE, quiet=Quiet.LIGHT, quiet_hours=NIGHT),
        story=gives_up(),
        attempts=IN_VAIN,
        begun={GATE: 0, "lamp": 10},
        why="lamp: 192.168.1.64 cannot be reached: no route to host",
    ),
    "quiet: softer": Row(
        speakers={GATE: Speaker()},
        rule=replace(RULE, quiet=Quiet.SOFTER, quiet_hours=NIGHT),
        story=climbs(late=GATHER),
        attempts=each("played", GATE),
        begun={GATE: 3},
    ),
    "quiet: order": Row(
        speakers={GATE: Speaker()},
        rule=replace(RULE, quiet=Quiet.ORDER, quiet_hours=NIGHT),
        story=[("opened", 160), ("escalated", 160), ("resolved", 665)],
        attempts=[],
        begun={GATE: 0},
    ),
    "quiet: order, from the second warning on": Row(
        speakers={GATE: Speaker()},
        rule=replace(RULE, quiet=Quiet.ORDER, quiet_hours=Between(200, 1000)),
        story=[("opened", 160), ("warned 1", 161), ("escalated", 221), ("resolved", 665)],
        attempts=[(1, "played", GATE)],
        begun={GATE: 1},
    ),
    "quiet: wait": Row(
        speakers={GATE: Speaker()},
        rule=replace(RULE, quiet=Quiet.WAIT, quiet_hours=Between(0, 250)),
        story=climbs(first=250, late=GATHER),
        attempts=each("played", GATE),
        begun={GATE: 3},
    ),
}


class Street:
    """A row, lived through."""

    def __init__(self, row: Row, folder: Path) -> None:
        drawn = replace(zone(rule=row.rule), speakers=tuple(row.speakers))
        self.site = site(drawn)
        self.simulation = Simulation(folder, stands("car", FIRST, LAST), self.site)
        agenda = self.simulation.agenda
        self.health: list[tuple[str, str]] = []
        quiet = quietness(lambda: self.site)
        voice = Voice(
            clock=agenda,
            sounds=lambda _: SOUND,
            health=SpeakerHealth(self.simulation.metrics, lambda state, why: self.health.append((state, why))),
            quiet=quiet,
            notebook=Notebook(folder / "speakers"),
        )
        self.outlets: dict[str, SimulatedOutlet] = {}
        mouths: dict[str, PacedMouth] = {}
        for name, each in row.speakers.items():
            clock = OwnClock(agenda)
            self.outlets[name] = SimulatedOutlet(clock, each.answers, each.seconds)
            mouths[name] = PacedMouth(
                name, self.outlets[name], each.manners, replace(voice, clock=clock), lamp=each.lamp
            )
            mouths[name].clock = clock
        self.simulation.announcer = SpeakerAnnouncer(
            mouths=mouths,
            stations=Stations(tuple(row.speakers), frozenset(n for n, each in row.speakers.items() if each.lamp)),
            site=lambda: self.site,
            quiet=quiet,
        )
        self.simulation.starts(END)

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """Every attempt at a warning, as the centre was told in the end."""
        found: list[dict[str, Any]] = self.simulation.told.incidents_said[-1].data["warnings"]  # type: ignore[assignment]
        return found

    def counted(self, name: str, result: str) -> float:
        """How often a speaker is said to have answered so."""
        return self.simulation.metrics.counts.get(("warnings", name, result), 0)


@pytest.mark.parametrize("name", ROWS)
def test_the_ladder_makes_of_it_what_it_must(tmp_path: Path, name: str) -> None:
    """The whole story to the second of the looks, who said what, why not, and the same again from the log."""
    row, street = ROWS[name], Street(ROWS[name], tmp_path)
    told = street.simulation.told
    assert [what for what, _ in told.story] == [what for what, _ in row.story]
    for (what, second), (_, due) in zip(told.story, row.story, strict=True):
        slack = 4 * SWEEP if what != "opened" else SWEEP  # a span begins at the look before; those add up
        assert -slack <= second - due <= slack, (what, told.story)
    assert [(each["n"], each["result"], each.get("speaker")) for each in street.warnings] == row.attempts
    assert {name: len(outlet.begun) for name, outlet in street.outlets.items()} == row.begun
    reasons = [each["reason"] for each in street.warnings if each["result"] != Result.PLAYED]
    assert not row.why or reasons[0] == row.why
    again, orders = street.simulation.replayed
    assert again == told
    assert again.incidents_said[-1].data["warnings"] == street.warnings
    assert orders == sum(what == "escalated" for what, _ in row.story)


@pytest.mark.parametrize("name", ROWS)
def test_what_each_speaker_did_is_counted_and_what_fails_is_named(tmp_path: Path, name: str) -> None:
    """Health names the speakers that do not play, and is well again once they do; manners are no fault of theirs."""
    row, street = ROWS[name], Street(ROWS[name], tmp_path)
    for speaker, outlet in street.outlets.items():
        answered = sum(street.counted(speaker, result) for result in Result)
        assert answered == len(outlet.begun)
        assert street.counted(speaker, Result.PLAYED) == outlet_played(outlet)
    bad = {name for name, outlet in street.outlets.items() if outlet_played(outlet) < len(outlet.begun)}
    named = {speaker for speaker in bad if any(speaker in why for _, why in street.health)}
    assert named == bad
    well = bool(street.health) and street.health[-1][0] == "ok"
    still = {name for name in bad if row.speakers[name].answers[-1].result is not Result.PLAYED}
    assert well is (bool(bad) and not still)


def outlet_played(outlet: SimulatedOutlet) -> int:
    """How often an outlet said that it had played."""
    answers = [outlet.answers[min(n, len(outlet.answers) - 1)] for n in range(len(outlet.begun))]
    return sum(answer.result is Result.PLAYED for answer in answers)


def test_a_softer_warning_is_softer(tmp_path: Path) -> None:
    """Every one of them at the quiet volume; on any other day at the usual one."""
    soft = Street(ROWS["quiet: softer"], tmp_path / "soft").outlets[GATE]
    loud = Street(ROWS["works"], tmp_path / "loud").outlets[GATE]
    assert {announcement.volume for _, announcement in soft.heard} == {Manners().quiet_volume}
    assert {announcement.volume for _, announcement in loud.heard} == {Manners().volume}


def test_an_order_of_quiet_hours_says_so(tmp_path: Path) -> None:
    """The centre reads why nobody was asked."""
    escalated = Street(ROWS["quiet: order"], tmp_path).simulation.told.one("escalated")
    assert (escalated["reason"], escalated["delivered"]) == ("quiet_hours", 0)

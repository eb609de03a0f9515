"""Law 11: a day of a busy street leaves every gap, cap and quiet hour kept, and nothing is said late or twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from edge_agent.app.speak.announcer import SpeakerAnnouncer, quietness
from edge_agent.app.speak.speaker_queue import SpeakerParts, SpeakerQueue
from edge_agent.app.speak.speaker_state import SpeakerHealth, SpokenLog
from edge_agent.config.wire.remembered import decode_spoken, encode_spoken
from edge_agent.core.effects import Speak
from edge_agent.core.events import Result
from edge_agent.core.site.policy import quiet_at
from edge_agent.core.site.quiet_hours import ExamDays, Quiet
from edge_agent.core.site.zones import Stations
from edge_agent.core.speak.limits import HOUR, SpeakerLimits, Spoken
from edge_agent.ports import Sound, SpeakerAnswer
from tests.app.speak.outlets import PLAYED, SimulatedOutlet, failed
from tests.clocks import SimulatedClock
from tests.site import PARKING, SHORT, site, zone
from tests.street import START, at, second_of

if TYPE_CHECKING:
    from edge_agent.core.site.site import Site
    from edge_agent.ports.outlets import Announcement

DAY: Final = 24 * 3600
UNKNOWN: Final = SpeakerAnswer(result=Result.UNKNOWN)
SPEAKERS: Final = ("gate", "square", "lamp")
WAYS: Final[tuple[Quiet | None, ...]] = (None, *Quiet)
SOUND: Final = {"en": Sound(rate=8000, samples=b"\0\x10")}


class Memory(SpokenLog):
    """A spoken log that outlasts a power cut without a disk."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.kept: dict[str, bytes] = {}

    def remembered(self, speaker: str) -> Spoken:
        """As it was written."""
        return decode_spoken(self.kept[speaker]) if speaker in self.kept else Spoken()

    def keep(self, speaker: str, spoken: Spoken) -> None:
        """Write it down."""
        self.kept[speaker] = encode_spoken(spoken)


@dataclass(frozen=True, slots=True)
class Blinking:
    """Hours that run for every other span of so many seconds: a day full of beginnings and ends."""

    seconds: int

    def covers(self, instant: datetime) -> bool:
        """Whether they run."""
        return int(second_of(instant) // self.seconds) % 2 == 1

    def next_change(self, instant: datetime) -> datetime:
        """Their next beginning or end."""
        return at((second_of(instant) // self.seconds + 1) * self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A street for a day: how each speaker behaves and answers, how often somebody is warned, when the power is cut."""

    limits: tuple[SpeakerLimits, ...]
    answers: tuple[tuple[SpeakerAnswer, ...], ...]
    seconds: float
    every: int
    routes: tuple[tuple[str, ...], ...]
    exam: Quiet | None
    cuts: tuple[int, ...]
    seed: int


behaviours = st.builds(
    SpeakerLimits,
    gap=st.sampled_from((0, 5, 30)).map(lambda s: timedelta(seconds=s)),
    hourly_cap=st.sampled_from((None, 1, 5, 20)),
    volume=st.sampled_from((0.2, 1.0)),
    silent=st.sampled_from((None, Blinking(70))),
    gather=st.sampled_from((0, 1)).map(lambda s: timedelta(seconds=s)),
    together=st.integers(1, 4),
)
replies = st.lists(st.sampled_from((PLAYED, PLAYED, PLAYED, UNKNOWN, failed("broken"))), min_size=1, max_size=8)
towns = st.builds(
    Town,
    limits=st.tuples(behaviours, behaviours, behaviours),
    answers=st.tuples(*([replies.map(lambda told: (*told, PLAYED))] * 3)),
    seconds=st.sampled_from((0.0, 2.0, 8.0)),
    every=st.sampled_from((20, 60, 150)),
    routes=st.lists(st.permutations(SPEAKERS).map(lambda p: tuple(p[:2])), min_size=len(WAYS), max_size=len(WAYS)).map(
        tuple
    ),
    exam=st.sampled_from((None, Quiet.WAIT, Quiet.LIGHT)),
    cuts=st.lists(st.integers(0, DAY), max_size=3).map(lambda cuts: tuple(sorted(cuts))),
    seed=st.integers(0, 2**32 - 1),
)


class Street:
    """The day: its speakers, what they said, and who was answered what."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.clock = SimulatedClock(start=START)
        self.site = drawn(town)
        self.outlets = {
            name: SimulatedOutlet(self.clock, answers, town.seconds)
            for name, answers in zip(SPEAKERS, town.answers, strict=True)
        }
        self.memory = Memory()
        self.asked: list[Speak] = []
        self.answers: list[tuple[Speak, SpeakerAnswer]] = []
        self.announcer = self.started()

    def started(self) -> SpeakerAnnouncer:
        """The announcer after a start."""
        here = self.site
        quiet = quietness(lambda: here)
        voice = SpeakerParts(
            clock=self.clock, sounds=lambda _: SOUND, health=SpeakerHealth(), quiet=quiet, spoken_log=self.memory
        )
        queues = {
            name: SpeakerQueue(name, self.outlets[name], limits, voice, lamp=name == "lamp")
            for name, limits in zip(SPEAKERS, self.town.limits, strict=True)
        }
        stations = Stations(SPEAKERS, frozenset({"lamp"}))
        return SpeakerAnnouncer(queues=queues, stations=stations, site=lambda: here, quiet=quiet)

    def lives(self) -> None:
        """From the first second to the last; at a cut, whoever waits is forgotten."""
        cuts = list(self.town.cuts)
        for request in self.requests():
            while cuts and at(cuts[0]) <= request.at:
                self.until(at(cuts.pop(0)))
                self.announcer = self.started()
            self.until(request.at)
            self.asked.append(request)
            self.announcer.ask(request, lambda pending, answer: self.answers.append((pending, answer)))
        self.until(at(DAY + 60))

    def until(self, instant: datetime) -> None:
        """Let the speakers do what falls due by then."""
        while (due := self.announcer.turn()) is not None and due <= instant:
            self.clock.sleep((due - self.clock.now()).total_seconds())
        self.clock.sleep((instant - self.clock.now()).total_seconds())

    def quiet(self, text: str, instant: datetime) -> Quiet | None:
        """How it was quiet for a request."""
        (here,) = (each for each in self.site.zones if each.id == text.partition("/")[0])
        return quiet_at(here.rules[PARKING], self.site.exams, here.id, instant)

    def requests(self) -> Iterator[Speak]:
        """Somebody is warned somewhere, again and again; often several at once."""
        second, chance = 0, np.random.default_rng(self.town.seed)
        for n in range(10**6):
            second += int(chance.choice((0, 0, 1, 2, 4))) * (self.town.every + int(chance.integers(20)))
            if second >= DAY:
                return
            name = f"z{chance.integers(len(WAYS))}"
            yield Speak(
                id=f"say-{n}",
                at=at(second),
                incident=f"inc-{n}",
                zone=name,
                kind=PARKING,
                n=1,
                attempt=1,
                expires_at=at(second + 30),
                text={"en": f"{name}/{n}"},
            )


def drawn(town: Town) -> Site:
    """A zone for each way to be quiet."""
    zones = tuple(
        replace(zone(ident=f"z{n}", rule=replace(SHORT, quiet=way, quiet_hours=Blinking(90))), speakers=route)
        for n, (way, route) in enumerate(zip(WAYS, town.routes, strict=True))
    )
    if town.exam is None:
        return site(*zones)
    exam = ExamDays(valid_from=at(5_000), valid_to=at(9_000), quiet=town.exam, zones=frozenset({"z0"}))
    return replace(site(*zones), exams=(exam,))


def lived(town: Town) -> Street:
    """The street after its day."""
    street = Street(town)
    street.lives()
    return street


def words(announcement: Announcement) -> list[str]:
    """What of the requests is in it: ``zone/number`` each."""
    return announcement.text["en"].split()


DAYS = settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.generate))  # a day is long to shrink


@DAYS
@given(town=towns)
def test_no_gap_and_no_cap_is_broken(town: Town) -> None:
    """One thing at a time, a gap after its end, and no more than the cap in any hour, over power cuts too."""
    street = lived(town)
    for name, limits in zip(SPEAKERS, town.limits, strict=True):
        heard = [when for when, _ in street.outlets[name].heard]
        for before, after in pairwise(heard):
            assert after - before >= limits.gap + timedelta(seconds=town.seconds)
        for first, beyond in zip(heard, heard[limits.hourly_cap or DAY :], strict=False):
            assert beyond - first >= HOUR


@DAYS
@given(town=towns)
def test_every_quiet_hour_is_kept(town: Town) -> None:
    """Of the speaker, of the zone, of the exam: at the very moment at which something is begun."""
    street = lived(town)
    for name, limits in zip(SPEAKERS, town.limits, strict=True):
        for when, announcement in street.outlets[name].begun:
            assert limits.silent is None or not limits.silent.covers(when)
            assert len(words(announcement)) <= limits.together
            for words_of in words(announcement):
                quiet = street.quiet(words_of, when)
                assert quiet not in {Quiet.ORDER, Quiet.WAIT}
                assert quiet is not Quiet.LIGHT or name == "lamp"
                assert quiet is not Quiet.SOFTER or announcement.volume <= limits.quiet_volume


@DAYS
@given(town=towns)
def test_nothing_is_late_and_nobody_is_warned_twice(town: Town) -> None:
    """Nothing begins at its expiry or later, and what may have been heard is said by nobody else."""
    street = lived(town)
    expires = {request.text["en"]: request.expires_at for request in street.asked}
    words_of: list[str] = []
    for outlet in street.outlets.values():
        for when, announcement in outlet.begun:
            assert all(when < expires[sentence] for sentence in words(announcement))
        words_of += [sentence for _, announcement in outlet.heard for sentence in words(announcement)]
    assert len(words_of) == len(set(words_of))


@DAYS
@given(town=towns)
def test_everybody_who_asks_is_answered_once_and_truly(town: Town) -> None:
    """By the name of who said it; only those whose turn a power cut took are not."""
    street = lived(town)
    heard = {
        (words_of, name) for name, outlet in street.outlets.items() for _, a in outlet.heard for words_of in words(a)
    }
    for request, answer in street.answers:
        words_of = request.text["en"]
        if answer.result is Result.FAILED:
            assert answer.speaker is None
            assert not any((words_of, name) in heard for name in SPEAKERS)
        else:
            assert (words_of, answer.speaker) in heard
    answered = [request.id for request, _ in street.answers]
    assert len(answered) == len(set(answered))
    if not town.cuts:
        assert set(answered) == {request.id for request in street.asked}

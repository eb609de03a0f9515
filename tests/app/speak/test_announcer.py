"""The announcer beside the ladder: what is said together, what the centre says, what is recalled, what health tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from edge_agent.app.speak.announcements import announced
from edge_agent.app.speak.announcer import SAY, SpeakerAnnouncer, lit_beside, quietness
from edge_agent.app.speak.speaker_queue import SpeakerParts, SpeakerQueue
from edge_agent.app.speak.speaker_state import SpeakerHealth
from edge_agent.core.effects import Speak
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.core.site.hours_and_permits import Always
from edge_agent.core.site.quiet_hours import ExamDays, Quiet
from edge_agent.core.site.zones import Stations
from edge_agent.core.speak.limits import SpeakerLimits
from edge_agent.ports import Sound, SpeakerAnswer
from tests.app.recorded_metrics import RecordedMetrics
from tests.app.speak.outlets import PLAYED, SimulatedOutlet, failed
from tests.clocks import SimulatedClock
from tests.site import PARKING, SHORT, site, zone
from tests.street import START, at

if TYPE_CHECKING:
    from edge_agent.core.site.site import Site

AT_ONCE = SpeakerLimits(gap=timedelta(0), gather=timedelta(0))


def request(n: int = 1, *, zone: str = "z", kind: str = PARKING, **text: str) -> Speak:
    """The request for warning ``n``."""
    return Speak(
        id=f"say-{n}",
        at=at(0),
        incident=f"inc-{n}",
        zone=zone,
        kind=kind,
        n=n,
        attempt=1,
        expires_at=at(30 - n),
        text=text or {"en": "please leave"},
    )


class Corner:
    """Two speakers and a lamp of a site, and what became of requests."""

    def __init__(self, here: Site | None = None, **answers: tuple[SpeakerAnswer, ...]) -> None:
        self.clock = SimulatedClock(start=START)
        self.site = here or site()
        self.outlets = {
            name: SimulatedOutlet(self.clock, answers.get(name, (PLAYED,))) for name in ("gate", "square", "lamp")
        }
        self.told: list[tuple[str, str]] = []
        self.metrics = RecordedMetrics()
        quiet = quietness(lambda: self.site)
        voice = SpeakerParts(
            clock=self.clock,
            sounds=lambda _: {"en": Sound(rate=8000, samples=b"\0\x10" * 8)},
            health=SpeakerHealth(self.metrics, lambda state, why: self.told.append((state, why))),
            quiet=quiet,
        )
        queues: dict[str, SpeakerQueue] = {}
        for name, outlet in self.outlets.items():
            beside = lit_beside(queues, "lamp" if name == "square" else None)
            queues[name] = SpeakerQueue(name, outlet, AT_ONCE, voice, lamp=name == "lamp", beside=beside)
        stations = Stations(tuple(queues), frozenset({"lamp"}))
        self.announcer = SpeakerAnnouncer(queues=queues, stations=stations, site=lambda: self.site, quiet=quiet)

    def answer_to(self, pending: Speak) -> SpeakerAnswer:
        """What becomes of a request."""
        answers: list[SpeakerAnswer] = []
        self.announcer.ask(pending, lambda _, answer: answers.append(answer))
        while (until := self.announcer.turn()) is not None:
            self.clock.sleep((until - self.clock.now()).total_seconds())
        (answer,) = answers
        return answer


def test_one_request_is_announced_as_it_is() -> None:
    """Under its own id, with its very sounds."""
    sounds = {"en": Sound(rate=8000, samples=b"\0\x10")}
    announcements = announced((request(),), (sounds,), at=at(1), volume=0.5)
    assert (announcements.id, announcements.incident, announcements.until, announcements.volume) == (
        "say-1",
        "inc-1",
        at(29),
        0.5,
    )
    assert announcements.sounds is sounds


def test_neighbours_are_announced_one_after_the_other() -> None:
    """Language by language, the same words once, all at the rate of the first; the first to expire ends it."""
    first, second, third = (request(n, en=words) for n, words in ((1, "leave"), (2, "please"), (3, "leave")))
    second = replace(second, text={"en": "please", "zh-CN": "请"})
    low, high = Sound(rate=8000, samples=b"\0\x10" * 800), Sound(rate=16000, samples=b"\0\x20" * 1600)
    heard = ({"en": low}, {"en": high, "zh-CN": high}, {"en": low})
    announcements = announced((first, second, third), heard, at=at(0))
    assert announcements.text == {"en": "leave please", "zh-CN": "请"}
    assert (announcements.incident, announcements.until) == ("inc-1", at(27))
    assert announcements.id not in {"say-1", "say-2", "say-3"}
    assert announcements.sounds["zh-CN"] == high
    samples = np.frombuffer(announcements.sounds["en"].samples, "<i2")
    assert len(samples) == 800 + 4000 + 800
    assert announcements.sounds["en"].rate == 8000


def test_what_the_centre_says_is_said_at_any_hour() -> None:
    """A person decided it; what the ladder asks for then is not said."""
    exam = ExamDays(valid_from=at(-1), valid_to=at(99), quiet=Quiet.WAIT, hours=Always())
    corner = Corner(replace(site(), exams=(exam,)))
    assert corner.answer_to(request(kind=SAY)).speaker == "gate"
    refused = corner.answer_to(request(2))
    assert refused.result is Result.FAILED
    assert (
        refused.reason
        == "gate: it is too quiet an hour for this speaker; square: it is too quiet an hour for this speaker"
    )


def test_a_zone_that_is_gone_is_spoken_to_as_one_without_a_route() -> None:
    """Its last warning may still be under way when its file is changed."""
    assert Corner().answer_to(request(zone="gone")).speaker == "gate"


def test_a_route_is_followed_as_the_files_say_now() -> None:
    """A reload changes it from the next request on."""
    corner = Corner()
    assert corner.answer_to(request()).speaker == "gate"
    corner.site = site(replace(zone(rule=SHORT), speakers=("square",)))
    assert corner.answer_to(request(2)).speaker == "square"


def test_a_lamp_is_lit_while_a_speaker_says_something() -> None:
    """Beside one of them; what becomes of the lamp is told by its health, and by nothing else."""
    corner = Corner(site(replace(zone(rule=SHORT), speakers=("square",))), lamp=(failed("no current"),))
    assert corner.answer_to(request()) == SpeakerAnswer(result=Result.PLAYED, speaker="square")
    assert len(corner.outlets["lamp"].begun) == 2
    assert corner.told == [("speaker_failed", "lamp: no current")]
    corner.site = site()
    corner.answer_to(request(2))
    assert len(corner.outlets["lamp"].begun) == 2


def test_what_any_speaker_had_begun_with_is_recalled() -> None:
    """Without a spoken log, as far as the outlets can tell; nobody can, here."""
    recalled = Corner().announcer.recall(request())
    assert (recalled.result, recalled.speaker) == (Result.UNKNOWN, "gate")


def test_health_names_who_fails_and_when_all_is_well_again() -> None:
    """The first failure of each is told, and the end of the last."""
    corner = Corner(gate=(*[failed("no current")] * 4, PLAYED), square=(failed("busy"), PLAYED))
    for n in range(1, 6):
        corner.answer_to(request(n))
    assert corner.told == [
        ("speaker_failed", "gate: no current"),
        ("speaker_failed", "gate: no current; square: busy"),
        ("speaker_failed", "gate: no current"),
        ("ok", "every speaker plays again"),
    ]
    assert corner.metrics.counts["warnings", "gate", "failed"] == 4
    assert corner.metrics.counts["warnings", "square", "played"] == 2


def test_a_disk_that_keeps_no_health_silences_nobody() -> None:
    """The log has said it."""

    def refuses(_state: str, _why: str) -> None:
        raise OutsideError("the disk is full")

    health = SpeakerHealth(tell=refuses)
    health.answered("gate", failed("no current"))
    health.refused("gate")


def test_the_outlets_are_given_back() -> None:
    """Once the queues are closed."""
    corner = Corner()
    corner.announcer.close()
    corner.announcer.release()
    assert all(outlet.closed for outlet in corner.outlets.values())

"""The rows of the matrix of warnings: how the speakers of a route behave, and what exactly must come of it.

A car stands from second 100 to 620 under a ladder of three minutes and is looked at every two seconds, 0.2 after the
even ones. Warning 1 falls due at 160; it is last seen at 618, so it has left at 663.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from edge_agent.core.events import Result
from edge_agent.core.site.policy import Rule, Undelivered
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.speak.limits import SpeakerLimits
from edge_agent.ports import SpeakerAnswer
from tests.app.speak.outlets import PLAYED, failed
from tests.site import Between
from tests.street import span

if TYPE_CHECKING:
    Story = list[tuple[str, float]]
    Attempts = list[tuple[int, str, str | None]]

RULE: Final = Rule(dwell=span(60), interval=span(60), warnings=3, final_grace=span(60), leave_grace=span(45))

DIED: Final = SpeakerAnswer(result=Result.UNKNOWN, reason="the connection ended in the middle of the message")
UNREACHABLE: Final = failed("192.168.1.64 cannot be reached: no route to host")
REFUSED: Final = failed("192.168.1.64 refuses the login: wrong username or password")
BUSY: Final = failed("192.168.1.64 is busy: another session is open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A speaker of the site: what it answers, the last for ever, each after so many seconds; how it is to behave."""

    answers: tuple[SpeakerAnswer, ...] = (PLAYED,)
    seconds: float = 0.0
    limits: SpeakerLimits = field(default_factory=SpeakerLimits)
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
    """The whole ladder from its opening on, each warning heard ``late`` after it was asked for.

    An answer is dated to the last look, so the moment for which a speaker waits for neighbours counts for nothing.
    """
    opened, heard = first, first + late
    second = heard + every + late
    third = second + every + late
    return [
        ("opened", opened),
        ("warned 1", heard),
        ("warned 2", second),
        ("warned 3", third),
        ("escalated", third + every),
        ("resolved", 663),
    ]


def gives_up(*heard: float) -> Story:
    """Some warnings are heard; five minutes after the next was asked for in vain, a person is sent."""
    warned = [(f"warned {n}", second) for n, second in enumerate(heard, start=1)]
    give_up_s = heard[-1] + 60 if heard else 160
    return [("opened", 160), *warned, ("escalated", give_up_s + 300), ("resolved", 663)]


def each(result: str, speaker: str | None) -> Attempts:
    """All three warnings, each asked for once."""
    return [(n, result, speaker) for n in (1, 2, 3)]


IN_VAIN: Final[Attempts] = [(1, "failed", None)] * 5  # asked for every minute, for five
GATE: Final = "gate"
NIGHT: Final = Between(0, 1000)

ROWS: Final = {
    "works": Row(speakers={GATE: Speaker()}, story=climbs(), attempts=each("played", GATE), begun={GATE: 3}),
    "takes its time": Row(
        speakers={GATE: Speaker(seconds=20)},
        story=climbs(late=20),
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
        story=climbs(late=2),
        attempts=each("played", GATE),
        begun={GATE: 6},
    ),
    "fails, and the next of the route plays": Row(
        speakers={GATE: Speaker(answers=(UNREACHABLE,)), "square": Speaker()},
        story=climbs(late=2),
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
        story=[("opened", 160), *climbs(first=220)[1:]],
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
        story=[("opened", 160), ("resolved", 663)],
        attempts=[(1, "failed", None)] * 8,
        begun={GATE: 16},
    ),
    "works once, and then no more": Row(
        speakers={GATE: Speaker(answers=(PLAYED, UNREACHABLE))},
        story=gives_up(160),
        attempts=[(1, "played", GATE), *[(2, "failed", None)] * 5],
        begun={GATE: 11},
    ),
    "may speak only once an hour": Row(
        speakers={GATE: Speaker(limits=SpeakerLimits(hourly_cap=1))},
        story=gives_up(160),
        attempts=[(1, "played", GATE), *[(2, "failed", None)] * 5],
        begun={GATE: 1},
        why="gate: it has spoken 1 times within an hour, as often as it may",
    ),
    "may speak only once an hour, and the next plays": Row(
        speakers={GATE: Speaker(limits=SpeakerLimits(hourly_cap=1)), "square": Speaker()},
        story=climbs(),
        attempts=[(1, "played", GATE), (2, "played", "square"), (3, "played", "square")],
        begun={GATE: 1, "square": 2},
    ),
    "is silent at this hour": Row(
        speakers={GATE: Speaker(limits=SpeakerLimits(silent=NIGHT))},
        story=gives_up(),
        attempts=IN_VAIN,
        begun={GATE: 0},
        why="gate: it is silent at this hour",
    ),
    "quiet: light, and a lamp": Row(
        speakers={GATE: Speaker(), "lamp": Speaker(lamp=True)},
        rule=replace(RULE, quiet=Quiet.LIGHT, quiet_hours=NIGHT),
        story=climbs(),
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
        story=climbs(),
        attempts=each("played", GATE),
        begun={GATE: 3},
    ),
    "quiet: order": Row(
        speakers={GATE: Speaker()},
        rule=replace(RULE, quiet=Quiet.ORDER, quiet_hours=NIGHT),
        story=[("opened", 160), ("escalated", 160), ("resolved", 663)],
        attempts=[],
        begun={GATE: 0},
    ),
    "quiet: order, from the second warning on": Row(
        speakers={GATE: Speaker()},
        rule=replace(RULE, quiet=Quiet.ORDER, quiet_hours=Between(200, 1000)),
        story=[("opened", 160), ("warned 1", 160), ("escalated", 220), ("resolved", 663)],
        attempts=[(1, "played", GATE)],
        begun={GATE: 1},
    ),
    "quiet: wait": Row(
        speakers={GATE: Speaker()},
        rule=replace(RULE, quiet=Quiet.WAIT, quiet_hours=Between(0, 250)),
        story=climbs(first=250),
        attempts=each("played", GATE),
        begun={GATE: 3},
    ),
}

"""Random streets: what a camera, a speaker and an operations centre at their worst could tell the core.

A street is a list of *turns*: stretches of looks that show the same things, ticks, lost streams, answers and commands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from hypothesis import strategies as st

from edge_agent.core.commands import (
    Accept,
    Cancel,
    Confirm,
    Dispatch,
    ForCamera,
    Grant,
    Reject,
    RejectReason,
    Resolve,
    Return,
    ReturnReason,
    Revoke,
    Silence,
    Verify,
    VerifyReason,
)
from edge_agent.core.effects import Effect, LookAgain, PublishIncident, ReadPlate, Speak
from edge_agent.core.events import (
    Command,
    Detection,
    Event,
    FrameSeen,
    LookedAgain,
    PlateRead,
    Result,
    StreamBack,
    StreamLost,
    Tick,
    WarningAnswered,
)
from edge_agent.core.geometry import Box, Point
from edge_agent.core.incident.world import World
from edge_agent.core.site.frontages import Shop
from edge_agent.core.site.handling_limits import Limit, LimitUnit
from edge_agent.core.site.policy import Review, Unreviewed
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.site.site import Site
from edge_agent.core.step import step
from tests.core_run import CoreRun, edges_between
from tests.site import GARBAGE, PARKING, SHORT, STALL, TRADING, Between, permit, site, zone
from tests.solids import POLE, knowing, measured
from tests.street import BLUE, KERB, RED, START

PLACES: Final = (
    KERB,
    KERB.moved(0.02, 0.0),
    KERB.moved(0.06, 0.01),
    Box(0.6, 0.4, 0.7, 0.5),
    Box(0.3, 0.3, 0.7, 0.6),
    Box(0.0, 0.0, 1.0, 1.0),
    Box(0.72, 0.42, 0.75, 0.5),
)
LABELS: Final = ("car", "bus", "stall", "table", "umbrella", "goods", "garbage", "overflow", "bin", "person", "dog")
PLATES: Final = ("苏D12345", None, "苏D54321")
NARROW: Final = (Point(0.3, 0), Point(0.6, 0), Point(0.6, 1), Point(0.3, 1))
SHOPS: Final = (Shop(id="s1", name="Li's fruit", frontage=(Point(0, 0.45), Point(1, 0.45))),)
Verb = Literal[
    "accept",
    "dispatch",
    "resolve",
    "reject",
    "cancel",
    "silence",
    "grant",
    "revoke",
    "confirm",
    "verify",
    "return",
]
FIRST: Final = replace(SHORT, review=Review.BEFORE_WARNING, review_limit=timedelta(seconds=40))
BEFORE: Final = replace(SHORT, warnings=1, review=Review.BEFORE_ORDER, review_limit=timedelta(seconds=40))
HASTY: Final = replace(SHORT, dwell=timedelta(0), leave_grace=timedelta(seconds=3))

detections = st.builds(
    Detection,
    label=st.sampled_from(LABELS),
    score=st.sampled_from((0.1, 0.2, 0.5, 0.9)),
    box=st.sampled_from(PLACES),
    appearance=st.sampled_from((None, RED, BLUE, (1.0, 0.0))),
)
scenes = st.lists(detections, max_size=5).map(tuple)
MIXED: Final = site(zone(STALL, rule=SHORT), zone(PARKING, rule=SHORT, ident="p"))
sites = st.sampled_from(
    (
        site(zone(rule=SHORT)),
        MIXED,
        site(
            zone(rule=replace(SHORT, leave_grace=timedelta(seconds=3), resume_window=timedelta(seconds=60))),
            zone(GARBAGE, rule=SHORT, ident="g"),
            zone(
                TRADING,
                rule=replace(SHORT, dwell=timedelta(0), leave_grace=timedelta(seconds=3)),
                ident="t",
                shops=SHOPS,
            ),
        ),
        site(
            zone(STALL, rule=SHORT, hours=Between(30, 200), permits=(permit(90),)),
            zone(rule=replace(SHORT, warnings=1, final_grace=timedelta(0)), ident="p", permits=(permit(50),)),
        ),
        site(
            zone(rule=replace(SHORT, warnings=1, handle_within=Limit(value=1, unit=LimitUnit.HOUR))),
            zone(STALL, rule=replace(SHORT, dwell=timedelta(0), warnings=1, final_grace=timedelta(0)), ident="p"),
        ),
        site(
            zone(rule=replace(SHORT, quiet=Quiet.ORDER, quiet_hours=Between(60, 120))),
            zone(STALL, rule=replace(SHORT, quiet=Quiet.WAIT, quiet_hours=Between(30, 90)), ident="p"),
        ),
        site(
            zone(rule=replace(SHORT, warnings=0)),
            zone(rule=replace(SHORT, dwell=timedelta(seconds=5), silent=True), ident="n", polygon=NARROW),
            zone(STALL, rule=replace(SHORT, silent=True), ident="p"),
        ),
        site(
            zone(rule=SHORT),
            zone(rule=replace(SHORT, dwell=timedelta(seconds=5)), ident="n", polygon=NARROW),
        ),
        knowing(MIXED, measured(POLE)),
        site(zone(rule=FIRST), zone(STALL, rule=replace(FIRST, unreviewed=Unreviewed.PROCEED), ident="p")),
        site(zone(rule=BEFORE), zone(STALL, rule=replace(BEFORE, unreviewed=Unreviewed.PROCEED), ident="p")),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """``count`` looks, each ``gap_s`` after what came before, that all show ``things``."""

    gap_s: float
    count: int
    things: tuple[Detection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something else that happens; ``pick`` chooses whom an answer or a command is about."""

    gap_s: float
    what: Literal["tick", "lost", "back", "played", "failed", "unknown", "agreed", "disagreed"] | Verb
    pick: int


Street = tuple[Stretch | Turn, ...]
Shell = Literal["obliging", "without speaker", "absent"]
shells: st.SearchStrategy[Shell] = st.sampled_from(("obliging", "without speaker", "without speaker", "absent"))

gaps = st.sampled_from((0.0, 0.2, 1.0, 1.0, 3.0, 9.0, 11.0, 40.0, 130.0))
verbs: st.SearchStrategy[Verb] = st.sampled_from(get_args(Verb))
answers = st.sampled_from(("played", "played", "played", "failed", "unknown", "agreed", "disagreed")) | verbs
turns = st.builds(
    Turn, gap_s=gaps, what=st.sampled_from(("tick", "lost", "back", "back")) | answers, pick=st.integers(0, 9)
)
standing = st.builds(
    Detection,
    label=st.sampled_from(("car", "stall", "goods", "overflow", "umbrella", "table")),
    score=st.just(0.9),
    box=st.sampled_from(PLACES[:4]),
    appearance=st.sampled_from((None, RED, BLUE)),
)


@st.composite
def _streets(draw: st.DrawFn) -> Street:
    """Most looks show the same one to three things or nothing, or long ladders would never be climbed."""
    usual = draw(st.lists(standing, min_size=1, max_size=3).map(tuple))
    shown = st.sampled_from((usual, usual, usual, usual[:1], ())) | scenes
    pace = st.sampled_from((1.0, 1.0, 2.0, 4.0))
    stretch = st.builds(Stretch, gap_s=pace, count=st.integers(3, 40), things=shown)
    return tuple(draw(st.lists(stretch | stretch | stretch | turns, min_size=6, max_size=16)))


@st.composite
def _vigils(draw: st.DrawFn) -> Street:
    """One thing that stands and sometimes does not, while people answer and command what they like."""
    thing = draw(standing)
    shown = st.sampled_from(((thing,), (thing,), (thing,), ()))
    stretch = st.builds(Stretch, gap_s=st.sampled_from((1.0, 2.0)), count=st.integers(4, 24), things=shown)
    replies = st.builds(Turn, gap_s=st.just(0.0), what=answers, pick=st.integers(0, 3))
    return tuple(draw(st.lists(stretch | replies, min_size=8, max_size=24)))


streets = _streets() | _vigils()


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """A street that was told to the core: every event, in the order in which the core was told, and what came of it."""

    events: tuple[Event, ...]
    run: CoreRun


def walk(street: Street, site: Site, *, shell: Shell = "obliging", start: datetime = START) -> Walked:
    """Tell a street to the core; the shell answers requests at once as far as it is there."""
    walker = _Walker(site, shell=shell, start=start)
    for turn in street:
        walker.take(turn)
    return Walked(events=tuple(walker.events), run=walker.told)


class _Walker:
    """Remembers what was asked and published, so that later turns can be about it."""

    def __init__(self, site: Site, *, shell: Shell, start: datetime) -> None:
        self._site = site
        self._shell = shell
        self._now = start
        self.events: list[Event] = []
        self.told = CoreRun(world=World(camera="c1"))
        self._incidents: list[tuple[str, int]] = [("inc-unknown", 1)]
        self._cases: list[str] = ["case-unknown"]

    def take(self, turn: Stretch | Turn) -> None:
        """Let one turn happen."""
        for _ in range(turn.count if isinstance(turn, Stretch) else 1):
            self._now += timedelta(seconds=turn.gap_s)
            self._feed(FrameSeen(at=self._now, detections=turn.things) if isinstance(turn, Stretch) else self._of(turn))

    def _of(self, turn: Turn) -> Event:
        incident, n = self._incidents[-1 - turn.pick % len(self._incidents)]
        match turn.what:
            case "tick":
                return Tick(self._now)
            case "lost":
                return StreamLost(self._now, "stalled")
            case "back":
                return StreamBack(self._now)
            case "agreed" | "disagreed" as word:
                case = self._cases[-1 - turn.pick % len(self._cases)]
                return LookedAgain(at=self._now, case=case, confirmed=word == "agreed")
            case "played" | "failed" | "unknown" as result:
                return WarningAnswered(at=self._now, incident=incident, n=n, result=Result(result))
            case verb:
                ident = f"cmd-{len(self.events)}"
                return Command(at=self._now, id=ident, by="Li", what=self._command(verb, incident, turn.pick))

    def _command(self, verb: Verb, incident: str, pick: int) -> ForCamera:
        """What the centre wants; the zones are those of the site, and one that is not drawn."""
        zone_ = ("z", "z", "p", "g", "nowhere")[pick % 5]
        later = self._now + timedelta(seconds=10 * pick)
        instructions: dict[Verb, ForCamera] = {
            "accept": Accept(incident=incident),
            "dispatch": Dispatch(incident=incident, to=("Wang", "Zhao")[pick % 2]),
            "resolve": Resolve(incident=incident),
            "confirm": Confirm(incident=incident),
            "verify": Verify(incident=incident, reason=VerifyReason.ON_SITE, photo="p-1"),
            "return": Return(incident=incident, reason=ReturnReason.STILL_THERE),
            "reject": Reject(incident=incident, reason=RejectReason.WRONG_KIND, note="not a stall"),
            "cancel": Cancel(incident=incident),
            "silence": Silence(zone=zone_, until=later),
            "grant": Grant(zone=zone_, permit=("p1", "p2")[pick % 2], holder="Li", valid_to=later),
            "revoke": Revoke(zone=zone_, permit=("p1", "p2")[pick % 2]),
        }
        return instructions[verb]

    def _feed(self, event: Event) -> None:
        before = self.told.world
        world, effects = step(before, event, self._site)
        self.events.append(event)
        edges = self.told.edges | edges_between(before, world)
        self.told = replace(self.told, world=world, effects=(*self.told.effects, *effects), edges=edges)
        for effect in effects:
            self._note(effect)

    def _note(self, effect: Effect) -> None:
        match effect:
            case Speak(incident=incident, n=n):
                self._incidents.append((incident, n))
                if self._shell == "obliging":
                    self._feed(WarningAnswered(at=self._now, incident=incident, n=n, result=Result.PLAYED))
            case LookAgain(case=case):
                self._cases.append(case)
                if self._shell != "absent":
                    self._feed(LookedAgain(at=self._now, case=case, confirmed=True))
            case ReadPlate(case=case, box=box) if self._shell != "absent":  # at one place one plate
                plate = PLATES[round(10 * box.x0) % len(PLATES)]
                self._feed(PlateRead(at=self._now, case=case, text=plate, confidence=0.95, looks=3))
            case PublishIncident(event=event):
                self._incidents.append((event.incident, 1))
            case _:
                pass

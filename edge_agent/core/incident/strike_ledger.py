"""The strike ledger of one camera: who was asked before, how often, and which of it counts.

It follows from what is told of incidents, as the order book does, so it is the same live, in replay and after a power
cut. A strike is entered when the party has *heard* of it: with the first warning that was played, or with a work order.
It stays one however the incident ends, unless the centre rejects or cancels it, or forgives it with a reason. The step
of an incident is settled when it opens, and anew when the centre tells how many strikes other boxes have counted; what
follows in it is by that step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.core.effects import Effect, PublishIncident, RecordStrike
from edge_agent.core.feed.incidents import Happening, IncidentEvent
from edge_agent.core.feed.strikes import Strike, StrikeCount, StrikesBy
from edge_agent.core.incident.ladder import is_open
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.site.steps import settled_step, step_at, stepped

if TYPE_CHECKING:
    from edge_agent.core.incident.case_context import CaseContext
    from edge_agent.core.incident.cases import Case
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.strikes import Step

HEARD: Final = frozenset({Happening.WARNED, Happening.ESCALATED})
REJECTED: Final = "closed by the centre"


def party_of(case: Case, by: StrikesBy) -> str | None:
    """Whose strike a case is, or None where nobody knows.

    The party of a place is its zone: whoever stands there. A plate whose province is unsure is nobody's.
    """
    plate = case.known.plate
    match by:
        case StrikesBy.SHOP:
            return case.shop
        case StrikesBy.PLACE:
            return case.zone
        case StrikesBy.PLATE:
            return plate.text if plate is not None and plate.province_sure else None
        case _:
            assert_never(by)


def standing_of(case: Case, scene: CaseContext) -> StrikeCount | None:
    """Where the party of a case stands: as settled when its incident opened, else as it is counted now."""
    if case.record is not None and case.record.strike is not None:
        return case.record.strike
    rule = scene.rule.strikes
    if rule is None or not scene.steps or case.record is not None:
        return None
    party = party_of(case, rule.by)
    if party is None:
        return None
    before = counted(scene.strikes, by=rule.by, kind=case.kind, party=party, since=scene.at - rule.window)
    n = before + 1
    return StrikeCount(by=rule.by, party=party, n=n, step=step_at(scene.steps, n).name)


def counted(strikes: tuple[Strike, ...], *, by: StrikesBy, kind: str, party: str, since: datetime) -> int:
    """How many strikes of a party for one kind count after ``since``."""
    return sum(
        1
        for each in strikes
        if (each.by, each.kind, each.party) == (by, kind, party) and each.at > since and not each.void
    )


def at_step(case: Case, scene: CaseContext) -> CaseContext:
    """Where a case is worked on, by the step at which its party stands; unchanged where no strikes are counted.

    Where no order may follow, hours that are quiet by order are quiet by waiting: who is only taught gets no order.
    """
    standing = None if scene.rule.strikes is None else standing_of(case, scene)
    if standing is None:
        return scene
    step = settled_step(scene.steps, standing)
    rule = scene.rule if step is None else stepped(scene.rule, step)
    waits = scene.quiet is Quiet.ORDER and not rule.orders
    return replace(scene, rule=rule, step=step, standing=standing, silent=scene.silent or waits)


def recorded(world: World, effects: tuple[Effect, ...], site: Site) -> tuple[World, tuple[Effect, ...]]:
    """Keep the ledger after what was told of incidents; each change comes right behind what it follows."""
    if not any(isinstance(effect, PublishIncident) and effect.event.strike is not None for effect in effects):
        return world, effects
    ledger = {each.incident: each for each in world.strikes}
    all_effects: list[Effect] = []
    for effect in effects:
        all_effects.append(effect)
        if not isinstance(effect, PublishIncident) or effect.event.strike is None:
            continue
        entry = _follows(effect.event, effect.event.strike, ledger.get(effect.event.incident))
        if entry is not None:
            ledger[entry.incident] = entry
            all_effects.append(RecordStrike(entry))
    now = max(each.event.at for each in effects if isinstance(each, PublishIncident))
    return replace(world, strikes=_remembered(ledger, world, site, now)), tuple(all_effects)


def _follows(event: IncidentEvent, strike: StrikeCount, entry: Strike | None) -> Strike | None:
    """The entry that an event makes or changes, if it does."""
    if event.type in HEARD and entry is None:
        return Strike(
            incident=event.incident,
            camera=event.camera,
            zone=event.zone,
            kind=event.kind,
            by=strike.by,
            party=strike.party,
            n=strike.n,
            step=strike.step,
            at=event.at,
            elsewhere=strike.elsewhere,
        )
    if event.type is Happening.CANCELLED and entry is not None and not entry.void:
        return replace(entry, void=event.reason or REJECTED)
    return None


@dataclass(frozen=True, slots=True)
class Forgiven:
    """What became of the wish to forgive: the world with it, and the entry; or why not."""

    world: World
    entry: Strike | None
    refused: str = ""


def forgiven(world: World, incident: str, reason: str, at: datetime) -> Forgiven:
    """The world in which the strike of an incident counts no more; also of one that is open and will be a strike."""
    entry = next((each for each in world.strikes if each.incident == incident), None)
    if entry is None:
        entry = _expected(world, incident, at)
    if entry is None:
        return Forgiven(world, None, f"incident {incident} is no strike that is remembered here")
    if entry.void:
        return Forgiven(world, None)
    void = replace(entry, void=reason)
    others = tuple(each for each in world.strikes if each.incident != incident)
    return Forgiven(replace(world, strikes=(*others, void)), void)


def _expected(world: World, incident: str, at: datetime) -> Strike | None:
    """The entry of an open incident that nobody has heard of yet."""
    for case in world.cases:
        record = case.record
        if record is not None and record.incident == incident and record.strike is not None and is_open(case.state):
            strike = record.strike
            return Strike(
                incident=incident,
                camera=world.camera,
                zone=case.zone,
                kind=case.kind,
                by=strike.by,
                party=strike.party,
                n=strike.n,
                step=strike.step,
                at=at,
                elsewhere=strike.elsewhere,
            )
    return None


@dataclass(frozen=True, slots=True)
class ToldElsewhere:
    """What became of a count of other boxes: the world with it, the entry that it changed, if any; or why not."""

    world: World
    entry: Strike | None = None
    refused: str = ""


def told_elsewhere(world: World, incident: str, elsewhere: int, site: Site) -> ToldElsewhere:
    """The world in which the party of an open incident has so many strikes at other boxes beside those here.

    Its step is settled anew; what has been asked for and ordered by then stays.
    """
    case = next((c for c in world.cases if c.record is not None and c.record.incident == incident), None)
    if case is None or not is_open(case.state):
        return ToldElsewhere(world, refused=f"incident {incident} is not open")
    record = case.opened_record()
    zone_rule = site.watch(world.camera).zone_rule(case.zone, case.kind)
    if record.strike is None or zone_rule is None or not zone_rule.steps:
        return ToldElsewhere(world, refused=f"no strikes are counted for incident {incident}")
    strike = _with_elsewhere(record.strike, elsewhere, zone_rule.steps)
    cases = tuple(replace(c, record=replace(record, strike=strike)) if c is case else c for c in world.cases)
    entry = next((each for each in world.strikes if each.incident == incident), None)
    if entry is None:
        return ToldElsewhere(replace(world, cases=cases))
    entry = replace(entry, n=strike.n, step=strike.step, elsewhere=strike.elsewhere)
    strikes = tuple(entry if each.incident == incident else each for each in world.strikes)
    return ToldElsewhere(replace(world, cases=cases, strikes=strikes), entry)


def _with_elsewhere(strike: StrikeCount, elsewhere: int, steps: tuple[Step, ...]) -> StrikeCount:
    n = strike.n - strike.elsewhere + elsewhere
    return replace(strike, n=n, step=step_at(steps, n).name, elsewhere=elsewhere)


def _remembered(ledger: dict[str, Strike], world: World, site: Site, now: datetime) -> tuple[Strike, ...]:
    """The ledger without what no rule of the camera counts any more; those of what is open stay."""
    windows = [
        each.rule.strikes.window for each in site.watch(world.camera).zone_rules if each.rule.strikes is not None
    ]
    longest = max(windows, default=timedelta(0))
    alive = {case.record.incident for case in (*world.cases, *world.departed) if case.record is not None}
    return tuple(each for each in ledger.values() if each.incident in alive or each.at > now - longest)

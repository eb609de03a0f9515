"""Plates of a case: when one is read, what is told of it, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from edge_agent.app.folding import fold
from edge_agent.config.wire.events import decode_event, decode_world, encode_event, encode_world
from edge_agent.core.effects import Effect, LookAgain, Notify, PublishIncident, ReadPlate, SaveSnapshot, Speak
from edge_agent.core.events import Event, LookedAgain, PlateRead, Result, WarningAnswered
from edge_agent.core.feed.incidents import IncidentEvent, Recipient, Role
from edge_agent.core.incident.world import World
from edge_agent.core.site.hours_and_permits import Always, Permit
from edge_agent.core.site.plates import PlateMode, PlateRules, WatchedPlate
from edge_agent.core.site.policy import Words
from edge_agent.core.site.site import Site
from edge_agent.core.step import run
from tests.site import GARBAGE, PARKING, SHORT, site, zone
from tests.street import at, looks, second_of, span, stands

PLATE = "苏D12345"
HASH = "hmac-sha256:" + "0123456789abcdef" * 2
CLEAR = PlateRules(mode=PlateMode.CLEAR)
CAR = looks(stands("car", 0, 100), until=130)
SAYING = Words(
    warnings={"en": ("Driver of {plate}, {vehicle}",), "zh-CN": ("{plate}{vehicle}",)}, order={"en": "tow it"}
)


@dataclass(frozen=True, slots=True)
class Story:
    """What was told to the core, and what it said."""

    world: World
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]

    @property
    def read_at(self) -> list[float]:
        """When a plate was asked for."""
        return [second_of(each.at) for each in self.effects if isinstance(each, ReadPlate)]

    @property
    def told(self) -> list[IncidentEvent]:
        """The events of incidents."""
        return [each.event for each in self.effects if isinstance(each, PublishIncident)]


def street(rules: PlateRules, **more: object) -> Site:
    """A no-parking zone with two warnings: opened at 20, warned again at 50, ordered at 80."""
    drawn = replace(zone(rule=SHORT), **({"words": {PARKING: SAYING}} | more))  # type: ignore[arg-type]
    return replace(site(drawn), plates=rules)


def story(rules: PlateRules, read: PlateRead | None = None, events: tuple[Event, ...] = CAR, **more: object) -> Story:
    """The car's story where every reading gives ``read``; nothing is read where that is None."""
    drawn = street(rules, **more)

    def respond(effect: Effect) -> Event | None:
        match effect:
            case LookAgain():
                return LookedAgain(at=effect.at, case=effect.case, confirmed=True)
            case Speak():
                return WarningAnswered(at=effect.at, incident=effect.incident, n=effect.n, result=Result.PLAYED)
            case ReadPlate() if read is not None:
                return replace(read, at=effect.at, case=effect.case)
            case _:
                return None

    world, lines, effects = World(camera="c1"), list[Event](), list[Effect]()
    for event in events:
        world, more_events, done = fold(world, event, drawn, respond)
        lines += more_events
        effects += done
    return Story(world, tuple(lines), tuple(effects))


def a_read(text: str | None = PLATE, **more: object) -> PlateRead:
    """A reading of a plate."""
    looked = {"confidence": 0.95, "looks": 3} if text is not None else {}
    return PlateRead(at=at(0), case="", text=text, **{**looked, **more})  # type: ignore[arg-type]


def test_no_plate_is_asked_for_unless_the_site_wants_it() -> None:
    """Plates are off by default."""
    assert story(PlateRules(), a_read()).read_at == []


def test_a_plate_is_read_before_each_decision() -> None:
    """Fifteen seconds before the dwell of 20 s, before warning 2 at 50 and the order at 80."""
    assert story(CLEAR).read_at == [5, 35, 65]


def test_only_of_vehicles() -> None:
    """A heap of garbage has none."""
    drawn = replace(site(zone(GARBAGE, rule=SHORT)), plates=CLEAR)
    effects = run(World(camera="c1"), looks(stands("garbage", 0, 60), until=60), drawn).effects
    assert not [each for each in effects if isinstance(each, ReadPlate)]


def test_nothing_waits_for_a_plate() -> None:
    """The ladder of a car whose plate nobody reads is that of a site without plates, to the second."""
    without, unread = story(PlateRules()), story(CLEAR)
    assert [(each.type, each.at, each.text) for each in unread.told] == [
        (each.type, each.at, each.text) for each in without.told
    ]


def test_a_plate_is_told_with_its_confidence_and_looks() -> None:
    """In every message from then on; each reading adds its looks."""
    events = story(CLEAR, a_read(colour="white", body="van")).told
    plates = [each.plate for each in events]
    assert all(plate is not None and plate.text == PLATE for plate in plates)
    assert [plate.looks for plate in plates if plate is not None] == [3, 3, 6, 9, 9]
    assert events[0].text["zh-CN"].endswith("（白色面包车，苏D12345）")
    assert events[0].text["en"].endswith("(white van, 苏D12345)")
    assert events[3].text == {"en": "tow it (white van, 苏D12345)"} | {"zh-CN": events[3].text["zh-CN"]}
    assert (events[0].recurrence, events[0].watched) == (0, None)


def test_a_warning_names_the_plate_sign_by_sign() -> None:
    """And the vehicle."""
    texts = [each.text for each in story(CLEAR, a_read(colour="white", body="van")).effects if isinstance(each, Speak)]
    assert texts[0] == {
        "en": "Driver of Jiangsu D one two three four five, white van",
        "zh-CN": "苏 D 幺 二 三 四 五白色面包车",
    }


def test_an_order_whose_words_name_the_plate_does_not_say_it_twice() -> None:
    """As it is written, for it is read."""
    words = replace(SAYING, order={"en": "tow {plate}"})
    events = story(CLEAR, a_read(), words={PARKING: words}).told
    assert events[3].text["en"] == "tow 苏D12345"


def test_a_reading_without_a_plate_takes_none_away() -> None:
    """What was known stays known."""
    drawn = street(CLEAR)
    first = story(CLEAR, a_read(), CAR[:10])
    case = first.world.cases[0]
    world = run(first.world, (PlateRead(at=at(9), case=case.id),), drawn).world
    assert world.cases[0].known == case.known
    assert world.cases[0].known.plate is not None


def test_a_reading_of_no_known_case_changes_nothing() -> None:
    """The car has left meanwhile."""
    world = story(CLEAR, None, CAR[:10]).world
    assert run(world, (replace(a_read(), at=at(9), case="case-0"),), street(CLEAR)).world == world


def test_a_site_that_keeps_hashes_takes_in_no_clear_plate() -> None:
    """Whatever a log says; a hash it does."""
    hashes = PlateRules(mode=PlateMode.HASH)
    assert all(each.plate is None for each in story(hashes, a_read()).told)
    events = story(hashes, a_read(HASH, hashed=True)).told
    assert [each.plate.text for each in events if each.plate is not None] == [HASH] * 5
    assert events[0].text["en"] == "z: illegal parking found"
    assert all(each.plate is None and each.vehicle is None for each in story(PlateRules(), a_read()).told)


def test_a_permit_by_plate_suppresses_that_vehicle_alone() -> None:
    """A resident's car is recorded as allowed and never warned; another is."""
    mine = Permit(id="p", holder="resident", hours=Always(), plates=frozenset({PLATE}))
    suppressed = story(CLEAR, a_read(), permits=(mine,))
    assert [each.type for each in suppressed.told] == ["incident.suppressed"]
    assert suppressed.told[0].plate is not None
    assert not [each for each in suppressed.effects if isinstance(each, Speak)]
    other = story(CLEAR, a_read("苏D54321"), permits=(mine,))
    assert [each.type.removeprefix("incident.") for each in other.told][:2] == ["opened", "warned"]
    assert story(CLEAR, None, permits=(mine,)).told[0].type == "incident.opened"


def test_a_watched_plate_is_opened_at_once() -> None:
    """Read when it stands still, opened at the next look, and the reason told; without the plate nothing changes."""
    rules = replace(CLEAR, watch=(WatchedPlate(plate=PLATE, why="three times last month"),))
    watched = story(rules, a_read())
    assert watched.read_at[0] == 5
    assert (second_of(watched.told[0].at), watched.told[0].watched) == (6, "three times last month")
    other = story(rules, a_read("苏D54321"))
    assert (second_of(other.told[0].at), other.told[0].watched) == (20, None)
    unsure = story(rules, a_read(province_sure=False))
    assert second_of(unsure.told[0].at) == 20


def test_a_watched_hash_needs_no_clear_plate() -> None:
    """The list holds the hash."""
    rules = PlateRules(mode=PlateMode.HASH, watch=(WatchedPlate(plate=HASH, why="again"),))
    events = story(rules, a_read(HASH, hashed=True)).told
    assert (second_of(events[0].at), events[0].watched) == (6, "again")


def test_how_often_a_plate_came_before_is_told() -> None:
    """A second incident of the same plate an hour later; a third of another plate is its first."""
    again = tuple(
        event for start in (0, 3600) for event in looks(stands("car", start, start + 40), until=start + 80, first=start)
    )
    events = story(CLEAR, a_read(), again).told
    opened = [each for each in events if each.type == "incident.opened"]
    assert [each.recurrence for each in opened] == [0, 1]
    assert story(PlateRules(mode=PlateMode.OFF), a_read(), again).world.plates == ()


def test_plates_are_forgotten_where_they_are_read_no_more() -> None:
    """The site was changed to off."""
    world = story(CLEAR, a_read()).world
    assert [each.plate for each in world.plates] == [PLATE]
    after = run(world, looks(stands("car", 200, 201), until=201, first=200), street(PlateRules())).world
    assert after.plates == ()


def test_the_owner_is_told_once() -> None:
    """With the words of the warning, by the plate; beside the zone's recipients, and not of an unsure province."""
    rules = replace(CLEAR, owner=True)
    steward = Recipient(role=Role.STEWARD, contact="s-1")
    notified = [each for each in story(rules, a_read(), recipients=(steward,)).effects if isinstance(each, Notify)]
    assert [(each.role, each.contact, each.n, each.seq) for each in notified] == [
        (Role.OWNER, PLATE, 1, 1),
        (Role.STEWARD, "s-1", 1, 2),
        (Role.STEWARD, "s-1", None, 3),
    ]
    assert notified[0].text["en"].startswith("Driver of Jiangsu")
    alone = [each for each in story(rules, a_read()).effects if isinstance(each, Notify)]
    assert [each.role for each in alone] == [Role.OWNER]
    assert not [each for each in story(rules, a_read(province_sure=False)).effects if isinstance(each, Notify)]
    assert not [each for each in story(CLEAR, a_read()).effects if isinstance(each, Notify)]


@pytest.mark.parametrize(
    ("rules", "basis", "hidden"),
    [(PlateRules(), None, False), (CLEAR, None, True), (CLEAR, "Road Traffic Safety Law art. 114", False)],
)
def test_pictures_hide_the_plate_unless_the_law_says_otherwise(
    rules: PlateRules,
    basis: str | None,
    hidden: bool,  # noqa: FBT001 - a value of the table
) -> None:
    """Where plates are read; without that all stays as it was."""
    asked = [each.hide_plate for each in story(rules, plate_basis=basis).effects if isinstance(each, SaveSnapshot)]
    assert asked == [hidden] * 5


def test_a_replay_of_the_log_says_the_very_same() -> None:
    """The events as the log holds them, folded in one go: worlds and effects are equal; a stored world goes on."""
    live = story(replace(CLEAR, owner=True), a_read(colour="white", body="van"))
    logged = tuple(decode_event(encode_event(event)) for event in live.events)
    assert logged == live.events
    world, effects = run(World(camera="c1"), logged, street(replace(CLEAR, owner=True)))
    assert (world, effects) == (live.world, live.effects)
    assert decode_world(encode_world(world)) == world


def test_nothing_is_read_in_a_silence() -> None:
    """No decision is near there."""
    quiet = story(CLEAR)
    assert quiet.read_at
    from edge_agent.core.commands import Silence  # noqa: PLC0415 - of this one story
    from edge_agent.core.events import Command  # noqa: PLC0415

    silence = Command(at=at(0), id="1", what=Silence(zone="z", until=at(0) + span(3600)))
    assert story(CLEAR, None, (silence, *CAR)).read_at == []


def test_figures_that_no_reading_has_are_refused() -> None:
    """In one sentence."""
    with pytest.raises(ValueError, match=r"expected 0 to 1, got 1\.5"):
        a_read(confidence=1.5)
    with pytest.raises(ValueError, match="expected a text and at least 1 look, got 0"):
        a_read(looks=0)

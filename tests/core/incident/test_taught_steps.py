"""On a camera that was taught, a second look is asked for before each later step too; on others nothing changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from edge_agent.app.folding import fold
from edge_agent.app.replay.replay import Assumed, Speaking, replay
from edge_agent.core.effects import LookAgain, Note, OpenWorkOrder, PublishIncident, Remark, Speak
from edge_agent.core.events import LookedAgain, Result, WarningAnswered, Witness
from edge_agent.core.explain.stories import gathered_stories
from edge_agent.core.incident.world import World
from tests.site import site as a_site
from tests.street import looks, second_of, stands

if TYPE_CHECKING:
    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event
    from edge_agent.core.site.site import Site
    from edge_agent.core.teach.taught import Taught

STREET = looks(stands("car", 0, 1500), until=1500)
HEARD = (
    Witness(name="running", says=0.8, weight=0.5),
    Witness(name="taught", says=0.9, weight=1.0, mark="vehicle", examples=("a1", "b2")),
)


def taught_site() -> Site:
    """The usual site, its camera taught something; what is nobody's business here."""
    site = a_site()
    return replace(site, taught={"c1": cast("Taught", object())})


def folded(site: Site, doubted: tuple[float, float] = (0, 0)) -> tuple[list[Effect], list[Event]]:
    """All effects and answers of a van that stands on, where second looks disagree between two seconds."""
    effects: list[Effect] = []
    events: list[Event] = []

    def respond(effect: Effect) -> Event | None:
        if isinstance(effect, LookAgain):
            agreed = not doubted[0] <= second_of(effect.at) < doubted[1]
            return LookedAgain(at=effect.at, case=effect.case, confirmed=agreed, agreed=3, of=3, witnesses=HEARD)
        if isinstance(effect, Speak):
            return WarningAnswered(at=effect.at, incident=effect.incident, n=effect.n, result=Result.PLAYED)
        return None

    world = World(camera="c1")
    for event in STREET:
        world, more, done = fold(world, event, site, respond)
        effects += done
        events += more
    return effects, events


def said(effects: list[Effect]) -> list[tuple[str, float]]:
    """Warnings and the order, with their seconds."""
    warned = [(f"warning {each.n}", second_of(each.at)) for each in effects if isinstance(each, Speak)]
    return warned + [("order", second_of(each.order.at)) for each in effects if isinstance(each, OpenWorkOrder)]


def test_where_all_agree_every_step_is_when_it_always_was() -> None:
    """Four second looks instead of one, at the very looks at which the steps are due."""
    usual, _ = folded(a_site())
    effects_seen, _ = folded(taught_site())
    assert said(effects_seen) == said(usual)
    looked = [(each.again, second_of(each.at)) for each in effects_seen if isinstance(each, LookAgain)]
    assert looked == [(False, 60), (True, 360), (True, 660), (True, 960)]
    assert sum(isinstance(each, LookAgain) for each in usual) == 1


def test_a_step_waits_until_a_second_look_agrees() -> None:
    """Asked again every ten seconds; the story says why it waited, and who was heard."""
    effects, _ = folded(taught_site(), doubted=(350, 385))
    assert said(effects)[:3] == [("warning 1", 60), ("warning 2", 390), ("warning 3", 690)]
    asked_s = [second_of(each.at) for each in effects if isinstance(each, LookAgain)]
    assert asked_s[1:5] == [360, 370, 380, 390]
    notes = [each.what for each in effects if isinstance(each, Note)]
    assert notes[:5] == [Remark.AGREED, *[Remark.DISAGREED] * 3, Remark.AGREED]
    (story,) = gathered_stories(each for each in effects if isinstance(each, PublishIncident | Note))
    assert not story.near_miss
    words = next(moment.text for moment in story.moments if moment.what == "agreed")
    assert "taught classifier 0.90 × 1 (takes it for a vehicle, most like a1 b2)" in words["en"]
    assert "现场学习分类器 0.90 × 1（判为车辆，最像样本a1，b2）" in words["zh-CN"]


def test_a_log_replays_as_it_was_and_an_old_one_as_it_did() -> None:
    """From the log alone; of a box that was not yet taught to ask, later steps are taken as agreed."""
    site = taught_site()
    for written_by, doubted in ((site, (350, 385)), (a_site(), (0, 0))):
        effects, events = folded(written_by, doubted)
        answers = frozenset((each.case, each.at) for each in events if isinstance(each, LookedAgain))
        exact = Assumed(speaking=Speaking.FROM_LOG, heard=None, looked_again=None, answered=answers)
        again = list(replay(events, "c1", site, exact))
        assert said(again) == said(effects)

"""Law 3: what is stored is all there is: a stored and restored world goes on as if nothing had happened."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent.config.wire.events import decode_world, encode_world
from edge_agent.core.events import WarningAnswered
from edge_agent.core.incident.world import World
from edge_agent.core.site.site import Site
from edge_agent.core.step import run
from tests.core_run import tell
from tests.laws.named_streets import RETURN
from tests.laws.streets import MIXED, Street, sites, streets, walk
from tests.site import SHORT, site, zone
from tests.street import looks, silent, stands

NEW = World(camera="c1")


@settings(max_examples=120)
@given(street=streets, site=sites, share=st.floats(0, 1))
@example(street=RETURN, site=MIXED, share=0.5)
def test_a_restart_changes_nothing(street: Street, site: Site, share: float) -> None:
    """Folding a and then b is folding b from the stored world of a, wherever the cut falls."""
    events = walk(street, site).events
    cut = round(share * len(events))
    whole = run(NEW, events, site)
    first = run(NEW, events[:cut], site)
    rest = run(decode_world(encode_world(first.world)), events[cut:], site)
    assert first.effects + rest.effects == whole.effects
    assert rest.world == whole.world


@settings(max_examples=60)
@given(street=streets, site=sites)
def test_the_same_events_give_the_same_world(street: Street, site: Site) -> None:
    """Folded twice, nothing differs: no chance, no order of a set, no memory beside the world."""
    events = walk(street, site).events
    assert run(NEW, events, site) == run(NEW, events, site)


@settings(max_examples=30)
@given(killed=st.integers(5, 120), down=st.integers(1, 29))
def test_a_short_outage_moves_no_step_of_the_ladder(killed: int, down: int) -> None:
    """Downtime within the bridge counts: what fell into it comes at the first look after it, and nothing twice."""
    things = stands("car", 0, 200)
    result = tell(silent(looks(things, until=200), killed, killed + down), site(zone(rule=SHORT)))
    assert result.happened == ["opened", "warned", "warned", "escalated"]
    for second, due in zip(result.seconds[1:], (20, 50, 80), strict=True):
        assert due <= second <= due + 3 * down
    assert result.requests == [(n, second) for n, second in zip((1, 2), result.seconds[1:], strict=False)]


def test_an_unknown_warning_is_asked_again_only_after_retry() -> None:
    """Asked before a crash and never answered: it counts as not played, and is not asked twice within ``retry``."""
    result = tell(looks(stands("car", 0, 45), until=45), site(zone(rule=SHORT)), speaker=lambda _: None)
    assert result.requests == [(1, 20), (1, 30), (1, 40)]
    assert not any(isinstance(event, WarningAnswered) for event in result.events)

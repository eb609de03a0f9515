"""Each trouble by its story: what the camera shows, and what is said of it when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from edge_agent.core.stream.health import Health, observe
from edge_agent.core.stream.trouble import (
    Confirmed,
    Connected,
    Disconnected,
    FrameTrust,
    Looked,
    Named,
    Pace,
    Paced,
    Trouble,
    Waited,
)
from tests.pictures import HEIGHT, TUNING, WIDTH, Picture, follow, knowing, noisy, picture, seen, smeared, story
from tests.street import at

Shown = Callable[[float], Picture]


def flat(grey: int) -> Shown:
    """Nothing but noise around one grey."""
    return lambda second: noisy(np.full((HEIGHT, WIDTH), float(grey)), second)


def stuck(second: float) -> Picture:  # noqa: ARG001 - the same at every second
    """The same picture at every second."""
    return picture(0.5)


def stuck_behind_a_clock(second: float) -> Picture:
    """The same picture, and the camera's clock goes on in its corner."""
    shown = picture(0.5)
    shown[4:14, 4:80] = int(second) * 7 % 256
    return shown


def looks(shown: Shown, first: int, last: int) -> tuple[Looked, ...]:
    """A look a second, both ends included."""
    return tuple(seen(shown(second), second) for second in range(first, last + 1))


@pytest.mark.parametrize(
    ("shown", "trouble", "named", "over"),
    [
        (flat(17), "dark", 6, 33),
        (flat(236), "blinded", 6, 33),
        (flat(120), "blinded", 6, 33),
        (lambda s: noisy(picture(s) * 0.06 + 180, s, strength=1), "blinded", 6, 33),  # fog
        (lambda s: smeared(picture(s)), "corrupt", 6, 33),
        (lambda s: picture(s, right=12), "moved", 11, 40),
        (lambda s: picture(s, down=-12), "moved", 11, 40),
        (lambda s: picture(s, right=32, down=20), "moved", 11, 40),
    ],
    ids=["capped", "glare", "sprayed", "fog", "smeared", "turned", "tilted", "turned_far"],
)
def test_what_shows_nothing_is_named_and_dated_to_the_last_good_look(
    shown: Shown, trouble: str, named: float, over: float
) -> None:
    """After its span, not before; no look of it is trusted; over once it has been fine for a while."""
    health = knowing()
    for look in looks(shown, 1, 29):
        health, changes = observe(health, look, TUNING)
        assert health.verdict is not FrameTrust.TRUST
        if changes:
            assert changes == (Named(at=at(named), since=at(0), trouble=Trouble(trouble)),)
    health, changes_after = follow(health, *looks(picture, 30, 45))
    assert story(changes_after) == [(over, "ok")]
    assert health.verdict is FrameTrust.TRUST


@pytest.mark.parametrize("shown", [stuck, stuck_behind_a_clock])
def test_a_frozen_picture_is_withheld_from_its_first_repetition(shown: Shown) -> None:
    """The picture itself was a good one; named ten seconds after it was first repeated."""
    health, _ = follow(knowing(), *looks(shown, 1, 1))
    assert health.verdict is FrameTrust.TRUST
    for look in looks(shown, 2, 11):
        health, changes = observe(health, look, TUNING)
        assert health.verdict is FrameTrust.DOUBT
        assert changes == ()
    _, named = observe(health, seen(shown(12), 12), TUNING)
    assert named == (Named(at=at(12), since=at(1), trouble=Trouble.FROZEN),)


def test_a_still_night_between_keyframes_is_no_trouble() -> None:
    """A picture that is repeated for nine seconds and then changes was doubted, and that was all."""
    health = knowing()
    for second in range(1, 60):
        health, changes = observe(health, seen(picture(second // 9 * 9), second), TUNING)
        assert changes == ()


def test_a_damaged_picture_is_doubted_and_only_lasting_damage_named() -> None:
    """One look is withheld, and the next good one trusted at once."""
    health, changes = follow(knowing(), seen(picture(1), 1, damaged=True))
    assert health.verdict is FrameTrust.DOUBT
    health, more = follow(health, seen(picture(3), 3))
    assert (changes + more, health.verdict) == ([], FrameTrust.TRUST)
    _, named = follow(health, *(seen(picture(s), s, damaged=True) for s in range(4, 12)))
    assert story(named) == [(9, "corrupt")]


def test_another_size_is_named_and_then_lived_with() -> None:
    """For fractions of a picture mean the same in another size, if it shows the same scene."""
    larger = tuple(seen(picture(s), s, size=(1280, 720)) for s in range(1, 9))
    health, changes = follow(knowing(), *larger)
    assert story(changes) == [(3, "resized"), (7, "ok")]
    assert health.size == (1280, 720)


def test_one_picture_of_another_size_is_none() -> None:
    """A decoder that hiccups is not believed."""
    odd = seen(picture(1), 1, size=(320, 180))
    health, changes = follow(knowing(), odd, seen(picture(2), 2))
    assert (changes, health.size, health.verdict) == ([], (640, 360), FrameTrust.TRUST)


def test_a_lost_connection_may_come_back_unnamed() -> None:
    """Within five seconds nobody needs to hear of it."""
    health, changes = follow(knowing(), Disconnected(at(2)), Waited(at(4)), Connected(at(5)), seen(picture(6), 6))
    assert (changes, health.verdict) == ([], FrameTrust.TRUST)


def test_a_lost_connection_is_named_and_pictures_end_it() -> None:
    """Not the connection does, since a camera that is only connected shows nothing."""
    lost = (Disconnected(at(2)), Waited(at(4)), Disconnected(at(7)), Disconnected(at(30)), Connected(at(60)))
    health, changes = follow(knowing(), *lost)
    assert changes == [Named(at=at(7), since=at(0), trouble=Trouble.NO_CONNECTION)]
    _, changes = follow(health, *looks(picture, 61, 66))
    assert story(changes) == [(64, "ok")]


def test_a_camera_never_reached_is_in_trouble_from_the_first_try() -> None:
    """There is no good look that it could be dated to; and waiting is as good as trying."""
    _, changes = follow(Health(), Waited(at(1)), Waited(at(7)))
    assert changes == [Named(at=at(7), since=at(1), trouble=Trouble.NO_CONNECTION)]


def test_a_connection_without_pictures_is_stalled() -> None:
    """After ten seconds, counted from the last picture or from the connection, whichever is later."""
    health, changes = follow(knowing(), *(Waited(at(s)) for s in range(2, 16, 2)))
    assert changes == [Named(at=at(10), since=at(0), trouble=Trouble.STALLED)]
    reconnected = (Disconnected(at(16)), Disconnected(at(22)), Connected(at(30)))
    _, more = follow(health, *reconnected, *(Waited(at(s)) for s in range(32, 50, 2)))
    assert story(more) == [(22, "no_connection"), (44, "stalled")]


def test_a_jump_of_the_clock_is_told_at_once() -> None:
    """And is over when the clock has been steady for a while; unsettled says nothing."""
    jump = (Paced(at(1), Pace.JUMPED), seen(picture(1), 1), Paced(at(2), Pace.UNSETTLED), seen(picture(2), 2))
    health, changes = follow(knowing(), *jump)
    assert changes == [Named(at=at(1), since=at(0), trouble=Trouble.CLOCK_JUMPED)]
    _, changes = follow(health, Paced(at(4), Pace.STEADY), *looks(picture, 4, 9))
    assert story(changes) == [(7, "ok")]


def test_a_wrong_speed_lasts_until_it_is_right() -> None:
    """A lost connection forgets the pace, not the trouble."""
    health, changes = follow(knowing(), Paced(at(1), Pace.WRONG_SPEED), *looks(picture, 1, 4), Disconnected(at(5)))
    assert story(changes) == [(1, "wrong_speed")]
    health, changes = follow(health, Connected(at(6)), *looks(picture, 6, 20))
    assert (story(changes), health.trouble) == ([], Trouble.WRONG_SPEED)
    _, changes = follow(health, Paced(at(21), Pace.STEADY), *looks(picture, 21, 30))
    assert story(changes) == [(24, "ok")]


def test_another_scene_is_named_after_a_minute() -> None:
    """Where nothing of the scene is found again, it takes longer: a lorry before the lens goes away."""
    health, changes = follow(knowing(), *looks(lambda s: picture(s, street=2), 1, 70))
    assert story(changes) == [(61, "moved")]
    _, changes = follow(health, *looks(picture, 71, 90))
    assert story(changes) == [(81, "ok")]


def test_what_a_person_confirms_is_the_scene_from_then_on() -> None:
    """The camera was turned on purpose; the old view would now be another."""
    turned = looks(lambda s: picture(s, right=40), 1, 20)
    health, changes = follow(knowing(), *turned, Confirmed(at(21)))
    assert story(changes) == [(11, "moved"), (21, "ok")]
    health, changes = follow(health, *looks(lambda s: picture(s, right=40), 22, 120))
    assert (story(changes), health.verdict) == ([], FrameTrust.TRUST)
    _, changes = follow(health, *looks(picture, 121, 140))
    assert story(changes) == [(131, "moved")]


def test_a_look_at_nothing_known_says_nothing_of_a_turn() -> None:
    """Half the picture hidden leaves a debounce as it is, for ten seconds; then it has lapsed."""

    def hidden(second: float) -> Picture:
        shown = picture(second)
        shown[:, 110:] = noisy(np.full((HEIGHT, WIDTH - 110), 150.0), second)
        return shown

    health, _ = follow(knowing(), seen(picture(1, right=16), 1))
    assert health.verdict is FrameTrust.DOUBT
    health, _ = follow(health, *looks(hidden, 2, 11))
    assert health.verdict is FrameTrust.DOUBT
    health, changes = follow(health, *looks(hidden, 12, 13))
    assert (changes, health.verdict) == ([], FrameTrust.TRUST)


def test_the_worse_of_two_troubles_is_named_and_dated_from_the_first() -> None:
    """A camera that goes dark and then is lost was out of sight all the while."""
    dark = looks(flat(17), 1, 8)
    health, changes = follow(knowing(), *dark, Disconnected(at(9)), Waited(at(15)))
    assert changes[1] == Named(at=at(15), since=at(0), trouble=Trouble.NO_CONNECTION)
    _, changes = follow(health, Connected(at(20)), *looks(flat(17), 21, 25), *looks(picture, 26, 32))
    assert story(changes) == [(24, "dark"), (29, "ok")]


def test_trouble_is_not_over_while_something_else_is_suspected() -> None:
    """From dark to turned without a moment that was fine."""
    health, changes = follow(knowing(), *looks(flat(17), 1, 8), *looks(lambda s: picture(s, right=20), 9, 25))
    assert story(changes) == [(6, "dark"), (19, "moved")]
    assert health.since == at(0)


def test_an_observation_from_before_counts_as_of_now() -> None:
    """Two clocks feed it, the stream's and the box's; nothing is ever dated back."""
    health, changes = follow(knowing(), Disconnected(at(8)), Waited(at(3)), Waited(at(13)), seen(picture(9), 9))
    assert story(changes) == [(13, "no_connection")]
    assert health.at == at(13)


def test_only_trusted_pictures_are_learned() -> None:
    """Minutes of a turned view leave the scene as it was, to the last cell."""
    before = knowing()
    health, _ = follow(before, *looks(lambda s: picture(s, right=20), 1, 120))
    assert health.landmarks == before.landmarks
    assert health.good == at(0)
    later, _ = follow(before, seen(picture(1), 1), seen(picture(20), 20))
    assert later.landmarks is not None
    assert before.landmarks is not None
    assert later.landmarks.at - before.landmarks.at >= timedelta(seconds=10)


def test_a_trouble_that_lasts_can_be_named_again() -> None:
    """As whoever joins late is told of it; nothing where there is none."""
    health = knowing()
    assert health.named is None
    for look in looks(flat(17), 1, 20):
        health, _changes = observe(health, look, TUNING)
    assert health.named is not None
    assert (health.named.trouble, health.named.since) == (Trouble.DARK, health.since)
    assert replace(health, since=None).named is None

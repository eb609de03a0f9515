"""What appears before a camera enters its looks, goes on over a restart, and is kept with what the store holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.stream.changes import Changes
from edge_agent.app.stream.frames import look_again
from edge_agent.core.effects import LookAgain
from edge_agent.core.events import OBJECT, Detection
from edge_agent.core.geometry import Box, intersection
from edge_agent.ports import Frame
from lab.bench.drawn_things import THINGS, cut_out, laid
from tests.app.stream.test_second_look import Finder, ring
from tests.site import GARBAGE, KINDS, POLICY, site, zone
from tests.street import at, detection
from tests.views import put, street

if TYPE_CHECKING:
    from edge_agent.core.events import Detection

CLIP: Final = Path(__file__).parents[3] / "sample_videos" / "campus_road.mp4"
ASKS: Final = replace(
    site(zone(GARBAGE)),
    policy=replace(
        POLICY, kinds=POLICY.kinds | {GARBAGE: replace(KINDS[GARBAGE], labels=frozenset({"garbage", OBJECT}))}
    ),
)


def shown(second: float) -> Frame:
    """The street, on which a thing stands from second 12 on."""
    return Frame(at=at(second), image=put(street(second)) if second >= 12 else street(second))


def looked(changes: Changes, first: int, last: int) -> list[tuple[Detection, ...]]:
    """What is found from one half second to another, each look kept and committed."""
    problems = []
    for half in range(first, last):
        problems.append(changes.with_appeared(shown(half / 2), (), ASKS))
        changes.keep()
        changes.forget_earlier()
    return problems


def test_a_drawn_bag_on_the_sample_clip_is_found_in_its_place_and_nothing_else() -> None:
    """The clip as shipped, a bag put down on its road at second 20; people walk by, a van stands there."""
    bag = cut_out(THINGS[0], 90, np.random.default_rng(1))
    place = Box(300 / 768, (400 - bag.shape[0]) / 576, (300 + bag.shape[1]) / 768, 400 / 576)
    changes = Changes("c1")
    seen: dict[float, list[Detection]] = {}
    for frame in VideoFile(CLIP, started=at(0), looks_per_second=2).frames():
        second = (frame.at - at(0)).total_seconds()
        if second > 50:
            break
        image = laid(frame.image, bag, 300, 400, shadow=0.4) if second >= 20 else frame.image
        for thing in changes.with_appeared(Frame(at=frame.at, image=image), (), ASKS):
            seen.setdefault(second, []).append(thing)
    assert 30 <= min(seen) <= 45
    assert {len(things) for things in seen.values()} == {1}
    (last,) = seen[max(seen)]
    assert intersection(last.box, place) >= 0.6 * min(last.box.area, place.area)
    assert last.label == OBJECT
    assert last.age_s == pytest.approx(max(seen) - 20, abs=12)


def test_a_restart_at_any_look_gives_the_same_boxes(tmp_path: Path) -> None:
    """The memory is that of the last look that the store holds."""
    whole = looked(Changes("c1"), 0, 80)
    assert whole[-1][0].label == OBJECT
    for cut in (10, 40, 61):
        folder = tmp_path / str(cut)
        before = looked(Changes("c1", folder), 0, cut)
        again = Changes("c1", folder, at((cut - 1) / 2))
        assert before + looked(again, cut, 80) == whole
        assert len(list(folder.iterdir())) == 1


def test_a_cut_between_memory_and_store_goes_back_to_what_the_store_holds(tmp_path: Path) -> None:
    """The memory of a look that was not committed is there, and is not the one that is read."""
    whole = looked(Changes("c1"), 0, 80)
    changes = Changes("c1", tmp_path)
    looked(changes, 0, 50)
    changes.with_appeared(shown(25), (), ASKS)
    changes.keep()
    assert looked(Changes("c1", tmp_path, at(24.5)), 50, 80) == whole[50:]


def test_a_damaged_or_missing_memory_is_learned_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is no record, and the camera goes on."""
    looked(Changes("c1", tmp_path), 0, 4)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"no view")
    assert Changes("c1", tmp_path, at(1.5)).boxes == ()
    assert "learned anew" in caplog.text
    assert Changes("c1", tmp_path, at(99)).boxes == ()


def test_a_camera_whose_zones_ask_for_no_object_pays_nothing(tmp_path: Path) -> None:
    """The detections are those of the detector, and nothing is kept."""
    changes, detections = Changes("c1", tmp_path), (detection("car"),)
    for half in range(80):
        assert changes.with_appeared(shown(half / 2), detections, site()) is detections
        changes.keep()
        changes.forget_earlier()
    assert list(tmp_path.iterdir()) == []


def test_another_view_is_forgotten() -> None:
    """After a camera was turned."""
    changes = Changes("c1")
    looked(changes, 0, 80)
    before = changes.boxes
    changes.forget()
    assert (len(before), len(changes.boxes)) == (1, 0)


def test_a_second_look_at_an_object_is_answered_by_what_stands_there() -> None:
    """The detector has no name for it, and cannot see it closer either."""
    place = Box(0.4, 0.4, 0.5, 0.5)
    request = LookAgain(at=at(30), case="k", kind=GARBAGE, labels=frozenset({"garbage", OBJECT}), box=place)
    pictures = ring(10, 20, 30)
    assert look_again(request, pictures, Finder(), (place,)).confirmed
    assert not look_again(request, pictures, Finder(), (Box(0.8, 0.8, 0.9, 0.9),)).confirmed
    assert not look_again(replace(request, labels=frozenset({"garbage"})), pictures, Finder(), (place,)).confirmed

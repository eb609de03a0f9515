"""The benches as a whole, on a street of a few seconds with a model of a few bytes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from edge_agent.app.bench.box import BoxCost, cost_of_a_box
from edge_agent.app.bench.crowd import Span, watch_crowd
from edge_agent.config.site.loading import load_site
from edge_agent.core.errors import BadInputError
from tests.adapters.video.test_video_file import film
from tests.cameras.clips import SAMPLE
from tests.cli.streets import street

FOUR = timedelta(seconds=4)


@pytest.fixture(scope="module")
def cost(tmp_path_factory: pytest.TempPathFactory) -> BoxCost:
    """What the tiny street costs here."""
    folder = tmp_path_factory.mktemp("box")
    loaded = load_site(street(folder))
    return cost_of_a_box(loaded, next(iter(loaded.cameras)), folder / "road.mp4", length=FOUR)


def test_every_part_of_a_look_is_measured(cost: BoxCost) -> None:
    """None is free, and what is around the network is the sum of its parts."""
    look = cost.look
    parts = (look.before_ms, look.after_ms, look.fold_ms, look.store_ms)
    assert all(part > 0 for part in parts)
    assert look.around_ms == pytest.approx(sum(parts))
    assert look.ratio == pytest.approx(look.around_ms / look.inference_ms)


def test_the_whole_is_held_against_the_bare(cost: BoxCost) -> None:
    """In every turn; a model that answers without looking makes the rest the larger part."""
    assert len(cost.whole.ratios) == 3
    assert cost.whole.ratio > 1


def test_the_cameras_follow_from_the_parts(cost: BoxCost) -> None:
    """Of which the largest sets the limit."""
    assert cost.limit == max(cost.camera_ms, key=lambda part: cost.camera_ms[part])
    assert cost.cameras == int(0.9 * cost.machine.cores * 1000 / sum(cost.camera_ms.values()))


def test_a_recording_that_is_too_short_is_refused(tmp_path: Path) -> None:
    """Two groups of pictures are the least."""
    loaded = load_site(street(tmp_path))
    short = film(tmp_path / "short.mp4", range(0, 2000, 40))
    with pytest.raises(BadInputError, match=r"short\.mp4: lasts 2\.0 s, expected 4 s or more"):
        cost_of_a_box(loaded, next(iter(loaded.cameras)), short)


def test_a_crowd_is_watched_by_the_real_agent(tmp_path: Path) -> None:
    """Every camera is looked at, nothing is told that should not be, and the processor's time is told by part."""
    loaded = load_site(street(tmp_path))
    span = Span(measured=timedelta(seconds=3), settling=timedelta(seconds=5))
    crowd = watch_crowd(loaded, next(iter(loaded.cameras)), SAMPLE, cameras=2, span=span, round_=2 * FOUR)
    assert crowd.cameras == crowd.agreement.cameras == 2
    assert crowd.looks_per_s > 0
    assert set(crowd.cores_used) == {"detector", "decode", "fold and store", "speaker", "the rest"}
    assert crowd.resident_mb > 10

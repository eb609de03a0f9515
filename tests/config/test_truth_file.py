"""Truth files: read with every problem at once, written so that they read back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.truth_file import read_truth, truth_text, write_truth
from edge_agent.config.yaml.source import BadConfigError
from edge_agent.core.errors import OutsideError
from edge_agent.core.geometry import Box, Point
from edge_agent.core.score.truth import TOLERANCE, TrueIncident, Truth
from tests.site import PARKING, site, zone
from tests.street import span

WRITTEN = """\
version: 1
clip: road.mp4
incidents:
  # a van
  - {kind: illegal_parking, zone: kerb, box: [0.4, 0.4, 0.5, 0.5], from: 0s, to: 79.5s}
  - {kind: exposed_garbage, zone: bins, point: [0.2, 0.9], from: 1m, to: 1h, tolerance: 30s, optional: true}
"""
KEYS = "kind, zone, from, to, box, point, tolerance, optional"
micros = st.integers(0, 10**12).map(lambda count: timedelta(microseconds=count))
sides = st.floats(0, 1)
corners = sides.map(lambda side: side * 0.75)
boxes = st.builds(lambda x, y: Box(x, y, x + 0.25, y + 0.25), corners, corners)
names = st.sampled_from(("kerb", "null", "No", "1e5", "007", "y", "a-b_c", "true"))


@st.composite
def incidents(draw: st.DrawFn) -> TrueIncident:
    """Any true incident."""
    since, place = draw(micros), draw(st.one_of(st.none(), boxes, st.builds(Point, sides, sides)))
    return TrueIncident(
        kind=draw(names),
        zone=draw(names),
        since=since,
        until=since + draw(micros),
        box=place if isinstance(place, Box) else None,
        point=place if isinstance(place, Point) else None,
        tolerance=draw(micros),
        optional=draw(st.booleans()),
    )


def written(folder: Path, text: str) -> Path:
    """A truth file."""
    path = folder / "road.truth.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path, **more: object) -> list[str]:
    """What a file is refused for, without its path."""
    with pytest.raises(BadConfigError) as refused:
        read_truth(path, **more)  # type: ignore[arg-type]
    return [str(each).removeprefix(f"{path}:") for each in refused.value.problems]


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    """Spans, places, and the defaults of what is not said."""
    truth = read_truth(written(tmp_path, WRITTEN))
    van, garbage = truth.incidents
    assert truth.clip == "road.mp4"
    assert (van.since, van.until, van.box) == (span(0), span(79.5), Box(0.4, 0.4, 0.5, 0.5))
    assert (van.tolerance, van.optional) == (TOLERANCE, False)
    assert (garbage.point, garbage.tolerance, garbage.optional) == (Point(0.2, 0.9), span(30), True)


@given(
    truth=st.builds(
        lambda clip, told: Truth(clip=clip, incidents=tuple(told)), names, st.lists(incidents(), max_size=2)
    )
)
def test_what_is_written_reads_back(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> None:
    """To the microsecond and the last digit, also where nothing happened."""
    path = tmp_path_factory.getbasetemp() / "any.truth.yaml"
    write_truth(path, truth)
    assert read_truth(path) == truth


def test_every_problem_is_told_at_its_place(tmp_path: Path) -> None:
    """All at once, with file, line and column, so that somebody mends the file in one go."""
    text = (
        WRITTEN.replace("kind: illegal", "kynd: illegal").replace("to: 1h", "to: 3600").replace("[0.2, 0.9]", "[2, 9]")
    )
    assert problems(written(tmp_path, text)) == [
        "5:5 incidents[0].kind: found nothing, expected this key to be set",
        f"5:6 incidents[0].kynd: found an unknown key, expected one of: {KEYS}",
        "6:48 incidents[1].point: found 2, expected a number from 0 to 1 (a fraction of the picture)",
        "6:70 incidents[1].to: found 3600, expected a duration such as 90s, 5m or 1h30m",
    ]


@pytest.mark.parametrize(
    ("box", "value"),
    [
        ("[0.4, 0.4]", "found a list of 2, expected a box [x0, y0, x1, y1]"),
        ("[0.5, 0.4, 0.4, 0.5]", "found [0.5, 0.4, 0.4, 0.5], expected a box [x0, y0, x1, y1]"),
        ("[a, 0.4, 0.4, 0.5]", "found a side that is no number, expected a box"),
        ("[651, 42, 724, 99]", "found [651, 42, 724, 99], expected a box that lies in the picture"),
    ],
)
def test_a_box_is_one(tmp_path: Path, box: str, value: str) -> None:
    """Four fractions in their order; pixels are a slip."""
    (problem,) = problems(written(tmp_path, WRITTEN.replace("[0.4, 0.4, 0.5, 0.5]", box)))
    assert value in problem


def test_a_stand_ends_after_it_begins_and_is_in_one_place(tmp_path: Path) -> None:
    """What only two keys together can get wrong is told where the incident begins."""
    text = WRITTEN.replace("to: 79.5s", "to: 79.5s, point: [0, 0]").replace("from: 1m", "from: 2h")
    first, second = problems(written(tmp_path, text))
    assert first.startswith("5:5 incidents[0]: found values that do not fit (a box and a point")
    assert second.startswith("6:5 incidents[1]: found values that do not fit (a stand from 7200s to 3600s")


def test_words_that_the_site_does_not_know_are_refused(tmp_path: Path) -> None:
    """A zone mistyped would otherwise be missed for ever."""
    known = site(zone(PARKING, ident="kerb"))
    (problem,) = problems(
        written(tmp_path, WRITTEN.replace("zone: kerb", "zone: curb").replace("bins", "kerb")), site=known
    )
    assert problem == "5:35 incidents[0].zone: found 'curb', a zone the site does not have, expected one of: kerb"
    text = WRITTEN.replace("exposed_garbage", "garbage").replace("bins", "kerb")
    (problem,) = problems(written(tmp_path, text), site=known)
    assert problem.startswith("6:12 incidents[1].kind: found 'garbage', a kind the policy does not know")


def test_only_our_version_is_read(tmp_path: Path) -> None:
    """Another version's keys are not ours to judge."""
    (problem,) = problems(written(tmp_path, WRITTEN.replace("version: 1", "version: 2")))
    assert problem == "1:10 version: found 2, expected 1, the only version there is"


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    """In one sentence with the path."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutsideError, match=r"x\.truth\.yaml: cannot be written"):
        write_truth(tmp_path / "file" / "x.truth.yaml", Truth(clip="x", incidents=()))


def test_a_text_has_an_incident_a_line() -> None:
    """As somebody would write it by hand."""
    incident = TrueIncident(kind="k", zone="z", since=span(5), until=span(90), point=Point(0.5, 0.25))
    assert truth_text(Truth(clip="x.mp4", incidents=(incident,))) == (
        'version: 1\nclip: "x.mp4"\nincidents:\n  - {kind: k, zone: z, point: [0.5, 0.25], from: 5s, to: 1m30s}\n'
    )

"""The fold behind the page: what would have been, by zones that nobody has saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.app.feed.reports import CameraModel
from edge_agent.app.replay.replay import Assumed
from edge_agent.app.replay.studio.fold import Folding, FoldRequest
from edge_agent.app.replay.studio.studio import Studio
from edge_agent.core.events import Event
from edge_agent.core.geometry import Box
from edge_agent.web.exchange import OutdatedError
from edge_agent.web.views import FoldView
from edge_agent.web.workshop import PageRequest
from tests.cli.streets import done
from tests.site import PARKING, zone
from tests.site import site as site_of
from tests.street import START, looks, stands, together
from tests.web.asking import ONCE, drawing


def trial_of(events: tuple[Event, ...]) -> FoldRequest:
    """A trial of events of a camera whose whole picture is a zone."""
    site = site_of(zone())
    return FoldRequest(events=events, camera="c1", started=START, site=site, assumed=Assumed(), sight=CameraModel())


def told_in_the_end(studio: Studio, zones: object) -> FoldView:
    """What a fold comes to, all of its pieces asked for."""
    view = studio.fold("c1", zones, ONCE)
    while view.looks < view.of:
        view = studio.go_on(ONCE)
    return view


def test_a_fold_tells_what_the_command_line_tells(logged: tuple[Path, Path], workshop: Studio) -> None:
    """To the byte."""
    site, log = logged
    lines = [each.line for each in told_in_the_end(workshop, drawing(workshop)).told]
    assert len(lines) > 3
    assert lines == done("replay", "--log", log, "--site", site, "--json").splitlines()


def test_a_fold_follows_every_case_from_candidate_to_its_end(workshop: Studio) -> None:
    """Also the one of which nobody would have heard, with the reason."""
    incident, near = told_in_the_end(workshop, drawing(workshop)).lanes
    assert [span.state for span in incident.spans] == ["candidate", "warned", "ordered"]
    assert incident.incident is not None
    assert (near.incident, near.needed_s) == (None, 60.0)
    assert 28 <= near.dwell_s <= 31
    assert near.moments[-1].what == "left_early"
    assert "30" in near.moments[-1].text["zh-CN"]
    assert near.spans[0].from_s == 100.0


def test_a_change_shows_in_the_next_fold_and_in_no_file(logged: tuple[Path, Path], workshop: Studio) -> None:
    """What is tried is not saved."""
    before = logged[0].parent.joinpath("zones", "c1.yaml").read_bytes()
    drawn = drawing(workshop)
    drawn["zones"][0]["kinds"][PARKING]["dwell"] = "20s"
    lanes = told_in_the_end(workshop, drawn).lanes
    assert all(lane.incident for lane in lanes)
    assert logged[0].parent.joinpath("zones", "c1.yaml").read_bytes() == before


def test_only_the_last_question_of_a_page_is_answered(workshop: Studio) -> None:
    """Another page is not concerned."""
    drawn = drawing(workshop)
    workshop.fold("c1", drawn, PageRequest(page="a", number=5))
    with pytest.raises(OutdatedError):
        workshop.fold("c1", drawn, PageRequest(page="a", number=4))
    assert workshop.fold("c1", drawn, PageRequest(page="b", number=1)).told
    assert workshop.fold("c1", drawn, PageRequest(page="a", number=6)).told


def test_a_fold_that_nobody_waits_for_ends_early() -> None:
    """At the next time it looks up; the rest is not folded."""
    answers = iter((False, True))
    folding = Folding(trial_of(looks(stands("car", 0, 600), until=600)))
    with pytest.raises(OutdatedError):
        folding.advance(lambda: next(answers))


def test_a_fold_in_pieces_comes_to_what_it_is_in_one() -> None:
    """And tells on the way what is known already."""
    trial = trial_of(looks(stands("car", 0, 600), until=700))
    whole = Folding(trial).advance(lambda: False)
    folding = Folding(trial)
    views = [folding.advance(lambda: False, count=100) for _ in range(8)]
    assert [view.looks for view in views] == [100, 200, 300, 400, 500, 600, 700, 701]
    assert {view.of for view in views} == {701}
    assert views[0].told == whole.told[: len(views[0].told)]
    assert 0 < len(views[0].told) < len(whole.told)
    assert views[-1] == whole


def test_only_the_latest_fold_of_a_page_goes_on(workshop: Studio) -> None:
    """The others are forgotten."""
    drawn = drawing(workshop)
    first, second = PageRequest(page="a", number=1), PageRequest(page="a", number=2)
    workshop.fold("c1", drawn, first)
    workshop.fold("c1", drawn, second)
    assert workshop.go_on(second).looks == 701
    assert workshop.go_on(second).looks == 701
    with pytest.raises(OutdatedError):
        workshop.go_on(first)


def test_every_incident_is_shown_and_the_longest_near_misses() -> None:
    """A busy crossing has thousands of them."""
    places = [Box(n / 20, 0.5, n / 20 + 0.03, 0.55) for n in range(12)]
    things = together(stands("car", 0, 90), *(stands("car", 0, 10 + n, place=p) for n, p in enumerate(places)))
    view = Folding(trial_of(looks(things, until=150))).advance(lambda: False, most=5)
    near = [lane.dwell_s for lane in view.lanes if lane.incident is None]
    assert (len(view.lanes), view.left_out) == (6, 7)
    assert sorted(near) == [17, 18, 19, 20, 21]


def test_a_look_is_the_one_nearest_to_the_moment_with_the_way_things_came(workshop: Studio) -> None:
    """What stands leaves a short trail; before anything was seen there is none."""
    look = workshop.look("c1", 110.4)
    assert (look.at_s, len(look.detections)) == (110.0, 2)
    assert sorted(len(trail) for trail in look.trails) == [11, 30]
    assert workshop.look("c1", 650).detections == ()
    assert workshop.look("c1", 99_999).at_s == 700.0

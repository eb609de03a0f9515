"""Stories are told from a log, of one file or of a live agent's many, and are found by the beginning of their name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.app.replay.stories import chosen, logs_in, stories_of
from edge_agent.app.stream.log_book import HourlyLog
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Event, Result, WarningAnswered
from edge_agent.core.explain.stories import Story
from tests.config.samples import write_site
from tests.site import SHORT, site, zone
from tests.street import at, looks, stands

HEADER = LogHeader(camera="c1", size=(640, 360), model="abc", started=at(0))
EVENTS = looks(stands("car", 0, 100), until=160)


def stored(path: Path, events: tuple[Event, ...], header: LogHeader = HEADER) -> Path:
    """A log of these events."""
    with LogWriter(path, header) as log:
        for event in events:
            log.append(event)
    return path


def loaded(folder: Path) -> LoadedSite:
    """A site with one camera and one impatient zone."""
    return replace(load_site(write_site(folder)), site=site(zone(rule=SHORT)))


def outcomes(stories: tuple[Story, ...]) -> list[tuple[str, bool]]:
    """How each ended, and whether it was a near miss."""
    return [(story.outcome, story.near_miss) for story in stories]


def test_a_log_of_looks_alone_is_told_as_if_all_worked(tmp_path: Path) -> None:
    """One file is one camera's."""
    log = stored(tmp_path / "road.jsonl", EVENTS)
    assert outcomes(stories_of(log, loaded(tmp_path))) == [("resolved", False)]


def test_the_files_of_a_live_agent_are_one_log(tmp_path: Path) -> None:
    """An incident that lasts over the turn of the hour is one story, whatever the files are called."""
    folder = tmp_path / "logs"
    book = HourlyLog(folder, HEADER, count=0)
    late = looks(stands("car", 3570, 3670), until=3720, first=3500)
    for event in late:
        book.append(event)
    book.close()
    assert len(logs_in(folder)["c1"]) == 2
    (story,) = stories_of(folder, loaded(tmp_path), "c1")
    assert story.outcome == "resolved"
    (alone,) = stories_of(stored(tmp_path / "one.jsonl", late), loaded(tmp_path))
    assert alone == story


def test_what_the_speaker_answered_is_told(tmp_path: Path) -> None:
    """The log's word counts: a warning that was not played is not told as played."""
    site_ = loaded(tmp_path)
    (opened,) = stories_of(stored(tmp_path / "a.jsonl", EVENTS[:25]), site_)
    failed = WarningAnswered(
        at=at(24), incident=opened.incident or "", n=1, result=Result.FAILED, reason="too late to be said"
    )
    (story,) = stories_of(stored(tmp_path / "b.jsonl", (*EVENTS[:25], failed)), site_)
    assert [moment.what for moment in story.moments] == ["opened", "not_played"]
    assert story.moments[1].text["en"] == "warning 1 was not played: too late to be said, dwell 24 s"


def test_what_still_stands_is_told(tmp_path: Path) -> None:
    """A log may end before a dwell does."""
    log = stored(tmp_path / "road.jsonl", EVENTS[:15])
    assert outcomes(stories_of(log, loaded(tmp_path))) == [("still_there", True)]


def test_a_place_without_a_log_of_the_site_is_refused(tmp_path: Path) -> None:
    """In one sentence that says what there is."""
    site_ = loaded(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match=r"no detection log in it, expected files named \*\.detections\.jsonl"):
        stories_of(tmp_path / "empty", site_)
    log = stored(tmp_path / "other.jsonl", (), replace(HEADER, camera="c9"))
    with pytest.raises(BadInputError, match=r"is of camera 'c9', expected one of the site's: c1"):
        stories_of(log, site_)
    with pytest.raises(BadInputError, match="no log of camera 'c1', expected one of: c9"):
        stories_of(log, site_, "c1")


def test_a_story_is_found_by_the_beginning_of_its_name(tmp_path: Path) -> None:
    """With or without what all names begin with; a near miss by its case."""
    car, after = stands("car", 0, 100), stands("car", 400, 410)
    log = stored(tmp_path / "road.jsonl", looks(lambda s: (*car(s), *after(s)), until=500))
    incident, near = stories = stories_of(log, loaded(tmp_path))
    name = incident.incident or ""
    assert chosen(stories, name) is chosen(stories, name[4:8]) is incident
    assert chosen(stories, near.case[:9]) is near
    assert chosen(stories, incident.case) is incident


def test_an_unknown_name_says_which_there_are(tmp_path: Path) -> None:
    """And one that several begin with, which of them."""
    log = stored(tmp_path / "road.jsonl", EVENTS)
    (story,) = stories_of(log, loaded(tmp_path))
    with pytest.raises(BadInputError, match=f"no incident begins with 'zz', expected one of: {story.incident}"):
        chosen((story,), "zz")
    with pytest.raises(BadInputError, match="no incident begins with 'zz', there are none"):
        chosen((), "zz")
    twice = (story, replace(story, incident="inc-other"))
    with pytest.raises(BadInputError, match=f"'inc' may be {story.incident}, inc-other: expected one of them"):
        chosen(twice, "inc")

"""A review on a box whose power fails: a person's word is kept, done once, and what waits for it goes on waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from edge_agent.core.site.policy import Review, Unreviewed
from edge_agent.core.site.site import Site
from tests.app.centre import Centre
from tests.app.one_camera import Mains, PowerCutError
from tests.site import SHORT, site, zone
from tests.street import second_of, span

FIRST: Final = replace(SHORT, review=Review.BEFORE_WARNING, review_limit=span(40), unreviewed=Unreviewed.DROP)
WHERE: Final[Site] = site(zone(rule=FIRST))
OVER: Final = 61  # seen from second 1 on, opened at 21
TOLD: Final = ["opened", "referred", "confirmed", "warned"]


def happened(centre: Centre) -> list[str]:
    """What was told of the incident."""
    return [each.removeprefix("incident.") for each in centre.happened()]


def confirmed_at_30(folder: Path, cut: int = -1) -> Centre:
    """A car is confirmed at second 30; the power may fail at some step, and is back a look later."""
    centre = Centre(folder, mains=Mains(), site=WHERE)
    centre.looks(29)
    centre.mains.cut = -1 if cut < 0 else len(centre.mains.steps) + cut
    for until in (30, 31, 40):
        try:
            if until == 31:
                centre.write("confirm", id="c-1", incident=centre.incident)
            centre.looks(until)
        except PowerCutError:
            centre.restart()
            centre.loop.recover()
            if until == 31:
                centre.desk.turn()  # what was heard and not answered is taken up again
                centre.write("confirm", id="c-1", incident=centre.incident)  # the broker hands it over again
            centre.looks(until)
    centre.mains.cut = -1
    centre.looks(44)
    return centre


def test_a_cut_at_any_step_of_a_review_changes_nothing(tmp_path: Path) -> None:
    """Told once, warned once, answered once (or once more, for it was asked twice), whatever was cut."""
    whole = confirmed_at_30(tmp_path / "whole")
    assert happened(whole) == TOLD
    assert len(whole.speaker.heard) == 1
    whole.store.close()
    for cut in range(24):
        centre = confirmed_at_30(tmp_path / str(cut), cut)
        assert happened(centre) == TOLD, cut
        assert len(centre.speaker.heard) == 1, cut
        assert set(centre.outcomes()) <= {"accepted"}, cut
        centre.store.close()


@pytest.mark.parametrize("away", [0, 7, 25])
def test_the_limit_goes_on_where_it_stood(tmp_path: Path, away: int) -> None:
    """The box is away for a while that is bridged: it is dropped when it would have been, and nothing was said."""
    centre = Centre(tmp_path, site=WHERE)
    centre.looks(30)
    centre.restart()
    centre.looked += away
    centre.looks(80)
    assert happened(centre) == ["opened", "referred", "cancelled"]
    (dropped,) = [each for each in centre.events() if each["type"] == "incident.cancelled"]
    assert second_of(datetime.fromisoformat(dropped["at"])) == OVER
    assert dropped["reason"] == "unreviewed"
    assert centre.speaker.heard == []
    centre.store.close()


def test_what_the_centre_answers_to_is_there(tmp_path: Path) -> None:
    """The message that refers it says until when; the receipt whose word it was; the feed that it is confirmed."""
    centre = Centre(tmp_path, site=WHERE)
    centre.looks(25)
    (referred,) = [each for each in centre.events() if each["type"] == "incident.referred"]
    assert (referred["review"], referred["reason"]) == ("before_warning", "before_warning")
    assert second_of(datetime.fromisoformat(referred["review_until"])) == OVER
    centre.write("confirm", incident=centre.incident, note="nobody in it")
    centre.write("confirm", incident=centre.incident)
    assert centre.outcomes() == ["accepted", "already_done"]
    (confirmed,) = [each for each in centre.events() if each["type"] == "incident.confirmed"]
    assert (confirmed["confirmed_by"], confirmed["note"], confirmed["review"]) == (
        *("Li Wei", "nobody in it", "confirmed"),
    )
    centre.store.close()

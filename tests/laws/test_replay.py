"""Law 9: live equals replay: the log of what a camera's core was told gives the same effects, to the id."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from edge_agent.adapters.detection_log import LogHeader, LogWriter, read_events
from edge_agent.app.replay.replay import Assumed, Speaking, replay
from edge_agent.core.site.site import Site
from tests.laws.named_streets import RETURN
from tests.laws.streets import MIXED, Shell, Street, shells, sites, streets, walk
from tests.street import START

HEADER = LogHeader(camera="c1", size=(1920, 1080), model="0" * 64, started=START)
ALL_FROM_LOG = Assumed(speaking=Speaking.FROM_LOG, heard=None, looked_again=None)


@settings(max_examples=80)
@given(street=streets, site=sites, shell=shells)
@example(street=RETURN, site=MIXED, shell="obliging")  # noqa: S604 - no command interpreter
def test_live_equals_replay(tmp_path_factory: pytest.TempPathFactory, street: Street, site: Site, shell: Shell) -> None:
    """Every event goes through a file; answers, commands and the stream's troubles are in it too."""
    live = walk(street, site, shell=shell)
    path = tmp_path_factory.mktemp("log") / "c1.detections.jsonl"
    with LogWriter(path, HEADER) as log:
        for event in live.events:
            log.append(event)
    assert tuple(replay(read_events(path), "c1", site, ALL_FROM_LOG)) == live.run.effects

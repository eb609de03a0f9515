"""The doctor's round: everything a site needs, looked at in turn, without disturbing an agent at work.

It writes nothing but a file that vanishes beside the state, and a sound that vanishes beside the warnings. All that is
heard of it is a second of a tone. The database is opened for reading; the broker knows it under an id of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.adapters.clock import SteadyClock
from edge_agent.app.doctor.broker import ADVICE, RIGHTS, broker, topics
from edge_agent.app.doctor.findings import Finding, guarded, ill, well
from edge_agent.app.doctor.machine import agent, clock, disk, remembered, state
from edge_agent.app.doctor.seeing import cameras, model
from edge_agent.app.doctor.speakers import natural, speakers, voice
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.site.shipped import check_files
from edge_agent.config.yaml.source import BadConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.ports import Chronometer


def examine(site: Path, chronometer: Chronometer | None = None, *, silent: bool = False) -> Iterator[Finding]:
    """Every finding as it is made; after a configuration that cannot be read there is only that one.

    Where only secrets are missing all else is looked at too.

    Speakers are heard unless it is to be ``silent``.
    """
    try:
        loaded = load_site(site)
    except BadConfigError as error:
        yield _misread(error.problems)
        try:
            loaded = load_site(site, secrets_needed=False)  # all else can be looked at without them
        except BadConfigError:
            return
        yield from _examined(loaded, chronometer or SteadyClock.going_on(), silent=silent)
        return
    missing = check_files(loaded)
    yield _misread(missing) if missing else well("configuration", f"{len(loaded.files)} files read, no problems")
    yield from _examined(loaded, chronometer or SteadyClock.going_on(), silent=silent)


def _examined(loaded: LoadedSite, chronometer: Chronometer, *, silent: bool) -> Iterator[Finding]:
    room = "give the state folder a disk that can be written"
    restore = "stop the agent, move the database away, and restore a backup or start anew"
    yield from guarded("clock", lambda: clock(chronometer, remembered(loaded).values()), restore)
    yield from guarded("disk", lambda: disk(loaded, chronometer), room)
    yield from guarded("state", lambda: state(loaded), restore)
    yield from guarded("model", lambda: model(loaded, chronometer), "give the site a model that this box can run")
    yield from cameras(loaded, chronometer)
    yield from guarded("broker", lambda: broker(loaded, chronometer), ADVICE)
    yield from guarded("topics", lambda: topics(loaded, chronometer), RIGHTS)
    engine = "install the voice (pip install 'edge-agent[voice]')"
    yield from guarded("voice", lambda: voice(loaded, chronometer), engine)
    yield from guarded("natural voice", lambda: natural(loaded, chronometer), "see docs/voice.md")
    yield from speakers(loaded, chronometer, silent=silent)
    yield from agent(loaded)


def _misread(problems: tuple[Problem, ...]) -> Finding:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return ill("configuration", f"{min(problems)}{more}", "edge-agent check names every problem")

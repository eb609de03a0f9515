"""Whether the files a site names are there: asked before a start, not while replaying a log without them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from edge_agent.config.broker_settings import BrokerSettings
from edge_agent.config.deployment import VideoFile
from edge_agent.config.loading import LoadedSite
from edge_agent.config.problems import Problem


def check_files(loaded: LoadedSite) -> tuple[Problem, ...]:
    """A problem for the model, every recording and every file of the broker's TLS that does not exist."""
    return tuple(
        problem_at(loaded, field, f"no file {path}", "a file that exists")
        for field, path in _named(loaded)
        if not path.is_file()
    )


def problem_at(loaded: LoadedSite, field: str, found: str, expected: str) -> Problem:
    """A problem with something the site file names in ``field``."""
    mark = loaded.places[field]
    return Problem(mark.file, mark.line, mark.column, field, found, expected)


def _named(loaded: LoadedSite) -> Iterator[tuple[str, Path]]:
    yield "model", loaded.model
    for camera, settings in loaded.cameras.items():
        if isinstance(settings.source, VideoFile):
            yield f"cameras.{camera}.source", settings.source.path
    if isinstance(loaded.broker, BrokerSettings) and loaded.broker.tls is not None:
        tls = loaded.broker.tls
        for name, path in (("ca", tls.ca), ("certificate", tls.certificate), ("key", tls.key)):
            if path is not None:
                yield f"broker.tls.{name}", path

"""Whether the files a site names are there: asked before a start, not while replaying a log without them.

Whether the detector can see what the zones ask for: a kind none of whose labels it knows never happens.

The files that are shipped with the program: the default model and its register, and the sample site with its clip.

A wheel carries them in ``edge_agent/shipped``; in a clone they lie in the folders at its root, which the wheel is made
of, so that there is one copy of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.site.loading import LoadedSite, ZoneKind
from edge_agent.config.site.site_file import VideoFileSettings
from edge_agent.config.yaml.source import Problem
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import OBJECT


def check_files(loaded: LoadedSite) -> tuple[Problem, ...]:
    """A problem for the model, every recording and every file of the broker's TLS that does not exist."""
    return tuple(
        problem_at(loaded, field, f"no file {path}", "a file that exists")
        for field, path in _named(loaded)
        if not path.is_file()
    )


def problem_at(loaded: LoadedSite, field: str, value: str, expected: str) -> Problem:
    """A problem with something the site file names in ``field``."""
    mark = loaded.places[field]
    return Problem(mark.file, mark.line, mark.column, field, value, expected)


def _named(loaded: LoadedSite) -> Iterator[tuple[str, Path]]:
    yield "model", loaded.model
    for camera, settings in loaded.cameras.items():
        if isinstance(settings.source, VideoFileSettings):
            yield f"cameras.{camera}.source", settings.source.path
    if isinstance(loaded.broker, BrokerSettings) and loaded.broker.tls is not None:
        tls = loaded.broker.tls
        for name, path in (("ca", tls.ca), ("certificate", tls.certificate), ("key", tls.key)):
            if path is not None:
                yield f"broker.tls.{name}", path


def check_labels(loaded: LoadedSite, labels: frozenset[str]) -> tuple[Problem, ...]:
    """A problem for every kind asked for that a model with ``labels`` cannot see; an `object` needs no model."""
    return tuple(
        _blind(zone_kind, loaded.site.policy.kinds[zone_kind.kind].labels)
        for zone_kind in loaded.zone_kinds
        if not loaded.site.policy.kinds[zone_kind.kind].labels & (labels | {OBJECT})
    )


def _blind(zone_kind: ZoneKind, wanted: frozenset[str]) -> Problem:
    value = f"kind '{zone_kind.kind}', of which the model knows no label"
    expected = f"a model that knows one of: {', '.join(sorted(wanted))}"
    return Problem(zone_kind.mark.file, zone_kind.mark.line, zone_kind.mark.column, zone_kind.field, value, expected)


_PACKAGE: Final = Path(__file__).parents[2]
_FOLDERS: Final = (_PACKAGE / "shipped", _PACKAGE.parent)


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, by its path from the root of a clone, such as ``models/street.onnx``.

    Raises:
        OutsideError: The installation lacks it.
    """
    for folder in _FOLDERS:
        if (folder / name).exists():
            return folder / name
    raise OutsideError(f"{name}: expected it in {_FOLDERS[0]}, found nothing; install edge-agent anew")

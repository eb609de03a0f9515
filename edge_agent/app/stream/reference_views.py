"""Scenes: what was learned of a camera's view, kept over a restart, so that one turned meanwhile is found out.

One small file a camera. It is no record: where it is damaged or gone, the view is learned anew.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from edge_agent.config.wire.events import decode_health, encode_health
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.stream.health import Health

_log = logging.getLogger(__name__)


class Scenes:
    """The files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remembered(self, camera: str) -> Health | None:
        """What is known of a camera; None where nothing is, or nothing that can be read."""
        path = self._path(camera)
        try:
            return decode_health(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, BadInputError) as error:
            _log.warning("%s: the view of camera %s is learned anew: %s", path, camera, error)
            return None

    def remember(self, camera: str, health: Health) -> None:
        """Keep what is known of a camera; raises OutsideError where the disk refuses."""
        path = self._path(camera)
        try:
            write_whole(path, encode_health(health), private=True)
        except OSError as error:
            raise unwritten(error, f"{path}: cannot be written: {error.strerror}") from error

    def _path(self, camera: str) -> Path:
        return self._folder / f"{camera}.json"

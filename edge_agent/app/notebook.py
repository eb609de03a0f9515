"""The notebook of the speakers: what each has said, so that neither a cap nor a warning is forgotten by a power cut.

One small file a speaker, written before it begins and when it has ended. It is no record: where it is damaged or gone,
the speaker begins anew, and what was under way counts as not played.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from edge_agent.config.atomic_file import write_whole
from edge_agent.config.spoken_file import decode_spoken, encode_spoken
from edge_agent.core.errors import BadInputError
from edge_agent.core.manners import Spoken

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)


class Notebook:
    """The files in one folder; each belongs to one speaker's thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remembered(self, speaker: str) -> Spoken:
        """What a speaker has said; nothing where nothing is known, or can be read."""
        path = self._path(speaker)
        try:
            return decode_spoken(path.read_bytes())
        except FileNotFoundError:
            return Spoken()
        except (OSError, BadInputError) as error:
            _log.warning("%s: what speaker %s has said is not known: %s", path, speaker, error)
            return Spoken()

    def keep(self, speaker: str, spoken: Spoken) -> None:
        """Write it down; a disk that refuses is logged, for a warning that is due is not held back for it."""
        path = self._path(speaker)
        try:
            write_whole(path, encode_spoken(spoken))
        except OSError as error:
            _log.warning("%s: cannot be written: %s", path, error.strerror)

    def _path(self, speaker: str) -> Path:
        return self._folder / f"{speaker}.json"

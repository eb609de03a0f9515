"""The files that are shipped with the program: the default model and its register, and the sample site with its clip.

A wheel carries them in ``edge_agent/shipped``; in a clone they lie in the folders at its root, which the wheel is made
of, so that there is one copy of each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from edge_agent.core.errors import OutsideError

_PACKAGE: Final = Path(__file__).parents[1]
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

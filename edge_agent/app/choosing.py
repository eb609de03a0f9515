"""Choosing: which camera of a site a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from edge_agent.config.loading import LoadedSite


def chosen_camera(loaded: LoadedSite, camera: str | None) -> str:
    """The camera asked for, or the only one; raises BadInputError where that is no answer."""
    known = ", ".join(loaded.cameras)
    if camera is None:
        if len(loaded.cameras) == 1:
            return next(iter(loaded.cameras))
        raise BadInputError(f"--camera: the site has several, expected one of: {known}")
    if camera not in loaded.cameras:
        raise BadInputError(f"--camera {camera}: not in the site, expected one of: {known}")
    return camera

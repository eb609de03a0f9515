"""Pictures: who keeps those of a camera, with what the site wants nobody to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.adapters.evidence.redaction import Redaction
from edge_agent.adapters.evidence.snapshots import WATCHED, SnapshotFolder

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.geometry import Box
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Detector, Image

EVIDENCE: Final = "evidence"


def redaction_of(loaded: LoadedSite, camera: str) -> Redaction:
    """What the pictures of a camera must not show."""
    settings = loaded.cameras.get(camera)
    return Redaction(parts=frozenset(loaded.privacy.redact), mask=() if settings is None else settings.mask)


def pictures_of(
    loaded: LoadedSite,
    camera: str,
    detector: Detector,
    *,
    site: Site | None = None,
    folder: Path | None = None,
    stream: str = WATCHED,
) -> SnapshotFolder:
    """Keeps the pictures of a camera; ``detector`` looks at those of which nobody says what is in them.

    ``site`` is the one that is judged by now, ``folder`` another place than the state's.
    """
    return SnapshotFolder(
        folder or loaded.state / EVIDENCE,
        camera=camera,
        model=detector.model_id,
        policy_sha256=(site or loaded.site).policy.sha256,
        stream=stream,
        redaction=redaction_of(loaded, camera),
        look=detector.detect,
    )


def live_pictures(
    loaded: LoadedSite, detector: Detector, camera: str, site: Site, *, stream: str = WATCHED
) -> SnapshotFolder:
    """The same for any camera of a live box."""
    return pictures_of(loaded, camera, detector, site=site, stream=stream)


def may_leave(loaded: LoadedSite, detector: Detector, camera: str, image: Image, box: Box | None) -> Image:
    """Of any picture of a camera what may leave, with the thing at ``box`` that it is about; raises OutsideError."""
    redaction = redaction_of(loaded, camera)
    shown = redaction.masked(image)
    return redaction.redacted(shown, detector.detect(shown), box).image

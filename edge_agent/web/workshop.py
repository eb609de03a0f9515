"""The workshop: what the page needs done, as a protocol; the app does it.

Whatever it is given may be wrong: it raises BadConfigError with all problems, NotFoundError for an unknown camera, and
OutsideError with one sentence for what cannot be had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.web.views import (
        CameraView,
        DiffView,
        FitView,
        FoldView,
        LookView,
        SavedView,
        SeenView,
        SiteView,
        TaughtView,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Who asks, and for which time: of one page only the latest question matters."""

    page: str
    number: int


class StudioWork(Protocol):
    """Everything that can be done here; nothing of it reaches a speaker, a broker or the agent's store."""

    def site(self) -> SiteView:
        """The cameras and kinds to choose from."""

    def camera(self, camera: str) -> CameraView:
        """One camera, with its files as they are now."""

    def picture(self, camera: str, at_s: float | None) -> bytes:
        """A JPEG of the moment; None, or any moment of a stream: a new one."""

    def look(self, camera: str, at_s: float) -> LookView:
        """What was seen at the moment."""

    def seen(self, camera: str) -> SeenView:
        """How far the detector has come."""

    def detect(self, camera: str, *, on: bool) -> SeenView:
        """Begin to detect, or go on where it was stopped; or stop."""

    def fold(self, camera: str, zones: object, request: PageRequest) -> FoldView:
        """What would have been by these zones, as far as it is known soon.

        Raises OutdatedError where a later question came meanwhile.
        """

    def go_on(self, request: PageRequest) -> FoldView:
        """The same, some way further; raises OutdatedError where that fold is not under way any more."""

    def compare(self, camera: str, zones: object) -> DiffView:
        """What saving these zones would change."""

    def save(self, camera: str, zones: object, base: str | None) -> SavedView:
        """Save them; raises ChangedError where the file is no more the one named by ``base``."""

    def fit(self, camera: str, survey: object) -> FitView:
        """What a calibration from these pairs is worth."""

    def compare_survey(self, camera: str, survey: object) -> DiffView:
        """What saving this calibration would change."""

    def save_survey(self, camera: str, survey: object, base: str | None) -> SavedView:
        """Save it; raises ChangedError where the file is no more the one named by ``base``."""

    def taught(self, camera: str) -> TaughtView:
        """The examples of a camera, and how well they are told apart."""

    def mark(self, camera: str, given: Mapping[str, object]) -> TaughtView:
        """Keep an example: ``mark``, ``box``, ``at_s`` and ``source`` of it."""

    def forget(self, camera: str, ident: str) -> TaughtView:
        """Take an example away."""

    def take(self, camera: str, given: Mapping[str, object]) -> TaughtView:
        """Make an example of a proposed crop: ``id`` and ``mark`` of it."""

    def refuse(self, camera: str, ident: str) -> TaughtView:
        """Let a proposed crop go."""

    def proposed(self, camera: str, ident: str) -> bytes:
        """A JPEG of a proposed crop."""

    def train(self, camera: str) -> TaughtView:
        """Teach by all examples."""

    def use(self, camera: str) -> TaughtView:
        """Put what was taught beside the zones, where it is good enough."""

"""Proposing: what the next teaching should know, for a person to take or to refuse.

What the witnesses of a second look disagreed about, and what the operations centre confirmed or rejected: a confirmed
thing as what its kind is made of, one that is not there or of another kind as nothing of the sort. A rejection for any
other reason says that the thing may stand there today, not what it looks like, and proposes nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from edge_agent.app.teach.examples import Proposals
from edge_agent.app.teach.sources import thing_of
from edge_agent.core.effects import PublishIncident
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.score.reviewed import WRONG
from edge_agent.core.teach.taught import LABELS, Mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.app.stream.frames import FrameRing
    from edge_agent.core.effects import Effect, LookAgain
    from edge_agent.core.events import LookedAgain
    from edge_agent.core.feed.incidents import IncidentEvent
    from edge_agent.core.site.policy import Kind
    from edge_agent.core.site.site import Site

    Disagreed = Callable[[LookAgain, LookedAgain], None]

_log = logging.getLogger(__name__)


def proposing(state: Path, camera: str, ring: FrameRing) -> Disagreed:
    """Who keeps such crops of a camera; a disk that refuses is said, and decides nothing."""
    proposals = Proposals(state, camera)

    def disagreed(request: LookAgain, answer: LookedAgain) -> None:
        frame = ring.at(request.at)
        mark = next((witness.mark for witness in answer.witnesses if witness.mark), Mark.NOTHING)
        if frame is None:
            return
        picture = frame.image if frame.full is None else frame.full()
        try:
            proposals.propose(Mark(mark), picture, request.box, frame.at, request.case)
        except OutsideError as error:
            _log.warning("camera %s: an example is not proposed: %s", camera, error)

    return disagreed


def propose_judged(state: Path, site: Site, camera: str, effects: tuple[Effect, ...]) -> None:
    """Propose the things of incidents that the centre has just judged; what stands in the way is said, no more."""
    for effect in effects:
        if not isinstance(effect, PublishIncident):
            continue
        mark = judged_as(effect.event, site.policy.kinds.get(effect.event.kind))
        if mark is None:
            continue
        incident = effect.event.incident
        try:
            shown = thing_of(state, camera, incident)
            Proposals(state, camera).propose(
                mark, shown.picture, shown.box, shown.at, f"{effect.event.verb} {incident}"
            )
        except (BadInputError, OutsideError) as error:
            _log.warning("camera %s: an example is not proposed: %s", camera, error)


def judged_as(event: IncidentEvent, kind: Kind | None) -> Mark | None:
    """What the centre's word about an incident makes of its thing; None where it says nothing of what it looks like."""
    if event.type is Happening.CONFIRMED and kind is not None:
        return next((mark for mark, label in LABELS.items() if label in kind.labels), None)
    if event.type is Happening.CANCELLED and event.verb == "reject" and event.reason in WRONG:
        return Mark.NOTHING
    return None

"""Upload in a live agent: put together where the site names a store, and nothing where it does not."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from edge_agent.adapters.evidence.remote_store import OpendalStore
from edge_agent.adapters.evidence.upload_queue import UPLOADS, UploadQueue
from edge_agent.adapters.state_folder import DATABASE
from edge_agent.adapters.store.incident_messages import IncidentMessages
from edge_agent.app.evidence.upload import Uploader
from edge_agent.app.feed.evidence_messages import evidence_stored
from edge_agent.app.feed.messages import agent_health
from edge_agent.app.feed.notices import Notice, Notices
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from threading import Event

    from edge_agent.app.plan import Surroundings
    from edge_agent.ports.uploads import Upload

_log = logging.getLogger(__name__)


def run_uploads(around: Surroundings, stop: Event) -> None:
    """Upload until ``stop``; that it cannot be begun is said, and is no reason not to watch."""
    loaded = around.plan.loaded
    settings = loaded.evidence.store
    if settings is None:
        return

    def tell(uploads: tuple[Upload, ...]) -> None:
        at = max(each.stored or each.at for each in uploads)
        message = evidence_stored(loaded.site, uploads, at, settings.url)
        around.store.queue((message,), around.clock.now())
        around.wake()

    def tell_health(state: str, reason: str) -> None:
        now = around.clock.now()
        around.store.queue((agent_health(loaded.site, now, state, reason),), now)
        around.wake()

    try:
        store, queue = OpendalStore(settings), UploadQueue(loaded.state / UPLOADS)
    except (BadInputError, OutsideError) as error:
        _log.error("evidence is not uploaded: %s", error)
        return
    uploader = Uploader(
        state=loaded.state,
        agent=loaded.site.agent,
        queue=queue,
        store=store,
        undelivered=IncidentMessages(loaded.state / DATABASE).undelivered,
        tell=tell,
        clock=around.clock,
        settings=settings,
        metrics=around.metrics,
        dropped=partial(Notices(tell_health).happened, Notice.EVIDENCE_DROPPED),
    )
    try:
        uploader.run(stop)
    finally:
        queue.close()

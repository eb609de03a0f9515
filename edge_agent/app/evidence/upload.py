"""Upload: the redacted files of every incident, sent to the store that the site names, after what was told of it.

::

    manifest ─▶ queue ─▶ all messages of the incident delivered? ─▶ sent, read back ─▶ `evidence.stored`

One file at a time, so that memory does not grow with what waits. A store that does not take one is left alone for a
while, for longer each time. Nothing else waits for any of it: it has a thread and a database of its own.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.evidence.sealed_folder import IncidentFolder
from edge_agent.app.evidence.sealing import EVIDENCE, incident_folders
from edge_agent.app.health.contained import report
from edge_agent.config.fields.spans_and_sizes import size_text
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from pathlib import Path
    from threading import Event

    from edge_agent.adapters.evidence.upload_queue import UploadQueue
    from edge_agent.config.site.evidence_store import EvidenceStoreSettings
    from edge_agent.ports import Clock, Metrics
    from edge_agent.ports.uploads import RemoteStore, Upload

EVERY: Final = timedelta(seconds=20)  # manifests are made once a minute
IDLE_S: Final = 5.0
FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 600.0
KEPT: Final = timedelta(days=3660)  # longer than any evidence, so that nothing is sent twice
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Uploader:
    """Sends what is redacted; ``turn`` belongs to one thread.

    Below ``state`` lies the evidence; in the ``store``, files lie below the ``agent``'s id. ``undelivered`` gives the
    incidents of which the centre has not been told everything yet. ``tell`` is told the files of one incident once they
    all have arrived, and keeps that for ever before it returns. ``dropped`` is told which files never will, and why.
    """

    state: Path
    agent: str
    queue: UploadQueue
    store: RemoteStore
    undelivered: Callable[[], Collection[str]]
    tell: Callable[[tuple[Upload, ...]], None]
    clock: Clock
    settings: EvidenceStoreSettings
    metrics: Metrics
    dropped: Callable[[str], None] = lambda _: None
    _looked: datetime | None = field(default=None, init=False)
    _seen: dict[str, int] = field(default_factory=dict, init=False)
    _pause_s: float = field(default=0.0, init=False)
    _trouble: str = field(default="", init=False)

    def run(self, stop: Event) -> None:
        """Send until ``stop``; whatever goes wrong is said, and is no reason to end."""
        wait_s = 0.0
        while not stop.wait(wait_s):
            try:
                wait_s = self.turn()
            except OutsideError as error:
                wait_s = self._backed_off(str(error))
            except Exception as error:  # noqa: BLE001 - evidence must not end the agent
                report("evidence upload", error, "tried again later")
                wait_s = LONGEST_PAUSE_S

    def turn(self) -> float:
        """Take in what is new, drop what is too much, send one file; returns for how many seconds to wait then.

        Raises:
            OutsideError: The disk does not answer. What the store does is no error: it is waited for.
        """
        self._take_in()
        excess = self.queue.excess(self.settings.waiting)
        if excess:
            self._drop(excess, f"more than {size_text(self.settings.waiting)} waited for the store")
        while arrived := self.queue.untold():
            self.tell(arrived)
            self.queue.announced(arrived)
        due = self.queue.next(self.undelivered())
        return IDLE_S if due is None else self._send(due)

    def _take_in(self) -> None:
        """Queue what manifests name and may leave the box."""
        now = self.clock.now()
        if self._looked is not None and now - self._looked < EVERY:
            return
        self._looked = now
        self.queue.forget(now - KEPT)
        counts: dict[str, int] = {}
        for folder in incident_folders(self.state):
            name = folder.path.name
            counts[name] = folder.written()
            if self._seen.get(name) != counts[name]:
                self._take(folder, now)
        self._seen = counts
        self.metrics.level(Measure.UPLOADS_WAITING, self.queue.counts()[0])

    def _take(self, folder: IncidentFolder, now: datetime) -> None:
        try:
            manifest = folder.manifest()
        except BadInputError as error:
            _log.warning("evidence of %s is not uploaded: %s", folder.path.name, error)
            return
        if manifest is not None:
            self.queue.take(folder.path.name, (each for each in manifest.files if each.redacted), now)

    def _send(self, upload: Upload) -> float:
        folder = IncidentFolder(self.state / EVIDENCE / upload.incident)
        if not (folder.path / upload.name).exists():
            self._drop((upload,), "is not there any more")
            return 0.0
        content = folder.read(upload.name)
        if sha256(content).hexdigest() != upload.sha256:
            self._drop((upload,), "was changed since it was sealed")
            return 0.0
        try:
            self.store.put(remote_path(self.agent, upload), content, upload.media_type)
        except (OutsideError, BadInputError) as error:
            self.queue.failed(upload)
            return self._backed_off(str(error))
        self.queue.stored(upload, self.clock.now())
        self.metrics.count(Measure.UPLOADS, outcome="stored")
        self._settled()
        return 2 * upload.bytes / self.settings.per_second  # there, and back

    def _settled(self) -> None:
        if self._trouble:
            _log.info("the evidence store takes files again")
        self._pause_s, self._trouble = 0.0, ""

    def _backed_off(self, why: str) -> float:
        """For how long to wait after another failure; the same one again is not said again."""
        if why != self._trouble:
            _log.warning("no evidence is uploaded for now: %s", why)
        self._trouble = why
        self._pause_s = min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, 2 * self._pause_s))
        return self._pause_s

    def _drop(self, uploads: tuple[Upload, ...], why: str) -> None:
        """Let files go: each is logged, and told by incident."""
        for upload in uploads:
            _log.warning("evidence %s/%s is not uploaded: %s", upload.incident, upload.name, why)
            self.queue.drop(upload, why)
            self.metrics.count(Measure.UPLOADS, outcome="dropped")
        for incident, count in Counter(upload.incident for upload in uploads).items():
            files = "a file" if count == 1 else f"{count} files"
            self.dropped(f"{files} of {incident} will not be uploaded: {why}")


def remote_path(agent: str, upload: Upload) -> str:
    """Where a file lies in the store: the same file always in the same place."""
    return f"{agent}/{upload.incident}/{upload.name}"

"""Sealing: what was kept and told of an incident becomes one signed manifest, each time something was added.

::

    evidence/<incident>/  pictures, clips, notes ─┐
    agent.db              its messages ───────────┼─▶ manifest.json + manifest.sig ─▶ the next manifest names its hash
    site                  zone, policy, model ────┘

The ladder waits for nothing of it: what cannot be sealed now is logged, and tried again at the next turn. A file that
was changed after it was sealed is never sealed again: the manifest that knew it stays.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from edge_agent import __version__
from edge_agent.adapters.clock import kernel_synchronised
from edge_agent.adapters.evidence.chain import Chain
from edge_agent.adapters.evidence.sealed_folder import EVENTS, MANIFEST, SIGNATURE, IncidentFolder, signature_file
from edge_agent.adapters.evidence.signing import Ed25519Signer
from edge_agent.adapters.software import file_sha256, software_sha256
from edge_agent.adapters.state_folder import DATABASE
from edge_agent.adapters.store.incident_messages import IncidentMessages
from edge_agent.config.site.site_file import Stream
from edge_agent.config.wire.events import instant_text
from edge_agent.config.wire.manifest_file import (
    MadeBy,
    Manifest,
    SealedCheck,
    SealedClock,
    SealedEvent,
    canonical,
    encode_manifest,
)
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.evidence import STANDARD, ClockQuality, Panorama, checks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.config.wire.manifest_file import ChainLink, SealedFile
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Clock as Time
    from edge_agent.ports.signing import Signer

KEYS: Final = "keys"
EVIDENCE: Final = "evidence"
LOOKS: Final = "look-"  # pictures that the centre asked for belong to no incident
_log = logging.getLogger(__name__)


def signer_of(state: Path) -> Ed25519Signer:
    """The signer with the key of this box, made at first use; raises OutsideError."""
    return Ed25519Signer(state / KEYS)


def sealer_of(loaded: LoadedSite, clock: Time, site: Callable[[], Site]) -> Sealer:
    """The sealer of a box that signs with its own key; how right the clock of a recording was, nobody knows."""
    live = any(isinstance(each.source, Stream) for each in loaded.cameras.values())
    return Sealer(
        loaded=loaded,
        clock=clock,
        site=site,
        signer=lambda: signer_of(loaded.state),
        synchronised=kernel_synchronised if live else lambda: None,
    )


def incident_folders(state: Path) -> tuple[IncidentFolder, ...]:
    """The evidence of every incident, in the order of their ids; raises OutsideError."""
    evidence = state / EVIDENCE
    try:
        folders = sorted(evidence.iterdir()) if evidence.is_dir() else []
    except OSError as error:
        raise OutsideError(f"evidence {evidence}: cannot be read: {error.strerror}") from error
    return tuple(IncidentFolder(each) for each in folders if each.is_dir() and not each.name.startswith(LOOKS))


def sealed_at_last(sealer: Sealer) -> None:
    """Seal what the last minute brought; that it cannot be is said, and waits for the next start."""
    try:
        sealer.turn()
    except OutsideError as error:
        _log.warning("not all evidence could be sealed: %s", error)


@dataclass(slots=True)
class _Seen:
    """How far the store was read, and the folders whose seal was found to be good, by the time they were written."""

    position: int = 0
    sealed: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """Seals the incidents of one box.

    ``synchronised`` tells whether something keeps the clock right that dates what is seen: for a recording nobody
    knows, None. ``signer`` is asked for when there is something to sign; a city's own takes the place of the file's.
    """

    loaded: LoadedSite
    clock: Time
    site: Callable[[], Site]
    signer: Callable[[], Signer]
    synchronised: Callable[[], bool | None] = kernel_synchronised
    seen: _Seen = field(default_factory=_Seen)

    def turn(self) -> None:
        """Seal every incident to which something was added since the last turn.

        Raises:
            OutsideError: One of them could not be sealed; the others were.
        """
        store = self.loaded.state / DATABASE
        if not store.is_file():
            return
        position, touched = IncidentMessages(store).since(self.seen.position)
        failed: list[OutsideError] = []
        for folder in incident_folders(self.loaded.state):
            try:
                name = folder.path.name
                if name in touched or self.seen.sealed.get(name) != folder.written():
                    self.seal(name)
            except OutsideError as error:
                failed.append(error)
        if failed:
            raise failed[0]
        self.seen.position = position

    def seal(self, incident: str) -> Manifest | None:
        """The manifest of all there is of an incident, made anew where something was added; None of one never told.

        Raises:
            BadInputError: A file was changed or taken away since it was sealed, or the key is not fit to sign with.
            OutsideError: The disk does not answer.
        """
        folder = IncidentFolder(self.loaded.state / EVIDENCE / incident)
        messages = IncidentMessages(self.loaded.state / DATABASE).messages(incident)
        chain = Chain(self.loaded.state / KEYS)
        with chain.taken():
            written, before = folder.written(), folder.manifest()
            if not messages:
                return before
            lines = b"".join(message + b"\n" for message in messages)
            if before is not None and _covers(before, folder.names(), lines):
                self.seen.sealed[incident] = written
                return before
            signer = self.signer()
            folder.write(EVENTS, lines)
            files = folder.files(camera=json.loads(messages[0])["data"].get("camera"))
            _untouched(folder.path, before, files)
            link = chain.next()
            manifest = self._manifest(incident, signer.key, link, files, messages)
            content = encode_manifest(manifest)
            signature = signature_file(content, signer)
            chain.add(link, incident, content)
            folder.write(SIGNATURE, signature)
            folder.write(MANIFEST, content)
            return manifest

    def _manifest(
        self, incident: str, key: str, link: ChainLink, files: tuple[SealedFile, ...], messages: tuple[bytes, ...]
    ) -> Manifest:
        site = self.site()
        events: list[dict[str, Any]] = [json.loads(message) for message in messages]
        clock = _clock(events, self.synchronised())
        panoramas = tuple(
            Panorama(at=datetime.fromisoformat(each.at), size=_size(each))
            for each in files
            if each.role == "panorama" and each.at is not None
        )
        return Manifest(
            agent=site.agent,
            incident=incident,
            sealed=instant_text(self.clock.now()),
            key=key,
            chain=link,
            files=files,
            events=tuple(map(_event, events, messages)),
            clock=SealedClock(synchronised=clock.synchronised, off_s=clock.off.total_seconds()),
            checks=tuple(SealedCheck(standard=STANDARD, **asdict(each)) for each in checks(clock, panoramas)),
            made_by=self._made_by(site, events[0]["data"]),
        )

    def _made_by(self, site: Site, data: dict[str, Any]) -> MadeBy:
        camera, named = data.get("camera"), data.get("zone")
        zone = next((each for each in site.zones if (each.camera, each.id) == (camera, named)), None)
        polygon = None if zone is None else tuple((point.x, point.y) for point in zone.polygon)
        settings = self.loaded.cameras.get(str(camera))
        return MadeBy(
            version=__version__,
            software_sha256=software_sha256(),
            model_sha256=file_sha256(self.loaded.model),
            policy_sha256=site.policy.sha256,
            calibration_sha256=None if settings is None else file_sha256(settings.calibration),
            zone=named,
            polygon=polygon,
            polygon_sha256=None if polygon is None else sha256(canonical(polygon)).hexdigest(),
        )


def _covers(manifest: Manifest, names: tuple[str, ...], line: bytes) -> bool:
    """Whether a manifest names all files there are, and all that was told."""
    sealed = {each.name: each.sha256 for each in manifest.files}
    return tuple(sealed) == names and sealed.get(EVENTS) == sha256(line).hexdigest()


def _untouched(folder: Path, before: Manifest | None, files: tuple[SealedFile, ...]) -> None:
    """Raise BadInputError for a file that is not what it was when it was sealed."""
    now = {each.name: each.sha256 for each in files}
    for file in () if before is None else before.files:
        if file.name != EVENTS and now.get(file.name) != file.sha256:
            fate = "changed" if file.name in now else "taken away"
            raise BadInputError(f"evidence {folder / file.name}: was {fate} since it was sealed, expected it as it was")


def _event(event: dict[str, Any], message: bytes) -> SealedEvent:
    return SealedEvent(
        id=event["id"],
        type=event["type"],
        at=event["time"],
        seq=event["data"].get("seq"),
        sha256=sha256(message).hexdigest(),
    )


def _clock(events: list[dict[str, Any]], synchronised: bool | None) -> ClockQuality:  # noqa: FBT001 - as the kernel tells it
    """The worst that any message says of the clock; where none says anything, what is known now."""
    if any(each.get("clocksynchronised") is False for each in events):
        synchronised = False
    worst = max(abs(int(each.get("clockoffsetms", 0))) for each in events)
    return ClockQuality(synchronised=synchronised, off=timedelta(milliseconds=worst))


def _size(file: SealedFile) -> tuple[int, int] | None:
    return None if file.width is None or file.height is None else (file.width, file.height)

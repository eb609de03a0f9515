"""The message that evidence has arrived; told once of the same files, for its id is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.app.feed.messages import record
from edge_agent.config.wire.evidence_data import EvidenceFile, EvidenceStored
from edge_agent.core.feed.incidents import derived_id

if TYPE_CHECKING:
    from datetime import datetime

    from edge_agent.core.site.site import Site
    from edge_agent.ports import Message
    from edge_agent.ports.uploads import Upload


def evidence_stored(site: Site, uploads: tuple[Upload, ...], at: datetime, url: str | None) -> Message:
    """Say that files of one incident arrived; ``url`` is what stands before a file's place in the store."""
    incident = uploads[0].incident
    data = EvidenceStored(incident=incident, at=at, evidence=tuple(_file(each, site.agent, url) for each in uploads))
    ident = derived_id("evidence", incident, *sorted(each.name + each.sha256 for each in uploads))
    return record(site, f"evidence/{incident}/stored", ident, "evidence.stored", incident, at, data)


def _file(upload: Upload, agent: str, url: str | None) -> EvidenceFile:
    return EvidenceFile(
        role=upload.role,
        media_type=upload.media_type,
        bytes=upload.bytes,
        sha256=upload.sha256,
        url=None if url is None else f"{url.rstrip('/')}/{agent}/{upload.incident}/{upload.name}",
        width=upload.width,
        height=upload.height,
        redacted=True,
    )

"""The archive of a box: what is kept of each incident, for a person to list, hand out, hold and release."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.evidence.bundle import write_bundle
from edge_agent.adapters.evidence.sealed_folder import HOLD, MANIFEST, SIGNATURE, IncidentFolder
from edge_agent.adapters.evidence.signing import Ed25519Verifier
from edge_agent.adapters.evidence.verifying import verified
from edge_agent.adapters.evidence.withheld import WITHHELD, originals, withheld_file
from edge_agent.app.evidence.sealing import KEYS, incident_folders, sealer_of, signer_of
from edge_agent.config.wire.events import instant_text
from edge_agent.config.wire.manifest_file import canonical
from edge_agent.config.yaml.rewriting import owners
from edge_agent.core.errors import BadInputError
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.app.evidence.sealing import Sealer
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.config.wire.manifest_file import Manifest


LIST: Final = "edge-agent evidence list"
HANDED_OUT: Final = "originals.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What there is of one incident; ``number`` and ``sealed`` are None where something in it was never sealed."""

    incident: str
    files: int
    bytes: int
    number: int | None
    sealed: str | None
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was handed out, where the public key lies that it is verified with, and the originals that were not."""

    manifest: Manifest
    public: Path
    withheld: tuple[str, ...] = ()


class Archive:
    """The evidence of one box; its agent may be running."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._state = sealer.loaded.state

    def listed(self) -> tuple[Listed, ...]:
        """Every incident of which there is evidence, in the order of their ids; raises OutsideError."""
        return tuple(map(_listed, incident_folders(self._state)))

    def export(self, incident: str, path: Path, *, original_for: str | None = None) -> Exported:
        """Write one incident as a bundle, sealed to the last thing that was added, and verified before it is written.

        Originals are in it only for somebody whom the site names, and it is written down that he got them.

        Raises:
            BadInputError: There is no evidence of it, nothing was told of it, something is not as it was sealed, or the
                site does not name whom the originals are for.
            OutsideError: The disk does not answer.
        """
        folder = self._folder(incident)
        self._allowed(original_for)
        manifest = self._sealer.seal(incident)
        if manifest is None:
            raise BadInputError(f"incident {incident}: the store tells nothing of it, so there is nothing to seal")
        signer = signer_of(self._state)
        back = () if original_for is not None else originals(manifest)
        names = (MANIFEST, SIGNATURE, *(each.name for each in manifest.files))
        whole = tuple((name, folder.read(name)) for name in names)
        digest = verified(whole, Ed25519Verifier(signer.public)).sha256  # also of what stays here
        extra = ((WITHHELD, withheld_file(back, digest, signer)),) if back else ()
        entries = (*whole[:2], *extra, *(each for each in whole[2:] if each[0] not in back))
        if original_for is not None:
            self._write_down(incident, digest, original_for)
        write_bundle(path, entries)
        return Exported(manifest=manifest, public=signer.public, withheld=back)

    def _allowed(self, recipient: str | None) -> None:
        named = self._sealer.loaded.privacy.originals
        if recipient is not None and recipient not in named:
            expected = f"one of: {', '.join(named)}" if named else "that privacy.originals of the site names somebody"
            raise BadInputError(f"originals for '{recipient}': the site does not allow it, expected {expected}")

    def _write_down(self, incident: str, digest: str, recipient: str) -> None:
        """Who was given originals, and when; before he is."""
        at = instant_text(self._sealer.clock.now())
        line = canonical({"at": at, "incident": incident, "manifest_sha256": digest, "recipient": recipient})
        path = self._state / KEYS / HANDED_OUT
        try:
            with os.fdopen(owners(str(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC), "ab") as file:
                file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise unwritten(error, f"{path}: cannot be written: {error.strerror}") from error

    def hold(self, incident: str) -> None:
        """Keep its evidence until it is released; raises BadInputError where there is none."""
        folder = self._folder(incident)
        if not folder.held:
            folder.write(HOLD, canonical({"held": instant_text(self._sealer.clock.now())}))

    def release(self, incident: str) -> bool:
        """Let its evidence go when its time has come; returns whether it was held."""
        folder = self._folder(incident)
        held = folder.held
        folder.release()
        return held

    def _folder(self, incident: str) -> IncidentFolder:
        for folder in incident_folders(self._state):
            if folder.path.name == incident:
                return folder
        raise BadInputError(f"incident {incident}: there is no evidence of it, expected one of {LIST}")


def archive_of(loaded: LoadedSite) -> Archive:
    """The archive of a site's box."""
    return Archive(sealer_of(loaded, SystemClock(), lambda: loaded.site))


def _listed(folder: IncidentFolder) -> Listed:
    names, manifest = folder.names(), folder.manifest()
    whole = manifest is not None and tuple(each.name for each in manifest.files) == names
    return Listed(
        incident=folder.path.name,
        files=len(names),
        bytes=folder.size(),
        number=manifest.chain.number if manifest is not None and whole else None,
        sealed=manifest.sealed if manifest is not None and whole else None,
        held=folder.held,
    )

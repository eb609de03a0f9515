"""Bundles for tests: sealed as a box seals them, of whatever files."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from edge_agent.adapters.evidence.bundle import Entries
from edge_agent.adapters.evidence.sealed_folder import MANIFEST, SIGNATURE, signature_file
from edge_agent.adapters.evidence.signing import Ed25519Signer, Ed25519Verifier
from edge_agent.config.wire.manifest_file import ChainLink, MadeBy, Manifest, SealedClock, SealedFile, encode_manifest

MADE_BY: Final = MadeBy(
    version="0.1.0",
    software_sha256="ab" * 32,
    model_sha256=None,
    policy_sha256="cd" * 32,
    calibration_sha256=None,
    zone="kerb",
    polygon=((0.1, 0.5), (0.9, 0.5), (0.9, 1.0)),
    polygon_sha256="ef" * 32,
)


def manifest_of(files: dict[str, bytes], *, key: str, link: ChainLink, incident: str = "inc-1") -> Manifest:
    """A manifest of those files."""
    return Manifest(
        agent="box-01",
        incident=incident,
        sealed="2026-11-01T08:30:00.000Z",
        key=key,
        chain=link,
        files=tuple(
            SealedFile(
                name=name, role="other", media_type="image/jpeg", sha256=sha256(each).hexdigest(), bytes=len(each)
            )
            for name, each in sorted(files.items())
        ),
        events=(),
        clock=SealedClock(synchronised=None, off_s=0.0),
        checks=(),
        made_by=MADE_BY,
    )


def bundle_of(manifest: Manifest, files: dict[str, bytes], signer: Ed25519Signer) -> Entries:
    """What a bundle of that manifest holds, in its order."""
    content = encode_manifest(manifest)
    head = ((MANIFEST, content), (SIGNATURE, signature_file(content, signer)))
    return (*head, *((each.name, files[each.name]) for each in manifest.files))


def sealed(files: dict[str, bytes], signer: Ed25519Signer, *, number: int = 1, previous: str | None = None) -> Entries:
    """A bundle of those files, in that place of the chain."""
    link = ChainLink(number=number, previous=previous)
    manifest = manifest_of(files, key=signer.key, link=link, incident=f"inc-{number}")
    return bundle_of(manifest, files, signer)


def of_another_key(entries: Entries, signer: Ed25519Signer, files: dict[str, bytes], named: str) -> Entries:
    """The same files, signed by a key that the manifest does not name."""
    manifest = replace(manifest_of(files, key=signer.key, link=ChainLink(number=1, previous=None)), key=named)
    assert len(entries) == len(files) + 2
    return bundle_of(manifest, files, signer)


def key_in(folder: Path) -> tuple[Ed25519Signer, Ed25519Verifier]:
    """A key made there, and who knows its public half."""
    signer = Ed25519Signer(folder)
    return signer, Ed25519Verifier(signer.public)

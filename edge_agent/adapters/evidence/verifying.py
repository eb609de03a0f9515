"""Verifying: whether a bundle is what the box sealed, from the bundle and the public key alone, without a network.

The first thing that is wrong is named, in this order: signature file, signature, manifest, then file by file in the
order of the manifest but for those that the box says it kept back, then what does not belong there, then the order,
then the chain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from edge_agent.adapters.evidence.sealed_folder import MANIFEST, SIGNATURE, SIGNATURE_VERSION
from edge_agent.adapters.evidence.withheld import WITHHELD, withheld
from edge_agent.config.wire.manifest_file import Manifest, canonical, decode_manifest
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.adapters.evidence.bundle import Entries
    from edge_agent.ports.signing import Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A bundle that is whole: its manifest, the SHA-256 of that, and the originals that the box kept back."""

    manifest: Manifest
    sha256: str
    withheld: tuple[str, ...] = ()


def verified(entries: Entries, verifier: Verifier) -> Verified:
    """Hold a bundle against a key.

    Raises:
        BadInputError: It is not what was sealed with that key; the sentence begins with the name of what is wrong.
    """
    contents: dict[str, bytes] = {}
    for name, content in entries:
        if name in contents:
            raise BadInputError(f"{name}: is there twice")
        contents[name] = content
    for name in (MANIFEST, SIGNATURE):
        if name not in contents:
            raise BadInputError(f"{name}: is missing")
    _signed(contents[MANIFEST], contents[SIGNATURE], verifier)
    manifest = decode_manifest(contents[MANIFEST])
    if manifest.key != verifier.key:
        raise BadInputError(f"{MANIFEST}: names the key {manifest.key[:16]}, and is signed with {verifier.key[:16]}")
    digest = sha256(contents[MANIFEST]).hexdigest()
    withheld_list = contents.get(WITHHELD)
    back = () if withheld_list is None else withheld(withheld_list, manifest, digest, verifier)
    _complete(manifest, contents, back)
    _ordered(manifest, [name for name, _ in entries], back)
    return Verified(manifest=manifest, sha256=digest, withheld=back)


def chained(bundles: Iterable[Verified]) -> None:
    """Hold the bundles of one agent against each other.

    Raises:
        BadInputError: Two that follow each other in the chain do not name each other, or two have one number.
    """
    ordered = sorted(bundles, key=lambda each: each.manifest.chain.number)
    for each in ordered:
        if (each.manifest.chain.number == 1) != (each.manifest.chain.previous is None):
            raise BadInputError(
                f"chain: number {each.manifest.chain.number} ({each.manifest.incident}) has no beginning"
            )
    for first, second in pairwise(ordered):
        one, two = first.manifest.chain, second.manifest.chain
        names = f"{one.number} ({first.manifest.incident}) and {two.number} ({second.manifest.incident})"
        if first.manifest.agent != second.manifest.agent:
            raise BadInputError(f"chain: numbers {names} are of different agents, expected bundles of one")
        if one.number == two.number and first.sha256 != second.sha256:
            raise BadInputError(f"chain: broken, numbers {names} are two manifests in one place")
        if one.number + 1 == two.number and two.previous != first.sha256:
            raise BadInputError(f"chain: broken between numbers {names}")


def _signed(manifest: bytes, signature: bytes, verifier: Verifier) -> None:
    fields = _signature(signature)
    digest = sha256(manifest).hexdigest()
    try:
        number = bytes.fromhex(fields["signature"])
    except (TypeError, ValueError) as error:
        raise BadInputError(f"{SIGNATURE}: was changed, its signature is no hexadecimal number") from error
    if number.hex() != fields["signature"]:  # capitals and blanks would pass
        raise BadInputError(f"{SIGNATURE}: was changed, its signature is not as it is written")
    if verifier.verifies(manifest, number):
        if (fields["algorithm"], fields["key"], fields["manifest_sha256"]) != (
            verifier.algorithm,
            verifier.key,
            digest,
        ):
            raise BadInputError(f"{SIGNATURE}: was changed, it does not fit its signature")
        return
    if fields["algorithm"] != verifier.algorithm:
        raise BadInputError(
            f"{SIGNATURE}: is by {fields['algorithm']}, expected {verifier.algorithm}, as the key given is"
        )
    if fields["key"] != verifier.key:
        given = f"{verifier.key[:16]} was given"
        raise BadInputError(f"{MANIFEST}: is signed with another key: {str(fields['key'])[:16]}, and {given}")
    if fields["manifest_sha256"] != digest:
        raise BadInputError(f"{MANIFEST}: was changed, its signature does not fit")
    raise BadInputError(f"{SIGNATURE}: was changed, its signature does not fit")


def _signature(content: bytes) -> dict[str, Any]:
    """The signature file taken apart; only the very form that it is written in is taken."""
    try:
        fields: Any = json.loads(content)
        if isinstance(fields["version"], int) and fields["version"] > SIGNATURE_VERSION:
            newer = f"{fields['version']}, expected {SIGNATURE_VERSION}: a newer edge-agent reads it"
            raise BadInputError(f"{SIGNATURE}: is of version {newer}")
        keys = {"version", "algorithm", "key", "manifest_sha256", "signature"}
        fits = fields["version"] == SIGNATURE_VERSION and set(fields) == keys and canonical(fields) == content
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInputError(f"{SIGNATURE}: was changed, it is no signature file") from error
    if not fits:
        raise BadInputError(f"{SIGNATURE}: was changed, it is not as it is written")
    return dict(fields)


def _complete(manifest: Manifest, contents: dict[str, bytes], back: tuple[str, ...]) -> None:
    for file in manifest.files:
        if file.name in back:
            continue
        content = contents.get(file.name)
        if content is None:
            raise BadInputError(f"{file.name}: is missing")
        if len(content) != file.bytes or sha256(content).hexdigest() != file.sha256:
            raise BadInputError(f"{file.name}: was changed, its SHA-256 is not that of the manifest")
    ours = {MANIFEST, SIGNATURE, WITHHELD, *(file.name for file in manifest.files)}
    for name in contents:
        if name in back:
            raise BadInputError(f"{name}: is there, {WITHHELD} says that it is not")
        if name not in ours:
            raise BadInputError(f"{name}: was added, the manifest does not name it")


def _ordered(manifest: Manifest, names: list[str], back: tuple[str, ...]) -> None:
    first = [MANIFEST, SIGNATURE, *([WITHHELD] if WITHHELD in names else [])]
    expected = first + [file.name for file in manifest.files if file.name not in back]
    for name, wanted in zip(names, expected, strict=False):
        if name != wanted:
            raise BadInputError(f"{name}: was reordered, expected {wanted} in its place")

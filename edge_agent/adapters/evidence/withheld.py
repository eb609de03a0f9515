"""Withheld: the box's own word, signed, for the files of a manifest that a bundle does not hold: the originals.

Without it a bundle that lacks a file is one from which somebody took it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from edge_agent.config.wire.manifest_file import canonical
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from edge_agent.config.wire.manifest_file import Manifest
    from edge_agent.ports.signing import Signer, Verifier

WITHHELD: Final = "withheld.json"
VERSION: Final = 1
_PICTURES: Final = ("image/", "video/")
_CHANGED: Final = f"{WITHHELD}: was changed"


def originals(manifest: Manifest) -> tuple[str, ...]:
    """The pictures and clips in which nothing was made unrecognisable, in the order of the manifest."""
    return tuple(each.name for each in manifest.files if each.media_type.startswith(_PICTURES) and not each.redacted)


def withheld_file(names: tuple[str, ...], manifest_sha256: str, signer: Signer) -> bytes:
    """Say that the box kept these files of that manifest back, as canonical JSON with its signature."""
    statement = _statement(names, manifest_sha256, algorithm=signer.algorithm, key=signer.key)
    return canonical(statement | {"signature": signer.sign(canonical(statement)).hex()})


def withheld(content: bytes, manifest: Manifest, manifest_sha256: str, verifier: Verifier) -> tuple[str, ...]:
    """The names that the file holds.

    Raises:
        BadInputError: It is not what that box signed for that manifest.
    """
    try:
        fields: Any = json.loads(content)
        names = tuple(fields["withheld"])
        signature = bytes.fromhex(fields["signature"])
        statement = _statement(names, manifest_sha256, algorithm=verifier.algorithm, key=verifier.key)
        whole = canonical(statement | {"signature": signature.hex()}) == content
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInputError(f"{_CHANGED}, it is no list of files that were kept back") from error
    if not (whole and verifier.verifies(canonical(statement), signature)):
        raise BadInputError(f"{_CHANGED}, its signature does not fit")
    if not set(names) <= set(originals(manifest)):
        raise BadInputError(f"{_CHANGED}, it names a file that is no original of the manifest")
    return names


def _statement(names: tuple[str, ...], manifest_sha256: str, *, algorithm: str, key: str) -> dict[str, Any]:
    return {
        "version": VERSION,
        "algorithm": algorithm,
        "key": key,
        "manifest_sha256": manifest_sha256,
        "withheld": list(names),
    }

"""Verifying bundles with nothing but a public key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.adapters.evidence.bundle import read_bundle
from edge_agent.adapters.evidence.signing import Ed25519Verifier
from edge_agent.adapters.evidence.verifying import chained, verified
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edge_agent.adapters.evidence.verifying import Verified


def verify_bundles(paths: Iterable[Path], key: Path) -> tuple[tuple[Path, Verified], ...]:
    """Hold each bundle against the key, and all of them against each other.

    Raises:
        BadInputError: What is wrong first, with the name of the bundle and of the file in it.
    """
    verifier = Ed25519Verifier(key)
    results: list[tuple[Path, Verified]] = []
    for path in paths:
        entries = read_bundle(path)
        try:
            results.append((path, verified(entries, verifier)))
        except BadInputError as error:
            raise BadInputError(f"bundle {path}: {error}") from error
    chained(each for _, each in results)
    return tuple(results)

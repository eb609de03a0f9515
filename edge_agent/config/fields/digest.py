"""The hash of a value: the same on every machine and in every run, whatever order its sets are walked in."""

from __future__ import annotations

import json
from dataclasses import Field, fields, is_dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any


def digest(value: object) -> str:
    """The sha256 of the canonical JSON of ``value``, in hexadecimal."""
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _unset(value: object, its: Field[Any]) -> bool:
    """Whether a field that came later says nothing: what was hashed without it is hashed to the same."""
    return bool(its.metadata.get("later")) and getattr(value, its.name) == its.default


def _plain(value: object) -> object:
    match value:
        case timedelta():
            return value.total_seconds()
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case frozenset():
            return sorted(str(item) for item in value)
        case tuple():
            return [_plain(item) for item in value]
        case _ if is_dataclass(value):
            return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if not _unset(value, f)}
        case _:
            return value

"""The register of models, `models/models.toml`: what each file is, sees, may be used for, and was measured to do.

The register is what a box is checked against: a file that was swapped, cut short or retrained is found by its hash,
and a label that the rules rely on cannot vanish unnoticed.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import TypeAdapter, ValidationError

from edge_agent.core.errors import BadInputError

REGISTER: Final = "models.toml"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FORBID: Final = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A source that a model is made of, as its licence asks to be named."""

    __pydantic_config__: ClassVar = _FORBID

    what: str
    license: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """One model.

    ``objects`` says what the labels mean on a street: domain object → labels. ``input`` is ``height x width``, or
    ``any`` for a model that takes every size. ``measured`` holds figures by name, as the card explains them.
    """

    __pydantic_config__: ClassVar = _FORBID

    name: str
    file: str
    sha256: str
    license: str
    input: str
    output: str
    labels: tuple[str, ...]
    card: str | None = None
    objects: dict[str, tuple[str, ...]] = field(default_factory=dict)
    credits: tuple[Credit, ...] = ()
    measured: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a hash that is none, and objects made of labels the model does not have."""
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"sha256 is {self.sha256!r}, expected 64 hexadecimal digits")
        for thing, labels in self.objects.items():
            unknown = sorted(set(labels) - set(self.labels))
            if unknown:
                raise ValueError(f"object {thing!r}: {unknown[0]!r} is not among the model's labels")


@dataclass(frozen=True, slots=True)
class Register:
    """All models of a folder."""

    folder: Path
    models: tuple[ModelEntry, ...]

    def entry(self, name: str) -> ModelEntry:
        """The model of that name; raises BadInputError naming those there are."""
        for entry in self.models:
            if entry.name == name:
                return entry
        known = ", ".join(entry.name for entry in self.models) or "none"
        raise BadInputError(f"model {name!r}: not in {self.folder / REGISTER}, expected one of: {known}")


@dataclass(frozen=True, slots=True)
class _File:
    __pydantic_config__: ClassVar = _FORBID

    model: tuple[ModelEntry, ...] = ()


_FILE: Final = TypeAdapter(_File)


def read_register(folder: Path) -> Register:
    """Read a folder's register; a folder without one has no models.

    Raises:
        BadInputError: the first thing that is wrong with it.
    """
    path = folder / REGISTER
    if not path.exists():
        return Register(folder, ())
    try:
        models = _FILE.validate_python(tomllib.loads(path.read_text(encoding="utf-8"))).model
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInputError(f"{path}: {error}") from error
    except ValidationError as error:
        raise BadInputError(f"{path}: {_first(error)}") from error
    names = [entry.name for entry in models]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInputError(f"{path}: model {twice[0]!r} is there {names.count(twice[0])} times, expected once")
    return Register(folder, models)


def _first(error: ValidationError) -> str:
    """The first problem: where, and what is expected there."""
    problem = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"


def append_entry(folder: Path, entry: ModelEntry) -> None:
    """Write an entry at the register's end; what is there, comments too, stays as it is."""
    path = folder / REGISTER
    before = path.read_text(encoding="utf-8").rstrip() + "\n\n" if path.exists() else ""
    fresh = path.with_suffix(".part")
    fresh.write_text(before + entry_text(entry), encoding="utf-8")
    fresh.replace(path)


def entry_text(entry: ModelEntry) -> str:
    """An entry as TOML."""
    lines = ["[[model]]"]
    for key in ("name", "file", "card", "sha256", "license", "input", "output", "labels"):
        value = getattr(entry, key)
        if value is not None:
            lines.append(f"{key} = {_value(value)}")
    for key in ("objects", "measured"):
        table: dict[str, Any] = getattr(entry, key)
        if table:
            lines += ["", f"[model.{key}]", *(f"{_key(name)} = {_value(item)}" for name, item in table.items())]
    for credit in entry.credits:
        lines += ["", "[[model.credits]]"]
        lines += [f"{key} = {_value(getattr(credit, key))}" for key in ("what", "license", "origin")]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: object) -> str:
    """A text, number or list of texts as TOML, whose basic strings escape as JSON's do."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

"""``ARCHITECTURE.md`` names what exists, and every module of the core has its place on the map."""

from __future__ import annotations

import re
from typing import Final

from tests.architecture import ROOT
from tests.docs.pages import text

PAGE: Final = text("ARCHITECTURE.md")
PACKAGE: Final = ROOT / "edge_agent"


def test_every_room_is_on_the_map() -> None:
    """Those of the core in their rows, and no other; those of the other layers by name."""
    part = PAGE.split("| `edge_agent/core` |", 1)[1].split("| `edge_agent/ports` |", 1)[0]
    rows = re.findall(r"^\| – ([^|]+) \|", part, re.MULTILINE)
    shown = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(shown) == sorted(rooms("core"))
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert {room for layer in ("config", "app") for room in rooms(layer, files=False)} <= named


def rooms(layer: str, *, files: bool = True) -> list[str]:
    """The packages of a layer, and its own files."""
    return [
        path.stem
        for path in (PACKAGE / layer).iterdir()
        if (path.is_dir() and (path / "__init__.py").exists())
        or (files and path.suffix == ".py" and path.stem != "__init__")
    ]


def test_every_file_named_exists() -> None:
    """Whether it is named from the root or from the package."""
    named = set(re.findall(r"`([\w/]+\.(?:py|yaml|md))`", PAGE))
    assert {name for name in named if not (ROOT / name).exists() and not (PACKAGE / name).exists()} == {"codes.yaml"}


def test_every_module_that_must_not_act_is_named() -> None:
    """As the contract has them."""
    contract = text("pyproject.toml").split('name = "Replay cannot act"', 1)[1].split("[[tool.", 1)[0]
    for module in re.findall(r'"edge_agent\.((?:app|cli)\.\w+)"', contract):
        assert f"`{module}`" in PAGE, module


def test_it_fits_on_two_pages() -> None:
    """A map that is longer than that is not read."""
    assert len(PAGE.splitlines()) <= 120

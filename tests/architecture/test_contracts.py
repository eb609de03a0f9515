"""The import contracts of pyproject.toml hold, and each catches a violation planted in a copy of the package."""

import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Final

import pytest

from tests.architecture import ROOT

SCRIPTS: Final = Path(sysconfig.get_path("scripts"))
JUDGES: Final = tuple(  # of recordings: every module that must not act
    sorted(
        str(path.relative_to(ROOT / "edge_agent"))
        for package in ("app/replay", "cli/replay", "web")
        for path in (ROOT / "edge_agent" / package).rglob("*.py")
    )
)
ACTORS: Final = (
    "edge_agent.adapters.store.sqlite",
    "edge_agent.adapters.speakers.files",
    "edge_agent.app.agent",
    "paho.mqtt",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package with its contracts, to be spoilt."""
    for package in ("edge_agent", "centre"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(tree: Path, path: str, code: str) -> None:
    """Append code to a file of the copy, which may be new."""
    with (tree / "edge_agent" / path).open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")


def broken_contracts(tree: Path) -> tuple[str, ...]:
    """The names of the contracts that import-linter finds broken in a tree."""
    done = subprocess.run(
        [SCRIPTS / "lint-imports", "--no-cache", "--no-logo"], cwd=tree, capture_output=True, text=True, check=False
    )
    broken = tuple(line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN"))
    assert (done.returncode != 0) == bool(broken), done.stdout + done.stderr
    return broken


def ruff_codes(path: str, code: str) -> set[str]:
    """The rules that ruff finds violated by code, were it at a path of this project."""
    done = subprocess.run(
        [SCRIPTS / "ruff", "check", "--output-format", "concise", "--stdin-filename", path, "-"],
        cwd=ROOT,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split()[1] for line in done.stdout.splitlines() if line.startswith(path)}


def test_the_contracts_hold(copy: Path) -> None:
    """The package as it stands breaks none."""
    assert broken_contracts(copy) == ()


@pytest.mark.parametrize("module", ["time", "random", "pathlib", "sqlite3", "cv2", "pydantic"])
def test_the_core_stays_pure(copy: Path, module: str) -> None:
    """A core that could ask the time or open a file could not be replayed."""
    plant(copy, "core/geometry.py", f"import {module}")
    assert "The core does no IO, never asks the time, and uses numpy only" in broken_contracts(copy)


def test_the_core_knows_nobody(copy: Path) -> None:
    """An import that points outwards is caught."""
    plant(copy, "adapters/planted.py", '"""An outside thing."""')
    plant(copy, "core/geometry.py", "import edge_agent.adapters.planted")
    assert "Dependencies point inwards" in broken_contracts(copy)


@pytest.mark.parametrize(
    ("layer", "low", "high"),
    [
        ("core", "core/track/spot.py", "edge_agent.core.incident.ladder"),
        ("configuration", "config/yaml/source.py", "edge_agent.config.site.loading"),
        ("app", "app/folding.py", "edge_agent.app.agent.live"),
    ],
)
def test_the_rooms_of_a_layer_lie_above_each_other(copy: Path, layer: str, low: str, high: str) -> None:
    """A room that knows one above it is caught, and so is a new room that was given no place."""
    plant(copy, low, f"import {high}")
    assert f"The rooms of the {layer} lie above each other" in broken_contracts(copy)


def test_a_circle_within_a_room_is_caught(copy: Path) -> None:
    """Also one that only types would need."""
    plant(copy, "core/track/spot.py", "if TYPE_CHECKING:\n    from edge_agent.core.track.spots import see")
    assert broken_contracts(copy) == ("No circles, in no room",)


def test_adapters_do_not_know_each_other(copy: Path) -> None:
    """An adapter that needs another is wiring, and wiring is the app's."""
    plant(copy, "adapters/planted_one.py", '"""An outside thing."""')
    plant(copy, "adapters/planted_two.py", "import edge_agent.adapters.planted_one")
    assert broken_contracts(copy) == ("Adapters do not know each other",)


@pytest.mark.parametrize(("number", "path"), list(enumerate(JUDGES)), ids=JUDGES)
def test_replay_cannot_act(copy: Path, number: int, path: str) -> None:
    """Who tunes a zone on last week's recording must not speak to today's street, nor report it to the centre."""
    plant(copy, path, f"import {ACTORS[number % len(ACTORS)]}")
    assert "Replay cannot act" in broken_contracts(copy)


@pytest.mark.parametrize("module", ACTORS)
def test_replay_knows_nobody_who_acts(copy: Path, module: str) -> None:
    """Whoever it is that acts."""
    plant(copy, "app/replay/replay.py", f"import {module}")
    assert "Replay cannot act" in broken_contracts(copy)


def test_a_stray_module_is_caught(copy: Path) -> None:
    """A new module beside the layers must be given a place first."""
    plant(copy, "utils.py", '"""Odds and ends."""')
    assert broken_contracts(copy) == ("Dependencies point inwards",)


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n",
        "import time\n",
        "from time import monotonic\n",
        "import random\n",
        "from uuid import uuid4\n",
    ],
)
def test_only_the_clock_adapter_asks_the_operating_system(code: str) -> None:
    """Time and chance are inputs everywhere else, in the core as in the app."""
    assert "TID251" in ruff_codes("edge_agent/core/planted.py", code)
    assert "TID251" in ruff_codes("edge_agent/app/planted.py", code)
    assert "TID251" not in ruff_codes("edge_agent/adapters/clock.py", code)

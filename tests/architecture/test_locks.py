"""requirements/*.txt pin, by hash, what pyproject.toml and requirements/*.in ask for, and name no address."""

import re
import tomllib
from importlib.metadata import requires
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture import ROOT

LOCKS: Final = ROOT / "requirements"
PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,-]+\])?==(\S+)(.*)$", re.MULTILINE)
EXTRAS: Final = re.compile(r"^([A-Za-z0-9._-]+)\[([a-z,-]+)\]==", re.MULTILINE)
PYPROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pinned(lock: str) -> dict[str, set[Version]]:
    """The versions of a lock by name: more than one where they differ by Python version."""
    versions: dict[str, set[Version]] = {}
    for name, version, _ in PIN.findall((LOCKS / lock).read_text(encoding="utf-8")):
        versions.setdefault(canonicalize_name(name), set()).add(Version(version))
    return versions


def wanted(source: str) -> list[Requirement]:
    """What a `.in` file and pyproject.toml ask for."""
    lines = (line.partition("#")[0].strip() for line in (LOCKS / source).read_text(encoding="utf-8").splitlines())
    own = [line for line in lines if line and not line.startswith("-")]
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    more = [] if source == "run.in" else extras["centre"]
    return [Requirement(line) for line in [*own, *project["dependencies"], *extras["voice"], *more]]


@pytest.mark.parametrize(
    ("source", "lock"), [("run.in", "run.txt"), ("centre.in", "centre.txt"), ("dev.in", "dev.txt")]
)
def test_a_lock_holds_what_is_asked_for(source: str, lock: str) -> None:
    """After a change of a dependency: `make lock`."""
    versions = pinned(lock)
    stale = [
        str(requirement)
        for requirement in wanted(source)
        if not (locked := versions.get(canonicalize_name(requirement.name), set()))
        or not all(requirement.specifier.contains(version) for version in locked)
    ]
    assert stale == []


def test_development_runs_on_the_versions_that_are_shipped() -> None:
    """What the tests saw is what the box installs."""
    dev = pinned("dev.txt")
    for shipped in (pinned("run.txt"), pinned("centre.txt")):
        assert {name: dev.get(name) for name in shipped} == shipped


def test_the_natural_voice_adds_to_what_is_shipped_and_leaves_espeak_out() -> None:
    """Its lock installs a whole agent without a speech engine under the GPL."""
    shipped, natural = pinned("run.txt"), pinned("voice-natural.txt")
    more = {
        canonicalize_name(Requirement(each).name)
        for each in PYPROJECT["project"]["optional-dependencies"]["voice-natural"]
    }
    assert set(shipped) - set(natural) == {"espeakng-loader"}
    assert set(natural) - set(shipped) == more
    assert {name: natural[name] for name in shipped if name in natural} == {
        name: versions for name, versions in shipped.items() if name in natural
    }


@pytest.mark.parametrize("lock", ["run.txt", "voice-natural.txt", "centre.txt", "dev.txt"])
def test_every_python_gets_the_same_versions(lock: str) -> None:
    """PyAV 19 gave other types than 18: what is checked on one Python must hold on the next."""
    assert {name: versions for name, versions in pinned(lock).items() if len(versions) > 1} == {}


@pytest.mark.parametrize("lock", ["run.txt", "voice-natural.txt", "centre.txt", "dev.txt"])
def test_every_pin_carries_hashes(lock: str) -> None:
    """Pip refuses a file that is not the one that was locked."""
    text = (LOCKS / lock).read_text(encoding="utf-8")
    ends = [rest.rstrip()[-1:] for _, _, rest in PIN.findall(text)]
    assert ends
    assert set(ends) == {"\\"}
    assert len(re.findall(r"\\\n +--hash=sha256:[0-9a-f]{64}", text)) >= len(ends)


def test_an_extra_that_a_package_asks_for_is_pinned_with_it() -> None:
    """A pip that reads `coverage==1` and is asked for `coverage[toml]` takes the newest, and then refuses it."""
    text = (LOCKS / "dev.txt").read_text(encoding="utf-8")
    extras = {canonicalize_name(name): set(each.split(",")) for name, each in EXTRAS.findall(text)}
    extra_requests = [
        requirement
        for name, _, rest in PIN.findall(text)
        if ";" not in rest  # a pin for other machines need not be installed
        for requirement in map(Requirement, requires(name) or [])
        if requirement.extras and (requirement.marker is None or requirement.marker.evaluate({"extra": ""}))
    ]
    assert extra_requests
    assert [
        str(each) for each in extra_requests if not each.extras <= extras.get(canonicalize_name(each.name), set())
    ] == []


@pytest.mark.parametrize(
    "name", ["run.in", "centre.in", "dev.in", "run.txt", "voice-natural.txt", "centre.txt", "dev.txt"]
)
def test_no_lock_names_an_address(name: str) -> None:
    """Where packages come from is the affair of the machine that installs them."""
    assert (
        re.findall(r"://|^--?(?:i|index-url|extra-index-url|find-links|f)\b", (LOCKS / name).read_text(), re.MULTILINE)
        == []
    )

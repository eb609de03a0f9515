"""What others have written and we ship: exactly as it came, with its licence, and nothing besides."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from tests.architecture import ROOT

STATIC: Final = ROOT / "centre" / "web" / "static"
VENDOR: Final = STATIC / "vendor"
HASHES: Final = VENDOR / "hashes.json"
WORDS: Final = ROOT / "centre" / "web" / "words"


def test_every_vendored_file_is_as_it_came() -> None:
    """SHA-256 of each, beside the package and version that it is from."""
    listed = json.loads(HASHES.read_text(encoding="utf-8"))
    ours = {HASHES, VENDOR / ".gitattributes"}
    files = {_name(path): _sha256(path) for path in VENDOR.rglob("*") if path.is_file() and path not in ours}
    assert files == {name: sha256 for package in listed.values() for name, sha256 in package["files"].items()}


def test_every_vendored_package_has_its_licence() -> None:
    """A permissive one."""
    for name, package in json.loads(HASHES.read_text(encoding="utf-8")).items():
        assert package["license"] in {"0BSD", "BSD-2-Clause", "MIT"}, name
        assert any(file.endswith("LICENSE") for file in package["files"]), name


def test_no_page_names_another_server() -> None:
    """It works without a network: no script, style or picture comes from elsewhere."""
    ours = [*STATIC.glob("*.*"), *(ROOT / "centre" / "web" / "templates").glob("*")]
    named = [path.name for path in ours if "://" in path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")]
    assert named == []


def test_both_languages_have_the_same_words() -> None:
    """And each word takes the same parts."""
    chinese, english = (json.loads((WORDS / f"{name}.json").read_text(encoding="utf-8")) for name in ("zh-CN", "en"))
    assert chinese.keys() == english.keys()
    differing = [key for key in chinese if _parts(chinese[key]) != _parts(english[key])]
    assert differing == []


def _parts(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}


def _name(path: Path) -> str:
    return path.relative_to(VENDOR).as_posix()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

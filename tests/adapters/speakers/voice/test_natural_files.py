"""The files of the natural voice: taken out of the packages that a person brought, and only those that are known."""

from __future__ import annotations

import io
import tarfile
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING, get_args

import pytest

from edge_agent.adapters.speakers.voice.natural_files import ENGLISH, MANDARIN, misplaced, take_from
from edge_agent.config.site.voice_settings import EnglishVoice, MandarinVoice
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path


def packed(folder: Path, name: str, content: bytes) -> tuple[Path, Path]:
    """The same file in a tar and in a zip."""
    tar, archive = folder / "package.tgz", folder / "package.whl"
    with tarfile.open(tar, "w:gz") as file:
        entry = tarfile.TarInfo(f"package/voices/{name}")
        entry.size = len(content)
        file.addfile(entry, io.BytesIO(content))
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr(f"misaki/data/{name}", content)
    return tar, archive


def test_a_file_that_is_not_the_known_one_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    """Another voice, or a package that was cut off on its way."""
    for package in packed(tmp_path, "zf_xiaoxiao.bin", b"another voice"):
        with pytest.raises(BadInputError, match=r"zf_xiaoxiao\.bin: found SHA-256 .*, expected 03adb5d5e3dd"):
            take_from(package, tmp_path / "voices")
    assert not (tmp_path / "voices").exists()


def test_known_files_are_taken_and_others_left(tmp_path: Path) -> None:
    """By their names, wherever in the package they lie."""
    content = b"a voice"
    known = {"zf_test.bin": sha256(content).hexdigest()}
    for package in packed(tmp_path, "zf_test.bin", content):
        folder = tmp_path / package.suffix
        assert take_from(package, folder, known) == ("zf_test.bin",)
        assert (folder / "zf_test.bin").read_bytes() == content
        assert misplaced(folder, "zf_test.bin", known) == ""
        (folder / "zf_test.bin").write_bytes(b"damaged")
        assert "found SHA-256" in misplaced(folder, "zf_test.bin", known)


def test_a_package_without_any_is_told(tmp_path: Path) -> None:
    """As is what is none."""
    tar, _ = packed(tmp_path, "readme.txt", b"words")
    with pytest.raises(BadInputError, match="found no file of the natural voice in it"):
        take_from(tar, tmp_path / "voices")
    (tmp_path / "text").write_text("no package")
    with pytest.raises(BadInputError, match="found no whole package, expected kokoro-js"):
        take_from(tmp_path / "text", tmp_path / "voices")
    with pytest.raises(BadInputError, match="cannot be read: No such file"):
        take_from(tmp_path / "missing", tmp_path / "voices")


def test_every_voice_that_a_site_may_ask_for_is_known_by_its_hash() -> None:
    """And no other."""
    assert set(get_args(MandarinVoice)) == set(MANDARIN)
    assert set(get_args(EnglishVoice)) == set(ENGLISH)

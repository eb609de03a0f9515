"""The chain: numbers without a gap, also over a line that a power cut has torn."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from edge_agent.adapters.evidence.chain import CHAIN, Chain
from edge_agent.config.wire.manifest_file import ChainLink
from edge_agent.core.errors import BadInputError, OutsideError


def added(folder: Path, manifest: bytes) -> ChainLink:
    """Where a manifest came to stand."""
    chain = Chain(folder)
    with chain.taken():
        link = chain.next()
        chain.add(link, "inc-1", manifest)
    return link


def test_each_names_the_one_before_it(tmp_path: Path) -> None:
    """From 1, by its SHA-256, over restarts."""
    links = [added(tmp_path, b"%d" % n) for n in range(200)]  # more than one reading of the end holds
    assert [link.number for link in links] == list(range(1, 201))
    assert links[0].previous is None
    assert links[199].previous == sha256(b"198").hexdigest()
    assert (tmp_path / CHAIN).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cut", range(1, 130))
def test_a_torn_line_is_written_anew(cut: int, tmp_path: Path) -> None:
    """Cut off anywhere, the chain goes on from the last whole line, and nothing of the torn one stays."""
    first, _ = added(tmp_path, b"one"), added(tmp_path, b"two")
    whole = (tmp_path / CHAIN).read_bytes()
    lines = whole.splitlines(keepends=True)
    (tmp_path / CHAIN).write_bytes(whole[: max(len(lines[0]), len(whole) - cut)])
    again = added(tmp_path, b"two")
    assert again == ChainLink(number=first.number + 1, previous=sha256(b"one").hexdigest())
    assert (tmp_path / CHAIN).read_bytes() == whole


def test_a_first_line_that_is_torn(tmp_path: Path) -> None:
    """Then there is no chain yet."""
    (tmp_path / CHAIN).write_bytes(b'{"number"')
    assert added(tmp_path, b"one") == ChainLink(number=1, previous=None)
    assert added(tmp_path, b"two").number == 2


@pytest.mark.parametrize("line", [b"nonsense\n", b"[]\n", b'{"number":"x","sha256":""}\n', b"{}\n"])
def test_a_damaged_end_is_refused(line: bytes, tmp_path: Path) -> None:
    """Rather than begun anew: a person must see it."""
    (tmp_path / CHAIN).write_bytes(line)
    with pytest.raises(BadInputError, match="its last line is damaged"):
        added(tmp_path, b"one")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """In a sentence."""
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(OutsideError, match="cannot be written"):
        added(tmp_path / "keys", b"one")

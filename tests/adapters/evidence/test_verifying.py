"""A bundle verifies as it was sealed, and whatever was done to it is named."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from random import Random  # noqa: TID251 - seeded: the same bundles in every run
from typing import Final

import pytest

from edge_agent.adapters.evidence.bundle import Entries, read_bundle, write_bundle
from edge_agent.adapters.evidence.verifying import chained, verified
from edge_agent.config.wire.manifest_file import canonical
from edge_agent.core.errors import BadInputError
from tests.adapters.evidence.sealing import key_in, of_another_key, sealed

FILES: Final = {"a.jpg": b"first", "b.jpg": b"second", "c.mp4": b""}


def refusal(entries: Entries, folder: Path) -> str:
    """The sentence that a bundle is refused with, held against the key in ``folder``."""
    with pytest.raises(BadInputError) as caught:
        verified(entries, key_in(folder)[1])
    return str(caught.value)


def with_content(entries: Entries, name: str, content: bytes) -> Entries:
    """The same bundle with one file made another."""
    return tuple((each, content if each == name else old) for each, old in entries)


def test_what_was_sealed_verifies_packed_and_unpacked(tmp_path: Path) -> None:
    """As ZIP and as a folder, to the same manifest; packing twice gives the same bytes."""
    signer, verifier = key_in(tmp_path / "keys")
    entries = sealed(FILES, signer)
    write_bundle(tmp_path / "one.zip", entries)
    write_bundle(tmp_path / "two.zip", entries)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    (tmp_path / "unpacked").mkdir()
    for name, content in entries:
        (tmp_path / "unpacked" / name).write_bytes(content)
    packed = verified(read_bundle(tmp_path / "one.zip"), verifier)
    assert packed == verified(read_bundle(tmp_path / "unpacked"), verifier)
    assert [file.name for file in packed.manifest.files] == ["a.jpg", "b.jpg", "c.mp4"]


@pytest.mark.parametrize("seed", range(50))
def test_one_flipped_bit_in_any_file_is_named(seed: int, tmp_path: Path) -> None:
    """Of 50 random bundles: every file in turn, the manifest and the signature too, at a random place."""
    drawn = Random(seed)  # noqa: S311 - draws faults
    signer, verifier = key_in(tmp_path / "keys")
    files = {f"{n}.jpg": drawn.randbytes(drawn.randint(1, 300)) for n in range(drawn.randint(1, 8))}
    entries = sealed(files, signer)
    assert verified(entries, verifier).manifest.incident == "inc-1"
    for name, content in entries:
        at = drawn.randrange(len(content))
        flipped = bytearray(content)
        flipped[at] ^= 1 << drawn.randrange(8)
        assert refusal(with_content(entries, name, bytes(flipped)), tmp_path / "keys").startswith(f"{name}: ")


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig"])
def test_a_flip_at_every_place_of_the_signed_head_is_named(name: str, tmp_path: Path) -> None:
    """Not one byte of manifest and signature file is without meaning."""
    signer, _ = key_in(tmp_path)
    entries = sealed({"a.jpg": b"first"}, signer)
    content = dict(entries)[name]
    for at in range(len(content)):
        flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert refusal(with_content(entries, name, flipped), tmp_path).startswith(f"{name}: ")


def test_a_file_missing_added_or_reordered_is_named(tmp_path: Path) -> None:
    """The first of them."""
    signer, _ = key_in(tmp_path)
    entries = sealed(FILES, signer)
    assert refusal(entries[:3] + entries[4:], tmp_path) == "b.jpg: is missing"
    assert refusal((*entries, ("z.jpg", b"")), tmp_path) == "z.jpg: was added, the manifest does not name it"
    swapped = (*entries[:2], entries[3], entries[2], entries[4])
    assert refusal(swapped, tmp_path) == "b.jpg: was reordered, expected a.jpg in its place"
    assert refusal((*entries, entries[2]), tmp_path) == "a.jpg: is there twice"
    assert refusal(entries[1:], tmp_path) == "manifest.json: is missing"
    assert refusal((entries[0], *entries[2:]), tmp_path) == "manifest.sig: is missing"


def test_another_key_is_named(tmp_path: Path) -> None:
    """Where the bundle is whole and the key is that of another box."""
    entries = sealed(FILES, key_in(tmp_path / "box")[0])
    sentence = refusal(entries, tmp_path / "other")
    assert sentence.startswith("manifest.json: is signed with another key: ")
    signer, _ = key_in(tmp_path / "other")
    assert "names the key 0000" in refusal(of_another_key(entries, signer, FILES, "0" * 64), tmp_path / "other")


def test_what_a_newer_version_sealed_is_named(tmp_path: Path) -> None:
    """Rightly signed, in a form that is not known yet: of the manifest, and of the signature file."""
    signer, _ = key_in(tmp_path)
    sealed_manifest = json.loads(dict(sealed(FILES, signer))["manifest.json"])
    manifest = canonical(sealed_manifest | {"version": 2})
    signature = {
        "version": 1,
        "algorithm": "Ed25519",
        "key": signer.key,
        "manifest_sha256": sha256(manifest).hexdigest(),
        "signature": signer.sign(manifest).hex(),
    }
    newer = (("manifest.json", manifest), ("manifest.sig", canonical(signature)))
    assert refusal(newer, tmp_path) == "manifest.json: is of version 2, expected 1: a newer edge-agent reads it"
    newer = (newer[0], ("manifest.sig", canonical(signature | {"version": 2})))
    assert refusal(newer, tmp_path) == "manifest.sig: is of version 2, expected 1: a newer edge-agent reads it"
    other = (newer[0], ("manifest.sig", canonical(signature | {"algorithm": "SM2", "signature": "00"})))
    assert refusal(other, tmp_path) == "manifest.sig: is by SM2, expected Ed25519, as the key given is"


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"version":1}', b"9" * 5000, b"[" * 5000], ids=lambda content: content[:8]
)
def test_a_signature_file_that_is_none(content: bytes, tmp_path: Path) -> None:
    """Whatever lies there is refused by name."""
    entries = with_content(sealed(FILES, key_in(tmp_path)[0]), "manifest.sig", content)
    assert refusal(entries, tmp_path).startswith("manifest.sig: was changed, ")


def test_a_chain_is_followed_over_several_bundles(tmp_path: Path) -> None:
    """In any order, also where some are not there; a break is named by its two numbers."""
    signer, verifier = key_in(tmp_path)
    first = verified(sealed(FILES, signer), verifier)
    second = verified(sealed(FILES, signer, number=2, previous=first.sha256), verifier)
    third = verified(sealed(FILES, signer, number=3, previous=second.sha256), verifier)
    chained([third, first, second])
    chained([third, first])
    broken = verified(sealed(FILES, signer, number=3, previous=first.sha256), verifier)
    with pytest.raises(BadInputError, match=r"chain: broken between numbers 2 \(inc-2\) and 3 \(inc-3\)"):
        chained([first, second, broken])
    with pytest.raises(BadInputError, match="two manifests in one place"):
        chained([third, broken])
    with pytest.raises(BadInputError, match=r"number 2 \(inc-2\) has no beginning"):
        chained([verified(sealed(FILES, signer, number=2), verifier)])


@pytest.mark.parametrize("seed", range(20))
def test_damage_to_the_archive_is_refused_or_harmless(seed: int, tmp_path: Path) -> None:
    """One flipped byte anywhere in the ZIP, its own bookkeeping too: refused in a sentence, or all files as sealed."""
    drawn = Random(seed)  # noqa: S311 - draws faults
    signer, verifier = key_in(tmp_path / "keys")
    entries = sealed({"a.jpg": drawn.randbytes(50)}, signer)
    path = tmp_path / "b.zip"
    write_bundle(path, entries)
    whole = path.read_bytes()
    for at in drawn.sample(range(len(whole)), 100):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << drawn.randrange(8))]) + whole[at + 1 :])
        try:
            read = read_bundle(path)
            verified(read, verifier)
        except BadInputError:
            continue
        assert read == entries


def test_what_is_no_bundle(tmp_path: Path) -> None:
    """A file that is none, one that is not there, and a link in a folder."""
    (tmp_path / "x.zip").write_bytes(b"PK nothing")
    with pytest.raises(BadInputError, match=r"x\.zip: is no ZIP, or a damaged one"):
        read_bundle(tmp_path / "x.zip")
    with pytest.raises(BadInputError, match=r"y\.zip: cannot be read: No such file"):
        read_bundle(tmp_path / "y.zip")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.jpg").symlink_to(tmp_path / "x.zip")
    with pytest.raises(BadInputError, match="found a link in it, expected files"):
        read_bundle(tmp_path / "folder")

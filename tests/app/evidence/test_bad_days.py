"""Bad days of evidence: each has one sentence, and nothing that was kept is lost by it."""

from __future__ import annotations

import errno
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.adapters.video.packet_ring import PacketRing
from edge_agent.app.evidence.main_stills import MainStills
from edge_agent.app.evidence.sealing import sealed_at_last, signer_of
from edge_agent.app.evidence.verifying import verify_bundles
from edge_agent.config.yaml.rewriting import write_private
from edge_agent.core.effects import SaveSnapshot
from edge_agent.core.errors import BadInputError
from edge_agent.core.stream.pictures import CodedPicture, StreamFormat
from edge_agent.ports import NO_PICTURES
from tests.app.evidence.test_sealing import Street
from tests.street import KERB, at, span

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def street(tmp_path: Path) -> Street:
    """A box with two incidents of which nothing is sealed yet."""
    street = Street(tmp_path)
    for incident in ("inc-1", "inc-2"):
        street.shows(incident, "opened")
        street.tells(incident, 1)
    return street


def test_a_key_that_changes_is_in_the_chain_and_old_bundles_still_verify(street: Street, tmp_path: Path) -> None:
    """The manifest after the change names the new key and, by its hash, the last one of the old."""
    old = signer_of(street.state)
    first = street.archive.export("inc-1", tmp_path / "first.zip")
    (street.state / "keys" / "private.pem").unlink()
    second = street.archive.export("inc-2", tmp_path / "second.zip")
    new = signer_of(street.state)
    assert (first.manifest.key, second.manifest.key) == (old.key, new.key)
    assert old.key != new.key
    before = sha256((street.evidence / "inc-1" / "manifest.json").read_bytes()).hexdigest()
    assert (second.manifest.chain.number, second.manifest.chain.previous) == (2, before)
    verify_bundles([tmp_path / "first.zip"], old.public)
    verify_bundles([tmp_path / "second.zip"], new.public)
    with pytest.raises(BadInputError, match=r"first\.zip: manifest\.json: is signed with another key"):
        verify_bundles([tmp_path / "first.zip"], new.public)


def test_a_disk_that_is_full_between_still_and_manifest(
    street: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said, the pictures stay, and once there is room all is sealed."""

    def full(path: Path, content: bytes) -> None:
        if path.name == "manifest.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        write_private(path, content)

    before = {path.name: path.read_bytes() for path in street.evidence.rglob("*.jpg")}
    with monkeypatch.context() as patched:
        patched.setattr("edge_agent.adapters.evidence.sealed_folder.write_private", full)
        sealed_at_last(street.sealer)
    assert caplog.text.count("not all evidence could be sealed: ") == 1
    assert "manifest.json: cannot be written: No space left on device" in caplog.text
    assert not list(street.evidence.rglob("manifest.json"))
    street.sealer.turn()
    assert len(list(street.evidence.rglob("manifest.json"))) == 2
    assert {path.name: path.read_bytes() for path in street.evidence.rglob("*.jpg")} == before


def test_a_moment_that_the_ring_does_not_hold_has_no_main_still(tmp_path: Path) -> None:
    """Too old, or not there yet: the message goes out with the picture that was looked at, and nothing waits."""
    ring = PacketRing(span=span(10), limit_bytes=10_000)
    form = StreamFormat(codec="h264", parameters=b"", size=(1920, 1080), time_base=Fraction(1, 10))
    for n in range(100, 110):
        ring.put(
            CodedPicture(format=form, pts=n, dts=n, duration=1, keyframe=n == 100, data=b"x", received_at=at(n / 10))
        )
    stills = MainStills(
        folder=tmp_path,
        rings={"c1": ring},
        pictures=lambda _: SnapshotFolder(tmp_path, camera="c1", model="5e" * 32, policy_sha256="ab" * 32),
    )
    for second in (2, 60):
        request = SaveSnapshot(at=at(second), incident="inc-1", event="e-1", stage="opened", box=KERB)
        assert stills.save("c1", request, lambda _: None) == NO_PICTURES
        assert stills.save("c2", request, lambda _: None) == NO_PICTURES
    assert list(tmp_path.iterdir()) == []


def test_a_main_stream_that_cannot_be_decoded_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One sentence; the stage is told without it."""
    ring = PacketRing(span=span(10), limit_bytes=10_000)
    form = StreamFormat(codec="h264", parameters=b"", size=(1920, 1080), time_base=Fraction(1, 10))
    ring.put(CodedPicture(format=form, pts=0, dts=0, duration=1, keyframe=True, data=bytes(100), received_at=at(10)))
    stills = MainStills(
        folder=tmp_path,
        rings={"c1": ring},
        pictures=lambda _: SnapshotFolder(tmp_path, camera="c1", model="5e" * 32, policy_sha256="ab" * 32),
    )
    request = SaveSnapshot(at=at(10), incident="inc-1", event="e-1", stage="opened", box=KERB)
    assert stills.save("c1", request, lambda _: None) == NO_PICTURES
    assert caplog.text.count("no still of the main stream of inc-1, opened: ") == 1

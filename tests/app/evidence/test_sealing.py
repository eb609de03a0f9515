"""Sealing: what was kept and told of an incident becomes one manifest, again whenever something was added."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from edge_agent.adapters.evidence.signing import Ed25519Signer
from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.adapters.store.sqlite import SqliteStore
from edge_agent.app.evidence.archive import Archive
from edge_agent.app.evidence.sealing import Sealer, sealed_at_last, sealer_of, signer_of
from edge_agent.app.evidence.verifying import verify_bundles
from edge_agent.config.site.loading import load_site
from edge_agent.config.wire.manifest_file import Manifest
from edge_agent.core.effects import SaveSnapshot
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.geometry import Box
from edge_agent.ports import Frame, Message
from tests.architecture import ROOT
from tests.clocks import MORNING, SimulatedClock

BOX: Final = Box(0.4, 0.4, 0.6, 0.6)
SIZE: Final = (720, 1280, 3)


class Street:
    """A state folder that is filled as an agent fills it, and what seals it."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.evidence = self.state / "evidence"
        site = load_site(ROOT / "site.yaml")
        loaded = replace(site, state=self.state)
        self.clock = SimulatedClock(MORNING)
        self.sealer: Sealer = sealer_of(loaded, self.clock, lambda: loaded.site)
        self.store = SqliteStore(self.state / "agent.db")
        self.archive = Archive(self.sealer)

    def shows(self, incident: str, stage: str, *, second: float = 0.0) -> None:
        """The pictures of a stage."""
        at = MORNING + timedelta(seconds=second)
        request = SaveSnapshot(at=at, incident=incident, event=f"{incident}-1", stage=stage, box=BOX)
        pictures = SnapshotFolder(self.evidence, camera="campus", model="5e" * 32, policy_sha256="ab" * 32)
        pictures.save(request, Frame(at=at, image=np.full(SIZE, 90, np.uint8)))

    def tells(self, incident: str, seq: int, **envelope: object) -> None:
        """A message of the feed."""
        event: dict[str, Any] = {
            "id": f"{incident}-{seq}",
            "type": "incident.opened" if seq == 1 else "incident.warned",
            "time": "2026-11-01T08:00:00.000Z",
            **envelope,
            "data": {"seq": seq, "camera": "campus", "zone": "kerb"},
        }
        message = Message(id=f"{incident}-{seq}", key=incident, topic="t", payload=json.dumps(event).encode())
        self.store.queue((message,), MORNING)

    def manifest(self, incident: str) -> Manifest:
        """The seal of an incident, made now where that is needed."""
        sealed_files = self.sealer.seal(incident)
        assert sealed_files is not None
        return sealed_files


@pytest.fixture
def street(tmp_path: Path) -> Street:
    """An incident with one stage."""
    made = Street(tmp_path)
    made.shows("inc-1", "opened")
    made.tells("inc-1", 1)
    return made


def test_a_manifest_says_what_was_kept_and_told(street: Street) -> None:
    """Files with role, size and moment, events with instants, what judged, and the checks with their figures."""
    manifest = street.manifest("inc-1")
    files = {file.role: file for file in manifest.files}
    assert sorted(files) == ["events", "note", "panorama", "redacted", "subject"]
    shown = files["panorama"]
    assert (shown.width, shown.height, shown.camera, shown.stream) == (1280, 720, "campus", "watched")
    assert shown.at == "2026-11-23T08:00:00.000Z"
    assert [role for role in sorted(files) if files[role].redacted] == ["redacted", "subject"]
    assert [(event.id, event.seq, event.at) for event in manifest.events] == [
        ("inc-1-1", 1, "2026-11-01T08:00:00.000Z")
    ]
    assert manifest.made_by.zone == "kerb"
    assert manifest.made_by.polygon is not None
    assert manifest.made_by.model_sha256 is not None
    assert {check.name: check.met for check in manifest.checks} == {
        "clock": False,  # nobody knows it of a recording
        "panoramas": False,
        "apart": False,
        "size": True,
    }


def test_evidence_is_for_nobody_else(street: Street, tmp_path: Path) -> None:
    """Pictures, notes, events, seal and bundle: people are on them."""
    street.archive.hold("inc-1")
    street.archive.export("inc-1", tmp_path / "out.zip")
    files = [*(street.evidence / "inc-1").iterdir(), tmp_path / "out.zip"]
    assert len(files) == 9
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert (street.evidence / "inc-1").stat().st_mode & 0o777 == 0o700


def test_nothing_new_is_not_sealed_again(street: Street) -> None:
    """The same manifest, also after a restart; a message or a picture makes another one, which names the first."""
    first = street.manifest("inc-1")
    assert street.manifest("inc-1") == first
    street.sealer.turn()
    street.tells("inc-1", 2)
    second = street.manifest("inc-1")
    street.shows("inc-1", "warned-1", second=10)
    third = street.manifest("inc-1")
    assert [each.chain.number for each in (first, second, third)] == [1, 2, 3]
    assert first.chain.previous is None
    assert second.chain.previous is not None
    assert {check.name: check.found for check in third.checks}["apart"] == "10.0 s"
    restarted = sealer_of(street.sealer.loaded, street.clock, street.sealer.site)
    restarted.turn()
    assert restarted.seal("inc-1") == third


def test_a_turn_seals_what_was_added_and_nothing_else(street: Street) -> None:
    """Pictures of which nothing was told yet wait; so does a look that the centre asked for."""
    street.shows("inc-2", "opened")
    street.shows("look-7", "look")
    street.sealer.turn()
    sealed = {path.parent.name for path in street.evidence.glob("*/manifest.json")}
    assert sealed == {"inc-1"}
    street.tells("inc-2", 1)
    street.sealer.turn()
    before = {path: path.stat().st_mtime_ns for path in street.evidence.glob("*/manifest.json")}
    assert {path.parent.name for path in before} == {"inc-1", "inc-2"}
    street.sealer.turn()
    street.sealer.turn()
    assert {path: path.stat().st_mtime_ns for path in street.evidence.glob("*/manifest.json")} == before


def test_before_there_is_anything(tmp_path: Path) -> None:
    """A turn on an empty state makes nothing, not even a key."""
    empty = replace(load_site(ROOT / "site.yaml"), state=tmp_path / "state")
    sealer_of(empty, SimulatedClock(MORNING), lambda: empty.site).turn()
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("synchronised", [True, False, None])
def test_the_clock_is_as_good_as_its_worst_message(synchronised: bool | None, street: Street) -> None:  # noqa: FBT001
    """What a message says of it holds for the incident."""
    sealer = replace(street.sealer, synchronised=lambda: synchronised)
    first = sealer.seal("inc-1")
    assert first is not None
    assert first.clock.synchronised is synchronised
    assert first.checks[0].met is (synchronised is True)
    street.tells("inc-1", 2, clocksynchronised=False, clockoffsetms=-2500)
    second = sealer.seal("inc-1")
    assert second is not None
    assert (second.clock.synchronised, second.clock.off_s) == (False, 2.5)


@pytest.mark.parametrize("fate", ["changed", "taken away"])
def test_what_was_sealed_is_not_sealed_again_as_something_else(fate: str, street: Street) -> None:
    """The manifest that knew the file stays; other incidents are sealed all the same, and it is said."""
    first = street.manifest("inc-1")
    (picture,) = street.evidence.glob("inc-1/*-frame.jpg")
    picture.unlink() if fate == "taken away" else picture.write_bytes(b"another")
    street.tells("inc-1", 2)
    street.shows("inc-2", "opened")
    street.tells("inc-2", 1)
    with pytest.raises(BadInputError, match=rf"frame\.jpg: was {fate} since it was sealed, expected it as it was"):
        street.sealer.turn()
    assert street.manifest("inc-2").chain.number == 2
    manifest = json.loads((street.evidence / "inc-1" / "manifest.json").read_text())
    assert manifest["chain"]["number"] == first.chain.number


def test_a_key_that_others_may_read_holds_nothing_up(street: Street, caplog: pytest.LogCaptureFixture) -> None:
    """It is said, the key signs nothing, and once it is right again all is sealed."""
    signer_of(street.state)
    key = street.state / "keys" / "private.pem"
    key.chmod(0o644)
    sealed_at_last(street.sealer)
    assert "others may read it (mode 0644), expected mode 0600" in caplog.text
    assert not (street.evidence / "inc-1" / "manifest.json").exists()
    key.chmod(0o600)
    street.sealer.turn()
    assert street.manifest("inc-1").chain.number == 1


def test_a_signer_of_the_city_takes_the_place_of_the_key(street: Street) -> None:
    """Whatever signs by the protocol; no key of ours is made then."""

    class Module:
        algorithm = "SM2"
        key = "5a" * 32

        def sign(self, content: bytes) -> bytes:
            return content[:4]

    sealer = replace(street.sealer, signer=Module)
    sealed_files = sealer.seal("inc-1")
    assert sealed_files is not None
    assert sealed_files.key == "5a" * 32
    signature = json.loads((street.evidence / "inc-1" / "manifest.sig").read_text())
    assert (signature["algorithm"], signature["signature"]) == ("SM2", b'{"ag'.hex())
    assert not (street.state / "keys" / "private.pem").exists()


def test_an_export_verifies_and_follows_the_chain(street: Street, tmp_path: Path) -> None:
    """Two incidents, from the bundles and the public key alone; the same again gives the same bytes."""
    street.shows("inc-2", "opened")
    street.tells("inc-2", 1)
    bundles = [tmp_path / "one.zip", tmp_path / "two.zip"]
    public = [street.archive.export(name, path).public for name, path in zip(("inc-1", "inc-2"), bundles, strict=True)]
    verdicts = verify_bundles(bundles, public[0])
    assert [each.manifest.incident for _, each in verdicts] == ["inc-1", "inc-2"]
    street.archive.export("inc-1", tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == bundles[0].read_bytes()


def test_what_cannot_be_exported(street: Street, tmp_path: Path) -> None:
    """In a sentence each, and no bundle is written."""
    out = tmp_path / "out.zip"
    street.shows("inc-2", "opened")
    with pytest.raises(BadInputError, match="incident inc-2: the store tells nothing of it"):
        street.archive.export("inc-2", out)
    for name in ("inc-9", "..", "../evidence/inc-1", ""):
        with pytest.raises(BadInputError, match="there is no evidence of it"):
            street.archive.export(name, out)
    street.manifest("inc-1")
    (picture,) = street.evidence.glob("inc-1/*-frame.jpg")
    picture.write_bytes(b"another")
    with pytest.raises(BadInputError, match=r"frame\.jpg: was changed, its SHA-256 is not that of the manifest"):
        street.archive.export("inc-1", out)
    assert not out.exists()


def test_a_manifest_that_somebody_edited_is_not_exported(street: Street, tmp_path: Path) -> None:
    """The signature does not fit it."""
    street.manifest("inc-1")
    path = street.evidence / "inc-1" / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"zone":"kerb"', b'"zone":"kurb"'))
    with pytest.raises(BadInputError, match=r"manifest\.json: was changed, its signature does not fit"):
        street.archive.export("inc-1", tmp_path / "out.zip")


def test_a_power_cut_between_signature_and_manifest(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next turn seals anew under the next number; the number in between names a manifest that nobody has."""
    street.manifest("inc-1")
    street.tells("inc-1", 2)
    with monkeypatch.context() as patched:
        patched.setattr("edge_agent.app.evidence.sealing.MANIFEST", "no/such\0name")
        with pytest.raises((OutsideError, ValueError)):
            street.sealer.seal("inc-1")
    manifest = street.manifest("inc-1")
    assert manifest.chain.number == 3
    assert len(manifest.events) == 2


def test_what_is_listed_and_held(street: Street) -> None:
    """Sealed or not, held or not; holding twice and releasing twice is fine."""
    (before,) = street.archive.listed()
    assert (before.incident, before.files, before.number, before.held) == ("inc-1", 4, None, False)
    street.manifest("inc-1")
    street.archive.hold("inc-1")
    street.archive.hold("inc-1")
    (after,) = street.archive.listed()
    assert (after.files, after.number, after.held) == (5, 1, True)
    assert street.manifest("inc-1").chain.number == 1  # a hold is nothing to seal
    assert street.archive.release("inc-1")
    assert not street.archive.release("inc-1")
    with pytest.raises(BadInputError, match="there is no evidence of it"):
        street.archive.hold("inc-9")


def test_the_key_of_a_box_is_an_ed25519_key(street: Street) -> None:
    """Unless the city has put another one in."""
    assert isinstance(street.sealer.signer(), Ed25519Signer)

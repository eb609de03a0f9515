"""Originals stay on the box: a bundle says which it lacks, and only whom the site names is given them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.adapters.evidence.bundle import read_bundle, write_bundle
from edge_agent.adapters.evidence.signing import Ed25519Signer, Ed25519Verifier
from edge_agent.adapters.evidence.withheld import withheld, withheld_file
from edge_agent.app.evidence.archive import Archive
from edge_agent.app.evidence.verifying import verify_bundles
from edge_agent.config.site.service import PrivacySettings
from edge_agent.core.errors import BadInputError
from tests.app.evidence.test_sealing import Street


@pytest.fixture
def street(tmp_path: Path) -> Street:
    """An incident with one stage."""
    made = Street(tmp_path)
    made.shows("inc-1", "opened")
    made.tells("inc-1", 1)
    return made


def test_originals_are_handed_out_to_whom_the_site_names(street: Street, tmp_path: Path) -> None:
    """And to nobody else; who got them, and when, is written down."""
    with pytest.raises(BadInputError, match=r"originals for 'court': .* expected that privacy.originals"):
        street.archive.export("inc-1", tmp_path / "out.zip", original_for="court")
    loaded = replace(street.sealer.loaded, privacy=PrivacySettings(originals=("court",)))
    archive = Archive(replace(street.sealer, loaded=loaded))
    with pytest.raises(BadInputError, match=r"originals for 'press': .* expected one of: court"):
        archive.export("inc-1", tmp_path / "out.zip", original_for="press")
    assert not (tmp_path / "out.zip").exists()
    exported = archive.export("inc-1", tmp_path / "out.zip", original_for="court")
    assert exported.withheld == ()
    assert any(name.endswith("-frame.jpg") for name, _ in read_bundle(tmp_path / "out.zip"))
    (line,) = (street.state / "keys" / "originals.jsonl").read_text().splitlines()
    assert json.loads(line)["recipient"] == "court"
    assert json.loads(line)["incident"] == "inc-1"


def test_a_bundle_holds_no_original_and_says_which_it_keeps_back(street: Street, tmp_path: Path) -> None:
    """It verifies; one that lacks another file, or that an original was put into, does not."""
    exported = street.archive.export("inc-1", tmp_path / "out.zip")
    entries = read_bundle(tmp_path / "out.zip")
    (frame,) = exported.withheld
    assert frame.endswith("-frame.jpg")
    assert frame not in dict(entries)
    (((_, verdict),)) = verify_bundles([tmp_path / "out.zip"], exported.public)
    assert verdict.withheld == (frame,)
    original = (street.evidence / "inc-1" / frame).read_bytes()
    for changed, sentence in (
        ([each for each in entries if each[0] != "withheld.json"], f"{frame}: is missing"),
        ([each for each in entries if not each[0].endswith("-subject.jpg")], "-subject.jpg: is missing"),
        ([*entries, (frame, original)], f"{frame}: is there, withheld.json says that it is not"),
        ([entries[0], entries[2], entries[1], *entries[3:]], "withheld.json: was reordered"),
    ):
        write_bundle(tmp_path / "changed.zip", tuple(changed))
        with pytest.raises(BadInputError, match=re.escape(sentence)):
            verify_bundles([tmp_path / "changed.zip"], exported.public)


def test_a_flip_at_every_place_of_what_is_withheld_is_named(street: Street, tmp_path: Path) -> None:
    """Not one byte of it is without meaning; nor can it be signed for a file that is no original."""
    exported = street.archive.export("inc-1", tmp_path / "out.zip")
    manifest, verifier = exported.manifest, Ed25519Verifier(exported.public)
    content = dict(read_bundle(tmp_path / "out.zip"))["withheld.json"]
    digest = json.loads(content)["manifest_sha256"]
    assert withheld(content, manifest, digest, verifier) == exported.withheld
    for at in range(len(content)):
        flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        with pytest.raises(BadInputError, match=r"^withheld\.json: was changed, "):
            withheld(flipped, manifest, digest, verifier)
    signed = withheld_file(("events.jsonl",), digest, Ed25519Signer(street.state / "keys"))
    with pytest.raises(BadInputError, match="no original of the manifest"):
        withheld(signed, manifest, digest, verifier)

"""Number plates in a site's files: what is kept, whose are watched for, who is allowed by plate."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.config.site.loading import load_site
from edge_agent.config.yaml.chinese import in_chinese
from edge_agent.core.site.plates import PlateMode, PlateRules, WatchedPlate
from tests.config.samples import SITE, ZONES, problems, write_site

HASH = "hmac-sha256:" + "0123456789abcdef" * 2
MODES = "expected off, hash or clear, or a mapping with keep"
FROM_COMMAND = "expected the output of edge-agent plates hash"
PERMIT = "zones/c1.yaml:8:51 zones[0].permits[0].plates[0]"
A_PLATE = "expected a plate such as 苏D12345, or its hash from edge-agent plates hash"


def written(folder: Path, plates: str, permit: str = "") -> Path:
    """A site with these plates, and a permit for that one."""
    permits = f"    permits: [{{id: p1, holder: resident, plates: [{permit}]}}]\n" if permit else ""
    return write_site(folder, site=f"{SITE}plates: {plates}\n", zones=ZONES + permits)


def test_plates_are_off_by_default(tmp_path: Path) -> None:
    """Nobody's plate is read unless somebody says so."""
    assert load_site(write_site(tmp_path)).site.plates == PlateRules(mode=PlateMode.OFF)


@pytest.mark.parametrize("mode", PlateMode)
def test_the_mode_alone_is_enough(tmp_path: Path, mode: PlateMode) -> None:
    """`plates: hash` is short for a mapping."""
    assert load_site(written(tmp_path, str(mode))).site.plates == PlateRules(mode=mode)


def test_all_of_it_can_be_said(tmp_path: Path) -> None:
    """Watched plates with the reason, the owner's notice, a detector; a plate is kept as it is compared."""
    (tmp_path / "det.onnx").touch()
    path = written(
        tmp_path, "{keep: clear, owner: true, watch: [{plate: 苏d·12345, why: again}], detector: det.onnx}", "苏D 54321"
    )
    loaded = load_site(path)
    watch = (WatchedPlate(plate="苏D12345", why="again"),)
    assert loaded.site.plates == PlateRules(mode=PlateMode.CLEAR, owner=True, watch=watch)
    assert loaded.plates.detector == tmp_path / "det.onnx"
    assert loaded.site.zones[0].permits[0].plates == {"苏D54321"}


def test_hashes_stand_where_hashes_are_kept(tmp_path: Path) -> None:
    """On the watch-list and in permits."""
    loaded = load_site(written(tmp_path, f'{{keep: hash, watch: [{{plate: "{HASH}", why: again}}]}}', HASH))
    assert loaded.site.plates.watch[0].plate == HASH
    assert loaded.site.zones[0].permits[0].plates == {HASH}


@pytest.mark.parametrize(
    ("plates", "permit", "sentence"),
    [
        ("loud", "", f"site.yaml:8:9 plates: found 'loud', {MODES}"),
        ("3", "", f"site.yaml:8:9 plates: found 3, {MODES}"),
        ("false", "", f"site.yaml:8:9 plates: found false, {MODES}"),
        ("{keep: loud}", "", "site.yaml:8:16 plates.keep: found 'loud', expected 'off', 'hash' or 'clear'"),
        (
            "{keep: clear, colour: red}",
            "",
            "site.yaml:8:23 plates.colour: found an unknown key, expected one of: keep, watch, owner, detector",
        ),
        (
            "{keep: clear, watch: [{plate: 苏D1, why: x}]}",
            "",
            f"site.yaml:8:39 plates.watch[0].plate: found '苏D1', {A_PLATE}",
        ),
        (
            "{keep: clear, watch: [{plate: 苏D12345}]}",
            "",
            "site.yaml:8:31 plates.watch[0].why: found nothing, expected this key to be set",
        ),
        (
            "{keep: hash, watch: [{plate: 苏D12345, why: x}]}",
            "",
            f"site.yaml:8:38 plates.watch[0].plate: found a clear plate, and plates: hash, {FROM_COMMAND}",
        ),
        (
            "clear",
            HASH,
            f"{PERMIT}: found the hash of a plate, and plates: clear, expected the plate itself",
        ),
        (
            "off",
            "苏D12345",
            f"{PERMIT}: found a plate, and plates: off, expected plates: hash or plates: clear",
        ),
        ("clear", "STOP", f"{PERMIT}: found 'STOP', {A_PLATE}"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, plates: str, permit: str, sentence: str) -> None:
    """One mistake, one sentence."""
    assert problems(written(tmp_path, plates, permit)) == [sentence]


def test_a_detector_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Before the first vehicle stands."""
    problems_seen = problems(written(tmp_path, "{keep: clear, detector: no.onnx}"))
    assert problems_seen == ["site.yaml:8:33 plates.detector: found no file no.onnx, expected a file that exists"]


def test_the_owner_is_no_recipient_that_somebody_writes_down(tmp_path: Path) -> None:
    """He is known by the plate alone."""
    recipients = "    recipients: [{role: owner, contact: o-1}]\n"
    problems_seen = problems(write_site(tmp_path, zones=ZONES + recipients))
    expected = "expected 'merchant', 'steward', 'officer' or 'responsible'"
    assert problems_seen == [f"zones/c1.yaml:8:25 zones[0].recipients[0].role: found 'owner', {expected}"]


def test_it_is_said_in_chinese_too() -> None:
    """What was found and what is expected."""
    assert in_chinese("off, hash or clear, or a mapping with keep") == "off、hash 或 clear，或含 keep 的键值对"
    assert in_chinese("a clear plate, and plates: hash") == "明文车牌号，而 plates 为 hash"

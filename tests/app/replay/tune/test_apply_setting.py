"""A setting put into a site's files: shown first, judged by the parser, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from edge_agent.app.replay.tune.apply_setting import Adjustment, adjustment
from edge_agent.config.site.loading import load_site
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.site.variation import Setting, Turned
from tests.config.samples import SITE, ZONES, write_site
from tests.street import span

COMMENTED: Final = ZONES.replace("    kinds:", "    # the school asked for it\n    kinds:")
TURNED: Final = Turned(zone="kerb", kind="illegal_parking")


def planned(folder: Path, setting: Setting, *, site: str = SITE) -> Adjustment:
    """What a setting would change of the sample site."""
    path = write_site(folder, site=site, zones=COMMENTED)
    return adjustment(path, load_site(path, environ={}), TURNED, setting)


def test_a_setting_is_shown_as_a_diff_and_then_written(tmp_path: Path) -> None:
    """Nothing is touched before it is asked for."""
    change = planned(tmp_path, (("dwell", span(90)),))
    path = tmp_path / "zones" / "c1.yaml"
    assert "\n-    kinds: {illegal_parking: {}}\n+    kinds: {illegal_parking: {dwell: 1m30s}}\n" in change.diff
    assert path.read_text(encoding="utf-8") == COMMENTED
    change.write()
    assert path.read_text(encoding="utf-8") == COMMENTED.replace("{}}", "{dwell: 1m30s}}")
    assert load_site(tmp_path / "site.yaml", environ={}).site.zones[0].rules[TURNED.kind].dwell == span(90)


def test_todays_setting_changes_nothing(tmp_path: Path) -> None:
    """No default is pinned by having been tried."""
    change = planned(tmp_path, (("dwell", span(60)), ("grow", 0.0)))
    assert (change.texts, change.diff) == ({}, "")
    change.write()
    assert (tmp_path / "zones" / "c1.yaml").read_text(encoding="utf-8") == COMMENTED


def test_several_files_are_changed_together(tmp_path: Path) -> None:
    """The rule in the zone file, the way of seeing in the policy file."""
    (tmp_path / "policy.yaml").write_text("version: 1\n", encoding="utf-8")
    change = planned(tmp_path, (("dwell", span(90)), ("min_score", 0.5)), site=SITE + "policy: policy.yaml\n")
    change.write()
    site = load_site(tmp_path / "site.yaml", environ={}).site
    assert (site.zones[0].rules[TURNED.kind].dwell, site.policy.seeing.min_score) == (span(90), 0.5)


def test_what_the_parser_refuses_is_not_even_shown(tmp_path: Path) -> None:
    """A zone shrunk to less than a footprint is a polygon, and still no zone."""
    with pytest.raises(BadInputError, match="found an area of"):
        planned(tmp_path, (("grow", -0.398),))


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """Somebody may have the zone file open in an editor while a long sweep runs."""
    change = planned(tmp_path, (("dwell", span(90)),))
    path = tmp_path / "zones" / "c1.yaml"
    path.write_text(COMMENTED + "# mine\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="was changed meanwhile"):
        change.write()
    assert path.read_text(encoding="utf-8").endswith("# mine\n")


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    """In one sentence with the path; the file is as it was."""
    change = planned(tmp_path, (("dwell", span(90)),))
    (tmp_path / "zones" / ".c1.yaml.part").mkdir()
    with pytest.raises(OutsideError, match=r"c1\.yaml: cannot be written"):
        change.write()
    assert (tmp_path / "zones" / "c1.yaml").read_text(encoding="utf-8") == COMMENTED

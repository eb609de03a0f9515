"""A site file with one thing wrong in it: the sentence that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.samples import SITE, ZONES, Refusal, problems, refusals, write_site

REFUSALS = refusals("site")


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_wrong_is_said(tmp_path: Path, refusal: Refusal) -> None:
    """One mistake, one sentence: where it is, what was found, what is expected."""
    path = write_site(tmp_path, site=refusal.written_into(SITE))
    assert problems(path) == [refusal.says]


def test_a_camera_id_that_is_none_is_said(tmp_path: Path) -> None:
    """Ids go into topics and file names."""
    path = write_site(tmp_path, site=SITE.replace("  c1:", "  c 1:"), zones=ZONES.replace("c1", "c 1"))
    expected = "expected an id of letters, digits, '-' and '_' (at most 64)"
    assert problems(path) == [
        f"site.yaml:7:3 cameras.c 1: found 'c 1', {expected}",
        f"zones/c1.yaml:2:9 camera: found 'c 1', {expected}",
    ]


def test_a_site_file_that_is_missing_is_said(tmp_path: Path) -> None:
    """There is no line to point at, so it is the first."""
    assert problems(tmp_path / "site.yaml") == [
        "site.yaml:1:1: found a file that cannot be read (No such file or directory), expected a readable YAML file"
    ]


@pytest.mark.parametrize(("text", "value"), [("", "nothing"), ("- a\n", "a list of 1"), ("hello\n", "'hello'")])
def test_a_file_without_keys_is_said(tmp_path: Path, text: str, value: str) -> None:
    """An empty file is not an empty site."""
    path = write_site(tmp_path, site=text)
    assert problems(path) == [f"site.yaml:1:1: found {value}, expected a mapping that begins with version: 1"]


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    """A person mends everything in one go: site, policy and zone files are all read before any is refused."""
    site = SITE.replace("Asia/Shanghai", "Mars/Olympus").replace("agent: box-01", "agent: box 01\npolicy: policy.yaml")
    zones = "version: 1\ncamera: c1\nzones:\n  - {id: k, polygon: [], kinds: {parking: {}}}\n"
    path = write_site(tmp_path, site=site, zones=zones, policy="version: 1\nkind: {}\n")
    assert [line.partition(":")[0] for line in problems(path)] == [
        "policy.yaml",
        "site.yaml",
        "site.yaml",
        "zones/c1.yaml",
    ]


@pytest.mark.parametrize(("sign", "escape"), [("#", "%23"), ("/", "%2F"), ("?", "%3F")])
@pytest.mark.parametrize("before", ["secret", "12"])
def test_a_password_that_ends_the_host_is_named_with_its_escape(
    tmp_path: Path, sign: str, escape: str, before: str
) -> None:
    """Also where its beginning reads like a port; of the password itself nothing is repeated."""
    path = write_site(tmp_path, site=SITE.replace("source: road.mp4", "source: {file: address}"))
    (tmp_path / "address").write_text(f"rtsp://admin:{before}{sign}3@192.168.1.64/h264\n")
    (problem,) = problems(path)
    assert problem.endswith(
        "that is none, expected rtsp://host/path or rtsp://host:port/path; "
        f"in a user name or a password write {sign} as {escape}"
    )
    assert before not in problem.replace(str(tmp_path), "")

"""Whether the model can see what the zones ask for."""

from __future__ import annotations

from pathlib import Path

from edge_agent.config.site.shipped import check_files, check_labels
from tests.config.samples import SITE, ZONES, load, write_site

TWO_KINDS = ZONES.replace("illegal_parking: {}", "illegal_parking: {}, exposed_garbage: {}")


def test_a_kind_the_model_cannot_see_is_said(tmp_path: Path) -> None:
    """It would never happen, and nobody would know why."""
    loaded = load(write_site(tmp_path, zones=TWO_KINDS))
    problems_seen = [
        str(problem).replace(f"{tmp_path}/", "") for problem in check_labels(loaded, frozenset({"car", "person"}))
    ]
    assert problems_seen == [
        (
            "zones/c1.yaml:7:34 zones[0].kinds.exposed_garbage: found kind 'exposed_garbage', of which the model knows"
            " no label, expected a model that knows one of: garbage"
        )
    ]


def test_one_label_of_a_kind_is_enough(tmp_path: Path) -> None:
    """A model that knows cars but no vans still sees parking."""
    loaded = load(write_site(tmp_path, zones=TWO_KINDS))
    assert check_labels(loaded, frozenset({"car", "garbage"})) == ()


def test_files_that_are_missing_are_said_where_they_are_named(tmp_path: Path) -> None:
    """The model and the recordings are looked for, each on its own."""
    path = write_site(tmp_path)
    (tmp_path / "street.onnx").touch()
    problems_seen = [str(problem).replace(f"{tmp_path}/", "") for problem in check_files(load(path))]
    assert problems_seen == ["site.yaml:7:16 cameras.c1.source: found no file road.mp4, expected a file that exists"]
    (tmp_path / "road.mp4").touch()
    assert check_files(load(path)) == ()


def test_a_file_of_the_brokers_tls_that_is_missing_is_said(tmp_path: Path) -> None:
    """By the check, where it is named; a start goes on without the broker."""
    tls = "broker: {host: h, tls: {ca: ca.pem, certificate: box.pem, key: box.key}}\n"
    path = write_site(tmp_path, site=SITE + tls)
    for name in ("street.onnx", "road.mp4", "ca.pem", "box.pem"):
        (tmp_path / name).touch()
    problems_seen = [str(problem).replace(f"{tmp_path}/", "") for problem in check_files(load(path))]
    assert problems_seen == ["site.yaml:8:64 broker.tls.key: found no file box.key, expected a file that exists"]

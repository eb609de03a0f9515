"""A small complete site as text, to be written down whole or with one thing wrong in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.yaml.source import BadConfigError

SITE = """\
version: 1
agent: box-01
adcode: "320402"
timezone: Asia/Shanghai
model: street.onnx
cameras:
  c1: {source: road.mp4, zones: zones/c1.yaml}
"""

ZONES = """\
version: 1
camera: c1
zones:
  - id: kerb
    name: {zh-CN: 路边, en: the kerb}
    polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    kinds: {illegal_parking: {}}
"""

SHOP_ZONE = """\
  - id: front
    polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    kinds: {out_of_store_trading: {}}
    hours: Mo-Su 07:00-22:00
    shops: [{id: s1, name: Noodles, frontage: [[0.1, 0.2], [0.9, 0.2]]}]
    permits: [{id: p1, holder: Noodles, shop: s1, valid_from: 2026-11-01, valid_to: 2026-11-30}]
    exempt: [[[0.4, 0.4], [0.6, 0.4], [0.6, 0.6]]]
"""

CALIBRATION = """\
version: 1
camera: c1
size: [1920, 1080]
date: 2026-11-01
pairs:
  - {image: [0.2, 0.4], ground: [-7.18, 16.05]}
  - {image: [0.5, 0.4], ground: [0.0, 16.05]}
  - {image: [0.8, 0.4], ground: [7.18, 16.05]}
  - {image: [0.2, 0.75], ground: [-4.19, 8.22]}
  - {image: [0.5, 0.75], ground: [0.0, 8.22]}
  - {image: [0.8, 0.75], ground: [4.19, 8.22]}
"""
CALIBRATED = SITE.replace("zones/c1.yaml}", "zones/c1.yaml, calibration: calibration/c1.yaml}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing wrong: ``new`` written in place of ``old``, and what must be said of it."""

    old: str
    new: str
    says: str

    def written_into(self, sample: str) -> str:
        """The sample with the mistake in it."""
        assert self.old in sample
        return sample.replace(self.old, self.new)


def refusals(group: str) -> dict[str, Refusal]:
    """The entries of ``refusals.yaml`` under ``group``."""
    entries = YAML(typ="safe").load(Path(__file__).with_name("refusals.yaml"))[group]
    return {what: Refusal(entry["for"], entry["write"], entry["says"]) for what, entry in entries.items()}


def write_site(folder: Path, *, site: str = SITE, zones: str = ZONES, **others: str) -> Path:
    """Write the files into ``folder`` (``others`` by name without ``.yaml``); returns the site file's path."""
    (folder / "zones").mkdir(exist_ok=True)
    (folder / "zones" / "c1.yaml").write_text(zones, encoding="utf-8")
    for name, text in others.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    path = folder / "site.yaml"
    path.write_text(site, encoding="utf-8")
    return path


def write_calibration(folder: Path, text: str = CALIBRATION) -> Path:
    """Write the camera's calibration into ``folder``; returns its path."""
    path = folder / "calibration" / "c1.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def load(path: Path, **environ: str) -> LoadedSite:
    """The site at ``path``, with ``environ`` as all the environment there is."""
    return load_site(path, environ=environ)


def problems(path: Path, **environ: str) -> list[str]:
    """Every problem of the site at ``path`` as it is printed, paths from its folder on."""
    try:
        load(path, **environ)
    except BadConfigError as error:
        return str(error).replace(f"{path.parent}/", "").splitlines()
    return []

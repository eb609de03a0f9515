"""Reads `config.toml` into values; every number of a training run is here and nowhere else."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).with_name("config.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How long to train, in optimiser steps."""

    total: int
    warmup: int
    batch: int
    save_every: int
    report_every: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Learning rates for each part, and how they fall."""

    trunk: float
    coco_head: float
    garbage_tower: float
    rate_end: float
    weight_decay: float
    clip_norm: float
    average: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """The weights of the parts of the loss."""

    coco_keep: float
    garbage: float
    box: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Batch shapes as (height, width), and how often each is drawn."""

    sizes: tuple[tuple[int, int], ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipes:
    """Shares of the ways a training picture is made."""

    alone: float
    mosaic: float
    planted: float
    empty: float
    mosaic_until: float
    grounds: tuple[float, ...]
    vtest_seconds: int
    night: float
    rain: float
    text: float
    starved: float
    stairs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One training run, whole."""

    seed: int
    threads: int
    device: str
    precision: str
    start: str
    garbage_labels: tuple[str, ...]
    pixels: int
    steps: Steps
    rates: Rates
    losses: Losses
    shapes: Shapes
    recipes: Recipes


def read_settings(path: Path = CONFIG) -> Settings:
    """Read one run's settings; an unknown or missing key raises `TypeError` naming it."""
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    shapes = raw["shapes"]
    return Settings(
        seed=raw["seed"],
        threads=raw["threads"],
        device=raw["device"],
        precision=raw["precision"],
        start=raw["model"]["start"],
        garbage_labels=tuple(raw["model"]["garbage_labels"]),
        pixels=raw["model"]["pixels"],
        steps=Steps(**raw["steps"]),
        rates=Rates(**raw["rates"]),
        losses=Losses(**raw["losses"]),
        shapes=Shapes(
            sizes=tuple((height, width) for height, width in shapes["sizes"]),
            weights=tuple(shapes["weights"]),
        ),
        recipes=Recipes(**raw["recipes"]),
    )

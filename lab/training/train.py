"""Trains the street detector: `python -m lab.training.train --data ../shared/data --out .train`.

Deterministic for one machine and thread count: every batch is drawn from the seed and the step's number, so a
resumed run sees the batches it would have seen.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lab.training.devices import device_of
from lab.training.network.grid import anchors
from lab.training.network.losses import garbage_loss, keeping_loss
from lab.training.network.network import Start, StreetNetwork
from lab.training.network.starting import grow, load_start
from lab.training.pictures.batches import Batches, read_material
from lab.training.pictures.scenes import TrainingPicture
from lab.training.settings import CONFIG, Settings, read_settings

CHECKPOINT = "checkpoint.pt"
_AVERAGE_RAMP = 300  # steps over which the moving average takes its full length


def rate_at(step: int, settings: Settings) -> float:
    """The learning rate at a step, as a share of its full value: linear warm-up, then half a cosine."""
    steps, rates = settings.steps, settings.rates
    if step < steps.warmup:
        return (step + 1) / steps.warmup
    progress = (step - steps.warmup) / max(1, steps.total - steps.warmup)
    return rates.rate_end + (1 - rates.rate_end) * (1 + math.cos(math.pi * min(1.0, progress))) / 2


class Run:
    """One training run: the network, its moving average, the optimiser, and where it stands."""

    def __init__(self, settings: Settings, start: Start, device: torch.device) -> None:
        self.settings = settings
        self.device = device
        torch.manual_seed(settings.seed)
        # Grown on the processor, so that the same seed begins with the same weights on every device.
        grown = grow(start, len(settings.garbage_labels))
        self.start = start.to(device, memory_format=torch.channels_last)
        self.network = grown.to(device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network)
        self.optimiser = torch.optim.AdamW(_groups(self.network, settings))
        self.step = 0

    def learn(self, scenes: list[TrainingPicture]) -> tuple[float, float]:
        """One optimiser step; returns the garbage loss and the distance from the start."""
        settings, rates = self.settings, self.settings.rates
        share = rate_at(self.step, settings)
        for group in self.optimiser.param_groups:
            group["lr"] = group["full"] * share
        pictures, boxes, labels = tensors(scenes, self.device)
        cells, strides = anchors(pictures.shape[2], pictures.shape[3], self.device)
        with torch.no_grad():
            low = self.start.trunk.low(pictures)
            frozen = self.start.coco(self.start.trunk.high(low))
        coco, garbage = self.network.towers(low)
        keep = keeping_loss(coco, frozen, cells, strides, settings.losses.box)
        found = garbage_loss(garbage, boxes, labels, cells, strides, settings.losses.box)
        self.optimiser.zero_grad(set_to_none=True)
        (settings.losses.garbage * found + settings.losses.coco_keep * keep).backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), rates.clip_norm)
        self.optimiser.step()
        self._follow(min(rates.average, 1 - math.exp(-(self.step + 1) / _AVERAGE_RAMP)))
        self.step += 1
        return float(found.detach()), float(keep.detach())

    @torch.no_grad()
    def _follow(self, keep: float) -> None:
        for mean, value in zip(self.average.parameters(), self.network.parameters(), strict=True):
            mean.lerp_(value, 1 - keep)

    def save(self, path: Path) -> None:
        """Write a checkpoint whole, then put it in place, so that a killed run leaves the last good one."""
        parts = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
        }
        torch.save(parts, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint."""
        parts = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(parts["network"])
        self.average.load_state_dict(parts["average"])
        self.optimiser.load_state_dict(parts["optimiser"])
        self.step = parts["step"]


def _groups(network: StreetNetwork, settings: Settings) -> list[dict[str, object]]:
    rates = settings.rates
    parts = ((network.trunk, rates.trunk), (network.coco, rates.coco_head), (network.garbage, rates.garbage_tower))
    groups: list[dict[str, object]] = []
    for module, rate in parts:
        learning = [p for p in module.parameters() if p.requires_grad]
        weights = [p for p in learning if p.ndim > 1]
        biases = [p for p in learning if p.ndim <= 1]
        groups.append({"params": weights, "full": rate, "lr": rate, "weight_decay": rates.weight_decay})
        groups.append({"params": biases, "full": rate, "lr": rate, "weight_decay": 0.0})
    return groups


def tensors(scenes: list[TrainingPicture], device: torch.device) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """Pictures B×3×H×W (BGR, 0–255), and for each its boxes as cx cy w h and its labels."""
    stacked = np.stack([scene.image for scene in scenes]).transpose(0, 3, 1, 2)
    pictures = torch.from_numpy(stacked).to(device).float().contiguous(memory_format=torch.channels_last)
    boxes = []
    for scene in scenes:
        corners = torch.from_numpy(scene.boxes).to(device)
        centre, size = (corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]
        boxes.append(torch.cat((centre, size), 1))
    return pictures, boxes, [torch.from_numpy(scene.labels).to(device) for scene in scenes]


def _report(run: Run, batches: Iterator[list[TrainingPicture]], out: Path) -> None:
    steps = run.settings.steps
    sums, began = np.zeros(2), time.monotonic()
    for scenes in batches:
        sums += run.learn(scenes)
        if run.step % steps.report_every == 0:
            speed = steps.report_every * steps.batch / (time.monotonic() - began)
            found, keep = sums / steps.report_every
            print(f"step {run.step}/{steps.total}  garbage {found:.3f}  keep {keep:.3f}  {speed:.1f} img/s", flush=True)
            sums, began = np.zeros(2), time.monotonic()
        if run.step % steps.save_every == 0:
            run.save(out / CHECKPOINT)
    run.save(out / CHECKPOINT)


def main() -> None:
    """Train, or go on training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with images/, videos/ and weights/")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints go")
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--device", help="auto, cpu, cuda or cuda:1, instead of the one in the config")
    arguments = parser.parse_args()
    settings = read_settings(arguments.config)
    torch.set_num_threads(settings.threads)
    device = device_of(arguments.device or settings.device)
    print(f"training on {device}", flush=True)
    run = Run(settings, load_start(arguments.data / settings.start), device)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.resume:
        run.resume(arguments.out / CHECKPOINT)
    batches = Batches(read_material(arguments.data, settings), settings)
    _report(run, batches.stream(run.step), arguments.out)


if __name__ == "__main__":
    main()

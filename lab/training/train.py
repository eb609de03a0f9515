"""Trains the street detector: `python -m lab.training.train --data ../shared/data --out .train`.

Deterministic for one machine and thread count: every batch is drawn from the seed and the step's number, so a
resumed run sees the batches it would have seen.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from lab.training.aims import Known, aim_at
from lab.training.devices import device_of
from lab.training.network.grid import anchors
from lab.training.network.losses import garbage_loss, keeping_loss
from lab.training.network.network import Start, StreetNetwork
from lab.training.network.starting import grow, load_start, load_street, start_of, trainable
from lab.training.pictures.archives import Boxes, Image
from lab.training.pictures.batches import Batches, read_material
from lab.training.pictures.scenes import TrainingPicture
from lab.training.settings import CONFIG, Settings, read_settings
from lab.training.teachers import read

CHECKPOINT = "checkpoint.pt"
_AVERAGE_RAMP = 300  # steps over which the moving average takes its full length


def rate_at(step: int, settings: Settings) -> float:
    """The learning rate at a step, as a share of its full value: linear warm-up, then half a cosine."""
    steps, rates = settings.steps, settings.rates
    if step < steps.warmup:
        return (step + 1) / steps.warmup
    progress = (step - steps.warmup) / max(1, steps.total - steps.warmup)
    return rates.rate_end + (1 - rates.rate_end) * (1 + math.cos(math.pi * min(1.0, progress))) / 2


class _SetPart(NamedTuple):
    """What one thread has worked out of its share of a batch."""

    gradients: tuple[Tensor, ...]
    garbage: float
    distance: float


class Run:
    """One training run: the network, its moving average, the optimiser, and where it stands."""

    def __init__(self, settings: Settings, start: Start, grown: StreetNetwork, device: torch.device) -> None:
        """Begin with `grown`; `start` is the frozen judge."""
        self.settings = settings
        self.device = device
        self.start = start.to(device, memory_format=torch.channels_last)
        self.network = grown.to(device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network)
        self.optimiser = torch.optim.AdamW(_groups(self.network, settings))
        self.step = 0
        self._learning = [p for p in self.network.parameters() if p.requires_grad]
        self._pool = ThreadPoolExecutor(settings.threads)

    def learn(self, scenes: list[TrainingPicture]) -> tuple[float, float]:
        """One optimiser step; returns the garbage loss and the distance from the aim.

        Each thread takes a part of the pictures the whole way: on a processor that is shared with other work, threads
        that wait for each other at every layer lose more than they gain.
        """
        rates, share = self.settings.rates, rate_at(self.step, self.settings)
        for group in self.optimiser.param_groups:
            group["lr"] = group["full"] * share
        count = min(self.settings.threads, len(scenes))
        parts = list(self._pool.map(self._part, (scenes[index::count] for index in range(count))))
        for parameter, *gradients in zip(self._learning, *(part.gradients for part in parts), strict=True):
            parameter.grad = torch.stack(gradients).mean(0) if count > 1 else gradients[0]
        torch.nn.utils.clip_grad_norm_(self._learning, rates.clip_norm)
        self.optimiser.step()
        self._follow(min(rates.average, 1 - math.exp(-(self.step + 1) / _AVERAGE_RAMP)))
        self.step += 1
        return sum(part.garbage for part in parts) / count, sum(part.distance for part in parts) / count

    def _part(self, scenes: list[TrainingPicture]) -> _SetPart:
        """Gradients and losses of some pictures of a batch."""
        settings, weights = self.settings, self.settings.losses
        pictures, boxes, labels = tensors(scenes, self.device)
        clean = stacked([scene.image if scene.clean is None else scene.clean for scene in scenes], self.device)
        known = [known_of(scene, self.device) for scene in scenes]
        cells, strides = anchors(pictures.shape[2], pictures.shape[3], self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
            with torch.no_grad():
                frozen = self.start(clean).float()
                low = self.network.trunk.low(pictures)
            coco, garbage = (answer.float() for answer in self.network.towers(low))
        aim = aim_at(frozen, coco, known, cells, strides)
        distance = keeping_loss(coco, aim, cells, strides, weights.box)
        garbage_part = garbage_loss(garbage, boxes, labels, cells, strides, weights.box)
        gradients = torch.autograd.grad(weights.garbage * garbage_part + weights.coco_keep * distance, self._learning)
        return _SetPart(gradients, float(garbage_part.detach()), float(distance.detach()))

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


def stacked(images: Sequence[Image], device: torch.device) -> Tensor:
    """Pictures as B×3×H×W, BGR, 0–255."""
    planes = torch.from_numpy(np.stack(images).transpose(0, 3, 1, 2))
    return planes.to(device).float().contiguous(memory_format=torch.channels_last)


def tensors(scenes: list[TrainingPicture], device: torch.device) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """Pictures B×3×H×W (BGR, 0–255), and for each its boxes as cx cy w h and its labels."""
    boxes = [_centred(scene.boxes, device) for scene in scenes]
    labels = [torch.from_numpy(scene.labels).to(device) for scene in scenes]
    return stacked([scene.image for scene in scenes], device), boxes, labels


def known_of(scene: TrainingPicture, device: torch.device) -> Known:
    """What is known of a scene beyond the frozen judge."""
    void, vehicles = _centred(scene.void, device), scene.vehicles
    if vehicles is None:
        return Known(None, None, None, void)
    kinds, chances = (torch.from_numpy(values).to(device) for values in (vehicles.kinds, vehicles.chances))
    return Known(_centred(vehicles.boxes, device), kinds, chances, void)


def _centred(boxes: Boxes, device: torch.device) -> Tensor:
    """Corners x0 y0 x1 y1 as cx cy w h."""
    corners = torch.from_numpy(boxes).to(device)
    return torch.cat(((corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]), 1)


def _report(run: Run, batches: Iterator[list[TrainingPicture]], out: Path) -> None:
    steps = run.settings.steps
    sums, began = np.zeros(2), time.monotonic()
    for scenes in batches:
        sums += run.learn(scenes)
        if run.step % steps.report_every == 0:
            speed = steps.report_every * steps.batch / (time.monotonic() - began)
            loss, keep = sums / steps.report_every
            print(f"step {run.step}/{steps.total}  garbage {loss:.3f}  keep {keep:.3f}  {speed:.1f} img/s", flush=True)
            sums, began = np.zeros(2), time.monotonic()
        if run.step % steps.save_every == 0:
            run.save(out / CHECKPOINT)
    run.save(out / CHECKPOINT)


def _beginning(start: Path, begin: Path | None, settings: Settings) -> tuple[Start, StreetNetwork]:
    """The frozen judge and the network to train: a finished one's own, or the start and what grows from it."""
    torch.manual_seed(settings.seed)
    if begin is not None:
        street = load_street(begin, len(settings.garbage_labels))
        return start_of(street), trainable(street)
    judge = load_start(start)
    # Grown on the processor, so that the same seed begins with the same weights on every device.
    return judge, grow(judge, len(settings.garbage_labels))


def main() -> None:
    """Train, or go on training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with images/, videos/ and weights/")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints go")
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--begin", type=Path, help="go on from this street model, which is the frozen judge then too")
    parser.add_argument("--judged", type=Path, help="the joint judgement of vehicles, made by lab.training.teachers")
    parser.add_argument(
        "--seed", type=int, help="instead of the one in the config: a run beside another, to be averaged"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--device", help="auto, cpu, cuda or cuda:1, instead of the one in the config")
    arguments = parser.parse_args()
    settings = read_settings(arguments.config)
    if arguments.seed is not None:
        settings = replace(settings, seed=arguments.seed)
    torch.set_num_threads(1)  # of one layer: the threads are given whole pictures
    device = device_of(arguments.device or settings.device)
    print(f"training on {device}", flush=True)
    start, grown = _beginning(arguments.data / settings.start, arguments.begin, settings)
    run = Run(settings, start, grown, device)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.resume:
        run.resume(arguments.out / CHECKPOINT)
    judged = read(arguments.judged) if arguments.judged else {}
    batches = Batches(read_material(arguments.data, settings, judged), settings)
    _report(run, batches.stream(run.step), arguments.out)


if __name__ == "__main__":
    main()

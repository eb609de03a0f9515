"""The ultralytics way: a city's own labelled pictures, one command, one registered model.

    python -m lab.training.finetune --data city/data.yaml --name city

Fine-tunes a YOLO on a data set in YOLO format (`data.yaml` beside `images/` and `labels/`), exports the best
weights and enters them as `edge-agent models add` does. Ultralytics is AGPL-3.0: it is a tool that whoever trains
installs for themselves (`pip install ultralytics`); nothing of it is in this project, and what it makes carries its
licence.
"""

from __future__ import annotations

import argparse
import importlib
from dataclasses import dataclass
from pathlib import Path

from edge_agent.app.detect.models import register
from edge_agent.config.policy.model_register import ModelEntry
from edge_agent.core.errors import OutsideError
from lab.training.network.torchvision_stand_in import mend_torchvision


@dataclass(frozen=True, kw_only=True)  # without slots, so that the command line can ask the class for its defaults
class FinetuneOrder:
    """What to train on, from what, how long, and what to call it.

    `weights` is a `.pt` to go on from, or a `.yaml` to begin from nothing (needs no download, and many more pictures).
    """

    data: Path
    name: str
    weights: str = "yolo11n.pt"
    epochs: int = 100
    pixels: int = 640
    batch: int = 16
    out: Path = Path("runs")
    models: Path = Path("models")


def finetune(wish: FinetuneOrder) -> ModelEntry:
    """Train, export, register.

    Raises:
        OutsideError: the tool is not installed, or it failed.
        BadInputError: the name is taken, or the export cannot be used.
    """
    mend_torchvision()
    try:
        yolo = importlib.import_module("ultralytics").YOLO
    except ImportError as error:
        raise OutsideError("fine-tuning needs the ultralytics tool: pip install ultralytics") from error
    model = yolo(wish.weights)
    model.train(
        data=str(wish.data.resolve()),
        epochs=wish.epochs,
        imgsz=wish.pixels,
        batch=wish.batch,
        project=str(wish.out.resolve()),
        name=wish.name,
        exist_ok=True,
        plots=False,
    )
    return register(Path(model.trainer.best), wish.models, name=wish.name, license_name=None)


def main() -> int:
    """One command from labelled pictures to a registered model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the data.yaml of the labelled pictures")
    parser.add_argument("--name", required=True, help="what to call the model")
    parser.add_argument(
        "--weights", default=FinetuneOrder.weights, help="what to begin with: a .pt, or a .yaml for nothing"
    )
    parser.add_argument("--epochs", type=int, default=FinetuneOrder.epochs)
    parser.add_argument("--pixels", type=int, default=FinetuneOrder.pixels, help="side of the square input")
    parser.add_argument("--batch", type=int, default=FinetuneOrder.batch)
    parser.add_argument("--out", type=Path, default=FinetuneOrder.out, help="where the tool keeps its runs")
    parser.add_argument("--models", type=Path, default=FinetuneOrder.models, help="the folder with models.toml")
    try:
        entry = finetune(FinetuneOrder(**vars(parser.parse_args())))
    except OutsideError as error:
        print(error)
        return 1
    print(f"Added {entry.name}: {len(entry.labels)} labels, licence {entry.license}. Use: model: models/{entry.file}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

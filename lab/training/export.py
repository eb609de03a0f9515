"""Writes the trained network as one ONNX file that says itself how it is to be read.

`python -m lab.training.export --checkpoint .train/checkpoint.pt --out models/street.onnx`

The file takes a picture of any size in whole strides of 32: B×3×H×W, BGR 0–255, letterboxed with grey 114 to the
right and below. It answers B×N×(5 + 83): all anchors of the COCO head, then all of the garbage tower, box raw,
objectness and classes as probabilities; classes that a tower does not know are 0 in its rows.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch

from lab.training.network.network import STRIDES, Answer, ScaledConv2d, StreetNetwork
from lab.training.network.starting import load_street
from lab.training.pictures.coco import COCO_NAMES
from lab.training.settings import CONFIG, Settings, read_settings

_OPSET = 17
_EXAMPLE = (384, 640)
VERSION = "2"


def fold(street: StreetNetwork) -> None:
    """Put every filter's size back into its weights, so that the file holds plain convolutions."""
    with torch.no_grad():
        for module in street.modules():
            if isinstance(module, ScaledConv2d):
                module.weight.mul_(module.scale)
                module.scale.fill_(1)


def load_average(checkpoints: Sequence[Path], settings: Settings) -> StreetNetwork:
    """The moving average of a run; of several runs that began with the same weights, the mean of their averages.

    Such a mean is mostly better than each (Wortsman et al. 2022, arXiv:2203.05482), and runs side by side wait for
    nobody.
    """
    street = StreetNetwork(len(settings.garbage_labels))
    averages = [torch.load(path, map_location="cpu", weights_only=True)["average"] for path in checkpoints]
    mean = {name: torch.stack([average[name] for average in averages]).mean(0) for name in averages[0]}
    street.load_state_dict(mean)
    return street.eval()


def blended(street: StreetNetwork, begun: StreetNetwork, old_share: float) -> StreetNetwork:
    """The network with a share of what it began with: it forgets less of what it was not shown again.

    Both have whole weights (`fold`). See Wortsman et al. 2021, arXiv:2109.01903.
    """
    before, after = begun.state_dict(), street.state_dict()
    street.load_state_dict({name: old_share * before[name] + (1 - old_share) * value for name, value in after.items()})
    return street


def write(street: StreetNetwork, names: tuple[str, ...], pixels: int, out: Path) -> None:
    """Export with all that a runtime needs to know in the file's metadata."""
    fold(street)
    free = {"images": {0: "batch", 2: "height", 3: "width"}, "output": {0: "batch", 1: "anchors"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Answer(street),
            (torch.zeros(1, 3, *_EXAMPLE),),
            str(out),
            dynamo=False,
            opset_version=_OPSET,
            input_names=["images"],
            output_names=["output"],
            dynamic_axes=free,
        )
    model = onnx.load(out)
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = 5 + len(names)
    about = {
        "names": json.dumps(dict(enumerate(names))),
        "layout": "yolox",
        "strides": json.dumps(STRIDES * 2),
        "pixels": str(pixels),
        "letterbox": "corner",
        "channels": "bgr",
        "scale": "1",
        "license": "Apache-2.0",
        "version": VERSION,
        "description": "edge-agent street detector: COCO street classes and exposed garbage",
    }
    onnx.helper.set_model_props(model, about)
    onnx.checker.check_model(model)
    onnx.save(model, out)


def main() -> None:
    """Export the moving average of a checkpoint, or the mean of several."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--begin", type=Path, help="the street model that the run began with")
    parser.add_argument("--old-share", type=float, default=0.0, help="the share of that model's weights, 0 to 1")
    arguments = parser.parse_args()
    settings = read_settings(arguments.config)
    street = load_average(arguments.checkpoint, settings)
    if arguments.begin is not None:
        fold(street)
        street = blended(street, load_street(arguments.begin, len(settings.garbage_labels)), arguments.old_share)
    write(street, COCO_NAMES + settings.garbage_labels, settings.pixels, arguments.out)
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

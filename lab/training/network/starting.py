"""Brings the published ONNX weights into our modules, and checks that nothing was lost on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import onnx
import onnxruntime as ort
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from lab.training.network.network import Answer, ScaledConv2d, Start, StreetNetwork

_AGREEMENT = 1e-2  # of raw outputs whose boxes are in cells and whose scores are 0–1


def load_start(path: Path) -> Start:
    """The frozen starting model; raises `ValueError` when it does not answer as the ONNX file does."""
    start = Start()
    _copy_convolutions(path, start)
    _compare(path, lambda picture: torch.cat(((raw := start(picture))[..., :4], raw[..., 4:].sigmoid()), -1))
    return _frozen(start)


def _frozen(start: Start) -> Start:
    for parameter in start.parameters():
        parameter.requires_grad_(requires_grad=False)
    return start.eval()


@torch.no_grad()
def _compare(path: Path, network: Callable[[Tensor], Tensor]) -> None:
    """Hold our network against the ONNX file: raw boxes, the rest as probabilities."""
    torch.manual_seed(0)
    picture = torch.rand(1, 3, 416, 416) * 255
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    theirs = torch.from_numpy(session.run(None, {session.get_inputs()[0].name: picture.numpy()})[0])
    apart = float((network(picture) - theirs).abs().max())
    if apart > _AGREEMENT:
        message = f"model {path.name!r}: our network differs from it by {apart:.3g}, expected under {_AGREEMENT}"
        raise ValueError(message)


def grow(start: Start, garbage_classes: int) -> StreetNetwork:
    """A trainable network that begins as the start; the new tower begins as the COCO head without its classes."""
    street = StreetNetwork(garbage_classes)
    street.trunk.load_state_dict(start.trunk.state_dict())
    street.coco.load_state_dict(start.coco.state_dict())
    weights = {name: value for name, value in start.coco.state_dict().items() if not name.startswith("class_out")}
    street.garbage.load_state_dict(weights, strict=False)
    rare = -math.log((1 - 0.01) / 0.01)  # a prior of 1 %: garbage is rare, and the loss should not have to learn that
    for classes, present in zip(street.garbage.class_out, street.garbage.object_out, strict=True):
        if isinstance(classes, nn.Conv2d) and isinstance(present, nn.Conv2d):
            nn.init.normal_(classes.weight, std=0.02)
            _fill(classes.bias, 0.0)
            _fill(present.bias, rare)
    return trainable(street)


def trainable(street: StreetNetwork) -> StreetNetwork:
    """The same network, its filters stored as a share of their size and its first layers frozen."""
    for module in street.modules():
        if isinstance(module, ScaledConv2d):
            module.rescale()
    for early in (street.trunk.stem, street.trunk.dark2):
        early.requires_grad_(requires_grad=False)
    return street


def load_street(path: Path, garbage_classes: int) -> StreetNetwork:
    """A finished model, to go on from; raises `ValueError` when it does not answer as the ONNX file does."""
    street = StreetNetwork(garbage_classes)
    _copy_convolutions(path, street)
    _compare(path, Answer(street.eval()))
    return street


def start_of(street: StreetNetwork) -> Start:
    """The trunk and COCO head of a finished model as a frozen judge."""
    start = Start()
    start.trunk.load_state_dict(street.trunk.state_dict())
    start.coco.load_state_dict(street.coco.state_dict())
    return _frozen(start)


def _fill(bias: Tensor | None, value: float) -> None:
    if bias is not None:
        nn.init.constant_(bias, value)


def _copy_convolutions(path: Path, start: Start | StreetNetwork) -> None:
    """Copy weights in the order of execution, which is the order of nodes in the file."""
    order: list[nn.Conv2d] = []
    hooks = [
        module.register_forward_hook(lambda conv, _inputs, _output: order.append(conv))
        for module in start.modules()
        if isinstance(module, nn.Conv2d)
    ]
    with torch.no_grad():
        start(torch.zeros(1, 3, 64, 64))
    for hook in hooks:
        hook.remove()
    graph = onnx.load(path).graph
    values = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    for node in graph.node:  # equal weights are stored once
        if node.op_type == "Identity" and node.input[0] in values:
            values[node.output[0]] = values[node.input[0]]
    nodes = [node for node in graph.node if node.op_type == "Conv"]
    with torch.no_grad():
        for conv, node in zip(order, nodes, strict=True):
            conv.weight.copy_(torch.from_numpy(values[node.input[1]].copy()))
            if conv.bias is not None:
                conv.bias.copy_(torch.from_numpy(values[node.input[2]].copy()))

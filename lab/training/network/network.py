"""The street network: YOLOX-nano's trunk and COCO head, and a second tower for garbage on the same trunk.

    picture ─ focus ─ trunk ─ pyramid ─┬─ COCO head      (box 4, objectness 1, classes 80) an anchor
                                       └─ garbage tower  (box 4, objectness 1, classes 3)  an anchor

Why a second tower and not three more outputs in the first: objectness. The start learned that a rubbish heap is
background; one shared objectness cannot both agree with the start there and say "here is something". Two
towers let the COCO head be held to the start at every anchor, with no exception, at about a tenth more work.

Layer sizes and order follow YOLOX (Ge et al. 2021, arXiv:2107.08430), width 0.25, depth 0.33, depthwise; the
published weights have batch norm folded into the convolutions, so there is none here. What it leaves behind is
handled by `ScaledConv2d`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

STRIDES = (8, 16, 32)
COCO_CLASSES = 80
_HEAD_WIDTH = 64
_LEVELS = (64, 128, 256)


class ScaledConv2d(nn.Conv2d):
    """A convolution whose weights are stored as a share of each filter's own size.

    Folding batch norm leaves filters of size 0.003 beside filters of size 37. An optimiser that moves all
    weights by about the learning rate destroys the first before it moves the second, and with them what the
    start knows. Divided by a constant of each filter, all of them learn at one relative pace.
    """

    scale: Tensor

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, pad: int = 0, groups: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, pad, groups=groups)
        self.register_buffer("scale", torch.ones(outputs, 1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self._conv_forward(x, self.weight * self.scale, self.bias)

    @torch.no_grad()
    def rescale(self) -> None:
        """Take each filter's size out of its weights and into `scale`; what is computed stays the same."""
        whole = self.weight * self.scale
        size = whole.square().mean((1, 2, 3), keepdim=True).sqrt()
        self.scale.copy_(size.clamp(min=float(size.median()) * 0.05))
        self.weight.copy_(whole / self.scale)


class Conv(nn.Module):
    """A convolution and SiLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = ScaledConv2d(inputs, outputs, kernel, stride, kernel // 2, groups)
        self.act = nn.SiLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.act(self.conv(x))
        return out


def _depthwise(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(Conv(inputs, inputs, 3, stride, inputs), Conv(inputs, outputs))


class Bottleneck(nn.Module):
    """Two convolutions, added to their input where `shortcut`."""

    def __init__(self, width: int, *, shortcut: bool) -> None:
        super().__init__()
        self.squeeze = Conv(width, width)
        self.spread = _depthwise(width, width)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.spread(self.squeeze(x))
        return out + x if self.shortcut else out


class CrossStage(nn.Module):
    """Half of the channels go through bottlenecks, half around them."""

    def __init__(self, inputs: int, outputs: int, depth: int, *, shortcut: bool) -> None:
        super().__init__()
        half = outputs // 2
        self.through = Conv(inputs, half)
        self.around = Conv(inputs, half)
        self.blocks = nn.Sequential(*(Bottleneck(half, shortcut=shortcut) for _ in range(depth)))
        self.merge = Conv(2 * half, outputs)

    def forward(self, x: Tensor) -> Tensor:
        through, around = self.through(x), self.around(x)
        out: Tensor = self.merge(torch.cat((self.blocks(through), around), 1))
        return out


class PyramidPool(nn.Module):
    """Sees 5, 9 and 13 cells around at once."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.squeeze = Conv(width, width // 2)
        self.pools = nn.ModuleList(nn.MaxPool2d(size, 1, size // 2) for size in (5, 9, 13))
        self.merge = Conv(width * 2, width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.squeeze(x)
        out: Tensor = self.merge(torch.cat([x, *(pool(x) for pool in self.pools)], 1))
        return out


class TrunkNetwork(nn.Module):
    """Picture (B×3×H×W, BGR 0–255) → features at strides 8, 16, 32."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Conv(12, 16, 3)
        self.dark2 = nn.Sequential(_depthwise(16, 32, 2), CrossStage(32, 32, 1, shortcut=True))
        self.dark3 = nn.Sequential(_depthwise(32, 64, 2), CrossStage(64, 64, 3, shortcut=True))
        self.dark4 = nn.Sequential(_depthwise(64, 128, 2), CrossStage(128, 128, 3, shortcut=True))
        self.dark5 = nn.Sequential(_depthwise(128, 256, 2), PyramidPool(256), CrossStage(256, 256, 1, shortcut=False))
        self.lateral = Conv(256, 128)
        self.down4 = CrossStage(256, 128, 1, shortcut=False)
        self.reduce = Conv(128, 64)
        self.down3 = CrossStage(128, 64, 1, shortcut=False)
        self.stride4 = _depthwise(64, 64, 2)
        self.up4 = CrossStage(128, 128, 1, shortcut=False)
        self.stride5 = _depthwise(128, 128, 2)
        self.up5 = CrossStage(256, 256, 1, shortcut=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.high(self.low(x))

    def low(self, x: Tensor) -> Tensor:
        """The first layers: edges and colours at stride 4. Never trained, so start and student share them."""
        corners = (x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2])
        out: Tensor = self.dark2(self.stem(torch.cat(corners, 1)))
        return out

    def high(self, low: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The rest of the trunk."""
        c3 = self.dark3(low)
        c4 = self.dark4(c3)
        top = self.lateral(self.dark5(c4))
        middle = self.reduce(self.down4(torch.cat((_double(top), c4), 1)))
        p3 = self.down3(torch.cat((_double(middle), c3), 1))
        p4 = self.up4(torch.cat((self.stride4(p3), middle), 1))
        p5 = self.up5(torch.cat((self.stride5(p4), top), 1))
        return p3, p4, p5


def _double(x: Tensor) -> Tensor:
    return nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")


class Tower(nn.Module):
    """A decoupled head: features of three levels → B×N×(4 + 1 + classes) of raw numbers, all anchors."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        width = _HEAD_WIDTH
        self.stems = nn.ModuleList(Conv(level, width) for level in _LEVELS)
        self.class_convs = nn.ModuleList(_two_depthwise(width) for _ in _LEVELS)
        self.class_out = nn.ModuleList(ScaledConv2d(width, classes, 1) for _ in _LEVELS)
        self.box_convs = nn.ModuleList(_two_depthwise(width) for _ in _LEVELS)
        self.box_out = nn.ModuleList(ScaledConv2d(width, 4, 1) for _ in _LEVELS)
        self.object_out = nn.ModuleList(ScaledConv2d(width, 1, 1) for _ in _LEVELS)

    def forward(self, features: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        levels = []
        for index, feature in enumerate(features):
            x = self.stems[index](feature)
            classes = self.class_out[index](self.class_convs[index](x))
            place = self.box_convs[index](x)
            parts = (self.box_out[index](place), self.object_out[index](place), classes)
            levels.append(torch.cat(parts, 1).flatten(2))
        return torch.cat(levels, 2).transpose(1, 2)


def _two_depthwise(width: int) -> nn.Sequential:
    return nn.Sequential(_depthwise(width, width), _depthwise(width, width))


class Start(nn.Module):
    """The starting model: trunk and COCO head."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = TrunkNetwork()
        self.coco = Tower(COCO_CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.coco(self.trunk(x))
        return out


class StreetNetwork(nn.Module):
    """The shipped model: the start and a garbage tower on the same trunk."""

    def __init__(self, garbage_classes: int) -> None:
        super().__init__()
        self.trunk = TrunkNetwork()
        self.coco = Tower(COCO_CLASSES)
        self.garbage = Tower(garbage_classes)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.towers(self.trunk.low(x))

    def towers(self, low: Tensor) -> tuple[Tensor, Tensor]:
        """Everything after the shared first layers."""
        features = self.trunk.high(low)
        return self.coco(features), self.garbage(features)


class Answer(nn.Module):
    """The network with both towers' answers in one tensor."""

    def __init__(self, street: StreetNetwork) -> None:
        super().__init__()
        self.street = street

    def forward(self, images: Tensor) -> Tensor:
        coco, garbage = self.street(images)
        known = garbage.shape[-1] - 5
        common = torch.cat((coco[..., :4], coco[..., 4:].sigmoid()), -1)
        own = garbage[..., 4:].sigmoid()
        own = torch.cat((garbage[..., :4], own[..., :1], pad(own[..., 1:], (COCO_CLASSES, 0))), -1)
        return torch.cat((pad(common, (0, known)), own), 1)

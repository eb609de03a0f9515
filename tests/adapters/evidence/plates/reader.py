"""LPRNet, which reads Chinese number plates: the judge of whether redaction has made one unreadable."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import onnxruntime

if TYPE_CHECKING:
    from edge_agent.ports import Image

MODEL: Final = Path(__file__).parent / "lprnet.onnx"
SIZE: Final = (94, 24)
LETTERS: Final = "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新0123456789ABCDEFGHJKLMNPQRSTUVWXYZIO-"
BLANK: Final = len(LETTERS) - 1


def read_plate(crop: Image) -> str:
    """What the reader takes for the letters of a plate that fills the picture; it always says something."""
    shown = cv2.resize(crop, SIZE, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    (scores,) = _session().run(None, {"x": ((shown - 127.5) / 128).transpose(2, 0, 1)[None]})
    best = [int(each) for each in np.asarray(scores)[0].argmax(axis=0)]
    signs = (each for each, before in zip(best, [BLANK, *best], strict=False) if each not in (BLANK, before))
    return "".join(LETTERS[each] for each in signs)


def agreeing(one: str, other: str) -> int:
    """How many letters of two plates stand in the same place."""
    return sum(a == b for a, b in zip(one, other, strict=False))


@cache
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])

"""Still pictures: read, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.adapters.video.still import read_picture
from edge_agent.core.errors import BadInputError


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_a_picture_is_read(tmp_path: Path, kind: str) -> None:
    """As it was written, in BGR."""
    path = tmp_path / f"street.{kind}"
    cv2.imwrite(str(path), np.full((20, 30, 3), (200, 100, 50), np.uint8))
    image = read_picture(path)
    assert image.shape == (20, 30, 3)
    assert image.dtype == np.uint8
    assert np.abs(image.astype(int) - (200, 100, 50)).max() <= 3


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    """A text, an empty file, a folder, nothing."""
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "empty.png").touch()
    for name in ("text.png", "empty.png"):
        with pytest.raises(BadInputError, match=rf"{name}: cannot be read as a picture, expected a PNG or a JPEG"):
            read_picture(tmp_path / name)
    with pytest.raises(BadInputError, match=r"none.png: cannot be read: No such file"):
        read_picture(tmp_path / "none.png")
    with pytest.raises(BadInputError, match=r"cannot be read: Is a directory"):
        read_picture(tmp_path)

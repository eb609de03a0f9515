"""Rules about the tree itself; each is also shown to catch a planted violation."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

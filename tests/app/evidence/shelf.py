"""A store of evidence that is a folder, and refuses, stands still and is slow as a test tells it to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Event

from edge_agent.core.errors import OutsideError


@dataclass(slots=True)
class Shelf:
    """A store that is a folder, written in pieces; ``trouble`` is why it takes nothing."""

    folder: Path
    trouble: str = ""
    refuses: str = ""  # a part of a name
    puts: list[str] = field(default_factory=list)
    began: Callable[[], object] = lambda: None
    slow_s: float = 0.0  # for each piece

    def put(self, path: str, content: bytes, media_type: str) -> None:
        """Write it piece by piece, as a network does."""
        assert media_type == "image/jpeg"
        if self.trouble or (self.refuses and self.refuses in path):
            raise OutsideError(f"evidence store: {self.trouble or 'refuses'}")
        self.puts.append(path)
        self.began()
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            for at in range(0, len(content), 4096):
                file.write(content[at : at + 4096])
                file.flush()
                Event().wait(self.slow_s)

    def kept(self) -> dict[str, str]:
        """The SHA-256 of every file by its place."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): sha256(path.read_bytes()).hexdigest() for path in files}

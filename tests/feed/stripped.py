"""The feed as it was before messages carried more: what came later taken out again, to the byte.

    python -m tests.feed.stripped demo-out/incidents.jsonl      prints the SHA-256 of what is left

Keys may be added to the contract at any time; that nothing else of a message has changed is seen here.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

LATER: Final = frozenset(
    {"title", "severity", "camera_name", "address", "evidence", "thumbnail", "media_at"}  # of an incident's data
)


def stripped(line: str) -> str:
    """A message of an incident without the keys that came later."""
    event: dict[str, Any] = json.loads(line)
    event["data"] = {key: value for key, value in event["data"].items() if key not in LATER}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


PICTURES: Final = frozenset({"evidence", "thumbnail"})


def without_pictures(data: dict[str, Any]) -> dict[str, Any]:
    """An event's data without what stands in it of pictures: of a moment after a cut there may be others."""
    return {key: value for key, value in data.items() if key not in PICTURES}


def main(path: Path) -> None:
    """Print the hash of what is left of a file of messages."""
    left = "".join(stripped(line) + "\n" for line in path.read_text(encoding="utf-8").splitlines())
    sys.stdout.write(sha256(left.encode()).hexdigest() + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

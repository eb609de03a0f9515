"""What is installed beside the agent has no say in how its files are read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

PLUGIN: Final = """\
print("loaded")

class plugin:
    def new_schema_validator(*_args):
        return None, None, None
"""


def test_no_plugin_of_pydantic_is_loaded(tmp_path: Path) -> None:
    """One that another package brings is not even looked at."""
    planted = tmp_path / "planted-1.dist-info"
    planted.mkdir()
    (planted / "METADATA").write_text("Metadata-Version: 2.1\nName: planted\nVersion: 1\n", encoding="utf-8")
    (planted / "entry_points.txt").write_text("[pydantic]\nplanted = planted:plugin\n", encoding="utf-8")
    (tmp_path / "planted.py").write_text(PLUGIN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import edge_agent.config.site.loading"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""

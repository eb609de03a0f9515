"""`edge-agent schema`: the JSON Schemas, written where an editor finds them."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from edge_agent.cli.commands import app
from edge_agent.config.schemas import schema_texts


def test_the_schemas_are_written(tmp_path: Path) -> None:
    """One file each, in a folder that is made where missing."""
    folder = tmp_path / "new" / "schemas"
    result = CliRunner().invoke(app, ["schema", str(folder)])
    assert result.exit_code == 0
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == schema_texts()

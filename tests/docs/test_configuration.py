"""The page on configuration names every key that can be written, and its defaults are the real ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from edge_agent.config.fields.spans_and_sizes import parse_duration
from edge_agent.config.schemas import schema_texts
from edge_agent.core.site.policy import Rule

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
NOT_KEYS_OF_OURS = {"env", "file"}  # shown together, as {env: NAME} and {file: PATH}


def keys(schema: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Every key that a schema knows, wherever it stands."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        for value in schema.values():
            yield from keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys(value)


@pytest.mark.parametrize("name", sorted(schema_texts()))
def test_every_key_is_on_the_page(name: str) -> None:
    """A key that is nowhere explained might as well not exist."""
    known = set(keys(json.loads(schema_texts()[name]))) - NOT_KEYS_OF_OURS
    assert {key for key in known if not re.search(rf"`{key}[`:]", PAGE)} == set()


def test_every_default_of_the_ladder_is_the_real_one() -> None:
    """The table is compared with the code, row by row."""
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", PAGE, re.MULTILINE))
    for field in fields(Rule):
        default, text = getattr(Rule(), field.name), rows[field.name]
        assert (parse_duration(text) if isinstance(default, timedelta) else text) in (default, str(default)), field.name

"""JSON Schemas of the files, for editors that complete and underline while somebody types.

They are made from the very types that read the files, so they cannot say anything else.
"""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from edge_agent.config.camera.calibration_file import CALIBRATION_FILE
from edge_agent.config.policy.policy_file import POLICY_FILE
from edge_agent.config.site.site_file import SITE_FILE
from edge_agent.config.truth_file import TRUTH_FILE
from edge_agent.config.zone.zone_file import ZONE_FILE


def schema_texts() -> dict[str, str]:
    """The text of each schema file by its name."""
    schemas = {
        "site.schema.json": _schema(SITE_FILE),
        "zones.schema.json": _schema(ZONE_FILE),
        "calibration.schema.json": _schema(CALIBRATION_FILE),
        "truth.schema.json": _schema(TRUTH_FILE),
        "policy.schema.json": _overlay(_schema(POLICY_FILE)),
    }
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


def _schema(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    return {"$schema": GenerateJsonSchema.schema_dialect} | adapter.json_schema()


_KEPT: Final = ["version"]


def _overlay(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a file laid over a complete one: only ``version`` must be there."""
    loose: dict[str, Any] = _without_required(schema)
    return loose | {"required": _KEPT}


def _without_required(node: Any) -> Any:  # noqa: ANN401 - any JSON
    match node:
        case dict():
            fields = {key: value for key, value in node.items() if not (key == "required" and isinstance(value, list))}
            return {key: _without_required(value) for key, value in fields.items()}
        case list():
            return [_without_required(item) for item in node]
        case _:
            return node

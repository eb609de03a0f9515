"""pydantic's errors, said in the words of our problems: what was found, what is expected, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from edge_agent.config.fields.values import PATTERNS, Reading, shown
from edge_agent.config.yaml.source import Loc, Problem, Source

_EXPECTED: Final = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a mapping",
    "dataclass_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "frozen_set_type": "a list",
    "string_too_short": "a text that is not empty",
}
VERSION: Final = 1
_UNKNOWN_KEY: Final = ("extra_forbidden", "unexpected_keyword_argument")
_UNKNOWN_CHOICE: Final = ("union_tag_invalid", "union_tag_not_found")  # of one key that says which others there are


def validate(adapter: TypeAdapter[Any], source: Source, context: Reading) -> tuple[Any, tuple[Problem, ...]]:
    """The value that ``source`` holds, and no problems; or None and everything that is wrong with it."""
    try:
        return adapter.validate_python(source.data, context=context), ()
    except ValidationError as error:
        schema = adapter.json_schema()
        errors = error.errors(include_url=False)
        return None, tuple(_problem(each, source, schema) for each in errors)


def version_problems(source: Source) -> tuple[Problem, ...]:
    """Whether this is a file of a version we read; another version's keys are not ours to judge."""
    if not isinstance(source.data, dict):
        return (source.problem((), shown(source.data), "a mapping that begins with version: 1"),)
    version = source.data.get("version")
    if version == VERSION and not isinstance(version, bool):
        return ()
    return (source.problem(("version",), shown(version), f"{VERSION}, the only version there is"),)


def _problem(error: ErrorDetails, source: Source, schema: Mapping[str, Any]) -> Problem:
    loc = _place(error["loc"], source, missing=error["type"] == "missing")
    if error["type"] in _UNKNOWN_KEY:
        known = ", ".join(_known_keys(schema, schema, _chosen(error["loc"][:-1], source)))
        return source.problem(loc, "an unknown key", f"one of: {known}", key=True)
    if error["type"] == "missing":
        return source.problem(loc, "nothing", "this key to be set")
    if error["type"] in _UNKNOWN_CHOICE:
        return _unknown_choice(error, source)
    context = error.get("ctx", {})
    value = context.get("found") or shown(error["input"])
    return source.problem(loc, value, _expected(error, context), key="[key]" in error["loc"])


def _unknown_choice(error: ErrorDetails, source: Source) -> Problem:
    """A mapping whose kind is told by one of its keys, and is none that we know."""
    key = str(error["ctx"]["discriminator"]).strip("'")
    loc = (*_place(error["loc"], source, missing=False), key)
    expected = error["ctx"].get("expected_tags", "this key to be set").replace("'", "")
    choice = error["input"].get(key) if isinstance(error["input"], dict) else error["input"]
    return source.problem(loc, shown(choice), f"one of: {expected}" if choice is not None else expected)


def _expected(error: ErrorDetails, context: Mapping[str, Any]) -> str:
    match error["type"]:
        case "wrong":
            return str(context["expected"])
        case "literal_error" | "enum":
            return str(context["expected"])
        case "string_pattern_mismatch" if context["pattern"] in PATTERNS:
            return PATTERNS[context["pattern"]]
        case known if known in _EXPECTED:
            return _EXPECTED[known]
        case _:
            return error["msg"].removeprefix("Input should be ")


def _chosen(loc: Loc, source: Source) -> Loc:
    """``loc`` without what no file says, but with the kind of a mapping that is chosen by one of its keys."""
    place: Loc = ()
    chosen: Loc = ()
    for part in loc:
        if (*place, part) in source.values:
            place, chosen = (*place, part), (*chosen, part)
        elif isinstance(part, str) and part in _kinds(place, source):
            chosen = (*chosen, part)
    return chosen


def _kinds(place: Loc, source: Source) -> tuple[object, ...]:
    """What the values of a mapping are, at ``place``."""
    value: object = source.data
    for part in place:
        value = value[part] if isinstance(value, dict | list) else None  # type: ignore[index]
    return tuple(value.values()) if isinstance(value, dict) else ()


def _place(loc: Loc, source: Source, *, missing: bool) -> Loc:
    """``loc`` without what pydantic puts in that no file says (branches of a union, ``[key]``)."""
    place: Loc = ()
    for part in loc:
        if (*place, part) in source.values:
            place = (*place, part)
    return (*place, loc[-1]) if missing else place


def _known_keys(schema: Mapping[str, Any], root: Mapping[str, Any], loc: Loc) -> list[str]:
    """The keys a mapping at ``loc`` may have, read from the JSON Schema."""
    if "$ref" in schema:
        return _known_keys(root["$defs"][schema["$ref"].rpartition("/")[2]], root, loc)
    kinds = schema.get("discriminator", {}).get("mapping", {})
    if loc and loc[0] in kinds:
        return _known_keys({"$ref": kinds[loc[0]]}, root, loc[1:])
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if branches:
        keys = [key for branch in branches for key in _known_keys(branch, root, loc)]
        return list(dict.fromkeys(keys))
    if not loc:
        return list(schema.get("properties", {}))
    return _known_keys(_step(schema, loc[0]), root, loc[1:])


def _step(schema: Mapping[str, Any], part: str | int) -> Mapping[str, Any]:
    if isinstance(part, int):
        return dict(schema.get("items", {}))
    named = schema.get("properties", {})
    if part in named:
        return dict(named[part])
    others = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    return next((dict(other) for other in others if isinstance(other, dict)), {})

"""Exchange: what a browser asks and what it is answered, free of sockets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, is_dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal

from edge_agent.config.yaml.chinese import in_chinese
from edge_agent.config.yaml.source import Problem
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping


JSON: Final = "application/json"
MOST_BYTES: Final = 256 * 1024  # of a body: a drawing has kilobytes
DEEPEST: Final = 32  # lists and objects within each other

Method = Literal["GET", "POST", "PUT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked; names of ``headers`` are in small letters, ``query`` has the first value of each name."""

    method: Method
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def body_fields(self) -> dict[str, object]:
        """The JSON object in the body; raises BadInputError where there is none."""
        try:
            document = json.loads(self.body, parse_constant=_no_number)
            json.dumps(document, ensure_ascii=False).encode()
            if not _within(document, DEEPEST):
                raise ValueError(f"more than {DEEPEST} levels")  # noqa: TRY301 - told as the others are
        except (ValueError, RecursionError) as error:
            raise BadInputError("the body: found something else, expected a JSON object") from error
        if not isinstance(document, dict):
            raise BadInputError("the body: found something else, expected a JSON object")
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b""
    type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class NotFoundError(BadInputError):
    """There is no such thing to look at."""


class ChangedError(BadInputError):
    """The file says something else by now than when it was read, so it is not written over."""


class OutdatedError(BadInputError):
    """A later question of the same page has made this one pointless."""


def json_reply(value: object, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    """A value as JSON: dataclasses by their fields, instants in ISO 8601."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Reply(status=status, body=text.encode())


def refused(status: HTTPStatus, sentence: str, problems: tuple[Problem, ...] = ()) -> Reply:
    """Why not: one sentence, and what is wrong at which field where that is known."""
    return json_reply({"error": sentence, "problems": problems}, status)


def _within(value: object, levels: int) -> bool:
    """Whether a value of JSON has no more than so many levels."""
    if not isinstance(value, dict | list):
        return True
    within = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_within(each, levels - 1) for each in within)


def _plain(value: object) -> object:
    if isinstance(value, Problem):
        chinese = {"found_zh": in_chinese(value.found), "expected_zh": in_chinese(value.expected)}
        return {**{each.name: getattr(value, each.name) for each in fields(value)}, **chinese}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError(f"JSON: expected a dataclass, got {type(value).__name__}")


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number of JSON")

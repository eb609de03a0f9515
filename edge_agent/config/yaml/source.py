"""A YAML file as plain values, with the place of every one of them.

The tree of nodes is read instead of the finished values, because only the nodes know lines and columns, and
because a key written twice must be refused rather than quietly won by the last. Dates stay text: what a date
means depends on the site's time zone, which the parser does not know.

What is wrong with the files somebody wrote: every problem at once, each with its place.

A person mends a file in an editor, so a problem is a place and one sentence::

    zones/c1.yaml:7:5 zones[0].polygon: found 2 points, expected at least 3
    ─────file──── │ │ ──────field─────  ────found────  ────expected───
               line column
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from edge_agent.config.yaml.chinese import in_chinese
from edge_agent.core.errors import BadInputError
from edge_agent.core.printable import printable_line


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place; ``line`` and ``column`` count from 1, ``field`` may be empty."""

    file: str
    line: int
    column: int
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        """The place, what was found there and what was expected, on one line that can be shown."""
        place = f"{self.file}:{self.line}:{self.column}"
        where = f"{place} {self.field}" if self.field else place
        return printable_line(f"{where}: found {self.found}, expected {self.expected}")

    def in_chinese(self) -> str:
        """The same in Chinese."""
        place = f"{self.file}:{self.line}:{self.column}"
        where = f"{place} {self.field}" if self.field else place
        return printable_line(f"{where}：现为 {in_chinese(self.found)}，应为 {in_chinese(self.expected)}")


class BadConfigError(BadInputError):
    """The configuration cannot be used; carries all its problems, sorted by place."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Sort ``problems`` so that they read like the files."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


Loc = tuple[str | int, ...]
LARGEST: Final = 4 * 1024 * 1024  # bytes: a site has kilobytes; more is the wrong file
DEEPEST: Final = 50  # levels: those of a site are fewer than ten
LONGEST_NUMBER: Final = 40  # signs: beyond it a number can be read, but not be shown
MOST_VALUES: Final = 200_000  # aliases of aliases can make billions out of a few lines
_AS_TEXT: Final = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp")
_PLAIN: Final = (str, int, float, bool, type(None))
_NOTHING: Final = object()
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NUMBERS: Final = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


@dataclass(frozen=True, slots=True)
class PlaceInFile:
    """A place in a file, counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a file says and where: ``values`` and ``keys`` are marks by location from the root."""

    path: Path
    data: object
    values: dict[Loc, PlaceInFile]
    keys: dict[Loc, PlaceInFile]

    def mark(self, loc: Loc, *, key: bool = False) -> PlaceInFile:
        """The place of the value (or the ``key``) at ``loc``, or of the nearest thing around it."""
        marks = self.keys if key else self.values
        if loc in marks:
            return marks[loc]
        return self.mark(loc[:-1]) if loc else PlaceInFile(str(self.path), 1, 1)

    def problem(self, loc: Loc, value: str, expected: str, *, key: bool = False) -> Problem:
        """A problem at ``loc``."""
        mark = self.mark(loc, key=key)
        return Problem(mark.file, mark.line, mark.column, field_text(loc), value, expected)


def field_text(loc: Loc) -> str:
    """A location as people write it: ``zones[0].polygon``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return text.removeprefix(".")


def read_source(path: Path, drafts: Mapping[Path, str] | None = None) -> Source:
    """Read one YAML file, or the text in ``drafts`` that is to stand in it.

    Raises BadConfigError naming every duplicate key, or the first syntax error.
    """
    text = (drafts or {}).get(path)
    return parse_source(_read_text(path) if text is None else text, path)


def parse_source(text: str, path: Path) -> Source:
    """Parse ``text`` as the content of ``path``."""
    walk = _Walk(str(path))
    try:
        root = _composed(text)
        data = walk.value(root, ()) if root is not None else None
    except MaxDepthExceededError as error:
        raise _refused(Problem(str(path), 1, 1, "", "brackets nested beyond reading", "a few levels")) from error
    except MarkedYAMLError as error:
        raise _refused(_syntax_problem(path, error)) from error
    except YAMLError as error:
        value = f"broken YAML ({str(error).partition(chr(10))[0]})"
        raise _refused(Problem(str(path), 1, 1, "", value, "YAML that can be read")) from error
    except RecursionError as error:
        raise _refused(Problem(str(path), 1, 1, "", "brackets nested beyond reading", "a few levels")) from error
    if walk.problems:
        raise BadConfigError(tuple(walk.problems))
    return Source(path=path, data=data, values=walk.values, keys=walk.keys)


def _composed(text: str) -> Node | None:
    """The tree of nodes of ``text``; whatever its library raises over a text is a YAMLError."""
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = DEEPEST
    try:
        root: Node | None = yaml.compose(text)
    except (LookupError, ValueError, ArithmeticError) as error:  # numbers of signs and versions that do not exist
        raise YAMLError(str(error)) from error
    return root


def overlay(below: Source, above: Source) -> Source:
    """``below`` with everything that ``above`` says put over it, mapping by mapping; lists are replaced whole."""
    return Source(
        path=above.path,
        data=_merged(below.data, above.data),
        values=below.values | above.values,
        keys=below.keys | above.keys,
    )


def _merged(below: object, above: object) -> object:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return below | {key: _merged(below.get(key), value) for key, value in above.items()}


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        value = f"a file that cannot be read ({error.strerror})"
        raise _refused(Problem(str(path), 1, 1, "", value, "a readable YAML file")) from error
    if len(raw) > LARGEST:
        raise _refused(Problem(str(path), 1, 1, "", "over 4 MiB", "a YAML file of a site"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(str(path), line, 1, "", "bytes that are not UTF-8", "UTF-8 text")
        raise _refused(problem) from error


def _refused(problem: Problem) -> BadConfigError:
    return BadConfigError((problem,))


def _syntax_problem(path: Path, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Problem(str(path), line, column, "", f"broken YAML ({error.problem})", "YAML that can be read")


@dataclass(slots=True)
class _Walk:
    """Turns nodes into values, noting their places on the way."""

    file: str
    values: dict[Loc, PlaceInFile] = field(default_factory=dict)
    keys: dict[Loc, PlaceInFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    open: set[int] = field(default_factory=set)
    plain: SafeConstructor = field(default_factory=lambda: YAML(typ="safe", pure=True).constructor)

    def value(self, node: Node, loc: Loc) -> object:
        if len(self.values) >= MOST_VALUES:
            raise _refused(Problem(self.file, 1, 1, "", f"over {MOST_VALUES} values", "a YAML file of a site"))
        self.values[loc] = self._mark(node)
        if id(node) in self.open:
            self._refuse(node, loc, "an alias inside what it names", "a value that ends")
            return None
        self.open.add(id(node))
        try:
            return self._inside(node, loc)
        finally:
            self.open.discard(id(node))

    def _inside(self, node: Node, loc: Loc) -> object:
        match node:
            case MappingNode():
                return self._mapping(node, loc)
            case SequenceNode():
                return [self.value(item, (*loc, index)) for index, item in enumerate(node.value)]
            case ScalarNode():
                return self._scalar(node, loc)
            case _:  # pragma: no cover - YAML knows no fourth sort of node
                return None

    def _mapping(self, node: MappingNode, loc: Loc) -> dict[str, object]:
        mapping: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._refuse(key_node, loc, "a key that is a list or a mapping", "a text")
                continue
            key = str(key_node.value)
            here = (*loc, key)
            if _SURROGATE.search(key):
                self._refuse(key_node, loc, "half a character (a surrogate) in a key", "text")
                continue
            if key in mapping:
                first = self.keys[here].line
                self._refuse(key_node, here, f"the key again (first on line {first})", "each key once")
                continue
            self.keys[here] = self._mark(key_node)
            mapping[key] = self.value(value_node, here)
        return mapping

    def _scalar(self, node: ScalarNode, loc: Loc) -> object:
        if _SURROGATE.search(node.value):
            self._refuse(node, loc, "half a character (a surrogate)", "text")
            return None
        if node.tag in _AS_TEXT:
            return node.value
        if node.tag in _NUMBERS and len(node.value) > LONGEST_NUMBER:
            self._refuse(node, loc, f"a number of {len(node.value)} signs", f"at most {LONGEST_NUMBER}")
            return None
        try:
            value: object = self.plain.construct_object(node)
        except (YAMLError, ValueError, LookupError, ArithmeticError):
            value = _NOTHING
        if not isinstance(value, _PLAIN):
            self._refuse(node, loc, f"the YAML tag {node.tag}", "a plain value")
            return None
        return value

    def _mark(self, node: Node) -> PlaceInFile:
        return PlaceInFile(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _refuse(self, node: Node, loc: Loc, value: str, expected: str) -> None:
        mark = self._mark(node)
        place = (mark.file, mark.line, mark.column)
        self.problems.append(Problem(*place, field_text(loc), value, expected))

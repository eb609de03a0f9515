"""Rewriting: other values put into a file that people wrote, with their comments, order and way of writing kept.

Whoever reviews a change reads a diff, so only what differs is written anew. The file is walked beside its old and its
new values; where these are equal nothing is touched, down to the quotes around a word::

    file       old             new
    zones ───▶ zones ────────▶ zones        differ: go on inside
      - id       id: kerb        id: kerb   equal: leave it
        …        dwell: 60s      dwell: 5s  differ: write it

What I dislike about it: YAML hangs a comment on what stands before it, so where an entry of a list is taken out, a
comment between it and the next goes with it. The diff shows it.

Files that are there whole or not at all, also after a power cut; and folders that only their owner looks into.
"""

from __future__ import annotations

import os
import re
from io import StringIO
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from edge_agent.config.yaml.source import parse_source
from edge_agent.core.errors import BadInputError

ENDLESS: Final = 1_000_000  # a line is as long as its writer wants it
_DASH: Final = re.compile(r"^( *)- ", re.MULTILINE)
_NESTED: Final = re.compile(r"^( *(?:- )?)[^\s#][^\n]*:\n( +)[^\s#-]", re.MULTILINE)  # a key, and one inside of it


def rewritten(text: str, data: object, path: Path) -> str:
    """``text`` of the file at ``path``, saying ``data`` (mappings, lists and plain values) instead of what it says.

    Raises:
        BadConfigError: ``text`` is no YAML that can be read.
        BadInputError: It says one thing in two places by an alias, of which only one is to change.
    """
    source = parse_source(text, path)
    if source.data == data:
        return text
    yaml = _writer(text)
    whole = StringIO()
    yaml.dump(_merged(yaml.load(text), source.data, data), whole)
    written = whole.getvalue()
    if parse_source(written, path).data != data:
        raise BadInputError(f"{path}: cannot be changed in place, expected a file without YAML anchors and aliases")
    return written


def _writer(text: str) -> YAML:
    """A writer that indents as ``text`` does."""
    dash, nested = _DASH.search(text), _NESTED.search(text)
    offset = len(dash.group(1)) if dash else 2
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.allow_unicode = True
    yaml.width = ENDLESS
    deeper = len(nested.group(2)) - len(nested.group(1)) if nested else 2
    yaml.indent(mapping=max(1, deeper), sequence=offset + 2, offset=offset)
    return yaml


def _merged(node: object, old: object, new: object) -> object:
    """``node``, which says ``old``, made to say ``new``."""
    if old == new and type(old) is type(new):
        return node
    if isinstance(node, CommentedMap) and isinstance(old, dict) and isinstance(new, dict):
        return _merged_map(node, old, new)
    if isinstance(node, CommentedSeq) and isinstance(old, list) and isinstance(new, list) and _named(old + new):
        return _merged_entries(node, old, new)
    return _styled(new)


def _merged_map(node: CommentedMap, old: dict[str, object], new: dict[str, object]) -> CommentedMap:
    for key in [key for key in node if str(key) not in new]:
        del node[key]
    for key in [key for key in new if key in old]:
        node[key] = _merged(node[key], old[key], new[key])
    # What is added goes to the end, but before an entry with a comment behind it: that one is about what follows.
    place = len(node) - 1 if node and _trails(node) else len(node)
    for key in reversed([key for key in new if key not in old]):
        node.insert(place, key, _styled(new[key]))
    return node


def _trails(node: object) -> bool:
    """Whether a comment follows the very last value inside ``node``."""
    match node:
        case CommentedMap() if node:
            last = next(reversed(node))
            return last in node.ca.items or _trails(node[last])
        case CommentedSeq() if node:
            return len(node) - 1 in node.ca.items or _trails(node[-1])
        case _:
            return False


def _merged_entries(node: CommentedSeq, old: list[object], new: list[object]) -> CommentedSeq:
    """A list of mappings: each goes on as the one that it was, with the comment that stood before that."""
    nodes, remarks = list(node), dict(node.ca.items)
    node.clear()
    for index, place in enumerate(_places(old, new)):
        entry = new[index]
        made = _styled(entry) if place is None else _merged(nodes[place], old[place], entry)
        if place is None and isinstance(made, CommentedMap) and index - 1 in node.ca.items:
            made.fa.set_flow_style()  # behind a comment, ruamel.yaml writes the first two keys of a block on one line
        node.append(made)
        if place in remarks:
            node.ca.items[index] = remarks[place]
    return node


def _places(old: list[object], new: list[object]) -> list[int | None]:
    """Where each entry of ``new`` stood: the one of its id, or equal to it, or in its place and by now without one."""
    free = dict(enumerate(old))
    places: list[int | None] = []
    for entry in new:
        same = (place for place, other in free.items() if other == entry or (_id(entry) and _id(entry) == _id(other)))
        place = next(same, None)
        places.append(place)
        free.pop(-1 if place is None else place, None)
    for index, place in enumerate(places):
        if place is None and free.pop(index, None) is not None:
            places[index] = index
    return places


def _named(entries: list[object]) -> bool:
    """Whether all entries are mappings, told apart by an id or by their place."""
    return all(isinstance(entry, dict) for entry in entries)


def _id(entry: object) -> str | None:
    return str(entry["id"]) if isinstance(entry, dict) and "id" in entry else None


def _styled(value: object) -> object:
    """A value as people write it: what is small on one line, what holds more in a block."""
    match value:
        case dict():
            mapping = CommentedMap((_word(key), _styled(item)) for key, item in value.items())
            if all(_small(item) for item in value.values()):
                mapping.fa.set_flow_style()
            return mapping
        case list():
            listed = CommentedSeq(_styled(item) for item in value)
            if not any(isinstance(item, dict) for item in value):
                listed.fa.set_flow_style()
            return listed
        case _:
            return _word(value)


def _word(value: object) -> object:
    """A key or value as it is written; one that begins like a sign of YAML wants quotes, which ruamel.yaml forgets."""
    return DoubleQuotedScalarString(value) if isinstance(value, str) and value[:1] in {"?", ":", "-"} else value


def _small(value: object) -> bool:
    """Whether a value is worth no line of its own: a word, a number, or a point."""
    if isinstance(value, list):
        return all(isinstance(item, int | float) for item in value)
    return not isinstance(value, dict)


OWNER_FOLDER: Final = 0o700
OWNER_FILE: Final = 0o600


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write ``path`` beside itself and move it into place; makes its folder. Raises OSError.

    What is ``private`` shows people, or what was seen of them: only the owner may read it, whatever the umask.
    """
    if private:
        private_folder(path.parent)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)
    with open(partial, "wb", opener=owners if private else None) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def write_private(path: Path, content: bytes) -> None:
    """The same in a folder that nobody else may look into, also where it has been there before. Raises OSError."""
    private_folder(path.parent)
    path.parent.chmod(OWNER_FOLDER)
    write_whole(path, content, private=True)


def private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, for the owner alone; one that is there stays as it is."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=OWNER_FOLDER, exist_ok=True)
    if not missing:
        folder.mkdir(exist_ok=True)  # raises where it is a file


def owners(path: str, flags: int) -> int:
    """Open a file as ``open`` does, for the owner alone."""
    descriptor = os.open(path, flags, OWNER_FILE)
    os.fchmod(descriptor, OWNER_FILE)
    return descriptor

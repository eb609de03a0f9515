"""YAML with positions: every value knows its line, every mistake its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.config.yaml.source import LARGEST, BadConfigError, field_text, overlay, parse_source, read_source

HERE = Path("a.yaml")


def refusal(text: str) -> str:
    """The problems of a YAML text."""
    with pytest.raises(BadConfigError) as caught:
        parse_source(text, HERE)
    return str(caught.value)


def test_values_know_their_place() -> None:
    """Lines and columns count from 1, as in an editor."""
    source = parse_source("a:\n  - {b: 7}\n", HERE)
    mark = source.mark(("a", 0, "b"))
    assert source.data == {"a": [{"b": 7}]}
    assert (mark.line, mark.column) == (2, 9)
    assert (source.mark(("a", 0, "b"), key=True).column) == 6


def test_a_place_that_is_missing_is_that_of_its_surroundings() -> None:
    """What was not written is reported where it should have been."""
    source = parse_source("a:\n  b: 7\n", HERE)
    assert source.mark(("a", "c", "d")) == source.mark(("a",))


def test_dates_stay_text() -> None:
    """What day it is depends on a time zone that YAML does not know."""
    assert parse_source("day: 2026-11-01\n", HERE).data == {"day": "2026-11-01"}


def test_a_location_reads_like_a_path() -> None:
    """Lists by number, mappings by name."""
    assert field_text(("zones", 0, "polygon", 2)) == "zones[0].polygon[2]"


def test_every_key_written_twice_is_reported() -> None:
    """The last one does not quietly win."""
    assert refusal("a: 1\nb: 2\na: 3\nb: 4\n") == (
        "a.yaml:3:1 a: found the key again (first on line 1), expected each key once\n"
        "a.yaml:4:1 b: found the key again (first on line 2), expected each key once"
    )


def test_a_syntax_error_has_its_place() -> None:
    """One sentence, where the parser stumbled."""
    assert refusal("a: [1, 2\nb: 3\n") == (
        "a.yaml:2:2: found broken YAML (expected ',' or ']', but got ':'), expected YAML that can be read"
    )


def test_a_file_that_holds_itself_is_refused() -> None:
    """An alias inside what it names would never end."""
    assert refusal("a: &x\n  b: *x\n") == (
        "a.yaml:1:4 a.b: found an alias inside what it names, expected a value that ends"
    )


def test_aliases_of_aliases_are_not_followed_for_ever() -> None:
    """Ten lines that would make ten thousand million values."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert refusal("\n".join(lines)) == "a.yaml:1:1: found over 200000 values, expected a YAML file of a site"


@pytest.mark.parametrize(
    "value",
    [
        *("!!bool abc", '!!bool ""', '!!int ""', "!!int _", '!!float ""', "!!int x", "0x_", "=", "<<"),
        *('!!binary "aGVsbG8="', "!!map abc", "!!seq abc", "!!set abc", "!!python/name:os.system"),
    ],
)
def test_what_its_tag_cannot_be_is_refused(value: str) -> None:
    """Whatever the library raises over it, or makes of it where it raises nothing: bytes, an empty list."""
    assert refusal(f"a: {value}\n").startswith("a.yaml:1:4 a: found the YAML tag tag:yaml.org,2002:")


@pytest.mark.parametrize("number", ["9" * 41, "-0x" + "f" * 1_000_000, "1." + "0" * 5000, "0b" + "1" * 5000])
def test_a_number_longer_than_can_be_shown_is_refused(number: str) -> None:
    """Python reads one of a million digits in base 16, and raises as soon as it is to be printed."""
    assert refusal(f"a: {number}\n") == f"a.yaml:1:4 a: found a number of {len(number)} signs, expected at most 40"


@pytest.mark.parametrize("text", ['"\\U00110000"', '"\\UFFFFFFFF"', "%YAML " + "9" * 5000 + ".1\n---\na: 1"])
def test_characters_and_versions_that_do_not_exist_are_broken_yaml(text: str) -> None:
    """The library raises over them what it does not promise."""
    assert refusal(text).startswith("a.yaml:1:1: found broken YAML (")


@pytest.mark.parametrize("text", ['a: "\\ud800"', '"\\udfff": 1'])
def test_half_a_character_is_refused(text: str) -> None:
    """It can be held, and neither be stored nor sent."""
    assert "found half a character (a surrogate)" in refusal(text)


@pytest.mark.parametrize("depth", [51, 400, 800, 20_000])
def test_brackets_are_not_followed_for_ever(depth: int) -> None:
    """Deeper than any reader goes: too deep to parse, or to walk."""
    assert (
        refusal("[" * depth + "]" * depth) == "a.yaml:1:1: found brackets nested beyond reading, expected a few levels"
    )


def test_a_control_character_is_refused() -> None:
    """One line, whatever the library says in two."""
    assert refusal("a: \x01\n") == (
        "a.yaml:1:1: found broken YAML (unacceptable character #x0001: special characters are not allowed), expected"
        " YAML that can be read"
    )


def test_a_key_that_is_no_text_is_refused() -> None:
    """YAML allows whole lists as keys."""
    assert refusal("a: {[1, 2]: 3}\n") == ("a.yaml:1:5 a: found a key that is a list or a mapping, expected a text")


def test_a_foreign_tag_is_refused() -> None:
    """YAML tags could name anything."""
    assert "found the YAML tag" in refusal("a: !thing 3\n")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """The line of the first bad byte is named."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(BadConfigError, match=r"x\.yaml:2:1: found bytes that are not UTF-8, expected UTF-8 text"):
        read_source(path)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    """A video given as a site file is not read into memory."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b" " * (LARGEST + 1))
    with pytest.raises(BadConfigError, match=r"x\.yaml:1:1: found over 4 MiB, expected a YAML file of a site"):
        read_source(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """The operating system's reason is part of the sentence."""
    with pytest.raises(BadConfigError, match=r"found a file that cannot be read \(Is a directory\)"):
        read_source(tmp_path)


def test_laying_over_keeps_what_is_not_said() -> None:
    """Mappings are merged, lists replaced, and every value knows the file it came from."""
    below = parse_source("a: {b: 1, c: [1, 2]}\n", Path("below.yaml"))
    above = parse_source("a: {c: [3]}\n", Path("above.yaml"))
    merged = overlay(below, above)
    assert merged.data == {"a": {"b": 1, "c": [3]}}
    assert [merged.mark(("a", key)).file for key in ("b", "c")] == ["below.yaml", "above.yaml"]

"""Text of others on a terminal: nothing steers it, and what can be read stays as it is."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.printable import printable, printable_line, whole_number

EVERYTHING = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b]0;pwned\x07", r"\u001b]0;pwned\u0007"),
        ("\x9b2J", r"\u009b2J"),
        ("a\r\nb", "a\\u000d\nb"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\ud800", r"\ud800"),
        ("违停 – é 🚗 [red]", "违停 – é 🚗 [red]"),
    ],
)
def test_signs_are_written_out(raw: str, shown: str) -> None:
    """And nothing else is touched."""
    assert printable(raw) == shown


@given(raw=EVERYTHING)
def test_nothing_unfit_is_left(raw: str) -> None:
    """It can be encoded, and holds no control sign but the ends of lines and tabs; a line holds none."""
    shown = printable(raw)
    assert {each for each in shown if unicodedata.category(each) in {"Cc", "Cs"}} <= {"\n", "\t"}
    assert shown.encode().decode() == shown == printable(shown)
    assert printable_line(raw).isprintable() or not any(
        unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in printable_line(raw)
    )


@given(raw=EVERYTHING)
def test_json_stays_the_same_json(raw: str) -> None:
    """A machine reads what was sent."""
    assert json.loads(printable(json.dumps({"a": raw}, ensure_ascii=False))) == {"a": raw}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("0", 0), ("007", 7), ("127", 127), ("0" * 5000 + "9", 9)),
        *(
            (text, None)
            for text in ("", "128", "9" * 5000, "-1", "+1", "1.0", "1_0", " 1", "²", "\uff11", "\u0663", "nan")
        ),
    ],
)
def test_a_number_of_others_is_one_of_digits_within_its_bound(text: str, number: int | None) -> None:
    """Signs that only look like digits are none, and no length of it raises."""
    assert whole_number(text, 127) == number

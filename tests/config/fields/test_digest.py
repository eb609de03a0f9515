"""The hash of a value depends on the value alone."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.fields.digest import digest

VALUES = st.dictionaries(st.text(max_size=5), st.frozensets(st.text(max_size=5)) | st.timedeltas() | st.integers())


@given(VALUES)
def test_order_does_not_matter(value: dict[str, object]) -> None:
    """Neither that of keys nor that of sets, which differs from run to run."""
    rebuilt = {key: _rebuilt(item) for key, item in reversed(value.items())}
    assert digest(rebuilt) == digest(value)


def _rebuilt(item: object) -> object:
    return frozenset(sorted(item, reverse=True)) if isinstance(item, frozenset) else item


def test_the_hash_is_that_of_canonical_json() -> None:
    """Keys sorted, no spaces, sets as sorted lists, UTF-8: anybody can compute it."""
    text = '{"a":[1,"违停"],"b":["x","y"]}'
    assert digest({"b": frozenset({"y", "x"}), "a": (1, "违停")}) == sha256(text.encode()).hexdigest()

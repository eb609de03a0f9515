"""Identity and matching: who a vehicle is to a box that may not keep its plate."""

from __future__ import annotations

import pytest

from edge_agent.core.plate.identity import hashed, is_hash
from edge_agent.core.plate.matching import matches, surely_matches
from edge_agent.core.plate.reading import PlateReading

KEY = bytes(range(32))
PLATE = "苏D12345"
HASH = "hmac-sha256:" + "4a1b0cf4cb2a4b8ba1fda1a1a0e0a0b7"


def reading(text: str, *, sure: bool = True) -> PlateReading:
    """A reading of that text."""
    return PlateReading(text=text, hashed=is_hash(text), confidence=0.95, looks=3, province_sure=sure)


def test_a_plate_has_one_hash_under_one_key() -> None:
    """However it is written; RFC 2104 over the UTF-8 of the plate, the first 32 digits."""
    import hmac  # noqa: PLC0415 - what it is held against

    expected = hmac.new(KEY, PLATE.encode(), "sha256").hexdigest()[:32]
    assert hashed(PLATE, KEY) == hashed("苏d·12345", KEY) == f"hmac-sha256:{expected}"
    assert hashed(PLATE, KEY) != hashed(PLATE, bytes(32))
    assert hashed(PLATE, KEY) != hashed("苏D12346", KEY)


def test_a_short_key_is_refused() -> None:
    """It could be found by trying."""
    with pytest.raises(ValueError, match="expected at least 32 bytes, got 31"):
        hashed(PLATE, KEY[:31])


@pytest.mark.parametrize("text", [PLATE, "hmac-sha256:12", HASH.upper(), HASH + "0"])
def test_only_a_hash_is_one(text: str) -> None:
    """By its prefix and its 32 digits."""
    assert is_hash(HASH)
    assert not is_hash(text)


def test_a_permit_is_for_the_plate_it_names() -> None:
    """However it is written; and for a hash only by the hash."""
    assert matches("苏D·12345", reading(PLATE))
    assert not matches("苏D12346", reading(PLATE))
    assert matches(HASH, reading(HASH))
    assert not matches(PLATE, reading(HASH))
    assert not matches(HASH, reading(PLATE))


def test_an_unsure_province_helps_a_permit_and_not_the_watch_list() -> None:
    """A doubt never counts against anybody."""
    unsure = reading("皖D12345", sure=False)
    assert matches(PLATE, unsure)
    assert not surely_matches(PLATE, unsure)
    assert not surely_matches("皖D12345", unsure)
    assert surely_matches(PLATE, reading(PLATE))
    assert not matches("苏D12346", unsure)
    assert not matches(PLATE, reading("皖D12345"))
    assert not matches("VD12345", unsure)

"""What a packet of H.264 says of itself, behind lengths and behind start codes."""

from __future__ import annotations

import pytest

from edge_agent.core.stream.sparse_decoding import CodedUnit, length_size, read_unit

SPS, PPS, SEI = b"\x67sps", b"\x68pps", b"\x06sei"
IDR, REFERRED, NOT_REFERRED = b"\x65slice", b"\x41slice", b"\x01slice"


def behind_lengths(size: int, *units: bytes) -> bytes:
    """As in MP4 and Matroska."""
    return b"".join(len(unit).to_bytes(size, "big") + unit for unit in units)


def behind_start_codes(*units: bytes) -> bytes:
    """As in a transport stream, the first code of four bytes."""
    return b"\x00" + b"".join(b"\x00\x00\x01" + unit for unit in units)


@pytest.mark.parametrize(
    ("units", "unit"),
    [
        ((SPS, PPS, IDR), CodedUnit(fresh=True, referred=True, settings=True)),
        ((SEI, REFERRED), CodedUnit(fresh=False, referred=True, settings=False)),
        ((SEI, NOT_REFERRED, NOT_REFERRED), CodedUnit(fresh=False, referred=False, settings=False)),
        ((REFERRED, NOT_REFERRED), CodedUnit(fresh=False, referred=True, settings=False)),
        ((PPS, NOT_REFERRED), CodedUnit(fresh=False, referred=False, settings=True)),
        ((SEI,), CodedUnit(fresh=False, referred=True, settings=False)),
        ((), CodedUnit(fresh=False, referred=True, settings=False)),
    ],
)
def test_a_packet_is_read(units: tuple[bytes, ...], unit: CodedUnit) -> None:
    """The same however it is wrapped; one without a slice is as good as one that others refer to."""
    assert read_unit(behind_start_codes(*units), None) == unit
    for size in (1, 2, 4):
        assert read_unit(behind_lengths(size, *units), size) == unit


def test_a_packet_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    """A length that promises more, a length without a unit, a start code at the very end."""
    unit = CodedUnit(fresh=False, referred=False, settings=False)
    assert read_unit(b"\x00\x00\x00\xff" + NOT_REFERRED, 4) == unit
    assert read_unit(behind_lengths(4, NOT_REFERRED) + b"\x00\x00\x00\x01", 4) == unit
    assert read_unit(behind_start_codes(NOT_REFERRED) + b"\x00\x00\x01", None) == unit


def test_the_container_says_how_long_a_length_is() -> None:
    """In the fifth byte of what it says of the stream (ISO/IEC 14496-15, 5.3.3.1), if that begins with a one."""
    assert length_size(b"\x01\x64\x00\x1f\xff\xe1") == 4
    assert length_size(b"\x01\x64\x00\x1f\xfd\xe1") == 2
    assert length_size(b"\x00\x00\x00\x01\x67") is None
    assert length_size(b"\x01") is None
    assert length_size(b"") is None

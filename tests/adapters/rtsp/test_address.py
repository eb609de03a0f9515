"""An address leads to the camera, and is shown without anything that could be a secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.rtsp.faults import not_an_address
from edge_agent.config.fields.stream_address import host_and_port, shown_address

SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=12).map("S3CRET".__add__)


@pytest.mark.parametrize(
    ("address", "where", "shown"),
    [
        ("rtsp://cam/1", ("cam", 554), "rtsp://cam/…"),
        ("rtsp://10.0.0.9:8554/a/b?c=d", ("10.0.0.9", 8554), "rtsp://10.0.0.9:8554/…"),
        ("rtsp://admin:p%40ss@cam:554/1", ("cam", 554), "rtsp://***@cam:554/…"),
        ("rtsps://admin:p@ss@cam", ("cam", 322), "rtsps://***@cam/…"),
        ("rtsp://[fd00::1]:554/1", ("fd00::1", 554), "rtsp://[fd00::1]:554/…"),
        ("rtsp://cam?user=admin&password=secret", ("cam", 554), "rtsp://cam/…"),
        ("rtsp://admin:pa/ss@cam/1", None, "rtsp://***"),
        ("rtsp://cam/user=admin&password=p@ss", ("cam", 554), "rtsp://***"),
        ("rtsp://cam:99999/1", None, "rtsp://cam:99999/…"),
        ("rtsp://admin:12#3@cam/1", None, "rtsp://***"),
        ("rtsp://admin:12/3@cam/1", None, "rtsp://***"),
        ("rtsp://admin:12?3@cam/1", None, "rtsp://***"),
        ("rtsp://cam:554/1#a", None, "rtsp://cam:554/…"),
        ("rtsp://cam:554/user=admin&password=p@ss", ("cam", 554), "rtsp://***"),
        ("rtsp://u:p@cam:554/a@b", ("cam", 554), "rtsp://***"),
        ("rtsp://", None, "rtsp://***"),
        ("http://cam/1", None, "rtsp://***"),
    ],
)
def test_addresses(address: str, where: tuple[str, int] | None, shown: str) -> None:
    """Taken apart as FFmpeg takes them apart; of what is doubtful nothing is shown."""
    assert host_and_port(address) == where
    assert shown_address(address) == shown


@given(SECRETS, SECRETS)
def test_neither_login_nor_path_is_ever_shown(login: str, path: str) -> None:
    """Whatever characters they are made of, escaped or not."""
    shown = {shown_address(f"rtsp://{login}@cam/{path}"), shown_address(f"rtsp://cam/{login}:{path}")}
    assert not [text for text in shown if "S3CRET" in text]


@pytest.mark.parametrize(("sign", "code"), [("#", "%23"), ("/", "%2F"), ("?", "%3F")])
def test_a_password_that_ends_the_host_is_told_its_escape(sign: str, code: str) -> None:
    """Without a word of the password itself."""
    text = str(not_an_address(f"rtsp://admin:hun{sign}ter@192.168.1.9/ch1"))
    assert text.replace("hun", "12") == str(not_an_address(f"rtsp://admin:12{sign}ter@192.168.1.9/ch1"))
    assert text.endswith(f"in a user name or a password write {sign} as {code}")
    assert "hun" not in text
    assert "write" not in str(not_an_address("rtsp://:99999"))

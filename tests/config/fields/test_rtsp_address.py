"""A camera's address is taken apart, and shown without its login."""

from __future__ import annotations

import pytest

from edge_agent.config.fields.addresses import camera_address


@pytest.mark.parametrize(
    ("text", "host", "port", "url"),
    [
        ("rtsp://camera", "camera", 554, "rtsp://camera/"),
        ("rtsp://camera/live", "camera", 554, "rtsp://camera/live"),
        (
            "rtsp://10.0.0.7:8554/a/b?channel=1&subtype=0",
            "10.0.0.7",
            8554,
            "rtsp://10.0.0.7:8554/a/b?channel=1&subtype=0",
        ),
        ("rtsp://guard:p%40ss@camera:554/live", "camera", 554, "rtsp://camera:554/live"),
        ("rtsp://guard:p@ss@camera/live", "camera", 554, "rtsp://camera/live"),
        ("rtsp://[fd00::7]:8554/live", "[fd00::7]", 8554, "rtsp://[fd00::7]:8554/live"),
    ],
)
def test_an_address_has_a_host_a_port_and_what_is_asked_for(text: str, host: str, port: int, url: str) -> None:
    """What is asked for holds no login: it stands in every request."""
    address = camera_address(text)
    assert (address.host, address.port, address.url) == (host, port, url)


@pytest.mark.parametrize(
    ("login", "user", "password"),
    [("", "", ""), ("guard@", "guard", ""), ("guard:p:q@", "guard", "p:q"), ("g%3Ax:p%40%2F%25@", "g:x", "p@/%")],
)
def test_a_login_is_read_as_in_any_address(login: str, user: str, password: str) -> None:
    """Signs with a meaning are written with a percent; the first colon ends the name."""
    address = camera_address(f"rtsp://{login}camera/")
    assert (address.user, address.password) == (user, password)


def test_an_address_is_shown_without_its_login_and_its_path() -> None:
    """Some makers want the password in the path."""
    address = camera_address("rtsp://guard:secret@camera/user=guard&password=secret")
    assert str(address) == "rtsp://camera:554/…"
    assert "secret" not in repr(address)
    assert "guard" not in repr(address)

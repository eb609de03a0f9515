"""Secrets: read from where they are kept, shown nowhere."""

from __future__ import annotations

from pathlib import Path

from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.site.site_file import Stream
from tests.config.samples import SITE, load, problems, write_site

BY_NAME = SITE + "broker: {host: h, username: u, password: {env: BROKER_PASSWORD}}\n"
BY_FILE = SITE + "broker: {host: h, username: u, password: {file: secret.txt}}\n"
BY_ADDRESS = SITE.replace("road.mp4", "{env: CAMERA_URL}")


def broker(path: Path, **environ: str) -> BrokerSettings:
    """The network broker of a site."""
    broker_settings = load(path, **environ).broker
    assert isinstance(broker_settings, BrokerSettings)
    return broker_settings


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    """It is there for the call that needs it, and in no text."""
    loaded = load(write_site(tmp_path, site=BY_NAME), BROKER_PASSWORD="hunter2")  # noqa: S106 - a sample
    settings = broker(write_site(tmp_path, site=BY_NAME), BROKER_PASSWORD="hunter2")  # noqa: S106
    assert settings.password is not None
    assert settings.password.reveal() == "hunter2"
    assert "hunter2" not in f"{loaded!r} {loaded}"
    assert "environment variable BROKER_PASSWORD" in repr(loaded)


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    """The newline an editor leaves at the end is not part of it; the path is relative to the site file."""
    (tmp_path / "secret.txt").write_text("hunter2\n")
    settings = broker(write_site(tmp_path, site=BY_FILE))
    assert settings.password is not None
    assert settings.password.reveal() == "hunter2"


def test_a_secret_that_is_not_set_is_said(tmp_path: Path) -> None:
    """An unset variable is found at the check, not at the first connection."""
    assert problems(write_site(tmp_path, site=BY_NAME)) == [
        (
            "site.yaml:8:42 broker.password: found no environment variable BROKER_PASSWORD, expected it to be set and"
            " not empty"
        )
    ]


def test_a_secret_file_that_is_missing_is_said(tmp_path: Path) -> None:
    """The sentence names the file."""
    assert problems(write_site(tmp_path, site=BY_FILE)) == [
        (
            "site.yaml:8:42 broker.password: found a secret file secret.txt that cannot be read, expected a readable"
            " text file"
        )
    ]


def test_a_secret_file_that_is_empty_is_said(tmp_path: Path) -> None:
    """An empty password is a mistake."""
    (tmp_path / "secret.txt").write_text("\n")
    assert problems(write_site(tmp_path, site=BY_FILE)) == [
        "site.yaml:8:42 broker.password: found an empty secret file secret.txt, expected the secret in it"
    ]


def test_a_camera_address_may_be_a_secret(tmp_path: Path) -> None:
    """Camera addresses carry passwords."""
    address = "rtsp://admin:hunter2@10.0.0.5/1"
    loaded = load(write_site(tmp_path, site=BY_ADDRESS), CAMERA_URL=address)
    source = loaded.cameras["c1"].source
    assert isinstance(source, Stream)
    assert source.url.reveal() == address
    assert "hunter2" not in repr(loaded)


def test_a_secret_address_of_another_kind_is_not_repeated(tmp_path: Path) -> None:
    """The sentence says where it came from, not what it is."""
    assert problems(write_site(tmp_path, site=BY_ADDRESS), CAMERA_URL="http://admin:hunter2@h") == [
        (
            "site.yaml:7:16 cameras.c1.source: found an address (environment variable CAMERA_URL) of another kind,"
            " expected one that starts with rtsp:// or rtsps://"
        )
    ]


def test_an_address_without_a_password_may_stand_in_the_file(tmp_path: Path) -> None:
    """There is nothing to hide in it."""
    loaded = load(write_site(tmp_path, site=SITE.replace("road.mp4", '"rtsp://10.0.0.5/1"')))
    source = loaded.cameras["c1"].source
    assert isinstance(source, Stream)
    assert source.url.reveal() == "rtsp://10.0.0.5/1"


def test_a_secret_file_is_read_again_at_each_use(tmp_path: Path) -> None:
    """A password that was changed while the agent runs is sent; while there is none, the first holds."""
    file = tmp_path / "secret.txt"
    file.write_text("hunter2\n")
    settings = broker(write_site(tmp_path, site=BY_FILE))
    assert settings.password is not None
    file.write_text("hunter3\n")
    assert settings.password.reveal() == "hunter3"
    assert broker(write_site(tmp_path, site=BY_FILE)) == settings  # nothing that a restart is needed for
    for spoilt in (b"", b"\xff\xfe"):
        file.write_bytes(spoilt)
        assert settings.password.reveal() == "hunter2"
    file.unlink()
    assert settings.password.reveal() == "hunter2"
    assert "hunter" not in repr(settings)


def test_an_environment_file_is_read_again_at_each_use(tmp_path: Path) -> None:
    """Where a variable names it; a variable that is not in it comes from the environment."""
    file = tmp_path / "secrets.env"
    file.write_text("# passwords\nOTHER=x\nBROKER_PASSWORD='hunter2'\n")
    site = write_site(tmp_path, site=BY_NAME)
    settings = broker(site, EDGE_AGENT_SECRETS=str(file))
    assert settings.password is not None
    assert settings.password.reveal() == "hunter2"
    file.write_text('BROKER_PASSWORD = "a = b"\n')
    assert settings.password.reveal() == "a = b"
    file.write_text("OTHER=x\n")
    assert settings.password.reveal() == "hunter2"
    outside = broker(site, EDGE_AGENT_SECRETS=str(tmp_path / "missing"), BROKER_PASSWORD="hunter4")  # noqa: S106
    assert outside.password is not None
    assert outside.password.reveal() == "hunter4"

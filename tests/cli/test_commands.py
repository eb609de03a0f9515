"""The command line as a whole: its help teaches, and says every command."""

from __future__ import annotations

from tests.cli.streets import done, typed


def test_help_names_every_command() -> None:
    """And where to begin."""
    shown = done("--help")
    for command in ("demo", "check", "replay", "run", "watch", "models"):
        assert command in shown
    assert "Start with" in shown


def test_the_version_is_said() -> None:
    """One line, name first."""
    assert done("--version").startswith("edge-agent ")


def test_an_unknown_command_is_refused() -> None:
    """By its name."""
    result = typed("dance")
    assert result.exit_code == 2
    assert "dance" in result.stderr

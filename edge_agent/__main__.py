"""The door: ``edge-agent`` and ``python -m edge_agent``."""

from __future__ import annotations

from edge_agent.cli.commands import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()

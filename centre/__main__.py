"""``centre`` and ``python -m centre``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; where its packages are not installed, say which to install."""
    try:
        from centre.cli import app  # noqa: PLC0415 - so that a missing package is a sentence
    except ModuleNotFoundError as error:
        if (error.name or "centre").startswith("centre"):
            raise
        sys.exit(f"centre needs {error.name}, which is not installed: pip install 'edge-agent[centre]'")
    app()


if __name__ == "__main__":
    main()

"""``python -m readiness``, and the ``readiness`` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its code."""
    from readiness.cli import run  # noqa: PLC0415 - nothing heavy at import time

    raise SystemExit(run())


if __name__ == "__main__":
    main()

"""Finds the folders that ship with the package: ``rules/`` and ``report_templates/``."""

from __future__ import annotations

from pathlib import Path


def shipped(folder: str) -> Path:
    """The folder ``rules`` or ``report_templates``: inside an installed wheel, else in the checkout.

    Raises ``FileNotFoundError`` if the installation lacks it.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package / "_data" / folder, package.parent / folder):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the installation of readiness lacks its folder '{folder}'; install it again")

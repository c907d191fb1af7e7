"""A real browser for the tests of the HTML report: the system's Chromium, driven without a screen.

Where there is none, or the libraries that drive it are missing, the tests that need it are skipped; with
``READINESS_BROWSER=required`` in the environment that is an error. It may also name the program.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request

ASKED = os.environ.get("READINESS_BROWSER", "")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIBRARIES = ("playwright", "axe_playwright_python", "pypdf")


def program() -> str:
    """The browser's program; empty if there is none."""
    wanted = () if ASKED in ("", "required") else (ASKED,)
    return next((found for found in map(shutil.which, wanted or NAMES) if found), "")


@contextmanager
def started() -> Iterator[Browser]:
    """The browser while it runs. Skips the test that asks for it, or fails it, where there is none."""
    lacks = [name for name in LIBRARIES if find_spec(name) is None] + ([] if program() else ["chromium"])
    if lacks:
        told = f"the report is not tried in a browser: {', '.join(lacks)} is not installed"
        if ASKED:
            pytest.fail(told)
        pytest.skip(told)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - may be missing

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program())
        yield browser
        browser.close()


class Opened(Struct):
    """A page, and what it did: messages and errors, and what it asked for and was not refused."""

    page: Page
    context: BrowserContext
    said: list[str]
    asked: list[str]


@contextmanager
def opened(
    browser: Browser, file: Path, place: str = "", *, width: int = 1440, **options: Any
) -> Iterator[Opened]:
    """``file`` in a window of its own, as it is after it was loaded."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    made = Opened(page, context, [], [])
    page.on("console", lambda message: made.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: made.said.append(f"error: {error}"))
    page.on("dialog", lambda dialog: _refuse(made, dialog))
    page.on("request", lambda request: _note(made, request))
    page.on("requestfailed", lambda request: _forget(made, request))
    page.goto(f"{file.as_uri()}{place}")
    yield made
    context.close()


def _refuse(made: Opened, dialog: Dialog) -> None:
    made.said.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def _note(made: Opened, request: Request) -> None:
    made.asked.append(request.url)


def _forget(made: Opened, request: Request) -> None:
    """What the policy of the page refuses never leaves the browser."""
    if request.failure == "csp":
        made.asked.remove(request.url)
